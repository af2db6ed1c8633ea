//! Templates of replies, read from `replies.toml`, and what they say to a mention. Pure but for reading.
//!
//! A text with a field that is not known of a mention is not used for it, unless it says what stands there otherwise.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::DeValue;

use super::settings::Lane;
use crate::mention::{Polarity, Tag};
use crate::sources::AnswerLimit;
use crate::store::Stored;
use crate::tomlfile::{TomlFile, entries, name_the_valid};

/// What a template is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To thank.
    Thank,
    /// To ask which problem the product solved.
    AskProblem,
    /// To ask whether we may quote.
    AskToQuote,
    /// To help with what went wrong.
    Help,
}

/// A template.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its name; the same in another language has the same.
    pub name: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The lanes it is for; all if none is named.
    #[serde(default)]
    pub lanes: Vec<Lane>,
    /// Its language.
    pub lang: String,
    /// The kinds of sources it is for; all if none is named.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// The sources it is for; all if none is named.
    #[serde(default)]
    pub sources: Vec<String>,
    /// What it says, in several ways.
    pub texts: Vec<String>,
}

/// The templates of an installation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Templates {
    signature: BTreeMap<String, String>,
    templates: Vec<Template>,
}

/// What a template says to a mention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Filled {
    /// The template's name.
    pub template: String,
    /// What it is for.
    pub purpose: Purpose,
    /// What it says.
    pub text: String,
}

/// What a reply is written for.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// The mention.
    pub stored: &'a Stored,
    /// The lane.
    pub lane: Lane,
    /// How long it may be.
    pub limit: Option<AnswerLimit>,
    /// The names of our products.
    pub ours: &'a HashSet<String>,
    /// The last texts at its site, which are not said again.
    pub last: &'a [String],
}

/// The fields that texts may hold.
const FIELDS: [&str; 8] = ["author", "author_first_name", "product", "quoted_praise", "quoted_complaint", "theme", "stars", "signature"];

impl Templates {
    /// The templates in `file`; mistakes are noted there, and what they concern is left out.
    pub fn read(file: &TomlFile) -> Self {
        let table = file.table();
        for (key, _) in table.iter().filter(|(key, _)| !["signature", "template"].contains(&key.get_ref().as_ref())) {
            let what = format!("unknown section `{}`", key.get_ref());
            file.problem(Some(key.span().start), "", what, "valid: `[signature]`, `[[template]]`");
        }
        let signature = match table.get("signature").map(|value| (value.span(), value.get_ref())) {
            Some((at, DeValue::Table(section))) => file.decode(&Spanned::new(at, section.clone()), "[signature]", &[]),
            _ => None,
        };
        let mut templates = Vec::new();
        for entry in entries(file, &table, "template") {
            let at = entry.span().start;
            let Some(template) = file.decode::<Template>(&entry, "[[template]]", &[]) else { continue };
            for text in &template.texts {
                if let Err(what) = pieces(text) {
                    file.problem(Some(at), &format!("template `{}`", template.name), what, "write a field as `{product}`");
                }
            }
            templates.push(template);
        }
        for template in &mut templates {
            template.texts.retain(|text| pieces(text).is_ok());
        }
        Self { signature: signature.unwrap_or_default(), templates }
    }

    /// The template of this name, in any language.
    pub fn named(&self, name: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.name == name)
    }

    /// All of them, in the order of the file.
    pub fn all(&self) -> &[Template] {
        &self.templates
    }

    /// The names of all templates.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.templates.iter().map(|template| template.name.as_str()).collect();
        names.dedup();
        names
    }

    /// What may be said on this occasion, the most fitting first: no text that is too long for its site or was said there last.
    pub fn fill(&self, occasion: Occasion<'_>) -> Vec<Filled> {
        let lang = occasion.stored.tagging.lang.as_str();
        let values = self.values(occasion);
        let seen = |template: &&Template| template.lang == lang && fits(template, occasion);
        let mut fitting: Vec<&Template> = self.templates.iter().filter(seen).collect();
        // Whoever names a source or kind means it more than one who names none.
        fitting.sort_by_key(|template| (template.sources.is_empty(), template.kinds.is_empty(), template.lanes.is_empty()));
        let mut filled = Vec::new();
        for template in fitting {
            let mut texts: Vec<Vec<Piece>> = template.texts.iter().filter_map(|text| pieces(text).ok()).collect();
            // What would read like the last text but for a name is said when nothing else is left.
            texts.sort_by_key(|pieces| occasion.last.iter().any(|last| reads_like(last, pieces)));
            for pieces in texts {
                let Some(text) = say(&pieces, &values) else { continue };
                let is_short = occasion.limit.is_none_or(|limit| limit.length(&text) <= limit.most);
                let is_news = !occasion.last.iter().any(|last| last.split_whitespace().eq(text.split_whitespace()));
                if is_short && is_news {
                    filled.push(Filled { template: template.name.clone(), purpose: template.purpose, text });
                }
            }
        }
        filled
    }

    fn values(&self, Occasion { stored, ours, .. }: Occasion<'_>) -> BTreeMap<&'static str, String> {
        let tagging = &stored.tagging;
        let author = stored.mention.author.as_ref().map(|author| author.name.clone()).filter(|name| names_somebody(name));
        let is_ours = |tag: &&Tag| tag.product.as_ref().is_none_or(|product| ours.contains(product));
        let said = |polarity| tagging.tags.iter().filter(is_ours).find(move |tag: &&Tag| tag.polarity == polarity);
        let product = stored.subject.iter().chain(&tagging.products).find(|product| ours.contains(*product)).cloned();
        let stars = stored.mention.rating.map(|rating| ((rating.stars() * 10.0).round() / 10.0).to_string());
        let (praise, complaint) = (said(Polarity::Praise), said(Polarity::Complaint));
        let values = [
            ("author_first_name", author.as_deref().and_then(first_name)),
            ("author", author),
            ("product", product),
            ("quoted_praise", praise.map(|tag| tag.text.clone())),
            ("quoted_complaint", complaint.map(|tag| tag.text.clone())),
            ("theme", complaint.or(praise).map(|tag| tag.theme.clone())),
            ("stars", stars),
            ("signature", self.signature.get(tagging.lang.as_str()).cloned()),
        ];
        values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

fn fits(template: &Template, Occasion { stored, lane, .. }: Occasion<'_>) -> bool {
    let among = |wanted: &[String], is: fn(&crate::store::Sighting) -> &String| {
        wanted.is_empty() || stored.sightings.iter().any(|sighting| wanted.contains(is(sighting)))
    };
    (template.lanes.is_empty() || template.lanes.contains(&lane))
        && among(&template.sources, |sighting| &sighting.source)
        && among(&template.kinds, |sighting| &sighting.kind)
}

/// What stands where nobody gave a name: whole words, and parts of words in Chinese.
const NOBODY: [&str; 8] = ["anonymous", "customer", "guest", "nobody", "reviewer", "shopper", "unknown", "user"];
const NOBODY_IN_CHINESE: [&str; 4] = ["匿名", "用户", "网友", "顾客"];

fn names_somebody(name: &str) -> bool {
    let name = name.to_lowercase();
    let has_word = |word: &str| name.split(|letter: char| !letter.is_alphanumeric()).any(|part| part == word);
    !NOBODY.into_iter().any(has_word) && !NOBODY_IN_CHINESE.into_iter().any(|word| name.contains(word))
}

/// What people call somebody who is shown as `name`; none if that is a handle rather than a name.
fn first_name(name: &str) -> Option<String> {
    let is_name = |word: &str| word.chars().count() > 1 && word.chars().all(|letter| letter.is_alphabetic() || "'’-".contains(letter));
    let mut words = name.split_whitespace();
    let first = words.next().filter(|first| is_name(first))?;
    // One word in small letters is what people call themselves on a machine.
    let starts_large = first.chars().next().is_some_and(|letter| letter.is_uppercase() || !letter.is_lowercase());
    starts_large.then(|| first.to_owned())
}

/// A stretch of a template's text.
#[derive(Debug, PartialEq)]
enum Piece {
    Words(String),
    Field { name: String, otherwise: Option<String> },
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while let Some((before, after)) = rest.split_once('{') {
        if before.contains('}') {
            return Err("has a `}` without a `{`".to_owned());
        }
        let (field, after) = after.split_once('}').ok_or("has a `{` without a `}`")?;
        let (name, otherwise) = match field.split_once('|') {
            Some((name, otherwise)) => (name, Some(otherwise.to_owned())),
            None => (field, None),
        };
        if !FIELDS.contains(&name.trim()) {
            return Err(format!("has a field `{{{name}}}` that there is none of; {}", name_the_valid(name, &FIELDS)));
        }
        pieces.push(Piece::Words(before.to_owned()));
        pieces.push(Piece::Field { name: name.trim().to_owned(), otherwise });
        rest = after;
    }
    if rest.contains('}') {
        return Err("has a `}` without a `{`".to_owned());
    }
    pieces.push(Piece::Words(rest.to_owned()));
    Ok(pieces)
}

/// The text with its fields filled in; none if one of them is not known.
fn say(pieces: &[Piece], values: &BTreeMap<&'static str, String>) -> Option<String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Field { name, otherwise } => text.push_str(values.get(name.as_str()).or(otherwise.as_ref())?),
        }
    }
    Some(text.trim().to_owned())
}

/// Whether `said` may be a text of these pieces: their words stand in it, in their order, with anything for the fields.
fn reads_like(said: &str, pieces: &[Piece]) -> bool {
    let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = tidy(said);
    let mut rest = said.as_str();
    let mut has_words = false;
    for piece in pieces {
        let Piece::Words(words) = piece else { continue };
        let words = tidy(words);
        if words.chars().any(char::is_alphanumeric) {
            let Some((_, after)) = rest.split_once(words.as_str()) else { return false };
            (rest, has_words) = (after, true);
        }
    }
    has_words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_reads_like_another_that_differs_in_its_fields() {
        let text = "Thank you, {author_first_name|and well said}! “{quoted_praise}” made our day. {signature|}";
        for (said, want) in [
            ("Thank you, Ann! “easy to use” made our day. Bo, Acme", true),
            ("Thank you, and well said! “great” made\nour day.", true),
            ("Thank you, Ann! It made us smile.", false),
            ("made our day. Thank you,", false),
        ] {
            assert_eq!(reads_like(said, &pieces(text).unwrap()), want, "{said}");
        }
        assert!(!reads_like("Anything", &pieces("{quoted_praise}!").unwrap()), "what has no words of its own is like nothing");
    }

    #[test]
    fn who_gave_no_name_is_called_by_none() {
        for (name, want) in [
            ("Amazon Customer", false),
            ("Customer 3f2a", false),
            ("anonymous", false),
            ("A Google user", false),
            ("匿名用户", false),
            ("Ann Lee", true),
            ("Guestrow", true),
            ("王小明", true),
        ] {
            assert_eq!(names_somebody(name), want, "{name}");
        }
    }

    #[test]
    fn a_text_says_what_is_known_or_is_not_used() {
        let values = BTreeMap::from([("author_first_name", "Ann".to_owned()), ("product", "Acme".to_owned())]);
        let cases = [
            ("Hi {author_first_name}, {product}!", Some("Hi Ann, Acme!")),
            ("{theme|that} helps", Some("that helps")),
            ("{author|you}{signature|}", Some("you")),
            ("You said {quoted_praise}", None),
        ];
        for (text, want) in cases {
            assert_eq!(say(&pieces(text).unwrap(), &values).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn people_are_called_by_their_first_name() {
        for (name, want) in [
            ("Ann Lee", Some("Ann")),
            ("Jean-Luc P.", Some("Jean-Luc")),
            ("王小明", Some("王小明")),
            ("cat_lover99", None),
            ("darkknight", None),
            ("A. Nonymous", None),
            ("Élise", Some("Élise")),
        ] {
            assert_eq!(first_name(name).as_deref(), want, "{name}");
        }
    }

    #[test]
    fn mistakes_in_templates_are_told_and_left_out() {
        let text = "[signature]\nen = \"Us\"\n\n[[template]]\nname = \"thank\"\npurpose = \"thank\"\nlang = \"en\"\n\
            texts = [\"Hi {auhtor}\", \"Hi {author\", \"Hi\"]\n\n[[template]]\nname = \"x\"\npurpose = \"thanks\"\nlang = \"en\"\ntexts = []\n";
        let file = TomlFile::from_text("replies.toml", text.to_owned());
        let templates = Templates::read(&file);
        assert_eq!(templates.templates.len(), 1);
        assert_eq!(templates.templates[0].texts, ["Hi"]);
        let told: Vec<String> = file.into_problems().iter().map(ToString::to_string).collect();
        assert!(told[0].contains("did you mean `author`"), "{told:?}");
        assert!(told[1].contains("`{` without a `}`"), "{told:?}");
        assert!(told[2].contains("ask-to-quote"), "{told:?}");
    }
}

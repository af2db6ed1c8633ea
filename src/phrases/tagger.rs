//! The tagger: text in, tags with their evidence and a verdict out.
//!
//! Puts the steps together: read, judge, compare, join, weigh. Knows nothing of where texts come from or tags go.

use std::collections::HashMap;
use std::sync::Arc;

use super::ambiguity::{Doubt, Doubts};
use super::cast::Cast;
use super::comparison::comparisons;
use super::join::Around;
use super::lists::{Lists, Phrase};
use super::reading::Reading;
use super::scope::{is_ironic, meant};
use super::sides::Comparison;
use super::verdict::{Severe, severe, verdict};
use super::vocabulary::{self, Scan, Vocabulary};
use super::writer::Writer;
use crate::mention::{Field, Lang, Note, Polarity, Rating, Tag, Verdict};
use crate::text::{fold, language};

/// A text to tag, and what is known beside it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// The body.
    pub text: &'a str,
    /// The title.
    pub title: Option<&'a str>,
    /// What the page is about; may be a name that no list has.
    pub product: Option<&'a str>,
    /// Names that count for this text only.
    pub products: &'a [String],
    /// The stars or points given with it.
    pub rating: Option<Rating>,
    /// Its language, if known.
    pub lang: Option<&'a Lang>,
    /// Stretches of the text that its author listed as good or bad points.
    pub notes: &'a [Note],
}

/// What was found in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Tagging {
    /// Its language, as known or guessed.
    pub lang: Lang,
    /// The tags: of the title, then of the text, in the order they stand there.
    pub tags: Vec<Tag>,
    /// What it says in all.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub why: String,
    /// Whether it is a severe complaint: the worst rating, many complaints at once, or words of harm.
    pub ugly: bool,
    /// Every product that it names or is about.
    pub products: Vec<String>,
}

/// A name of a product that stands in a mention and does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// The product it would name.
    pub product: String,
    /// The part of the mention it stands in.
    pub field: Field,
    /// Where it begins, in characters.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The name as it stands there.
    pub text: String,
    /// Why it does not count.
    pub why: Doubt,
}

/// Finds the phrases of the lists in texts and joins them to products.
#[derive(Debug)]
pub struct Tagger {
    vocabulary: Vocabulary,
    pub(super) phrases: Vec<Entry>,
    pub(super) products: Vec<String>,
    /// The products by their folded names.
    pub(super) by_name: HashMap<String, u32>,
}

/// What a tag tells of the phrase it found.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) written: String,
    /// One text for all entries of the theme, so that it is at hand when a tag is written.
    pub(super) theme: Arc<str>,
    pub(super) polarity: Polarity,
    pub(super) list: Arc<str>,
    /// Whether a mention is severe in which it is meant as a complaint.
    pub(super) severe: bool,
}

/// A theme that is called so holds phrases that make a mention severe, of the theme behind it.
const SEVERE: &str = "severe:";

impl Tagger {
    /// Builds the tagger for these lists.
    pub fn new<'l>(lists: &'l Lists) -> Self {
        let mut themes: HashMap<&str, Arc<str>> = HashMap::new();
        let mut entry = |phrase: &'l Phrase| {
            let list = &lists.lists[phrase.list];
            let severe = phrase.theme.strip_prefix(SEVERE);
            let theme = severe.unwrap_or(&phrase.theme).trim();
            Entry {
                severe: severe.is_some(),
                written: phrase.written.clone(),
                theme: Arc::clone(themes.entry(theme).or_insert_with(|| theme.into())),
                polarity: list.polarity,
                list: format!("{}@{}", list.name, phrase.version()).into(),
            }
        };
        let mut by_name = HashMap::new();
        for (at, product) in lists.products.iter().enumerate() {
            for name in product.all_names() {
                by_name.entry(fold(name)).or_insert(at as u32);
            }
        }
        Self {
            vocabulary: Vocabulary::new(lists),
            phrases: lists.phrases.iter().map(&mut entry).collect(),
            products: lists.products.iter().map(|product| product.name.clone()).collect(),
            by_name,
        }
    }

    /// Tags one text.
    pub fn tag(&self, subject: &Subject<'_>) -> Tagging {
        let cast = Cast::new(self, subject);
        let (title, text) = self.read(subject, &cast);
        let in_title = title.as_ref().and_then(|title| title.names.first()).map(|name| name.product);
        let around = Around { title: in_title, subject: cast.subject };
        let mut tags = Vec::new();
        let mut harm = Vec::new();
        if let Some(title) = &title {
            self.tag_field(Field::Title, title, &[], around, &cast, (&mut tags, &mut harm));
        }
        self.tag_field(Field::Text, &text, subject.notes, around, &cast, (&mut tags, &mut harm));
        let (verdict, why) = verdict(&tags, subject.rating);
        let severe = severe(&Severe { tags: &tags, harm: &harm, rating: subject.rating, verdict });
        let ugly = severe.is_some();
        let why = severe.map_or_else(|| why.clone(), |severe| format!("{why}; severe: {severe}"));
        let named = title.iter().flat_map(|title| &title.names).chain(&text.names).map(|name| name.product);
        let products = cast.named(named.chain(cast.subject));
        let lang = subject.lang.cloned().unwrap_or_else(|| language(subject.text));
        Tagging { lang, tags, verdict, why, ugly, products }
    }

    /// The first product of the lists that `text` names.
    pub fn product_in(&self, text: &str) -> Option<&str> {
        let subject = Subject { text, ..Subject::default() };
        let (_, reading) = self.read(&subject, &Cast::new(self, &subject));
        let name = reading.names.first()?;
        self.products.get(name.product as usize).map(String::as_str)
    }

    /// The names of products that stand in a mention but do not count, as they seem to mean something else.
    pub fn passed_over(&self, subject: &Subject<'_>) -> Vec<PassedOver> {
        let cast = Cast::new(self, subject);
        let title = subject.title.map(|title| (Field::Title, self.vocabulary.scan(title, &cast.spellings)));
        let text = (Field::Text, self.vocabulary.scan(subject.text, &cast.spellings));
        let parts: Vec<(Field, Scan<'_>)> = title.into_iter().chain([text]).collect();
        let doubts = Doubts::about(&self.vocabulary, &parts.iter().map(|(_, scan)| scan).collect::<Vec<_>>(), &cast.given);
        let passed = |field: Field, scan: &Scan<'_>, name: &vocabulary::Found| {
            let why = doubts.doubt(scan, name)?;
            let bytes = scan.normalised.original_bytes(name.start as usize..name.end as usize);
            let (start, end) = scan.normalised.letters(&bytes);
            let text = scan.normalised.original(bytes).to_owned();
            Some(PassedOver { product: cast.name(name.meaning).to_owned(), field, start, end, text, why })
        };
        parts.iter().flat_map(|(field, scan)| scan.finds.names.iter().filter_map(|name| passed(*field, scan, name))).collect()
    }

    /// Reads the title and text of a mention.
    fn read<'t>(&self, subject: &Subject<'t>, cast: &Cast<'_>) -> (Option<Reading<'t, '_>>, Reading<'t, '_>) {
        let title = subject.title.map(|title| self.vocabulary.scan(title, &cast.spellings));
        let text = self.vocabulary.scan(subject.text, &cast.spellings);
        let doubts = match &title {
            Some(title) => Doubts::about(&self.vocabulary, &[title, &text], &cast.given),
            None => Doubts::about(&self.vocabulary, &[&text], &cast.given),
        };
        let reading = |scan| Reading::new(&self.vocabulary, scan, &doubts, &cast.spellings);
        (title.map(reading), reading(text))
    }

    fn tag_field(&self, field: Field, reading: &Reading<'_, '_>, notes: &[Note], around: Around, cast: &Cast<'_>, found: Found<'_>) {
        let (tags, harm) = found;
        let comparisons = comparisons(reading);
        let mut by_decider: Vec<(usize, &Comparison)> =
            comparisons.iter().filter_map(|comparison| Some((comparison.decider?, comparison))).collect();
        by_decider.sort_by_key(|(decider, _)| *decider);
        by_decider.dedup_by_key(|(decider, _)| *decider);
        let mut topics: Vec<(u32, &Comparison)> =
            comparisons.iter().filter_map(|comparison| Some((comparison.right?.start, comparison))).collect();
        topics.sort_by_key(|(start, _)| *start);
        let first = tags.len();
        let mut writer = Writer { tagger: self, field, reading, topics, cast, around, tags, harm, first };
        comparisons.iter().filter(|comparison| comparison.decider.is_none()).for_each(|comparison| writer.compare(comparison));
        let by_sign = writer.tags.len() > first;
        let mut deciders = by_decider.into_iter().peekable();
        for item in 0..reading.items.len() {
            if let Some((_, comparison)) = deciders.next_if(|(decider, _)| *decider == item) {
                writer.compare(comparison);
            } else if let Some(phrase) = reading.sense(item).phrase {
                let entry = &self.phrases[phrase as usize];
                let listed = |item| reading.sense(item).phrase.map(|phrase| self.phrases[phrase as usize].polarity);
                if let Some(meant) = meant(reading, item, entry.polarity).filter(|_| !is_ironic(reading, item, listed)) {
                    let span = (reading.items[item].start, reading.items[item].end);
                    for joined in writer.joined(item) {
                        writer.write(entry, span, &meant, joined);
                    }
                }
            }
        }
        if by_sign {
            writer.tags[first..].sort_by_key(|tag| tag.start);
        }
        writer.note(notes);
    }
}

/// The tags, and where words of harm stand.
type Found<'a> = (&'a mut Vec<Tag>, &'a mut Vec<(Field, usize)>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::JoinedBy;
    use crate::phrases::trial::lists;

    fn tagged(subject: Subject<'_>) -> Tagging {
        Tagger::new(&lists()).tag(&subject)
    }

    #[test]
    fn a_tag_shows_its_evidence_in_characters_of_the_original() {
        let text = "Ça va — Acme’s app is EASY‑to‑use 👍🏽";
        let tagging = tagged(Subject { text, ..Subject::default() });
        let tag = &tagging.tags[0];
        let letters: Vec<char> = text.chars().collect();
        assert_eq!(tag.text, "EASY‑to‑use");
        assert_eq!(letters[tag.start..tag.end].iter().collect::<String>(), tag.text);
        assert_eq!(letters[tag.product_start.unwrap()..tag.product_end.unwrap()].iter().collect::<String>(), "Acme");
        assert_eq!((tag.phrase.as_str(), tag.joined_by), ("easy to use", Some(JoinedBy::Clause)));
        assert!(tag.list.starts_with("praise.en@"), "{}", tag.list);
    }

    #[test]
    fn points_listed_as_good_or_bad_count_as_listed() {
        let text = "Pros: the slow start\nCons: none of note, fast";
        let notes = [
            Note { polarity: Polarity::Praise, start: 6, end: 20 },
            Note { polarity: Polarity::Complaint, start: 27, end: 39 },
            Note { polarity: Polarity::Complaint, start: 400, end: 500 },
        ];
        let tagging = tagged(Subject { text, notes: &notes, product: Some("Acme"), ..Subject::default() });
        let shown: Vec<_> =
            tagging.tags.iter().map(|tag| (tag.polarity, tag.text.as_str(), tag.theme.as_str(), tag.rule.as_str())).collect();
        let expected = [
            (Polarity::Praise, "slow", "theme", "listed as good point"),
            (Polarity::Complaint, "none of note", "pros and cons", "listed as bad point"),
            (Polarity::Praise, "fast", "theme", "plain"),
        ];
        assert_eq!(shown, expected);
        assert!(tagging.tags.iter().all(|tag| tag.product.as_deref() == Some("Acme")));
    }

    #[test]
    fn a_given_language_is_kept_and_another_guessed() {
        let lang = Lang::parse("ja").unwrap();
        assert_eq!(tagged(Subject { text: "很好", lang: Some(&lang), ..Subject::default() }).lang, lang);
        assert_eq!(tagged(Subject { text: "很好", ..Subject::default() }).lang, Lang::chinese());
    }

    proptest::proptest! {
        #[test]
        fn offsets_hold_in_any_text(text in "(fast|slow|not | |Acme|Bolt|than|better|比|爱可米|没有|问题|不|好用|[.,!?。，\n'’-]|\u{301}|👍🏽|é|\\PC){0,30}") {
            let products = ["é".to_owned(), "不好".to_owned()];
            let tagging = tagged(Subject { text: &text, title: Some(&text), products: &products, ..Subject::default() });
            let letters: Vec<char> = text.chars().collect();
            for tag in &tagging.tags {
                let stands: Option<String> = letters.get(tag.start..tag.end).map(|letters| letters.iter().collect());
                proptest::prop_assert_eq!(stands.as_deref(), Some(tag.text.as_str()));
                proptest::prop_assert!(!tag.text.is_empty());
                if let (Some(start), Some(end)) = (tag.product_start, tag.product_end) {
                    proptest::prop_assert!(start < end && end <= letters.len());
                }
            }
        }
    }
}

//! The lists that people edit: phrases of praise and complaint by theme, and the products to listen for.
//!
//! Every mistake is reported with its line and remedy, and the rest is used all the same. Knows nothing of matching.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeValue};
use xxhash_rust::xxh3::xxh3_64;

use super::cues::{CUES, words};
use super::inflection::inflected;
use super::pattern::{GAP, forms};
use super::products::read_products;
use crate::mention::{Lang, Polarity, Product};
use crate::text::{Normalised, fold};
use crate::tomlfile::{Problem, TomlFile};

/// A file of phrases of one polarity and language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Its name, such as `praise.en`.
    pub name: String,
    /// Changes whenever the file does.
    pub version: String,
    /// Whether it holds praise or complaints.
    pub polarity: Polarity,
    /// The language it is written in.
    pub lang: Lang,
}

/// An entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    /// The entry as written.
    pub written: String,
    /// The theme it stands under.
    pub theme: String,
    /// The list it stands in, an index of [`Lists::lists`].
    pub list: usize,
    /// The forms it stands for, those with other endings last; [`super::GAP`] stands in those with gaps.
    pub forms: Vec<String>,
    /// Where one of these stands over it, it does not count.
    pub unless: Vec<String>,
    /// Its words may have other endings (crash: crashes, crashed, crashing).
    pub inflect: bool,
}

impl Phrase {
    /// Changes whenever the entry does, and only then.
    pub(super) fn version(&self) -> String {
        let entry = format!("{} {} {:?} {}", self.written, self.theme, self.unless, self.inflect);
        format!("{:04x}", xxh3_64(entry.as_bytes()) as u16)
    }
}

/// All that is listened for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// The files that were read.
    pub lists: Vec<List>,
    /// Their entries that are in order.
    pub phrases: Vec<Phrase>,
    /// Our and competitors' products.
    pub products: Vec<Product>,
}

impl Lists {
    /// Reads `dir/phrases/{praise,complaint}.*.toml` and `dir/phrases/products.toml`, with all problems found in them.
    pub fn read(dir: &Path) -> (Self, Vec<Problem>) {
        let mut lists = Self::default();
        let mut problems = Vec::new();
        let file = |name: &str| TomlFile::read(dir, &format!("phrases/{name}.toml"));
        match list_files(dir) {
            Ok(names) => names.iter().for_each(|name| lists.read_list(name, file(name), &mut problems)),
            Err(error) => problems.push(Problem {
                file: "phrases".to_owned(),
                line: None,
                thing: String::new(),
                what: format!("cannot be listed: {error}"),
                remedy: "run `goodword init` to write starter lists".to_owned(),
            }),
        }
        lists.inflect();
        lists.products = read_products(file("products"), &mut problems);
        (lists, problems)
    }

    /// Reads texts that are at hand, each with the name of the file it would stand in (`praise.en`, `products`).
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<Problem>) {
        let mut lists = Self::default();
        let mut problems = Vec::new();
        let mut texts: Vec<_> = texts.into_iter().collect();
        texts.sort_unstable();
        for (name, text) in texts {
            let file = Ok(TomlFile::from_text(&format!("phrases/{name}.toml"), text.to_owned()));
            match name {
                "products" => lists.products = read_products(file, &mut problems),
                _ => lists.read_list(name, file, &mut problems),
            }
        }
        lists.inflect();
        (lists, problems)
    }

    /// A short name for just these lists and products: it changes when any of them does.
    pub fn version(&self) -> String {
        let lists: Vec<String> = self.lists.iter().map(|list| format!("{}@{}", list.name, list.version)).collect();
        // Forms that the program adds and cues that it has change with it, and not with the files.
        let all = format!("{} {lists:?} {:?} {:?} {CUES:?}", env!("CARGO_PKG_VERSION"), self.phrases, self.products);
        format!("{:016x}", xxh3_64(all.as_bytes()))
    }

    /// Adds the forms with other endings. What a person wrote, and what steers other phrases, comes first; a form that would
    /// stand for praise and complaint stands for neither.
    fn inflect(&mut self) {
        let written = self.phrases.iter().flat_map(|phrase| &phrase.forms).map(|form| spoken(form));
        let taken: HashSet<Vec<u8>> = written.chain(CUES.iter().flat_map(|(_, entry)| words(entry)).map(spoken)).collect();
        let mut polarities: HashMap<Vec<u8>, HashSet<&'static str>> = HashMap::new();
        let mut added: Vec<(usize, String)> = Vec::new();
        for (at, phrase) in self.phrases.iter().enumerate().filter(|(_, phrase)| phrase.inflect) {
            let polarity = self.lists.get(phrase.list).map_or("", |list| list.polarity.as_str());
            for form in phrase.forms.iter().flat_map(|form| inflected(form)).filter(|form| !taken.contains(&spoken(form))) {
                polarities.entry(spoken(&form)).or_default().insert(polarity);
                added.push((at, form));
            }
        }
        for (at, form) in added {
            // Taken out by the first phrase that has it.
            if polarities.remove(&spoken(&form)).is_some_and(|polarities| polarities.len() == 1) {
                self.phrases[at].forms.push(form);
            }
        }
    }

    fn read_list(&mut self, name: &str, file: Result<TomlFile, Problem>, problems: &mut Vec<Problem>) {
        let Some((polarity, lang)) = list_kind(name) else {
            return problems.push(Problem {
                file: format!("phrases/{name}.toml"),
                line: None,
                thing: String::new(),
                what: "is not named after a polarity and a language".to_owned(),
                remedy: "name it like `praise.en.toml` or `complaint.zh.toml`".to_owned(),
            });
        };
        match file {
            Ok(file) => {
                let version = format!("{:08x}", xxh3_64(file.text().as_bytes()) as u32);
                self.lists.push(List { name: name.to_owned(), version, polarity, lang });
                self.read_themes(&file);
                problems.extend(file.into_problems());
            }
            Err(problem) => problems.push(problem),
        }
    }

    /// Reads the themes of the list that was added last.
    fn read_themes(&mut self, file: &TomlFile) {
        let mut taken = self.taken_forms();
        let table = file.table();
        let mut themes: Vec<_> = table.iter().collect();
        themes.sort_by_key(|(theme, _)| theme.span().start);
        for (theme, value) in themes {
            let at = theme.span().start;
            let theme = theme.get_ref();
            let thing = format!("theme `{theme}`");
            match value.get_ref() {
                _ if theme.trim().is_empty() => file.problem(Some(at), "a theme", "has no name", "name it, as in `\"ease of use\" = […]`"),
                DeValue::Array(items) => self.read_phrases(file, theme, items, &mut taken),
                _ => file.problem(Some(at), &thing, "is not a list of phrases", "write it as `\"theme\" = [\"a phrase\", \"another\"]`"),
            }
        }
    }

    /// The forms of lists that speak the language of the last one, with the phrase they belong to.
    fn taken_forms(&self) -> HashMap<String, usize> {
        let Some(lang) = self.lists.last().map(|list| list.lang.clone()) else { return HashMap::new() };
        let same_language = |phrase: &Phrase| self.lists.get(phrase.list).is_some_and(|list| list.lang == lang);
        let phrases = self.phrases.iter().enumerate().filter(|(_, phrase)| same_language(phrase));
        phrases.flat_map(|(at, phrase)| phrase.forms.iter().map(move |form| (fold(form), at))).collect()
    }

    fn read_phrases(&mut self, file: &TomlFile, theme: &str, items: &DeArray<'_>, taken: &mut HashMap<String, usize>) {
        let in_english = self.lists.last().is_some_and(|list| list.lang == Lang::english());
        for item in items.iter() {
            let at = Some(item.span().start);
            let Some(entry) = phrase_entry(file, theme, item) else { continue };
            let thing = format!("phrase `{}`", entry.phrase);
            if entry.inflect.is_some() && !in_english {
                let what = "has the key `inflect`, which is for English lists only";
                file.problem(at, &thing, what, "delete the key; Chinese words have no endings");
            }
            match forms(&entry.phrase) {
                Err(unreadable) => file.problem(at, &thing, unreadable.to_string(), unreadable.remedy()),
                Ok(forms) => {
                    let unless = plain_forms(file, at, &thing, "unless", &entry.unless);
                    if let Some(words) = unless.iter().find(|words| forms.iter().all(|form| fold(form).contains(&fold(words)))) {
                        let what = format!("never counts, as `{words}` under `unless` stands in it");
                        file.problem(at, &thing, what, "write longer words there, which hold the phrase");
                    }
                    let inflect = in_english && entry.inflect.unwrap_or(true);
                    let phrase =
                        Phrase { written: entry.phrase, theme: theme.to_owned(), list: self.lists.len() - 1, forms, unless, inflect };
                    self.add_phrase(file, at, phrase, taken);
                }
            }
        }
    }

    /// Adds a phrase with those of its forms that no other phrase has.
    fn add_phrase(&mut self, file: &TomlFile, at: Option<usize>, mut phrase: Phrase, taken: &mut HashMap<String, usize>) {
        let thing = format!("phrase `{}`", phrase.written);
        let mut free = Vec::new();
        for form in std::mem::take(&mut phrase.forms) {
            let key = fold(&form);
            let Some(other) = taken.get(&key).and_then(|other| self.phrases.get_mut(*other)) else {
                taken.insert(key, self.phrases.len());
                free.push(form);
                continue;
            };
            if other.list != phrase.list {
                let list = self.lists.get(other.list).map_or("", |list| list.name.as_str());
                let what = format!("`{form}` also stands in `{list}` (as `{}`), so it counts in neither", other.written);
                file.problem(at, &thing, what, "keep it in one of the two");
                other.forms.retain(|taken| fold(taken) != key);
            } else if other.written == phrase.written {
                let what = format!("stands twice, under `{}` and `{}`", other.theme, phrase.theme);
                file.problem(at, &thing, what, "delete one of the two");
                return;
            }
        }
        if !free.is_empty() {
            self.phrases.push(Phrase { forms: free, ..phrase });
        }
    }
}

/// An item of a theme.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseEntry {
    phrase: String,
    #[serde(default)]
    unless: Vec<String>,
    inflect: Option<bool>,
}

/// What an item of a theme writes: a string, or a table with the key `phrase`.
fn phrase_entry(file: &TomlFile, theme: &str, item: &Spanned<DeValue<'_>>) -> Option<PhraseEntry> {
    let thing = format!("theme `{theme}`");
    match item.get_ref() {
        DeValue::String(written) => Some(PhraseEntry { phrase: written.to_string(), unless: Vec::new(), inflect: None }),
        DeValue::Table(table) => {
            let written = table.get("phrase").and_then(|phrase| phrase.get_ref().as_str());
            let thing = written.map_or(thing, |written| format!("phrase `{written}`"));
            file.decode(&Spanned::new(item.span(), table.clone()), &thing, &[])
        }
        _ => {
            file.problem(Some(item.span().start), &thing, "holds something that is not a phrase", "put every phrase in quotes");
            None
        }
    }
}

/// The forms of the words under `key`, which may have no gaps.
pub(super) fn plain_forms(file: &TomlFile, at: Option<usize>, thing: &str, key: &str, written: &[String]) -> Vec<String> {
    let mut plain = Vec::new();
    for words in written {
        match forms(words) {
            Ok(forms) if forms.iter().any(|form| form.contains(GAP)) => {
                let what = format!("`{words}` under `{key}` has a gap, which only phrases may have");
                file.problem(at, thing, what, "write the words out, or give each part an entry of its own");
            }
            Ok(forms) => plain.extend(forms),
            Err(unreadable) => file.problem(at, thing, format!("`{words}` under `{key}` {unreadable}"), unreadable.remedy()),
        }
    }
    plain
}

/// A form as it is looked for, whatever its hyphens and capitals.
fn spoken(form: &str) -> Vec<u8> {
    Normalised::plain(form).bytes().to_vec()
}

/// The names, without `.toml`, of the files in `dir/phrases` that should be lists.
pub fn list_files(dir: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir.join("phrases"))? {
        let name = entry?.file_name();
        let list = name.to_str().and_then(|name| name.strip_suffix(".toml")).filter(|name| *name != "products" && !name.starts_with('.'));
        // Lists of promotion are read by `noise`.
        let list = list.filter(|name| !name.starts_with("promo."));
        names.extend(list.map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// The polarity and language that a list of this name holds.
pub fn list_kind(name: &str) -> Option<(Polarity, Lang)> {
    let (polarity, lang) = name.split_once('.')?;
    let polarity = match polarity {
        "praise" => Polarity::Praise,
        "complaint" => Polarity::Complaint,
        _ => return None,
    };
    Some((polarity, Lang::parse(lang)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::pattern;

    fn read(files: &[(&str, &str)]) -> (Lists, Vec<String>) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("phrases")).unwrap();
        for (name, text) in files {
            std::fs::write(dir.path().join("phrases").join(name), text).unwrap();
        }
        let (lists, problems) = Lists::read(dir.path());
        (lists, problems.iter().map(ToString::to_string).collect())
    }

    const NO_PRODUCTS: (&str, &str) = ("products.toml", "");

    #[test]
    fn lists_are_read_with_their_language_theme_and_forms() {
        let praise = "\"ease of use\" = [\n  \"easy (to use)\",\n  { phrase = \"intuitive\" },\n]\n";
        let (lists, problems) = read(&[("praise.en.toml", praise), NO_PRODUCTS]);
        assert_eq!(problems, [""; 0]);
        assert_eq!((lists.lists[0].name.as_str(), lists.lists[0].lang.as_str()), ("praise.en", "en"));
        let phrases: Vec<_> =
            lists.phrases.iter().map(|phrase| (phrase.written.as_str(), phrase.theme.as_str(), phrase.forms.len())).collect();
        assert_eq!(phrases, [("easy (to use)", "ease of use", 2), ("intuitive", "ease of use", 1)]);
    }

    #[test]
    fn a_phrase_may_say_how_it_is_looked_for() {
        let praise = "a = [\n  { phrase = \"sick\", unless = [\"sick leave\", \"… x\"], inflect = false },\n  { phrase = \"odd\", unles = 1 },\n\
                      { phrase = \"sick day\", unless = [\"Sick\"] },\n\
                      { unless = [\"x\"] },\n]\n";
        let (lists, problems) =
            read(&[("praise.en.toml", praise), ("praise.zh.toml", "a = [{ phrase = \"好\", inflect = true }]"), NO_PRODUCTS]);
        assert_eq!(lists.phrases[0].unless, ["sick leave"]);
        assert_eq!(lists.phrases[0].forms, ["sick"]);
        let expected = [
            "phrases/praise.en.toml:2: phrase `sick`: `… x` under `unless` has a gap `…` that is not between words; \
             write at least one word before and behind every `…`, and not only in brackets",
            "phrases/praise.en.toml:3: phrase `odd`: unknown key `unles`; did you mean `unless`? valid: `phrase`, `unless`, `inflect`",
            "phrases/praise.en.toml:4: phrase `sick day`: never counts, as `Sick` under `unless` stands in it; \
             write longer words there, which hold the phrase",
            "phrases/praise.en.toml:5: theme `a`: missing key `phrase`; add a line `phrase = …`",
            "phrases/praise.zh.toml:1: phrase `好`: has the key `inflect`, which is for English lists only; \
             delete the key; Chinese words have no endings",
        ];
        assert_eq!(problems, expected);
    }

    #[test]
    fn other_endings_give_way_to_what_people_wrote_and_to_the_other_list() {
        let praise = "a = [\"shine\", \"glow\", \"delight\", \"add-on\"]";
        let complaint = "a = [\"shining\", \"glows\", \"add ons\", \"shine up\", { phrase = \"{delights,x}\", inflect = false }]";
        let (lists, problems) = read(&[("praise.en.toml", praise), ("complaint.en.toml", complaint), NO_PRODUCTS]);
        assert_eq!(problems, [""; 0]);
        let forms = |written: &str| lists.phrases.iter().find(|phrase| phrase.written == written).unwrap().forms.join(" ");
        assert_eq!(forms("shine"), "shine shines shone shined");
        assert_eq!(forms("add-on"), "add-on");
        assert_eq!(forms("glow"), "glow glowed glowing");
        assert_eq!(forms("delight"), "delight delighted delighting");
    }

    #[test]
    fn the_version_changes_with_the_file() {
        let (first, _) = read(&[("praise.en.toml", "overall = [\"fine\"]"), NO_PRODUCTS]);
        let (second, _) = read(&[("praise.en.toml", "overall = [\"good\"]"), NO_PRODUCTS]);
        assert_ne!(first.lists[0].version, second.lists[0].version);
    }

    #[test]
    fn every_mistake_in_a_list_is_named_and_the_rest_is_used() {
        let complaint = "overall = [\"cheap\", \"slow\"]\n";
        let praise = "overall = [\n\"good\",\n\" \",\n\"{a,b\",\n\"good\",\n7,\n\"Cheap\",\n{ word = \"x\" },\n]\nspeed = 3\n";
        let (lists, problems) = read(&[("complaint.en.toml", complaint), ("praise.en.toml", praise), ("praise.toml", ""), NO_PRODUCTS]);
        let expected = [
            "phrases/praise.en.toml:3: phrase ` `: says nothing",
            "phrases/praise.en.toml:4: phrase `{a,b`: `{` has no partner",
            "phrases/praise.en.toml:5: phrase `good`: stands twice, under `overall` and `overall`",
            "phrases/praise.en.toml:6: theme `overall`: holds something that is not a phrase",
            "phrases/praise.en.toml:7: phrase `Cheap`: `Cheap` also stands in `complaint.en` (as `cheap`), so it counts in neither",
            "phrases/praise.en.toml:8: theme `overall`: unknown key `word`",
            "phrases/praise.en.toml:10: theme `speed`: is not a list of phrases",
            "phrases/praise.toml: is not named after a polarity and a language",
        ];
        for want in expected {
            assert!(problems.iter().any(|problem| problem.starts_with(want)), "{want}\n{problems:#?}");
        }
        let left: Vec<_> = lists.phrases.iter().flat_map(|phrase| &phrase.forms).collect();
        assert_eq!(left, ["slow", "good"]);
    }

    #[test]
    fn missing_files_are_problems_with_a_remedy() {
        let dir = tempfile::tempdir().unwrap();
        let (lists, problems) = Lists::read(dir.path());
        assert_eq!(lists, Lists::default());
        assert_eq!(problems.len(), 2);
        assert!(problems.iter().all(|problem| problem.remedy.contains("goodword init")));
    }

    #[test]
    fn too_many_forms_are_refused() {
        let ten = "{0,1,2,3,4,5,6,7,8,9}";
        let (lists, problems) = read(&[("praise.en.toml", &format!("a = [\"{ten}{ten}{ten}\"]")), NO_PRODUCTS]);
        assert!(lists.phrases.is_empty());
        assert!(problems[0].contains(&format!("stands for more than {} forms", pattern::MOST_FORMS)), "{problems:?}");
    }
}

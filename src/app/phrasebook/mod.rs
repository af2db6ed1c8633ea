//! The files in `phrases/` being changed: phrases and products added and removed, checked before anything is written.
//!
//! A change is made to the texts, the changed texts are read again as `goodword check` would, and only then do files change.
//! Knows nothing of stored mentions.

mod check;
mod excerpt;
mod preview;
mod rows;
mod suggest;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use serde::Serialize;

use crate::config::Config;
use crate::mention::{Lang, Polarity, Product};
use crate::phrases::edit::{self, Entry, entries};
use crate::phrases::{Lists, Phrase, forms, list_files, list_kind};
use crate::sources::Source;
use crate::text::{self, Normalised, fold};
use crate::tomlfile::{Problem, replace};

pub use check::Finding;
pub use excerpt::Excerpt;
pub use preview::{Preview, PreviewRequest, Said};
pub use rows::{Row, read_rows};
pub use suggest::{Heard, Leaning, SuggestRequest, Suggestion, Suggestions};

/// Where a phrase goes whose theme is not named.
pub const PLAIN_THEME: &str = "overall";

/// A phrase to be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPhrase {
    /// As it should be written.
    pub written: String,
    /// Whether it is praise or a complaint.
    pub polarity: Polarity,
    /// Its language; guessed by its script if none is given.
    pub lang: Option<Lang>,
    /// Its theme; [`PLAIN_THEME`] if none is given.
    pub theme: Option<String>,
    /// The whole entry as TOML, if it says more than the phrase (`{ phrase = "…", … }`).
    pub entry: Option<String>,
}

/// An entry of a list, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// The entry as written.
    pub phrase: String,
    /// Whether it is praise or a complaint.
    pub polarity: Polarity,
    /// Its language.
    pub lang: Lang,
    /// The theme it stands under.
    pub theme: String,
    /// The list it stands in.
    pub list: String,
    /// The plain forms it stands for.
    pub forms: Vec<String>,
}

impl Listed {
    fn of(lists: &Lists, phrase: &Phrase) -> Self {
        let list = &lists.lists[phrase.list];
        Self {
            phrase: phrase.written.clone(),
            polarity: list.polarity,
            lang: list.lang.clone(),
            theme: phrase.theme.clone(),
            list: list.name.clone(),
            forms: phrase.forms.clone(),
        }
    }
}

/// A phrase that has been listed.
#[derive(Clone, Debug, Serialize)]
pub struct Added {
    /// Where it stands now.
    #[serde(flatten)]
    pub listed: Listed,
    /// Its forms that another phrase has already, which keeps them.
    pub known: Vec<String>,
    /// The entry as it stands in the file.
    #[serde(skip)]
    entry: String,
}

/// Which entries of the lists are meant; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Which {
    /// Of this polarity.
    pub polarity: Option<Polarity>,
    /// Of this language.
    pub lang: Option<Lang>,
    /// Under this theme.
    pub theme: Option<String>,
}

impl Which {
    fn holds(&self, polarity: Polarity, lang: &Lang, theme: &str) -> bool {
        self.polarity.is_none_or(|wanted| wanted == polarity)
            && self.lang.as_ref().is_none_or(|wanted| wanted == lang)
            && self.theme.as_ref().is_none_or(|wanted| fold(wanted) == fold(theme))
    }
}

/// A file's text as it is to be, and as it stands.
#[derive(Clone, Debug)]
struct Text {
    on_disk: Option<String>,
    now: String,
}

/// The texts in `phrases/` with changes that are not written yet.
#[derive(Debug)]
pub struct Phrasebook {
    dir: PathBuf,
    texts: BTreeMap<String, Text>,
    lists: Lists,
    problems: Vec<Problem>,
    /// Every form, in the form it is looked for, with the phrase that has it.
    taken: HashMap<Vec<u8>, Arc<Listed>>,
}

impl Phrasebook {
    /// Reads `dir/phrases/`.
    pub fn read(dir: &Path) -> anyhow::Result<Self> {
        let folder = dir.join("phrases");
        let names = list_files(dir).with_context(|| format!("no lists in `{}`; run `goodword init` there", folder.display()))?;
        let mut texts = BTreeMap::new();
        for name in names.into_iter().chain(["products".to_owned()]) {
            let path = folder.join(format!("{name}.toml"));
            if path.exists() {
                let text = std::fs::read_to_string(&path).with_context(|| format!("`{}` cannot be read", path.display()))?;
                texts.insert(name, Text { now: text.clone(), on_disk: Some(text) });
            }
        }
        let (lists, problems) = read_again(&texts);
        let mut taken = HashMap::new();
        for phrase in &lists.phrases {
            let listed = Arc::new(Listed::of(&lists, phrase));
            for form in &phrase.forms {
                taken.entry(key(form)).or_insert_with(|| Arc::clone(&listed));
            }
        }
        Ok(Self { dir: dir.to_owned(), texts, lists, problems, taken })
    }

    /// The lists as the texts have them, changes included.
    pub fn lists(&self) -> &Lists {
        &self.lists
    }

    /// What is wrong in the files.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The lists' texts as they stand now, by name.
    pub(super) fn list_texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().filter(|(name, _)| *name != "products").map(|(name, text)| (name.as_str(), text.now.as_str()))
    }

    /// The entries in order that `which` means.
    pub fn listed(&self, which: &Which) -> Vec<Listed> {
        let all = self.lists.phrases.iter().map(|phrase| Listed::of(&self.lists, phrase));
        all.filter(|listed| which.holds(listed.polarity, &listed.lang, &listed.theme)).collect()
    }

    /// Adds one phrase. Why it cannot be added is the error.
    pub fn add(&mut self, new: &NewPhrase) -> anyhow::Result<Added> {
        let mut refused = None;
        let added = self.add_all(std::slice::from_ref(new), |_, why| refused = Some(why))?;
        match refused {
            Some(why) => Err(why),
            None => added.into_iter().next().context("the phrase was not added"),
        }
    }

    /// Adds phrases. One that cannot be added is given to `refused` with its place among them; the rest are added.
    pub fn add_all(&mut self, new: &[NewPhrase], mut refused: impl FnMut(usize, anyhow::Error)) -> anyhow::Result<Vec<Added>> {
        let mut added = Vec::new();
        let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (place, phrase) in new.iter().enumerate() {
            match self.admit(phrase) {
                Ok(admitted) => {
                    groups.entry((admitted.listed.list.clone(), admitted.listed.theme.clone())).or_default().push(added.len());
                    added.push(admitted);
                }
                Err(why) => refused(place, why),
            }
        }
        self.wholly(|book| {
            for ((list, theme), members) in &groups {
                let written: Vec<String> = members.iter().map(|member| added[*member].entry.clone()).collect();
                book.change(list, |text| edit::with_phrases(text, theme, &written))?;
            }
            book.settle()?;
            added.iter().try_for_each(|added| book.stands(&added.listed))
        })?;
        Ok(added)
    }

    /// Makes sure that what was added is read back.
    fn stands(&self, listed: &Listed) -> anyhow::Result<()> {
        let Listed { phrase, list, .. } = listed;
        let stands = |read: &Phrase| read.written == *phrase && self.lists.lists[read.list].name == *list;
        match self.lists.phrases.iter().any(stands) {
            true => Ok(()),
            false => bail!("`{phrase}` would not be read back from {list}, so nothing is changed; see `goodword check`"),
        }
    }

    /// Says where a phrase goes, if it may be listed, and takes its forms.
    fn admit(&mut self, new: &NewPhrase) -> anyhow::Result<Added> {
        let written = new.written.split_whitespace().collect::<Vec<_>>().join(" ");
        let lang = match &new.lang {
            Some(lang) => lang.clone(),
            None => self.guess(&written)?,
        };
        let list = format!("{}.{lang}", new.polarity);
        let theme = self.theme(new.theme.as_deref().map_or(PLAIN_THEME, str::trim));
        if theme.is_empty() {
            bail!("`{written}`: its theme has no name; write for example --theme \"ease of use\"");
        }
        let entry = new.entry.clone().unwrap_or_else(|| edit::quoted(&written));
        let alone = edit::with_phrases("", &theme, std::slice::from_ref(&entry))?;
        let (read, problems) = Lists::from_texts([(list.as_str(), alone.as_str())]);
        if let Some(problem) = problems.first() {
            bail!("`{written}`: {}; {}", problem.what, problem.remedy);
        }
        let phrase = read.phrases.first().with_context(|| format!("`{written}` says nothing that could be looked for"))?;
        if phrase.forms.iter().all(|form| key(form).is_empty()) {
            bail!("`{written}` says nothing that could be looked for; write words");
        }
        // Forms that the program adds by itself give way to what people wrote.
        let own = forms(&written).unwrap_or_default();
        let taken = |form: &String| self.taken.get(&key(form));
        if let Some((form, other)) = own.iter().find_map(|form| Some((form, taken(form).filter(|other| other.polarity != new.polarity)?))) {
            bail!("{}", both_ways(&written, form, other));
        }
        if own.iter().all(|form| taken(form).is_some())
            && let Some(other) = own.first().and_then(taken)
        {
            bail!("`{written}` stands already in {} under `{}`{}", other.list, other.theme, as_written(&written, other));
        }
        let known = own.iter().filter(|form| taken(form).is_some()).cloned().collect();
        let listed = Listed { list, theme, phrase: written, ..Listed::of(&read, phrase) };
        let owner = Arc::new(listed.clone());
        for form in &listed.forms {
            self.taken.entry(key(form)).or_insert_with(|| Arc::clone(&owner));
        }
        Ok(Added { listed, known, entry })
    }

    /// The language that a phrase's script speaks for.
    fn guess(&self, written: &str) -> anyhow::Result<Lang> {
        let lang = text::language(written);
        if !self.lists.lists.iter().any(|list| list.lang == lang) {
            bail!("`{written}` looks like language `{lang}`, of which there is no list; say which one it belongs to with --lang");
        }
        Ok(lang)
    }

    /// The theme as the lists write it already, if they do.
    fn theme(&self, theme: &str) -> String {
        let known = self.lists.phrases.iter().map(|phrase| phrase.theme.as_str()).find(|known| fold(known) == fold(theme));
        known.unwrap_or(theme).to_owned()
    }

    /// Removes the entry that is written so, or stands for this form. Returns it as it stood.
    pub fn remove(&mut self, phrase: &str, which: &Which) -> anyhow::Result<Listed> {
        let mut found = self.written_so(phrase, which)?;
        if found.is_empty() {
            found = self.with_form(phrase, which)?;
        }
        let (list, entry) = match found.as_slice() {
            [] => bail!("{}", self.unknown(phrase, which)),
            [one] => one.clone(),
            [(first, entry), rest @ ..] if rest.iter().all(|(list, other)| list == first && other.theme == entry.theme) => {
                (first.clone(), entry.clone())
            }
            several => {
                let places: Vec<String> = several.iter().map(|(list, entry)| format!("{list} under `{}`", entry.theme)).collect();
                bail!("`{phrase}` stands in {}; say which with --polarity, --lang or --theme", places.join(" and in "));
            }
        };
        let (polarity, lang) = list_kind(&list).with_context(|| format!("`{list}` is not the name of a list"))?;
        let read = self.lists.phrases.iter().find(|phrase| phrase.written == entry.written && self.lists.lists[phrase.list].name == list);
        let forms = read.map(|phrase| phrase.forms.clone()).unwrap_or_default();
        self.wholly(|book| {
            book.change(&list, |text| edit::without_phrase(text, &entry))?;
            book.settle()
        })?;
        let removed = Listed { phrase: entry.written, polarity, lang, theme: entry.theme, list, forms };
        self.taken.retain(|_, owner| owner.phrase != removed.phrase || owner.list != removed.list);
        Ok(removed)
    }

    /// Every entry written like `phrase`, whether or not it is in order.
    fn written_so(&self, phrase: &str, which: &Which) -> anyhow::Result<Vec<(String, Entry)>> {
        let mut found = Vec::new();
        for (list, text) in self.list_texts() {
            let Some((polarity, lang)) = list_kind(list) else { continue };
            let entries = entries(text).with_context(|| format!("phrases/{list}.toml cannot be changed"))?;
            let meant = |entry: &Entry| entry.written == phrase.trim() && which.holds(polarity, &lang, &entry.theme);
            found.extend(entries.into_iter().filter(meant).map(|entry| (list.to_owned(), entry)));
        }
        Ok(found)
    }

    /// The entry that has a form that reads like `phrase`.
    fn with_form(&self, phrase: &str, which: &Which) -> anyhow::Result<Vec<(String, Entry)>> {
        let owner = self.taken.get(&key(phrase)).filter(|owner| which.holds(owner.polarity, &owner.lang, &owner.theme));
        match owner {
            Some(owner) => {
                let found = self.written_so(&owner.phrase, &Which { polarity: Some(owner.polarity), ..which.clone() })?;
                Ok(found.into_iter().filter(|(list, _)| *list == owner.list).collect())
            }
            None => Ok(Vec::new()),
        }
    }

    fn unknown(&self, phrase: &str, which: &Which) -> String {
        let likeness = |listed: &Listed| strsim::normalized_damerau_levenshtein(phrase, &listed.phrase);
        let likeliest = self.listed(which).into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        match likeliest.filter(|listed| likeness(listed) >= 0.5) {
            Some(Listed { phrase: likely, list, .. }) => format!("no list has `{phrase}`; did you mean `{likely}` in {list}?"),
            None => format!("no list has `{phrase}`; `goodword phrases list` shows what they have"),
        }
    }

    /// Adds a product. Why it cannot be added is the error.
    pub fn add_product(&mut self, product: &Product) -> anyhow::Result<()> {
        let thing = format!("product `{}`", product.name);
        if self.lists.products.iter().any(|known| fold(&known.name) == fold(&product.name)) {
            bail!("{thing} is listed already; see `goodword products`");
        }
        let before = self.problems.len();
        self.wholly(|book| {
            book.change("products", |text| edit::with_product(text, product))?;
            book.reread();
            if let Some(problem) = book.problems.iter().rfind(|problem| problem.thing == thing).filter(|_| book.problems.len() > before) {
                bail!("{thing} cannot be added: {}; {}", problem.what, problem.remedy);
            }
            if !book.lists.products.contains(product) {
                bail!("{thing} is listed already, or has a name twice; see `goodword products`");
            }
            Ok(())
        })
    }

    /// Removes the product called so.
    pub fn remove_product(&mut self, name: &str) -> anyhow::Result<Product> {
        let known: Vec<&str> = self.lists.products.iter().map(|product| product.name.as_str()).collect();
        let found = self.lists.products.iter().find(|product| fold(&product.name) == fold(name)).cloned();
        let product = found.with_context(|| format!("there is no product `{name}`; {}", crate::tomlfile::name_the_valid(name, &known)))?;
        self.wholly(|book| {
            book.change("products", |text| edit::without_product(text, &product.name))?;
            book.settle()
        })?;
        Ok(product)
    }

    /// Writes the files that have changed, each whole or not at all.
    pub fn save(&mut self) -> anyhow::Result<()> {
        for (name, text) in &mut self.texts {
            if text.on_disk.as_ref() != Some(&text.now) {
                replace(&self.dir.join("phrases").join(format!("{name}.toml")), text.on_disk.as_deref(), &text.now)?;
                text.on_disk = Some(text.now.clone());
            }
        }
        Ok(())
    }

    /// Makes a change that leaves all as it was if it fails.
    fn wholly(&mut self, change: impl FnOnce(&mut Self) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let before = self.texts.clone();
        let done = change(self);
        if done.is_err() {
            self.texts = before;
            self.reread();
        }
        done
    }

    fn change(&mut self, name: &str, edit: impl FnOnce(&str) -> Result<String, edit::Uneditable>) -> anyhow::Result<()> {
        let empty = Text { on_disk: None, now: first_lines(name) };
        let text = self.texts.entry(name.to_owned()).or_insert(empty);
        text.now = edit(&text.now).with_context(|| format!("phrases/{name}.toml cannot be changed"))?;
        Ok(())
    }

    /// Reads the changed texts; a mistake that was not there before is an error.
    fn settle(&mut self) -> anyhow::Result<()> {
        let before = self.problems.len();
        self.reread();
        match self.problems.last() {
            Some(problem) if self.problems.len() > before => bail!("nothing is changed, as it would cause a mistake: {problem}"),
            _ => Ok(()),
        }
    }

    fn reread(&mut self) {
        (self.lists, self.problems) = read_again(&self.texts);
    }
}

/// Takes the product called so out of the file in `dir`, unless a source is about it.
pub fn remove_product(dir: &Path, name: &str) -> anyhow::Result<Product> {
    let mut book = Phrasebook::read(dir)?;
    let product = book.remove_product(name)?;
    let is_about = |source: &&Arc<Source>| source.product.as_deref().is_some_and(|about| fold(about) == fold(&product.name));
    let sources: Vec<String> = Config::read(dir).sources.iter().filter(is_about).map(|source| format!("`{}`", source.name)).collect();
    if !sources.is_empty() {
        let name = &product.name;
        bail!("product `{name}` is what {} in sources.toml is about; change `product` there first", sources.join(", "));
    }
    book.save()?;
    Ok(product)
}

/// A form as it is looked for: what reads the same is the same.
pub(super) fn key(form: &str) -> Vec<u8> {
    let mut bytes = Normalised::plain(form).bytes().to_vec();
    while bytes.last().is_some_and(|byte| *byte < b' ') {
        bytes.pop();
    }
    bytes
}

fn read_again(texts: &BTreeMap<String, Text>) -> (Lists, Vec<Problem>) {
    Lists::from_texts(texts.iter().map(|(name, text)| (name.as_str(), text.now.as_str())))
}

/// What a new file begins with.
fn first_lines(name: &str) -> String {
    match list_kind(name) {
        Some((Polarity::Praise, lang)) => format!("# What people say in `{lang}` when they are happy: phrases by theme.\n"),
        Some((Polarity::Complaint, lang)) => format!("# What people say in `{lang}` when they are not happy: phrases by theme.\n"),
        None => String::new(),
    }
}

fn both_ways(written: &str, form: &str, other: &Listed) -> String {
    let what = if written == form { String::new() } else { format!("its form `{form}` ") };
    let Listed { phrase, list, theme, .. } = other;
    let remedy = format!("remove it there first (`goodword phrases remove \"{phrase}\"`) or word it differently");
    format!("`{written}`: {what}stands as a {} in {list} under `{theme}`{}; {remedy}", other.polarity, as_written(form, other))
}

fn as_written(said: &str, other: &Listed) -> String {
    if said == other.phrase { String::new() } else { format!(" (as `{}`)", other.phrase) }
}

#[cfg(test)]
mod tests;

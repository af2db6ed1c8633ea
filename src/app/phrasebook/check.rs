//! Looking through the lists for phrases that do no work: doubled, in each other's way, never found.

use std::collections::HashMap;

use serde::Serialize;

use super::{Phrasebook, key};
use crate::app::App;
use crate::mention::Polarity;
use crate::phrases::edit::entries;
use crate::phrases::{Lists, Phrase, Subject, Tagger, parts};
use crate::tomlfile::Problem;

/// Something about a phrase that its keeper may want to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "kebab-case")]
pub enum Finding {
    /// A mistake, as `goodword check` tells it.
    Mistake(Problem),
    /// It can never be found, as another always wins in its place.
    Shadowed(Problem),
    /// It reads the same as an entry of the other polarity.
    Collides(Problem),
    /// It was never found in a stored mention. Not a mistake.
    NeverFound(Problem),
}

impl Finding {
    /// What was found.
    pub fn problem(&self) -> &Problem {
        let (Self::Mistake(problem) | Self::Shadowed(problem) | Self::Collides(problem) | Self::NeverFound(problem)) = self;
        problem
    }

    /// Whether there is something to mend.
    pub fn is_mistake(&self) -> bool {
        !matches!(self, Self::NeverFound(_))
    }
}

/// An entry of a list, and its place in the file.
struct Placed {
    list: String,
    line: usize,
    theme: String,
    written: String,
}

impl Placed {
    fn problem(&self, what: String, remedy: &str) -> Problem {
        Problem {
            file: format!("phrases/{}.toml", self.list),
            line: Some(self.line),
            thing: format!("phrase `{}`", self.written),
            what,
            remedy: remedy.to_owned(),
        }
    }
}

impl App {
    /// Looks through the lists, and at what was found with them in stored mentions.
    pub async fn check_phrases(&self) -> anyhow::Result<Vec<Finding>> {
        let book = Phrasebook::read(self.dir())?;
        let mut findings: Vec<Finding> = book.problems().iter().cloned().map(Finding::Mistake).collect();
        let placed = placed(&book);
        let told = |entry: &Placed| {
            let thing = format!("phrase `{}`", entry.written);
            book.problems().iter().any(|problem| problem.line == Some(entry.line) && problem.thing == thing)
        };
        let read = Read::new(book.lists());
        let found = self.store.phrases_found().await?;
        let tagger = Tagger::new(book.lists());
        for entry in placed.iter().filter(|entry| !told(entry)) {
            match read.finding(entry, &placed, &tagger) {
                Some(finding) => findings.push(finding),
                None if !found.contains_key(&(entry.list.clone(), entry.written.clone())) => {
                    findings.push(Finding::NeverFound(entry.problem("was never found in a stored mention".to_owned(), "")));
                }
                None => {}
            }
        }
        Ok(findings)
    }
}

fn placed(book: &Phrasebook) -> Vec<Placed> {
    let mut placed = Vec::new();
    for (list, text) in book.list_texts() {
        // What is no TOML has its mistake told already.
        for entry in entries(text).unwrap_or_default() {
            placed.push(Placed { list: list.to_owned(), line: entry.line, theme: entry.theme, written: entry.written });
        }
    }
    placed
}

/// The lists as they were read, with who has which form.
struct Read<'a> {
    lists: &'a Lists,
    by_entry: HashMap<(&'a str, &'a str), &'a Phrase>,
    owners: HashMap<Vec<u8>, &'a Phrase>,
}

impl<'a> Read<'a> {
    fn new(lists: &'a Lists) -> Self {
        let mut read = Self { lists, by_entry: HashMap::new(), owners: HashMap::new() };
        for phrase in &lists.phrases {
            read.by_entry.insert((read.list(phrase), phrase.written.as_str()), phrase);
            for form in &phrase.forms {
                read.owners.entry(key(form)).or_insert(phrase);
            }
        }
        read
    }

    fn list(&self, phrase: &Phrase) -> &'a str {
        self.lists.lists[phrase.list].name.as_str()
    }

    fn polarity(&self, phrase: &Phrase) -> Polarity {
        self.lists.lists[phrase.list].polarity
    }

    /// What is the matter with an entry, apart from what reading the files told.
    fn finding(&self, entry: &Placed, placed: &[Placed], tagger: &Tagger) -> Option<Finding> {
        let Some(phrase) = self.by_entry.get(&(entry.list.as_str(), entry.written.as_str())) else {
            return Some(self.without_form(entry, placed));
        };
        let lost = |form: &&String| self.owners.get(&key(form)).is_some_and(|owner| !std::ptr::eq(*owner, *phrase));
        if let Some((form, owner)) = phrase.forms.iter().find(lost).and_then(|form| Some((form, *self.owners.get(&key(form))?)))
            && self.polarity(owner) != self.polarity(phrase)
        {
            let what = format!("`{form}` reads the same as `{}` in {}, which always wins", owner.written, self.list(owner));
            return Some(Finding::Collides(entry.problem(what, "keep it in one of the two")));
        }
        // Its words as they are written: another ending would not be missed.
        let written = crate::phrases::forms(&phrase.written).unwrap_or_default();
        if written.iter().any(|form| self.is_found(phrase, form, tagger)) {
            return None;
        }
        let winner = written.iter().find_map(|form| self.instead_of(form, tagger));
        let what = match winner {
            Some(winner) => format!("can never be found: {winner} always wins"),
            None => "is not tagged even where it stands alone: a cue word, a negation or a product's name has its place".to_owned(),
        };
        Some(Finding::Shadowed(entry.problem(what, "delete it, or word it differently")))
    }

    /// An entry none of whose forms was left for it.
    fn without_form(&self, entry: &Placed, placed: &[Placed]) -> Finding {
        let forms = crate::phrases::forms(&entry.written).unwrap_or_default();
        let owner = forms.iter().find_map(|form| self.owners.get(&key(form)));
        let what = match owner {
            Some(owner) => {
                let at = |other: &&Placed| other.written == owner.written && other.list == self.list(owner);
                let line = placed.iter().find(at).map_or(0, |other| other.line);
                format!("is a form of `{}` in {} (line {line}, `{}`) already", owner.written, self.list(owner), owner.theme)
            }
            None => format!("is not used (under `{}`)", entry.theme),
        };
        Finding::Shadowed(entry.problem(what, "delete one of the two"))
    }

    fn is_found(&self, phrase: &Phrase, form: &str, tagger: &Tagger) -> bool {
        let tags = tagger.tag(&Subject { text: &alone(form), ..Subject::default() }).tags;
        tags.iter().any(|tag| tag.phrase == phrase.written && tag.list.split('@').next() == Some(self.list(phrase)))
    }

    /// What is found where a form stands alone.
    fn instead_of(&self, form: &str, tagger: &Tagger) -> Option<String> {
        let tag = tagger.tag(&Subject { text: &alone(form), ..Subject::default() }).tags.into_iter().next()?;
        Some(format!("`{}` in {}", tag.phrase, tag.list.split('@').next().unwrap_or_default()))
    }
}

/// A text that holds a form and nothing else; gaps are closed.
fn alone(form: &str) -> String {
    parts(form).collect::<Vec<_>>().join(" ")
}

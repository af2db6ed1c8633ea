//! The same review told twice on a page, in JSON-LD and microdata say, made one; and the identities of those that are left.

use std::collections::{HashMap, HashSet};

use jiff::SignedDuration;

use super::review::Candidate;
use crate::mention::{Mention, Precision, Published};

/// Words fewer than this are said by many; more than this, and one saying is a copy or the beginning of the other.
const TELLING: usize = 40;

/// Makes copies one, the richer winning and the poorer filling what it lacks, and gives each an id of its own if it has one.
pub(super) fn unite(candidates: Vec<Candidate>) -> Vec<Mention> {
    let ids_in_syntax = count_ids(&candidates);
    let mut united: Vec<Told> = Vec::new();
    let mut places: HashMap<Key, usize> = HashMap::new();
    for candidate in candidates {
        let told = Told::new(candidate);
        let unique = |id: &&String| ids_in_syntax.get(&(told.by.syntax as u8, (*id).clone())) == Some(&1);
        let mut keys: Vec<Key> = told.by.ids.iter().filter(unique).map(|id| Key::Id(id.clone())).collect();
        keys.extend(told.word_keys());
        let known = keys.iter().filter_map(|key| places.get(key).copied());
        let same = known.into_iter().find(|place| united.get(*place).is_some_and(|other| agree(other, &told)));
        let place = same.unwrap_or(united.len());
        for key in keys {
            places.entry(key).or_insert(place);
        }
        match united.get_mut(place) {
            Some(other) => other.merge(told),
            None => united.push(told),
        }
    }
    let ids = own_ids(&united);
    united.into_iter().zip(ids).map(|(told, own_id)| Mention { own_id, ..told.by.mention }).collect()
}

/// A review as one syntax tells it.
struct Told {
    by: Candidate,
    author: Option<String>,
    /// The letters of its text, without case, blanks and punctuation.
    words: String,
}

/// What two copies of one review have in common.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Id(String),
    /// The same words by the same person, named or not.
    Words(Option<String>, String),
    /// Telling words, whoever said them.
    Anyone(String),
    /// The first words of a longer text in one syntax, which another may cut short.
    Start(Option<String>, String),
}

fn count_ids(candidates: &[Candidate]) -> HashMap<(u8, String), usize> {
    let mut counts = HashMap::new();
    for (candidate, id) in candidates.iter().flat_map(|candidate| candidate.ids.iter().map(move |id| (candidate, id))) {
        *counts.entry((candidate.syntax as u8, id.clone())).or_insert(0) += 1;
    }
    counts
}

impl Told {
    fn new(by: Candidate) -> Self {
        Self { author: by.mention.author.as_ref().map(|author| bare(&author.name)), words: bare(&by.mention.text), by }
    }

    /// The keys its words give it, the most exact first.
    fn word_keys(&self) -> Vec<Key> {
        let mut keys = vec![Key::Words(self.author.clone(), self.words.clone())];
        if self.words.chars().count() >= TELLING {
            keys.push(Key::Start(self.author.clone(), self.words.chars().take(TELLING).collect()));
            keys.push(Key::Anyone(self.words.clone()));
        }
        keys
    }

    /// Becomes the richer of two copies, and takes from the other what it lacks.
    fn merge(&mut self, mut other: Self) {
        if other.richness() > self.richness() {
            std::mem::swap(self, &mut other);
        }
        let (full, spare) = (&mut self.by.mention, other.by.mention);
        if self.by.ids.is_empty() {
            full.url = spare.url.or(full.url.take());
        }
        full.author = full.author.take().or(spare.author);
        full.title = full.title.take().or(spare.title.filter(|title| *title != full.text));
        let exact = |date: &Published| date.precision != Precision::Day;
        full.published = full.published.filter(exact).or(spare.published.filter(exact)).or(full.published).or(spare.published);
        full.edited = full.edited.or(spare.edited);
        full.rating = full.rating.or(spare.rating);
        full.about = full.about.take().or(spare.about);
        full.lang = full.lang.take().or(spare.lang);
        self.author = self.author.take().or(other.author);
        self.by.ids.extend(other.by.ids);
    }

    fn richness(&self) -> usize {
        let mention = &self.by.mention;
        let known = [
            mention.author.is_some(),
            mention.title.is_some(),
            mention.published.is_some(),
            mention.rating.is_some(),
            mention.about.is_some(),
            !mention.notes.is_empty(),
            !self.by.ids.is_empty(),
        ];
        self.words.len() + 20 * known.iter().filter(|known| **known).count()
    }
}

fn bare(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether two copies say the same, and nothing that one says contradicts the other.
fn agree(one: &Told, other: &Told) -> bool {
    let (a, b) = (&one.by.mention, &other.by.mention);
    let two_syntaxes = one.by.syntax != other.by.syntax;
    let same_author = match (&one.author, &other.author) {
        (Some(a), Some(b)) => a == b,
        // Short words without a name are anybody's.
        _ => two_syntaxes || one.words.len() >= TELLING,
    };
    let same_day = match (a.published, b.published) {
        (Some(a), Some(b)) => a.at.duration_since(b.at).abs() < SignedDuration::from_hours(36),
        _ => true,
    };
    let same_rating = match (a.rating, b.rating) {
        (Some(a), Some(b)) => (a.share() - b.share()).abs() < 0.26,
        _ => true,
    };
    // Told in two syntaxes, one may be cut short, or have its title in the body.
    let shares_id = || one.by.ids.iter().any(|id| other.by.ids.contains(id));
    let overlap = || one.words.starts_with(&other.words) || other.words.starts_with(&one.words) || shares_id();
    same_author && same_day && same_rating && (one.words == other.words || (two_syntaxes && overlap()))
}

/// Each review's first id that no other review of the page has. Ids that merely number the reviews of a page move on to
/// other reviews as new ones come in, so they are nobody's.
fn own_ids(united: &[Told]) -> Vec<Option<String>> {
    let mut holders: HashMap<&str, usize> = HashMap::new();
    for told in united {
        let ids: HashSet<&str> = told.by.ids.iter().map(String::as_str).collect();
        ids.into_iter().for_each(|id| *holders.entry(id).or_insert(0) += 1);
    }
    let lone = |told: &Told| told.by.ids.iter().find(|id| holders.get(id.as_str()) == Some(&1)).cloned();
    let own: Vec<Option<String>> = united.iter().map(lone).collect();
    if merely_number(&own) { vec![None; own.len()] } else { own }
}

/// Whether the ids count up by one from review to review.
fn merely_number(ids: &[Option<String>]) -> bool {
    let with_ids = ids.iter().enumerate().filter_map(|(place, id)| Some((place, id.as_deref()?)));
    let offsets: Option<Vec<usize>> = with_ids.map(|(place, id)| ordinal(id)?.checked_sub(place)).collect();
    let Some(offsets) = offsets else { return false };
    let first = offsets.first().copied();
    offsets.iter().all(|offset| Some(*offset) == first) && (first <= Some(1) || offsets.len() >= 3)
}

/// The number that a fragment ends with or an id is.
fn ordinal(id: &str) -> Option<usize> {
    let part = id.split_once('#').map_or(id, |(_, fragment)| fragment);
    let start = part.rfind(|letter: char| !letter.is_ascii_digit()).map_or(0, |at| at + 1);
    let counts = id.contains('#') || start == 0;
    part.get(start..).filter(|digits| counts && !digits.is_empty()).and_then(|digits| digits.parse().ok())
}

//! Saving what a page said: nothing twice, nothing lost, edits as revisions, copies as sightings.
//!
//! What to do with each mention is decided by pure functions over what was heard and what already stands; then it is
//! written in a few statements with many rows each.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sqlx::Row;

use super::identity;
use super::kept::{Event, Kept};
use super::read::Stored;
use super::revisions::Revision;
use super::shown::Shown;
use super::standing::{Heard, Standing};
use super::writing::Writing;
use super::{Counts, Tx};
use crate::mention::Mention;
use crate::noise::Flag;
use crate::phrases::Tagging;

/// Where and when mentions were heard.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The source's name.
    pub source: &'a str,
    /// Its kind.
    pub kind: &'a str,
    /// Where the mentions' own ids are unique (`feed@example.com`).
    pub namespace: &'a str,
    /// Whether their own ids become their public ids, where still free (imports).
    pub keeps_ids: bool,
    /// The list that showed them, by its address, if it is known to have shown all it should: what is missing from such a list
    /// may be gone.
    pub list: Option<&'a str>,
    /// The time now.
    pub now: Timestamp,
}

/// What was made of a mention before it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The product it is taken to be about.
    pub subject: Option<String>,
    /// Its tags and verdict.
    pub tagging: Tagging,
    /// Why it is noise, in words; none if it is not.
    pub filtered: Option<String>,
    /// What it is marked with.
    pub flags: Vec<Flag>,
}

/// What a person decided of a mention in the place of the rules of noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is no noise.
    Released,
    /// It is noise.
    Filtered,
}

impl Decision {
    /// The word used in columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Filtered => "filtered",
        }
    }

    pub(super) fn named(word: &str) -> Option<Self> {
        [Self::Released, Self::Filtered].into_iter().find(|decision| decision.as_str() == word)
    }
}

/// Why a mention is put aside that a person put aside.
pub(super) const BY_HAND: &str = "put aside by hand";

/// What saving did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Mentions given.
    pub seen: usize,
    /// Mentions never heard before.
    pub new: usize,
    /// Mentions that their author changed, or of which more is known now.
    pub updated: usize,
}

impl std::ops::AddAssign for Saved {
    fn add_assign(&mut self, more: Self) {
        self.seen += more.seen;
        self.new += more.new;
        self.updated += more.updated;
    }
}

/// What one heard mention means for a standing one.
#[derive(Debug, PartialEq)]
pub(super) enum Change {
    /// Nothing new.
    None,
    /// It was seen in one more place.
    Sighted,
    /// More is known of it now.
    Enriched(Box<Mention>),
    /// It is shown in full there, in more words than before.
    Richer(Box<Mention>),
    /// Its author changed it.
    Edited(Box<Mention>),
}

impl Tx<'_> {
    /// Keeps the mentions of one page. `judge` is asked only for those that are new or changed.
    pub async fn save(&mut self, origin: Origin<'_>, heard: Vec<Mention>, judge: impl Fn(&Mention) -> Judgement) -> anyhow::Result<Kept> {
        let mut saved = Saved { seen: heard.len(), ..Saved::default() };
        let mut events = Vec::new();
        let mut heard = distinct(heard, origin);
        self.pass_over_erased(&mut heard).await?;
        let mut standing = self.standing(&mut heard).await?;
        let mut writing = Writing::new(self.taken_ids(&heard, origin).await?);
        let mut shown = Vec::with_capacity(heard.len());
        for heard in heard {
            let united = self.united.len();
            let found = self.stands(&heard, &mut standing, &mut writing, &judge).await?;
            events.extend(self.united.iter().skip(united).map(|(gone, kept)| (*kept, Event::United { gone: *gone })));
            let row = match found {
                Some(row) => {
                    let stands = standing.rows.get_mut(&row).expect("a found row stands");
                    let event = take(stands, &heard, origin, &mut writing, &judge);
                    saved.updated += usize::from(event.is_some());
                    events.extend(event.map(|event| (row, event)));
                    row
                }
                None => {
                    let row = self.next_change();
                    let id = writing.id(&heard, origin);
                    writing.new.push(row);
                    standing.rows.insert(row, fresh(row, id, &heard, origin, &judge));
                    saved.new += 1;
                    events.push((row, Event::New));
                    row
                }
            };
            let (keys, traces) = standing.known_by(row, &heard);
            writing.keys(&keys, &traces, row);
            shown.push(Shown { row, published: heard.mention.published });
        }
        self.write(&mut writing, &mut standing.rows).await?;
        if let Some(list) = origin.list {
            self.look_for_gone(origin, list, &shown).await?;
        }
        let mentions = events.iter().filter_map(|(row, _)| standing.rows.remove_entry(row)).collect();
        Ok(Kept { saved, events, mentions })
    }

    /// The row that a heard mention is. Stored mentions that it shows to be one are united.
    async fn stands(
        &mut self,
        heard: &Heard,
        standing: &mut Standing,
        writing: &mut Writing,
        judge: &impl Fn(&Mention) -> Judgement,
    ) -> anyhow::Result<Option<i64>> {
        let exact = standing.exact(heard);
        let mut rows = standing.copies(heard, exact);
        rows.extend(exact);
        rows.sort_unstable();
        let Some((kept, others)) = rows.split_first() else { return Ok(None) };
        for gone in others {
            self.unite((*kept, *gone), standing, writing, judge).await?;
        }
        Ok(Some(*kept))
    }

    /// Judges the mentions of these rows anew; returns those that come out otherwise than before.
    pub async fn rejudge(&mut self, rows: &[i64], judge: impl Fn(&Stored) -> Judgement) -> anyhow::Result<Vec<Stored>> {
        let mut writing = Writing::new(HashSet::new());
        let mut standing = HashMap::with_capacity(rows.len());
        for mut stored in self.load(rows).await? {
            let judgement = judge(&stored);
            if stored.judged(judgement) {
                writing.changed.insert(stored.row);
                standing.insert(stored.row, stored);
            }
        }
        self.write(&mut writing, &mut standing).await?;
        Ok(standing.into_values().collect())
    }

    /// Keeps a stored mention as `change` leaves it; returns whether that differs from what was.
    pub(super) async fn change(&mut self, stored: &Stored, change: impl FnOnce(&mut Stored)) -> anyhow::Result<bool> {
        let mut again = stored.clone();
        change(&mut again);
        // Another process may have changed it since it was read, or found it to be another one: then that holds.
        if again == *stored || self.changed(stored.row).await? != Some(stored.changed) {
            return Ok(false);
        }
        let mut writing = Writing::new(HashSet::new());
        writing.changed.insert(stored.row);
        self.write(&mut writing, &mut HashMap::from([(stored.row, again)])).await?;
        Ok(true)
    }

    /// The number of a mention's last change; none if it is gone.
    async fn changed(&mut self, row: i64) -> anyhow::Result<Option<i64>> {
        let row = sqlx::query("SELECT changed FROM mention WHERE row_id = $1").bind(row).fetch_optional(&mut *self.inner).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// The public ids that are no longer free, among those that the mentions would like to keep.
    async fn taken_ids(&mut self, heard: &[Heard], origin: Origin<'_>) -> anyhow::Result<HashSet<String>> {
        let mut taken = HashSet::new();
        if !origin.keeps_ids {
            return Ok(taken);
        }
        for heard in heard {
            let Some(id) = &heard.mention.own_id else { continue };
            let sql = "SELECT 1 FROM mention WHERE id = $1 UNION ALL SELECT 1 FROM mention_alias WHERE id = $2";
            if sqlx::query(sql).bind(id).bind(id).fetch_optional(&mut *self.inner).await?.is_some() {
                taken.insert(id.clone());
            }
        }
        Ok(taken)
    }
}

/// The mentions with what they may be known by. An own id that stands twice on a page with different words names nothing, and
/// is dropped.
fn distinct(mut heard: Vec<Mention>, origin: Origin<'_>) -> Vec<Heard> {
    let mut first: HashMap<String, i64> = HashMap::new();
    let mut ambiguous = HashSet::new();
    for mention in &heard {
        let Some(own_id) = &mention.own_id else { continue };
        let content = identity::content(mention);
        if *first.entry(own_id.clone()).or_insert(content) != content {
            ambiguous.insert(own_id.clone());
        }
    }
    for mention in &mut heard {
        mention.own_id.take_if(|own_id| ambiguous.contains(own_id));
    }
    heard.into_iter().map(|mention| Heard::new(mention, origin)).collect()
}

/// Takes what was heard into the mention that stands; returns what happened, if more or something else is known of it now.
fn take(
    stands: &mut Stored,
    heard: &Heard,
    origin: Origin<'_>,
    writing: &mut Writing,
    judge: &impl Fn(&Mention) -> Judgement,
) -> Option<Event> {
    let change = Change::of(heard, stands);
    let back = stands.sighted(heard);
    if change != Change::None || back {
        writing.changed.insert(stands.row);
    }
    match change {
        Change::None | Change::Sighted => None,
        Change::Enriched(mention) => {
            stands.replace(*mention, judge);
            Some(Event::Completed)
        }
        Change::Richer(mention) => {
            stands.content_source.clone_from(&heard.sighting.source);
            stands.content_own_id = Some(heard.sighting.own_id.clone());
            stands.replace(*mention, judge);
            Some(Event::Completed)
        }
        Change::Edited(mention) => {
            let rating = stands.mention.rating;
            let revision = Revision::of(&stands.mention, stands.revision, origin.now);
            writing.revision(stands.row, &revision);
            stands.revisions.push(revision);
            stands.revision += 1;
            stands.replace(*mention, judge);
            Some(Event::Edited { rating })
        }
    }
}

impl Change {
    /// What a heard mention means for the one that stands.
    pub(super) fn of(heard: &Heard, stands: &Stored) -> Self {
        let Heard { mention, sighting, .. } = heard;
        let seen_here = stands.sightings.iter().any(|known| known.source == sighting.source && known.own_id == sighting.own_id);
        let shows_its_words = stands.content_source == sighting.source
            && stands.content_own_id.as_ref().is_none_or(|own_id| *own_id == sighting.own_id)
            && seen_here;
        if shows_its_words {
            // What another source added stays: only what this one says otherwise is an edit.
            let edited = merged(mention, &stands.mention);
            return match identity::content(&edited) == stands.content {
                true if edited.context.is_news(&stands.mention.context) => Self::Enriched(Box::new(edited)),
                true => Self::None,
                false => Self::Edited(Box::new(edited)),
            };
        }
        // Another source's copy never counts as an edit: it may be a stub, or the full text of one.
        if seen_here {
            return Self::None;
        }
        if mention.text.chars().count() > stands.mention.text.chars().count() {
            return Self::Richer(Box::new(merged(mention, &stands.mention)));
        }
        let merged = merged(&stands.mention, mention);
        if merged == stands.mention { Self::Sighted } else { Self::Enriched(Box::new(merged)) }
    }
}

/// `first`, with what it lacks taken from `second`.
pub(super) fn merged(first: &Mention, second: &Mention) -> Mention {
    Mention {
        own_id: None,
        url: first.url.clone().or_else(|| second.url.clone()),
        author: first.author.clone().or_else(|| second.author.clone()),
        title: first.title.clone().or_else(|| second.title.clone()),
        text: first.text.clone(),
        published: first.published.or(second.published),
        edited: first.edited.or(second.edited),
        rating: first.rating.or(second.rating),
        lang: first.lang.clone().or_else(|| second.lang.clone()),
        about: first.about.clone().or_else(|| second.about.clone()),
        notes: first.notes.clone(),
        context: first.context.or(&second.context),
    }
}

impl Stored {
    /// Notes where it was seen; returns whether it is back where it was gone from.
    fn sighted(&mut self, heard: &Heard) -> bool {
        let Heard { sighting, .. } = heard;
        match self.sightings.iter_mut().find(|known| known.source == sighting.source && known.own_id == sighting.own_id) {
            Some(known) => known.gone.take().is_some(),
            None => {
                self.sightings.push(sighting.clone());
                false
            }
        }
    }

    /// Puts `mention` in the place of what stood, and judges it.
    fn replace(&mut self, mention: Mention, judge: &impl Fn(&Mention) -> Judgement) {
        self.content = identity::content(&mention);
        self.mention = mention;
        self.judged(judge(&self.mention));
    }

    /// Takes a judgement; what a person decided stays. Returns whether it differs from the one before.
    pub(super) fn judged(&mut self, judgement: Judgement) -> bool {
        let Judgement { subject, tagging, filtered, flags } = judgement.corrected(&self.corrections, self.mention.rating);
        let filtered = match self.decided {
            None => filtered,
            Some(Decision::Released) => None,
            Some(Decision::Filtered) => Some(BY_HAND.to_owned()),
        };
        let differs = (&self.subject, &self.tagging, &self.flags, &self.filtered) != (&subject, &tagging, &flags, &filtered);
        (self.subject, self.tagging, self.flags, self.filtered) = (subject, tagging, flags, filtered);
        differs
    }
}

fn fresh(row: i64, id: String, heard: &Heard, origin: Origin<'_>, judge: &impl Fn(&Mention) -> Judgement) -> Stored {
    let Judgement { subject, tagging, filtered, flags } = judge(&heard.mention);
    Stored {
        row,
        id,
        changed: row,
        subject,
        tagging,
        corrections: Vec::new(),
        filtered,
        flags,
        decided: None,
        sightings: vec![heard.sighting.clone()],
        first_seen: origin.now,
        revision: 1,
        revisions: Vec::new(),
        content: identity::content(&heard.mention),
        content_source: origin.source.to_owned(),
        content_own_id: Some(heard.sighting.own_id.clone()),
        counted: Counts::default(),
        mention: Mention { own_id: None, ..heard.mention.clone() },
    }
}

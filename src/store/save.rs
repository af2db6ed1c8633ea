//! Saving what a page said: nothing twice, nothing lost, edits as revisions.
//!
//! What to do with each mention is decided by pure functions over what was heard and what already stands; then it is
//! written in a few statements with many rows each.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sqlx::Row;

use super::identity::{self, Keys};
use super::read::{Sighting, Stored, select};
use super::writing::Writing;
use super::{Counts, Tx};
use crate::mention::Mention;
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
}

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
enum Change {
    /// Nothing new.
    None,
    /// It was seen in one more place.
    Sighted,
    /// More is known of it now.
    Enriched(Box<Mention>),
    /// Its author changed it.
    Edited(Box<Mention>),
}

impl Tx<'_> {
    /// Keeps the mentions of one page. `judge` is asked only for those that are new or changed.
    pub async fn save(&mut self, origin: Origin<'_>, heard: Vec<Mention>, judge: impl Fn(&Mention) -> Judgement) -> anyhow::Result<Saved> {
        let mut saved = Saved { seen: heard.len(), ..Saved::default() };
        let heard = with_keys(heard, origin.namespace);
        let mut standing = self.standing(&heard).await?;
        let taken = self.taken_ids(&heard, origin).await?;
        let mut writing = Writing::new(taken);
        for (mention, keys) in heard {
            let Some(row) = standing.find(&mention, keys, origin.source) else {
                let row = self.next_change();
                let id = writing.id(&mention, keys, origin);
                let stored = fresh(row, id, mention, origin, &judge);
                writing.add(&stored, keys);
                standing.add(stored, keys);
                saved.new += 1;
                continue;
            };
            let stands = standing.rows.get_mut(&row).expect("a found row stands");
            writing.keys(keys, row);
            match change(stands, &mention, origin.source) {
                Change::None => {}
                Change::Sighted => self.sighted(stands, &mention, origin, &mut writing),
                Change::Enriched(merged) => {
                    self.sighted(stands, &mention, origin, &mut writing);
                    stands.replace(*merged, &judge);
                    writing.changed.insert(row);
                    saved.updated += 1;
                }
                Change::Edited(edited) => {
                    writing.revision(stands, origin.now);
                    stands.revision += 1;
                    stands.replace(*edited, &judge);
                    writing.changed.insert(row);
                    saved.updated += 1;
                }
            }
        }
        self.write(writing, &standing.rows).await?;
        Ok(saved)
    }

    /// Keeps a new judgement of a stored mention.
    pub async fn rejudge(&mut self, stored: &Stored, judgement: Judgement) -> anyhow::Result<()> {
        let row = stored.row;
        let again = Stored { subject: judgement.subject, tagging: judgement.tagging, ..stored.clone() };
        let mut writing = Writing::new(HashSet::new());
        writing.changed.insert(row);
        self.write(writing, &HashMap::from([(row, again)])).await
    }

    /// The stored mentions that those heard could be.
    async fn standing(&mut self, heard: &[(Mention, Keys)]) -> anyhow::Result<Standing> {
        let wanted: Vec<i64> = heard.iter().flat_map(|(_, keys)| keys.each()).collect();
        let mut keys = HashMap::with_capacity(wanted.len());
        for chunk in wanted.chunks(1000) {
            for row in select(&mut self.inner, "SELECT key, mention FROM mention_key WHERE key IN", chunk, "").await? {
                keys.insert(row.try_get(0)?, row.try_get(1)?);
            }
        }
        let mut rows: Vec<i64> = keys.values().copied().collect();
        rows.sort_unstable();
        rows.dedup();
        let rows = self.load(&rows).await?.into_iter().map(|stored| (stored.row, stored)).collect();
        Ok(Standing { rows, keys })
    }

    /// The public ids that are no longer free, among those that the mentions would like to keep.
    async fn taken_ids(&mut self, heard: &[(Mention, Keys)], origin: Origin<'_>) -> anyhow::Result<HashSet<String>> {
        let mut taken = HashSet::new();
        if !origin.keeps_ids {
            return Ok(taken);
        }
        for (mention, _) in heard {
            let Some(id) = &mention.own_id else { continue };
            if sqlx::query("SELECT 1 FROM mention WHERE id = $1").bind(id).fetch_optional(&mut *self.inner).await?.is_some() {
                taken.insert(id.clone());
            }
        }
        Ok(taken)
    }

    fn sighted(&mut self, stands: &mut Stored, mention: &Mention, origin: Origin<'_>, writing: &mut Writing) {
        let sighting = sighting(mention, origin);
        writing.sighting(stands.row, &sighting);
        stands.sightings.push(sighting);
        writing.changed.insert(stands.row);
    }
}

/// The mentions with their keys. An own id that stands twice on a page with different words names nothing, and is dropped.
fn with_keys(mut heard: Vec<Mention>, namespace: &str) -> Vec<(Mention, Keys)> {
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
    heard
        .into_iter()
        .map(|mention| {
            let keys = identity::keys(&mention, namespace);
            (mention, keys)
        })
        .collect()
}

/// What already stands: stored rows and those of this page.
#[derive(Debug)]
struct Standing {
    rows: HashMap<i64, Stored>,
    keys: HashMap<i64, i64>,
}

impl Standing {
    /// The row that a heard mention is, if it stands.
    fn find(&self, mention: &Mention, keys: Keys, source: &str) -> Option<i64> {
        if let Some(row) = keys.own.and_then(|key| self.keys.get(&key)) {
            return Some(*row);
        }
        let row = keys.looks.and_then(|key| self.keys.get(&key))?;
        // One source that gives two posts two ids means two posts, however alike they look.
        let own_id = mention.own_id.as_deref();
        let told_apart = |sighting: &Sighting| sighting.source == source && own_id.is_some_and(|own_id| sighting.own_id != own_id);
        let stands = self.rows.get(row)?;
        (!stands.sightings.iter().any(told_apart)).then_some(*row)
    }

    fn add(&mut self, stored: Stored, keys: Keys) {
        for key in keys.each() {
            self.keys.entry(key).or_insert(stored.row);
        }
        self.rows.insert(stored.row, stored);
    }
}

/// What a heard mention means for the one that stands.
fn change(stands: &Stored, heard: &Mention, source: &str) -> Change {
    let own_id = heard.own_id.as_deref().unwrap_or_default();
    let seen_here = stands.sightings.iter().any(|sighting| sighting.source == source && sighting.own_id == own_id);
    if stands.content_source == source && seen_here {
        // What another source added stays: only what this one says otherwise is an edit.
        let edited = merged(heard, &stands.mention);
        return if identity::content(&edited) == stands.content { Change::None } else { Change::Edited(Box::new(edited)) };
    }
    // Another source's copy never counts as an edit: it may be a stub, or the full text of one.
    let richer = heard.text.chars().count() > stands.mention.text.chars().count() && !seen_here;
    let merged = if richer { merged(heard, &stands.mention) } else { merged(&stands.mention, heard) };
    match (merged == stands.mention, seen_here) {
        (false, false) => Change::Enriched(Box::new(merged)),
        (true, false) => Change::Sighted,
        (_, true) => Change::None,
    }
}

/// `first`, with what it lacks taken from `second`.
fn merged(first: &Mention, second: &Mention) -> Mention {
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
    }
}

impl Stored {
    /// Puts `mention` in the place of what stood, and judges it.
    fn replace(&mut self, mention: Mention, judge: &impl Fn(&Mention) -> Judgement) {
        let Judgement { subject, tagging } = judge(&mention).corrected(&self.corrections, mention.rating);
        self.content = identity::content(&mention);
        (self.mention, self.subject, self.tagging) = (mention, subject, tagging);
    }
}

fn fresh(row: i64, id: String, mention: Mention, origin: Origin<'_>, judge: &impl Fn(&Mention) -> Judgement) -> Stored {
    let Judgement { subject, tagging } = judge(&mention);
    Stored {
        row,
        id,
        changed: row,
        subject,
        tagging,
        sightings: vec![sighting(&mention, origin)],
        corrections: Vec::new(),
        first_seen: origin.now,
        revision: 1,
        content: identity::content(&mention),
        content_source: origin.source.to_owned(),
        counted: Counts::default(),
        mention: Mention { own_id: None, ..mention },
    }
}

fn sighting(mention: &Mention, origin: Origin<'_>) -> Sighting {
    Sighting {
        source: origin.source.to_owned(),
        kind: origin.kind.to_owned(),
        own_id: mention.own_id.clone().unwrap_or_default(),
        url: mention.url.as_ref().map(ToString::to_string),
        seen: origin.now,
        gone: None,
    }
}

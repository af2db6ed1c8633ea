//! The rows that saving a page leads to, gathered so that each table takes one statement with many rows.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::beside::write_sightings;
use super::corrected::write_corrections;
use super::read::{Sighting, Stored};
use super::rows::Rows;
use super::save::{Decision, Origin};
use super::standing::Heard;
use super::tags::write_tags;
use super::{Counts, Tx};

impl Tx<'_> {
    /// Writes what was gathered, and forgets it; `standing` has the rows it is about as they are now.
    pub(super) async fn write(&mut self, writing: &mut Writing, standing: &mut HashMap<i64, Stored>) -> anyhow::Result<()> {
        let new = std::mem::take(&mut writing.new);
        let mut rows: Vec<i64> = std::mem::take(&mut writing.changed).into_iter().filter(|row| new.binary_search(row).is_err()).collect();
        rows.sort_unstable();
        for (row, is_new) in new.iter().map(|row| (*row, true)).chain(rows.into_iter().map(|row| (row, false))) {
            let stored = standing.get_mut(&row).ok_or_else(|| anyhow::anyhow!("mention {row} is not at hand"))?;
            let changed = if is_new { row } else { self.next_change() };
            stored.changed = changed;
            mention_row(&mut writing.mentions, stored, changed)?;
            for sighting in &stored.sightings {
                sighting_row(&mut writing.sightings, row, sighting);
            }
            let counts = Counts::of(stored);
            self.count(counts, stored.counted);
            stored.counted = counts;
        }
        let tables =
            [&mut writing.mentions, &mut writing.key_rows, &mut writing.trace_rows, &mut writing.sightings, &mut writing.revisions];
        for rows in tables {
            rows.insert(self).await?;
        }
        Ok(())
    }
}

/// Everything a page leads to writing.
pub(super) struct Writing {
    /// Rows that are new, in their order.
    pub(super) new: Vec<i64>,
    pub(super) changed: HashSet<i64>,
    taken: HashSet<String>,
    mentions: Rows,
    key_rows: Rows,
    trace_rows: Rows,
    sightings: Rows,
    pub(super) revisions: Rows,
}

/// The columns of a mention, in the order in which they are written and read.
macro_rules! columns {
    () => {
        "row_id, id, changed, content, content_source, title, text, url, author, author_handle, published_at, published_precision, \
        edited_at, rating_value, rating_worst, rating_best, stated_lang, about, subject, notes, lang, products, verdict, why, ugly, \
        first_seen_at, revision, tags, sightings, content_own_id, gone_at, filtered, decided, flags, corrections, context"
    };
}

const MENTION: &str = concat!("INSERT INTO mention (", columns!(), ")");

/// Reads mentions by row.
pub(super) const READ_MENTIONS: &str = concat!("SELECT ", columns!(), " FROM mention WHERE row_id IN");

const ON_CHANGE: &str = " ON CONFLICT (row_id) DO UPDATE SET changed = excluded.changed, content = excluded.content, \
    content_source = excluded.content_source, title = excluded.title, text = excluded.text, url = excluded.url, \
    author = excluded.author, author_handle = excluded.author_handle, published_at = excluded.published_at, \
    published_precision = excluded.published_precision, edited_at = excluded.edited_at, rating_value = excluded.rating_value, \
    rating_worst = excluded.rating_worst, rating_best = excluded.rating_best, stated_lang = excluded.stated_lang, \
    about = excluded.about, subject = excluded.subject, notes = excluded.notes, lang = excluded.lang, products = excluded.products, \
    verdict = excluded.verdict, why = excluded.why, ugly = excluded.ugly, revision = excluded.revision, tags = excluded.tags, \
    sightings = excluded.sightings, content_own_id = excluded.content_own_id, gone_at = excluded.gone_at, \
    filtered = excluded.filtered, decided = excluded.decided, flags = excluded.flags, first_seen_at = excluded.first_seen_at, corrections = excluded.corrections, \
    context = excluded.context";

impl Writing {
    pub(super) fn new(taken: HashSet<String>) -> Self {
        Self {
            new: Vec::new(),
            changed: HashSet::new(),
            taken,
            mentions: Rows::new(MENTION, ON_CHANGE),
            key_rows: Rows::new("INSERT INTO mention_key (key, mention)", " ON CONFLICT (key) DO NOTHING"),
            trace_rows: Rows::new("INSERT INTO mention_trace (key, mention)", " ON CONFLICT (key, mention) DO NOTHING"),
            sightings: Rows::new(
                "INSERT INTO sighting (mention, source, own_id, kind, url, seen_at, gone_at)",
                " ON CONFLICT (mention, source, own_id) DO UPDATE SET gone_at = excluded.gone_at",
            ),
            revisions: Rows::new(
                "INSERT INTO revision (mention, number, title, text, rating_value, rating_worst, rating_best, replaced_at)",
                "",
            ),
        }
    }

    /// The public id of a new mention.
    pub(super) fn id(&mut self, heard: &Heard, origin: Origin<'_>) -> String {
        match &heard.mention.own_id {
            Some(own_id) if origin.keeps_ids && self.taken.insert(own_id.clone()) => own_id.clone(),
            _ => heard.keys.id(),
        }
    }

    /// Lets keys and traces lead to `row`.
    pub(super) fn keys(&mut self, keys: &[i64], traces: &[i64], row: i64) {
        for key in keys {
            self.key_rows.row().with(*key).with(row);
        }
        for trace in traces {
            self.trace_rows.row().with(*trace).with(row);
        }
    }
}

fn sighting_row(rows: &mut Rows, row: i64, sighting: &Sighting) {
    rows.row()
        .with(row)
        .with(&*sighting.source)
        .with(&*sighting.own_id)
        .with(&*sighting.kind)
        .with(sighting.url.as_deref())
        .with(sighting.seen.as_millisecond())
        .with(sighting.gone.map(Timestamp::as_millisecond));
}

fn mention_row(rows: &mut Rows, stored: &Stored, changed: i64) -> anyhow::Result<()> {
    let mention = &stored.mention;
    let notes = match mention.notes.as_slice() {
        [] => None,
        notes => Some(serde_json::to_string(notes)?),
    };
    let flags = match stored.flags.as_slice() {
        [] => None,
        flags => Some(serde_json::to_string(flags)?),
    };
    let context = if mention.context.is_empty() { None } else { Some(serde_json::to_string(&mention.context)?) };
    rows.row()
        .with(stored.row)
        .with(&*stored.id)
        .with(changed)
        .with(stored.content)
        .with(&*stored.content_source)
        .with(mention.title.as_deref())
        .with(&*mention.text)
        .with(mention.url.as_ref().map(|url| url.as_str()))
        .with(mention.author.as_ref().map(|author| &*author.name))
        .with(mention.author.as_ref().and_then(|author| author.handle.as_deref()))
        .with(mention.published.map(|published| published.at.as_millisecond()))
        .with(mention.published.map(|published| published.precision.as_str()))
        .with(mention.edited.map(Timestamp::as_millisecond))
        .with(mention.rating.map(|rating| rating.value()))
        .with(mention.rating.map(|rating| rating.worst()))
        .with(mention.rating.map(|rating| rating.best()))
        .with(mention.lang.as_ref().map(|lang| lang.as_str()))
        .with(mention.about.as_deref())
        .with(stored.subject.as_deref())
        .with(notes)
        .with(stored.tagging.lang.as_str())
        .with(serde_json::to_string(&stored.tagging.products)?)
        .with(stored.tagging.verdict.as_str())
        .with(&*stored.tagging.why)
        .with(i64::from(stored.tagging.ugly))
        .with(stored.first_seen.as_millisecond())
        .with(stored.revision)
        .with(write_tags(&stored.tagging.tags, mention.into())?)
        .with(write_sightings(&stored.sightings, mention.url.as_ref())?)
        .with(stored.content_own_id.as_deref())
        .with(stored.gone().map(Timestamp::as_millisecond))
        .with(stored.filtered.as_deref())
        .with(stored.decided.map(Decision::as_str))
        .with(flags)
        .with(write_corrections(&stored.corrections)?)
        .with(context);
    Ok(())
}

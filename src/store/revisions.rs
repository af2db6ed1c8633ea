//! What mentions said before they were changed.

use jiff::Timestamp;
use sqlx::{AnyConnection, Row};

use super::read::{select, time};
use super::writing::Writing;
use crate::mention::{Mention, Rating};

/// What a mention said before it was changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Its number, from 1.
    pub revision: i64,
    /// When it was seen to be replaced.
    pub replaced: Timestamp,
    /// Its title.
    pub title: Option<String>,
    /// What it said.
    pub text: String,
    /// The points given.
    pub rating: Option<Rating>,
}

impl Revision {
    /// What `mention` says, as replaced at `now`.
    pub(super) fn of(mention: &Mention, revision: i64, now: Timestamp) -> Self {
        Self { revision, replaced: now, title: mention.title.clone(), text: mention.text.clone(), rating: mention.rating }
    }
}

impl Writing {
    /// Adds a revision of the mention `row`.
    pub(super) fn revision(&mut self, row: i64, revision: &Revision) {
        self.revisions
            .row()
            .with(row)
            .with(revision.revision)
            .with(revision.title.as_deref())
            .with(&*revision.text)
            .with(revision.rating.map(|rating| rating.value()))
            .with(revision.rating.map(|rating| rating.worst()))
            .with(revision.rating.map(|rating| rating.best()))
            .with(revision.replaced.as_millisecond());
    }
}

/// The revisions of these rows, oldest first.
pub(super) async fn revisions(connection: &mut AnyConnection, rows: &[i64]) -> anyhow::Result<Vec<(i64, Revision)>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut revisions = Vec::new();
    for row in select(connection, "SELECT * FROM revision WHERE mention IN", rows, " ORDER BY mention, number").await? {
        let rating = (row.try_get("rating_value")?, row.try_get("rating_worst")?, row.try_get("rating_best")?);
        let revision = Revision {
            revision: row.try_get("number")?,
            replaced: time(row.try_get("replaced_at")?)?,
            title: row.try_get("title")?,
            text: row.try_get("text")?,
            rating: match rating {
                (Some(value), Some(worst), Some(best)) => Rating::new(value, worst, best),
                _ => None,
            },
        };
        revisions.push((row.try_get("mention")?, revision));
    }
    Ok(revisions)
}

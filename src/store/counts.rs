//! How much is kept, counted along with every change, so that asking costs nothing however much there is.

use std::ops::{AddAssign, SubAssign};

use sqlx::Row;

use super::Store;
use super::read::Stored;

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Mentions, each once.
    pub mentions: i64,
    /// Sightings of them.
    pub sightings: i64,
    /// Tags on them.
    pub tags: i64,
    /// Mentions put aside as noise; they, their sightings and tags count in none of the others.
    pub filtered: i64,
}

impl Counts {
    /// What one mention adds to the totals.
    pub(super) fn of(stored: &Stored) -> Self {
        if stored.filtered.is_some() {
            return Self { filtered: 1, ..Self::default() };
        }
        let many = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        Self { mentions: 1, sightings: many(stored.sightings.len()), tags: many(stored.tagging.tags.len()), filtered: 0 }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.mentions += more.mentions;
        self.sightings += more.sightings;
        self.tags += more.tags;
        self.filtered += more.filtered;
    }
}

impl SubAssign for Counts {
    fn sub_assign(&mut self, less: Self) {
        self.mentions -= less.mentions;
        self.sightings -= less.sightings;
        self.tags -= less.tags;
        self.filtered -= less.filtered;
    }
}

impl Store {
    /// How much is kept.
    pub async fn counts(&self) -> anyhow::Result<Counts> {
        let sql = "SELECT mentions, sightings, tags, filtered FROM change_sequence WHERE one = 1";
        let row = sqlx::query(sql).fetch_one(&self.pool).await?;
        Ok(Counts { mentions: row.try_get(0)?, sightings: row.try_get(1)?, tags: row.try_get(2)?, filtered: row.try_get(3)? })
    }
}

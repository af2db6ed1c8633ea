//! The order of hits, and the cursor that says where in it a page ended.
//!
//! Places are unique and do not move when mentions arrive: a page behind a cursor repeats and skips nothing.

use std::fmt;
use std::str::FromStr;

use tantivy::{f64_to_u64, i64_to_u64};

use super::statistics::Statistics;

/// Which hits come first. Those that are alike stand by date, the latest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The latest published.
    #[default]
    Newest,
    /// The first published.
    Oldest,
    /// Those that match best.
    Relevance,
    /// The most stars; without any come last.
    BestRated,
    /// The fewest stars; without any come last.
    WorstRated,
}

impl Sort {
    /// Every order.
    pub const ALL: [Self; 5] = [Self::Newest, Self::Oldest, Self::Relevance, Self::BestRated, Self::WorstRated];

    /// The order of this name; `rating` means the best first.
    pub fn parse(name: &str) -> Option<Self> {
        let name = if name == "rating" { "best-rated" } else { name };
        Self::ALL.into_iter().find(|sort| sort.as_str() == name)
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Relevance => "relevance",
            Self::BestRated => "best-rated",
            Self::WorstRated => "worst-rated",
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Newest => 'n',
            Self::Oldest => 'o',
            Self::Relevance => 'r',
            Self::BestRated => 'b',
            Self::WorstRated => 'w',
        }
    }

    /// The place of a mention; the highest comes first. `newest` is its key by date.
    pub(super) fn place(self, score: f32, stars: Option<f64>, newest: i64) -> Place {
        let newest = i64_to_u64(newest);
        match self {
            Self::Newest => Place(0, newest),
            Self::Oldest => Place(0, !newest),
            Self::Relevance => Place(f64_to_u64(f64::from(score)), newest),
            Self::BestRated => Place(stars.map_or(0, f64_to_u64), newest),
            Self::WorstRated => Place(stars.map_or(0, |stars| !f64_to_u64(stars)), newest),
        }
    }
}

/// A place in an order; the higher comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u64, u64);

/// Where in the hits of a query a page ended: the next one goes on behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) sort: Sort,
    pub(super) place: Place,
    /// What relevance was reckoned with.
    pub(super) statistics: Statistics,
}

impl Cursor {
    /// The order it is a place in.
    pub fn sort(&self) -> Sort {
        self.sort
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:x}.{:x}", self.sort.letter(), self.place.0, self.place.1)?;
        if self.sort == Sort::Relevance { write!(f, ".{}", self.statistics.write()) } else { Ok(()) }
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let sort = Sort::ALL.into_iter().find(|sort| text.starts_with(sort.letter()))?;
            let (first, second) = text.strip_prefix(sort.letter())?.split_once('.')?;
            let (second, statistics) = second.split_once('.').filter(|_| sort == Sort::Relevance).unwrap_or((second, ""));
            let statistics = Statistics::read(statistics)?;
            let number = |hex: &str| u64::from_str_radix(hex, 16).ok().filter(|_| !hex.starts_with('+'));
            Some(Self { sort, place: Place(number(first)?, number(second)?), statistics })
        };
        read().ok_or_else(|| format!("`{text}` is no cursor; take one from a line of `search --json`, or from the end of a page"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_is_written() {
        for sort in Sort::ALL {
            let statistics = Statistics::read(if sort == Sort::Relevance { "a-b_c-d" } else { "" }).unwrap();
            let cursor = Cursor { sort, place: sort.place(1.5, Some(4.0), -7), statistics };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
            assert_eq!(Sort::parse(sort.as_str()), Some(sort));
        }
        for text in ["", "n", "n1", "x1.2", "n1.g", "n1.2.3", "r1.2.x", "r1.2.a-", "né.1"] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }

    #[test]
    fn places_are_in_order() {
        let newest = |newest| Sort::Newest.place(0.0, None, newest);
        assert!(newest(5) > newest(-5));
        assert!(Sort::Oldest.place(0.0, None, -5) > Sort::Oldest.place(0.0, None, 5));
        let worst = |stars| Sort::WorstRated.place(0.0, stars, 0);
        assert!(worst(Some(1.0)) > worst(Some(2.0)) && worst(Some(5.0)) > worst(None));
        let best = |stars| Sort::BestRated.place(0.0, stars, 0);
        assert!(best(Some(5.0)) > best(Some(2.0)) && best(Some(0.0)) > best(None));
    }
}

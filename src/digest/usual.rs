//! What is usual: the average of the same weekdays, of the weeks or of the months before.
//!
//! Pure. Days on which much was not heard, or before anything was, tell nothing.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::edition::{Edition, Every};
use crate::insight::{Period, days_before};

/// So many weeks before tell what is usual of weekdays.
const WEEKS: i64 = 8;
/// So many weeks before tell what is usual of a week.
const WHOLE_WEEKS: i64 = 4;
/// So many months before tell what is usual of a month.
const MONTHS: i64 = 3;
/// Fewer weeks or months tell nothing.
const LEAST: usize = 2;
/// With fewer of the same weekday all days tell, as they do for spikes.
const LEAST_WEEKDAYS: usize = 4;
/// Fewer days tell nothing.
const LEAST_DAYS: usize = 7;

/// What is usual.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Usual {
    /// So many.
    pub count: f64,
    /// Whether the same weekdays tell it, rather than all days.
    pub of_weekday: bool,
}

/// What was counted on a day, and whether it tells anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The day.
    pub day: Date,
    /// So many.
    pub count: u64,
    /// Whether enough was heard on it.
    pub heard: bool,
}

impl Edition {
    /// The days before it that tell what is usual, and its own.
    pub fn with_history(self) -> Period {
        let from = match self.every {
            Every::Daily => days_before(self.from, 7 * WEEKS),
            Every::Weekly => days_before(self.from, 7 * WHOLE_WEEKS),
            Every::Monthly => self.from.saturating_sub(MONTHS.months()),
        };
        Period { from, until: self.until }
    }

    /// The times before it that are like it.
    fn likes(self) -> Vec<Period> {
        let back = |days: i64| Period { from: days_before(self.from, days), until: days_before(self.until, days) };
        match self.every {
            // A digest of more than a week has none of the same length just before it that does not overlap it.
            Every::Daily => (1..=WEEKS).map(|week| back(7 * week)).filter(|like| like.until < self.from).collect(),
            Every::Weekly => (1..=WHOLE_WEEKS).map(|week| back(7 * week)).collect(),
            Every::Monthly => {
                let first = |months: i64| self.from.saturating_sub(months.months());
                (1..=MONTHS).map(|months| Period { from: first(months), until: first(months).last_of_month() }).collect()
            }
        }
    }
}

/// What is usual for `edition`, told by `history`, which begins with the first day that anything was heard; none if too little is
/// known.
pub fn usual(edition: Edition, history: &[Counted]) -> Option<Usual> {
    let begun = history.first()?.day;
    let sum = |like: Period| {
        let days: Vec<&Counted> = history.iter().filter(|day| like.holds(day.day)).collect();
        let tells = like.from >= begun && days.len() as i64 == like.days() && days.iter().all(|day| day.heard);
        tells.then(|| days.iter().map(|day| day.count).sum::<u64>())
    };
    let sums: Vec<u64> = edition.likes().into_iter().filter_map(sum).collect();
    let least = if edition.every == Every::Daily { LEAST_WEEKDAYS } else { LEAST };
    if sums.len() >= least {
        return Some(Usual { count: sums.iter().sum::<u64>() as f64 / sums.len() as f64, of_weekday: true });
    }
    let days: Vec<u64> = history.iter().filter(|day| day.heard && day.day < edition.from).map(|day| day.count).collect();
    let mean = days.iter().sum::<u64>() as f64 / days.len().max(1) as f64;
    let tells = edition.every == Every::Daily && days.len() >= LEAST_DAYS;
    tells.then(|| Usual { count: mean * edition.period().days() as f64, of_weekday: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// Days up to and with 2026-03-09, a Monday; so many on Mondays, and two on others.
    fn history(days: i64, mondays: u64) -> Vec<Counted> {
        let last = date("2026-03-09");
        let day = |back: i64| {
            let day = days_before(last, back);
            let monday = day.weekday() == jiff::civil::Weekday::Monday;
            Counted { day, count: if monday { mondays } else { 2 }, heard: true }
        };
        (0..days).rev().map(day).collect()
    }

    #[test]
    fn a_monday_is_held_against_mondays() {
        let monday = Edition::daily(date("2026-03-09"), date("2026-03-09"));
        assert_eq!(usual(monday, &history(57, 9)), Some(Usual { count: 9.0, of_weekday: true }));
        assert_eq!(usual(monday, &history(29, 9)), Some(Usual { count: 9.0, of_weekday: true }), "four Mondays are enough");
        assert_eq!(usual(monday, &history(15, 9)), Some(Usual { count: 3.0, of_weekday: false }), "two are not: all days tell then");
        assert_eq!(usual(monday, &history(7, 9)), None, "six days tell nothing");
        let mut deaf = history(57, 9);
        deaf.iter_mut().for_each(|day| day.heard = day.day > date("2026-02-08"));
        assert_eq!(usual(monday, &deaf).map(|usual| usual.count), Some(9.0));
        deaf.iter_mut().for_each(|day| day.heard = false);
        assert_eq!(usual(monday, &deaf), None, "days on which nothing was heard tell nothing");
        assert_eq!(usual(monday, &[]), None);
    }

    #[test]
    fn a_long_weekend_is_held_against_long_weekends_and_a_week_against_weeks() {
        let weekend = Edition::daily(date("2026-03-07"), date("2026-03-09"));
        assert_eq!(usual(weekend, &history(60, 9)), Some(Usual { count: 13.0, of_weekday: true }));
        let week = Edition::holding(Every::Weekly, date("2026-03-04"));
        assert_eq!(usual(week, &history(60, 9)).map(|usual| usual.count), Some(21.0));
        let month = Edition::holding(Every::Monthly, date("2026-02-04"));
        assert_eq!(usual(month, &history(60, 9)), None);
        assert_eq!(month.with_history().from, date("2025-11-01"));
    }
}

//! Whether a change helped: the rates of praise and complaint before and after it, and how sure the difference is.
//!
//! Both windows are equally long and made of whole days. Below a least number of mentions nothing is claimed. Pure.

use jiff::civil::Date;
use serde::Serialize;

use super::changes::Change;
use super::period::{Period, days_before};
use super::{chance, rounded};

/// With fewer mentions on either side there is too little to tell.
pub const LEAST_TO_TELL: u64 = 10;

/// The windows before and after a change made on `on`, of at most `most` whole days; none before a whole day has passed.
pub fn windows(on: Date, today: Date, most: i64) -> Option<(Period, Period)> {
    let passed = i64::from(on.until(today).ok()?.get_days());
    let days = passed.min(most);
    if days < 1 {
        return None;
    }
    let before = Period { from: days_before(on, days), until: days_before(on, 1) };
    let after = Period { from: on, until: days_before(on, 1 - days) };
    Some((before, after))
}

/// What was counted on one side of a change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// Mentions of the product, whatever they are about.
    pub product_mentions: u64,
    /// Mentions that praise the product's theme or complain of it.
    pub mentions: u64,
    /// Those that praise.
    pub praise: u64,
    /// Those that complain.
    pub complaints: u64,
    /// What the praise weighs when customers are weighted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted_praise: Option<f64>,
    /// What the complaints weigh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted_complaints: Option<f64>,
    /// The share of the theme's mentions whose customer is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_rate: Option<f64>,
    /// Days on which more than a fifth of what is listened to was not heard.
    pub blind_days: usize,
    /// Finds the mentions of the product.
    pub product_query: String,
    /// Finds the mentions of its theme.
    pub query: String,
    /// Finds the praise.
    pub praise_query: String,
    /// Finds the complaints.
    pub complaint_query: String,
}

/// A rate before and after, per hundred mentions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Before the change.
    pub before: Option<f64>,
    /// After it.
    pub after: Option<f64>,
    /// The lower end of the difference's 95 % interval (Newcombe).
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
    /// `more`, `fewer`, `no clear difference` or `too few to tell`.
    pub verdict: &'static str,
}

impl Difference {
    /// The difference of two rates, each as hits and of how many.
    pub fn between(before: (u64, u64), after: (u64, u64)) -> Self {
        let per_100 = |(hits, of): (u64, u64)| (of > 0).then(|| rounded(100.0 * hits as f64 / of as f64));
        let interval = chance::difference(before, after);
        let verdict = match interval {
            _ if before.1.min(after.1) < LEAST_TO_TELL => "too few to tell",
            Some(interval) if interval.low > 0.0 => "more",
            Some(interval) if interval.high < 0.0 => "fewer",
            Some(_) => "no clear difference",
            None => "too few to tell",
        };
        Self {
            before: per_100(before),
            after: per_100(after),
            low: interval.map(|interval| rounded(100.0 * interval.low)),
            high: interval.map(|interval| rounded(100.0 * interval.high)),
            verdict,
        }
    }
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// What was changed.
    #[serde(flatten)]
    pub change: Change,
    /// Whole days on either side.
    pub days: i64,
    /// What was said before it.
    pub before: Side,
    /// What was said after it.
    pub after: Side,
    /// Praise per hundred mentions of the product's theme.
    pub praise: Difference,
    /// Complaints per hundred mentions of the product's theme.
    pub complaints: Difference,
    /// Complaints of the theme per hundred mentions of the product.
    pub complaints_of_product: Difference,
}

impl Effect {
    /// The effect of `change`, told by what was counted on both sides.
    pub fn of(change: Change, days: i64, before: Side, after: Side) -> Self {
        let between =
            |hits: fn(&Side) -> u64, of: fn(&Side) -> u64| Difference::between((hits(&before), of(&before)), (hits(&after), of(&after)));
        Self {
            praise: between(|side| side.praise, |side| side.mentions),
            complaints: between(|side| side.complaints, |side| side.mentions),
            complaints_of_product: between(|side| side.complaints, |side| side.product_mentions),
            change,
            days,
            before,
            after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_windows_are_equally_long_and_of_whole_days() {
        let shown = |on: &str| {
            let (before, after) = windows(on.parse().unwrap(), "2026-03-10".parse().unwrap(), 28)?;
            assert_eq!(before.days(), after.days());
            Some(format!("{} {} {} {}", before.from, before.until, after.from, after.until))
        };
        assert_eq!(shown("2026-01-01").as_deref(), Some("2025-12-04 2025-12-31 2026-01-01 2026-01-28"));
        assert_eq!(shown("2026-03-08").as_deref(), Some("2026-03-06 2026-03-07 2026-03-08 2026-03-09"));
        assert_eq!((shown("2026-03-10"), shown("2026-04-01")), (None, None));
    }

    #[test]
    fn a_difference_is_claimed_only_where_it_is_clear() {
        for (before, after, want) in [
            ((30, 50), (10, 50), "fewer"),
            ((10, 50), (30, 50), "more"),
            ((20, 50), (18, 50), "no clear difference"),
            ((9, 9), (0, 50), "too few to tell"),
            ((5, 50), (0, 0), "too few to tell"),
        ] {
            assert_eq!(Difference::between(before, after).verdict, want, "{before:?} {after:?}");
        }
        let fewer = Difference::between((30, 50), (10, 50));
        assert_eq!((fewer.before, fewer.after), (Some(60.0), Some(20.0)));
        assert!(fewer.low.unwrap() < -40.0 && fewer.high.unwrap() > -40.0);
    }
}

//! Editions: daily, weekly and monthly, each over whole days in UTC, as all figures are.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::insight::{Period, days_before};

/// How often a digest comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// Each day, or each of some weekdays.
    #[default]
    Daily,
    /// Each week, of Monday to Sunday.
    Weekly,
    /// Each month.
    Monthly,
}

impl Every {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
        }
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One digest among those of a reader: how often it comes, and the days that it tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edition {
    /// How often it comes.
    pub every: Every,
    /// Its first day.
    pub from: Date,
    /// Its last day, by which it is known.
    pub until: Date,
}

impl Edition {
    /// The daily one of `from` to `until`: more than a day after days without one.
    pub fn daily(from: Date, until: Date) -> Self {
        Self { every: Every::Daily, from: from.min(until), until }
    }

    /// The one whose days hold `day`.
    pub fn holding(every: Every, day: Date) -> Self {
        let (from, until) = match every {
            Every::Daily => (day, day),
            Every::Weekly => {
                let monday = days_before(day, i64::from(day.weekday().to_monday_zero_offset()));
                (monday, monday.saturating_add(6.days()))
            }
            Every::Monthly => (day.first_of_month(), day.last_of_month()),
        };
        Self { every, from, until }
    }

    /// The latest whose days are over when `day` is.
    pub fn over_with(every: Every, day: Date) -> Self {
        let holding = Self::holding(every, day);
        if holding.until <= day { holding } else { Self::holding(every, days_before(holding.from, 1)) }
    }

    /// Its days.
    pub fn period(self) -> Period {
        Period { from: self.from, until: self.until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_sent_when_its_days_are_over() {
        for (every, day, want) in [
            (Every::Daily, "2026-03-09", "2026-03-09 2026-03-09"),
            (Every::Weekly, "2026-03-08", "2026-03-02 2026-03-08"),
            (Every::Weekly, "2026-03-09", "2026-03-02 2026-03-08"),
            (Every::Monthly, "2026-03-09", "2026-02-01 2026-02-28"),
            (Every::Monthly, "2026-03-31", "2026-03-01 2026-03-31"),
        ] {
            let edition = Edition::over_with(every, day.parse().unwrap());
            assert_eq!(format!("{} {}", edition.from, edition.until), want, "{every} {day}");
        }
    }
}

//! How often a source is asked: a length of time, or a cron line.

use std::str::FromStr;
use std::time::Duration;

use croner::Cron;
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;

use crate::clock;

/// How often a source is asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum Every {
    /// Again after a length of time.
    Interval(Duration),
    /// At the times of a cron line, UTC.
    Cron(Box<Cron>),
}

/// Sites are not asked more often than this.
const SHORTEST: Duration = Duration::from_secs(1);
/// A busy machine may be so late, whatever the interval.
const HARDLY_LATE: Duration = Duration::from_mins(5);

impl Every {
    /// The first time after `from` at which the source is due.
    pub fn next_after(&self, from: Timestamp) -> Timestamp {
        match self {
            Self::Interval(length) => clock::later(from, *length),
            Self::Cron(cron) => {
                let from = from.to_zoned(TimeZone::UTC);
                cron.find_next_occurrence(&from, false).map_or(Timestamp::MAX, |next| next.timestamp())
            }
        }
    }

    /// The longest time between two turns.
    pub(super) fn longest(&self) -> Duration {
        match self {
            Self::Interval(length) => *length,
            Self::Cron(_) => {
                // A cron line says the same every year; a dozen turns show weekends and ends of months.
                let turns = std::iter::successors(Some(Timestamp::UNIX_EPOCH), |at| Some(self.next_after(*at)));
                let turns: Vec<Timestamp> = turns.skip(1).take(13).collect();
                let waits = turns.windows(2).filter_map(|pair| Duration::try_from(pair[1].duration_since(pair[0])).ok());
                waits.max().unwrap_or_default()
            }
        }
    }

    /// Since when the rounds have been missed of a source that was due at `due` and is not asked before `now`; none if it is
    /// not later than a turn.
    pub fn missed_since(&self, due: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let turn = Duration::try_from(self.next_after(due).duration_since(due)).unwrap_or_default();
        (now > clock::later(due, turn.max(HARDLY_LATE))).then_some(due)
    }
}

impl TryFrom<String> for Every {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Ok(length) = clock::parse_duration(&text) {
            return match length {
                length if length < SHORTEST => Err(format!("`{text}` is too often; the shortest is `1s`")),
                length => Ok(Self::Interval(length)),
            };
        }
        let cron = Cron::from_str(&text)
            .map_err(|error| format!("`{text}` is neither a length of time (`15m`, `6h`) nor a cron line (`0 7 * * *`): {error}"))?;
        Ok(Self::Cron(Box::new(cron)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_and_cron_lines() {
        let from: Timestamp = "2026-03-01T06:30:00Z".parse().unwrap();
        let next = |text: &str| Every::try_from(text.to_owned()).unwrap().next_after(from).to_string();
        assert_eq!(next("15m"), "2026-03-01T06:45:00Z");
        assert_eq!(next("0 7 * * *"), "2026-03-01T07:00:00Z");
        assert_eq!(next("30 6 * * *"), "2026-03-02T06:30:00Z");
        assert!(Every::try_from("often".to_owned()).unwrap_err().contains("cron line"));
        assert!(Every::try_from("0s".to_owned()).unwrap_err().contains("too often"));
    }

    #[test]
    fn rounds_are_missed_when_a_whole_turn_has_passed() {
        let due: Timestamp = "2026-03-01T06:30:00Z".parse().unwrap();
        let missed = |text: &str, minutes| {
            let now = clock::later(due, Duration::from_mins(minutes));
            Every::try_from(text.to_owned()).unwrap().missed_since(due, now).is_some()
        };
        assert!(!missed("15m", 15) && missed("15m", 16));
        assert!(!missed("1s", 5), "a busy machine is not a sleeping one");
        assert!(!missed("30 6 * * *", 24 * 60) && missed("30 6 * * *", 24 * 60 + 1));
    }
}

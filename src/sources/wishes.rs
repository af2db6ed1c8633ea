//! How often a source wants to be asked, as its own pages say it; and what that makes of its next turn. Pure.

use std::time::Duration;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::{later, show_duration};

/// What a source's pages say of how often they want to be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wishes {
    /// How long what they say holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub good_for: Option<Duration>,
    /// Hours of the day, UTC, at which they want to be left alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_hours: Vec<i8>,
    /// Days of the week likewise, from 1 for Monday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_days: Vec<i8>,
}

impl Wishes {
    /// Whether they say nothing of it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Notes a day of the week by its English name.
    pub(super) fn skip_day(&mut self, name: &str) {
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        self.skip_days.extend(days.iter().zip(1..).find(|(day, _)| day.eq_ignore_ascii_case(name)).map(|(_, number)| number));
    }

    /// The turn that is due at `due` as they want it, with the reason if that is later; put off by `most` at the most.
    /// `asked` is when they were last asked for.
    pub fn turn(&self, due: Timestamp, asked: Timestamp, most: Duration) -> (Timestamp, Option<String>) {
        let mut turn = due;
        let mut why = None;
        if let Some(good_for) = self.good_for.map(|length| length.min(most)) {
            let good_until = later(asked, good_for);
            if good_until > turn {
                turn = good_until;
                why = Some(format!("the feed asks for {} between two visits", show_duration(good_for)));
            }
        }
        let latest = later(turn, most);
        let start = turn;
        while self.skips(turn) && turn < latest {
            turn = next_hour(turn).min(latest);
        }
        if turn > start {
            why = Some("the feed asks not to be read before then (`skipHours`, `skipDays`)".to_owned());
        }
        (turn, why)
    }

    fn skips(&self, at: Timestamp) -> bool {
        let at = at.to_zoned(TimeZone::UTC);
        self.skip_hours.contains(&at.hour()) || self.skip_days.contains(&weekday(at.weekday()))
    }
}

fn weekday(day: Weekday) -> i8 {
    day.to_monday_one_offset()
}

fn next_hour(at: Timestamp) -> Timestamp {
    let into = at.as_second().rem_euclid(3_600);
    let start = Timestamp::from_second(at.as_second() - into).unwrap_or(at);
    start.checked_add(SignedDuration::from_hours(1)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    /// A Friday.
    fn at(time: &str) -> Timestamp {
        format!("2026-03-06T{time}Z").parse().unwrap()
    }

    #[test]
    fn a_turn_is_put_off_as_the_feed_asks() {
        let minutes = |minutes| Wishes { good_for: Some(Duration::from_mins(minutes)), ..Wishes::default() };
        let skip = |hours: &[i8], days: &[i8]| Wishes { skip_hours: hours.to_vec(), skip_days: days.to_vec(), ..Wishes::default() };
        let cases = [
            (Wishes::default(), "2026-03-06T12:15:00Z"),
            (minutes(10), "2026-03-06T12:15:00Z"),
            (minutes(60), "2026-03-06T13:00:00Z"),
            (minutes(60 * 24 * 30), "2026-03-07T12:00:00Z"),
            (skip(&[11], &[]), "2026-03-06T12:15:00Z"),
            (skip(&[12, 13], &[]), "2026-03-06T14:00:00Z"),
            (skip(&[], &[5]), "2026-03-07T00:00:00Z"),
            (skip(&[0], &[5]), "2026-03-07T01:00:00Z"),
            (skip(&[], &[5, 6, 7]), "2026-03-07T12:15:00Z"),
            (Wishes { good_for: Some(Duration::from_hours(2)), ..skip(&[14], &[]) }, "2026-03-06T15:00:00Z"),
        ];
        for (wishes, turn) in cases {
            let (got, why) = wishes.turn(at("12:15:00"), at("12:00:00"), DAY);
            assert_eq!(got.to_string(), turn, "{wishes:?}");
            assert_eq!(why.is_some(), got != at("12:15:00"), "{wishes:?}");
        }
    }

    #[test]
    fn whoever_reads_it_may_set_how_much_of_it_counts() {
        let wishes = Wishes { good_for: Some(DAY), skip_hours: (0..24).collect(), ..Wishes::default() };
        assert_eq!(wishes.turn(at("12:15:00"), at("12:00:00"), Duration::ZERO), (at("12:15:00"), None));
    }

    #[test]
    fn days_go_by_their_names() {
        let mut wishes = Wishes::default();
        for day in ["Sunday", "saturday", "someday"] {
            wishes.skip_day(day);
        }
        assert_eq!(wishes.skip_days, [7, 6]);
    }
}

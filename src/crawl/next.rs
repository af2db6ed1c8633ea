//! When a source is due next, and why then. Pure.
//!
//! Its own interval comes first; what its host and its pages ask for may put it off, never longer than they are believed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clock::{later, show_duration};
use crate::sources::{Every, Wishes};

/// A source that fails is asked again after at most this long, or its own interval if that is longer.
const LONGEST_RETRY: SignedDuration = SignedDuration::from_hours(24);
/// Pages that a round left come this soon.
const REST_AFTER: Duration = Duration::from_mins(10);

/// The next turn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Next {
    pub(super) at: Timestamp,
    /// Why, if not by the source's own interval.
    pub(super) why: Option<String>,
}

/// What the next turn depends on when a round went well.
#[derive(Clone, Debug)]
pub(super) struct Well<'a> {
    pub(super) wishes: &'a Wishes,
    /// Until when the answer is good by its server's word.
    pub(super) good_until: Option<Timestamp>,
    /// How long such words count.
    pub(super) max_age: Duration,
    /// Pages left to ask for.
    pub(super) left: usize,
    /// The earliest the host wants to be asked again.
    pub(super) not_before: Option<Timestamp>,
}

/// The turn after a round that went well.
pub(super) fn after_well(every: &Every, now: Timestamp, well: &Well<'_>) -> Next {
    let regular = every.next_after(now);
    let mut next = Next { at: regular, why: None };
    if well.left > 0 {
        next.at = regular.min(later(now, REST_AFTER));
        next.why = (next.at < regular).then(|| format!("{} left", pages(well.left)));
    } else {
        if let Some(good) = well.good_until.filter(|good| *good > next.at) {
            next = Next { at: good, why: Some(format!("its answer is good until {good:.0} (`Cache-Control`, `Expires`)")) };
        }
        let (at, why) = well.wishes.turn(next.at, now, well.max_age);
        next = Next { at, why: why.or(next.why) };
    }
    put_off(next, well.not_before)
}

/// The turn after a round that showed nothing: its interval, doubled with each failure in a row up to a day.
pub(super) fn after_failure(every: &Every, now: Timestamp, failures: i64, not_before: Option<Timestamp>) -> Next {
    let regular = every.next_after(now);
    let interval = regular.duration_since(now);
    let doublings = u32::try_from(failures.clamp(1, 16) - 1).unwrap_or_default();
    let longest = LONGEST_RETRY.max(interval);
    let wait = interval.checked_mul(1 << doublings).unwrap_or(longest).min(longest);
    let at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
    let why = (at > regular).then(|| format!("{failures} rounds in a row failed, so it is asked less often until it answers"));
    put_off(Next { at, why }, not_before)
}

/// The turn of a source that was not asked because its host is left alone until then; `due` is when it was to be asked.
pub(super) fn after_pause(until: Timestamp, due: Option<Timestamp>) -> Next {
    put_off(Next { at: due.map_or(until, |due| due.max(until)), why: None }, Some(until))
}

fn put_off(next: Next, not_before: Option<Timestamp>) -> Next {
    match not_before.filter(|until| *until >= next.at) {
        Some(until) => Next { at: until, why: Some(format!("its host is left alone until {until:.0}")) },
        None => next,
    }
}

/// Why nothing is known of the time since a source was due, in words.
pub(super) fn missed(due: Timestamp, now: Timestamp) -> String {
    let late = Duration::try_from(now.duration_since(due)).unwrap_or_default();
    format!("not asked for {}: goodword was not running, or the source was paused", show_duration(late))
}

/// What was missed by a round at `now` of a source that shows what is no older than `shown`, and was last heard at `last_good`.
pub(super) fn gap(shown: Option<Duration>, last_good: Option<Timestamp>, now: Timestamp) -> Option<String> {
    let (shown, last_good) = shown.zip(last_good)?;
    let from = now.checked_sub(SignedDuration::try_from(shown).ok()?).ok()?;
    (last_good < from).then(|| {
        format!(
            "what was written between {last_good:.0} and {from:.0} was missed: only the last {} are shown there, and nothing was heard for longer; \
             take that time in from an export (`goodword import`), and ask more often",
            show_duration(shown)
        )
    })
}

/// So many pages, in words.
pub(super) fn pages(count: usize) -> String {
    if count == 1 { "1 page".to_owned() } else { format!("{count} pages") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_hours(24);

    #[test]
    fn a_source_that_shows_only_the_last_days_tells_what_was_missed() {
        let at = |time: &str| -> Timestamp { time.parse().unwrap() };
        let now = at("2026-03-10T12:00:00Z");
        let week = Some(7 * DAY);
        for (shown, last_good, missed) in [
            (week, Some(at("2026-03-03T12:00:00Z")), false),
            (week, Some(at("2026-03-03T11:59:59Z")), true),
            (week, None, false),
            (None, Some(at("2020-01-01T00:00:00Z")), false),
        ] {
            assert_eq!(gap(shown, last_good, now).is_some(), missed, "{last_good:?}");
        }
        let told = gap(week, Some(at("2026-03-01T00:00:00Z")), now).unwrap();
        assert!(told.starts_with("what was written between 2026-03-01T00:00:00Z and 2026-03-03T12:00:00Z was missed"), "{told}");
    }

    fn every(text: &str) -> Every {
        Every::try_from(text.to_owned()).unwrap()
    }

    fn minute(minutes: i64) -> Timestamp {
        "2026-03-01T00:00:00Z".parse::<Timestamp>().unwrap().checked_add(SignedDuration::from_mins(minutes)).unwrap()
    }

    fn well(wishes: &Wishes) -> Well<'_> {
        Well { wishes, good_until: None, max_age: DAY, left: 0, not_before: None }
    }

    #[test]
    fn a_source_is_due_by_its_interval_unless_its_site_puts_it_off() {
        let none = Wishes::default();
        let hour = Wishes { good_for: Some(Duration::from_hours(1)), ..Wishes::default() };
        let cases = [
            ("by its interval", well(&none), minute(15), None),
            ("fresh for less", Well { good_until: Some(minute(10)), ..well(&none) }, minute(15), None),
            ("fresh for longer", Well { good_until: Some(minute(40)), ..well(&none) }, minute(40), Some("Cache-Control")),
            ("a feed's ttl", well(&hour), minute(60), Some("asks for 1h")),
            ("a ttl shorter than the freshness", Well { good_until: Some(minute(90)), ..well(&hour) }, minute(90), Some("Cache-Control")),
            ("a host that asked for patience", Well { not_before: Some(minute(50)), ..well(&none) }, minute(50), Some("left alone")),
            ("pages left", Well { left: 12, ..well(&hour) }, minute(10), Some("12 pages left")),
        ];
        for (name, well, at, why) in cases {
            let next = after_well(&every("15m"), minute(0), &well);
            assert_eq!(next.at, at, "{name}");
            assert_eq!(next.why.is_some(), why.is_some(), "{name}: {next:?}");
            assert!(next.why.unwrap_or_default().contains(why.unwrap_or_default()), "{name}");
        }
    }

    #[test]
    fn a_failing_source_is_asked_less_and_less_often() {
        let at = |every_so, failures, not_before| after_failure(&every(every_so), minute(0), failures, not_before).at;
        assert_eq!(at("15m", 1, None), minute(15));
        assert_eq!(at("15m", 3, None), minute(60));
        assert_eq!(at("15m", 60, None), minute(24 * 60));
        assert_eq!(at("3d", 5, None), minute(3 * 24 * 60));
        assert_eq!(at("15m", 1, Some(minute(50))), minute(50));
        assert_eq!(after_failure(&every("15m"), minute(0), 1, None).why, None);
        assert!(after_failure(&every("15m"), minute(0), 3, None).why.unwrap().contains("3 rounds in a row"));
    }
}

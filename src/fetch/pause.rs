//! Leaving a host alone: after which answers, and for how long.
//!
//! A host that asks for patience gets it at once. A refusal or fault that may be one page's own is held against the page
//! only, as long as the host answers others well. Pure: is told the time, asks nobody.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::later;

/// A host that answered a page well within this time is trusted to be well beyond one page …
const WELL_FOR: Duration = Duration::from_hours(24);
/// … until so many answers in a row were none.
const ODD_ANSWERS: u32 = 3;

/// Why a host is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It answered so.
    Refused(u16),
    /// It could not be reached, or did not finish its answer.
    Silent,
}

/// A host that is left alone, as it is kept beyond the life of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The host: its name and port.
    pub host: String,
    /// Until when; a time that is past says that it is well again.
    pub until: Timestamp,
    /// Pauses in a row.
    pub refusals: u32,
    /// Why.
    pub cause: Cause,
}

/// How long a host is left alone after it refused, when it does not say so itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct BackOff {
    pub(super) first: Duration,
    pub(super) longest: Duration,
}

impl BackOff {
    fn after(self, refusals: u32) -> Duration {
        self.first.saturating_mul(2_u32.saturating_pow(refusals)).min(self.longest)
    }
}

/// What an answer that is no page says about its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The host wants to be left alone: 429, 503, a guard's challenge, a robots.txt that cannot be had.
    OfHost(u16),
    /// It may be this page's alone: 403, 500.
    OfPage(u16),
    /// Nothing came.
    Silence,
}

/// How one host has fared of late.
#[derive(Debug, Default)]
pub(super) struct Patience {
    refusals: u32,
    odd: u32,
    last_well: Option<Timestamp>,
    alone: Option<(Timestamp, Cause)>,
}

impl Patience {
    /// Until when it is left alone at `now`, and why.
    pub(super) fn left_alone(&self, now: Timestamp) -> Option<(Timestamp, Cause)> {
        self.alone.filter(|(until, _)| *until > now)
    }

    /// Notes that it answered as it should; whether it had been left alone before.
    pub(super) fn went_well(&mut self, now: Timestamp) -> bool {
        let before = self.refusals > 0;
        *self = Self { last_well: Some(now), ..Self::default() };
        before
    }

    /// Notes trouble, and says until when the host is left alone for it: as long as it `asked` for, else longer each time in a
    /// row; none if the trouble is one page's own.
    pub(super) fn met(&mut self, trouble: Trouble, asked: Option<Timestamp>, now: Timestamp, back_off: BackOff) -> Option<Timestamp> {
        let cause = match trouble {
            Trouble::OfHost(status) | Trouble::OfPage(status) => Cause::Refused(status),
            Trouble::Silence => Cause::Silent,
        };
        let trusted = self.last_well.is_some_and(|at| later(at, WELL_FOR) > now) && self.odd + 1 < ODD_ANSWERS;
        if trusted && asked.is_none() && !matches!(trouble, Trouble::OfHost(_)) {
            self.odd += 1;
            return None;
        }
        let until = asked.unwrap_or_else(|| later(now, back_off.after(self.refusals)));
        self.refusals = self.refusals.saturating_add(1);
        self.alone = Some((until, cause));
        Some(until)
    }

    /// What is kept of it under the name `host`.
    pub(super) fn pause(&self, host: &str) -> Pause {
        let (until, cause) = self.alone.unwrap_or((Timestamp::UNIX_EPOCH, Cause::Silent));
        Pause { host: host.to_owned(), until, refusals: self.refusals, cause }
    }

    /// Takes up what was kept.
    pub(super) fn restore(&mut self, pause: &Pause) {
        (self.refusals, self.alone) = (pause.refusals, Some((pause.until, pause.cause)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACK_OFF: BackOff = BackOff { first: Duration::from_mins(1), longest: Duration::from_hours(1) };

    fn at(minute: u64) -> Timestamp {
        later(Timestamp::UNIX_EPOCH, Duration::from_mins(minute))
    }

    #[test]
    fn a_host_is_left_alone_longer_each_time_up_to_a_limit() {
        let minutes: Vec<u64> = (0..8).map(|refusals| BACK_OFF.after(refusals).as_secs() / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(BACK_OFF.after(u32::MAX), BACK_OFF.longest);
    }

    #[test]
    fn one_refused_page_does_not_silence_a_host_that_answers_others() {
        let mut host = Patience::default();
        host.went_well(at(0));
        assert_eq!(host.met(Trouble::OfPage(403), None, at(1), BACK_OFF), None);
        assert_eq!(host.met(Trouble::Silence, None, at(2), BACK_OFF), None);
        assert_eq!(host.met(Trouble::OfPage(403), None, at(3), BACK_OFF), Some(at(4)), "three in a row are the host's");
        assert_eq!(host.left_alone(at(3)), Some((at(4), Cause::Refused(403))));
        assert!(host.went_well(at(5)));
        assert_eq!(host.met(Trouble::OfPage(500), None, at(6), BACK_OFF), None, "and all is forgotten once it answers");
    }

    #[test]
    fn a_host_that_asks_for_patience_or_never_answered_is_left_alone_at_once() {
        let cases =
            [(Trouble::OfHost(429), None, at(2)), (Trouble::OfPage(403), Some(at(9)), at(9)), (Trouble::OfHost(503), Some(at(7)), at(7))];
        for (trouble, asked, until) in cases {
            let mut host = Patience::default();
            host.went_well(at(0));
            assert_eq!(host.met(trouble, asked, at(1), BACK_OFF), Some(until), "{trouble:?}");
        }
        for trouble in [Trouble::OfPage(403), Trouble::Silence] {
            assert_eq!(Patience::default().met(trouble, None, at(1), BACK_OFF), Some(at(2)), "{trouble:?}");
            let mut host = Patience::default();
            host.went_well(at(0));
            assert!(host.met(trouble, None, at(25 * 60), BACK_OFF).is_some(), "its last good answer is long ago");
        }
    }

    #[test]
    fn a_pause_outlives_the_process() {
        let mut host = Patience::default();
        host.met(Trouble::OfHost(429), None, at(0), BACK_OFF);
        let pause = host.pause("a.example:443");
        assert_eq!((pause.until, pause.refusals, pause.cause), (at(1), 1, Cause::Refused(429)));
        let mut again = Patience::default();
        again.restore(&pause);
        assert_eq!(again.left_alone(at(0)), Some((at(1), Cause::Refused(429))));
        assert_eq!(again.met(Trouble::OfHost(429), None, at(1), BACK_OFF), Some(at(3)), "the next is longer");
        again.went_well(at(4));
        assert_eq!(again.pause("a.example:443").until, Timestamp::UNIX_EPOCH);
    }
}

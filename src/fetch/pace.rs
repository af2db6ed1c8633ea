//! The floor between two requests to one host.
//!
//! The reckoning is governor's, on our clock. Knows nothing of hosts: one [`Pace`] belongs to each.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::nanos::Nanos;
use governor::{Jitter, Quota, RateLimiter};
use jiff::Timestamp;

use crate::clock::Clock;

/// No floor is longer: a source that should rest for longer says so with `every`.
const LONGEST_FLOOR: Duration = Duration::from_hours(24);
/// The part of the floor that chance may add to a wait, so that hosts are not visited by the beat.
const JITTER: u32 = 10;

/// When a host was last asked.
#[derive(Debug, Default)]
pub(super) struct Pace {
    last: Option<Timestamp>,
}

impl Pace {
    /// Waits until `floor` has passed since the last request.
    ///
    /// The floor may differ from request to request: each keeps its own distance to the one before it.
    pub(super) async fn keep(&mut self, floor: Duration, clock: &Clock) {
        let floor = floor.min(LONGEST_FLOOR);
        while let Some(wait) = self.wait(floor, clock.now()) {
            clock.sleep(wait).await;
        }
    }

    /// Notes that the host was asked, or answered, at `now`.
    pub(super) fn note(&mut self, now: Timestamp) {
        self.last = Some(now);
    }

    fn wait(&mut self, floor: Duration, now: Timestamp) -> Option<Duration> {
        // A clock that was set back must not make the wait longer than the floor.
        let last = self.last?.min(now);
        self.last = Some(last);
        let limiter = RateLimiter::direct_with_clock(Quota::with_period(floor)?, Hands::at(last));
        limiter.check().ok()?;
        limiter.clock().turn_to(now);
        let too_early = limiter.check().err()?;
        Some(Jitter::up_to(floor / JITTER) + too_early.wait_time_from(nanos(now)))
    }
}

/// The clock governor looks at: it shows what it is turned to.
#[derive(Debug)]
struct Hands(AtomicU64);

impl Hands {
    fn at(time: Timestamp) -> Self {
        Self(AtomicU64::new(nanos(time).as_u64()))
    }

    fn turn_to(&self, time: Timestamp) {
        self.0.store(nanos(time).as_u64(), Ordering::Relaxed);
    }
}

impl governor::clock::Clock for Hands {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(self.0.load(Ordering::Relaxed))
    }
}

/// Nanoseconds of the era; they fit until the year 2554.
fn nanos(time: Timestamp) -> Nanos {
    Nanos::new(u64::try_from(time.as_nanosecond()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::later;

    const FLOOR: Duration = Duration::from_secs(10);

    fn at(second: u64) -> Timestamp {
        later("2026-03-01T06:30:00Z".parse().unwrap(), Duration::from_secs(second))
    }

    #[test]
    fn the_wait_is_what_is_left_of_the_floor_and_a_little_chance() {
        for (now, left) in [(0, 10), (1, 9), (9, 1)] {
            let wait = Pace { last: Some(at(0)) }.wait(FLOOR, at(now)).unwrap();
            assert!(wait >= Duration::from_secs(left) && wait <= Duration::from_secs(left + 1), "{now}: {wait:?}");
        }
        for now in [10, 11, 1_000_000] {
            assert_eq!(Pace { last: Some(at(0)) }.wait(FLOOR, at(now)), None, "{now}");
        }
    }

    #[test]
    fn the_first_request_and_those_without_a_floor_never_wait() {
        assert_eq!(Pace::default().wait(FLOOR, at(0)), None);
        assert_eq!(Pace { last: Some(at(0)) }.wait(Duration::ZERO, at(0)), None);
    }

    #[test]
    fn a_clock_set_back_makes_the_wait_no_longer_than_the_floor() {
        let mut pace = Pace { last: Some(at(3_600)) };
        assert!(pace.wait(FLOOR, at(0)).unwrap() <= FLOOR + FLOOR / JITTER);
        assert_eq!(pace.wait(FLOOR, at(10)), None);
    }
}

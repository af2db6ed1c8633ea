//! What time it is, and waiting.
//!
//! Everything that needs the time is handed a [`Clock`]; nothing reads the system's by itself, so that a test
//! can turn the hands. Knows nothing of what is waited for.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// A clock: the machine's, or one whose hands are turned by hand.
#[derive(Clone, Debug)]
pub struct Clock(Hands);

#[derive(Clone, Debug)]
enum Hands {
    Machine,
    Turned(Arc<watch::Sender<Timestamp>>),
}

impl Clock {
    /// The machine's own clock.
    pub fn machine() -> Self {
        Self(Hands::Machine)
    }

    /// A clock that stands at `start` until [`Clock::turn`] moves it.
    pub fn stopped_at(start: Timestamp) -> Self {
        Self(Hands::Turned(Arc::new(watch::Sender::new(start))))
    }

    /// The time now, UTC.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Hands::Machine => Timestamp::now(),
            Hands::Turned(hands) => *hands.borrow(),
        }
    }

    /// Moves a stopped clock forward by `by` and wakes whoever waits; the machine's clock is not moved.
    pub fn turn(&self, by: Duration) {
        if let Hands::Turned(hands) = &self.0 {
            hands.send_modify(|now| *now = later(*now, by));
        }
    }

    /// Waits until the clock shows `until`; returns at once if that is past.
    pub async fn sleep_until(&self, until: Timestamp) {
        match &self.0 {
            Hands::Machine => {
                let wait = Duration::try_from(until.duration_since(self.now()));
                tokio::time::sleep(wait.unwrap_or_default()).await;
            }
            Hands::Turned(hands) => {
                let mut seen = hands.subscribe();
                // The sender lives as long as `self`, so this ends only when the time has come.
                let _reached = seen.wait_for(|now| *now >= until).await;
            }
        }
    }

    /// Waits for `wait` on this clock.
    pub async fn sleep(&self, wait: Duration) {
        self.sleep_until(later(self.now(), wait)).await;
    }
}

/// `from` plus `by`, stopping at the last representable instant.
pub fn later(from: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| from.checked_add(by).ok()).unwrap_or(Timestamp::MAX)
}

/// A day before `at`: the slack that dates without a zone need.
pub fn day_before(at: Timestamp) -> Timestamp {
    at.checked_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN)
}

/// Reads a length of time as people write it: `15m`, `1h 30m`, `90d`, `0s`.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a length of time; write for example `15m`, `6h` or `90d`");
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    let length = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    Duration::try_from(length).map_err(|_| wrong())
}

/// A length of time as people write it, in the largest whole units (`1d 2h`).
pub fn show_duration(length: Duration) -> String {
    let units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    let mut rest = length.as_secs();
    let mut parts = Vec::new();
    for (unit, seconds) in units {
        if rest >= seconds && parts.len() < 2 {
            parts.push(format!("{}{unit}", rest / seconds));
            rest %= seconds;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_as_people_write_them() {
        for (text, seconds) in [("15m", 900), ("0s", 0), ("90d", 90 * 86_400), ("1h 30m", 5_400), ("2w", 14 * 86_400)] {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "15", "soon", "-5m"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
        assert_eq!(show_duration(Duration::from_secs(93_784)), "1d 2h");
        assert_eq!(show_duration(Duration::ZERO), "0s");
    }

    #[tokio::test]
    async fn a_stopped_clock_moves_only_when_turned() {
        let clock = Clock::stopped_at(Timestamp::UNIX_EPOCH);
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(60)).await }
        });
        tokio::task::yield_now().await;
        clock.turn(Duration::from_secs(59));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        clock.turn(Duration::from_secs(1));
        waiting.await.unwrap();
        assert_eq!(clock.now().as_second(), 60);
    }
}

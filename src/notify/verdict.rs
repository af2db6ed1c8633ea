//! What an answer means for something that was sent, and when it is tried again. Pure.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::destination::{Destination, Kind};
use super::wording::excerpt;
use crate::clock::{later, show_duration};
use crate::fetch::FetchError;

/// The first pause; each one doubles it, up to the longest.
const FIRST: Duration = Duration::from_secs(15);
const LONGEST: Duration = Duration::from_hours(1);
/// What could not be delivered in this time is left to a person.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);
/// What has failed more often lets others of its destination pass.
const PASSED_AFTER: i64 = 3;

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It arrived.
    Delivered,
    /// It may arrive later.
    Again {
        /// Not before then, by the receiver's own word.
        not_before: Option<Timestamp>,
        /// Whether the receiver is not to be had at all, rather than not to have this.
        is_down: bool,
        /// Why not now.
        why: String,
    },
    /// It will not arrive by itself.
    Stuck(String),
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Sent,
    /// Another try then; others wait behind it if `holds`.
    Try {
        at: Timestamp,
        holds: bool,
        why: String,
    },
    Stuck(String),
}

/// When to try again what was queued at `queued` and has been tried `tries` times; `chance` lies between 0 and 1.
pub(super) fn next(verdict: Verdict, tries: i64, queued: Timestamp, now: Timestamp, chance: f64) -> Next {
    let (not_before, is_down, why) = match verdict {
        Verdict::Delivered => return Next::Sent,
        Verdict::Stuck(why) => return Next::Stuck(why),
        Verdict::Again { not_before, is_down, why } => (not_before, is_down, why),
    };
    if now.duration_since(queued) >= PATIENCE {
        return Next::Stuck(format!("given up after {}: {why}", show_duration(PATIENCE.unsigned_abs())));
    }
    let pause = doubled(tries).mul_f64(0.8 + 0.4 * chance.clamp(0.0, 1.0));
    let at = later(now, pause).max(not_before.unwrap_or(now));
    Next::Try { at, holds: is_down || not_before.is_some() || tries < PASSED_AFTER, why }
}

fn doubled(tries: i64) -> Duration {
    FIRST.saturating_mul(1 << u32::try_from(tries.clamp(1, 16) - 1).unwrap_or_default()).min(LONGEST)
}

/// How long to leave a receiver alone that was not to be had at so many tries.
pub(super) fn pause(tries: i64) -> SignedDuration {
    SignedDuration::try_from(doubled(tries)).unwrap_or(SignedDuration::ZERO)
}

/// What an answer to a call means.
pub(super) fn of_answer(destination: &Destination, status: u16, body: &str, retry_after: Option<Timestamp>) -> Verdict {
    let again = |is_down: bool, why: String| Verdict::Again { not_before: retry_after, is_down, why };
    let said = if body.trim().is_empty() { String::new() } else { format!(": {}", excerpt(body)) };
    match status {
        200..=299 => of_success(destination, body, retry_after),
        409 if destination.makes_tickets() => Verdict::Delivered,
        429 => again(true, format!("it asks us to slow down (429){said}")),
        408 | 425 => again(false, format!("answered {status}{said}")),
        500..=599 => again(status == 503, format!("answered {status}{said}")),
        401 | 403 => Verdict::Stuck(format!("answered {status}{said}; renew its address or secret, then `goodword outbox retry`")),
        404 | 410 => {
            Verdict::Stuck(format!("answered {status}: nobody listens at its address any more{said}; correct it in settings.toml"))
        }
        300..=399 => Verdict::Stuck(format!("answered {status}: it sends us elsewhere; write its new address into settings.toml")),
        _ => Verdict::Stuck(format!("answered {status}{said}")),
    }
}

/// What an answer to a search for what a try before may have made means; none if it was not made, or is not to be found out. Until
/// `lags_until` what is not found may still come to light.
pub(super) fn of_search(
    destination: &Destination,
    status: u16,
    body: &str,
    retry_after: Option<Timestamp>,
    lags_until: Option<Timestamp>,
) -> Option<Verdict> {
    let list = match destination.kind {
        Kind::Zendesk => "tickets",
        _ => "issues",
    };
    match status {
        200..=299 => {
            let answer: Option<Value> = serde_json::from_str(body).ok();
            let found = answer.as_ref().and_then(|answer| answer.get(list)?.as_array()).is_some_and(|found| !found.is_empty());
            let not_yet = || {
                let why = "its search finds nothing yet of what the last try may have made".to_owned();
                Verdict::Again { not_before: lags_until, is_down: false, why }
            };
            if found { Some(Verdict::Delivered) } else { lags_until.map(|_| not_yet()) }
        }
        // A service that knows no such search, or does not let us search, may still let us make.
        400 | 403 | 404 | 410 => None,
        status => Some(of_answer(destination, status, body, retry_after)),
    }
}

/// Some services say in the body that it went wrong.
fn of_success(destination: &Destination, body: &str, retry_after: Option<Timestamp>) -> Verdict {
    // What each calls its number, and the numbers that mean: too fast, or busy.
    let (names, passing): (&[&str], &[i64]) = match destination.kind {
        Kind::Dingtalk => (&["errcode"], &[-1, 130_101, 410_100]),
        Kind::Wecom => (&["errcode"], &[-1, 45_009, 45_033]),
        Kind::Feishu => (&["code", "StatusCode"], &[9_499, 11_232, 99_991_400]),
        _ => return Verdict::Delivered,
    };
    let answer: Value = match serde_json::from_str(body) {
        Ok(answer) => answer,
        Err(_) => return Verdict::Stuck(format!("its answer is not the service's: {}", excerpt(body))),
    };
    match names.iter().find_map(|name| answer.get(name)?.as_i64()) {
        Some(0) => Verdict::Delivered,
        Some(code) if passing.contains(&code) => {
            Verdict::Again { not_before: retry_after, is_down: true, why: format!("it asks us to slow down ({code})") }
        }
        _ => Verdict::Stuck(format!("refused: {}", excerpt(body))),
    }
}

/// What it means that no answer came.
pub(super) fn of_failure(error: &FetchError) -> Verdict {
    match error {
        FetchError::Private { .. } | FetchError::BadUrl { .. } | FetchError::BadHeader { .. } => Verdict::Stuck(error.to_string()),
        _ => Verdict::Again { not_before: None, is_down: true, why: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again() -> Verdict {
        Verdict::Again { not_before: None, is_down: false, why: "busy".to_owned() }
    }

    #[test]
    fn pauses_double_up_to_an_hour_and_end_after_three_days() {
        let queued: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        for (tries, hours, chance, want) in [
            (1, 0, 0.5, Some((15, true))),
            (2, 0, 0.5, Some((30, true))),
            (3, 0, 0.5, Some((60, false))),
            (3, 0, 0.0, Some((48, false))),
            (3, 0, 1.0, Some((72, false))),
            (12, 5, 0.5, Some((3_600, false))),
            (400, 71, 0.5, Some((3_600, false))),
            (80, 72, 0.5, None),
        ] {
            let now = later(queued, Duration::from_hours(hours));
            let found = match next(again(), tries, queued, now, chance) {
                Next::Try { at, holds, .. } => Some((at.duration_since(now).as_secs(), holds)),
                Next::Stuck(why) => {
                    assert_eq!(why, "given up after 3d: busy");
                    None
                }
                Next::Sent => panic!("sent"),
            };
            assert_eq!(found, want, "{tries} tries, {hours} h");
        }
    }

    #[test]
    fn a_receivers_own_word_is_kept() {
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        let until = later(now, Duration::from_hours(6));
        let verdict = Verdict::Again { not_before: Some(until), is_down: false, why: String::new() };
        assert_eq!(next(verdict, 9, now, now, 0.5), Next::Try { at: until, holds: true, why: String::new() });
    }
}

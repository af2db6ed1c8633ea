//! What a round amounts to: the source's coverage, the reason in words, and when to try again. Pure.
//!
//! Silence is never good news: a source that shut us out, or that shows nothing where it used to show items, is never
//! reported as having nothing to say.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::answer::Failure;
use crate::sources::{Ask, Parsed};
use crate::store::Coverage;

/// A source that fails is asked again after at most this long, or its own interval if that is longer.
const LONGEST_RETRY: Duration = Duration::from_secs(24 * 3600);

/// What a round has met so far.
#[derive(Default)]
pub(super) struct Outcome {
    pages: usize,
    unchanged: usize,
    blocked: Vec<String>,
    failures: Vec<String>,
    partial: Vec<String>,
    refused: Vec<String>,
    left: Vec<Ask>,
    not_before: Option<Timestamp>,
}

impl Outcome {
    pub(super) fn unchanged(&mut self) {
        self.unchanged += 1;
    }

    pub(super) fn page(&mut self, parsed: &Parsed) {
        self.pages += 1;
        self.partial.extend(parsed.partial.clone());
        self.refused.extend(parsed.refused.iter().cloned());
    }

    pub(super) fn failed(&mut self, failure: &Failure) {
        self.not_before = self.not_before.max(failure.not_before());
        let list = if failure.is_blocked() { &mut self.blocked } else { &mut self.failures };
        list.push(failure.what.clone());
    }

    /// A page came that is not what was due.
    pub(super) fn unreadable(&mut self, what: &str, instead: bool) {
        let list = if instead { &mut self.blocked } else { &mut self.failures };
        list.push(what.to_owned());
    }

    /// Keeps an ask for the next round.
    pub(super) fn leave(&mut self, ask: Ask) {
        self.left.push(ask);
    }

    pub(super) fn take_left(&mut self) -> Vec<Ask> {
        std::mem::take(&mut self.left)
    }

    /// The earliest the site wants to be asked again.
    pub(super) fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// What the source showed of what it has, and why if not all is well.
    pub(super) fn coverage(&self, seen: usize, had_items: bool, left: usize) -> (Coverage, Option<String>) {
        let answered = self.pages + self.unchanged > 0;
        let trouble: Vec<&String> = self.blocked.iter().chain(&self.failures).collect();
        if let Some(first) = trouble.first() {
            let reason = and_more(first, trouble.len() - 1, "more like it");
            return match (answered, self.blocked.is_empty()) {
                (true, _) => (Coverage::Partial, Some(reason)),
                (false, false) => (Coverage::Blocked, Some(reason)),
                (false, true) => (Coverage::Failing, Some(reason)),
            };
        }
        if self.pages == 0 && self.unchanged > 0 {
            return (Coverage::Unchanged, None);
        }
        if seen == 0 && had_items {
            let reason = "it used to show items and now shows none; open it in a browser and see whether it moved, changed its design or shuts us out";
            return (Coverage::Partial, Some(reason.to_owned()));
        }
        if let Some(first) = self.partial.first() {
            return (Coverage::Partial, Some(first.clone()));
        }
        if left > 0 {
            return (Coverage::Partial, Some(format!("{left} more pages come with the next round")));
        }
        if seen == 0 && self.refused.is_empty() {
            let hint = "it shows no item yet; if a browser shows some there, check the address and the kind";
            return (Coverage::Fresh, Some(hint.to_owned()));
        }
        // A post without words is nothing missed, so entries that were refused are told but do not spoil the source.
        let coverage = if seen == 0 && !self.refused.is_empty() { Coverage::Partial } else { Coverage::Fresh };
        let refused = self.refused.first().map(|first| and_more(&format!("not read: {first}"), self.refused.len() - 1, "more not read"));
        (coverage, refused)
    }
}

fn and_more(first: &str, more: usize, what: &str) -> String {
    if more == 0 { first.to_owned() } else { format!("{first} (and {more} {what})") }
}

/// When to ask a failing source again: its interval, doubled with each failure in a row up to a day, and not before the
/// site wants it.
pub(super) fn retry_at(regular: Timestamp, now: Timestamp, failures: i64, not_before: Option<Timestamp>) -> Timestamp {
    let interval = regular.duration_since(now);
    let doublings = u32::try_from(failures.clamp(1, 16) - 1).unwrap_or_default();
    let longest = SignedDuration::try_from(LONGEST_RETRY).unwrap_or_default().max(interval);
    let wait = interval.checked_mul(1 << doublings).unwrap_or(longest).min(longest);
    let next = now.checked_add(wait).unwrap_or(Timestamp::MAX);
    not_before.map_or(next, |not_before| next.max(not_before))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(pages: usize, blocked: &[&str], failures: &[&str]) -> Outcome {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        Outcome { pages, blocked: owned(blocked), failures: owned(failures), ..Outcome::default() }
    }

    #[test]
    fn silence_is_never_good_news() {
        let cases = [
            ("a page with items", met(1, &[], &[]), (3, true, 0), Coverage::Fresh),
            ("a page that never had any", met(1, &[], &[]), (0, false, 0), Coverage::Fresh),
            ("a page that used to have items", met(1, &[], &[]), (0, true, 0), Coverage::Partial),
            ("nothing changed", Outcome { unchanged: 2, ..Outcome::default() }, (0, true, 0), Coverage::Unchanged),
            ("shut out", met(0, &["403"], &["500"]), (0, true, 0), Coverage::Blocked),
            ("not reached", met(0, &[], &["500"]), (0, false, 0), Coverage::Failing),
            ("shut out after a page", met(1, &["403"], &[]), (3, true, 0), Coverage::Partial),
            ("more to come", met(1, &[], &[]), (3, true, 2), Coverage::Partial),
        ];
        for (name, outcome, (seen, had_items, left), want) in cases {
            let (coverage, reason) = outcome.coverage(seen, had_items, left);
            assert_eq!(coverage, want, "{name}");
            let quiet = matches!(want, Coverage::Fresh | Coverage::Unchanged) && (seen > 0 || outcome.pages == 0);
            assert_eq!(reason.is_none(), quiet, "{name}");
        }
    }

    #[test]
    fn a_failing_source_is_asked_less_and_less_often() {
        let now: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let minutes = |minutes: i64| now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        assert_eq!(retry_at(minutes(15), now, 1, None), minutes(15));
        assert_eq!(retry_at(minutes(15), now, 3, None), minutes(60));
        assert_eq!(retry_at(minutes(15), now, 60, None), minutes(24 * 60));
        assert_eq!(retry_at(minutes(3 * 24 * 60), now, 5, None), minutes(3 * 24 * 60));
        assert_eq!(retry_at(minutes(15), now, 1, Some(minutes(50))), minutes(50));
    }
}

//! What a round amounts to: the source's coverage and the reason in words. Pure.
//!
//! Silence is never good news: a source that shut us out, or that shows nothing where it used to show items, is never
//! reported as having nothing to say; nor is it when its answer stays like that.

use jiff::Timestamp;

use super::answer::Failure;
use super::next::pages;
use crate::sources::{Ask, Parsed};
use crate::store::Coverage;

/// Why a source is not all there whose pages are in order but empty.
pub(super) const SILENCE: &str =
    "it used to show items and now shows none; open it in a browser and see whether it moved, changed its design or shuts us out";

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
    paused: bool,
    /// Asks that were not made because the host is left alone.
    not_asked: usize,
    /// Of the pages the source starts with: whether each is good for some time, and until when the first of them is.
    good: Option<Option<Timestamp>>,
}

/// What is known when a round has ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// Mentions seen.
    pub(super) seen: usize,
    /// Whether the source has ever shown an item.
    pub(super) had_items: bool,
    /// Pages left to ask for.
    pub(super) left: usize,
    /// Why its pages were known before not to show all.
    pub(super) short: Option<String>,
    /// Whether the round stopped at what was known, so that the pages behind still count as they did.
    pub(super) stopped_early: bool,
}

impl Outcome {
    pub(super) fn unchanged(&mut self, first: bool, good_until: Option<Timestamp>) {
        self.unchanged += 1;
        self.good_for(first, good_until);
    }

    pub(super) fn page(&mut self, parsed: &Parsed, first: bool, good_until: Option<Timestamp>) {
        self.pages += 1;
        self.partial.extend(parsed.partial.clone());
        self.refused.extend(parsed.refused.iter().cloned());
        self.good_for(first, good_until);
    }

    fn good_for(&mut self, first: bool, good_until: Option<Timestamp>) {
        if first {
            self.good = Some(self.good.map_or(good_until, |before| before.zip(good_until).map(|(a, b)| a.min(b))));
        }
    }

    pub(super) fn ends_before_its_end(&mut self, why: Option<String>) {
        self.partial.extend(why);
    }

    pub(super) fn failed(&mut self, failure: &Failure) {
        self.not_before = self.not_before.max(failure.not_before());
        self.not_asked += usize::from(failure.was_not_asked());
        let list = if failure.is_blocked() { &mut self.blocked } else { &mut self.failures };
        list.push(failure.what.clone());
    }

    /// The site answered, and wants to be left alone until then.
    pub(super) fn pause(&mut self, until: Timestamp) {
        self.not_before = self.not_before.max(Some(until));
        self.paused = true;
    }

    /// Whether the site asked for nothing more in this round.
    pub(super) fn is_paused(&self) -> bool {
        self.paused
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

    /// Until when all that the source starts with is good, by its server's word.
    pub(super) fn good_until(&self) -> Option<Timestamp> {
        self.good.flatten()
    }

    /// Whether anything was answered as it should.
    pub(super) fn answered(&self) -> bool {
        self.pages + self.unchanged > 0
    }

    /// Whether nothing was asked because the host is left alone.
    pub(super) fn was_not_asked(&self) -> bool {
        self.not_asked > 0 && self.not_asked == self.blocked.len() + self.failures.len() && !self.answered()
    }

    /// What the source showed of what it has; why, if not all is well; and why its pages are known not to show all, which
    /// holds as long as they stay as they are.
    pub(super) fn coverage(&self, found: Found) -> (Coverage, Option<String>, Option<String>) {
        let short = self.short(&found);
        let (coverage, reason) = self.judged(&found, short.as_deref());
        (coverage, reason, short)
    }

    fn short(&self, found: &Found) -> Option<String> {
        if self.pages == 0 {
            return found.short.clone();
        }
        if found.seen == 0 && found.had_items && self.unchanged == 0 {
            return Some(SILENCE.to_owned());
        }
        // A page that was not read again may be the one that told it.
        let holds = found.stopped_early || self.unchanged > 0;
        let before = found.short.clone().filter(|short| holds && short != SILENCE);
        self.partial.first().cloned().or(before)
    }

    fn judged(&self, found: &Found, short: Option<&str>) -> (Coverage, Option<String>) {
        let trouble: Vec<&String> = self.blocked.iter().chain(&self.failures).collect();
        if let Some(first) = trouble.first() {
            let reason = and_more(first, trouble.len() - 1, "more like it");
            return match (self.answered(), self.blocked.is_empty()) {
                (true, _) => (Coverage::Partial, Some(reason)),
                (false, false) => (Coverage::Blocked, Some(reason)),
                (false, true) => (Coverage::Failing, Some(reason)),
            };
        }
        if found.left > 0 {
            return (Coverage::Partial, Some(format!("{} left; the next round goes on there", pages(found.left))));
        }
        if self.pages == 0 && self.unchanged > 0 && short != Some(SILENCE) {
            return (Coverage::Unchanged, short.map(str::to_owned));
        }
        if let Some(short) = short {
            return (Coverage::Partial, Some(short.to_owned()));
        }
        if self.pages == 0 {
            return (Coverage::Partial, Some("it was told to stop before it was asked".to_owned()));
        }
        if found.seen == 0 && self.refused.is_empty() && !(found.had_items && self.unchanged > 0) {
            let hint = "it shows no item yet; if a browser shows some there, check the address and the kind";
            return (Coverage::Fresh, Some(hint.to_owned()));
        }
        // A post without words is nothing missed, so entries that were refused are told but do not spoil the source.
        let coverage = if found.seen == 0 && !self.refused.is_empty() { Coverage::Partial } else { Coverage::Fresh };
        let refused = self.refused.first().map(|first| and_more(&not_read(first), self.refused.len() - 1, "more not read"));
        (coverage, refused)
    }
}

pub(super) fn not_read(entry: &str) -> String {
    format!("not read: {entry}")
}

pub(super) fn and_more(first: &str, more: usize, what: &str) -> String {
    if more == 0 { first.to_owned() } else { format!("{first} (and {more} {what})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(pages: usize, blocked: &[&str], failures: &[&str]) -> Outcome {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect();
        Outcome { pages, blocked: owned(blocked), failures: owned(failures), ..Outcome::default() }
    }

    fn found(seen: usize, had_items: bool, left: usize) -> Found {
        Found { seen, had_items, left, ..Found::default() }
    }

    fn unchanged() -> Outcome {
        Outcome { unchanged: 2, ..Outcome::default() }
    }

    #[test]
    fn silence_is_never_good_news() {
        let short = |short: &str| Found { short: Some(short.to_owned()), ..found(0, true, 0) };
        let cases = [
            ("a page with items", met(1, &[], &[]), found(3, true, 0), Coverage::Fresh),
            ("a page that never had any", met(1, &[], &[]), found(0, false, 0), Coverage::Fresh),
            ("a page that used to have items", met(1, &[], &[]), found(0, true, 0), Coverage::Partial),
            ("and stays like that", unchanged(), short(SILENCE), Coverage::Partial),
            ("nothing changed", unchanged(), found(0, true, 0), Coverage::Unchanged),
            ("shut out", met(0, &["403"], &["500"]), found(0, true, 0), Coverage::Blocked),
            ("not reached", met(0, &[], &["500"]), found(0, false, 0), Coverage::Failing),
            ("shut out after a page", met(1, &["403"], &[]), found(3, true, 0), Coverage::Partial),
            ("more to come", met(1, &[], &[]), found(3, true, 2), Coverage::Partial),
            ("more to come behind unchanged pages", unchanged(), found(0, true, 2), Coverage::Partial),
            ("stopped before anything was asked", Outcome::default(), found(0, true, 0), Coverage::Partial),
        ];
        for (name, outcome, found, want) in cases {
            let seen = found.seen;
            let (coverage, reason, _) = outcome.coverage(found);
            assert_eq!(coverage, want, "{name}");
            let quiet = matches!(want, Coverage::Fresh | Coverage::Unchanged) && (seen > 0 || outcome.pages == 0);
            assert_eq!(reason.is_none(), quiet, "{name}");
        }
    }

    #[test]
    fn what_a_source_does_not_show_is_told_until_its_pages_say_otherwise() {
        let told = "shows 3 of 120 reviews".to_owned();
        let before = |stopped_early| Found { short: Some(told.clone()), stopped_early, ..found(3, true, 0) };
        let partial = Outcome { partial: vec![told.clone()], ..met(1, &[], &[]) };
        let cases = [
            ("a page tells it", &partial, found(3, true, 0), Some(&told)),
            ("nothing changed", &unchanged(), before(false), Some(&told)),
            ("only the first page was looked at", &met(1, &[], &[]), before(true), Some(&told)),
            ("the whole list was read", &met(1, &[], &[]), before(false), None),
            ("one page of it changed, and the others not", &Outcome { unchanged: 1, ..met(1, &[], &[]) }, before(false), Some(&told)),
        ];
        for (name, outcome, found, want) in cases {
            let (coverage, reason, short) = outcome.coverage(found);
            assert_eq!((reason.as_ref(), short.as_ref()), (want, want), "{name}");
            assert_eq!(coverage == Coverage::Fresh, want.is_none(), "{name}");
        }
    }

    #[test]
    fn a_source_of_several_pages_is_good_until_the_first_of_them_is_stale() {
        let at = |second| Timestamp::from_second(second).ok();
        for (pages, want) in [(vec![at(9), at(5)], at(5)), (vec![at(9), None], None), (vec![None, at(9)], None), (vec![], None)] {
            let mut outcome = Outcome::default();
            for good in pages {
                outcome.unchanged(true, good);
            }
            outcome.unchanged(false, at(1));
            assert_eq!(outcome.good_until(), want);
        }
    }
}

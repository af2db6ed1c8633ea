//! What was done to replies, why something was not, and when one is due, in the reader's words.

use jiff::{SignedDuration, Timestamp};

use super::frame::Frame;
use crate::replies::{Action, Entry, Refusal};

/// Of a text so many letters are told.
const TOLD: usize = 60;

/// A change of a reply: `ann claimed it · 2026-03-01 10:00`.
pub(super) fn told(f: &Frame, entry: &Entry) -> String {
    format!("{} {} · {}", entry.who, did(f, entry), f.time(&entry.at))
}

/// What was done, without who and when.
pub(super) fn did(f: &Frame, entry: &Entry) -> String {
    let (key, details) = parts(f, entry);
    details.into_iter().fold(f.word("did", key).to_owned(), |words, detail| words.replacen("{}", &detail, 1))
}

/// The word of an action, and what is put into it.
fn parts(f: &Frame, entry: &Entry) -> (&'static str, Vec<String>) {
    let stated = |reason: &str| vec![f.word("stated", reason).to_owned()];
    match &entry.action {
        Action::Open { why } => ("open", vec![f.word("lane", why).to_owned()]),
        Action::Claim => ("claim", Vec::new()),
        Action::Release => ("release", Vec::new()),
        Action::Lapse => ("lapse", vec![entry.before.claim.as_ref().map_or_else(|| "–".to_owned(), |claim| claim.by.clone())]),
        Action::Draft { text, .. } => ("draft", vec![beginning(text)]),
        Action::Approve => ("approve", Vec::new()),
        Action::Reject { reason } => ("reject", vec![reason.clone()]),
        Action::Send => ("send", Vec::new()),
        Action::Post { by, .. } => ("post", vec![by.clone()]),
        Action::Revise { text } => ("revise", vec![beginning(text)]),
        Action::Retract { reason } => ("retract", vec![reason.clone()]),
        Action::Verify => ("verify", Vec::new()),
        Action::Refuse { reason } => ("refuse", vec![reason.clone()]),
        Action::Dismiss { reason } => ("dismiss", vec![reason.clone()]),
        Action::Answer { by } => ("answer", vec![by.clone().unwrap_or_else(|| "–".to_owned())]),
        Action::Withdraw { reason } => ("withdraw", stated(reason)),
        Action::Reopen { reason } => ("reopen", stated(reason)),
        Action::Hear { what } => ("hear", stated(what)),
        Action::Assign { to, why } => ("assign", vec![to.clone(), f.word("stated", why).to_owned()]),
        Action::Move { lane } => ("move", vec![f.word("lane", lane).to_owned()]),
        Action::Outcome { before, after } => ("outcome", vec![before.to_string(), after.to_string()]),
        Action::Unite { .. } => ("unite", Vec::new()),
    }
}

fn beginning(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(TOLD).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}

/// Why something was not done.
pub(super) fn refused(f: &Frame, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Claimed { by, until } => f.of2("refusal.claimed", by, f.time(until)),
        Refusal::NotHeld => f.say("refusal.not-held").to_owned(),
        Refusal::Status { status, .. } => f.of("refusal.status", f.word("status", status.as_str())),
        Refusal::Blank { .. } => f.say("refusal.blank").to_owned(),
        Refusal::SameHand => f.say("refusal.same-hand").to_owned(),
        Refusal::TooLong { long, most, site, .. } => f.of2("refusal.too-long", site, most).replacen("{}", &(long - most).to_string(), 1),
        Refusal::SameAgain { site } => f.of("refusal.same-again", site),
        Refusal::Stale { since, .. } if since.is_empty() => f.say("refusal.changed").to_owned(),
        Refusal::Stale { since, .. } => f.of("refusal.stale", since.iter().map(|entry| told(f, entry)).collect::<Vec<_>>().join("; ")),
        Refusal::GoingOut => f.say("refusal.going-out").to_owned(),
        Refusal::NotPosted(why) => f.of("refusal.not-posted", why),
        Refusal::NotAllowed { role, least, .. } => f.of2("refusal.not-allowed", f.word("role", role), f.word("role", least)),
        Refusal::NotQueued => f.say("refusal.not-queued").to_owned(),
    }
}

/// When it is due, seen from `now`.
pub(super) fn deadline(f: &Frame, due: Timestamp, now: Timestamp) -> String {
    let (key, number) = until(due.duration_since(now));
    f.of(key, number)
}

/// The words for a time that is left, or has passed, and their number.
fn until(left: SignedDuration) -> (&'static str, i64) {
    let minutes = left.abs().as_secs() / 60;
    match (left.is_negative() || left.is_zero(), minutes) {
        (false, 0..120) => ("due.minutes", minutes),
        (false, 120..2880) => ("due.hours", (minutes + 30) / 60),
        (false, _) => ("due.days", minutes / 1440),
        (true, 0..120) => ("due.late-minutes", minutes),
        (true, 120..2880) => ("due.late-hours", (minutes + 30) / 60),
        (true, _) => ("due.late-days", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_told_in_what_people_count() {
        for (minutes, want) in [
            (40, ("due.minutes", 40)),
            (150, ("due.hours", 3)),
            (4 * 1440, ("due.days", 4)),
            (0, ("due.late-minutes", 0)),
            (-180, ("due.late-hours", 3)),
            (-5 * 1440, ("due.late-days", 5)),
        ] {
            assert_eq!(until(SignedDuration::from_mins(minutes)), want, "{minutes}");
        }
    }
}

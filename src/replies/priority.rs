//! What comes first, and why, in words. Pure.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::customer::Customer;
use super::settings::Lane;
use crate::clock::show_duration;
use crate::store::Stored;

/// What of a mention decides how soon somebody should look at it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Whether it is a severe complaint.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ugly: bool,
    /// The stars given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars: Option<f64>,
    /// People who liked it, answered it or passed it on.
    #[serde(skip_serializing_if = "is_nobody")]
    pub moved: u64,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
}

fn is_nobody(people: &u64) -> bool {
    *people == 0
}

impl Facts {
    /// What is known of `stored`.
    pub fn of(stored: &Stored, customer: Option<&Customer>) -> Self {
        Self {
            ugly: stored.tagging.ugly,
            stars: stored.mention.rating.map(|rating| rating.stars()),
            moved: stored.mention.context.reach.moved(),
            customer: customer.cloned(),
        }
    }
}

/// How soon somebody should look at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Priority {
    /// More is sooner.
    pub score: i64,
    /// Why, in words.
    pub words: String,
}

/// So many people make a mention matter more to others than to its author.
const MANY: u64 = 10;

/// How soon somebody should look at a reply that is due at `due`.
///
/// The lane weighs most, then the deadline, then who wrote it and how far it went; a passed deadline lifts it by a lane.
pub fn priority(lane: Lane, facts: &Facts, due: Timestamp, now: Timestamp) -> Priority {
    Priority { score: score(lane, facts, due, now), words: words(lane, facts, due, now) }
}

/// The score alone, for putting many into their order.
pub(super) fn score(lane: Lane, facts: &Facts, due: Timestamp, now: Timestamp) -> i64 {
    let lane_score = match lane {
        Lane::Urgent => 300,
        Lane::Complaint => 200,
        Lane::Praise => 100,
    };
    let left = due.duration_since(now);
    let time_score = if left.is_negative() || left.is_zero() { 100 } else { (60 - left.as_hours()).clamp(0, 60) };
    let customer = facts.customer.as_ref();
    let value = customer.and_then(|customer| customer.value).filter(|value| *value >= 1.0);
    let value_score = value.map_or(0, |value| 5 * i64::from(value.log10().clamp(0.0, 8.0) as u8)) + if customer.is_some() { 10 } else { 0 };
    let reach_score = i64::from(facts.moved.checked_ilog2().map_or(0, |log| log.min(10))) * 4;
    let severe = if facts.ugly { 25 } else { 0 };
    lane_score + time_score + value_score + reach_score + severe
}

fn words(lane: Lane, facts: &Facts, due: Timestamp, now: Timestamp) -> String {
    let what = match (lane, facts.ugly, facts.stars) {
        (Lane::Praise, ..) => "praise".to_owned(),
        (_, true, _) => "severe complaint".to_owned(),
        (_, _, Some(stars)) => format!("complaint with {} of 5 stars", (stars * 10.0).round() / 10.0),
        _ => "complaint".to_owned(),
    };
    let by = facts.customer.as_ref().map(|customer| {
        let kind = [customer.segment.as_deref(), customer.role.as_deref().filter(|role| *role != "user")];
        let kind: Vec<&str> = kind.into_iter().flatten().collect();
        let kind = if kind.is_empty() { "known".to_owned() } else { kind.join(" ") };
        let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
        format!(" by {article} {kind} customer")
    });
    let moved = (facts.moved >= MANY).then(|| format!(", {} people joined in", facts.moved));
    format!("{lane}: {what}{}{}, {}", by.unwrap_or_default(), moved.unwrap_or_default(), deadline(due, now))
}

/// When it is due, seen from `now`.
pub fn deadline(due: Timestamp, now: Timestamp) -> String {
    let left = due.duration_since(now);
    let length = Duration::try_from(left.abs()).unwrap_or_default();
    let minutes = length.as_secs() / 60;
    let length = match minutes {
        0 => return if left.is_negative() { "due just now".to_owned() } else { "due within a minute".to_owned() },
        1 => "1 minute".to_owned(),
        2..120 => format!("{minutes} minutes"),
        120..2880 => format!("{} hours", (minutes + 30) / 60),
        _ => show_duration(Duration::from_secs(length.as_secs() / 86_400 * 86_400)).replace('d', " days"),
    };
    if left.is_negative() { format!("overdue by {length}") } else { format!("due in {length}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(minute)
    }

    fn customer(segment: &str, role: &str, value: f64) -> Option<Customer> {
        let given = |word: &str| Some(word.to_owned()).filter(|word| !word.is_empty());
        Some(Customer { name: "A".to_owned(), segment: given(segment), role: given(role), value: Some(value), ..Customer::default() })
    }

    #[test]
    fn a_priority_is_told_in_words() {
        let enterprise = customer("enterprise", "user", 1000.0);
        let cases = [
            (
                Lane::Urgent,
                Facts { ugly: true, customer: enterprise, ..Facts::default() },
                40,
                "urgent: severe complaint by an enterprise customer, due in 40 minutes",
            ),
            (
                Lane::Complaint,
                Facts { stars: Some(2.0), moved: 25, ..Facts::default() },
                -180,
                "complaint: complaint with 2 of 5 stars, 25 people joined in, overdue by 3 hours",
            ),
            (
                Lane::Praise,
                Facts { customer: customer("", "executive", 1.0), ..Facts::default() },
                3 * 1440,
                "praise: praise by an executive customer, due in 3 days",
            ),
            (
                Lane::Complaint,
                Facts { customer: customer("", "", 1.0), ..Facts::default() },
                1,
                "complaint: complaint by a known customer, due in 1 minute",
            ),
        ];
        for (lane, facts, minutes, want) in cases {
            assert_eq!(priority(lane, &facts, at(minutes), at(0)).words, want);
        }
    }

    #[test]
    fn what_weighs_more_comes_first() {
        let score = |lane, facts: &Facts, minutes| priority(lane, facts, at(minutes), at(0)).score;
        let plain = Facts::default();
        let far = Facts { moved: 500, ..Facts::default() };
        let big = Facts { customer: customer("enterprise", "", 100_000.0), ..Facts::default() };
        let order = [
            score(Lane::Urgent, &plain, -10),
            score(Lane::Urgent, &plain, 10_000),
            score(Lane::Complaint, &big, 60),
            score(Lane::Complaint, &far, 600),
            score(Lane::Complaint, &plain, 60),
            score(Lane::Complaint, &plain, 6_000),
            score(Lane::Praise, &plain, -60),
            score(Lane::Praise, &plain, 6_000),
        ];
        assert!(order.is_sorted_by(|a, b| a >= b), "{order:?}");
    }
}

//! Words that come up: what people write more often in a period than in the one before.
//!
//! Candidates come from the texts; what is told of them is counted in the index, so that the figure is what a search finds.
//! Of words that contain or overlap each other one is told. Pure.

use std::collections::HashMap;

use serde::Serialize;

use super::terms::Cutter;
use super::{Example, chance, rounded};

/// Fewer mentions make no news.
const LEAST: u64 = 3;
/// How many standard errors the odds must lie above those of the period before.
const LEAST_Z: f64 = 2.0;
/// A term that contains another takes its place if it makes up this share of it.
const MOSTLY: f64 = 0.8;

/// A word or phrase that comes up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Emerging {
    /// The word or phrase.
    pub term: String,
    /// Mentions that have it.
    pub mentions: u64,
    /// The same in the period before.
    pub before: u64,
    /// The logarithm of the odds ratio of the two.
    pub log_odds: f64,
    /// How many standard errors that lies from none.
    pub z: f64,
    /// Finds the mentions.
    pub query: String,
    /// Finds those of the period before.
    pub before_query: String,
    /// Some of the mentions.
    pub examples: Vec<Example>,
}

/// What was counted of a term: mentions with it before and now.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The term.
    pub term: String,
    /// Mentions that have it in the period before.
    pub before: u64,
    /// Mentions that have it.
    pub now: u64,
}

impl Found {
    /// The figures, with the queries that `query` writes for the period before and for the period.
    pub fn told(&self, of: [u64; 2], query: impl Fn(&str) -> [String; 2]) -> Emerging {
        let (log_odds, z) = chance::log_odds((self.before, of[0]), (self.now, of[1]));
        let [before_query, query] = query(&self.term);
        Emerging {
            term: self.term.clone(),
            mentions: self.now,
            before: self.before,
            log_odds: rounded(log_odds),
            z: rounded(z),
            query,
            before_query,
            examples: Vec::new(),
        }
    }

    fn z(&self, of: [u64; 2]) -> f64 {
        chance::log_odds((self.before, of[0]), (self.now, of[1])).1
    }
}

/// The terms that seem to come up from the texts `before` to those `now`, the likeliest first, at most `most`. Terms that are
/// part of a name in `known` are no news.
pub fn candidates(before: &[String], now: &[String], known: &[&str], most: usize) -> Vec<String> {
    let cutter = Cutter::new();
    let known: Vec<String> = known.iter().map(|name| format!(" {} ", crate::text::fold(name))).collect();
    let mut counts: HashMap<String, [u64; 2]> = HashMap::new();
    for term in now.iter().flat_map(|text| cutter.terms(text)) {
        counts.entry(term).or_default()[1] += 1;
    }
    counts.retain(|term, counts| counts[1] >= LEAST && !known.iter().any(|name| is_part(term, name.trim())));
    for term in before.iter().flat_map(|text| cutter.terms(text)) {
        if let Some(counts) = counts.get_mut(&term) {
            counts[0] += 1;
        }
    }
    let of = [before.len() as u64, now.len() as u64];
    let mut found: Vec<Found> = counts.into_iter().map(|(term, [before, now])| Found { term, before, now }).collect();
    found.retain(|found| found.z(of) > 1.0);
    sort(&mut found, of);
    // Of the parts of one phrase only the phrase is worth counting again.
    let kept = without_repeats(found, most);
    kept.into_iter().map(|found| found.term).collect()
}

/// Those of `found` that really come up, the clearest first, at most `most`; `of` are all mentions before and now.
pub fn ranked(mut found: Vec<Found>, of: [u64; 2], most: usize) -> Vec<Found> {
    found.retain(|found| found.now >= LEAST && found.z(of) >= LEAST_Z);
    sort(&mut found, of);
    without_repeats(found, most)
}

fn sort(found: &mut [Found], of: [u64; 2]) {
    found.sort_by(|one, other| {
        let longer = || other.term.chars().count().cmp(&one.term.chars().count());
        other.z(of).total_cmp(&one.z(of)).then_with(longer).then_with(|| one.term.cmp(&other.term))
    });
}

/// Of terms that contain or overlap each other, and are found about as often, only one.
fn without_repeats(found: Vec<Found>, most: usize) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::new();
    for next in found {
        let Some(same) = kept.iter_mut().find(|kept| tells_the_same(&kept.term, &next.term)) else {
            if kept.len() < most {
                kept.push(next);
            }
            continue;
        };
        let longer = next.term.chars().count() > same.term.chars().count();
        if longer && is_part(&same.term, &next.term) && next.now as f64 >= MOSTLY * same.now as f64 {
            *same = next;
        }
    }
    kept
}

fn tells_the_same(one: &str, other: &str) -> bool {
    is_part(one, other) || is_part(other, one) || overlap(one, other) || overlap(other, one)
}

/// Whether `part` stands in `whole`: whole words of English, any characters of Chinese.
fn is_part(part: &str, whole: &str) -> bool {
    if part.is_ascii() { format!(" {whole} ").contains(&format!(" {part} ")) } else { whole.contains(part) }
}

/// Whether the end of `one` is the beginning of `other`, by at least half of the shorter one.
fn overlap(one: &str, other: &str) -> bool {
    let pieces = |term: &str| -> Vec<String> {
        if term.is_ascii() { term.split(' ').map(str::to_owned).collect() } else { term.chars().map(String::from).collect() }
    };
    let (one, other) = (pieces(one), pieces(other));
    let shorter = one.len().min(other.len());
    (shorter.div_ceil(2).max(1)..shorter).any(|length| one.ends_with(other.get(..length).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[(&str, usize)]) -> Vec<String> {
        lines.iter().flat_map(|(text, times)| std::iter::repeat_n((*text).to_owned(), *times)).collect()
    }

    #[test]
    fn what_was_not_said_before_comes_up_as_one_phrase() {
        let before = texts(&[("The printer works well", 20), ("价格合理，推荐", 20)]);
        let now = texts(&[("The printer works well", 20), ("Dark mode is broken in Acme Desk", 8), ("自动回复功能失灵了", 8)]);
        let found = candidates(&before, &now, &["Acme Desk"], 50);
        assert!(found.contains(&"dark mode".to_owned()), "{found:?}");
        assert!(found.iter().any(|term| term.contains("回复功能")), "{found:?}");
        for absent in ["printer", "dark", "mode", "acme", "desk", "价格", "动回"] {
            assert!(!found.contains(&absent.to_owned()), "`{absent}` in {found:?}");
        }
    }

    #[test]
    fn only_what_is_clear_is_told_and_the_clearest_first() {
        let found = |term: &str, before, now| Found { term: term.to_owned(), before, now };
        let of = [100, 100];
        let list = vec![found("rare", 0, 2), found("same", 20, 22), found("up", 1, 12), found("new", 0, 30)];
        let told: Vec<String> = ranked(list, of, 10).into_iter().map(|found| found.term).collect();
        assert_eq!(told, ["new", "up"]);
        let row = found("new", 0, 30).told(of, |term| [format!("b {term}"), format!("n {term}")]);
        assert_eq!((row.query.as_str(), row.before_query.as_str(), row.mentions), ("n new", "b new", 30));
        assert!(row.z > 3.0 && row.log_odds > 0.0);
    }

    #[test]
    fn terms_that_overlap_tell_the_same() {
        for (one, other, want) in [
            ("dark mode", "mode broken", true),
            ("dark mode", "dark", true),
            ("dark mode", "darkness", false),
            ("自动回复功", "动回复功能", true),
            ("自动", "动作", true),
            ("login", "page", false),
        ] {
            assert_eq!(tells_the_same(one, other), want, "{one} {other}");
        }
    }
}

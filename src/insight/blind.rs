//! What was not heard: a figure is worth only as much as the listening behind it.
//!
//! Takes the spans in which sources were not heard as values; knows nothing of why.

use jiff::Timestamp;

use super::period::Period;
use crate::store::Blind;

/// A part of a period with more silence than this is no measure of what is usual.
pub const MOSTLY_HEARD: f64 = 0.2;

/// The share of `sources` × time that was not heard in `period`, counted up to `now`: 0 all was heard, 1 nothing.
pub fn share(spans: &[Blind], sources: &[&str], period: Period, now: Timestamp) -> f64 {
    let (from, end) = period.limits();
    let end = end.min(now);
    let length = end.as_second() - from.as_second();
    if sources.is_empty() || length <= 0 {
        return 0.0;
    }
    let silent: i64 = sources.iter().map(|source| silent_seconds(spans, source, from, end)).sum();
    silent as f64 / (sources.len() as i64 * length) as f64
}

/// Seconds between `from` and `end` in which `source` was not heard; spans may overlap.
fn silent_seconds(spans: &[Blind], source: &str, from: Timestamp, end: Timestamp) -> i64 {
    let own = spans.iter().filter(|span| span.source == source);
    let mut cut: Vec<(i64, i64)> = own.map(|span| (span.from.max(from).as_second(), span.until.min(end).as_second())).collect();
    cut.sort_unstable();
    let mut reached = i64::MIN;
    let mut silent = 0;
    for (from, until) in cut {
        silent += (until - from.max(reached)).max(0);
        reached = reached.max(until);
    }
    silent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Coverage;

    fn blind(source: &str, from: &str, until: &str) -> Blind {
        let (from, until) = (from.parse().unwrap(), until.parse().unwrap());
        Blind { source: source.to_owned(), from, until, state: Coverage::Blocked, reason: None }
    }

    #[test]
    fn silence_is_measured_over_all_sources() {
        let day = Period::day("2026-03-02".parse().unwrap());
        let later = "2026-04-01T00:00:00Z".parse().unwrap();
        let noon = "2026-03-02T12:00:00Z".parse().unwrap();
        let half = [blind("a", "2026-03-01T00:00:00Z", "2026-03-02T12:00:00Z")];
        let twice = [half[0].clone(), blind("a", "2026-03-02T06:00:00Z", "2026-03-02T18:00:00Z")];
        for (name, spans, sources, now, want) in [
            ("nothing was missed", [].as_slice(), ["a", "b"].as_slice(), later, 0.0),
            ("one of two, half the day", &half, &["a", "b"], later, 0.25),
            ("overlapping spans count once", &twice, &["a"], later, 0.75),
            ("a source that is listened to no more", &half, &["b"], later, 0.0),
            ("the rest of today is not silence yet", &half, &["a"], noon, 1.0),
            ("no source", &half, &[], later, 0.0),
        ] {
            assert!((share(spans, sources, day, now) - want).abs() < 1e-9, "{name}: {}", share(spans, sources, day, now));
        }
    }
}

//! The figures behind the page: trends, share of voice, themes, words that come up, spikes, before and after a change.
//!
//! Rules over counts that are handed in, without index, network or clock; and the tables of spikes and noted changes. Every
//! figure carries the query that finds the mentions behind it. All days are UTC days.

mod before_after;
pub mod blind;
mod changes;
pub mod chance;
mod emerging;
mod events;
mod example;
mod period;
mod replied;
mod scope;
mod spike;
mod standing;
mod terms;
mod themes;
mod trend;

pub use before_after::{Difference, Effect, LEAST_TO_TELL, Side, windows};
pub use changes::Change;
pub use emerging::{Emerging, Found, candidates, ranked};
pub use events::Spike;
pub use example::Example;
pub use period::{By, Period, day_of, days_before, edges};
pub use replied::{Case, Group, Replied, replied_against_not};
pub use scope::Scope;
pub use spike::{Day, Rule, Subject, Unusual, Usual, explained_by_narrower};
pub use standing::{Standing, Tallies};
pub use themes::ThemeRow;
pub use trend::{Each, Point, Series, Trend, TrendParts};

/// Four digits are more than any of these figures is sure of.
fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

/// `part` in `whole`; none of nothing.
fn share_of(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| rounded(part as f64 / whole as f64))
}

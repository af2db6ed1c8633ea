//! What is praised and complained of, theme by theme, against the period before.
//!
//! Pure: tallies in, figures out.

use serde::Serialize;

use super::trend::sum;
use super::{Period, Scope, rounded};
use crate::mention::Polarity;
use crate::search::Tally;

/// One theme in a period and in the one before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThemeRow {
    /// The theme.
    pub theme: String,
    /// Mentions that praise it.
    pub praise: u64,
    /// The same in the period before.
    pub praise_before: u64,
    /// Mentions that complain of it.
    pub complaints: u64,
    /// The same in the period before.
    pub complaints_before: u64,
    /// What the praise and the complaints weigh when customers are weighted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted_praise: Option<f64>,
    /// The same of the complaints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted_complaints: Option<f64>,
    /// The share of these mentions whose customer is known: only they weigh anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_rate: Option<f64>,
    /// Finds the praise.
    pub praise_query: String,
    /// Finds the praise of the period before.
    pub praise_before_query: String,
    /// Finds the complaints.
    pub complaint_query: String,
    /// Finds the complaints of the period before.
    pub complaint_before_query: String,
}

impl ThemeRow {
    /// The figures of `theme` among what `scope` finds; praise and complaints are tallies of the period before and of `period`.
    pub fn of(theme: &str, scope: &Scope, period: Period, praise: [Tally; 2], complaints: [Tally; 2]) -> Self {
        let scope = scope.with_theme(theme);
        let query = |polarity, period| scope.with_polarity(polarity).within(period);
        Self {
            theme: theme.to_owned(),
            praise: praise[1].mentions,
            praise_before: praise[0].mentions,
            complaints: complaints[1].mentions,
            complaints_before: complaints[0].mentions,
            weighted_praise: praise[1].weighted.map(|weighted| rounded(weighted.weight)),
            weighted_complaints: complaints[1].weighted.map(|weighted| rounded(weighted.weight)),
            match_rate: sum(&[praise[1], complaints[1]]).match_rate(),
            praise_query: query(Polarity::Praise, period),
            praise_before_query: query(Polarity::Praise, period.before()),
            complaint_query: query(Polarity::Complaint, period),
            complaint_before_query: query(Polarity::Complaint, period.before()),
        }
    }

    /// Whether anything was said of it in either period.
    pub fn is_heard(&self) -> bool {
        self.praise + self.praise_before + self.complaints + self.complaints_before > 0
    }

    /// Sorts the most spoken of first.
    pub fn sort(rows: &mut [Self]) {
        rows.sort_by(|one, other| {
            let loud = |row: &Self| (row.praise + row.complaints, row.praise_before + row.complaints_before);
            loud(other).cmp(&loud(one)).then_with(|| one.theme.cmp(&other.theme))
        });
    }
}

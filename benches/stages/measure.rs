//! Measuring two sides in turn, and what is made of it: rates, latencies, ratios, and whether they are good enough.
//!
//! Noise of the machine comes and goes, so both sides run one after the other in every round; the ratio is the median of the
//! rounds' own ratios. Knows nothing of what is measured.

use std::time::Duration;

/// What is asked of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    /// The ratio of two rates must be no lower: the floor, then the goal.
    AtLeast(f64, f64),
    /// The ratio of two durations must be no higher.
    AtMost(f64, f64),
    /// Our own rate must be no lower; there is no other side.
    Alone(f64, f64),
    /// Our own figure must be no higher; there is no other side.
    #[allow(dead_code, reason = "not every bench has such a row")]
    Most(f64, f64),
    /// Nothing; the row tells where time goes.
    Open,
}

/// A line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) stage: String,
    /// What the figures count.
    pub(crate) unit: &'static str,
    /// Our figure.
    pub(crate) ours: f64,
    /// The raw library's.
    pub(crate) raw: Option<f64>,
    /// Ours by the raw library's, as the median of the rounds.
    pub(crate) ratio: Option<f64>,
    /// What is asked of it.
    pub(crate) bound: Bound,
}

impl Row {
    /// A row of rates: each pair is how long both sides took for `amount`.
    pub(crate) fn rates(stage: impl Into<String>, unit: &'static str, amount: f64, took: &[(Duration, Duration)], bound: Bound) -> Self {
        let rate = |took: Duration| amount / took.as_secs_f64();
        Self::of(stage, unit, took.iter().map(|(ours, raw)| (rate(*ours), rate(*raw))).collect(), bound)
    }

    /// A row of latencies in microseconds.
    pub(crate) fn latencies(stage: impl Into<String>, took: &[(Duration, Duration)], bound: Bound) -> Self {
        let micros = |took: Duration| took.as_secs_f64() * 1e6;
        Self::of(stage, "µs", took.iter().map(|(ours, raw)| (micros(*ours), micros(*raw))).collect(), bound)
    }

    /// A row of longer durations, in milliseconds.
    #[allow(dead_code, reason = "not every bench has such a row")]
    pub(crate) fn durations(stage: impl Into<String>, took: &[(Duration, Duration)], bound: Bound) -> Self {
        let millis = |took: Duration| took.as_secs_f64() * 1e3;
        Self::of(stage, "ms", took.iter().map(|(ours, raw)| (millis(*ours), millis(*raw))).collect(), bound)
    }

    /// A row of bytes a mention.
    pub(crate) fn sizes(stage: impl Into<String>, ours: f64, raw: f64, bound: Bound) -> Self {
        Self::of(stage, "bytes", vec![(ours, raw)], bound)
    }

    /// A row of our figure alone.
    pub(crate) fn alone(stage: impl Into<String>, unit: &'static str, figures: Vec<f64>, bound: Bound) -> Self {
        Self { stage: stage.into(), unit, ours: median(figures), raw: None, ratio: None, bound }
    }

    fn of(stage: impl Into<String>, unit: &'static str, figures: Vec<(f64, f64)>, bound: Bound) -> Self {
        let ratio = median(figures.iter().map(|(ours, raw)| ours / raw).collect());
        let (ours, raw): (Vec<f64>, Vec<f64>) = figures.into_iter().unzip();
        Self { stage: stage.into(), unit, ours: median(ours), raw: Some(median(raw)), ratio: Some(ratio), bound }
    }

    /// Whether what is asked is met, in a word.
    pub(crate) fn met(&self) -> &'static str {
        let judged = |floor: bool, goal: bool| match (floor, goal) {
            (_, true) => "goal",
            (true, _) => "floor",
            _ => "NO",
        };
        match (self.bound, self.ratio) {
            (Bound::AtLeast(floor, goal), Some(ratio)) => judged(ratio >= floor, ratio >= goal),
            (Bound::AtMost(floor, goal), Some(ratio)) => judged(ratio <= floor, ratio <= goal),
            (Bound::Alone(floor, goal), _) => judged(self.ours >= floor, self.ours >= goal),
            (Bound::Most(floor, goal), _) => judged(self.ours <= floor, self.ours <= goal),
            _ => "",
        }
    }
}

/// Runs both sides `rounds` times in turn, after one round to warm up that does not count.
pub(crate) fn in_turn<A, B>(
    rounds: usize,
    mut ours: impl FnMut() -> anyhow::Result<A>,
    mut raw: impl FnMut() -> anyhow::Result<B>,
) -> anyhow::Result<Vec<(A, B)>> {
    if rounds > 1 {
        ours()?;
        raw()?;
    }
    (0..rounds).map(|_| Ok((ours()?, raw()?))).collect()
}

/// The middle of some figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The duration that so many of a hundred do not exceed.
pub(crate) fn percentile(durations: &mut [Duration], percent: usize) -> Duration {
    durations.sort_unstable();
    let at = (durations.len() * percent).div_ceil(100).max(1) - 1;
    durations.get(at).copied().unwrap_or_default()
}

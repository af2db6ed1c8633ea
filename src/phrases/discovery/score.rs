//! How much a group of words tells of who said it: log-odds with an informative Dirichlet prior.
//!
//! After Monroe, Colaresi and Quinn, “Fightin' Words” (2008), with mentions as trials: a mention says a group of words or it does
//! not, however often. The prior is what all mentions say, so that a rare group must be much more one-sided than a common one.

/// A count of the happy and one of the unhappy.
pub(super) type Sides = [u32; 2];

/// The prior weighs as much as so many mentions.
const PRIOR: f64 = 1_000.0;

/// The difference in log-odds between the happy and the unhappy, in standard deviations: above zero the happy say it.
pub(super) fn log_odds(counts: Sides, voices: Sides) -> f64 {
    let [happy, unhappy] = counts.map(f64::from);
    let [all_happy, all_unhappy] = voices.map(f64::from);
    let prior = PRIOR.min(all_happy + all_unhappy);
    let said = prior * (happy + unhappy) / (all_happy + all_unhappy).max(1.0);
    let odds = |said_so: f64, all: f64| ((said_so + said) / (all + prior - said_so - said).max(0.5)).ln();
    let variance = 1.0 / (happy + said).max(f64::MIN_POSITIVE) + 1.0 / (unhappy + said).max(f64::MIN_POSITIVE);
    (odds(happy, all_happy) - odds(unhappy, all_unhappy)) / variance.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_side_says_more_often_speaks_for_it() {
        let voices = [1_000, 1_000];
        assert!(log_odds([30, 2], voices) > 2.0);
        assert!(log_odds([2, 30], voices) < -2.0);
        assert!((log_odds([2, 30], voices) + log_odds([30, 2], voices)).abs() < 1e-9);
        assert!(log_odds([20, 20], voices).abs() < 1e-9);
    }

    #[test]
    fn sides_of_different_size_are_compared_by_rate() {
        assert!(log_odds([30, 3], [10_000, 1_000]).abs() < 0.5);
        assert!(log_odds([30, 30], [10_000, 1_000]) < -2.0);
    }

    #[test]
    fn more_voices_weigh_more_and_nobody_weighs_nothing() {
        assert!(log_odds([300, 20], [10_000, 10_000]) > log_odds([30, 2], [1_000, 1_000]));
        assert!(log_odds([0, 0], [0, 0]).is_finite());
    }
}

//! How much a group of words tells of who said it: log-odds with an informative Dirichlet prior.
//!
//! After Monroe, Colaresi and Quinn, “Fightin' Words” (2008), with mentions as trials: a mention says a group of words or it does
//! not, however often. The prior is what all mentions say, so that a rare group must be much more one-sided than a common one.

/// What the happy weigh, and what the unhappy do.
pub(super) type Sides = [f64; 2];

/// The prior weighs as much as so many mentions, but of few mentions no more than this part.
const PRIOR: f64 = 1_000.0;
const PRIOR_PART: f64 = 0.125;

/// The difference in log-odds between the happy and the unhappy, in standard deviations: above zero the happy say it.
pub(super) fn log_odds(counts: Sides, voices: Sides) -> f64 {
    let [happy, unhappy] = counts;
    let [all_happy, all_unhappy] = voices;
    if happy + unhappy <= 0.0 {
        return 0.0;
    }
    let prior = PRIOR.min(PRIOR_PART * (all_happy + all_unhappy));
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
        let voices = [1_000.0, 1_000.0];
        assert!(log_odds([30.0, 2.0], voices) > 2.0);
        assert!(log_odds([2.0, 30.0], voices) < -2.0);
        assert!((log_odds([2.0, 30.0], voices) + log_odds([30.0, 2.0], voices)).abs() < 1e-9);
        assert!(log_odds([20.0, 20.0], voices).abs() < 1e-9);
    }

    #[test]
    fn sides_of_different_size_are_compared_by_rate() {
        assert!(log_odds([30.0, 3.0], [10_000.0, 1_000.0]).abs() < 0.5);
        assert!(log_odds([30.0, 30.0], [10_000.0, 1_000.0]) < -2.0);
    }

    #[test]
    fn more_voices_weigh_more_and_nobody_weighs_nothing() {
        assert!(log_odds([300.0, 20.0], [10_000.0, 10_000.0]) > log_odds([30.0, 2.0], [1_000.0, 1_000.0]));
        assert!(log_odds([0.0, 0.0], [0.0, 0.0]) == 0.0 && log_odds([3.0, 0.0], [3.0, 0.0]).is_finite());
    }
}

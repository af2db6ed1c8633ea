//! How sure a figure is: the few formulas of statistics that the figures use, each with its name.
//!
//! Works on counts; knows nothing of what was counted.

/// The 97.5th percentile of the normal distribution: intervals hold in 95 of 100 cases.
const Z: f64 = 1.959_963_984_540_054;

/// Where a figure lies with 95 % confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// Wilson's score interval of the share of `hits` in `of`; none of nothing.
pub fn share(hits: u64, of: u64) -> Option<Interval> {
    if of == 0 {
        return None;
    }
    let (n, p) = (of as f64, hits as f64 / of as f64);
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    Some(Interval { low: ((middle - half) / scale).max(0.0), high: ((middle + half) / scale).min(1.0) })
}

/// Newcombe's interval of the difference of two shares, `after` less `before`, each as hits and of how many.
pub fn difference(before: (u64, u64), after: (u64, u64)) -> Option<Interval> {
    let (b, a) = (share(before.0, before.1)?, share(after.0, after.1)?);
    let (pb, pa) = (before.0 as f64 / before.1 as f64, after.0 as f64 / after.1 as f64);
    let low = pa - pb - ((pa - a.low).powi(2) + (b.high - pb).powi(2)).sqrt();
    let high = pa - pb + ((a.high - pa).powi(2) + (pb - b.low).powi(2)).sqrt();
    Some(Interval { low, high })
}

/// The mean of `n` values from their sum and the sum of their squares, with the normal interval around it.
pub fn mean(n: u64, sum: f64, squares: f64) -> Option<(f64, Option<Interval>)> {
    if n == 0 {
        return None;
    }
    let mean = sum / n as f64;
    let variance = ((squares - sum * mean) / (n as f64 - 1.0)).max(0.0);
    let half = Z * (variance / n as f64).sqrt();
    Some((mean, (n > 1).then_some(Interval { low: mean - half, high: mean + half })))
}

/// The chance of `count` or more where `usual` are expected, if they come independently (Poisson).
pub fn poisson_tail(count: u64, usual: f64) -> f64 {
    if count == 0 {
        return 1.0;
    }
    if usual <= 0.0 {
        return 0.0;
    }
    let k = count as f64;
    let mut term = (k * usual.ln() - usual - ln_factorial(count)).exp();
    if k < usual {
        // Below the middle the terms grow first; the other tail is the short one.
        let below: f64 = (0..count).map(|below| (below as f64 * usual.ln() - usual - ln_factorial(below)).exp()).sum();
        return (1.0 - below).clamp(0.0, 1.0);
    }
    let mut sum = 0.0;
    let mut next = k;
    while term > sum * 1e-12 {
        sum += term;
        next += 1.0;
        term *= usual / next;
    }
    sum.min(1.0)
}

/// How much more often something is found in `now` than in `before`, each as hits and of how many.
///
/// The logarithm of the odds ratio, and how many standard errors it lies from none. Half a hit is added everywhere, so that
/// nothing is infinite.
pub fn log_odds(before: (u64, u64), now: (u64, u64)) -> (f64, f64) {
    let cell = |count: u64| count as f64 + 0.5;
    let without = |(hits, of): (u64, u64)| cell(of.saturating_sub(hits));
    let odds = (cell(now.0) / without(now)).ln() - (cell(before.0) / without(before)).ln();
    let error = (1.0 / cell(now.0) + 1.0 / without(now) + 1.0 / cell(before.0) + 1.0 / without(before)).sqrt();
    (odds, odds / error)
}

fn ln_factorial(n: u64) -> f64 {
    if n < 64 {
        return (2..=n).map(|factor| (factor as f64).ln()).sum();
    }
    let n = n as f64;
    n * n.ln() - n + 0.5 * (2.0 * std::f64::consts::PI * n).ln() + 1.0 / (12.0 * n) - 1.0 / (360.0 * n.powi(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, want: f64) -> bool {
        (got - want).abs() <= 1e-3 * want.abs().max(1e-3)
    }

    #[test]
    fn shares_have_wilsons_interval() {
        // Values from Newcombe 1998, table I.
        for ((hits, of), (low, high)) in [((81, 263), (0.2553, 0.3662)), ((15, 148), (0.0624, 0.1605)), ((0, 20), (0.0, 0.1611))] {
            let got = share(hits, of).unwrap();
            assert!(near(got.low, low) && near(got.high, high), "{hits} of {of}: {got:?}");
        }
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn differences_have_newcombes_interval() {
        // Newcombe 1998, table II: 56/70 and 48/80.
        let got = difference((48, 80), (56, 70)).unwrap();
        assert!(near(got.low, 0.0524) && near(got.high, 0.3339), "{got:?}");
        assert_eq!(difference((0, 0), (1, 2)), None);
    }

    #[test]
    fn a_mean_has_its_interval() {
        let (middle, interval) = mean(4, 12.0, 40.0).unwrap();
        let interval = interval.unwrap();
        assert!(near(middle, 3.0) && near(interval.low, 3.0 - 1.96 * (4.0_f64 / 3.0 / 4.0).sqrt()), "{interval:?}");
        assert_eq!(mean(1, 4.0, 16.0), Some((4.0, None)));
        assert_eq!(mean(0, 0.0, 0.0), None);
    }

    #[test]
    fn the_poisson_tail_is_right_on_both_sides_of_the_middle() {
        for (count, usual, want) in [
            (0, 3.0, 1.0),
            (1, 3.0, 0.950_213),
            (5, 1.2, 0.007_746),
            (9, 1.2, 4.859e-6),
            (100, 80.0, 0.017_108),
            (60, 80.0, 0.991_402),
            (5, 0.0, 0.0),
        ] {
            let got = poisson_tail(count, usual);
            assert!((got - want).abs() <= 0.01 * want.max(1e-9), "{count} of {usual}: {got}");
        }
    }

    #[test]
    fn more_often_than_before_is_positive() {
        let (odds, z) = log_odds((1, 100), (12, 100));
        assert!(odds > 1.0 && z > 2.0, "{odds} {z}");
        let (odds, z) = log_odds((5, 100), (5, 100));
        assert!(odds.abs() < 1e-9 && z.abs() < 1e-9);
        assert!(log_odds((0, 0), (3, 10)).1.is_finite());
    }
}

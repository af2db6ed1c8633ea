//! Stars and points, on whatever scale a site uses.

use serde::{Deserialize, Serialize};

/// A rating and its scale. The value lies on the scale, and the scale has a length.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    value: f64,
    worst: f64,
    best: f64,
}

impl Rating {
    /// A rating of `value` between `worst` and `best`; none if they make no sense together.
    pub fn new(value: f64, worst: f64, best: f64) -> Option<Self> {
        let finite = value.is_finite() && worst.is_finite() && best.is_finite();
        (finite && worst < best && (worst..=best).contains(&value)).then_some(Self { value, worst, best })
    }

    /// Reads what sites write: `4`, `4,4`, `8/10`, `80%`, `★★★★☆`, with the scale stated beside it where it is. Without one the
    /// scale is 1 to 5 (schema.org's default), or 0 to 10 or 100 where the value does not fit that.
    pub fn parse(value: &str, worst: Option<&str>, best: Option<&str>) -> Option<Self> {
        let value = value.trim();
        if let Some(percent) = value.strip_suffix('%') {
            return Self::new(number(percent)?, 0.0, 100.0);
        }
        if let Some((value, of)) = value.split_once('/') {
            let best = number(of)?;
            return Self::new(number(value)?, worst.and_then(number).unwrap_or(0.0).min(best), best);
        }
        if value.starts_with('★') {
            let full = value.chars().filter(|star| *star == '★').count();
            let all = value.chars().filter(|star| matches!(star, '★' | '☆')).count();
            return Self::new(full as f64, 1.0, all.max(5) as f64);
        }
        let value = number(value)?;
        let best = best.and_then(number).unwrap_or(match value {
            value if value <= 5.0 => 5.0,
            value if value <= 10.0 => 10.0,
            _ => 100.0,
        });
        let usual_worst = if best > 10.0 || value < 1.0 { 0.0 } else { 1.0 };
        Self::new(value, worst.and_then(number).unwrap_or(usual_worst), best)
    }

    /// The points given.
    pub fn value(self) -> f64 {
        self.value
    }

    /// The lowest that could be given.
    pub fn worst(self) -> f64 {
        self.worst
    }

    /// The highest that could be given.
    pub fn best(self) -> f64 {
        self.best
    }

    /// Where it lies on its scale, 0 (worst) to 1 (best).
    pub fn share(self) -> f64 {
        (self.value - self.worst) / (self.best - self.worst)
    }

    /// The same on a scale of 1 to 5 stars.
    pub fn stars(self) -> f64 {
        1.0 + 4.0 * self.share()
    }
}

/// A number with a decimal point or comma.
fn number(text: &str) -> Option<f64> {
    text.trim().replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_as_sites_write_them() {
        let cases = [
            (("4", None, None), Some((4.0, 1.0, 5.0))),
            (("4,4", None, Some("5")), Some((4.4, 1.0, 5.0))),
            (("8/10", None, None), Some((8.0, 0.0, 10.0))),
            (("80%", None, None), Some((80.0, 0.0, 100.0))),
            (("0", Some("0"), Some("10")), Some((0.0, 0.0, 10.0))),
            (("7", None, None), Some((7.0, 1.0, 10.0))),
            (("87", None, Some("100")), Some((87.0, 0.0, 100.0))),
            (("★★★★☆", None, None), Some((4.0, 1.0, 5.0))),
            (("6", None, Some("5")), None),
            (("great", None, None), None),
            (("NaN", None, None), None),
            (("3", Some("5"), Some("5")), None),
        ];
        for ((value, worst, best), want) in cases {
            let got = Rating::parse(value, worst, best).map(|rating| (rating.value(), rating.worst(), rating.best()));
            assert_eq!(got, want, "{value} {worst:?} {best:?}");
        }
    }

    #[test]
    fn a_share_runs_from_worst_to_best() {
        assert_eq!(Rating::new(1.0, 1.0, 5.0).unwrap().share(), 0.0);
        assert_eq!(Rating::new(3.0, 1.0, 5.0).unwrap().share(), 0.5);
        assert_eq!(Rating::new(10.0, 0.0, 10.0).unwrap().stars(), 5.0);
    }
}

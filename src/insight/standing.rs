//! How a product, or all that was searched for, stands in a period: how much is said, how much of it is praise, and how it
//! is rated, each with how sure that is.
//!
//! Pure: counts in, figures out.

use serde::Serialize;

use super::{Period, Scope, chance, rounded, share_of};
use crate::mention::Polarity;
use crate::search::{Tally, Weighted};

/// What was counted of one product.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tallies {
    /// All mentions.
    pub all: Tally,
    /// Those with praise.
    pub praise: Tally,
    /// Those with a complaint.
    pub complaint: Tally,
}

/// How something stands in a period. A mention with praise and a complaint counts as both.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// The product, or what is counted.
    pub name: String,
    /// `ours`, `competitor`, or nothing where that makes no sense.
    pub whose: String,
    /// Mentions, each once.
    pub mentions: u64,
    /// The same, each once for every source that showed it.
    pub sightings: u64,
    /// Its share of the mentions of all products.
    pub share: Option<f64>,
    /// Mentions with praise.
    pub praise: u64,
    /// Its share of the praise for all products.
    pub praise_share: Option<f64>,
    /// Mentions with a complaint.
    pub complaints: u64,
    /// Praise in praise and complaints together.
    pub positive: Option<f64>,
    /// The lower end of that share's 95 % interval (Wilson).
    pub positive_low: Option<f64>,
    /// Its upper end.
    pub positive_high: Option<f64>,
    /// Praises to a complaint.
    pub ratio: Option<f64>,
    /// Mentions with a rating.
    pub rated: u64,
    /// Their average, as one to five stars.
    pub stars: Option<f64>,
    /// The lower end of the average's 95 % interval.
    pub stars_low: Option<f64>,
    /// Its upper end.
    pub stars_high: Option<f64>,
    /// Its share of the mentions of all products when customers are weighted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted_share: Option<f64>,
    /// Praise in praise and complaints together when customers are weighted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weighted_positive: Option<f64>,
    /// The share of mentions whose customer is known: only they are in the weighted figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_rate: Option<f64>,
    /// Finds its mentions.
    pub query: String,
    /// Finds those with praise.
    pub praise_query: String,
    /// Finds those with a complaint.
    pub complaint_query: String,
    /// Finds those with a rating.
    pub rated_query: String,
}

impl Standing {
    /// The figures of what `scope` finds in `period`.
    pub fn of(name: &str, whose: &str, scope: &Scope, period: Period, counted: &Tallies) -> Self {
        let (praise, complaints) = (counted.praise.mentions, counted.complaint.mentions);
        let positive = chance::share(praise, praise + complaints);
        let stars = chance::mean(counted.all.rated, counted.all.stars, counted.all.squares);
        let stars_range = stars.and_then(|(_, interval)| interval);
        let query = scope.within(period);
        Self {
            name: name.to_owned(),
            whose: whose.to_owned(),
            mentions: counted.all.mentions,
            sightings: counted.all.sightings,
            share: None,
            praise,
            praise_share: None,
            complaints,
            positive: share_of(praise, praise + complaints),
            positive_low: positive.map(|interval| rounded(interval.low)),
            positive_high: positive.map(|interval| rounded(interval.high)),
            ratio: (complaints > 0).then(|| rounded(praise as f64 / complaints as f64)),
            rated: counted.all.rated,
            stars: stars.map(|(mean, _)| rounded(mean)),
            stars_low: stars_range.map(|interval| rounded(interval.low.max(1.0))),
            stars_high: stars_range.map(|interval| rounded(interval.high.min(5.0))),
            weighted_share: None,
            weighted_positive: weighted_positive(counted),
            match_rate: counted.all.match_rate(),
            praise_query: scope.with_polarity(Polarity::Praise).within(period),
            complaint_query: scope.with_polarity(Polarity::Complaint).within(period),
            rated_query: format!("{query} rating:*"),
            query,
        }
    }

    /// Fills in what share each has of all of them together; a mention of two products counts for both.
    pub fn share_out(standings: &mut [Self], counted: &[Tallies]) {
        let mentions = standings.iter().map(|standing| standing.mentions).sum();
        let praise = standings.iter().map(|standing| standing.praise).sum();
        let weight = |tallies: &Tallies| tallies.all.weighted.map(|weighted| weighted.weight);
        let weights: f64 = counted.iter().filter_map(weight).sum();
        for (standing, tallies) in standings.iter_mut().zip(counted) {
            standing.share = share_of(standing.mentions, mentions);
            standing.praise_share = share_of(standing.praise, praise);
            standing.weighted_share = weight(tallies).filter(|_| weights > 0.0).map(|weight| rounded(weight / weights));
        }
    }
}

fn weighted_positive(counted: &Tallies) -> Option<f64> {
    let weight = |weighted: Option<Weighted>| weighted.map(|weighted| weighted.weight);
    let (praise, complaint) = (weight(counted.praise.weighted)?, weight(counted.complaint.weighted)?);
    (praise + complaint > 0.0).then(|| rounded(praise / (praise + complaint)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(mentions: u64) -> Tally {
        Tally { mentions, sightings: mentions, ..Tally::default() }
    }

    fn standing(counted: &Tallies) -> Standing {
        Standing::of("Acme", "ours", &Scope::product("Acme"), Period::day("2026-03-01".parse().unwrap()), counted)
    }

    #[test]
    fn the_share_of_praise_has_its_interval_and_nothing_has_none() {
        let counted = Tallies { all: tally(30), praise: tally(15), complaint: tally(5) };
        let some = standing(&counted);
        assert_eq!((some.positive, some.positive_low, some.positive_high), (Some(0.75), Some(0.5313), Some(0.8881)));
        assert_eq!(some.ratio, Some(3.0));
        assert_eq!(some.praise_query, "product:\"Acme\" polarity:praise since:2026-03-01 until:2026-03-01");
        let none = standing(&Tallies::default());
        assert_eq!((none.positive, none.ratio, none.stars, none.match_rate), (None, None, None, None));
    }

    #[test]
    fn shares_are_of_all_products_together() {
        let counted = [30, 10].map(|mentions| Tallies { all: tally(mentions), praise: tally(mentions / 10), ..Tallies::default() });
        let mut standings: Vec<Standing> = counted.iter().map(standing).collect();
        Standing::share_out(&mut standings, &counted);
        assert_eq!(
            standings.iter().map(|one| (one.share, one.praise_share)).collect::<Vec<_>>(),
            [(Some(0.75), Some(0.75)), (Some(0.25), Some(0.25))]
        );
    }

    #[test]
    fn weighted_figures_stand_beside_raw_ones_and_tell_the_match_rate() {
        let weighing = |mentions, matched, weight| Tally { weighted: Some(Weighted { matched, weight }), ..tally(mentions) };
        let counted = Tallies { all: weighing(10, 4, 20.0), praise: weighing(8, 2, 4.0), complaint: weighing(2, 2, 16.0) };
        let mut standings = vec![standing(&counted)];
        Standing::share_out(&mut standings, &[counted]);
        let one = &standings[0];
        assert_eq!((one.positive, one.weighted_positive, one.match_rate, one.weighted_share), (Some(0.8), Some(0.2), Some(0.4), Some(1.0)));
        let raw = serde_json::to_string(&standing(&Tallies::default())).unwrap();
        assert!(!raw.contains("match_rate") && !raw.contains("weighted"), "{raw}");
    }
}

//! Which mentions open a reply, and in which lane. Pure.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::settings::{Lane, Queue};
use crate::mention::{Polarity, Verdict};
use crate::phrases::Tagging;
use crate::store::Stored;

/// The lane that `stored` opens a reply in at `now`; or why it opens none. `ours` are the names of our products.
pub fn opens(stored: &Stored, queue: &Queue, ours: &HashSet<String>, now: Timestamp) -> Result<Lane, &'static str> {
    let lane = stays(stored, queue, ours)?;
    let written = stored.mention.published.map_or(stored.first_seen, |published| published.at);
    let oldest = SignedDuration::try_from(queue.newer_than).ok().and_then(|age| now.checked_sub(age).ok());
    if oldest.is_some_and(|oldest| written < oldest) {
        return Err("it is too old");
    }
    Ok(lane)
}

/// The same of a mention that has opened one already, however old it is by now.
pub(super) fn stays(stored: &Stored, queue: &Queue, ours: &HashSet<String>) -> Result<Lane, &'static str> {
    let stars = stored.mention.rating.map(|rating| rating.stars());
    let lane = lane(&stored.tagging, stored.subject.as_ref(), stars, queue.urgent_stars, ours)?;
    if !queue.lanes.contains(&lane) {
        return Err("its lane is switched off");
    }
    if stored.filtered.is_some() {
        return Err("it is put aside as noise");
    }
    if !stored.flags.is_empty() {
        return Err("it comes from us");
    }
    let seen_in = |source: &String| stored.sightings.iter().any(|sighting| sighting.source == *source);
    if queue.except_sources.iter().any(seen_in) {
        return Err("its source is left out");
    }
    Ok(lane)
}

/// What it says of our products.
fn lane(
    tagging: &Tagging,
    subject: Option<&String>,
    stars: Option<f64>,
    urgent_stars: f64,
    ours: &HashSet<String>,
) -> Result<Lane, &'static str> {
    let is_ours = |name: &String| ours.contains(name);
    if !tagging.products.iter().chain(subject).any(is_ours) {
        return Err("it is about no product of ours");
    }
    if tagging.verdict == Verdict::Neutral {
        return Err("it neither praises nor complains");
    }
    let says = |polarity: Polarity| {
        let of_polarity = || tagging.tags.iter().filter(|tag| tag.polarity == polarity);
        let verdict = match polarity {
            Polarity::Praise => Verdict::Praise,
            Polarity::Complaint => Verdict::Complaint,
        };
        // A verdict that rests on stars alone is about the page's product, which is ours.
        let holds = matches!(tagging.verdict, Verdict::Mixed) || tagging.verdict == verdict;
        let of_ours = of_polarity().any(|tag| tag.product.as_ref().is_none_or(is_ours));
        of_ours || holds && of_polarity().next().is_none()
    };
    let complains = tagging.verdict != Verdict::Praise && says(Polarity::Complaint);
    match complains {
        true if tagging.ugly || stars.is_some_and(|stars| stars <= urgent_stars) => Ok(Lane::Urgent),
        true => Ok(Lane::Complaint),
        false if says(Polarity::Praise) => Ok(Lane::Praise),
        false => Err("what it says is about others"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::{Field, Lang, Tag};

    fn tag(polarity: Polarity, product: Option<&str>) -> Tag {
        Tag {
            polarity,
            phrase: "x".to_owned(),
            theme: "t".to_owned(),
            product: product.map(str::to_owned),
            field: Field::Text,
            start: 0,
            end: 1,
            text: "x".to_owned(),
            product_start: None,
            product_end: None,
            joined_by: None,
            rule: "plain".to_owned(),
            negated: false,
            list: "l".to_owned(),
        }
    }

    fn tagging(verdict: Verdict, products: &[&str], tags: Vec<Tag>) -> Tagging {
        let products = products.iter().map(|name| (*name).to_owned()).collect();
        Tagging { lang: Lang::english(), tags, verdict, why: String::new(), ugly: false, products }
    }

    #[test]
    fn what_is_said_of_our_products_decides_the_lane() {
        use Polarity::{Complaint, Praise};
        let (ours, rival) = (Some("Acme"), Some("Rival"));
        let cases = [
            ("praise", tagging(Verdict::Praise, &["Acme"], vec![tag(Praise, ours)]), None, Ok(Lane::Praise)),
            ("complaint", tagging(Verdict::Complaint, &["Acme"], vec![tag(Complaint, ours)]), Some(2.0), Ok(Lane::Complaint)),
            ("one star", tagging(Verdict::Complaint, &["Acme"], vec![]), Some(1.0), Ok(Lane::Urgent)),
            ("both", tagging(Verdict::Mixed, &["Acme"], vec![tag(Praise, ours), tag(Complaint, ours)]), None, Ok(Lane::Complaint)),
            (
                "praise of ours, complaint of theirs",
                tagging(Verdict::Mixed, &["Acme", "Rival"], vec![tag(Praise, ours), tag(Complaint, rival)]),
                None,
                Ok(Lane::Praise),
            ),
            (
                "praise of theirs only",
                tagging(Verdict::Praise, &["Acme", "Rival"], vec![tag(Praise, rival)]),
                None,
                Err("what it says is about others"),
            ),
            ("theirs", tagging(Verdict::Praise, &["Rival"], vec![tag(Praise, rival)]), None, Err("it is about no product of ours")),
            ("neutral", tagging(Verdict::Neutral, &["Acme"], vec![]), None, Err("it neither praises nor complains")),
        ];
        let names = HashSet::from(["Acme".to_owned()]);
        for (name, tagging, stars, want) in cases {
            assert_eq!(lane(&tagging, None, stars, 1.0, &names), want, "{name}");
        }
        let severe = Tagging { ugly: true, ..tagging(Verdict::Complaint, &[], vec![tag(Complaint, None)]) };
        assert_eq!(lane(&severe, Some(&"Acme".to_owned()), Some(3.0), 1.0, &names), Ok(Lane::Urgent));
    }
}

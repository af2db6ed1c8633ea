//! Which quotes are worth showing: a rule that can be explained, so that the same mentions always give the same quotes.
//!
//! Each candidate has points: for evidence that is clear and says of what, a length that is read in a moment, a rating that agrees,
//! how far it went, and fewer the longer ago it was written. The best is taken, then the best of the others, where what has had its say (an author, a theme, a product, a place)
//! counts less. What a mention says in passing is nobody's love and nobody's hurt. Pure.

use jiff::Timestamp;

use super::content::Said;
use crate::mention::{JoinedBy, Polarity, Tag, Verdict};

/// A mention that could be quoted.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate<'a> {
    /// Its row.
    pub row: i64,
    /// Those of its tags that speak for showing it, the clearest first.
    pub tags: Vec<&'a Tag>,
    /// Whether they say what is good or bad, not only that something is.
    pub says_what: bool,
    /// How many of its tags say the opposite.
    pub against: usize,
    /// Whether the last of all its tags is one of these.
    pub has_last_word: bool,
    /// What it says in all.
    pub verdict: Verdict,
    /// Columns that its text takes.
    pub width: usize,
    /// Where its rating lies, 0 (worst) to 1 (best).
    pub rating: Option<f64>,
    /// How many people it moved, as far as is known.
    pub reach: u64,
    /// Who wrote it.
    pub author: Option<&'a str>,
    /// Where it was seen.
    pub source: &'a str,
    /// When it was written.
    pub at: Timestamp,
    /// So many days before those that are told of.
    pub days_late: i64,
    /// Tells texts that say the same.
    pub fingerprint: u64,
}

/// Three stars of five lie below, four above.
const MIDDLING: f64 = 0.65;
/// Taken off for each quote before that has the same product, theme or source.
const SAME_PRODUCT: f64 = 1.0;
const SAME_THEME: f64 = 1.5;
const SAME_SOURCE: f64 = 0.75;
/// Taken off for each day that it was written before those that are told of.
const A_DAY_LATE: f64 = 0.25;

/// At most `most` of `candidates`, by their places, the best first, each with how many others say just the same. No author
/// has two.
pub fn choose(candidates: &[Candidate<'_>], most: usize) -> Vec<(usize, u64)> {
    let mut left: Vec<usize> = Vec::new();
    let mut twins = vec![0; candidates.len()];
    for (place, candidate) in candidates.iter().enumerate() {
        match left.iter().find(|other| candidates.get(**other).is_some_and(|other| other.fingerprint == candidate.fingerprint)) {
            Some(other) => twins.get_mut(*other).into_iter().for_each(|twins: &mut u64| *twins += 1),
            None => left.push(place),
        }
    }
    let mut chosen: Vec<(usize, u64)> = Vec::new();
    while chosen.len() < most {
        let worth = |place: usize| {
            let candidate = candidates.get(place)?;
            let before: Vec<&Candidate<'_>> = chosen.iter().filter_map(|(before, _)| candidates.get(*before)).collect();
            let has_had_one = candidate.author.is_some() && before.iter().any(|other| other.author == candidate.author);
            (!has_had_one).then(|| points(candidate) - repeats(candidate, &before))
        };
        let best = left.iter().filter_map(|place| Some((*place, worth(*place)?, candidates.get(*place)?))).max_by(|a, b| {
            // The newer of two that are worth the same, then the one that came first.
            a.1.total_cmp(&b.1).then(a.2.at.cmp(&b.2.at)).then(b.2.row.cmp(&a.2.row))
        });
        let Some((place, ..)) = best else { break };
        left.retain(|other| *other != place);
        chosen.push((place, twins.get(place).copied().unwrap_or_default()));
    }
    chosen
}

/// What a candidate is worth by itself.
fn points(candidate: &Candidate<'_>) -> f64 {
    let clear = candidate.tags.iter().map(|tag| clearness(tag)).fold(0.0, f64::max);
    let several = (candidate.tags.len().min(3) as f64 - 1.0).max(0.0) * 0.75;
    let length = match candidate.width {
        0..20 => 0.0,
        20..40 => 1.0,
        40..=240 => 2.0,
        241..=500 => 1.0,
        _ => 0.0,
    };
    let one_sided = if candidate.verdict == Verdict::Mixed { 0.0 } else { 2.0 };
    let reach = (1.0 + candidate.reach as f64).log10().min(3.0);
    // "Thanks" may be meant otherwise, and tells nobody anything.
    let says_what = if candidate.says_what { 4.0 } else { 0.0 };
    let late = candidate.days_late as f64 * A_DAY_LATE;
    clear + several + length + one_sided + says_what + reach + agreement(candidate) - late
}

/// Puts the clearest of these tags first; of equals the one that stands first.
pub fn clearest_first(tags: &mut [&Tag]) {
    tags.sort_by(|a, b| clearness(b).total_cmp(&clearness(a)));
}

impl Candidate<'_> {
    /// Whether the mention says in all what its lane is about: a word of praise in a complaint is nobody's love, and a word that
    /// sounds like a complaint in praise hurts nobody.
    pub fn fits(&self, of: &Said) -> bool {
        let rating_is = |agrees: &dyn Fn(f64) -> bool| self.rating.is_none_or(agrees);
        match (of, self.verdict) {
            (Said::Ugly | Said::Search(_), _) => true,
            (Said::Good, Verdict::Praise) => rating_is(&|share| share > 0.4),
            (Said::Bad, Verdict::Complaint) => rating_is(&|share| share < 0.8),
            (Said::Good, Verdict::Mixed) => self.rating.map_or_else(|| self.outweighs(), |share| share >= MIDDLING),
            (Said::Bad, Verdict::Mixed) => self.rating.map_or_else(|| self.outweighs(), |share| share < MIDDLING),
            (Said::Good | Said::Bad, _) => false,
        }
    }

    /// Whether a mention that says both says more of this; of as much on either side, the last word counts.
    fn outweighs(&self) -> bool {
        self.tags.len() > self.against || (self.tags.len() == self.against && self.has_last_word)
    }
}

/// How clear it is that the phrase is said of the product.
fn clearness(tag: &Tag) -> f64 {
    let joined = match tag.joined_by {
        Some(JoinedBy::Clause) => 3.0,
        Some(JoinedBy::Sentence | JoinedBy::Title | JoinedBy::Subject) => 2.0,
        Some(JoinedBy::Nearby) => 1.0,
        None => 0.0,
    };
    if tag.negated { joined } else { joined + 0.5 }
}

/// Whether the rating says the same as the words.
fn agreement(candidate: &Candidate<'_>) -> f64 {
    let (Some(rating), Some(tag)) = (candidate.rating, candidate.tags.first()) else { return 0.0 };
    match tag.polarity {
        Polarity::Praise => 3.0 * rating - 1.0,
        Polarity::Complaint => 3.0 * (1.0 - rating) - 1.0,
    }
}

fn repeats(candidate: &Candidate<'_>, before: &[&Candidate<'_>]) -> f64 {
    let product = |of: &Candidate<'_>| of.tags.first().and_then(|tag| tag.product.clone());
    let theme = |of: &Candidate<'_>| of.tags.first().map(|tag| tag.theme.clone());
    let counts = |same: bool, points: f64| if same { points } else { 0.0 };
    let off = |other: &Candidate<'_>| {
        counts(product(candidate) == product(other), SAME_PRODUCT)
            + counts(theme(candidate) == theme(other), SAME_THEME)
            + counts(candidate.source == other.source, SAME_SOURCE)
    };
    before.iter().map(|other| off(other)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::Field;

    fn tag(polarity: Polarity, theme: &str, joined_by: Option<JoinedBy>) -> Tag {
        Tag {
            polarity,
            phrase: "p".to_owned(),
            theme: theme.to_owned(),
            product: joined_by.map(|_| "Acme Desk".to_owned()),
            field: Field::Text,
            start: 0,
            end: 1,
            text: "p".to_owned(),
            product_start: None,
            product_end: None,
            joined_by,
            rule: "plain".to_owned(),
            negated: false,
            list: "praise.en@1".to_owned(),
        }
    }

    fn candidate<'a>(row: i64, tag: &'a Tag, author: &'a str) -> Candidate<'a> {
        Candidate {
            row,
            tags: vec![tag],
            says_what: true,
            against: 0,
            has_last_word: true,
            verdict: Verdict::Praise,
            width: 80,
            rating: None,
            reach: 0,
            author: Some(author),
            source: "forum",
            at: Timestamp::UNIX_EPOCH,
            days_late: 0,
            fingerprint: row as u64,
        }
    }

    fn rows(candidates: &[Candidate<'_>], most: usize) -> Vec<i64> {
        choose(candidates, most).into_iter().map(|(place, _)| candidates[place].row).collect()
    }

    #[test]
    fn what_is_clear_short_and_agreed_with_comes_first() {
        let clear = tag(Polarity::Praise, "a", Some(JoinedBy::Clause));
        let vague = tag(Polarity::Praise, "a", None);
        let negated = Tag { negated: true, ..clear.clone() };
        let plain = candidate(1, &clear, "A");
        for (what, better) in [
            ("a phrase joined to no product", Candidate { tags: vec![&vague], ..candidate(2, &vague, "B") }),
            ("a negated phrase", candidate(2, &negated, "B")),
            ("one that says that it is good, not what", Candidate { says_what: false, ..candidate(2, &clear, "B") }),
            ("what was written days before", Candidate { days_late: 2, ..candidate(2, &clear, "B") }),
            ("a text that says little", Candidate { width: 8, ..candidate(2, &clear, "B") }),
            ("a text that nobody reads to its end", Candidate { width: 900, ..candidate(2, &clear, "B") }),
            ("a rating that says otherwise", Candidate { rating: Some(0.0), ..candidate(2, &clear, "B") }),
            ("a mixed verdict", Candidate { verdict: Verdict::Mixed, ..candidate(2, &clear, "B") }),
        ] {
            assert_eq!(rows(&[better.clone(), plain.clone()], 2), [1, 2], "{what} comes behind");
        }
        let reached = Candidate { reach: 500, ..candidate(2, &clear, "B") };
        let rated = Candidate { rating: Some(1.0), ..candidate(3, &clear, "C") };
        assert_eq!(rows(&[plain, reached, rated], 2), [2, 3]);
    }

    #[test]
    fn what_is_said_in_passing_is_nobodys_love_and_nobodys_hurt() {
        let word = tag(Polarity::Complaint, "a", Some(JoinedBy::Clause));
        for (verdict, rating, against, good, bad) in [
            (Verdict::Praise, None, 0, true, false),
            (Verdict::Praise, Some(1.0), 0, true, false),
            (Verdict::Praise, Some(0.25), 0, false, false),
            (Verdict::Complaint, None, 0, false, true),
            (Verdict::Complaint, Some(1.0), 0, false, false),
            (Verdict::Neutral, None, 0, false, false),
            // One word of each; this has the last.
            (Verdict::Mixed, None, 1, true, true),
            // One word that sounds like the other side among two of its own.
            (Verdict::Mixed, None, 2, false, false),
            (Verdict::Mixed, Some(0.5), 0, false, true),
            (Verdict::Mixed, Some(0.75), 2, true, false),
        ] {
            let candidate = Candidate { verdict, rating, against, ..candidate(1, &word, "A") };
            let found = (candidate.fits(&Said::Good), candidate.fits(&Said::Bad));
            assert_eq!(found, (good, bad), "{verdict} {rating:?} {against}");
            assert!(candidate.fits(&Said::Ugly));
            let spoken_first = Candidate { has_last_word: false, ..candidate };
            assert_eq!(spoken_first.fits(&Said::Bad), bad && against != 1, "{verdict} {rating:?} {against}, said first");
        }
    }

    #[test]
    fn the_clearest_evidence_comes_first() {
        let (vague, clear) = (tag(Polarity::Praise, "vague", None), tag(Polarity::Praise, "clear", Some(JoinedBy::Clause)));
        let other = Tag { theme: "other".to_owned(), ..vague.clone() };
        let mut tags = vec![&vague, &other, &clear];
        clearest_first(&mut tags);
        assert_eq!(tags.iter().map(|tag| tag.theme.as_str()).collect::<Vec<_>>(), ["clear", "vague", "other"]);
    }

    #[test]
    fn a_rating_agrees_with_a_complaint_if_it_is_low() {
        let complaint = tag(Polarity::Complaint, "a", Some(JoinedBy::Clause));
        let rated = |row, share| Candidate { rating: Some(share), verdict: Verdict::Complaint, ..candidate(row, &complaint, "A") };
        let (low, high) = (rated(1, 0.0), Candidate { author: Some("B"), ..rated(2, 1.0) });
        assert_eq!(rows(&[high, low], 1), [1]);
    }

    #[test]
    fn nobody_has_two_and_no_theme_has_all() {
        let (ease, price) =
            (tag(Polarity::Praise, "ease", Some(JoinedBy::Clause)), tag(Polarity::Praise, "price", Some(JoinedBy::Sentence)));
        let candidates = [candidate(1, &ease, "A"), candidate(2, &ease, "A"), candidate(3, &ease, "B"), candidate(4, &price, "C")];
        assert_eq!(rows(&candidates, 3), [1, 4, 3]);
        assert_eq!(rows(&candidates, 9), [1, 4, 3], "the second of one author is not shown at all");
        let nameless = [Candidate { author: None, ..candidate(1, &ease, "") }, Candidate { author: None, ..candidate(2, &ease, "") }];
        assert_eq!(rows(&nameless, 3).len(), 2);
    }

    #[test]
    fn the_same_words_are_shown_once_and_counted() {
        let ease = tag(Polarity::Praise, "ease", Some(JoinedBy::Clause));
        let same = |row, author| Candidate { fingerprint: 7, ..candidate(row, &ease, author) };
        let candidates = [same(1, "A"), same(2, "B"), candidate(3, &ease, "C"), same(4, "D")];
        let chosen = choose(&candidates, 3);
        assert_eq!(chosen.len(), 2);
        assert!(chosen.contains(&(0, 2)), "{chosen:?}");
    }

    #[test]
    fn of_equals_the_newest_and_then_the_first_comes() {
        let ease = tag(Polarity::Praise, "ease", Some(JoinedBy::Clause));
        let newer = Candidate { at: Timestamp::from_second(60).unwrap(), ..candidate(3, &ease, "C") };
        let mut candidates = vec![candidate(1, &ease, "A"), candidate(2, &ease, "B"), newer];
        assert_eq!(rows(&candidates, 3), [3, 1, 2]);
        candidates.reverse();
        assert_eq!(rows(&candidates, 3), [3, 1, 2], "the order they were found in does not matter");
    }
}

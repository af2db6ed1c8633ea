//! What a mention says in all: its tags, its title and its rating weighed together, the reason in one sentence, and whether it is
//! so bad that somebody must see it at once.
//!
//! A pure function over values; how tags are found is not its business.

use crate::mention::{Field, Polarity, Rating, Tag, Verdict};

/// A plain tag weighs so much; what is granted or called a small matter weighs [`MILD`].
const PLAIN: usize = 2;
const MILD: usize = 1;
/// Praise this many times as heavy as the complaints outweighs them; complaints need less.
const PRAISE_OUTWEIGHS: usize = 3;
const COMPLAINTS_OUTWEIGH: usize = 2;

/// The verdict over `tags` and `rating`, and why.
pub(super) fn verdict(tags: &[Tag], rating: Option<Rating>) -> (Verdict, String) {
    let said = Said::of(tags);
    let words = said.verdict();
    let Some(rating) = rating else { return (words, said.why()) };
    let rated = by_rating(rating);
    let given = format!("rated {} of {}", rating.value(), rating.best());
    match (words, rated) {
        (Verdict::Neutral, _) => (rated, format!("{given}, without a phrase of the lists")),
        (Verdict::Praise, Verdict::Complaint) | (Verdict::Complaint, Verdict::Praise) => {
            (rated, format!("{given} although {}", said.why()))
        }
        (Verdict::Mixed, _) if is_extreme(rating) => (rated, format!("{given}; {}", said.why())),
        _ => (words, format!("{given}; {}", said.why())),
    }
}

/// So many complaints in one mention, without as much praise, are severe.
const MANY_COMPLAINTS: usize = 3;

/// What is known of a mention when it is asked whether it is severe.
pub(super) struct Severe<'a> {
    pub tags: &'a [Tag],
    /// Where words of harm (`caught fire`) stand that are meant so.
    pub harm: &'a [(Field, usize)],
    pub rating: Option<Rating>,
    pub verdict: Verdict,
}

/// Why a mention is severe; none if it is not.
pub(super) fn severe(mention: &Severe<'_>) -> Option<String> {
    if mention.verdict == Verdict::Praise {
        return None;
    }
    let said = Said::of(mention.tags);
    let of_harm = |tag: &&Tag| mention.harm.contains(&(tag.field, tag.start));
    let complains_much = said.complaints.len() >= MANY_COMPLAINTS && weight(&said.complaints) > weight(&said.praise);
    if let Some(tag) = said.complaints.iter().copied().find(of_harm) {
        return Some(tidy(&tag.text));
    }
    match mention.rating {
        Some(rating) if rating.value() <= rating.worst() && !said.complaints.is_empty() => {
            Some("the worst rating, with complaints".to_owned())
        }
        _ if complains_much => Some(format!("{} complaints at once", said.complaints.len())),
        _ => None,
    }
}

/// Whether the rating is the worst or best there is, so that it decides where the words do not.
fn is_extreme(rating: Rating) -> bool {
    rating.value() <= rating.worst() || rating.value() >= rating.best()
}

fn by_rating(rating: Rating) -> Verdict {
    match rating.share() {
        share if share >= 0.7 => Verdict::Praise,
        share if share <= 0.3 => Verdict::Complaint,
        _ => Verdict::Neutral,
    }
}

/// The phrases said for and against, each place once.
struct Said<'a> {
    praise: Vec<&'a Tag>,
    complaints: Vec<&'a Tag>,
}

impl<'a> Said<'a> {
    fn of(tags: &'a [Tag]) -> Self {
        let mut said = Self { praise: Vec::new(), complaints: Vec::new() };
        let mut last: Option<(Field, usize)> = None;
        for tag in tags {
            // One place may be said of several products; the first tells how it was meant.
            let place = (tag.field, tag.start);
            if last.replace(place) != Some(place) {
                match tag.polarity {
                    Polarity::Praise => said.praise.push(tag),
                    Polarity::Complaint => said.complaints.push(tag),
                }
            }
        }
        said
    }

    fn verdict(&self) -> Verdict {
        let (praise, complaints) = (weight(&self.praise), weight(&self.complaints));
        match (praise, complaints) {
            (0, 0) => Verdict::Neutral,
            _ if praise >= complaints * PRAISE_OUTWEIGHS => Verdict::Praise,
            _ if complaints >= praise * COMPLAINTS_OUTWEIGH => Verdict::Complaint,
            _ => Verdict::Mixed,
        }
    }

    fn why(&self) -> String {
        match (self.praise.is_empty(), self.complaints.is_empty()) {
            (true, true) => "no phrase of the lists".to_owned(),
            (false, true) => counted(&self.praise, "praise phrase", "praise phrases"),
            (true, false) => counted(&self.complaints, "complaint", "complaints"),
            (false, false) => {
                let praise = counted(&self.praise, "praise phrase", "praise phrases");
                format!("{praise} against {}", counted(&self.complaints, "complaint", "complaints"))
            }
        }
    }
}

fn weight(tags: &[&Tag]) -> usize {
    // To lack a fault is less than to have a virtue.
    let is_mild =
        |tag: &Tag| tag.rule.starts_with("mild") || tag.rule.starts_with("concession") || (tag.negated && tag.polarity == Polarity::Praise);
    tags.iter().map(|tag| if is_mild(tag) { MILD } else { PLAIN }).sum()
}

/// `2 complaints (slow, not reliable)`, naming the first few.
fn counted(tags: &[&Tag], one: &str, several: &str) -> String {
    let mut text = format!("{} {} (", tags.len(), if tags.len() == 1 { one } else { several });
    for (at, tag) in tags.iter().take(3).enumerate() {
        text.push_str(if at == 0 { "" } else { ", " });
        text.push_str(&tidy(&tag.text));
    }
    text.push_str(if tags.len() > 3 { ", …)" } else { ")" });
    text
}

/// Words as they stand, in one line.
fn tidy(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::tagger::{Subject, Tagger};
    use crate::phrases::trial::{lists, tags};

    #[test]
    fn harm_many_complaints_and_the_worst_rating_are_severe() {
        let tagger = Tagger::new(&lists());
        let cases = [
            ("It caught fire.", None, Some("caught fire")),
            ("It never caught fire.", None, None),
            ("I was afraid: what if it caught fire", None, None),
            ("I heard that it caught fire", None, None),
            ("用了一周就起火", None, Some("起火")),
            ("没有起火", None, None),
            ("slow, expensive and it crashed", None, Some("3 complaints at once")),
            ("slow, expensive, bad; fast, good, great", None, None),
            ("slow and expensive", None, None),
            ("slow", stars(1.0), Some("the worst rating, with complaints")),
            ("hm", stars(1.0), None),
            ("slow", stars(2.0), None),
            ("fast, good and great, though it once caught fire", stars(5.0), None),
        ];
        for (text, rating, want) in cases {
            let tagging = tagger.tag(&Subject { text, rating, ..Subject::default() });
            let why = tagging.why.split_once("; severe: ").map(|(_, why)| why);
            assert_eq!((tagging.ugly, why), (want.is_some(), want), "{text}: {}", tagging.why);
            assert!(tagging.tags.iter().all(|tag| !tag.theme.contains("severe")));
        }
    }

    fn stars(value: f64) -> Option<Rating> {
        Rating::new(value, 1.0, 5.0)
    }

    #[test]
    fn tags_and_rating_make_the_verdict() {
        let cases = [
            ("fast and easy to use", None, Verdict::Praise, "2 praise phrases (fast, easy to use)"),
            ("slow", None, Verdict::Complaint, "1 complaint (slow)"),
            ("fast but it crashed", None, Verdict::Mixed, "1 praise phrase (fast) against 1 complaint (crashed)"),
            (
                "slow, expensive, crashed, bad, good",
                None,
                Verdict::Complaint,
                "1 praise phrase (good) against 4 complaints (slow, expensive, crashed, …)",
            ),
            ("good, great, fast, slow", None, Verdict::Praise, "3 praise phrases (good, great, fast) against 1 complaint (slow)"),
            ("good, great, although a bit slow", None, Verdict::Praise, "2 praise phrases (good, great) against 1 complaint (slow)"),
            ("", None, Verdict::Neutral, "no phrase of the lists"),
            ("hm", stars(5.0), Verdict::Praise, "rated 5 of 5, without a phrase of the lists"),
            ("hm", stars(1.0), Verdict::Complaint, "rated 1 of 5, without a phrase of the lists"),
            ("hm", stars(3.0), Verdict::Neutral, "rated 3 of 5, without a phrase of the lists"),
            ("great", stars(1.0), Verdict::Complaint, "rated 1 of 5 although 1 praise phrase (great)"),
            ("fast but slow", stars(1.0), Verdict::Complaint, "rated 1 of 5; 1 praise phrase (fast) against 1 complaint (slow)"),
            ("fast but slow", stars(2.0), Verdict::Mixed, "rated 2 of 5; 1 praise phrase (fast) against 1 complaint (slow)"),
            ("great", stars(3.0), Verdict::Praise, "rated 3 of 5; 1 praise phrase (great)"),
            ("great", stars(4.0), Verdict::Praise, "rated 4 of 5; 1 praise phrase (great)"),
        ];
        for (text, rating, want, why) in cases {
            assert_eq!(verdict(&tags(text), rating), (want, why.to_owned()), "{text}");
        }
    }
}

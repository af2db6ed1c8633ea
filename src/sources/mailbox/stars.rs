//! Stars in the words of a mail: `★★★★☆`, `4 out of 5 stars`, `Rating: 4/5`.

use std::sync::LazyLock;

use regex::Regex;

use crate::mention::Rating;

static RATED: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?im)(?:(?P<stars>★[★☆]{0,9})|(?-u:\b)(?P<a>\d{1,2}(?:[.,]\d)?) ?(?:out of|of|von|/) ?(?P<b>5|10|100)(?-u:\b)(?P<word> ?[- ]?(?:stars?|sternen?|points?))?|(?-u:\b)(?P<c>[1-5](?:[.,]\d)?)[- ](?:stars?(?-u:\b)|sterne(?-u:\b))|(?P<d>[1-5](?:\.\d)?) ?(?:颗星|星级|星))";
    Regex::new(pattern).expect("the pattern is a constant that a test compiles")
});
/// A figure such as `4/5` is a rating only beside one of these, or by itself on its line.
const WORDS: [&str; 9] = ["rating", "rated", "score", "star", "stern", "bewert", "评分", "打分", "星"];

/// The rating that a text speaks of first; none if it speaks of none.
pub(super) fn rating_in(text: &str) -> Option<Rating> {
    text.lines().find_map(|line| {
        let found = RATED.captures(line)?;
        let part = |name: &str| found.name(name).map(|part| part.as_str().replace(',', "."));
        if let Some(stars) = part("stars") {
            return Rating::parse(&stars, None, None);
        }
        if let Some(stars) = part("c").or_else(|| part("d")) {
            return Rating::new(stars.parse().ok()?, 1.0, 5.0);
        }
        let small = line.to_lowercase();
        let is_whole = found.get(0).is_some_and(|whole| whole.as_str().trim() == line.trim());
        if !is_whole && found.name("word").is_none() && !WORDS.iter().any(|word| small.contains(word)) {
            return None;
        }
        let best: f64 = part("b")?.parse().ok()?;
        Rating::new(part("a")?.parse().ok()?, if best > 5.0 { 0.0 } else { 1.0 }, best)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_read_and_other_figures_are_not() {
        for (text, want) in [
            ("New review\n★★★★☆\nEasy", Some((4.0, 5.0))),
            ("Rating: 4 out of 5", Some((4.0, 5.0))),
            ("4/5", Some((4.0, 5.0))),
            ("Ann gave 3,5 von 5 Sternen", Some((3.5, 5.0))),
            ("rated 9/10", Some((9.0, 10.0))),
            ("You have a 1-star review", Some((1.0, 5.0))),
            ("用户评分：2星", Some((2.0, 5.0))),
            ("Overall score 8 of 10", Some((8.0, 10.0))),
            ("we meet on 4/5 in room 3", None),
            ("4 out of 5 colleagues agree", None),
            ("page 9/10 is missing", None),
            ("version 4.5 started", None),
        ] {
            assert_eq!(rating_in(text).map(|rating| (rating.value(), rating.best())), want, "{text}");
        }
    }
}

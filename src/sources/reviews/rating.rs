//! Ratings as pages show them: bare, with their scale in words, or drawn as a width.

use crate::mention::Rating;

/// Reads `4`, `4,4`, `8/10`, `80%`, `★★★★☆`, `4.5 out of 5 stars`, `Rated 4`, `width: 80%`; none if there is no number, or
/// it is not on the scale.
pub(in crate::sources) fn read(text: &str, worst: Option<&str>, best: Option<&str>) -> Option<Rating> {
    let text = text.trim();
    if text.len() > 100 {
        return None;
    }
    // Some sites state the points given as the worst, too.
    if let Some(rating) = Rating::parse(text, worst, best).or_else(|| Rating::parse(text, None, best)) {
        return Some(rating);
    }
    let numbers = numbers(text);
    match numbers.as_slice() {
        [(value, '%'), ..] => Rating::parse(&format!("{value}%"), worst, best),
        [(value, _)] => Rating::parse(value, worst, best),
        [(value, _), (of, _), ..] => Rating::parse(value, worst, Some(of)),
        [] => None,
    }
}

/// The numbers in a text, each with the letter that follows it.
fn numbers(text: &str) -> Vec<(String, char)> {
    let mut found = Vec::new();
    let mut number = String::new();
    for letter in text.chars().chain([' ']) {
        let inside = letter.is_ascii_digit() || (matches!(letter, '.' | ',') && !number.is_empty());
        if inside {
            number.push(letter);
        } else if !number.is_empty() {
            found.push((number.trim_end_matches(['.', ',']).to_owned(), letter));
            number.clear();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_as_pages_show_them() {
        let cases = [
            ("4.5 out of 5 stars", Some((4.5, 5.0))),
            ("Rated 4", Some((4.0, 5.0))),
            ("8 / 10", Some((8.0, 10.0))),
            ("width: 80%", Some((80.0, 100.0))),
            ("rating-4", Some((4.0, 5.0))),
            ("4,5 von 5 Sternen", Some((4.5, 5.0))),
            ("★★★☆☆", Some((3.0, 5.0))),
            ("9 of 5", None),
            ("splendid", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(read(text, None, None).map(|rating| (rating.value(), rating.best())), want, "{text}");
        }
        assert_eq!(read("5", Some("5"), Some("5")), Rating::new(5.0, 1.0, 5.0));
    }
}

//! A mention as a quote: the words that matter, marked, cut to what is read in a moment, and where it comes from.
//!
//! What people wrote is kept as it is but for characters that would act on the page around them.

use std::ops::Range;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::plain::width_of;
use crate::insight::day_of;
use crate::mention::{Field, Polarity, Tag, Verdict};
use crate::store::Stored;

/// Shown of a text at most, in columns.
const WIDEST: usize = 300;
/// Where a longer text is cut, it begins so many columns before what matters at most.
const BEFORE: usize = 90;
/// Of marks upon one letter so many are shown.
const MARKS: usize = 3;

/// What a stretch of a quote is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Evidence of praise.
    Praise,
    /// Evidence of a complaint.
    Complaint,
    /// What a search looked for.
    Found,
}

impl From<Polarity> for Tone {
    fn from(polarity: Polarity) -> Self {
        match polarity {
            Polarity::Praise => Self::Praise,
            Polarity::Complaint => Self::Complaint,
        }
    }
}

/// A stretch of a quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// What they are; none if they are only words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
}

/// A mention, quoted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quote {
    /// Its row in the store.
    pub row: i64,
    /// Which revision of it this is.
    pub revision: i64,
    /// Its public id.
    pub id: String,
    /// Its title, where evidence stands in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub title: Vec<Piece>,
    /// What it says.
    pub text: Vec<Piece>,
    /// The product that the evidence is joined to.
    pub product: Option<String>,
    /// The theme of the evidence.
    pub theme: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Where it was seen.
    pub source: String,
    /// When it was written, or first seen.
    pub day: Date,
    /// The points given, and the most that could be.
    pub rating: Option<(f64, f64)>,
    /// Where a person can open it there.
    pub url: Option<String>,
    /// The segment of the customer who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Whether its author has changed it.
    pub edited: bool,
    /// Whether it is older than the digest's days and was only heard in them.
    #[serde(default)]
    pub late: bool,
    /// Others who wrote just the same.
    #[serde(default)]
    pub twins: u64,
}

/// Quotes a mention for the evidence `tags`, the clearest first, or for what a search `found` in its text. Of one that says both
/// good and bad only the sentences of the evidence are quoted.
pub fn quote(stored: &Stored, tags: &[&Tag], found: &[(usize, usize)]) -> Quote {
    let mention = &stored.mention;
    let marks = |field: Field| {
        let tags = tags.iter().filter(|tag| tag.field == field).map(|tag| (tag.start, tag.end, Tone::from(tag.polarity)));
        let found = found.iter().filter(|_| field == Field::Text).map(|(start, end)| (*start, *end, Tone::Found));
        tags.chain(found).collect::<Vec<_>>()
    };
    let titled = tags.iter().any(|tag| tag.field == Field::Title);
    let title = mention.title.as_deref().filter(|_| titled).map(|title| pieces(title, &marks(Field::Title), false)).unwrap_or_default();
    let says_both = stored.tagging.verdict == Verdict::Mixed;
    let best = tags.first();
    let at = mention.published.map_or(stored.first_seen, |published| published.at);
    Quote {
        row: stored.row,
        revision: stored.revision,
        id: stored.id.clone(),
        title,
        text: pieces(&mention.text, &marks(Field::Text), says_both),
        product: best.and_then(|tag| tag.product.clone()).or_else(|| stored.tagging.products.first().cloned()),
        theme: best.map(|tag| tag.theme.clone()),
        author: mention.author.as_ref().map(|author| clean(&author.name)),
        source: stored.sightings.first().map(|sighting| sighting.source.clone()).unwrap_or_default(),
        day: day_of(at),
        rating: mention.rating.map(|rating| (rating.value(), rating.best())),
        url: mention.url.as_ref().filter(|url| matches!(url.scheme(), "http" | "https")).map(ToString::to_string),
        segment: None,
        edited: stored.revision > 1,
        late: false,
        twins: 0,
    }
}

/// The text with its marks, cut around the first of them; only the sentences that hold marks, if `narrow`.
fn pieces(text: &str, marks: &[(usize, usize, Tone)], narrow: bool) -> Vec<Piece> {
    let letters: Vec<char> = text.chars().collect();
    let part = if narrow { sentences(&letters, marks) } else { 0..letters.len() };
    let first = marks.first().map_or(part.start, |(start, ..)| *start).clamp(part.start, part.end);
    let (from, until) = window(&letters, first, part);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut marks_on_one = 0;
    let mut add = |letter: char, tone: Option<Tone>| match pieces.last_mut() {
        Some(last) if last.tone == tone => last.text.push(letter),
        _ => pieces.push(Piece { text: letter.to_string(), tone }),
    };
    if from > 0 {
        add('…', None);
    }
    let mut blank = true;
    for (place, letter) in letters.iter().enumerate().take(until).skip(from) {
        let tone = marks.iter().find(|(start, end, _)| (*start..*end).contains(&place)).map(|(.., tone)| *tone);
        if is_mark(*letter) {
            marks_on_one += 1;
            if marks_on_one > MARKS {
                continue;
            }
        } else {
            marks_on_one = 0;
        }
        if letter.is_whitespace() || letter.is_control() {
            if !blank {
                add(' ', tone);
            }
            blank = true;
        } else if !acts_on_others(*letter) {
            add(*letter, tone);
            blank = false;
        }
    }
    if until < letters.len() {
        if until.checked_sub(1).and_then(|last| letters.get(last)).is_some_and(|letter| matches!(letter, '.' | '!' | '?')) {
            add(' ', None);
        }
        add('…', None);
    }
    pieces
}

/// From the beginning of the first sentence that holds a mark to the end of the last; all where nothing is marked.
fn sentences(letters: &[char], marks: &[(usize, usize, Tone)]) -> Range<usize> {
    let bounds = marks.iter().map(|(start, ..)| *start).min().zip(marks.iter().map(|(_, end, _)| *end).max());
    let Some((first, last)) = bounds else { return 0..letters.len() };
    let from = (0..first.min(letters.len())).rev().find(|at| ends_sentence(letters, *at)).map_or(0, |at| at + 1);
    let last = last.clamp(from, letters.len());
    let until = (last.saturating_sub(1)..letters.len()).find(|at| ends_sentence(letters, *at)).map_or(letters.len(), |at| at + 1);
    from..until
}

/// Which letters of `part` are shown: all if they are not too wide, else those around `first`, from the beginning of its sentence
/// where that is near, to the end of a sentence or word.
fn window(letters: &[char], first: usize, part: Range<usize>) -> (usize, usize) {
    let width = |letters: &[char]| letters.iter().map(|letter| width_of(*letter)).sum::<usize>();
    if width(letters.get(part.clone()).unwrap_or_default()) <= WIDEST {
        return (part.start, part.end);
    }
    let mut from = first;
    while from > part.start && width(letters.get(from - 1..first).unwrap_or_default()) <= BEFORE && !ends_sentence(letters, from - 1) {
        from -= 1;
    }
    let cut_in_a_word = |at: usize| at > 0 && letters.get(at - 1).is_some_and(|letter| letter.is_ascii_alphanumeric());
    while from < first && from > 0 && cut_in_a_word(from) && !ends_sentence(letters, from - 1) {
        from += 1;
    }
    let mut until = from;
    let mut wide = 0;
    while let Some(letter) = letters.get(until).filter(|letter| until < part.end && wide + width_of(**letter) <= WIDEST) {
        wide += width_of(*letter);
        until += 1;
    }
    if until < part.end {
        let least = from + (until - from) / 2;
        let sentence = (least..until).rev().find(|at| ends_sentence(letters, *at));
        let word = (least..until).rev().find(|at| letters.get(*at).is_some_and(|letter| letter.is_whitespace()));
        until = sentence.map(|at| at + 1).or(word).unwrap_or(until);
    }
    (from, until)
}

fn ends_sentence(letters: &[char], at: usize) -> bool {
    match letters.get(at) {
        Some('\n' | '。' | '！' | '？') => true,
        Some('.' | '!' | '?') => letters.get(at + 1).is_none_or(|next| next.is_whitespace()),
        _ => false,
    }
}

/// A name or title without what would act on the words around it.
pub(super) fn clean(text: &str) -> String {
    pieces(text, &[], false).into_iter().map(|piece| piece.text).collect::<String>().trim().to_owned()
}

/// Whether a character turns the direction of the words around it, or is seen by nobody.
fn acts_on_others(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{61c}' | '\u{2028}' | '\u{2029}')
}

fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, words: &str) -> String {
        let start = text.find(words).map(|at| text.char_indices().take_while(|(place, _)| *place < at).count()).unwrap();
        let mark = (start, start + words.chars().count(), Tone::Praise);
        pieces(text, &[mark], false)
            .iter()
            .map(|piece| if piece.tone.is_some() { format!("[{}]", piece.text) } else { piece.text.clone() })
            .collect()
    }

    #[test]
    fn evidence_is_marked_and_long_texts_are_cut_around_it() {
        assert_eq!(marked("It is\n easy to use. Yes", "easy to use"), "It is [easy to use]. Yes");
        assert_eq!(marked("界面好用，推荐", "好用"), "界面[好用]，推荐");
        let long = format!("{}Then I found it easy to use. {}", "Nothing of note. ".repeat(40), "More of that. ".repeat(60));
        let cut = marked(&long, "easy to use");
        assert!(cut.starts_with("…Then I found it [easy to use]. More") || cut.starts_with("… Then"), "{cut}");
        assert!(cut.ends_with("that. …") && cut.chars().count() < 320, "{cut}");
        let wide = format!("{}好用{}", "很长的话".repeat(100), "还有很多".repeat(100));
        let cut = marked(&wide, "好用");
        assert!(cut.contains("[好用]") && cut.starts_with('…') && cut.ends_with('…'), "{cut}");
    }

    #[test]
    fn of_what_says_both_only_the_sentences_of_the_evidence_are_quoted() {
        for (text, words, want) in [
            ("Could be better on phones. On the computer it is fine.", "Could be better", "[Could be better] on phones. …"),
            ("On the computer it is fine! But it crashes, often. Pity.", "crashes", "…But it [crashes], often. …"),
            ("界面好用。经常闪退！推荐。", "闪退", "…经常[闪退]！…"),
            ("It crashes", "crashes", "It [crashes]"),
        ] {
            let start = text.find(words).map(|at| text.char_indices().take_while(|(place, _)| *place < at).count()).unwrap();
            let mark = (start, start + words.chars().count(), Tone::Complaint);
            let shown = |piece: &Piece| if piece.tone.is_some() { format!("[{}]", piece.text) } else { piece.text.clone() };
            assert_eq!(pieces(text, &[mark], true).iter().map(shown).collect::<String>(), want);
        }
        assert_eq!(pieces("No mark. At all.", &[], true).len(), 1);
    }

    #[test]
    fn what_would_act_on_the_page_is_left_out() {
        assert_eq!(
            marked("\u{202e}good\u{202c} \u{7}and\tZ\u{301}\u{302}\u{303}\u{304}\u{305}", "good"),
            "[good] and Z\u{301}\u{302}\u{303}"
        );
        assert_eq!(clean("  Ann\u{feff}\n<b>Lee</b> "), "Ann <b>Lee</b>");
    }
}

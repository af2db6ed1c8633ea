//! Which product a phrase is said of: the name nearest in its clause, sentence or neighbourhood, else the title's or the page's.
//!
//! Knows names by where they stand, and nothing of polarity.

use super::cues::Cue;
use super::reading::{Name, Reading};
use crate::mention::JoinedBy;

/// A product and how a phrase came to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joined {
    pub product: u32,
    pub by: JoinedBy,
    /// Where it is named, if in the same part of the mention.
    pub name: Option<Name>,
}

/// What is known of a mention beside the part that is read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Around {
    /// The product that the title names.
    pub title: Option<u32>,
    /// The product that the page is about.
    pub subject: Option<u32>,
}

/// A name so many sentences back still counts; one ahead only in the next sentence.
const SENTENCES_BACK: u32 = 3;
/// A name that comes after a phrase, in another clause, stands at most so many words behind it.
const CLOSE: usize = 3;
/// Only so many names set side by side share a phrase.
const MOST_TOGETHER: usize = 6;
/// Between two names of a list, or a name and its comma, stand at most so many plain words (`Toyota Yaris and Nissan`).
const FREE_WORDS: usize = 2;
/// Before the first name of a list that begins its clause stand at most so many words.
const LEADING_WORDS: usize = 3;
/// Distances are not counted beyond so many words.
const FAR: usize = 30;

const JOINERS: [&[u8]; 6] = [b"and", b"or", b"nor", b"\x01", b"plus", b"&"];
const ARTICLES: [&[u8]; 9] = [b"the", b"a", b"an", b"its", b"my", b"our", b"their", b"your", b"even"];

/// The products of the phrase at `item`, the nearest first: several if they are set side by side (`A and B are fine`).
pub(super) fn join(reading: &Reading<'_, '_>, item: usize, around: Around) -> Vec<Joined> {
    let nearest = match compares_openly(reading, item) {
        true => in_clause(reading, item).filter(|(at, _)| is_right_before(reading, item, *at)),
        false => in_clause(reading, item).or_else(|| in_sentence(reading, item)).or_else(|| nearby(reading, item)),
    };
    if let Some((at, by)) = nearest {
        return together(reading, item, at, by)
            .into_iter()
            .map(|at| Joined { product: reading.names[at].product, by, name: Some(reading.names[at]) })
            .collect();
    }
    let elsewhere = around.title.map(|product| (product, JoinedBy::Title)).or(around.subject.map(|product| (product, JoinedBy::Subject)));
    elsewhere.map(|(product, by)| Joined { product, by, name: None }).into_iter().collect()
}

/// Whether the phrase is a mere comparative (`faster`) where several products are named: it does not tell which of them it is for.
fn compares_openly(reading: &Reading<'_, '_>, item: usize) -> bool {
    reading.sense(item).cues.iter().any(|cue| matches!(cue, Cue::Comparative(_))) && !reading.names_one_product
}

/// Whether the phrase follows the name closely, as in `A is much faster`.
fn is_right_before(reading: &Reading<'_, '_>, item: usize, at: usize) -> bool {
    let (name, phrase) = (reading.names[at], reading.items[item]);
    name.end <= phrase.start && reading.words_between(name.end, phrase.start, CLOSE) <= 2
}

/// The index of the first name that does not end before `place`.
fn names_from(reading: &Reading<'_, '_>, place: u32) -> usize {
    reading.names.partition_point(|name| name.end <= place)
}

fn in_clause(reading: &Reading<'_, '_>, item: usize) -> Option<(usize, JoinedBy)> {
    let phrase = reading.items[item];
    let next = names_from(reading, phrase.start);
    let here = |at: &usize| reading.names.get(*at).is_some_and(|name| name.clause == phrase.clause);
    let left = next.checked_sub(1).filter(here);
    let right = Some(next).filter(here);
    let chosen = match (left, right) {
        (Some(left), Some(right)) => Some(nearer(reading, item, left, right)),
        (left, right) => left.or(right),
    };
    chosen.map(|at| (at, JoinedBy::Clause))
}

/// Which of two names, before and behind the phrase, it goes with.
fn nearer(reading: &Reading<'_, '_>, item: usize, left: usize, right: usize) -> usize {
    let phrase = reading.items[item];
    let (before, behind) = (reading.names[left], reading.names[right]);
    if behind.start < phrase.end {
        return right;
    }
    let gap = reading.bytes(phrase.end, behind.start);
    if gap == "的".as_bytes() {
        return right;
    }
    let left_words = reading.words_between(before.end, phrase.start, FAR);
    let right_words = reading.words_between(phrase.end, behind.start, FAR);
    if behind.product != before.product && is_beside(gap) {
        return left;
    }
    let attributive = right_words == 0 && left_words > 0 && behind.product != before.product;
    if attributive || right_words + 2 < left_words { right } else { left }
}

/// Whether a name behind such words stands beside the point, where another is named before (`A has a nice cover, unlike the one of B`).
fn is_beside(gap: &[u8]) -> bool {
    const BESIDE: [&[u8]; 10] = [b"from", b"of", b"over", b"than", b"to", b"like", b"unlike", b"versus", b"replacing", b"in"];
    let mut words = gap.rsplit(|byte| *byte == b' ').filter(|word| !ARTICLES.contains(word));
    words.next().is_some_and(|word| BESIDE.contains(&word))
}

/// A name of the sentence: the one before; one behind only if it stands close, or no other product is named at all.
fn in_sentence(reading: &Reading<'_, '_>, item: usize) -> Option<(usize, JoinedBy)> {
    let phrase = reading.items[item];
    let sentence = reading.sentence_of(phrase.clause);
    let next = names_from(reading, phrase.start);
    let here = |at: &usize| reading.names.get(*at).is_some_and(|name| reading.sentence_of(name.clause) == sentence);
    let close = |at: &usize| reading.words_between(phrase.end, reading.names[*at].start, CLOSE) <= CLOSE || reading.names_one_product;
    let chosen = next.checked_sub(1).filter(here).map(|at| topic(reading, at)).or(Some(next).filter(here).filter(close));
    chosen.map(|at| (at, JoinedBy::Sentence))
}

/// What the talk is of behind the name at `at`: the nearest name of its sentence, up to there, that begins a clause.
fn topic(reading: &Reading<'_, '_>, at: usize) -> usize {
    let sentence = reading.sentence_of(reading.names[at].clause);
    let begins = |at: &usize| {
        let name = reading.names[*at];
        reading.words_between(reading.clause(name.clause).start, name.start, LEADING_WORDS) <= LEADING_WORDS
    };
    let here = |other: &usize| reading.sentence_of(reading.names[*other].clause) == sentence;
    (at.saturating_sub(MOST_TOGETHER)..=at).rev().take_while(here).find(begins).unwrap_or(at)
}

/// A name of the sentences before, or, if no other product is named at all, of the next one.
fn nearby(reading: &Reading<'_, '_>, item: usize) -> Option<(usize, JoinedBy)> {
    let phrase = reading.items[item];
    let sentence = reading.sentence_of(phrase.clause);
    let next = names_from(reading, phrase.start);
    let near = |at: &usize| {
        let of_name = reading.sentence_of(reading.names[*at].clause);
        of_name.abs_diff(sentence) <= if of_name < sentence { SENTENCES_BACK } else { 1 }
    };
    let back = next.checked_sub(1).filter(|at| near(at) || reading.names_one_product);
    let ahead = Some(next).filter(|at| *at < reading.names.len() && near(at) && reading.names_one_product);
    back.or(ahead).map(|at| (at, JoinedBy::Nearby))
}

/// The name at `at` and those set side by side with it, as far as the phrase at `item` is said of them all: names before it share
/// what follows them only where they begin their clause (`the food and the staff were good`, but `here for lunch and the staff was good`).
fn together(reading: &Reading<'_, '_>, item: usize, at: usize, by: JoinedBy) -> Vec<usize> {
    if by == JoinedBy::Nearby {
        return vec![at];
    }
    let listed = listed_with(reading, at);
    let follows = reading.items[item].start >= reading.names[at].end;
    let begins = |at: usize| {
        let name = reading.names[at];
        reading.words_between(reading.clause(name.clause).start, name.start, LEADING_WORDS) <= LEADING_WORDS
    };
    let shares = !follows || begins(*listed.start());
    std::iter::once(at).chain(listed.filter(|other| *other != at && shares)).collect()
}

/// `name` and those set side by side with it.
pub(super) fn side_by_side<'a>(reading: &'a Reading<'_, '_>, name: Name) -> impl Iterator<Item = Name> + use<'a> {
    let at = reading.names.partition_point(|other| other.start < name.start);
    listed_with(reading, at).filter_map(|at| reading.names.get(at).copied())
}

/// The names set side by side with the one at `at`, and it.
fn listed_with(reading: &Reading<'_, '_>, at: usize) -> std::ops::RangeInclusive<usize> {
    let (mut first, mut last) = (at, at);
    while first > 0 && at - first < MOST_TOGETHER && is_list(reading, first - 1) {
        first -= 1;
    }
    while last - at < MOST_TOGETHER && is_list(reading, last) {
        last += 1;
    }
    first..=last
}

/// Whether the names at `at` and behind it are set side by side: nothing but `and`, `or`, commas and a few plain words between.
fn is_list(reading: &Reading<'_, '_>, at: usize) -> bool {
    let (Some(left), Some(right)) = (reading.names.get(at), reading.names.get(at + 1)) else { return false };
    let gap = reading.bytes(left.end, right.start);
    if left.product == right.product || !is_list_gap(gap) {
        return false;
    }
    let from = reading.items.partition_point(|item| item.start < left.end);
    let mut between = (from..reading.items.len()).take_while(|item| reading.items[*item].start < right.start);
    between.all(|item| reading.sense(item).word == "nor") && !is_sign(reading, *left, *right)
}

/// Whether `>` or `<` stands between two names, which sets them apart.
fn is_sign(reading: &Reading<'_, '_>, left: Name, right: Name) -> bool {
    let bytes = reading.normalised.original_bytes(left.end as usize..right.start as usize);
    right.start - left.end <= 2 && reading.normalised.original(bytes).contains(['<', '>'])
}

/// Whether names with this between them are a list.
fn is_list_gap(gap: &[u8]) -> bool {
    const NOT_IN_LISTS: [&[u8]; 34] = [
        b"is", b"was", b"are", b"were", b"has", b"have", b"had", b"does", b"did", b"do", b"will", b"would", b"can", b"could", b"which",
        b"who", b"that", b"for", b"to", b"in", b"on", b"of", b"with", b"from", b"by", b"it", b"i", b"we", b"they", b"you", b"this", b"at",
        b"so", b"then",
    ];
    const CHINESE: [&str; 10] = ["和", "与", "跟", "及", "以及", "或", "或者", "还有", "同", "和其他"];
    if CHINESE.iter().any(|joiner| joiner.as_bytes() == gap) {
        return true;
    }
    let mut joined = false;
    let mut free = 0;
    for word in words_of(gap) {
        if JOINERS.contains(&word) {
            joined = true;
            free = 0;
        } else if !ARTICLES.contains(&word) {
            free += 1;
            if free > FREE_WORDS || NOT_IN_LISTS.contains(&word) || !word.is_ascii() {
                return false;
            }
        }
    }
    joined
}

/// The words of a stretch, a comma being one; anything that ends a sentence is a word too, and in no list.
fn words_of(gap: &[u8]) -> impl Iterator<Item = &[u8]> {
    gap.split_inclusive(|byte| *byte == 1).flat_map(|part| {
        let comma = part.strip_suffix(b"\x01");
        let words = comma.unwrap_or(part).split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        words.chain(comma.map(|_| &b"\x01"[..]))
    })
}

#[cfg(test)]
mod tests {
    use crate::mention::JoinedBy;
    use crate::phrases::tagger::{Subject, Tagger};
    use crate::phrases::trial::{lists, shown_with_products, with_products};

    #[test]
    fn a_phrase_goes_to_the_name_that_stands_nearest() {
        let cases = [
            ("Acme is fast, Bolt is slow.", "+fast > Acme; -slow > Bolt"),
            ("Acme is great and it is also fast", "+great > Acme; +fast > Acme"),
            ("the slow Bolt and the fast Acme", "-slow > Bolt; +fast > Acme"),
            ("Acme, which I got in May, is fast", "+fast > Acme"),
            ("I bought an Acme. It is fast.", "+fast > Acme"),
            ("Acme and Bolt are fast", "+fast > Bolt; +fast > Acme"),
            ("Acme or the Bolt is slow", "-slow > Bolt; -slow > Acme"),
            ("Neither Acme nor Bolt is fast", "-fast > Bolt; -fast > Acme"),
            ("I use it daily with Acme and the Bolt is slow", "-slow > Bolt"),
            ("Acme came with a cover from Bolt, great", "+great > Acme"),
            ("Acme has a good cover, unlike the one of Bolt", "+good > Acme; -good > Bolt"),
            ("爱可米、博特都很好", "+很好 > Bolt; +很好 > Acme"),
            ("爱可米很好，博特难用", "+很好 > Acme; -难用 > Bolt"),
            ("很好的博特", "+很好 > Bolt"),
            ("So easy to use! #acme", "+easy to use > Acme"),
            ("@Acme's help is fast", "+fast > Acme"),
            ("fast", "+fast > ?"),
        ];
        for (text, want) in cases {
            assert_eq!(with_products(text), want, "{text}");
        }
    }

    #[test]
    fn a_phrase_inside_a_name_says_nothing() {
        assert_eq!(with_products("Fast Notes is fast"), "+fast > Fast Notes");
        assert_eq!(with_products("好用笔记很贵"), "-很贵 > Fast Notes");
    }

    #[test]
    fn title_and_page_stand_in_where_the_text_names_nothing() {
        let tagger = Tagger::new(&lists());
        let subject = Subject { text: "It is fast.", title: Some("Acme: great"), product: Some("Bolt"), ..Subject::default() };
        let tagging = tagger.tag(&subject);
        assert_eq!(shown_with_products(&tagging.tags), "+great > Acme; +fast > Acme");
        assert_eq!(tagging.tags[1].joined_by, Some(JoinedBy::Title));
        assert_eq!(tagging.tags[1].product_start, None);
        assert_eq!(tagging.products, ["Acme", "Bolt"]);

        let tagging = tagger.tag(&Subject { title: None, ..subject });
        assert_eq!(shown_with_products(&tagging.tags), "+fast > Bolt");
        assert_eq!(tagging.tags[0].joined_by, Some(JoinedBy::Subject));
    }

    #[test]
    fn names_may_count_for_one_text_only() {
        let products = ["Zeta 9".to_owned(), "café X".to_owned()];
        let subject = Subject { text: "Zeta9 is fast but the CAFE X is slow", products: &products, ..Subject::default() };
        assert_eq!(shown_with_products(&Tagger::new(&lists()).tag(&subject).tags), "+fast > Zeta 9; -slow > café X");
    }
}

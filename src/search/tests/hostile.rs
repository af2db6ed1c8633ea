//! Whatever is typed is answered, quickly.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

#[test]
fn hostile_queries_are_answered_quickly() {
    let tags = [tag(Some("Acme"), Polarity::Praise, "price")];
    let fixture = filled([Entry { tags: &tags, ..entry(1, "some words, 一些词") }]);
    let deep = |open: &str| open.repeat(10_000 / open.len());
    let queries = [
        deep("("),
        deep(")"),
        deep("()"),
        deep("(a OR "),
        deep("-"),
        deep("NOT "),
        deep("- "),
        deep("\""),
        deep("a\""),
        deep("product:("),
        deep("product:acme "),
        deep("polarity:praise theme:price product:acme "),
        deep("(product:a OR product:b) "),
        deep("*"),
        deep("* "),
        deep("a* "),
        deep("AND OR NOT "),
        deep("[TO}"),
        deep("rating:["),
        deep("rating:[* TO *] "),
        deep("a:b:c:"),
        deep("词"),
        deep("词 "),
        deep("\u{301}"),
        deep("e\u{301}\u{200d}"),
        deep("/.*/ "),
        deep("^2~3 "),
        deep("\\"),
        deep("\0"),
        deep("since:1d "),
        "since:99999999999d until:-5 since:[2026 TO x]".to_owned(),
        "rating:NaN rating:inf rating:<= rating:1e400".to_owned(),
        "author:\"\" title:* site:. lang:- kind:* source:\u{1f}".to_owned(),
        "\u{1}lov \u{1f}praise\u{1f}".to_owned(),
        "\u{10ffff}* 好*".to_owned(),
    ];
    for query in &queries {
        let parsed = parsed(query);
        drop(parsed.highlights("some words, 一些词 (a OR b)"));
        fixture.index.search(&parsed, &Options { facets: Facet::ALL.to_vec(), ..Options::default() }).unwrap();
    }
}

/// Pieces that queries are thrown together from.
const PIECES: [&str; 48] = [
    "product:",
    "theme:",
    "polarity:praise",
    "rating:",
    "since:",
    "until:",
    "published:",
    "has:",
    "is:",
    "id:",
    "lang:",
    "source:",
    "site:",
    "author:",
    "title:",
    "status:",
    "NEAR/3",
    "NEAR",
    "AND",
    "OR",
    "NOT",
    "-",
    "(",
    ")",
    "\"",
    "\"~3",
    "\"*",
    "*",
    "[1 TO",
    "]",
    "{",
    "..",
    "<=",
    "IN [",
    "^2",
    " ",
    " ",
    " ",
    "some",
    "words",
    "some*",
    "词",
    "一些词",
    "京东",
    "e\u{301}",
    "👍🏽",
    "\u{202e}",
    "\0",
];

#[test]
fn ten_thousand_hostile_queries_are_answered_within_their_time() {
    let tags = [tag(Some("Acme"), Polarity::Praise, "price")];
    let fixture = filled((0..50).map(|row| Entry { tags: &tags, ..entry(row, "some words, 一些词 in a row") }));
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = |end: usize| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    };
    for number in 0..10_000 {
        // Every hundredth is long.
        let length = if number % 100 == 0 { 400 } else { draw(14) };
        let query: String = (0..length)
            .map(|_| match draw(12) {
                0 => char::from_u32(u32::try_from(draw(0x11_0000)).unwrap()).unwrap_or('\u{fffd}').to_string(),
                _ => PIECES[draw(PIECES.len())].to_owned(),
            })
            .collect();
        let parsed = parsed(&query);
        let sort = Sort::ALL[draw(Sort::ALL.len())];
        let options = Options { sort, facets: vec![Facet::Product], ..Options::default() };
        let answered = fixture.index.search(&parsed, &options);
        assert!(answered.is_ok(), "{query}: {answered:?}");
        parsed.highlights("some words, 一些词 in a row");
    }
}

#[test]
fn an_answer_that_takes_too_long_is_given_up() {
    let fixture = filled([entry(1, "x")]);
    let options = Options { within: std::time::Duration::ZERO, ..Options::default() };
    let error = fixture.index.search(&parsed("x"), &options).unwrap_err();
    assert!(matches!(error, Error::TooLong(_)), "{error}");
    assert!(error.to_string().contains("narrow it with"), "{error}");
    assert!(fixture.index.search(&parsed("x"), &Options::default()).is_ok());
}

#[test]
fn a_long_text_of_one_character_is_marked_as_one() {
    let text = "词".repeat(300_000);
    assert_eq!(parsed(&"词".repeat(4_000)).highlights(&text), [(0, 300_000)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_query_is_answered(query in r#"(product:|theme:|rating:|since:|lang:|[a-z]{1,3}|"|\(|\)|-| |OR|AND|NOT|\*|\[1 TO|\]|<=|[京东好]|\PC){0,24}"#, text in "\\PC{0,40}") {
        thread_local!(static FIXTURE: Fixture = filled([entry(1, "abc 京东好"), entry(2, "a b c")]));
        let query = parsed(&query);
        let length = text.chars().count();
        let mut before = None;
        for (start, end) in query.highlights(&text) {
            prop_assert!(start < end && end <= length && before.is_none_or(|before| before < start));
            before = Some(end);
        }
        FIXTURE.with(|fixture| fixture.index.search(&query, &Options::default())).unwrap();
    }

    #[test]
    fn any_stretch_of_a_run_finds_it(text in "[京东买的手机很好用电池]{1,12}", from in 0usize..12, length in 1usize..12) {
        let stretch: String = text.chars().skip(from).take(length).collect();
        // Three of one character are an elongation, and stand for one.
        let letters: Vec<char> = text.chars().collect();
        prop_assume!(!stretch.is_empty() && letters.windows(3).all(|three| three[0] != three[1] || three[1] != three[2]));
        let query = Query::parse(&stretch, Timestamp::UNIX_EPOCH);
        prop_assert!(!query.highlights(&text).is_empty(), "{} in {}", stretch, text);
    }
}

//! What has to be tagged again when a phrase comes or goes: never less than the tagger finds.

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::phrases::{Lists, Subject, Tagger};

const ENGLISH: [&str; 16] = [
    "good",
    "easy to use",
    "love it",
    "user-friendly",
    "can't complain",
    "don't buy",
    "it's great",
    "cool",
    "so slow",
    "see you again",
    "10/10",
    "v2.0 rocks",
    "café vibes",
    "rock 'n' roll",
    "bee’s knees",
    "A+",
];
const CHINESE: [&str; 12] =
    ["好用", "赞赞赞", "很好", "用iPhone拍", "好", "手机壳", "性价比高", "👍", "👍👍", "太慢 了", "棒棒的", "❤好用"];
const NAMES: [&str; 5] = ["Acme Desk", "iPhone13", "小米10", "O'Neil's", "Ünïcode Ltd."];

/// The lists as people write them, so that whatever the tagger makes of an entry is tried.
fn lists() -> Lists {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("phrases");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, phrases) in [("praise.en.toml", &ENGLISH[..]), ("praise.zh.toml", &CHINESE[..])] {
        let phrases: String = phrases.iter().map(|phrase| format!("  \"{phrase}\",\n")).collect();
        std::fs::write(folder.join(name), format!("\"theme\" = [\n{phrases}]\n")).unwrap();
    }
    let products: String = NAMES.iter().map(|name| format!("[[product]]\nname = \"{name}\"\nours = true\n")).collect();
    std::fs::write(folder.join("products.toml"), products).unwrap();
    let (lists, problems) = Lists::read(dir.path());
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(lists.phrases.len(), ENGLISH.len() + CHINESE.len());
    lists
}

/// The plain forms of a phrase; a product's name is its own.
fn forms_of(phrase: &str) -> Vec<String> {
    thread_local!(static LISTS: Lists = lists());
    LISTS.with(|lists| {
        lists.phrases.iter().find(|known| known.written == phrase).map_or(vec![phrase.to_owned()], |known| known.forms.clone())
    })
}

/// A phrase or name as somebody may write it.
fn written() -> impl Strategy<Value = String> {
    let words = ENGLISH.iter().chain(&CHINESE).chain(&NAMES).copied().collect::<Vec<_>>();
    let draw_out = |text: &str, times: usize| -> String {
        text.chars().flat_map(|letter| std::iter::repeat_n(letter, if letter.is_alphabetic() { times } else { 1 })).collect()
    };
    let wide = |text: &str| -> String {
        text.chars()
            .map(|letter| if letter.is_ascii_graphic() { char::from_u32(letter as u32 + 0xfee0).unwrap() } else { letter })
            .collect()
    };
    (proptest::sample::select(words), 0..9usize).prop_map(move |(word, how)| match how {
        0 => word.to_uppercase(),
        1 => draw_out(word, 3),
        2 => draw_out(word, 2),
        3 => wide(word),
        4 => format!("#{}", word.replace(' ', "")),
        5 => word.replace(' ', "-"),
        6 => word.replace('\'', "’").replace("手机", "手機").replace("壳", "殼").replace("赞", "讚").replace("慢", "慢\u{200b}"),
        7 => word.replace('\'', "").replace("13", " 13").replace('e', "e\u{301}"),
        _ => word.to_owned(),
    })
}

fn between() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(vec!["", " ", " ", ", ", ". ", "，", "!", "\n", "'s ", " 's ", " n't ", "\u{200b}", "👍", "👍🏽", "不", "不好", "-", ":)", "ⅷ", "Ⰰ"])
            .prop_map(str::to_owned),
        1 => "\\PC{0,4}",
        1 => "[a-c好用]{1,4}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec((written(), between()), 1..6)
        .prop_map(|pieces| pieces.into_iter().map(|(word, between)| word + &between).collect::<String>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mention_that_the_tagger_would_tag_is_missed(texts in proptest::collection::vec((text(), text()), 20)) {
        thread_local!(static TAGGER: Tagger = Tagger::new(&lists()));
        let rows = || (0_i64..).zip(&texts);
        let fixture = filled(rows().map(|(row, (title, text))| Entry { title: Some(title), marks: if row % 2 == 0 { &[Mark::Filtered] } else { &[] }, ..entry(row, text) }));
        let reader = fixture.index.reader();
        for (row, (title, text)) in rows() {
            let tagging = TAGGER.with(|tagger| tagger.tag(&Subject { text, title: Some(title), ..Subject::default() }));
            let found = tagging.tags.iter().map(|tag| tag.phrase.clone()).filter(|phrase| ENGLISH.iter().chain(&CHINESE).any(|known| known == phrase));
            for phrase in found.chain(tagging.products) {
                let forms = forms_of(&phrase);
                let rows = reader.rows_with_any(&forms).unwrap();
                prop_assert!(rows.is_none_or(|rows| rows.contains(&row)), "`{}` in `{}` / `{}`", phrase, title, text);
            }
        }
    }
}

#[test]
fn rows_are_told_for_phrases_and_for_signs_it_cannot_tell() {
    let fixture = filled([
        Entry { title: Some("So easy"), ..entry(1, "to use") },
        entry(2, "It is EASY-to-use, looove it"),
        Entry { marks: &[Mark::Filtered], ..entry(3, "easy to use. #easytouse") },
        entry(4, "worth every penny of the money"),
        entry(5, "这款手机壳很好用👍"),
    ]);
    let rows = |phrases: &[&str]| {
        let phrases: Vec<String> = phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
        fixture.index.reader().rows_with_any(&phrases).unwrap()
    };
    assert_eq!(rows(&["easy to use"]), Some(vec![2, 3]));
    assert_eq!(rows(&["love it", "手机壳"]), Some(vec![2, 5]));
    assert_eq!(rows(&["worth … money"]), Some(vec![4]));
    assert_eq!(rows(&["👍"]), Some(vec![5]));
    assert_eq!(rows(&["nowhere"]), Some(vec![]));
    assert_eq!(rows(&[]), Some(vec![]));
    assert_eq!(rows(&["easy to use", "?!"]), None);
}

#[test]
fn quoted_phrases_find_what_the_tagger_finds() {
    let lists = lists();
    let tagger = Tagger::new(&lists);
    let texts =
        ["user friendly!", "So USER-FRIENDLY", "goooood", "ＬＯＶＥ　ＩＴ", "用 iPhone 拍", "手機殼", "It’s great", "well, it's. great"];
    for text in texts {
        for tag in tagger.tag(&Subject { text, ..Subject::default() }).tags {
            let query = Query::parse(&format!("\"{}\"", tag.phrase), Timestamp::UNIX_EPOCH);
            let found = query.highlights(text);
            assert!(found.iter().any(|(start, end)| *start <= tag.start && tag.end <= *end), "{} in {text}: {found:?}", tag.phrase);
        }
    }
}

//! Lists as people write them, and what is found with them in texts as people write those.

use super::lists::Lists;
use super::tagger::{Subject, Tagger};
use crate::mention::{Polarity, Tag};

const PRAISE_EN: &str = r#"
"ease of use" = [
  "easy to use", "{love,loves} it", "good", "so good", "fine", "works", "worth … money", "keep … up", "does … what … {says,should}",
  { phrase = "sick", unless = ["sick leave", "called in sick"] }, { phrase = "fast", unless = ["fast food"] }, "👍", "❤️", "quick ... easy",
  "fine", "smooth",
]
"#;
const COMPLAINT_EN: &str = r#"
faults = [
  "crash", "bug", "refuse to load", "slow", "waste", { phrase = "lag", inflect = false }, "fail", "terrible", "smoothed",
  "don't … work", "delight",
]
"#;
const PRAISE_ZH: &str = r#"
overall = ["好用", "棒", "发货…快", "喜欢…这", "质量好", { phrase = "小心", unless = ["不小心"] }]
"#;
const COMPLAINT_ZH: &str = r#"
overall = ["难用", "手机 … 卡"]
"#;
const PRODUCTS: &str = r#"
[[product]]
name = "Acme"
names = ["acmeHQ", "Acme Cloud"]
[[product]]
name = "Notion"
required = ["workspace", "note(s) app"]
excluded = ["the notion of", "philosophy"]
[[product]]
name = "小米"
required = ["手机", "小米汽车"]
excluded = ["小米粥", "煮"]
"#;

fn lists() -> Lists {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("phrases")).unwrap();
    let files = [
        ("praise.en", PRAISE_EN),
        ("complaint.en", COMPLAINT_EN),
        ("praise.zh", PRAISE_ZH),
        ("complaint.zh", COMPLAINT_ZH),
        ("products", PRODUCTS),
    ];
    for (name, text) in files {
        std::fs::write(dir.path().join(format!("phrases/{name}.toml")), text).unwrap();
    }
    Lists::read(dir.path()).0
}

fn shown(tag: &Tag) -> String {
    let sign = if tag.polarity == Polarity::Praise { '+' } else { '-' };
    format!("{sign}{} {}..{}", tag.text, tag.start, tag.end)
}

/// Holds each text against the tags it should have, as `+words start..end`, and every offset against the text.
fn hold(cases: &[(&str, &str)]) {
    let tagger = Tagger::new(&lists());
    for (text, want) in cases {
        let tags = tagger.tag(&Subject { text, ..Subject::default() }).tags;
        for tag in &tags {
            assert_eq!(text.chars().skip(tag.start).take(tag.end - tag.start).collect::<String>(), tag.text, "{text}");
        }
        assert_eq!(tags.iter().map(shown).collect::<Vec<_>>().join("; "), *want, "{text}");
    }
}

#[test]
fn a_phrase_is_found_however_it_is_typed() {
    hold(&[
        ("It's EASY TO USE.", "+EASY TO USE 5..16"),
        ("ｅａｓｙ　ｔｏ　ｕｓｅ", "+ｅａｓｙ　ｔｏ　ｕｓｅ 0..11"),
        ("𝐞𝐚𝐬𝐲 to use", "+𝐞𝐚𝐬𝐲 to use 0..11"),
        ("ﬁne, ok", "+ﬁne 0..3"),
        ("Éasy to üse", "+Éasy to üse 0..11"),
        ("e\u{301}asy to use", "+e\u{301}asy to use 0..12"),
        ("easy-to-use, easy‑to‑use", "+easy-to-use 0..11; +easy‑to‑use 13..24"),
        ("easy–to–use and ｅａｓｙ－ｔｏ－ｕｓｅ", "+easy–to–use 0..11; +ｅａｓｙ－ｔｏ－ｕｓｅ 16..27"),
        ("easy_to_use \"easy\" to use", "+easy_to_use 0..11; +easy\" to use 13..25"),
        ("ea\u{200b}sy to\u{feff} use\u{200d}!", "+ea\u{200b}sy to\u{feff} use\u{200d} 0..14"),
        ("ea\u{ad}sy  to\n use", ""),
        ("很好\u{200b}用！", "+好\u{200b}用 1..4"),
        ("好\u{fe0f}用", "+好\u{fe0f}用 0..3"),
        ("*easy* to use, **easy to use**", "+easy* to use 1..13; +easy to use 17..28"),
        ("難用", "-難用 0..2"),
        ("品質好？不，質量好。", "+質量好 6..9"),
    ]);
}

#[test]
fn apostrophes_may_be_of_any_kind_or_missing() {
    hold(&[
        ("they don’t ever work", "-don’t ever work 5..20"),
        ("they don't ever work", "-don't ever work 5..20"),
        ("they dont ever work", "-dont ever work 5..19"),
        ("they donʼt ever work", "-donʼt ever work 5..20"),
    ]);
}

#[test]
fn words_drawn_out_are_the_words_they_are() {
    hold(&[
        ("sooooo good", "+sooooo good 0..11"),
        ("SOOO GOOOOD!!!", "+SOOO GOOOOD 0..11"),
        ("I loooove it", "+loooove it 2..12"),
        ("slooooow", "-slooooow 0..8"),
        ("it crasheeees", "-crasheeees 3..13"),
        ("棒棒棒", "+棒棒棒 0..3"),
        ("好好好用", "+好好好用 0..4"),
        ("好用用用用", "+好用用用用 0..5"),
        ("👍👍👍🏿 ok", "+👍👍👍🏿 0..4"),
    ]);
}

#[test]
fn hashtags_and_handles_are_words() {
    hold(&[
        ("#easytouse", "+easytouse 1..10"),
        ("so #EasyToUse!", "+EasyToUse 4..13"),
        ("＃EasyToUse", "+EasyToUse 1..10"),
        ("#easy_to_use #sogood", "+easy_to_use 1..12; +sogood 14..20"),
        ("#notgood", "-good 4..8"),
        ("#好用#", "+好用 1..3"),
        ("@good", "+good 1..5"),
        ("breakfast #breakfast #goodness", ""),
    ]);
    let tagger = Tagger::new(&lists());
    for (text, place) in [("#Acme is good", (1, 5)), ("@acmeHQ is good", (1, 7)), ("#AcmeCloud: good", (1, 10)), ("#acmeIsGood", (1, 5))] {
        let tags = tagger.tag(&Subject { text, ..Subject::default() }).tags;
        let named = tags.iter().map(|tag| (tag.product.as_deref(), tag.product_start, tag.product_end)).collect::<Vec<_>>();
        assert_eq!(named, [(Some("Acme"), Some(place.0), Some(place.1))], "{text}");
    }
}

#[test]
fn emoji_are_phrases_whatever_their_skin_and_shape() {
    hold(&[("ok 👍🏽", "+👍🏽 3..5"), ("👍", "+👍 0..1"), ("I ❤ it ❤️", "+❤ 2..3; +❤️ 7..9"), ("<3", "+<3 0..2"), ("👎", "")]);
}

#[test]
fn a_gap_takes_a_few_words_of_one_clause() {
    hold(&[
        ("well worth the money", "+worth the money 5..20"),
        ("worth money", "+worth money 0..11"),
        ("worth all the hard-earned money", ""),
        ("worth a lot of money", "+worth a lot of money 0..20"),
        ("worth it, money", ""),
        ("worth it but money", ""),
        ("worth not money", ""),
        ("not worth the money", "-worth the money 4..19"),
        ("Keep the good work up", "+Keep the good work up 0..21; +good 9..13"),
        ("does just what the box says", "+does just what the box says 0..27"),
        ("does what it should", "+does what it should 0..19"),
        ("does what", ""),
        ("should does what", ""),
        ("quick, easy; quick and easy", "+quick and easy 13..27"),
        ("worth worth the money money", "+worth the money 6..21"),
        ("发货真的非常快", "+发货真的非常快 0..7"),
        ("发货速度真的是特别快", ""),
        ("发货慢，快", ""),
        ("手机有点卡", "-手机有点卡 0..5"),
        ("喜欢你们家这一款", "+喜欢你们家这 0..6"),
    ]);
}

#[test]
fn english_words_have_their_endings() {
    hold(&[
        ("crashes, crashed; crashing", "-crashes 0..7; -crashed 9..16; -crashing 18..26"),
        ("full of bugs", "-bugs 8..12"),
        ("it refused to load", "-refused to load 3..18"),
        ("it refuses to load", "-refuses to load 3..18"),
        ("it failed, wasting time", "-failed 3..9; -wasting 11..18"),
        ("it lags, lag", "-lag 9..12"),
        ("goods, fined, finest, fasting, fasts, smoothing", ""),
        // What a person wrote comes first, in whichever list.
        ("smoothed", "-smoothed 0..8"),
        ("keeps spirits up", "+keeps spirits up 0..16"),
    ]);
}

#[test]
fn what_stands_over_a_phrase_may_keep_it_from_counting() {
    hold(&[
        ("this is sick", "+sick 8..12"),
        ("sick leave, sick-leave", ""),
        ("I called in sick", ""),
        ("fast food, so fast", "+fast 14..18"),
        ("不小心，小心", "+小心 4..6"),
    ]);
}

/// What is named and counts, and what is passed over and why.
fn named(title: Option<&str>, text: &str, product: Option<&str>) -> (Vec<String>, Vec<String>) {
    let tagger = Tagger::new(&lists());
    let subject = Subject { text, title, product, ..Subject::default() };
    let passed = tagger.passed_over(&subject).into_iter().map(|one| format!("{} {}..{}: {}", one.text, one.start, one.end, one.why));
    (tagger.tag(&subject).products, passed.collect())
}

#[test]
fn a_name_in_doubt_counts_only_beside_its_words() {
    let none = "none of its `required` words stands in the title or text";
    let cases: [(&str, &[&str], &[&str]); 8] = [
        ("Notion is good", &[], &[&format!("Notion 0..6: {none}")]),
        ("Notion is a good notes-app", &["Notion"], &[]),
        ("our workspace. Notion is good", &["Notion"], &[]),
        ("the notion of a workspace. Notion", &["Notion"], &["notion 4..10: `the notion of` is among its `excluded` words"]),
        ("workspace! philosophy: a notion. Notion", &["Notion"], &["notion 25..31: `philosophy` is among its `excluded` words"]),
        ("小米很好用", &[], &[&format!("小米 0..2: {none}")]),
        ("小米手机很好用", &["小米"], &[]),
        (
            "手机。小米粥好，煮小米。小米好用",
            &["小米"],
            &["小米 3..5: `小米粥` is among its `excluded` words", "小米 9..11: `煮` is among its `excluded` words"],
        ),
    ];
    for (text, products, passed) in cases {
        let (found, over) = named(None, text, None);
        assert_eq!(
            (
                found.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
                over.iter().map(String::as_str).collect::<Vec<_>>().as_slice()
            ),
            (products, passed),
            "{text}"
        );
    }
    assert_eq!(named(Some("A workspace"), "Notion is good", None), (vec!["Notion".to_owned()], Vec::new()));
    assert_eq!(named(None, "Notion is good", Some("notion")), (vec!["Notion".to_owned()], Vec::new()));
    assert_eq!(Tagger::new(&lists()).product_in("Notion"), None);
}

#[test]
fn a_name_that_does_not_count_joins_nothing() {
    let tagger = Tagger::new(&lists());
    let tags = tagger.tag(&Subject { text: "the notion of it is good", product: Some("Acme"), ..Subject::default() }).tags;
    assert_eq!(tags[0].product.as_deref(), Some("Acme"));
}

#[test]
fn a_name_that_a_line_brings_along_needs_no_other_words() {
    let products = ["Notion".to_owned()];
    let tagging = Tagger::new(&lists()).tag(&Subject { text: "#Notion is good", products: &products, ..Subject::default() });
    assert_eq!(tagging.tags[0].product.as_deref(), Some("Notion"));
}

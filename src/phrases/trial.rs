//! Small lists and a short way to show what a tagger makes of a text, for the tests of the rules.

use super::lists::{List, Lists, Phrase};
use super::pattern::forms;
use super::tagger::{Subject, Tagger};
use crate::mention::{Lang, Polarity, Product, Tag};

const PHRASES: [(&str, Polarity, &str, &[&str]); 4] = [
    (
        "praise.en",
        Polarity::Praise,
        "en",
        &["easy to use", "fast", "reliable", "good", "great", "worth it", "love", "can't complain", "friendly", "better", "thanks"],
    ),
    (
        "complaint.en",
        Polarity::Complaint,
        "en",
        &["slow", "{problem,problems}", "{crash,crashed}", "expensive", "not worth it", "bad", "fix it", "worse than", "caught fire"],
    ),
    ("praise.zh", Polarity::Praise, "zh", &["好用", "喜欢", "满意", "很好", "漂亮", "不错", "新鲜", "赞赞赞"]),
    ("complaint.zh", Polarity::Complaint, "zh", &["有问题", "难用", "不好", "麻烦", "卡顿", "很贵", "不满意", "不新鲜", "太慢", "起火"]),
];

/// Those of them that make a mention severe.
const SEVERE: [&str; 2] = ["caught fire", "起火"];

/// The lists that the tests of the rules share.
pub(super) fn lists() -> Lists {
    let mut lists = Lists::default();
    for (at, (name, polarity, lang, phrases)) in PHRASES.iter().enumerate() {
        let lang = Lang::parse(lang).unwrap();
        lists.lists.push(List { name: (*name).to_owned(), version: "1".to_owned(), polarity: *polarity, lang });
        let phrase = |written: &&str| Phrase {
            written: (*written).to_owned(),
            theme: theme(written),
            list: at,
            forms: forms(written).unwrap(),
            ..Phrase::default()
        };
        lists.phrases.extend(phrases.iter().map(phrase));
    }
    let product =
        |name: &str, other: &str| Product { name: name.to_owned(), ours: true, names: vec![other.to_owned()], ..Product::default() };
    lists.products = vec![product("Acme", "爱可米"), product("Bolt", "博特"), product("Fast Notes", "好用笔记")];
    lists
}

fn theme(written: &str) -> String {
    if SEVERE.contains(&written) { "severe: theme".to_owned() } else { "theme".to_owned() }
}

/// The tags of a text, each as `+words` or `-words`, `>product` where there is one.
pub(super) fn tags(text: &str) -> Vec<Tag> {
    Tagger::new(&lists()).tag(&Subject { text, ..Subject::default() }).tags
}

fn sign(tag: &Tag) -> char {
    if tag.polarity == Polarity::Praise { '+' } else { '-' }
}

/// The tags as `+words (rule)`.
pub(super) fn with_rules(text: &str) -> String {
    tags(text).iter().map(|tag| format!("{}{} ({})", sign(tag), tag.text, tag.rule)).collect::<Vec<_>>().join("; ")
}

/// The tags as `+words > product`.
pub(super) fn with_products(text: &str) -> String {
    shown_with_products(&tags(text))
}

pub(super) fn shown_with_products(tags: &[Tag]) -> String {
    let shown = |tag: &Tag| format!("{}{} > {}", sign(tag), tag.text, tag.product.as_deref().unwrap_or("?"));
    tags.iter().map(shown).collect::<Vec<_>>().join("; ")
}

//! The project's own labelled texts: what the tagger makes of them with the starter lists stays above these floors.
//!
//! `tests/labelled` holds sentences written for it; `cargo run --example evaluate -- tests/labelled --errors 9` shows the figures
//! and where they come from.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use goodword::phrases::{Lists, Tagger};

#[path = "../../examples/evaluate/score.rs"]
#[allow(dead_code, reason = "the example prints more than is held here")]
pub mod score;

use score::{Line, Score};

fn lines(name: &str) -> Vec<Line> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/labelled").join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn scored(name: &str) -> Score {
    static TAGGER: LazyLock<Tagger> = LazyLock::new(|| Tagger::new(&Lists::read(Path::new(env!("CARGO_MANIFEST_DIR"))).0));
    let mut score = Score::default();
    lines(name).iter().for_each(|line| score.add(&TAGGER, line));
    score
}

fn hold(figure: f64, floor: f64, what: &str, score: &Score) {
    assert!(figure >= floor, "{what} is {figure:.3}, floor {floor}; {:#?}", score.errors);
}

#[test]
fn the_set_is_large_enough_to_mean_something() {
    for lang in ["en", "zh"] {
        let count: usize = ["polarity", "comparison", "target"].iter().map(|task| lines(&format!("{task}.{lang}.jsonl")).len()).sum();
        assert!(count >= 150, "{lang} has {count} lines");
    }
}

#[test]
fn praise_complaint_and_neutral_are_told_apart() {
    for (name, f1, sign) in [("polarity.en.jsonl", 0.91, 0.86), ("polarity.zh.jsonl", 0.95, 0.93)] {
        let score = scored(name);
        hold(score.macro_f1(), f1, "macro-F1", &score);
        hold(score.sign.of().unwrap(), sign, "sign accuracy", &score);
        hold(score.decided.of().unwrap(), 0.96, "sign accuracy if decided", &score);
        hold(score.neutral.of().unwrap(), 0.9, "neutral kept", &score);
    }
}

#[test]
fn comparisons_credit_the_right_side() {
    for name in ["comparison.en.jsonl", "comparison.zh.jsonl"] {
        let score = scored(name);
        let [_, wrong, _] = score.preferences();
        hold(score.sides_f1(), 0.94, "3-class F1", &score);
        hold(1.0 - wrong.of().unwrap(), 0.97, "1 - wrong side", &score);
        hold(score.none_kept().of().unwrap(), 0.9, "none kept", &score);
    }
}

#[test]
fn opinions_go_to_the_product_they_are_of() {
    for name in ["target.en.jsonl", "target.zh.jsonl"] {
        let score = scored(name);
        hold(score.both().f1(), 0.94, "F1", &score);
        hold(score.both().precision(), 0.96, "precision", &score);
        hold(score.attributed.of().unwrap(), 0.97, "attributed", &score);
    }
}

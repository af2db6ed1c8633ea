//! `docs/tagging.md` cannot drift: its examples are tagged here with the starter lists, its labelled lines and rules are read.

use std::fs;
use std::path::Path;

use goodword::cli::tag::{TagOptions, run};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document() -> String {
    fs::read_to_string(root().join("docs/tagging.md")).unwrap()
}

/// The fenced blocks of the document in a language.
fn blocks(language: &str) -> Vec<String> {
    let open = format!("```{language}\n");
    document().split(&open).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// What `goodword tag` prints for each text, with the starter lists.
fn tagged(texts: &[&str]) -> Vec<String> {
    let line = |text: &&str| serde_json::json!({"text": text, "products": ["Acme", "Bolt", "星河", "远山"]}).to_string();
    let input: Vec<String> = texts.iter().map(line).collect();
    let mut output = Vec::new();
    run(root(), &TagOptions::default(), input.join("\n").as_bytes(), &mut output).unwrap();
    let mut answers: Vec<String> = Vec::new();
    for line in String::from_utf8(output).unwrap().lines() {
        match answers.last_mut().filter(|_| line.starts_with("  ")) {
            Some(answer) => *answer += &format!("{line}\n"),
            None => answers.push(format!("{line}\n")),
        }
    }
    answers
}

#[test]
fn every_example_comes_out_as_it_is_shown() {
    let examples = blocks("tagged");
    let texts: Vec<&str> = examples.iter().map(|example| example.lines().next().unwrap()).collect();
    assert!(texts.len() >= 10);
    assert!(texts.iter().filter(|text| text.contains('星')).count() >= 4);
    assert_eq!(tagged(&texts), examples);
}

#[test]
fn the_rules_of_the_table_are_those_that_tags_name() {
    let rules = [
        ("plain", "Acme is reliable."),
        ("negation: not", "Acme is not reliable."),
        ("double negation: 没有任何 不", "星河没有任何不满意的地方"),
        ("superlative: never", "I have never been treated so badly."),
        ("contrast: but", "I tried it but it is slow."),
        ("concession: although", "It works well, although slow."),
        ("mild: a bit", "It is a bit slow."),
        ("past: used to be", "It used to be comfortable."),
        ("comparison: than", "Acme is faster than Bolt."),
    ];
    for ((rule, text), answer) in rules.iter().zip(tagged(&rules.map(|(_, text)| text))) {
        assert!(document().contains(&format!("| `{rule}` |")), "docs/tagging.md does not speak of `{rule}`");
        assert!(answer.contains(&format!("({rule})")), "{text}: {answer}");
    }
}

#[test]
fn the_labelled_lines_shown_are_such_lines() {
    let lines = blocks("json").concat();
    assert_eq!(lines.lines().count(), 3);
    for line in lines.lines() {
        serde_json::from_str::<crate::labelled::score::Line>(line).unwrap();
    }
}

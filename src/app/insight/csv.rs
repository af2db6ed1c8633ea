//! Figures as CSV that a spreadsheet can open without harm: what it would take for a formula is kept as text.

use anyhow::Context;
use serde::Serialize;

use crate::insight::Emerging;

/// What comes up, with one example each: a row of a table has no lists.
pub fn emerging_csv(rows: &[Emerging]) -> anyhow::Result<String> {
    #[derive(Serialize)]
    struct Line<'a> {
        term: &'a str,
        mentions: u64,
        before: u64,
        log_odds: f64,
        z: f64,
        query: &'a str,
        before_query: &'a str,
        example: &'a str,
    }
    let lines = rows.iter().map(|row| Line {
        term: &row.term,
        mentions: row.mentions,
        before: row.before,
        log_odds: row.log_odds,
        z: row.z,
        query: &row.query,
        before_query: &row.before_query,
        example: row.examples.first().map_or("", |example| &example.says),
    });
    figures_csv(&lines.collect::<Vec<_>>())
}

/// The rows under a line of their keys.
pub fn figures_csv<T: Serialize>(rows: &[T]) -> anyhow::Result<String> {
    let mut plain = csv::Writer::from_writer(Vec::new());
    for row in rows {
        plain.serialize(row)?;
    }
    let plain = plain.into_inner().map_err(|error| anyhow::anyhow!("the table could not be written: {error}"))?;
    let mut read = csv::ReaderBuilder::new().has_headers(false).from_reader(plain.as_slice());
    let mut safe = csv::Writer::from_writer(Vec::new());
    for record in read.records() {
        safe.write_record(record?.iter().map(defused))?;
    }
    let safe = safe.into_inner().map_err(|error| anyhow::anyhow!("the table could not be written: {error}"))?;
    String::from_utf8(safe).context("the table is no text")
}

/// The cell with a mark before it if a spreadsheet would take it for a formula. Numbers stay numbers.
fn defused(cell: &str) -> String {
    let starts_so = cell.trim_start_matches([' ', '\u{a0}']).starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if starts_so && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Row {
        name: &'static str,
        change: f64,
        share: Option<f64>,
    }

    #[test]
    fn formulas_become_text_and_numbers_stay_numbers() {
        let names = ["=HYPERLINK(\"x\")", "+1+2", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", " =1", "＝1", "plain, with a comma", "-3"];
        let rows = names.map(|name| Row { name, change: -2.5, share: None });
        insta::assert_snapshot!(figures_csv(&rows).unwrap().replace('\t', "<tab>"), @r#"
        name,change,share
        "'=HYPERLINK(""x"")",-2.5,
        '+1+2,-2.5,
        '-cmd|' /C calc'!A0,-2.5,
        '@SUM(A1),-2.5,
        '<tab>=1,-2.5,
        ' =1,-2.5,
        '＝1,-2.5,
        "plain, with a comma",-2.5,
        -3,-2.5,
        "#);
    }
}

//! The table that a run prints, in Markdown, so that it can be shown as it is.

use comfy_table::{CellAlignment, Table, presets};

use crate::measure::{Bound, Row};

/// The rows as a table for people.
pub(crate) fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header(["stage", "unit", "ours", "raw", "ours / raw", "floor", "goal", "met"]);
    for row in rows {
        let (floor, goal) = match row.bound {
            Bound::AtLeast(floor, goal) => (format!("≥ {floor}"), format!("≥ {goal}")),
            Bound::AtMost(floor, goal) => (format!("≤ {floor}"), format!("≤ {goal}")),
            Bound::Alone(floor, goal) => (format!("≥ {} alone", figure(floor)), format!("≥ {}", figure(goal))),
            Bound::Most(floor, goal) => (format!("≤ {} alone", figure(floor)), format!("≤ {}", figure(goal))),
            Bound::Open => (String::new(), String::new()),
        };
        let raw = row.raw.map(figure).unwrap_or_default();
        let ratio = row.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
        table.add_row([row.stage.clone(), row.unit.to_owned(), figure(row.ours), raw, ratio, floor, goal, row.met().to_owned()]);
    }
    for column in table.column_iter_mut().skip(2).take(5) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Three digits that count, thousands set apart.
fn figure(figure: f64) -> String {
    if figure < 100.0 {
        return format!("{figure:.1}");
    }
    let digits = format!("{figure:.0}");
    let mut spaced = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            spaced.push(',');
        }
        spaced.push(digit);
    }
    spaced
}

//! The good and bad points that a reviewer listed (`positiveNotes`, `negativeNotes`), as lines under the body with their places.

use super::graph::{Graph, Value};
use crate::mention::{Note, Polarity};
use crate::sources::markup::{plain, plain_line};

/// As many points are kept of a review.
const MOST: usize = 50;
/// Lists may stand in lists; nobody nests them deeper.
const DEEPEST: usize = 6;

/// The body with a line for each point under it, and where the points' own words stand in it.
pub(super) fn with_notes(graph: &Graph, review: usize, body: String) -> (String, Vec<Note>) {
    let mut text = body;
    let mut notes = Vec::new();
    let mut length = text.chars().count();
    for (property, polarity, sign) in [("positiveNotes", Polarity::Praise, '+'), ("negativeNotes", Polarity::Complaint, '-')] {
        let mut points = Vec::new();
        for value in graph.values(review, &[property]) {
            collect(graph, value, &mut points, 0);
        }
        for point in points {
            if !text.is_empty() {
                text.push('\n');
                length += 1;
            }
            text.extend([sign, ' ']);
            text.push_str(&point);
            let start = length + 2;
            length = start + point.chars().count();
            notes.push(Note { polarity, start, end: length });
        }
    }
    (text, notes)
}

/// Gathers the points of a value: a list item, a list of them, or words with a point a line.
fn collect(graph: &Graph, value: &Value, points: &mut Vec<String>, depth: usize) {
    if points.len() >= MOST || depth > DEEPEST {
        return;
    }
    let Some(place) = graph.item_at(value) else {
        let words = graph.words(value).map(|words| plain(&words)).unwrap_or_default();
        let lines = words.lines().map(|line| line.trim_start_matches(|mark: char| "+-–•*✓✗ ".contains(mark)));
        points.extend(lines.filter_map(plain_line).take(MOST - points.len()));
        return;
    };
    let elements = graph.values(place, &["itemListElement", "item"]);
    if elements.is_empty() {
        points.extend(graph.words(value).and_then(|words| plain_line(&words)));
    }
    for element in elements {
        collect(graph, element, points, depth + 1);
    }
}

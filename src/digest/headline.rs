//! The words of a quote that fit into a subject: the clause that holds the evidence, and what follows as far as there is room.
//!
//! Pure. Nothing is put into anybody's mouth: words are left out at the ends only, and where a clause is cut it says so.

use std::ops::Range;

use super::plain::width_of;
use super::quote::{Piece, Quote};

/// Columns at most.
const WIDEST: usize = 48;

/// What `quote` says, in so few words.
pub(super) fn words_of(quote: &Quote) -> String {
    let marked = |pieces: &[Piece]| pieces.iter().any(|piece| piece.tone.is_some());
    let pieces = if marked(&quote.title) && !marked(&quote.text) { &quote.title } else { &quote.text };
    let letters: Vec<char> = pieces.iter().flat_map(|piece| piece.text.chars()).collect();
    let before: usize = pieces.iter().take_while(|piece| piece.tone.is_none()).map(|piece| piece.text.chars().count()).sum();
    let mark = if marked(pieces) { before } else { 0 };
    told(&letters, mark)
}

/// The clause around `mark`, with those after it that fit too; or as much of it as fits.
fn told(letters: &[char], mark: usize) -> String {
    let clauses = clauses(letters);
    let Some(place) = clauses.iter().position(|clause| clause.end > mark) else { return String::new() };
    let Some(clause) = clauses.get(place) else { return String::new() };
    let fits = |range: Range<usize>| width(letters, range) <= WIDEST;
    if fits(clause.clone()) {
        let rest = clauses.iter().skip(place).map(|next| next.end);
        let end = rest.take_while(|end| fits(clause.start..*end)).last().unwrap_or(clause.end);
        return text(letters, clause.start..end);
    }
    // What stands before the evidence may turn it round ("will not recommend"), so there is no room but for that.
    let from = mark.max(clause.start);
    if width(letters, from..clause.end) < WIDEST {
        let start = (clause.start..=from).find(|start| begins_word(letters, *start) && width(letters, *start..clause.end) < WIDEST);
        return format!("…{}", text(letters, start.unwrap_or(from)..clause.end));
    }
    let end = (from..clause.end).rev().find(|end| begins_word(letters, *end) && width(letters, from..*end) < WIDEST);
    let head = if from > clause.start { "…" } else { "" };
    format!("{head}{}…", text(letters, from..end.unwrap_or(clause.end)))
}

/// The stretches between marks of punctuation, each with the mark that ends it.
fn clauses(letters: &[char]) -> Vec<Range<usize>> {
    let mut clauses = Vec::new();
    let mut start = 0;
    for (place, letter) in letters.iter().enumerate() {
        let next = letters.get(place + 1);
        let ends = match letter {
            '。' | '！' | '？' | '；' | '，' | '…' | '—' => true,
            // Not the one in `4.2`.
            '.' | '!' | '?' | ';' | ',' | ':' => next.is_none_or(|next| next.is_whitespace()),
            _ => next.is_none(),
        };
        if ends {
            clauses.push(start..place + 1);
            start = place + 1;
        }
    }
    clauses.retain(|clause| letters.get(clause.clone()).is_some_and(|letters| letters.iter().any(|letter| letter.is_alphanumeric())));
    clauses
}

fn begins_word(letters: &[char], place: usize) -> bool {
    let (Some(letter), before) = (letters.get(place), place.checked_sub(1).and_then(|before| letters.get(before))) else { return false };
    let parts = |before: &char| before.is_whitespace() || width_of(*before) == 2 || width_of(*letter) == 2;
    !letter.is_whitespace() && before.is_none_or(parts)
}

fn width(letters: &[char], range: Range<usize>) -> usize {
    let trimmed = text(letters, range);
    trimmed.chars().map(width_of).sum()
}

/// The words without what opens and ends a sentence.
fn text(letters: &[char], range: Range<usize>) -> String {
    let text: String = letters.get(range).unwrap_or_default().iter().collect();
    let is_edge = |letter: char| letter.is_whitespace() || ".,;:。，；：…—".contains(letter);
    text.trim_matches(is_edge).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clause_of_the_evidence_is_told_with_as_much_after_it_as_fits() {
        for (text, evidence, want) in [
            ("Could be better on phones. …", "Could be", "Could be better on phones"),
            ("Friendly support, quick delivery of the key, good product.", "Friendly", "Friendly support, quick delivery of the key"),
            ("No e-mail for two days. Lantern Desk 4.2 is a disaster.", "disaster", "Lantern Desk 4.2 is a disaster"),
            (
                "Nobody warns you. Lantern Desk cost us real customers and I will not recommend it again.",
                "recommend",
                "…customers and I will not recommend it again",
            ),
            (
                "It is painfully slow on our old tablets in the warehouse behind the other house",
                "painfully",
                "…painfully slow on our old tablets in the…",
            ),
            ("升级后邮件导入失败，灯塔工单等于不能用。要求退款。", "导入失败", "升级后邮件导入失败，灯塔工单等于不能用。要求退款"),
            ("…很负责", "很负责", "很负责"),
            ("Great!", "Great", "Great!"),
        ] {
            let at = text
                .chars()
                .collect::<Vec<_>>()
                .windows(evidence.chars().count())
                .position(|found| found.iter().copied().eq(evidence.chars()));
            let letters: Vec<char> = text.chars().collect();
            let found = told(&letters, at.unwrap());
            assert_eq!(found, want);
            assert!(found.chars().map(width_of).sum::<usize>() <= WIDEST + 1, "{found}");
        }
        assert_eq!(told(&[], 0), "");
    }
}

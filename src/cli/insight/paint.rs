//! How figures look on a terminal: small bars, rows of blocks, shares and changes. Pure.

/// Eighths of a block, from the lowest up.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The most blocks in a row; longer rows are drawn together.
const MOST_BLOCKS: usize = 40;
/// What was not heard.
pub(super) const BLIND: char = '▒';

/// Counts as a row of blocks, the highest one full; nothing is a blank.
pub(in crate::cli) fn sparkline(counts: &[u64]) -> String {
    let drawn = drawn_together(counts, |part| part.iter().sum());
    let most = drawn.iter().copied().max().unwrap_or_default();
    let block = |count: u64| match count {
        0 => ' ',
        count => {
            let place = (count * BLOCKS.len() as u64).div_ceil(most).saturating_sub(1);
            usize::try_from(place).ok().and_then(|place| BLOCKS.get(place)).copied().unwrap_or('█')
        }
    };
    drawn.into_iter().map(block).collect()
}

/// A row beside a sparkline, with a mark wherever something was not heard.
pub(super) fn blind_marks(blind: &[f64]) -> String {
    let most = |part: &[f64]| part.iter().copied().fold(0.0, f64::max);
    drawn_together(blind, most).into_iter().map(|share| if share > 0.0 { BLIND } else { ' ' }).collect()
}

/// One value for each so many neighbours, so that a row is not too long.
fn drawn_together<T: Copy>(values: &[T], join: impl Fn(&[T]) -> T) -> Vec<T> {
    let together = values.len().div_ceil(MOST_BLOCKS).max(1);
    values.chunks(together).map(join).collect()
}

/// A bar of at most `width` blocks.
pub(super) fn bar(count: u64, most: u64, width: usize) -> String {
    let eighths = if most == 0 { 0 } else { (count * width as u64 * 8).div_ceil(most) };
    let full = usize::try_from(eighths / 8).unwrap_or_default();
    let part = match eighths % 8 {
        0 => String::new(),
        // The left-hand eighths.
        part => char::from_u32(0x2590 - u32::try_from(part).unwrap_or_default()).map(String::from).unwrap_or_default(),
    };
    format!("{}{part}", "█".repeat(full))
}

/// A share as a percentage; a dash where there is none.
pub(super) fn percent(share: Option<f64>) -> String {
    match share {
        None => "-".to_owned(),
        Some(share) if share > 0.0 && share < 0.005 => "<1 %".to_owned(),
        Some(share) => format!("{:.0} %", share * 100.0),
    }
}

/// An interval of a share as percentages.
pub(super) fn percents(low: Option<f64>, high: Option<f64>) -> String {
    low.zip(high).map_or_else(String::new, |(low, high)| format!("{:.0}–{:.0} %", low * 100.0, high * 100.0))
}

/// How much more or less than before.
pub(super) fn change(now: u64, before: u64) -> String {
    match now.cmp(&before) {
        std::cmp::Ordering::Greater => format!("+{}", now - before),
        std::cmp::Ordering::Less => format!("−{}", before - now),
        std::cmp::Ordering::Equal => "=".to_owned(),
    }
}

/// A text cut to `width` letters.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width { text.to_owned() } else { text.chars().take(width - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_count_is_a_full_block_and_nothing_a_blank() {
        assert_eq!(sparkline(&[0, 1, 4, 8]), " ▁▄█");
        assert_eq!(sparkline(&[0, 0]), "  ");
        assert_eq!(sparkline(&[1; 90]), "█".repeat(30));
        assert_eq!(blind_marks(&[0.0, 0.3, 1.0]), " ▒▒");
    }

    #[test]
    fn bars_are_measured_in_eighths() {
        assert_eq!([(0, 8), (8, 8), (4, 8), (1, 16), (3, 0)].map(|(count, most)| bar(count, most, 4)), ["", "████", "██", "▎", ""]);
    }

    #[test]
    fn changes_have_a_sign() {
        assert_eq!([(3, 1), (1, 3), (2, 2)].map(|(now, before)| change(now, before)), ["+2", "−2", "="]);
        assert_eq!((percent(Some(0.625)), percent(None), cut("abcdef", 4)), ("62 %".to_owned(), "-".to_owned(), "abc…".to_owned()));
    }
}

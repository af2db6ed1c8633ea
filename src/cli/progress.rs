//! Progress bars: on a terminal only, on standard error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::crawl::Come;

/// A bar that counts to `total` of what `word` says was done.
pub(super) fn bar(word: &'static str, total: usize) -> ProgressBar {
    // indicatif draws nothing where standard error is not a terminal.
    let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg} ({eta} left)").unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style).with_message(word)
}

/// How far a crawl has come, in the words of its bar.
pub(super) fn come(come: &Come) -> String {
    let left = match come.left.iter().max_by_key(|(_, left)| **left) {
        Some((source, left)) => format!(", `{source}` has {left} page{} left", if *left == 1 { "" } else { "s" }),
        None => String::new(),
    };
    format!("sources asked, {} pages, {} mentions{left}", come.pages, come.mentions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_how_far_a_crawl_has_come() {
        let left = [("a".to_owned(), 2), ("forum".to_owned(), 12)].into();
        assert_eq!(come(&Come { pages: 3, mentions: 75, left }), "sources asked, 3 pages, 75 mentions, `forum` has 12 pages left");
        assert_eq!(come(&Come::default()), "sources asked, 0 pages, 0 mentions");
    }
}

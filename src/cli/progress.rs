//! Progress bars: on a terminal only, on standard error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar that counts to `total` of what `word` says was done.
pub(super) fn bar(word: &'static str, total: usize) -> ProgressBar {
    // indicatif draws nothing where standard error is not a terminal.
    let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg} ({eta} left)").unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style).with_message(word)
}

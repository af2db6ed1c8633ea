//! The text of a post in HTML without what its author quotes of others: praise of theirs is not the author's.

use scraper::Selector;

use super::markup;

/// The text of `html` without the elements that `quoted`, a selector of CSS, picks.
pub(super) fn text_without(html: &str, quoted: &str) -> String {
    let mut tree = markup::tree(html).html;
    if let Ok(selector) = Selector::parse(quoted) {
        let found: Vec<_> = tree.select(&selector).map(|element| element.id()).collect();
        for id in found {
            if let Some(mut node) = tree.tree.get_mut(id) {
                node.detach();
            }
        }
    }
    markup::text_of(tree.root_element()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_left_out_with_all_that_is_in_them() {
        let cases = [
            (
                "<aside class=\"quote\"><div>ann:</div><blockquote>I love it</blockquote></aside><p>I do not.<br>At all.</p>",
                "I do not.\nAt all.",
            ),
            ("<blockquote>a<blockquote>b</blockquote></blockquote>", ""),
            ("fine &amp; <b>well</b>", "fine & well"),
            ("", ""),
        ];
        for (html, want) in cases {
            assert_eq!(text_without(html, "aside.quote, blockquote"), want, "{html}");
        }
    }
}

//! Forum markup (`[b]`, `[url=…]`, `[quote]`) made plain text: what an author quotes of others is left out.
//!
//! Knows the words that are markup; other brackets are the author's own.

/// The text that a reader sees, without what is quoted.
pub(super) fn to_text(marked: &str) -> String {
    let mut text = String::with_capacity(marked.len());
    let mut quoted = 0_usize;
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('[') {
        if quoted == 0 {
            text.push_str(before);
        }
        rest = after;
        match after.split_once(']').and_then(|(inner, behind)| Some((Mark::read(inner)?, behind))) {
            Some((mark, behind)) => {
                match mark {
                    Mark::Quote => quoted += 1,
                    Mark::QuoteEnd => quoted = quoted.saturating_sub(1),
                    Mark::Line if quoted == 0 => text.push('\n'),
                    Mark::Line | Mark::Inline => {}
                }
                rest = behind;
            }
            None if quoted == 0 => text.push('['),
            None => {}
        }
    }
    // A quote that does not end is the author's slip: what comes after it is theirs.
    text.push_str(rest);
    tidy(&text)
}

enum Mark {
    Quote,
    QuoteEnd,
    /// Ends a line.
    Line,
    Inline,
}

/// Longer brackets are no markup.
const LONGEST: usize = 300;

impl Mark {
    fn read(inner: &str) -> Option<Self> {
        if inner.len() > LONGEST {
            return None;
        }
        let (is_end, word) = inner.strip_prefix('/').map_or((false, inner), |word| (true, word));
        let name = word.split(['=', ' ']).next()?.to_ascii_lowercase();
        match name.as_str() {
            "quote" if is_end => Some(Self::QuoteEnd),
            "quote" => Some(Self::Quote),
            "h1" | "h2" | "h3" | "hr" | "list" | "olist" | "*" | "table" | "tr" | "p" | "code" => Some(Self::Line),
            "b" | "i" | "u" | "strike" | "s" | "spoiler" | "noparse" | "url" | "img" | "th" | "td" | "color" | "size"
            | "previewyoutube" => Some(Self::Inline),
            _ => None,
        }
    }
}

/// At most one empty line between two others.
fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    lines.join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_taken_away_and_quotes_are_left_out() {
        let cases = [
            ("[b]Great[/b] game", "Great game"),
            ("[h1]Pros[/h1]\n[list]\n[*]fast\n[*]cheap\n[/list]", "Pros\n\nfast\n\ncheap"),
            ("see [url=https://a.example/]here[/url]", "see here"),
            ("[quote=ann]I love it[/quote]I do not.", "I do not."),
            ("[quote][quote]a[/quote]b[/quote]c", "c"),
            ("10/10 [would play again] [sic]", "10/10 [would play again] [sic]"),
            ("[quote]never closed", "never closed"),
            ("a [ b ] c [", "a [ b ] c ["),
            ("[/quote][/b]fine", "fine"),
            ("[[b]x[/b]]", "[x]"),
        ];
        for (marked, want) in cases {
            assert_eq!(to_text(marked), want, "{marked}");
        }
    }
}

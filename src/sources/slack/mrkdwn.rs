//! Slack's way of marking up text, made plain: people, channels, links, emphasis, escaped letters.

use std::collections::BTreeMap;

/// The text as a reader sees it; `names` are those of people by their ids.
pub(super) fn to_text(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        match after.split_once('>') {
            Some((inner, after)) if !inner.contains(['<', '\n']) => {
                plain.push_str(&shown(inner, names));
                rest = after;
            }
            _ => {
                plain.push('<');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    let plain = without_emphasis(&plain);
    plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// What stands for something between angle brackets.
fn shown(inner: &str, names: &BTreeMap<String, String>) -> String {
    let (what, label) = inner.split_once('|').map_or((inner, None), |(what, label)| (what, Some(label).filter(|label| !label.is_empty())));
    let mut letters = what.chars();
    let kind = letters.next();
    let id = letters.as_str();
    match kind {
        Some('@') => format!("@{}", names.get(id).map(String::as_str).or(label).unwrap_or(id)),
        Some('#') => format!("#{}", label.unwrap_or(id)),
        Some('!') => {
            let word = id.split('^').next().unwrap_or(id);
            let label = label.map(|label| label.trim_start_matches('@').to_owned());
            match (word, label) {
                ("date", Some(label)) => label,
                (word, label) => format!("@{}", label.unwrap_or_else(|| word.to_owned())),
            }
        }
        _ => label.unwrap_or(what).trim_start_matches("mailto:").to_owned(),
    }
}

/// The text without `*`, `_`, `~` and backquotes that open or close a stretch.
fn without_emphasis(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let is_word = |letter: Option<&char>| letter.is_some_and(|letter| letter.is_alphanumeric());
    let is_mark = |at: usize, mark: char| {
        let (before, after) = (at.checked_sub(1).and_then(|at| letters.get(at)), letters.get(at + 1));
        match mark {
            '`' => true,
            '*' | '_' | '~' => {
                let opens = !is_word(before) && after.is_some_and(|after| !after.is_whitespace());
                let closes = !is_word(after) && before.is_some_and(|before| !before.is_whitespace());
                let pairs = letters.iter().filter(|letter| **letter == mark).count() >= 2;
                pairs && (opens || closes) && !(is_word(before) && is_word(after))
            }
            _ => false,
        }
    };
    letters.iter().enumerate().filter(|(at, letter)| !is_mark(*at, **letter)).map(|(_, letter)| *letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_up_words_are_plain() {
        let names = BTreeMap::from([("U2".to_owned(), "bob".to_owned())]);
        for (text, want) in [
            ("ask <@U2> or <@U9|ann> or <@U7>", "ask @bob or @ann or @U7"),
            ("<!here> see <#C1|general>, <!subteam^S1|@support>", "@here see #general, @support"),
            ("<https://a.example/?a=1&amp;b=2|our page> and <https://a.example/>", "our page and https://a.example/"),
            ("<mailto:ann@a.example|ann@a.example>", "ann@a.example"),
            ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
            ("It is *really* _very_ ~bad~ `code` good", "It is really very bad code good"),
            ("snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"),
            ("on <!date^1392734382^{date}|Feb 18, 2014>", "on Feb 18, 2014"),
            ("1 < 2 and <unclosed", "1 < 2 and <unclosed"),
            ("*非常* 好用", "非常 好用"),
        ] {
            assert_eq!(to_text(text, &names), want, "{text}");
        }
    }
}

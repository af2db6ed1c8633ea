//! Why a source was not heard, in the reader's language. The reason is noted once, in English, with what was met there; here the
//! sentences that we say ourselves are put into Chinese, and what is told within them, a site's own words above all, stays as
//! it is.
//!
//! The sentences stand in `reasons.zh.toml`; a test holds that each is one the program says. Knows nothing of when they are said.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Catalogue {
    reason: Vec<Sentence>,
}

/// A sentence with `{}` for what is told in it, and in Chinese with `{1}`, `{2}` … for the same.
#[derive(Debug, Deserialize)]
struct Sentence {
    en: String,
    zh: String,
}

static SENTENCES: LazyLock<Vec<Sentence>> = LazyLock::new(|| {
    let catalogue: Catalogue = toml::from_str(include_str!("reasons.zh.toml")).expect("it is part of the program, and a test reads it");
    catalogue.reason
});

/// The reason in Chinese; none if it is not a sentence of ours.
pub fn in_chinese(reason: &str) -> Option<String> {
    SENTENCES.iter().find_map(|sentence| sentence.said(reason)).or_else(|| named(reason)).or_else(|| counted(reason))
}

/// `3 pages`.
fn counted(said: &str) -> Option<String> {
    let count = said.strip_suffix(" pages").or_else(|| said.strip_suffix(" page"))?;
    (!count.is_empty() && count.bytes().all(|digit| digit.is_ascii_digit())).then(|| format!("{count} 页"))
}

/// `` `a.csv`: the file is empty``: what it is said of goes before.
fn named(reason: &str) -> Option<String> {
    let (name, said) = reason.strip_prefix('`')?.split_once("`: ")?;
    Some(format!("`{name}`：{}", in_chinese(said)?))
}

impl Sentence {
    /// The sentence in Chinese, if `reason` is it.
    fn said(&self, reason: &str) -> Option<String> {
        let facts = facts(&self.en, reason)?;
        let fill = |said: String, (number, fact): (usize, &str)| {
            let fact = in_chinese(fact).unwrap_or_else(|| fact.to_owned());
            said.replace(&format!("{{{number}}}"), &fact)
        };
        Some((1..).zip(facts).fold(self.zh.clone(), fill))
    }
}

/// What stands in `said` in the places of `{}`; none if the rest is something else.
fn facts<'a>(sentence: &str, said: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = sentence.split("{}");
    let mut rest = said.strip_prefix(parts.next()?)?;
    let mut facts = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        // The last piece stands at the end, whatever was told before it.
        let (fact, after) = match (parts.peek(), part) {
            (None, part) => (rest.strip_suffix(part)?, ""),
            (Some(_), part) => rest.split_once(part)?,
        };
        if fact.is_empty() {
            return None;
        }
        facts.push(fact);
        rest = after;
    }
    rest.is_empty().then_some(facts)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::fetch::FetchError;

    #[test]
    fn a_reason_is_said_in_chinese_and_what_is_told_in_it_stays() {
        for (reason, want) in [
            ("the file is empty", Some("文件是空的")),
            ("`a.csv`: the file is empty", Some("`a.csv`：文件是空的")),
            ("3 pages left; the next round goes on there", Some("还剩 3 页，下一轮接着读取")),
            ("shows 3 of 120 reviews", Some("只显示了 120 条评论中的 3 条")),
            ("not read: `a.csv`: line 5: it has no text", Some("未读取：`a.csv`: line 5: it has no text")),
            ("not read: hit 3 has no text (and 2 more not read)", Some("未读取：hit 3 has no text（另有 2 条未读取）")),
            (
                "`a.example` answered 401: it wants a login; give the source a `secret` and the header that carries it",
                Some("`a.example` 回答 401：它要求登录；请为该来源设置 `secret` 以及携带它的请求头"),
            ),
            ("Steam gave no reviews but an error: no such app", Some("Steam 没有给出 reviews，而是一个错误：no such app")),
            ("somebody's own words", None),
            ("", None),
        ] {
            assert_eq!(in_chinese(reason).as_deref(), want, "{reason}");
        }
    }

    #[test]
    fn every_failure_of_the_network_is_said_in_chinese() {
        let until: jiff::Timestamp = "2026-03-01T06:31:00Z".parse().unwrap();
        let (host, url) = (|| "a.example".to_owned(), || "https://a.example/x".to_owned());
        let blocked = |status, by| FetchError::Blocked { host: host(), status, by, until: None };
        let refused = |status| FetchError::Refused { host: host(), status, said: "no such key".to_owned(), until: None };
        let answered = |status, until| FetchError::Status { url: url(), status, until };
        let failures = [
            FetchError::Private { host: host() },
            blocked(401, None),
            blocked(403, Some("Cloudflare")),
            blocked(403, None),
            blocked(407, None),
            blocked(451, None),
            refused(400),
            refused(401),
            refused(403),
            FetchError::SlowDown { host: host(), status: 429, until },
            FetchError::Gone { url: url(), status: 404 },
            answered(500, Some(until)),
            answered(500, None),
            answered(418, None),
            answered(204, None),
            FetchError::TooLarge { url: url(), limit: 10 << 20 },
            FetchError::Timeout { host: host(), limit: Duration::from_secs(30) },
            FetchError::Network { host: host(), why: "refused".to_owned() },
            FetchError::BadUrl { url: url() },
        ];
        for failure in failures {
            let said = in_chinese(&failure.to_string()).unwrap_or_else(|| panic!("`{failure}` has no words"));
            assert!(said.contains("a.example") && !said.contains('{'), "{said}");
        }
    }

    /// All that the program may say, with lines that were broken put together again.
    fn program() -> String {
        fn read(folder: &std::path::Path, text: &mut String) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    read(&path, text);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    text.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        let mut text = String::new();
        for folder in ["fetch", "sources", "crawl", "store"] {
            read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder), &mut text);
        }
        regex::Regex::new(r"\\\n\s*").unwrap().replace_all(&text, "").replace("\\\"", "\"")
    }

    #[test]
    fn each_sentence_is_one_that_the_program_says() {
        let program = program();
        for Sentence { en, zh } in SENTENCES.iter() {
            // What is filled in may itself be words of ours, so it is the pieces that must be found.
            let pieces = en
                .split("{}")
                .flat_map(|piece| piece.split("; "))
                .flat_map(|piece| piece.split(" and is "))
                .map(|piece| piece.trim_matches([' ', '(', ')', ';', ':', '`', ',']));
            for piece in pieces.filter(|piece| piece.len() > 3) {
                assert!(program.contains(piece), "`{piece}` of `{en}` is said nowhere");
            }
            let told = en.matches("{}").count();
            assert!((1..=told).all(|number| zh.contains(&format!("{{{number}}}"))), "{zh}");
        }
    }
}

//! robots.txt after RFC 9309: what a file says to us.
//!
//! Groups and longest matches are `texting_robots`' work. It leaves three things open that [`tidy`] closes: names with a version behind
//! them, `%`-spellings of one path, and rules that end in `$`, which it would compile to one regular expression each. Knows
//! nothing of how the file comes.

use std::fmt::Write;
use std::time::Duration;

use jiff::Timestamp;
use texting_robots::Robot;
use url::{Position, Url};

/// The name that rules for us are written under.
const PRODUCT: &str = "goodword";
/// What is read of a file; the rest does not count.
pub(super) const MOST_BYTES: usize = 500 * 1024;
/// A file is used this long if its server does not say otherwise, and never longer …
const LONGEST_KEPT: Duration = Duration::from_hours(24);
/// … and never shorter, for one file a visit is enough.
const SHORTEST_KEPT: Duration = Duration::from_mins(10);
/// A longer `Crawl-delay` is not waited for.
const LONGEST_DELAY: Duration = Duration::from_mins(1);
/// Stands for the end of the path in tidied rules and paths, where it is otherwise written `%7C`.
const END: char = '|';

/// What a host's robots.txt says to us.
#[derive(Debug)]
pub(in crate::fetch) struct Rules {
    robot: Option<Robot>,
    pub(super) kept_until: Timestamp,
}

impl Rules {
    /// The rules of a host that has no file.
    pub(super) fn none(kept_until: Timestamp) -> Self {
        Self { robot: None, kept_until }
    }

    /// Reads a file; whatever cannot be read in it is passed over.
    pub(super) fn read(file: &[u8], kept_until: Timestamp) -> Self {
        Self::read_for(PRODUCT, file, kept_until)
    }

    /// Reads a file as a crawler of the name `agent` does.
    pub(super) fn read_for(agent: &str, file: &[u8], kept_until: Timestamp) -> Self {
        // The parser fails on regular expressions only, and tidied rules need none.
        Self { robot: Robot::new(agent, tidy(file).as_bytes()).ok(), kept_until }
    }

    /// Whether we may ask for `url`.
    pub(super) fn allow(&self, url: &Url) -> bool {
        let Some(robot) = &self.robot else { return true };
        // RFC 9309, 2.2.2: the file itself is always allowed.
        if url.path() == "/robots.txt" {
            return true;
        }
        // A `*` of the path itself is none of the rules' wildcards.
        let mut path = spell(url[Position::BeforePath..Position::AfterQuery].as_bytes()).replace('*', "%2A");
        path.push(END);
        robot.allowed(&path)
    }

    /// The floor they ask for between two requests.
    pub(super) fn delay(&self) -> Duration {
        let delay = self.robot.as_ref().and_then(|robot| robot.delay).unwrap_or(0.0);
        Duration::try_from_secs_f32(delay.min(LONGEST_DELAY.as_secs_f32())).unwrap_or_default()
    }
}

/// How long an answer about robots.txt is kept, if its server says `fresh_until`.
pub(super) fn kept_until(fresh_until: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let longest = crate::clock::later(now, LONGEST_KEPT);
    fresh_until.map_or(longest, |until| until.clamp(crate::clock::later(now, SHORTEST_KEPT), longest))
}

/// The file, a line for each line, with names and paths in one spelling.
fn tidy(file: &[u8]) -> String {
    let mut tidied = String::with_capacity(file.len());
    let mut anybody = false;
    for line in without_mark(file).split(|byte| matches!(byte, b'\n' | b'\r' | 0)) {
        let line = line.split(|byte| *byte == b'#').next().unwrap_or_default().trim_ascii();
        let Some((key, value)) = split_line(line) else { continue };
        let key = String::from_utf8_lossy(key).to_ascii_lowercase();
        let value = match key.as_str() {
            key if key.starts_with("user") => {
                anybody = true;
                product(value)
            }
            // What stands before the first name is said to nobody.
            _ if !anybody => continue,
            // A rule without a path applies to none, but it ends the list of names before it.
            key if key.starts_with("allow") || key.starts_with('d') => {
                if value.is_empty() {
                    END.to_string()
                } else {
                    rule(value)
                }
            }
            key if key.starts_with("crawl") => String::from_utf8_lossy(value).into_owned(),
            _ => continue,
        };
        // Where the index page of a folder is allowed, the folder is: Google reads it so, and sites are written for Google.
        if let Some(folder) = value.strip_suffix("index.html").filter(|folder| key.starts_with("allow") && folder.ends_with('/')) {
            tidied.extend(["allow: ", folder, &END.to_string(), "\n"]);
        }
        tidied.extend([key.as_str(), ": ", &value, "\n"]);
    }
    tidied
}

/// The file without a byte order mark, be it cut short.
fn without_mark(file: &[u8]) -> &[u8] {
    let marked = file.iter().zip(b"\xef\xbb\xbf").take_while(|(byte, mark)| byte == mark).count();
    file.get(marked..).unwrap_or_default()
}

/// `key: value`, or, as some write it, `key value`.
fn split_line(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = line.iter().position(|byte| *byte == b':').or_else(|| line.iter().position(u8::is_ascii_whitespace))?;
    let (key, value) = line.split_at_checked(at)?;
    Some((trim(key), trim(value.get(1..)?)))
}

/// Some put wider spaces than ASCII's behind their rules.
fn trim(value: &[u8]) -> &[u8] {
    std::str::from_utf8(value).map_or(value.trim_ascii(), |text| text.trim().as_bytes())
}

/// The name alone of `name/1.0 (…)`; `*` is everybody's.
fn product(value: &[u8]) -> String {
    if value.first() == Some(&b'*') {
        return "*".to_owned();
    }
    let letters = value.iter().take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'));
    letters.map(|byte| char::from(*byte)).collect()
}

/// A rule's path in one spelling; only a `$` at its end means the end.
fn rule(value: &[u8]) -> String {
    match value.strip_suffix(b"$") {
        Some(path) => format!("{}{END}", spell(path)),
        None => spell(value),
    }
}

/// A path in one spelling: what needs no `%` has none, all else has one, in capitals.
fn spell(path: &[u8]) -> String {
    let mut spelled = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((&byte, after)) = rest.split_first() {
        let unescaped =
            after.split_first_chunk().filter(|_| byte == b'%').and_then(|([high, low], after)| Some((hex(*high, *low)?, after)));
        let (byte, needs_none, after) = match unescaped {
            Some((byte, after)) => (byte, is_unreserved(byte), after),
            None => (byte, is_unreserved(byte) || is_delimiter(byte), after),
        };
        if needs_none {
            spelled.push(char::from(byte));
        } else {
            write!(spelled, "%{byte:02X}").expect("a string takes all that is written");
        }
        rest = after;
    }
    spelled
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Characters that mean something else than their `%`-spelling does.
fn is_delimiter(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'`' | b'|' | b'$' | b'{' | b'}' | b'\\' | b'^')
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(file: &str) -> Rules {
        Rules::read(file.as_bytes(), Timestamp::MAX)
    }

    fn allows(file: &str, path: &str) -> bool {
        rules(file).allow(&format!("https://a.example{path}").parse().unwrap())
    }

    #[test]
    fn what_files_allow() {
        let cases = [
            ("", "/x", true),
            ("user-agent: *\ndisallow: /x", "/x/y", false),
            ("user-agent: *\ndisallow: /x", "/y", true),
            ("user-agent: *\ndisallow: /\n\nuser-agent: goodword\nallow: /", "/x", true),
            ("user-agent: *\nallow: /\n\nuser-agent: GoodWord/2.0 (crawler)\ndisallow: /", "/x", false),
            ("user-agent: goodwords\ndisallow: /", "/x", true),
            ("user-agent: *\ndisallow: /x\nallow: /x/public", "/x/public/1", true),
            ("user-agent: *\ndisallow: /x\nallow: /x", "/x", true),
            ("user-agent: other\ndisallow:\nuser-agent: *\ndisallow: /", "/x", false),
            ("user-agent: *\ndisallow:\ndisallow: /", "/x", false),
            ("user-agent: *\ndisallow: /*.pdf$", "/a.pdf/b.pdf", false),
            ("user-agent: *\ndisallow: /*.pdf$", "/a.pdf?x", true),
            ("user-agent: *\ndisallow: /x$", "/xy", true),
            ("user-agent: *\ndisallow: /a$b", "/a$b", false),
            ("user-agent: *\ndisallow: /%7ejoe/%e4%bd%a0", "/~joe/你", false),
            ("user-agent: *\ndisallow: /你", "/%E4%BD%A0", false),
            ("user-agent: *\ndisallow: /a%2Fb", "/a/b", true),
            ("user-agent: *\ndisallow: /a%2ab", "/a*b", false),
            ("user-agent: *\ndisallow: /a%7C", "/a|", false),
            ("user-agent: *\ndisallow: /a%", "/a%", false),
            ("user-agent: *\ndisallow: /?q=", "/?q=1", false),
            ("user-agent: *\ndisallow: /x # not there", "/x", false),
            ("\u{feff}user-agent: *\r\ndisallow: /x\r\n", "/x", false),
            ("user-agent: *\rdisallow: /x", "/x", false),
            ("User-Agent *\nDisallow /x", "/x", false),
            ("user-agent: *\ndisallow: /x\u{a0}", "/x", false),
            ("disallow: /x", "/x", true),
            ("user-agent: *\ndisallow: /", "/robots.txt", true),
            ("user-agent: *\nallow: /shop/index.html\ndisallow: /", "/shop/", true),
            ("user-agent: *\nallow: /shop/index.html\ndisallow: /", "/shop/cart", false),
            ("<html><p>Please log in: now</p></html>", "/x", true),
        ];
        for (file, path, allowed) in cases {
            assert_eq!(allows(file, path), allowed, "{file:?} {path}");
        }
    }

    #[test]
    fn the_crawl_delay_of_our_group_is_kept_within_reason() {
        let cases = [("7", 7_000), ("0.5", 500), ("86400", 60_000), ("inf", 60_000), ("nan", 0), ("-1", 0), ("soon", 0)];
        for (delay, milliseconds) in cases {
            let file = format!("user-agent: *\ncrawl-delay: {delay}\ndisallow: /x\n\nuser-agent: other\ncrawl-delay: 30");
            assert_eq!(rules(&file).delay(), Duration::from_millis(milliseconds), "{delay}");
        }
    }

    #[test]
    fn a_file_is_kept_a_day_at_most_and_ten_minutes_at_least() {
        let now: Timestamp = "2026-03-01T06:30:00Z".parse().unwrap();
        let cases = [
            (None, "2026-03-02T06:30:00Z"),
            (Some("2026-03-01T08:00:00Z"), "2026-03-01T08:00:00Z"),
            (Some("2026-03-01T06:30:01Z"), "2026-03-01T06:40:00Z"),
            (Some("2027-01-01T00:00:00Z"), "2026-03-02T06:30:00Z"),
        ];
        for (fresh_until, until) in cases {
            assert_eq!(kept_until(fresh_until.map(|text| text.parse().unwrap()), now).to_string(), until);
        }
    }

    #[test]
    fn a_file_full_of_costly_rules_is_read_and_asked_to_the_end() {
        let rule = format!("disallow: /{}$\n", "*a".repeat(40));
        let file = format!("user-agent: *\n{}", rule.repeat(MOST_BYTES / rule.len()));
        assert!(allows(&file, &format!("/{}b", "a".repeat(2_000))));
    }
}

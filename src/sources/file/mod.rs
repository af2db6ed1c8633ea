//! Files on this machine: exports that people drop into a folder, saved pages, saved feeds.
//!
//! Says which files to read and how; reading their bytes is the caller's part. The rows of CSV and JSON Lines are read
//! one at a time, and one that is wrong does not stop the others.

mod columns;
mod guess;
mod records;
mod table;

use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::PathBuf;

use serde::Deserialize;

use super::folder::files;
use super::{Ask, Moment, ParseError, Parsed, feed, mailbox, reviews};
use crate::fetch;
use crate::mention::Mention;

pub use columns::Columns;
pub(super) use guess::{Guess, guess};
pub(super) use table::delimiter;

/// A file, or a folder into which files are dropped.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The file or folder; where it is relative, it starts from the folder of `sources.toml`.
    pub path: PathBuf,
    /// Which column holds what, where their names do not tell.
    #[serde(default)]
    pub map: Columns,
    /// What the files are, where their names do not tell.
    pub format: Option<Format>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A table with a header row.
    Csv,
    /// One object on each line.
    Jsonl,
    /// An array of such objects.
    Json,
    /// A saved page with reviews.
    Html,
    /// A saved feed.
    Feed,
}

impl Format {
    /// What a file's name says of it.
    fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Self::Csv,
            "jsonl" | "ndjson" => Self::Jsonl,
            "json" => Self::Json,
            "html" | "htm" => Self::Html,
            "xml" | "rss" | "atom" | "rdf" => Self::Feed,
            _ => return None,
        })
    }

    /// What the beginning of a file says of it.
    fn of_head(head: &[u8]) -> Self {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        match head.first() {
            Some(b'[') => Self::Json,
            Some(b'{') => Self::Jsonl,
            Some(b'<') if [&b"<rss"[..], b"<feed", b"<rdf"].iter().any(|root| holds(head, root)) => Self::Feed,
            Some(b'<') => Self::Html,
            _ => Self::Csv,
        }
    }
}

fn holds(head: &[u8], tag: &[u8]) -> bool {
    head.windows(tag.len()).take(4096).any(|window| window.eq_ignore_ascii_case(tag))
}

/// A mention with the line it stood on.
#[derive(Clone, Debug)]
pub struct Row {
    /// Line number from 1; in a JSON array the number of the object, in a mailbox that of the mail.
    pub line: u64,
    /// What it says.
    pub mention: Mention,
}

/// A row that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct RowError {
    /// Line number from 1; in a JSON array, the number of the object.
    pub line: u64,
    /// What is wrong with it.
    pub what: String,
}

/// Rows, one at a time.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Row, RowError>> + 'a>;

/// How much of a file is looked at to tell what it is.
const HEAD: usize = 64 * 1024;

/// What a file that is taken in holds, one at a time.
#[allow(missing_debug_implementations, reason = "rows cannot be shown before they are read")]
pub struct Taken<'a> {
    /// Its rows, or mails.
    pub rows: Rows<'a>,
    /// Whether they are mails, which nobody wrote to the public.
    pub is_mail: bool,
}

/// Rows of a CSV, JSON or JSON Lines file named `name`, or the mails of an mbox.
pub fn rows<'a>(name: &str, reader: impl Read + 'a, columns: &Columns) -> Result<Taken<'a>, ParseError> {
    let mut input = BufReader::with_capacity(HEAD, reader);
    let head = input.fill_buf().map_err(unreadable)?;
    if mailbox::is_mail(name, head) && !head.is_empty() {
        let row = |(line, mention): (u64, Result<Mention, String>)| match mention {
            Ok(mention) => Ok(Row { line, mention }),
            Err(what) => Err(RowError { line, what: format!("the mail {what}") }),
        };
        return Ok(Taken { rows: Box::new(mailbox::mentions(input).map(row)), is_mail: true });
    }
    Ok(Taken { rows: read_rows(Format::of_name(name), input, columns)?, is_mail: false })
}

fn read_rows<'a>(format: Option<Format>, reader: impl Read + 'a, columns: &Columns) -> Result<Rows<'a>, ParseError> {
    let reader = fetch::decoding(reader).map_err(unreadable)?;
    let mut input = BufReader::with_capacity(HEAD, reader);
    let head = input.fill_buf().map_err(unreadable)?;
    if head.trim_ascii().is_empty() {
        return Err(ParseError::Unreadable("the file is empty".to_owned()));
    }
    match format.unwrap_or_else(|| Format::of_head(head)) {
        Format::Csv => table::rows(input, columns),
        Format::Jsonl => Ok(records::lines(input, columns)),
        // Many a `.json` has one object on each line.
        Format::Json if Format::of_head(head) == Format::Jsonl && is_whole_line(head) => Ok(records::lines(input, columns)),
        Format::Json => records::array(input, columns),
        Format::Html | Format::Feed => {
            Err(ParseError::Instead("a page or feed came where rows were due; give a CSV or JSON Lines file".to_owned()))
        }
    }
}

/// Whether the first line is JSON by itself.
fn is_whole_line(head: &[u8]) -> bool {
    head.split(|byte| *byte == b'\n').next().is_some_and(|line| serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok())
}

fn unreadable(error: impl std::fmt::Display) -> ParseError {
    ParseError::Unreadable(format!("the file cannot be read: {error}"))
}

impl Settings {
    pub(super) fn asks(&self, moment: Moment<'_>) -> Result<Vec<Ask>, ParseError> {
        // Of a known kind, unless all are said to be of one.
        let is_wanted = |name: &str| self.format.is_some() || Format::of_name(name).is_some();
        Ok(files(&moment.dir.join(&self.path), is_wanted)?.into_iter().map(Ask::Read).collect())
    }

    pub(super) fn parse(&self, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let name = page.url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
        let format = self.format.or_else(|| Format::of_name(name));
        match format.unwrap_or_else(|| Format::of_head(&page.body)) {
            Format::Html => reviews::parse_saved(page),
            Format::Feed => feed::parse(page),
            Format::Json if is_json_feed(&page.body) => feed::parse(page),
            _ => self.parse_rows(format, page),
        }
    }

    fn parse_rows(&self, format: Option<Format>, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let text = page.text();
        let mut parsed = Parsed::default();
        for row in read_rows(format, Cursor::new(text.as_bytes()), &self.map)? {
            match row {
                Ok(row) => parsed.mentions.push(row.mention),
                Err(error) => parsed.refused.push(error.to_string()),
            }
        }
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }
}

fn is_json_feed(body: &[u8]) -> bool {
    body.get(..1024).unwrap_or(body).windows(21).any(|window| window == b"jsonfeed.org/version/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, body: &[u8], map: &[(&str, &str)]) -> Vec<String> {
        let columns = Columns(map.iter().map(|(key, name)| ((*key).to_owned(), (*name).to_owned())).collect());
        match rows(name, body, &columns) {
            Err(error) => vec![format!("! {error}")],
            Ok(taken) => taken.rows.map(|row| row.map_or_else(|error| format!("! {error}"), |row| shown(&row))).collect(),
        }
    }

    fn shown(row: &Row) -> String {
        let mention = &row.mention;
        let rating = mention.rating.map(|rating| format!("{}/{}", rating.value(), rating.best()));
        let date = mention.published.map(|published| published.at.strftime("%F").to_string());
        let author = mention.author.as_ref().map(|author| author.name.clone());
        let told = [mention.own_id.clone(), mention.title.clone(), rating, author, date, mention.about.clone()];
        let told: Vec<String> = told.into_iter().flatten().collect();
        format!("{} {:?} {}", row.line, mention.text, told.join(" ")).trim_end().to_owned()
    }

    #[test]
    fn tables_as_people_export_them() {
        let cases: &[(&str, &[&str])] = &[
            (
                "text,rating\nfine,4\n\"two\nlines, \"\"quoted\"\"\",5\nlast,1",
                &["2 \"fine\" 4/5", "3 \"two\\nlines, \\\"quoted\\\"\" 5/5", "5 \"last\" 1/5"],
            ),
            ("\u{feff}Review Text;Stars;Review Date\r\nfine;4,5;01.05.2024\r\n", &["2 \"fine\" 4.5/5 2024-05-01"]),
            ("评论内容\t评分\t作者\t日期\n很好用\t5\t小王\t2024年5月1日\n", &["2 \"很好用\" 5/5 小王 2024-05-01"]),
            ("Titel|Inhalt|Sterne\nGut|Läuft|4\n", &["2 \"Läuft\" Gut 4/5"]),
            ("sep=;\nid;text;max rating;rating\n7;a;10;8\n", &["3 \"a\" 7 8/10"]),
            (
                "text\nonly one column, with commas\n",
                &["! line 2: it has 2 columns where the header has 1; quote texts that hold separators or quotes"],
            ),
            (
                "text,id\n,1\nb\nc,3,\n\nd,4\n",
                &[
                    "! line 2: it has no text",
                    "! line 3: it has 1 columns where the header has 2; quote texts that hold separators or quotes",
                    "4 \"c\" 3",
                    "6 \"d\" 4",
                ],
            ),
            ("a,b\n1,2\n", &["! no column holds the text; the columns are `a`, `b`; name it with `map` (text = \"…\")"]),
            ("", &["! the file is empty"]),
        ];
        for (body, want) in cases {
            assert_eq!(read("drop.csv", body.as_bytes(), &[]), *want, "{body}");
        }
    }

    #[test]
    fn a_map_names_columns_that_do_not_tell() {
        let body = b"What did you like?,Overall,Tool\nthe sync,9/10,Acme\n";
        let map = [("text", "What did you like?"), ("rating", "overall"), ("product", "Tool")];
        assert_eq!(read("g.csv", body, &map), ["2 \"the sync\" 9/10 Acme"]);
        assert!(read("g.csv", body, &[("text", "Overal")])[0].contains("did you mean `Overall`"));
        assert!(read("g.csv", body, &[("txt", "Overall")])[0].contains("did you mean `text`"));
    }

    #[test]
    fn one_bad_row_does_not_stop_the_others() {
        let body = [b"text,id\n".as_slice(), "好用,0\n".repeat(40).as_bytes(), b"\xff,1\nfine,2\n"].concat();
        let got = read("a.csv", &body, &[]);
        assert_eq!(got[40..], ["! line 42: it is not UTF-8; save the file as UTF-8", "43 \"fine\" 2"]);

        let lines = "{\"text\":\"a\",\"id\":1}\nnot json\n\n{\"id\":2}\n[1]\n{\"text\":\"b\",\"rating\":{\"value\":4,\"best\":5},\"author\":{\"name\":\"Ann\"},\"published\":1714558830}";
        let got = read("a.jsonl", lines.as_bytes(), &[]);
        assert_eq!(got[0], "1 \"a\" 1");
        assert!(got[1].starts_with("! line 2: it is not JSON: "), "{}", got[1]);
        assert_eq!(got[2..], ["! line 4: it has no `text`", "! line 5: it is not an object with a `text`", "6 \"b\" 4/5 Ann 2024-05-01"]);
        assert_eq!(read("a.json", b" [{\"text\":\"a\"}, 7]", &[]), ["1 \"a\"", "! line 2: it is not an object with a `text`"]);
        assert_eq!(read("a.json", b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n", &[]), ["1 \"a\"", "2 \"b\""]);
        assert_eq!(read("a.json", b"{\n\"text\":\"a\"\n}", &[]), ["1 \"a\""]);
        assert_eq!(read("unnamed", b"{\"comment\":\"a\"}", &[]), ["1 \"a\""]);
    }

    #[test]
    fn a_table_saved_by_an_old_office_is_read_too() {
        let (body, ..) = encoding_rs::GBK.encode("评论,评分\n这个软件很好用，客服回复也快,5\n");
        assert_eq!(read("a.csv", &body, &[]), ["2 \"这个软件很好用，客服回复也快\" 5/5"]);
        let wide: Vec<u8> = "\u{feff}text\tid\nfine\t1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read("a.csv", &wide, &[]), ["2 \"fine\" 1"]);
    }

    #[test]
    fn a_folder_is_read_in_the_order_of_its_names() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("drop")).unwrap();
        for name in ["b.csv", "a.jsonl", ".hidden.csv", "notes.txt", "page.html"] {
            std::fs::write(dir.path().join("drop").join(name), "text\nfine\n").unwrap();
        }
        let moment = Moment { now: jiff::Timestamp::UNIX_EPOCH, since: None, cursor: None, dir: dir.path() };
        let settings = |path: &str| Settings { path: path.into(), map: Columns::default(), format: None };
        let asks = settings("drop").asks(moment).unwrap();
        let want = ["a.jsonl", "b.csv", "page.html"].map(|name| Ask::Read(dir.path().join("drop").join(name)));
        assert_eq!(asks, want);
        assert_eq!(settings("drop/b.csv").asks(moment).unwrap(), [Ask::Read(dir.path().join("drop/b.csv"))]);
        assert!(settings("absent").asks(moment).unwrap_err().to_string().contains("correct `path`"));
    }
}

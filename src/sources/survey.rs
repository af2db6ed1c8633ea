//! Answers of surveys, from files: a score on its scale, and a mention for each open question that was answered.
//!
//! A mention's title is its question. The score stands with the first question that a person answered, so that it counts once;
//! who gave a score and no words said nothing that could be read.

use std::collections::BTreeMap;
use std::path::PathBuf;

use csv::{ReaderBuilder, Trim};
use serde::Deserialize;
use serde_json::Value;

use super::file::delimiter;
use super::folder::{ends_in, files};
use super::{Ask, Moment, ParseError, Parsed, dates, slug};
use crate::fetch;
use crate::mention::{Author, Context, Lang, Mention, Rating};
use crate::tomlfile::name_the_valid;

/// Where the answers are, and which column holds what.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    path: PathBuf,
    /// The columns of the open questions.
    answers: Answers,
    score: Option<Score>,
    /// The column that tells one respondent from another.
    id: Option<String>,
    author: Option<String>,
    email: Option<String>,
    /// The column with the respondent's number or name among the customers.
    customer: Option<String>,
    date: Option<String>,
    lang: Option<String>,
    product: Option<String>,
    region: Option<String>,
    version: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
struct Answers(Vec<String>);

impl TryFrom<Vec<String>> for Answers {
    type Error = String;

    fn try_from(columns: Vec<String>) -> Result<Self, String> {
        if columns.is_empty() {
            return Err("`answers` is empty; name the columns of the open questions".to_owned());
        }
        Ok(Self(columns))
    }
}

/// The column of the score, and its scale.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Score {
    column: String,
    scale: Scale,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Scale {
    /// 0 to 10: how likely they are to recommend it.
    Nps,
    /// 1 to 5, or in words: how satisfied they are.
    Csat,
    /// 1 to 7, or in words: how easy it was.
    Ces,
    /// 1 to 5 stars.
    Stars,
}

impl Scale {
    /// The rating that an answer is.
    fn rating(self, answer: &str) -> Option<Rating> {
        let (worst, best) = match self {
            Self::Nps => (0.0, 10.0),
            Self::Csat | Self::Stars => (1.0, 5.0),
            Self::Ces => (1.0, 7.0),
        };
        let answer = answer.trim();
        // `9 - very likely`, `4/5`
        let number: String = answer.chars().take_while(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ',')).collect();
        let ends_there = answer.chars().nth(number.chars().count()).is_none_or(|next| !next.is_alphanumeric());
        match number.replace(',', ".").parse::<f64>() {
            Ok(value) if ends_there => Rating::new(value, worst, best),
            _ if answer.starts_with('★') => Rating::parse(answer, None, None),
            _ => word(answer).and_then(|share| Rating::new(worst + share * (best - worst), worst, best)),
        }
    }
}

/// Answers in words, from the worst to the best.
const WORDS: [&[&str]; 5] = [
    &[
        "very dissatisfied",
        "very unsatisfied",
        "strongly disagree",
        "very difficult",
        "very poor",
        "sehr unzufrieden",
        "非常不满意",
        "很不满意",
        "非常不同意",
    ],
    &["dissatisfied", "unsatisfied", "disagree", "difficult", "poor", "unzufrieden", "不满意", "不同意"],
    &["neutral", "neither", "ok", "okay", "fair", "teils teils", "一般", "中立"],
    &["satisfied", "agree", "easy", "good", "zufrieden", "满意", "同意"],
    &["very satisfied", "strongly agree", "very easy", "very good", "excellent", "sehr zufrieden", "非常满意", "很满意", "非常同意"],
];

/// Where an answer in words lies, 0 (worst) to 1 (best).
fn word(answer: &str) -> Option<f64> {
    let plain = answer.to_lowercase();
    let place = WORDS.iter().position(|words| words.contains(&plain.trim()))?;
    Some(place as f64 / 4.0)
}

/// One respondent: cells by the names of their columns.
struct Row {
    line: u64,
    cells: BTreeMap<String, String>,
}

impl Row {
    fn told(&self, column: &Option<String>) -> Option<&str> {
        self.cell(column.as_deref()?)
    }

    fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(&plain(column)).map(|told| told.trim()).filter(|told| !told.is_empty())
    }
}

/// A column's name as it is compared.
fn plain(column: &str) -> String {
    column.trim_start_matches('\u{feff}').split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl Settings {
    pub(super) fn asks(&self, moment: Moment<'_>) -> Result<Vec<Ask>, ParseError> {
        let is_table = |name: &str| ends_in(name, &[".csv", ".tsv", ".jsonl", ".ndjson", ".json"]);
        Ok(files(&moment.dir.join(&self.path), is_table)?.into_iter().map(Ask::Read).collect())
    }

    pub(super) fn parse(&self, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let text = page.text();
        let mut parsed = Parsed::default();
        let rows = rows(&text, &mut parsed.refused)?;
        self.check_columns(&rows)?;
        for row in &rows {
            self.take(row, &mut parsed);
        }
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }

    /// A column that is named must be there: a survey that was changed would fall silent otherwise.
    fn check_columns(&self, rows: &[Row]) -> Result<(), ParseError> {
        let Some(first) = rows.first() else { return Err(ParseError::Unreadable("the file has no answers".to_owned())) };
        let named = self.answers.0.iter().chain(self.score.iter().map(|score| &score.column)).chain(self.others());
        let known: Vec<&str> = first.cells.keys().map(String::as_str).collect();
        for column in named {
            if !rows.iter().take(100).any(|row| row.cells.contains_key(&plain(column))) {
                return Err(ParseError::Unreadable(format!("there is no column `{column}`; {}", name_the_valid(&plain(column), &known))));
            }
        }
        Ok(())
    }

    fn others(&self) -> impl Iterator<Item = &String> {
        let others =
            [&self.id, &self.author, &self.email, &self.customer, &self.date, &self.lang, &self.product, &self.region, &self.version];
        others.into_iter().flatten()
    }

    fn take(&self, row: &Row, parsed: &mut Parsed) {
        let mut rating = self.score.as_ref().and_then(|score| {
            let answer = row.cell(&score.column)?;
            let rating = score.scale.rating(answer);
            if rating.is_none() {
                parsed.refused.push(format!("line {}: `{}` is no score on the scale of `{}`", row.line, answer, score.column));
            }
            rating
        });
        for question in &self.answers.0 {
            let Some(mut mention) = row.cell(question).and_then(Mention::new) else { continue };
            mention.title = Some(question.clone());
            mention.rating = rating.take();
            mention.own_id =
                row.told(&self.id).map(|id| if self.answers.0.len() == 1 { id.to_owned() } else { format!("{id}/{}", slug(question)) });
            mention.author = self.author_of(row);
            mention.published = row.told(&self.date).and_then(dates::read);
            mention.lang = row.told(&self.lang).and_then(Lang::parse);
            mention.about = row.told(&self.product).map(str::to_owned);
            let of = |column: &Option<String>| row.told(column).map(str::to_owned);
            mention.context = Context { region: of(&self.region), version: of(&self.version), thread: of(&self.id), ..Context::default() };
            parsed.mentions.push(mention);
        }
    }

    /// Who answered: by name, and known by an address, or a number among the customers.
    fn author_of(&self, row: &Row) -> Option<Author> {
        let handle = row.told(&self.email).or_else(|| row.told(&self.customer)).map(str::to_owned);
        let name = row.told(&self.author).or(handle.as_deref())?;
        Some(Author { handle: handle.clone(), ..Author::named(name)? })
    }
}

fn rows(text: &str, refused: &mut Vec<String>) -> Result<Vec<Row>, ParseError> {
    let text = text.trim_start_matches('\u{feff}');
    match text.trim_start().chars().next() {
        None => Err(ParseError::Unreadable("the file is empty".to_owned())),
        Some('[' | '{') => objects(text, refused),
        Some('<') => Err(ParseError::Instead("a page came where answers were due; give a CSV or JSON Lines file".to_owned())),
        Some(_) => table(text, refused),
    }
}

fn table(text: &str, refused: &mut Vec<String>) -> Result<Vec<Row>, ParseError> {
    let (delimiter, is_told) = delimiter(text.as_bytes());
    let text = if is_told { text.split_once('\n').map_or("", |(_, rest)| rest) } else { text };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(Trim::Headers).from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| ParseError::Unreadable(format!("the file cannot be read: {error}"));
    let names: Vec<String> = reader.headers().map_err(unreadable)?.iter().map(plain).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line) + u64::from(is_told);
        if record.len() > names.len() && record.iter().skip(names.len()).any(|cell| !cell.trim().is_empty()) {
            refused.push(format!("line {line}: it has {} columns where the header has {}", record.len(), names.len()));
            continue;
        }
        rows.push(Row { line, cells: names.iter().cloned().zip(record.iter().map(str::to_owned)).collect() });
    }
    Ok(rows)
}

fn objects(text: &str, refused: &mut Vec<String>) -> Result<Vec<Row>, ParseError> {
    let whole = match serde_json::from_str(text) {
        Ok(Value::Array(objects)) => (1..).zip(objects).collect(),
        Ok(value) => vec![(1, value)],
        Err(error) if text.trim_start().starts_with('[') => return Err(ParseError::Unreadable(format!("the file is no JSON: {error}"))),
        Err(_) => lines(text, refused),
    };
    let row = |(line, value): (u64, Value)| match value {
        Value::Object(object) => {
            Ok(Row { line, cells: object.iter().filter_map(|(key, value)| Some((plain(key), words(value)?))).collect() })
        }
        _ => Err(format!("line {line}: it is no object")),
    };
    let mut rows = Vec::new();
    for one in whole {
        row(one).map_or_else(|why| refused.push(why), |row| rows.push(row));
    }
    Ok(rows)
}

fn lines(text: &str, refused: &mut Vec<String>) -> Vec<(u64, Value)> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(value) => found.push((number, value)),
            Err(error) => refused.push(format!("line {number}: it is not JSON: {error}")),
        }
    }
    found
}

/// A value in words; a key that is there without a value still is a column.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(words) => Some(words.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null => Some(String::new()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(keys: &str, body: &str) -> Result<Parsed, ParseError> {
        let settings: Settings = toml::from_str(&format!("path = 'a'\n{keys}")).unwrap();
        let url = "file:///srv/a.csv".parse().unwrap();
        settings.parse(&fetch::Page { url, content_type: None, body: body.into() })
    }

    #[test]
    fn a_score_is_read_on_its_scale() {
        for (scale, answer, want) in [
            (Scale::Nps, "0", Some((0.0, 0.0, 10.0))),
            (Scale::Nps, "10 - very likely", Some((10.0, 0.0, 10.0))),
            (Scale::Nps, "11", None),
            (Scale::Csat, "4", Some((4.0, 1.0, 5.0))),
            (Scale::Csat, "Very satisfied", Some((5.0, 1.0, 5.0))),
            (Scale::Csat, "不满意", Some((2.0, 1.0, 5.0))),
            (Scale::Csat, "0", None),
            (Scale::Ces, "7", Some((7.0, 1.0, 7.0))),
            (Scale::Ces, "strongly agree", Some((7.0, 1.0, 7.0))),
            (Scale::Ces, "Neutral", Some((4.0, 1.0, 7.0))),
            (Scale::Stars, "★★★☆☆", Some((3.0, 1.0, 5.0))),
            (Scale::Stars, "4,5", Some((4.5, 1.0, 5.0))),
            (Scale::Stars, "2nd", None),
            (Scale::Stars, "fine", None),
        ] {
            let got = scale.rating(answer).map(|rating| (rating.value(), rating.worst(), rating.best()));
            assert_eq!(got, want, "{scale:?} {answer}");
        }
    }

    const KEYS: &str = "answers = ['What did you like?', 'What should change?']\nscore = { column = 'NPS', scale = 'nps' }\n\
        id = 'Response ID'\nemail = 'E-Mail'\ndate = 'Date'\nlang = 'Language'";

    #[test]
    fn each_answered_question_is_a_mention_and_the_score_counts_once() {
        let body = "Response ID;NPS;What did you like?;What should change?;E-Mail;Date;Language\n\
            7;9;Easy to use;Too expensive;ann@acme.example;01.03.2026;en\n8;2;;It crashes;;2026-03-02;en\n9;10;;;;;\n10;x;fine;;;;\n";
        let parsed = read(KEYS, body).unwrap();
        let shown = parsed
            .mentions
            .iter()
            .map(|mention| (mention.own_id.as_deref().unwrap(), mention.text.as_str(), mention.rating.map(|rating| rating.value())));
        let shown: Vec<_> = shown.collect();
        assert_eq!(
            shown,
            [
                ("7/what-did-you-like", "Easy to use", Some(9.0)),
                ("7/what-should-change", "Too expensive", None),
                ("8/what-should-change", "It crashes", Some(2.0)),
                ("10/what-did-you-like", "fine", None),
            ]
        );
        assert_eq!(parsed.mentions[0].title.as_deref(), Some("What did you like?"));
        assert_eq!(parsed.mentions[0].author.as_ref().unwrap().handle.as_deref(), Some("ann@acme.example"));
        assert_eq!(parsed.refused, ["line 5: `x` is no score on the scale of `NPS`"]);
    }

    #[test]
    fn lines_of_json_are_read_and_a_column_that_went_missing_is_told() {
        let body = "{\"Response ID\": 7, \"NPS\": 9, \"what did you like?\": \"Fine\", \"What should change?\": null, \"E-Mail\": null, \
            \"Date\": \"2026-03-01\", \"Language\": \"en\"}\nbroken\n";
        let parsed = read(KEYS, body).unwrap();
        assert_eq!((parsed.mentions.len(), parsed.refused.len()), (1, 1));
        let error = read(KEYS, "Response ID,NPS,What did you like\n7,9,fine\n").unwrap_err();
        assert!(error.to_string().contains("no column `What did you like?`"), "{error}");
        assert!(read(KEYS, "<html>").is_err());
    }
}

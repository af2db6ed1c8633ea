//! Phrases in files that people bring along: one a line, a table, or TOML.
//!
//! A row that cannot be read is told with its line; the others count.

use anyhow::{Context, anyhow, bail};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{NewPhrase, Which};
use crate::mention::{Lang, Polarity};
use crate::phrases::{edit, list_kind};

/// A row of a file, and the phrase it holds.
#[derive(Debug)]
pub struct Row {
    /// Its line, from 1.
    pub line: usize,
    /// The phrase, or why there is none.
    pub phrase: anyhow::Result<NewPhrase>,
}

/// The rows of a file, read as its name tells.
///
/// `.csv` and `.tsv` have a header (`phrase,theme,polarity,lang`), `.toml` is a list by themes or has
/// `[[phrase]]` entries with the same keys, anything else has a phrase on each line. `otherwise` holds where a row does not say.
pub fn read_rows(name: &str, text: &str, otherwise: &Which) -> anyhow::Result<Vec<Row>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    match extension.to_ascii_lowercase().as_str() {
        "csv" => table(text, b',', otherwise),
        "tsv" => table(text, b'\t', otherwise),
        "toml" => {
            let kind = list_kind(stem);
            let polarity = otherwise.polarity.or(kind.as_ref().map(|(polarity, _)| *polarity));
            let lang = otherwise.lang.clone().or(kind.map(|(_, lang)| lang));
            toml_rows(text, &Which { polarity, lang, theme: otherwise.theme.clone() })
        }
        _ => Ok(lines(text, otherwise)),
    }
}

/// What a row says of a phrase; what is blank was not said.
#[derive(Default)]
struct Said<'a> {
    phrase: &'a str,
    theme: &'a str,
    polarity: &'a str,
    lang: &'a str,
}

impl Said<'_> {
    fn phrase(&self, otherwise: &Which) -> anyhow::Result<NewPhrase> {
        let phrase = self.phrase.trim();
        if phrase.is_empty() {
            bail!("holds no phrase");
        }
        let polarity = match self.polarity.trim().to_ascii_lowercase().as_str() {
            "praise" => Polarity::Praise,
            "complaint" => Polarity::Complaint,
            "" => otherwise.polarity.with_context(|| format!("`{phrase}`: praise or complaint? say --polarity"))?,
            other => bail!("`{phrase}`: polarity `{other}` is neither `praise` nor `complaint`"),
        };
        let lang = match self.lang.trim() {
            "" => otherwise.lang.clone(),
            lang => Some(Lang::parse(lang).with_context(|| format!("`{phrase}`: `{lang}` is not a language; write for example `en`"))?),
        };
        let theme = Some(self.theme.trim()).filter(|theme| !theme.is_empty()).map(str::to_owned).or_else(|| otherwise.theme.clone());
        Ok(NewPhrase { written: phrase.to_owned(), polarity, lang, theme, entry: None })
    }
}

/// A phrase on each line; blank lines and lines that begin with `#` are passed over.
fn lines(text: &str, otherwise: &Which) -> Vec<Row> {
    let counts = |(_, line): &(usize, &str)| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let row = |(at, line): (usize, &str)| Row { line: at + 1, phrase: Said { phrase: line, ..Said::default() }.phrase(otherwise) };
    text.lines().enumerate().filter(counts).map(row).collect()
}

fn table(text: &str, delimiter: u8, otherwise: &Which) -> anyhow::Result<Vec<Row>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers()?.iter().map(|name| name.trim().to_lowercase()).collect();
    let column = |name: &str| header.iter().position(|known| known == name);
    let Some(phrase) = column("phrase") else {
        bail!("its first line names no column `phrase`; columns are phrase, theme, polarity, lang");
    };
    let (theme, polarity, lang) = (column("theme"), column("polarity"), column("lang"));
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let line = usize::try_from(reader.position().line())?;
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(rows),
            Ok(true) => {
                let cell = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or_default();
                let said = Said { phrase: cell(Some(phrase)), theme: cell(theme), polarity: cell(polarity), lang: cell(lang) };
                let line = record.position().map_or(Ok(line), |position| usize::try_from(position.line()))?;
                rows.push(Row { line, phrase: said.phrase(otherwise) });
            }
            Err(error) => rows.push(Row { line, phrase: Err(anyhow!("cannot be read: {error}")) }),
        }
    }
}

fn toml_rows(text: &str, otherwise: &Which) -> anyhow::Result<Vec<Row>> {
    let table = DeTable::parse(text).map_err(|error| anyhow!("it is not valid TOML: {error}"))?.into_inner();
    let mut rows = Vec::new();
    for (theme, value) in table.iter() {
        let line = |at: usize| 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        let DeValue::Array(items) = value.get_ref() else {
            let phrase = Err(anyhow!("`{}` is not a list of phrases", theme.get_ref()));
            rows.push(Row { line: line(theme.span().start), phrase });
            continue;
        };
        for item in items.iter() {
            let phrase = toml_row(text, theme.get_ref(), item, otherwise);
            rows.push(Row { line: line(item.span().start), phrase });
        }
    }
    rows.sort_by_key(|row| row.line);
    Ok(rows)
}

fn toml_row(text: &str, theme: &str, item: &Spanned<DeValue<'_>>, otherwise: &Which) -> anyhow::Result<NewPhrase> {
    let table = match item.get_ref() {
        DeValue::String(phrase) => return Said { phrase, theme, ..Said::default() }.phrase(otherwise),
        DeValue::Table(table) => table,
        _ => bail!("`{theme}` holds something that is not a phrase"),
    };
    let key = |name: &str| table.get(name).and_then(|value| value.get_ref().as_str()).unwrap_or_default();
    if theme == "phrase" {
        let said = Said { phrase: key("phrase"), theme: key("theme"), polarity: key("polarity"), lang: key("lang") };
        return said.phrase(otherwise);
    }
    // What else the entry says goes along as it is written.
    let entry = text.get(item.span()).map(|entry| entry.split_whitespace().collect::<Vec<_>>().join(" "));
    let phrase = Said { phrase: key("phrase"), theme, ..Said::default() }.phrase(otherwise)?;
    Ok(NewPhrase { entry: entry.filter(|entry| *entry != edit::quoted(&phrase.written)), ..phrase })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as `line polarity lang theme: phrase`, or what is wrong with it.
    fn shown(name: &str, text: &str) -> Vec<String> {
        let otherwise = Which { polarity: Some(Polarity::Praise), ..Which::default() };
        let show = |row: Row| match row.phrase {
            Err(error) => format!("{} {error}", row.line),
            Ok(NewPhrase { written, polarity, lang, theme, entry }) => {
                let lang = lang.map_or_else(|| "-".to_owned(), |lang| lang.to_string());
                format!("{} {polarity} {lang} {}: {}", row.line, theme.unwrap_or_else(|| "-".to_owned()), entry.unwrap_or(written))
            }
        };
        read_rows(name, text, &otherwise).unwrap().into_iter().map(show).collect()
    }

    #[test]
    fn a_plain_file_has_a_phrase_on_each_line() {
        assert_eq!(
            shown("a.txt", "\u{feff}first rate\r\n\r\n# note\r\n 物美价廉 \r\n"),
            ["1 praise - -: first rate", "4 praise - -: 物美价廉"]
        );
    }

    #[test]
    fn a_table_names_its_columns_in_any_order() {
        let text = "Polarity,phrase,lang,theme\ncomplaint,\"slow, very\",en,speed\n,fine,,\nbad,x,,\npraise,,,\npraise,y,english,\n";
        let want = [
            "2 complaint en speed: slow, very",
            "3 praise - -: fine",
            "4 `x`: polarity `bad` is neither `praise` nor `complaint`",
            "5 holds no phrase",
            "6 `y`: `english` is not a language; write for example `en`",
        ];
        assert_eq!(shown("a.csv", text), want);
        assert!(read_rows("a.csv", "words\nx\n", &Which::default()).unwrap_err().to_string().contains("names no column `phrase`"));
    }

    #[test]
    fn toml_is_a_list_or_has_the_columns_as_keys() {
        let list = "\"ease of use\" = [\n  \"a\",\n  { phrase = \"b\",\n    inflect = false },\n  3,\n]\nx = 1\n";
        let want = [
            "2 complaint zh ease of use: a",
            "3 complaint zh ease of use: { phrase = \"b\", inflect = false }",
            "5 `ease of use` holds something that is not a phrase",
            "7 `x` is not a list of phrases",
        ];
        let otherwise = Which::default();
        let rows = read_rows("complaint.zh.toml", list, &otherwise).unwrap();
        assert!(rows.iter().filter_map(|row| row.phrase.as_ref().ok()).all(|phrase| phrase.polarity == Polarity::Complaint));
        let rows: Vec<String> = shown("x.zh.toml", list).into_iter().map(|row| row.replace("praise -", "complaint zh")).collect();
        assert_eq!(rows, want);
        let keys = "[[phrase]]\nphrase = \"a\"\ntheme = \"t\"\npolarity = \"complaint\"\nlang = \"en\"\n";
        assert_eq!(shown("a.toml", keys), ["1 complaint en t: a"]);
    }

    #[test]
    fn a_row_without_polarity_says_so() {
        let rows = read_rows("a.txt", "fine\n", &Which::default()).unwrap();
        assert!(rows[0].phrase.as_ref().unwrap_err().to_string().contains("--polarity"));
    }
}

//! Tables in the forms that people open elsewhere: CSV, JSON Lines and XLSX; written, and read back.
//!
//! A cell that a spreadsheet would take for a formula is defused with a quotation mark in CSV, and that is taken off again
//! when it is read. Knows nothing of what the tables hold.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, bail};
use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Map, Value};

/// A form of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values.
    Csv,
    /// The same, with the mark by which some spreadsheets know UTF-8.
    MarkedCsv,
    /// A JSON object a line.
    JsonLines,
    /// A workbook.
    Xlsx,
}

impl Form {
    /// The form that a file's name asks for.
    pub fn of(path: &Path) -> anyhow::Result<Self> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "csv" => Ok(Self::Csv),
            "jsonl" | "ndjson" => Ok(Self::JsonLines),
            "xlsx" => Ok(Self::Xlsx),
            _ => bail!("`{}` names no form of table; let it end in .csv, .jsonl or .xlsx", path.display()),
        }
    }
}

/// A table to be written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// The names of its columns.
    pub columns: Vec<&'static str>,
    /// Its rows: text or numbers.
    pub rows: Vec<Vec<Value>>,
}

/// A row that was read: its number, from 1, and its cells by column.
pub(super) type Taken = (usize, BTreeMap<String, String>);

/// The most letters that a cell of a workbook holds.
const MOST_IN_A_CELL: usize = 32_767;

impl Sheet {
    /// The table in `form`.
    pub fn write(&self, form: Form) -> anyhow::Result<Vec<u8>> {
        match form {
            Form::Csv => self.csv(),
            Form::MarkedCsv => Ok([b"\xef\xbb\xbf".as_slice(), &self.csv()?].concat()),
            Form::JsonLines => self.json_lines(),
            Form::Xlsx => self.xlsx(),
        }
    }

    fn csv(&self) -> anyhow::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.columns)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| match cell {
                Value::Number(number) => number.to_string(),
                cell => defused(&words(cell)),
            }))?;
        }
        Ok(writer.into_inner().map_err(|error| error.into_error())?)
    }

    fn json_lines(&self) -> anyhow::Result<Vec<u8>> {
        let mut out = Vec::new();
        for row in &self.rows {
            let object: Map<String, Value> = self.columns.iter().map(|name| (*name).to_owned()).zip(row.iter().cloned()).collect();
            serde_json::to_writer(&mut out, &object)?;
            out.push(b'\n');
        }
        Ok(out)
    }

    fn xlsx(&self) -> anyhow::Result<Vec<u8>> {
        let mut workbook = Workbook::new();
        let (head, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap());
        let sheet = workbook.add_worksheet();
        for (at, name) in (0_u16..).zip(&self.columns) {
            sheet.write_string_with_format(0, at, *name, &head)?;
            sheet.set_column_width(at, if ["text", "draft", "evidence"].contains(name) { 60 } else { 16 })?;
        }
        for (line, row) in (1_u32..).zip(&self.rows) {
            for (at, cell) in (0_u16..).zip(row) {
                match cell.as_f64() {
                    Some(number) => sheet.write_number(line, at, number)?,
                    // Written as text, so that no formula comes of it.
                    None => {
                        sheet.write_string_with_format(line, at, words(cell).chars().take(MOST_IN_A_CELL).collect::<String>(), &wrapped)?
                    }
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(workbook.save_to_buffer()?)
    }
}

/// The rows of a table in `form`.
pub(super) fn read(form: Form, bytes: &[u8]) -> anyhow::Result<Vec<Taken>> {
    match form {
        Form::Csv | Form::MarkedCsv => read_csv(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
        Form::JsonLines => read_json_lines(bytes),
        Form::Xlsx => read_xlsx(bytes),
    }
}

fn read_csv(bytes: &[u8]) -> anyhow::Result<Vec<Taken>> {
    let first: Vec<u8> = bytes.iter().copied().take_while(|byte| *byte != b'\n').collect();
    let count = |sign: u8| first.iter().filter(|byte| **byte == sign).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let columns: Vec<String> =
        reader.headers().context("the table has no first line with the names of columns")?.iter().map(name).collect();
    let mut rows = Vec::new();
    // Numbered as spreadsheets do: a cell may hold several lines.
    for (line, record) in (2..).zip(reader.records()) {
        let record = record?;
        rows.push((line, columns.iter().cloned().zip(record.iter().map(armed)).collect()));
    }
    Ok(rows)
}

fn read_json_lines(bytes: &[u8]) -> anyhow::Result<Vec<Taken>> {
    let text = std::str::from_utf8(bytes).context("the file is not UTF-8 text")?;
    let mut rows = Vec::new();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let object: Map<String, Value> = serde_json::from_str(text).with_context(|| format!("line {line} is no JSON object"))?;
        rows.push((line, object.iter().map(|(key, value)| (name(key), words(value))).collect()));
    }
    Ok(rows)
}

fn read_xlsx(bytes: &[u8]) -> anyhow::Result<Vec<Taken>> {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).context("the workbook cannot be read")?;
    let range = workbook.worksheet_range_at(0).context("the workbook holds no sheet")??;
    let cell = |cell: &Data| match cell {
        Data::Empty | Data::Error(_) => String::new(),
        // Whole numbers are kept as fractions there.
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        cell => cell.to_string(),
    };
    let mut lines = range.rows();
    let columns: Vec<String> = lines.next().context("the first sheet is empty")?.iter().map(|column| name(&cell(column))).collect();
    Ok((2..).zip(lines).map(|(line, row)| (line, columns.iter().cloned().zip(row.iter().map(cell)).collect())).collect())
}

fn name(column: &str) -> String {
    column.trim().to_lowercase()
}

fn words(cell: &Value) -> String {
    match cell {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What makes a spreadsheet take a cell for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn defused(cell: &str) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.to_owned() }
}

fn armed(cell: &str) -> String {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(cell).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let texts = ["=1+1", "+49 30", "-5", "@all", "\tx", "'quoted", "好, \"very\"\nmuch", ""];
        let rows = (1..).zip(texts).map(|(number, text): (i64, _)| vec![Value::from(number), Value::from(text)]).collect();
        Sheet { columns: vec!["version", "draft"], rows }
    }

    #[test]
    fn what_is_written_is_read_back_in_every_form() {
        for form in [Form::Csv, Form::MarkedCsv, Form::JsonLines, Form::Xlsx] {
            let rows = read(form, &sheet().write(form).unwrap()).unwrap();
            let cells: Vec<(String, String)> = rows.into_iter().map(|(_, row)| (row["version"].clone(), row["draft"].clone())).collect();
            let want: Vec<(String, String)> = sheet().rows.iter().map(|row| (words(&row[0]), words(&row[1]))).collect();
            assert_eq!(cells, want, "{form:?}");
        }
    }

    #[test]
    fn no_cell_of_a_csv_begins_a_formula() {
        let bytes = sheet().write(Form::Csv).unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        for record in reader.records() {
            let record = record.unwrap();
            assert!(record.iter().all(|cell| !cell.starts_with(FORMULA)), "{record:?}");
        }
    }

    #[test]
    fn a_spreadsheets_own_separator_is_read() {
        let rows = read(Form::Csv, "ID;Version;Draft\nm1;2;\"a; b\"\n".as_bytes()).unwrap();
        assert_eq!(rows[0].1["draft"], "a; b");
        assert!(Form::of(Path::new("queue.pdf")).is_err());
    }
}

//! Tables that are taken away as files.

use axum::response::Response;

use super::failure::Failure;
use super::insight::download;
use crate::app::{Form, Sheet};

/// The forms that a table is taken away in, by the ending of the file.
pub(super) const FILE_FORMS: [&str; 3] = ["csv", "xlsx", "jsonl"];

/// The table as a file called `name`, in the form of this ending; CSV if there is none of it.
pub(super) fn sheet(sheet: &Sheet, name: &str, ending: &str) -> Result<Response, Failure> {
    let (form, ending, kind) = match ending {
        "xlsx" => (Form::Xlsx, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "jsonl" => (Form::JsonLines, "jsonl", "application/x-ndjson"),
        // Spreadsheets that are started from a browser want the mark.
        _ => (Form::MarkedCsv, "csv", "text/csv; charset=utf-8"),
    };
    Ok(download(&format!("{name}.{ending}"), kind, sheet.write(form)?))
}

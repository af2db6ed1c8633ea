//! A file or folder on this machine: the entry for it, and what its columns are taken for.

use super::{Candidate, Draft};
use crate::fetch;
use crate::sources::file::{Guess, guess};
use crate::sources::{Moment, feed};

/// The entry for the file or folder at `path`, of which `page` is a file. What its columns are taken for stands above it.
pub fn read_file(path: &str, page: Option<&fetch::Page>, moment: Moment<'_>) -> Candidate {
    let Some(page) = page else {
        return Candidate::new("a folder for files", Draft::file(path, &[])).noted("it holds no file yet that can be read");
    };
    let name = page.url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    let guess = guess(name, &page.text());
    let map: Vec<(String, String)> =
        guess.as_ref().and_then(Guess::text_column).into_iter().map(|text| ("text".to_owned(), text)).collect();
    let mut draft = Draft::file(path, &map);
    draft.comments = guess.as_ref().map(comments).unwrap_or_default();
    let what = match &guess {
        Some(_) => "a table of mentions",
        None if feed::parse(page).is_ok() => "a saved feed",
        None => "a file of mentions",
    };
    let mut candidate = Candidate::new(what, draft);
    match candidate.draft.source(moment.dir, &[]).map(|source| source.kind.parse(&super::Ask::Read(path.into()), page, moment)) {
        Ok(Ok(parsed)) => candidate.parsed = Some(parsed),
        Ok(Err(error)) => candidate.note = Some(error.to_string()),
        Err(problems) => candidate.note = problems.first().map(ToString::to_string),
    }
    candidate
}

fn comments(guess: &Guess) -> Vec<String> {
    let taken: Vec<String> = guess.taken.iter().map(|(key, column)| format!("{key} = \"{column}\"")).collect();
    let mut lines = vec![format!("taken as they are named: {}", if taken.is_empty() { "none".to_owned() } else { taken.join(", ") })];
    if !guess.left.is_empty() {
        lines.push(format!("not read: {}; name any of them with `map`", guess.left.join(", ")));
    }
    if guess.text_column().is_some() {
        lines.push("the text is the column with the longest words; correct `map` if that is another".to_owned());
    }
    lines
}

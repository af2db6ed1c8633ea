//! A file or folder on this machine: the entry for it, and what its columns are taken for.

use super::{Candidate, Draft};
use crate::fetch;
use crate::sources::file::{Guess, guess};
use crate::sources::{Moment, feed};

/// The entry for the file or folder at `path`, by its name and the names of what the folder holds.
pub fn draft_of_file(path: &str, held: &[String]) -> Draft {
    let is_of = |name: &str, endings: &[&str]| {
        name.rsplit_once('.').is_some_and(|(_, ending)| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
    };
    let is_mails = |name: &str| is_of(name, &["mbox", "eml"]);
    let shown = || held.iter().filter(|name| !name.starts_with('.'));
    let is_maildir = ["cur", "new"].iter().all(|folder| held.iter().any(|name| name == folder));
    if is_mails(path) || is_maildir || (shown().next().is_some() && shown().all(|name| is_mails(name))) {
        Draft::mailbox(path)
    } else if is_of(path, &["zip"]) {
        Draft::slack_export(path)
    } else {
        Draft::file(path, &[])
    }
}

/// The candidate for a file or folder, of which `page` is a file. What its columns are taken for stands above its entry.
pub fn read_file(draft: Draft, page: Option<&fetch::Page>, moment: Moment<'_>) -> Candidate {
    let Some(page) = page else {
        return Candidate::new("a folder for files", draft).noted("it holds no file yet that can be read");
    };
    let (what, draft) = match draft.kind {
        "mailbox" => ("mails", draft),
        "slack" => ("the export of a Slack workspace", draft),
        _ => table(draft, page),
    };
    let mut candidate = Candidate::new(what, draft);
    let path = candidate.draft.place().to_owned();
    match candidate.draft.source(moment.dir, &[]).map(|source| source.kind.parse(&super::Ask::Read(path.into()), page, moment)) {
        Ok(Ok(parsed)) => candidate.parsed = Some(parsed),
        Ok(Err(error)) => candidate.note = Some(error.to_string()),
        Err(problems) => candidate.note = problems.first().map(ToString::to_string),
    }
    candidate
}

/// What a file that is no mail is taken for.
fn table(draft: Draft, page: &fetch::Page) -> (&'static str, Draft) {
    let name = page.url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
    let Some(guess) = guess(name, &page.text()) else {
        let what = if feed::parse(page).is_ok() { "a saved feed" } else { "a file of mentions" };
        return (what, draft);
    };
    if let Some(survey) = survey(draft.place(), &guess) {
        return ("a survey's answers", survey);
    }
    let map: Vec<(String, String)> = guess.text_column().map(|text| ("text".to_owned(), text)).into_iter().collect();
    let mut table = Draft::file(draft.place(), &map);
    table.comments = comments(&guess);
    ("a table of mentions", table)
}

/// The entry for a survey, where a column asks how likely it is that somebody recommends us.
fn survey(path: &str, guess: &Guess) -> Option<Draft> {
    let columns = || guess.taken.iter().map(|(_, column)| column).chain(&guess.left);
    let score = columns().find(|column| {
        let column = column.to_lowercase();
        column.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "nps")
            || column.contains("recommend")
            || column.contains("推荐")
    })?;
    let named = guess.taken.iter().find(|(key, _)| *key == "text").map(|(_, column)| column.clone());
    let asked = columns().filter(|column| *column != score && column.trim_end().ends_with(['?', '？'])).cloned();
    let mut answers: Vec<String> = guess.text_column().into_iter().chain(named).chain(asked).filter(|column| column != score).collect();
    let mut seen = std::collections::HashSet::new();
    answers.retain(|column| seen.insert(column.clone()));
    let mut draft = Some(answers).filter(|answers| !answers.is_empty()).map(|answers| Draft::survey(path, answers, score, "nps"))?;
    draft.comments.push("the open questions and the score as they look; `id`, `email`, `date` and `lang` may name columns, too".to_owned());
    Some(draft)
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

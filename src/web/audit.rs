//! What people did, and what was done to replies: the newest first, by whom, what, about what and when.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::Web;
use super::failure::Failure;
use super::frame::Frame;
use super::reply_words::did;
use super::visitor::Visitor;
use crate::app::{App, Done, DoneRequest};
use crate::replies::SYSTEM;

const ON_A_PAGE: usize = 100;
#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    f: Frame,
    rows: Vec<Row>,
    people: Vec<String>,
    kinds: Vec<(String, String)>,
    asked: Asked,
    is_narrowed: bool,
    older: Option<String>,
    newer: Option<String>,
}

/// Something that was done, as shown.
struct Row {
    when: String,
    who: String,
    what: String,
    about: String,
    /// The mention it was done to.
    mention: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    who: String,
    what: String,
    about: String,
    from: String,
    until: String,
    page: usize,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/audit", get(audit))
}

async fn audit(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let page = asked.page.min(10_000);
    let request = DoneRequest { skip: page * ON_A_PAGE, limit: ON_A_PAGE + 1, ..request(&asked, &visitor.zone) };
    let mut done = app.done(&request).await?;
    let is_more = done.len() > ON_A_PAGE;
    done.truncate(ON_A_PAGE);
    let mut people: Vec<String> = app.people().await?.into_iter().map(|person| person.name).collect();
    people.extend(["command line".to_owned(), SYSTEM.to_owned()]);
    let f = Frame::new(visitor, "audit");
    let page = AuditPage {
        rows: done.into_iter().map(|done| row(&f, done)).collect(),
        people,
        kinds: kinds(&f),
        is_narrowed: [&asked.who, &asked.what, &asked.about, &asked.from, &asked.until].iter().any(|given| !given.is_empty()),
        older: is_more.then(|| link(&asked, page + 1)),
        newer: page.checked_sub(1).map(|page| link(&asked, page)),
        asked,
        f,
    };
    Ok(Html(page.render()?).into_response())
}

/// What is asked for; days are days of the reader.
fn request(asked: &Asked, zone: &TimeZone) -> DoneRequest {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let begin = |day: Date| day.to_zoned(zone.clone()).ok().map(|at| at.timestamp());
    let day = |text: &str| text.trim().parse::<Date>().ok();
    let until: Option<Timestamp> = day(&asked.until).and_then(|day| day.tomorrow().ok()).and_then(begin);
    DoneRequest {
        who: given(&asked.who),
        what: given(&asked.what),
        about: given(&asked.about),
        from: day(&asked.from).and_then(begin),
        until,
        ..DoneRequest::default()
    }
}

fn row(f: &Frame, done: Done) -> Row {
    let when = f.time(&done.at());
    match done {
        Done::Deed(deed) => Row { when, what: f.word("deed", &deed.what).to_owned(), who: deed.who, about: deed.about, mention: None },
        Done::Reply { id, entry } => Row { when, what: did(f, &entry), who: entry.who.clone(), about: id.clone(), mention: Some(id) },
    }
}

/// What can be asked for, in words: every deed that the catalogue has words for; those of replies begin with `reply-`.
fn kinds(f: &Frame) -> Vec<(String, String)> {
    let deeds = f.values("deed").map(|(kind, words)| (kind.to_owned(), words.to_owned()));
    let of_replies = f.values("did-kind").map(|(kind, words)| (format!("reply-{kind}"), f.of("audit.of-reply", words)));
    deeds.chain(of_replies).collect()
}

fn link(asked: &Asked, page: usize) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    let fields = [("who", &asked.who), ("what", &asked.what), ("about", &asked.about), ("from", &asked.from), ("until", &asked.until)];
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        pairs.append_pair(name, value);
    }
    pairs.append_pair("page", &page.to_string());
    format!("/audit?{}", pairs.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_days_of_the_reader() {
        let asked = Asked { from: "2026-03-01".to_owned(), until: "2026-03-01".to_owned(), who: " ann ".to_owned(), ..Asked::default() };
        let request = request(&asked, &TimeZone::get("Asia/Shanghai").unwrap());
        assert_eq!(request.from.unwrap().to_string(), "2026-02-28T16:00:00Z");
        assert_eq!(request.until.unwrap().to_string(), "2026-03-01T16:00:00Z");
        assert_eq!((request.who.as_deref(), request.what), (Some("ann"), None));
    }
}

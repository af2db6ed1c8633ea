//! Who did what, and when.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::json;
use super::problem::Problem;
use super::taken::Asked;
use crate::app::{App, Done, DoneRequest};
use crate::web::Web;
use crate::web::visitor::Visitor;

/// Which deeds are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only this person's.
    who: Option<String>,
    /// Only of this kind, as `what` of a deed has it: `corrected`, `reply-approve`.
    what: Option<String>,
    /// Only about this: a mention's id, or words that are told of it.
    about: Option<String>,
    /// The first day, of your zone.
    #[param(format = Date)]
    from: Option<String>,
    /// The last day.
    #[param(format = Date)]
    until: Option<String>,
    /// The most to give.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<usize>,
    /// How many to pass over: the `next` of the page before.
    #[serde(default)]
    #[param(minimum = 0, maximum = 1_000_000)]
    skip: usize,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/api/v1/audit", get(audit))
}

/// What people did, the newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "people", params(Wanted), responses((status = 200, body = shapes::Audit)))]
pub(super) async fn audit(State(app): State<Arc<App>>, visitor: Visitor, Asked(wanted): Asked<Wanted>) -> Result<Response, Problem> {
    let (limit, skip) = (wanted.limit.unwrap_or(100), wanted.skip);
    if !(1..=1000).contains(&limit) || skip > 1_000_000 {
        return Err(Problem::wrong("`limit` may be from 1 to 1000, and `skip` at most 1000000"));
    }
    let request = DoneRequest { limit: limit + 1, ..wanted.request(&visitor.zone)? };
    let mut deeds: Vec<Value> = app.done(&request).await?.iter().map(done).collect();
    let next = Some(skip + limit).filter(|_| deeds.len() > limit);
    deeds.truncate(limit);
    json(&json!({ "deeds": deeds, "next": next }))
}

impl Wanted {
    /// What is asked for; days are days of the reader.
    fn request(self, zone: &TimeZone) -> Result<DoneRequest, Problem> {
        let Self { who, what, about, from, until, skip, .. } = self;
        let from = from.as_deref().map(day).transpose()?.and_then(|day| begin(day, zone));
        let until = until.as_deref().map(day).transpose()?.and_then(|day| begin(day.tomorrow().ok()?, zone));
        Ok(DoneRequest { who, what, about, from, until, skip, limit: 0 })
    }
}

fn day(text: &str) -> Result<Date, Problem> {
    text.parse().map_err(|_| Problem::wrong(format!("`{text}` is not a day; write for example 2026-11-01")))
}

fn begin(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|at| at.timestamp())
}

fn done(done: &Done) -> Value {
    match done {
        Done::Deed(deed) => json!({ "at": deed.at, "who": deed.who, "what": deed.what, "about": deed.about }),
        Done::Reply { id, entry } => {
            let action = serde_json::to_value(&entry.action).unwrap_or_default();
            let word = action["action"].as_str().unwrap_or_default();
            json!({ "at": entry.at, "who": entry.who, "what": format!("reply-{word}"), "about": id })
        }
    }
}

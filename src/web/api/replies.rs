//! The queue of replies: list, show, and what people do with a reply, checked against the version they saw.

pub(super) mod several;
pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::json;
use super::mentions::find;
use super::problem::Problem;
use super::taken::{Asked, At, Body, IfMatch, words};
use crate::app::{App, MentionView, QueueRequest, Queued};
use crate::insight::{Period, day_of};
use crate::replies::{Action, Lane, Status};
use crate::web::Web;
use crate::web::reply_box::acting;
use crate::web::visitor::Visitor;

/// Which replies are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Where they stand, parted by commas: `waiting,claimed,drafted,approved,sent,verified,answered,dismissed,withdrawn`; what is
    /// open if none is named.
    status: Option<String>,
    /// Their lane: `urgent`, `complaint` or `praise`.
    #[param(inline)]
    lane: Option<LaneWord>,
    /// Who has them: a person or a team.
    with: Option<String>,
    /// Only those whose deadline has passed.
    #[serde(default)]
    overdue: bool,
    /// The most to give.
    #[param(minimum = 0, maximum = 500, default = 100)]
    limit: Option<usize>,
    /// How many to pass over: the `next` of the page before.
    #[serde(default)]
    #[param(minimum = 0, maximum = 1_000_000)]
    skip: usize,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum LaneWord {
    Urgent,
    Complaint,
    Praise,
}

impl From<LaneWord> for Lane {
    fn from(word: LaneWord) -> Self {
        match word {
            LaneWord::Urgent => Self::Urgent,
            LaneWord::Complaint => Self::Complaint,
            LaneWord::Praise => Self::Praise,
        }
    }
}

/// Something to be done to a reply.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Act {
    /// Take it up, so that nobody else does.
    Claim,
    /// Give it back.
    Release,
    /// Write its text, or let a template write it: `text` or `template`.
    Draft,
    /// Let its text go out.
    Approve,
    /// Send its text back to the queue: `reason`.
    Reject,
    /// Note that you posted it.
    Sent,
    /// Decide that no reply is due: `reason`.
    Dismiss,
    /// Put it, or a mention that the rules left out, into the queue: `reason`.
    Reopen,
    /// Give it to somebody: `to`, and why: `reason`.
    Assign,
    /// Let the account of its source post it, once it is approved; `again` if you looked and it did not arrive.
    Post,
    /// Write what is to stand at the site in its place: `text`; it has to be approved, too.
    Revise,
    /// Take it away from the site, which asks for the role `manager`: `reason`.
    Withdraw,
}

/// What an action needs.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Particulars {
    /// The version you saw; refused with 409 and what was done since if it is not the last. `If-Match` says the same.
    version: Option<i64>,
    /// Of `draft` and `revise`: the text.
    text: Option<String>,
    /// Of `draft`: the template that writes the text, if there is no `text`; the most fitting if neither is given.
    template: Option<String>,
    /// Of `reject`, `dismiss`, `reopen`, `assign`, `withdraw`: why.
    #[serde(default)]
    reason: String,
    /// Of `assign`: to whom.
    #[serde(default)]
    to: String,
    /// Of `post`: you looked, and what may have arrived is not there.
    #[serde(default)]
    again: bool,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/replies", get(list).post(several::act))
        .route("/api/v1/replies/summary", get(summary))
        .route("/api/v1/replies/{id}", get(one))
        .route("/api/v1/replies/{id}/audit", get(audit))
        .route("/api/v1/replies/{id}/{action}", post(act))
}

pub(super) fn shown(queued: &Queued) -> Result<Value, Problem> {
    let mut reply = serde_json::to_value(&queued.reply)?;
    if let Value::Object(fields) = &mut reply {
        fields.insert("id".to_owned(), json!(queued.stored.id));
        fields.insert("score".to_owned(), json!(queued.priority.score));
        fields.insert("mention".to_owned(), serde_json::to_value(MentionView::from(&queued.stored))?);
    }
    Ok(reply)
}

fn tagged(queued: &Queued, body: &Value) -> Result<Response, Problem> {
    let mut response = json(body)?;
    if let Ok(version) = HeaderValue::from_str(&format!("\"{}\"", queued.reply.version)) {
        response.headers_mut().insert(header::ETAG, version);
    }
    Ok(response)
}

/// The replies that are wanted; what should come first comes first.
#[utoipa::path(get, path = "/api/v1/replies", tag = "replies", params(Wanted), responses((status = 200, body = shapes::Replies)))]
pub(super) async fn list(State(app): State<Arc<App>>, Asked(wanted): Asked<Wanted>) -> Result<Response, Problem> {
    let limit = wanted.limit.unwrap_or(100);
    if limit > 500 || wanted.skip > 1_000_000 {
        return Err(Problem::wrong("`limit` may be at most 500, and `skip` at most 1000000"));
    }
    app.tend_replies().await?;
    let status = |word: &String| Status::parse(word).ok_or_else(|| Problem::wrong(format!("there is no status `{word}`")));
    let statuses = words(wanted.status.as_deref()).iter().map(status).collect::<Result<_, _>>()?;
    let request = QueueRequest {
        statuses,
        lane: wanted.lane.map(Lane::from),
        with: wanted.with,
        overdue: wanted.overdue,
        skip: wanted.skip,
        limit: Some(limit),
    };
    let (total, queued) = app.queue(&request).await?;
    let replies = queued.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    let behind = wanted.skip.saturating_add(replies.len());
    let next = Some(behind).filter(|behind| *behind < total && limit > 0);
    json(&json!({ "total": total, "replies": replies, "next": next }))
}

/// Since when outcomes are counted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Since {
    /// What went out, and what came of it, since: `7d`, `2026-11-01`; seven days if not given.
    since: Option<String>,
}

/// How the queue stands, and what came of replies.
#[utoipa::path(
    get, path = "/api/v1/replies/summary", tag = "replies", params(Since), responses((status = 200, body = shapes::QueueSummary))
)]
pub(super) async fn summary(State(app): State<Arc<App>>, Asked(asked): Asked<Since>) -> Result<Response, Problem> {
    let since = asked.since.as_deref().unwrap_or("7d");
    let period = Period::read(since, None, day_of(app.clock().now())).map_err(Problem::wrong)?;
    json(&app.reply_summary(period.limits().0).await?)
}

/// One reply with its mention and what may be said; its version is the `ETag`.
#[utoipa::path(
    get, path = "/api/v1/replies/{id}", tag = "replies", params(("id" = String, Path, description = "The mention's id")),
    responses((status = 200, body = shapes::Reply, headers(("ETag" = String, description = "Its version, for `If-Match`"))))
)]
pub(super) async fn one(State(app): State<Arc<App>>, At(id): At<String>) -> Result<Response, Problem> {
    find(&app, &id).await?;
    let queued = app.queued(&id).await?;
    let mut reply = shown(&queued)?;
    let texts = app.reply_texts(&queued, None).await?;
    let texts: Vec<Value> = texts.iter().map(|filled| json!({ "template": filled.template, "text": filled.text })).collect();
    if let Value::Object(fields) = &mut reply {
        fields.insert("texts".to_owned(), Value::Array(texts));
        fields.insert("at_site".to_owned(), serde_json::to_value(app.at_site(&queued).await?)?);
    }
    tagged(&queued, &reply)
}

/// What was done to a reply, oldest first.
#[utoipa::path(
    get, path = "/api/v1/replies/{id}/audit", tag = "replies", params(("id" = String, Path, description = "The mention's id")),
    responses((status = 200, body = shapes::ReplyAudit))
)]
pub(super) async fn audit(State(app): State<Arc<App>>, At(id): At<String>) -> Result<Response, Problem> {
    find(&app, &id).await?;
    json(&json!({ "entries": app.reply_audit(&id).await? }))
}

/// Does something to a reply. `sent` notes that you posted it yourself; `post` lets the account of its source do so. Approving what
/// an account posts, and `withdraw`, ask for the role `manager`.
#[utoipa::path(
    post, path = "/api/v1/replies/{id}/{action}", tag = "replies", request_body = Particulars,
    params(
        ("id" = String, Path, description = "The mention's id"),
        ("action" = inline(Act), Path, description = "What to do"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` you saw; refused with 412 if it is not the last"),
    ),
    responses((status = 200, body = shapes::Reply, headers(("ETag" = String, description = "Its version, for `If-Match`"))))
)]
pub(super) async fn act(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    IfMatch(matched): IfMatch,
    At((id, action)): At<(String, Act)>,
    Body(particulars): Body<Particulars>,
) -> Result<Response, Problem> {
    let matching = matched.is_some();
    let particulars = Particulars { version: matched.or(particulars.version), ..particulars };
    let done = once(&app, &visitor, &id, action, particulars).await;
    let queued = done.map_err(|problem| if matching { problem.into_precondition() } else { problem })?;
    let mut reply = shown(&queued)?;
    if let Value::Object(fields) = &mut reply {
        fields.insert("at_site".to_owned(), serde_json::to_value(app.at_site(&queued).await?)?);
    }
    tagged(&queued, &reply)
}

/// Does one thing to one reply.
async fn once(app: &Arc<App>, visitor: &Visitor, id: &str, act: Act, particulars: Particulars) -> Result<Queued, Problem> {
    find(app, id).await?;
    let staff = acting(app, visitor);
    let Particulars { version: seen, text, template, reason, to, again } = particulars;
    let action = match act {
        Act::Assign => return Ok(app.assign_as(&staff, id, &to, &reason, seen).await?),
        Act::Post => {
            app.post_as(&staff, id, again, seen).await?;
            return Ok(app.queued(id).await?);
        }
        Act::Withdraw => {
            app.withdraw_as(&staff, id, &reason, seen).await?;
            return Ok(app.queued(id).await?);
        }
        Act::Claim => Action::Claim,
        Act::Release => Action::Release,
        Act::Approve => Action::Approve,
        Act::Sent => Action::Send,
        Act::Reject => Action::Reject { reason },
        Act::Dismiss => Action::Dismiss { reason },
        Act::Reopen => Action::Reopen { reason },
        Act::Revise => Action::Revise { text: text.unwrap_or_default() },
        Act::Draft => drafted(app, id, text, template).await?,
    };
    Ok(app.act_as(&staff, id, action, seen).await?)
}

/// The text that was sent, else that of the template, else the most fitting.
async fn drafted(app: &App, id: &str, text: Option<String>, template: Option<String>) -> Result<Action, Problem> {
    if let Some(text) = text {
        return Ok(Action::Draft { text, template });
    }
    let first = app.reply_texts(&app.queued(id).await?, template.as_deref()).await?.into_iter().next();
    let first = first.ok_or_else(|| Problem::wrong("no template fits this mention; send `text`"))?;
    Ok(Action::Draft { text: first.text, template: Some(first.template) })
}

//! Replies: the queue by lane, by who has it and by what is left to do; doing something to one or to several; the queue as a file.
//!
//! Whatever is done names the version that was seen. What is refused is shown on the page it came from, with what was typed.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Path, Query, RawForm, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::failure::{self, Failure};
use super::files::{self, FILE_FORMS};
use super::frame::Frame;
use super::mention::{self, Notice};
use super::reply_box::{ReplyBox, acting, reply_box};
use super::reply_words::refused;
use super::shown::{Card, card};
use super::sign_in::inside;
use super::visitor::Visitor;
use super::{Web, see};
use crate::app::{App, QueueRequest, Staff};
use crate::customers;
use crate::replies::{Action, Lane, Refusal, Status};

const ON_A_PAGE: usize = 20;
/// What is left to do, each with where such replies stand.
const STEPS: [(&str, &[Status]); 5] = [
    ("open", &[]),
    ("write", &[Status::Waiting, Status::Claimed]),
    ("approve", &[Status::Drafted]),
    ("post", &[Status::Approved]),
    ("done", &[Status::Sent, Status::Verified, Status::Answered, Status::Dismissed, Status::Withdrawn]),
];

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    step: String,
    lane: String,
    /// `mine`, `late`, or the name of a team.
    who: String,
    page: usize,
    /// The ending of a file.
    form: String,
}

#[derive(Template)]
#[template(path = "replies.html")]
struct RepliesPage {
    f: Frame,
    rows: Vec<(Card, ReplyBox)>,
    total: usize,
    has_any: bool,
    steps: Vec<Tab>,
    lanes: Vec<Tab>,
    whose: Vec<Tab>,
    files: Vec<(&'static str, String)>,
    refusals: Vec<(String, String)>,
    back: String,
    older: Option<String>,
    newer: Option<String>,
}

/// A way to narrow the list.
struct Tab {
    words: String,
    link: String,
    count: Option<u64>,
    is_here: bool,
}

/// What a form does to a reply.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Doing {
    #[serde(rename = "do")]
    what: String,
    version: String,
    text: String,
    template: String,
    /// The name of a template, and on the next lines the text that it proposed.
    proposal: String,
    reason: String,
    to: String,
    back: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/replies", get(replies).post(act_on_several))
        .route("/replies/export", get(export))
        .route("/replies/{id}", post(act))
}

async fn replies(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    page(&app, visitor, asked, StatusCode::OK, Vec::new()).await
}

async fn page(app: &App, visitor: Visitor, asked: Asked, status: StatusCode, refusals: Vec<(String, String)>) -> Result<Response, Failure> {
    app.tend_replies().await?;
    let who = acting(app, &visitor);
    let page = asked.page.min(100_000);
    let request = QueueRequest { skip: page * ON_A_PAGE, limit: Some(ON_A_PAGE), ..request(&asked, &who.name) };
    let (total, queued) = app.queue(&request).await?;
    let rows: Vec<i64> = queued.iter().map(|queued| queued.stored.row).collect();
    let known = customers::of(&mut *app.store().connection().await?, &rows).await?;
    let f = Frame::new(visitor, "replies");
    let mut rows = Vec::with_capacity(queued.len());
    for queued in &queued {
        let card = card(&f, &queued.stored, known.get(&queued.stored.row), (&[], &[]));
        rows.push((card, reply_box(app, &f, &who, queued).await?));
    }
    let summary = app.reply_summary(app.clock().now()).await?;
    let older = ((page + 1) * ON_A_PAGE < total).then(|| link(&Asked { page: page + 1, ..asked.clone() }));
    let page = RepliesPage {
        has_any: !summary.by_status.is_empty(),
        steps: steps(&f, &asked, &summary),
        lanes: lanes(&f, &asked, &summary),
        whose: whose(app, &f, &asked, &who.name, summary.overdue),
        files: FILE_FORMS
            .map(|form| (form, format!("/replies/export?{}&form={form}", query(&Asked { page: 0, ..asked.clone() }))))
            .to_vec(),
        back: link(&asked),
        older,
        newer: page.checked_sub(1).map(|page| link(&Asked { page, ..asked.clone() })),
        rows,
        total,
        refusals,
        f,
    };
    Ok((status, Html(page.render()?)).into_response())
}

/// What of the queue is asked for.
fn request(asked: &Asked, who: &str) -> QueueRequest {
    let statuses = STEPS.iter().find(|(step, _)| *step == asked.step).map(|(_, statuses)| statuses.to_vec()).unwrap_or_default();
    let with = match asked.who.as_str() {
        "" | "late" => None,
        "mine" => Some(who.to_owned()),
        team => Some(team.to_owned()),
    };
    QueueRequest { statuses, lane: Lane::parse(&asked.lane), with, overdue: asked.who == "late", ..QueueRequest::default() }
}

fn steps(f: &Frame, asked: &Asked, summary: &crate::replies::Summary) -> Vec<Tab> {
    let count = |statuses: &[Status]| {
        let of = |status: &Status| statuses.contains(status) || (statuses.is_empty() && status.is_open());
        summary.by_status.iter().filter(|(status, _)| of(status)).map(|(_, count)| count).sum()
    };
    let is_here = |step: &str| step == asked.step || (step == "open" && asked.step.is_empty());
    let tab = |(step, statuses): &(&str, &[Status])| Tab {
        words: f.word("step", step).to_owned(),
        link: link(&Asked { step: (*step).to_owned(), page: 0, ..asked.clone() }),
        count: Some(count(statuses)),
        is_here: is_here(step),
    };
    STEPS.iter().map(tab).collect()
}

fn lanes(f: &Frame, asked: &Asked, summary: &crate::replies::Summary) -> Vec<Tab> {
    let tab = |lane: &str, words: &str, count| Tab {
        words: words.to_owned(),
        link: link(&Asked { lane: lane.to_owned(), page: 0, ..asked.clone() }),
        count,
        is_here: lane == asked.lane,
    };
    let all = tab("", f.say("replies.all-lanes"), None);
    let each = Lane::ALL.map(|lane| {
        // Counted are those that are open; of others nobody has to know the lane.
        let count = summary.open.get(&lane).copied().unwrap_or_default();
        tab(lane.as_str(), f.word("lane", lane.as_str()), (asked.step.is_empty() || asked.step == "open").then_some(count))
    });
    std::iter::once(all).chain(each).collect()
}

fn whose(app: &App, f: &Frame, asked: &Asked, who: &str, late: u64) -> Vec<Tab> {
    let tab = |key: &str, words: &str, count| Tab {
        words: words.to_owned(),
        link: link(&Asked { who: key.to_owned(), page: 0, ..asked.clone() }),
        count,
        is_here: key == asked.who,
    };
    let mut tabs = vec![tab("", f.say("replies.everybody"), None), tab("mine", f.say("replies.mine"), None)];
    let config = app.config();
    // One's own teams first.
    let (own, others): (Vec<_>, Vec<_>) =
        config.settings.replies.teams.iter().partition(|team| team.members.iter().any(|name| name == who));
    tabs.extend(own.into_iter().chain(others).map(|team| tab(&team.name, &team.name, None)));
    tabs.push(tab("late", f.say("replies.late"), Some(late)));
    tabs
}

fn query(asked: &Asked) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("step", &asked.step), ("lane", &asked.lane), ("who", &asked.who)] {
        if !value.is_empty() {
            pairs.append_pair(name, value);
        }
    }
    if asked.page > 0 {
        pairs.append_pair("page", &asked.page.to_string());
    }
    pairs.finish()
}

fn link(asked: &Asked) -> String {
    let query = query(asked);
    if query.is_empty() { "/replies".to_owned() } else { format!("/replies?{query}") }
}

async fn export(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (_, queued) = app.queue(&request(&asked, &acting(&app, &visitor).name)).await?;
    app.note_deed(visitor.name(), "exported-replies", "").await?;
    files::sheet(&app.queue_sheet(&queued), "replies", &asked.form)
}

async fn act(State(app): State<Arc<App>>, visitor: Visitor, Path(id): Path<String>, Form(form): Form<Doing>) -> Result<Response, Failure> {
    let Some(stored) = app.store().find(&id).await? else {
        return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "mention.none"));
    };
    let who = acting(&app, &visitor);
    let said = match act_once(&app, &stored.id, &form, &who).await? {
        Outcome::Done => return Ok(see(&format!("{}#{}", inside(&form.back), stored.id))),
        Outcome::Unknown => return Ok(failure::page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, "replies.bad-action")),
        Outcome::Refused(refusal) => {
            let words = refused(&Frame::new(visitor.clone(), "replies"), &refusal);
            Notice { words, typed: Some(form.text).filter(|text| !text.is_empty()) }
        }
        Outcome::NoSuchPerson => Notice { words: visitor.lang.words().say("replies.nobody").replacen("{}", &form.to, 1), typed: None },
    };
    mention::show(&app, visitor, stored, StatusCode::CONFLICT, Some(said)).await
}

/// What came of a form.
enum Outcome {
    Done,
    Refused(Refusal),
    NoSuchPerson,
    /// No form of ours says that.
    Unknown,
}

async fn act_once(app: &Arc<App>, id: &str, form: &Doing, who: &Staff) -> anyhow::Result<Outcome> {
    let seen = form.version.parse().ok();
    let done = match form.what.as_str() {
        "assign" => {
            let Ok(to) = app.replier(&form.to).await else { return Ok(Outcome::NoSuchPerson) };
            app.assign_as(who, id, &to, &form.reason, seen).await.map(drop)
        }
        "post" | "again" => app.post_as(who, id, form.what == "again", seen).await.map(drop),
        "withdraw" => app.withdraw_as(who, id, &form.reason, seen).await.map(drop),
        _ => {
            let Some(action) = action(form) else { return Ok(Outcome::Unknown) };
            app.act_as(who, id, action, seen).await.map(drop)
        }
    };
    match done {
        Ok(()) => Ok(Outcome::Done),
        Err(error) => Ok(Outcome::Refused(error.downcast::<Refusal>()?)),
    }
}

/// What a form does; none for anything that no form of ours says.
fn action(form: &Doing) -> Option<Action> {
    let reason = form.reason.clone();
    if let Some((template, text)) = form.proposal.split_once('\n') {
        return Some(Action::Draft { text: text.to_owned(), template: Some(template.trim().to_owned()) });
    }
    match form.what.as_str() {
        "claim" => Some(Action::Claim),
        "release" => Some(Action::Release),
        "draft" => Some(Action::Draft { text: form.text.clone(), template: Some(form.template.clone()).filter(|name| !name.is_empty()) }),
        "approve" => Some(Action::Approve),
        "reject" => Some(Action::Reject { reason }),
        "sent" => Some(Action::Send),
        "dismiss" => Some(Action::Dismiss { reason }),
        "reopen" => Some(Action::Reopen { reason }),
        "revise" => Some(Action::Revise { text: form.text.clone() }),
        _ => None,
    }
}

/// Does the same to every reply that was picked; one that is refused does not stop the others.
async fn act_on_several(State(app): State<Arc<App>>, visitor: Visitor, RawForm(bytes): RawForm) -> Result<Response, Failure> {
    let fields: Vec<(String, String)> =
        url::form_urlencoded::parse(&bytes).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone()).unwrap_or_default();
    let who = acting(&app, &visitor);
    let f = Frame::new(visitor.clone(), "replies");
    let mut refusals = Vec::new();
    for (id, version) in fields.iter().filter(|(name, _)| name == "pick").filter_map(|(_, value)| value.split_once(':')) {
        let form = Doing { what: field("do"), version: version.to_owned(), reason: field("reason"), to: field("to"), ..Doing::default() };
        if app.store().row_of(id).await?.is_none() {
            continue;
        }
        match act_once(&app, id, &form, &who).await? {
            Outcome::Done => {}
            Outcome::Refused(refusal) => refusals.push((id.to_owned(), refused(&f, &refusal))),
            Outcome::NoSuchPerson => refusals.push((id.to_owned(), f.of("replies.nobody", &form.to))),
            Outcome::Unknown => return Ok(failure::page(&visitor, StatusCode::UNPROCESSABLE_ENTITY, "replies.bad-action")),
        }
    }
    let back = field("back");
    if refusals.is_empty() {
        return Ok(see(inside(&back)));
    }
    let asked = back.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let asked: Asked = asked_in(asked);
    page(&app, visitor, asked, StatusCode::CONFLICT, refusals).await
}

fn asked_in(query: &str) -> Asked {
    let mut asked = Asked::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "step" => asked.step = value.into_owned(),
            "lane" => asked.lane = value.into_owned(),
            "who" => asked.who = value.into_owned(),
            "page" => asked.page = value.parse().unwrap_or_default(),
            _ => {}
        }
    }
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_does_what_a_person_can_do() {
        let form = |what: &str| Doing { what: what.to_owned(), text: "Hi".to_owned(), reason: "r".to_owned(), ..Doing::default() };
        let draft = |template: Option<&str>| Action::Draft { text: "Hi".to_owned(), template: template.map(str::to_owned) };
        for (form, want) in [
            (form("claim"), Some(Action::Claim)),
            (form("draft"), Some(draft(None))),
            (Doing { template: "thank".to_owned(), ..form("draft") }, Some(draft(Some("thank")))),
            (Doing { proposal: "thank\r\nHi".to_owned(), ..form("") }, Some(draft(Some("thank")))),
            (form("dismiss"), Some(Action::Dismiss { reason: "r".to_owned() })),
            (form("revise"), Some(Action::Revise { text: "Hi".to_owned() })),
            (form("verify"), None),
            (form(""), None),
        ] {
            assert_eq!(action(&form), want, "{form:?}");
        }
    }

    #[test]
    fn a_list_is_found_again_by_its_link() {
        let asked = Asked {
            step: "approve".to_owned(),
            lane: "praise".to_owned(),
            who: "second line & more".to_owned(),
            page: 2,
            ..Asked::default()
        };
        let link = link(&asked);
        let again = asked_in(link.split_once('?').unwrap().1);
        assert_eq!((again.step, again.lane, again.who, again.page), (asked.step, asked.lane, asked.who, asked.page), "{link}");
    }

    #[test]
    fn lists_ask_the_queue_for_what_their_name_says() {
        let asked = |step: &str, who: &str| request(&Asked { step: step.to_owned(), who: who.to_owned(), ..Asked::default() }, "Ann");
        assert_eq!(asked("", "mine").with.as_deref(), Some("Ann"));
        assert_eq!(asked("", "support").with.as_deref(), Some("support"));
        assert!(asked("", "late").overdue && asked("", "late").with.is_none());
        assert_eq!(asked("approve", "").statuses, [Status::Drafted]);
        assert!(asked("open", "").statuses.is_empty());
    }
}

//! The queue and what a search finds as tables for others, and the queue taken back from them.

use std::path::Path;

use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::Value;

use super::sheet::{self, Form, Sheet, Taken};
use super::{App, Queued, show_published};
use crate::mention::Tag;
use crate::replies::{Action, Actor, Reply, Status};
use crate::store::Stored;

/// The columns of a mention.
const MENTION: [&str; 15] = [
    "product",
    "verdict",
    "severe",
    "evidence",
    "rating",
    "of",
    "author",
    "title",
    "text",
    "lang",
    "published",
    "source",
    "kind",
    "url",
    "seen_in",
];

/// What became of a row that was taken back.
#[derive(Clone, Debug, Serialize)]
pub struct TakenBack {
    /// Its line in the file.
    pub line: usize,
    /// The mention's id.
    pub id: String,
    /// What was done; nothing if the row says what stands already.
    pub done: Vec<&'static str>,
    /// Why it was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

impl App {
    /// A table of these replies, which [`App::import_queue`] takes back.
    pub fn queue_sheet(&self, queued: &[Queued]) -> Sheet {
        let mut columns =
            vec!["id", "version", "status", "draft", "reason", "lane", "priority", "due", "with", "holder", "customer", "segment"];
        columns.extend(MENTION);
        let row = |Queued { reply, priority, stored }: &Queued| {
            let state = &reply.state;
            let customer = reply.facts.customer.as_ref();
            let mut row: Vec<Value> = vec![
                stored.id.as_str().into(),
                reply.version.into(),
                state.status.as_str().into(),
                text_of(reply).into(),
                state.reason.clone().into(),
                reply.lane.as_str().into(),
                priority.words.as_str().into(),
                reply.due.to_string().into(),
                reply.person.clone().or_else(|| reply.team.clone()).into(),
                state.claim.as_ref().map(|claim| claim.by.clone()).into(),
                customer.map(|customer| customer.name.clone()).into(),
                customer.and_then(|customer| customer.segment.clone()).into(),
            ];
            row.extend(mention(stored));
            row
        };
        Sheet { columns, rows: queued.iter().map(row).collect() }
    }

    /// A table of these mentions.
    pub async fn mentions_sheet(&self, mentions: &[&Stored]) -> anyhow::Result<Sheet> {
        let mut columns = vec!["id", "status", "customer", "segment", "due", "draft"];
        columns.extend(MENTION);
        let rows: Vec<i64> = mentions.iter().map(|stored| stored.row).collect();
        let replies = Reply::to_each(&mut *self.store.connection().await?, &rows).await?;
        let row = |stored: &&Stored| {
            let reply = replies.get(&stored.row);
            let customer = reply.and_then(|reply| reply.facts.customer.as_ref());
            let mut row: Vec<Value> = vec![
                stored.id.as_str().into(),
                reply.map(|reply| reply.state.status.as_str()).into(),
                customer.map(|customer| customer.name.clone()).into(),
                customer.and_then(|customer| customer.segment.clone()).into(),
                reply.map(|reply| reply.due.to_string()).into(),
                reply.map(text_of).into(),
            ];
            row.extend(mention(stored));
            row
        };
        Ok(Sheet { columns, rows: mentions.iter().map(row).collect() })
    }

    /// Takes back statuses and drafts that were changed in a table: each row by its id and version. A row that somebody has
    /// overtaken, or that asks for what cannot be done, is told; the others are taken.
    pub async fn import_queue(&self, file: &Path, bytes: &[u8], who: &str) -> anyhow::Result<Vec<TakenBack>> {
        let rows = sheet::read(Form::of(file)?, bytes)?;
        let mut taken = Vec::with_capacity(rows.len());
        for row in rows {
            let (line, id) = (row.0, row.1.get("id").cloned().unwrap_or_default());
            let outcome = self.take_back(&row, who).await;
            let refused = outcome.as_ref().err().map(|error| format!("{error:#}"));
            taken.push(TakenBack { line, id, done: outcome.unwrap_or_default(), refused });
        }
        Ok(taken)
    }

    async fn take_back(&self, (_, row): &Taken, who: &str) -> anyhow::Result<Vec<&'static str>> {
        let cell = |name: &str| row.get(name).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        let id = cell("id").context("the row has no id; leave the column `id` as it was exported")?;
        let version = cell("version").context("the row has no version; leave the column `version` as it was exported")?;
        let seen: i64 = version.parse().with_context(|| format!("`{version}` is not a version"))?;
        let queued = self.queued(id).await?;
        let actions = actions(&queued.reply, cell("status"), cell("draft"), cell("reason"))?;
        let done = actions.iter().map(word).collect();
        if !actions.is_empty() {
            self.act_in_turn(id, actions, Actor { who, seen: Some(seen) }).await?;
        }
        Ok(done)
    }
}

/// What leads from where a reply stands to what a row says of it.
fn actions(reply: &Reply, status: Option<&str>, draft: Option<&str>, reason: Option<&str>) -> anyhow::Result<Vec<Action>> {
    let now = reply.state.status;
    let read = |word: &str| match word.to_lowercase().as_str() {
        "rejected" => Ok(None),
        word => Status::parse(word).map(Some).with_context(|| format!("there is no status `{word}`")),
    };
    let wanted = status.map_or(Ok(Some(now)), read)?;
    let mut actions = Vec::new();
    if let Some(text) = draft.filter(|text| *text != text_of(reply).trim()) {
        actions.push(Action::Draft { text: text.to_owned(), template: None });
    }
    // A new text has to be approved again; the reason that stands is not given anew.
    let from = if actions.is_empty() { now } else { Status::Drafted };
    let reason = reason.filter(|reason| Some(*reason) != reply.state.reason.as_deref());
    let reason =
        |what: &str| reason.map(str::to_owned).with_context(|| format!("a row that is {what} needs a reason in the column `reason`"));
    match wanted {
        None => actions.push(Action::Reject { reason: reason("rejected")? }),
        Some(wanted) if wanted == from || wanted == now => {}
        Some(Status::Drafted) if from == Status::Drafted => {}
        Some(Status::Claimed) => actions.push(Action::Claim),
        Some(Status::Approved) => actions.push(Action::Approve),
        Some(Status::Sent) if from == Status::Drafted => actions.extend([Action::Approve, Action::Send]),
        Some(Status::Sent) => actions.push(Action::Send),
        Some(Status::Dismissed) => actions.push(Action::Dismiss { reason: reason("dismissed")? }),
        Some(Status::Waiting) if now.is_open() => actions.push(Action::Release),
        Some(Status::Waiting) => actions.push(Action::Reopen { reason: reason("reopened")? }),
        Some(wanted) => bail!("a row cannot be made {wanted} in a table"),
    }
    Ok(actions)
}

fn word(action: &Action) -> &'static str {
    match action {
        Action::Draft { .. } => "drafted",
        Action::Approve => "approved",
        Action::Send => "sent",
        Action::Claim => "claimed",
        Action::Release => "released",
        Action::Reject { .. } => "rejected",
        Action::Dismiss { .. } => "dismissed",
        _ => "reopened",
    }
}

/// The text of a reply: what is to go out, else what went out.
fn text_of(reply: &Reply) -> String {
    let state = &reply.state;
    state.draft.as_ref().map(|draft| draft.text.clone()).or_else(|| state.sent.as_ref().map(|sent| sent.text.clone())).unwrap_or_default()
}

fn mention(stored: &Stored) -> Vec<Value> {
    let (mention, tagging, first) = (&stored.mention, &stored.tagging, stored.sightings.first());
    vec![
        stored.subject.clone().or_else(|| tagging.products.first().cloned()).into(),
        tagging.verdict.as_str().into(),
        if tagging.ugly { "yes" } else { "no" }.into(),
        tagging.tags.iter().map(evidence).collect::<Vec<_>>().join("; ").into(),
        mention.rating.map(|rating| rating.value()).into(),
        mention.rating.map(|rating| rating.best()).into(),
        mention.author.as_ref().map(|author| author.name.clone()).into(),
        mention.title.clone().into(),
        mention.text.as_str().into(),
        tagging.lang.as_str().into(),
        mention.published.map(show_published).into(),
        first.map(|sighting| sighting.source.clone()).into(),
        first.map(|sighting| sighting.kind.clone()).into(),
        mention.url.as_ref().map(ToString::to_string).into(),
        stored.sightings.len().into(),
    ]
}

/// A tag in a line: “easy to use” (praise, ease of use, Acme Desk).
fn evidence(tag: &Tag) -> String {
    let product = tag.product.as_deref().map(|product| format!(", {product}")).unwrap_or_default();
    format!("“{}” ({}, {}{product})", tag.text, tag.polarity, tag.theme)
}

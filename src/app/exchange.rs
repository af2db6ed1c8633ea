//! The queue and what a search finds as tables for others, and the queue taken back from them.

use std::path::Path;

use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::Value;

use super::sheet::{self, Form, Sheet, Taken};
use super::{App, Queued, Staff, show_published};
use crate::customers;
use crate::mention::Tag;
use crate::replies::{Action, Actor, Reply, State, Status, check_seen};
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
    /// A table of these replies, which [`App::import_as`] takes back.
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
                text_of(state).into(),
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
        let mut connection = self.store.connection().await?;
        let replies = Reply::to_each(&mut connection, &rows).await?;
        let customers = customers::of(&mut connection, &rows).await?;
        let row = |stored: &&Stored| {
            let (reply, customer) = (replies.get(&stored.row), customers.get(&stored.row));
            let mut row: Vec<Value> = vec![
                stored.id.as_str().into(),
                reply.map(|reply| reply.state.status.as_str()).into(),
                customer.map(|customer| customer.called().to_owned()).into(),
                customer.and_then(|customer| customer.segment.clone()).into(),
                reply.map(|reply| reply.due.to_string()).into(),
                reply.map(|reply| text_of(&reply.state)).into(),
            ];
            row.extend(mention(stored));
            row
        };
        Ok(Sheet { columns, rows: mentions.iter().map(row).collect() })
    }

    /// Takes back statuses and drafts that were changed in a table: each row by its id and version. A row that somebody has
    /// overtaken, or that asks for what cannot be done, is told; the others are taken.
    pub(super) async fn import_queue(&self, file: &Path, bytes: &[u8], staff: &Staff) -> anyhow::Result<Vec<TakenBack>> {
        let rows = sheet::read(Form::of(file)?, bytes)?;
        let mut taken = Vec::with_capacity(rows.len());
        for row in rows {
            let (line, id) = (row.0, row.1.get("id").cloned().unwrap_or_default());
            let outcome = self.take_back(&row, staff).await;
            let refused = outcome.as_ref().err().map(|error| format!("{error:#}"));
            taken.push(TakenBack { line, id, done: outcome.unwrap_or_default(), refused });
        }
        Ok(taken)
    }

    async fn take_back(&self, (_, row): &Taken, staff: &Staff) -> anyhow::Result<Vec<&'static str>> {
        let cell = |name: &str| row.get(name).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        let id = cell("id").context("the row has no id; leave the column `id` as it was exported")?;
        let version = cell("version").context("the row has no version; leave the column `version` as it was exported")?;
        let seen: i64 = version.parse().with_context(|| format!("`{version}` is not a version"))?;
        let queued = self.queued(id).await?;
        let actions = match actions(&queued.reply.state, cell("status"), cell("draft"), cell("reason")) {
            Ok(actions) => actions,
            // What a row says of a reply that has moved on since means nothing: that comes first.
            Err(error) => {
                check_seen(&mut *self.store.connection().await?, &queued.reply, Some(seen)).await?;
                return Err(error);
            }
        };
        let done = actions.iter().map(word).collect();
        for action in &actions {
            self.check_may(staff, id, action).await?;
        }
        if !actions.is_empty() {
            self.act_in_turn(id, actions, Actor { who: &staff.name, seen: Some(seen) }).await?;
        }
        Ok(done)
    }
}

/// What leads from where a reply stands to what a row says of it.
fn actions(state: &State, status: Option<&str>, draft: Option<&str>, reason: Option<&str>) -> anyhow::Result<Vec<Action>> {
    let now = state.status;
    let read = |word: &str| match word.to_lowercase().as_str() {
        "rejected" => Ok(None),
        word => Status::parse(word).map(Some).with_context(|| format!("there is no status `{word}`")),
    };
    let wanted = status.map_or(Ok(Some(now)), read)?;
    let mut actions = Vec::new();
    if let Some(text) = draft.filter(|text| *text != text_of(state).trim()) {
        actions.push(Action::Draft { text: text.to_owned(), template: None });
    }
    // A new text has to be approved again; the reason that stands is not given anew.
    let from = if actions.is_empty() { now } else { Status::Drafted };
    let reason = reason.filter(|reason| Some(*reason) != state.reason.as_deref());
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
fn text_of(state: &State) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replies::{Draft, Sent as Text};

    fn standing(status: Status) -> State {
        let text = "Thank you!".to_owned();
        let draft = Draft { text: text.clone(), by: "ann".to_owned(), template: None };
        let sent = Text { text, by: "ann".to_owned(), at: jiff::Timestamp::UNIX_EPOCH, template: None };
        let is_out = matches!(status, Status::Sent | Status::Verified);
        let has_draft = matches!(status, Status::Drafted | Status::Approved);
        State {
            status,
            draft: has_draft.then_some(draft),
            sent: is_out.then_some(sent),
            reason: Some("too stiff".to_owned()),
            ..State::default()
        }
    }

    /// What a row leads to, in words.
    fn told(status: Status, row: (&str, &str, &str)) -> String {
        let cell = |cell| Some(cell).filter(|cell: &&str| !cell.is_empty());
        match actions(&standing(status), cell(row.0), cell(row.1), cell(row.2)) {
            Ok(actions) if actions.is_empty() => "nothing".to_owned(),
            Ok(actions) => actions.iter().map(word).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_row_leads_from_where_a_reply_stands_to_what_it_says() {
        use Status::{Approved, Claimed, Dismissed, Drafted, Sent, Verified, Waiting};
        let cases = [
            ("as it was exported", Waiting, ("waiting", "", "too stiff"), "nothing"),
            ("in capitals", Waiting, ("Waiting", "", ""), "nothing"),
            ("a text", Waiting, ("waiting", "Hello", ""), "drafted"),
            ("a text that is approved at once", Waiting, ("approved", "Hello", ""), "drafted approved"),
            ("a text that went out", Claimed, ("sent", "Hello", ""), "drafted approved sent"),
            ("the same text", Drafted, ("drafted", "Thank you!", ""), "nothing"),
            ("another text", Drafted, ("drafted", "Hello", ""), "drafted"),
            ("approved", Drafted, ("approved", "Thank you!", ""), "approved"),
            ("another text of what was approved", Approved, ("approved", "Hello", ""), "drafted"),
            ("sent", Approved, ("sent", "Thank you!", ""), "sent"),
            ("rejected", Drafted, ("rejected", "", "too short"), "rejected"),
            ("rejected without a reason", Drafted, ("rejected", "", ""), "a row that is rejected needs a reason in the column `reason`"),
            (
                "rejected with the old reason",
                Drafted,
                ("rejected", "", "too stiff"),
                "a row that is rejected needs a reason in the column `reason`",
            ),
            ("dismissed", Waiting, ("dismissed", "", "spam"), "dismissed"),
            ("given back", Claimed, ("waiting", "", ""), "released"),
            ("taken up", Waiting, ("claimed", "", ""), "claimed"),
            ("reopened", Dismissed, ("waiting", "", "asked again"), "reopened"),
            ("out and unchanged", Sent, ("sent", "Thank you!", ""), "nothing"),
            ("what only the site says", Sent, ("verified", "", ""), "a row cannot be made verified in a table"),
            ("a status that there is none of", Verified, ("done", "", ""), "there is no status `done`"),
        ];
        for (name, status, row, want) in cases {
            assert_eq!(told(status, row), want, "{name}");
        }
    }
}

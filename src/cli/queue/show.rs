//! How replies look on a terminal and to scripts.

use std::io::Write;

use serde_json::{Value, json};

use crate::app::{App, MentionView, QueueRequest, Queued};
use crate::cli::Ran;
use crate::replies::{Entry, Reply, Status};
use crate::sources::answer_limit;

pub(super) async fn list(app: &App, request: &QueueRequest, json: bool) -> anyhow::Result<Ran> {
    let (all, queued) = app.queue(request).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for queued in &queued {
        if json {
            writeln!(out, "{}", object(queued)?)?;
        } else {
            writeln!(out, "{}\n", lines(queued))?;
        }
    }
    if !json && all == 0 {
        writeln!(out, "nothing waits; `goodword queue list --status sent,verified,answered,dismissed` shows what is done")?;
    } else if !json {
        writeln!(out, "{} of {all} replies", queued.len())?;
    }
    out.flush()?;
    if json && queued.len() < all {
        eprintln!("{} of {all} replies; --limit {all} prints them all", queued.len());
    }
    Ok(Ran::Fine)
}

pub(super) async fn one(app: &App, queued: &Queued, json: bool) -> anyhow::Result<Ran> {
    let texts = app.reply_texts(queued, None).await?;
    let audit = app.reply_audit(&queued.stored.id).await?;
    let postings = app.postings(&queued.stored).await?;
    let mut out = std::io::stdout().lock();
    if json {
        let mut object = object(queued)?;
        if let Some(object) = object.as_object_mut() {
            object.insert("mention".to_owned(), serde_json::to_value(MentionView::from(&queued.stored))?);
            object.insert("texts".to_owned(), serde_json::to_value(&texts)?);
            object.insert("audit".to_owned(), serde_json::to_value(&audit)?);
            object.insert("postings".to_owned(), serde_json::to_value(&postings)?);
        }
        writeln!(out, "{object}")?;
        return Ok(Ran::Fine);
    }
    writeln!(out, "{}", lines(queued))?;
    let mut told = Vec::new();
    for tag in &queued.stored.tagging.tags {
        let words = format!("“{}” {} · {}", tag.text, tag.polarity, tag.theme);
        if !told.contains(&words) {
            writeln!(out, "    {words}")?;
            told.push(words);
        }
    }
    if let Some(limit) = answer_limit(&queued.reply.place.kind) {
        writeln!(out, "  {} takes at most {} {}", queued.reply.place.site, limit.most, limit.counted.as_str())?;
    }
    for text in &texts {
        writeln!(out, "  [{}] {}", text.template, text.text.replace('\n', "\n      "))?;
    }
    for posting in &postings {
        writeln!(out, "  {}", super::posting::in_short(posting))?;
    }
    for entry in &audit {
        writeln!(out, "  {}", entry.in_words())?;
    }
    Ok(Ran::Fine)
}

/// The address to go to and the text to post there.
pub(super) fn to_post(queued: &Queued, json: bool) -> anyhow::Result<Ran> {
    let state = &queued.reply.state;
    let url = queued.stored.mention.url.as_ref().map(ToString::to_string);
    let Some(draft) = state.draft.as_ref().filter(|_| state.status == Status::Approved) else {
        let id = &queued.stored.id;
        eprintln!("goodword: {id}: it is {}; what is posted has to be approved: `goodword queue approve {id}`", state.status);
        return Ok(Ran::WithFailures);
    };
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", json!({ "id": queued.stored.id, "version": queued.reply.version, "url": url, "text": draft.text }))?;
    } else {
        writeln!(out, "{}\n\n{}", url.as_deref().unwrap_or("the mention has no address of its own"), draft.text)?;
        eprintln!("\npost it there, then: goodword queue sent {}", queued.stored.id);
    }
    Ok(Ran::Fine)
}

pub(super) fn done(queued: &Queued, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", object(queued)?)?;
    } else {
        let Reply { version, state, person, .. } = &queued.reply;
        let holder = state.claim.as_ref().map(|claim| format!(", held by {} until {}", claim.by, claim.until.strftime("%F %H:%M UTC")));
        let person = person.as_deref().map(|person| format!(", with {person}")).unwrap_or_default();
        writeln!(out, "{} is {}{}{person} (version {version})", queued.stored.id, state.status, holder.unwrap_or_default())?;
        if let Some(draft) = state.draft.as_ref().filter(|_| state.status == Status::Drafted) {
            writeln!(out, "  {}", draft.text.replace('\n', "\n  "))?;
        }
    }
    Ok(())
}

pub(super) fn audit(entries: impl Iterator<Item = (String, Entry)>, json: bool) -> anyhow::Result<Ran> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (id, entry) in entries {
        if json {
            let mut object = serde_json::to_value(&entry)?;
            if let Some(object) = object.as_object_mut() {
                object.insert("id".to_owned(), id.into());
            }
            writeln!(out, "{object}")?;
        } else {
            let (before, after) = (entry.before.status, entry.after.status);
            let moved = if before == after { String::new() } else { format!("  [{before} → {after}]") };
            writeln!(out, "{id}  {}{moved}", entry.in_words())?;
        }
    }
    out.flush()?;
    Ok(Ran::Fine)
}

pub(super) async fn summary(app: &App, json: bool) -> anyhow::Result<Ran> {
    let since = app.clock().now().checked_sub(jiff::SignedDuration::from_hours(7 * 24))?;
    let summary = app.reply_summary(since).await?;
    let troubled = app.postings_in_trouble().await?.len();
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(&summary)?)?;
        return Ok(Ran::Fine);
    }
    let open: Vec<String> = summary.open.iter().map(|(lane, count)| format!("{count} {lane}")).collect();
    let open = if open.is_empty() { "nothing".to_owned() } else { open.join(", ") };
    writeln!(out, "to do: {open}; {} overdue, {} due within four hours", summary.overdue, summary.due_soon)?;
    writeln!(out, "last 7 days: {} sent; {} ratings rose afterwards, {} fell", summary.sent, summary.raised, summary.lowered)?;
    if troubled > 0 {
        writeln!(out, "{troubled} could not be posted, or may have arrived; `goodword queue show ID` of what is approved tells why")?;
    }
    if summary.unseen > 0 {
        writeln!(out, "{} were sent two days ago or longer and have not been seen at their site", summary.unseen)?;
    }
    Ok(Ran::Fine)
}

fn object(queued: &Queued) -> anyhow::Result<Value> {
    let mut object = serde_json::to_value(&queued.reply)?;
    if let Some(object) = object.as_object_mut() {
        let mention = &queued.stored.mention;
        object.insert("id".to_owned(), queued.stored.id.as_str().into());
        object.insert("source".to_owned(), queued.reply.place.source.as_str().into());
        object.insert("site".to_owned(), queued.reply.place.site.as_str().into());
        object.insert("priority".to_owned(), queued.priority.words.as_str().into());
        object.insert("score".to_owned(), queued.priority.score.into());
        object.insert("author".to_owned(), mention.author.as_ref().map(|author| author.name.as_str()).into());
        object.insert("text".to_owned(), mention.text.as_str().into());
        object.insert("url".to_owned(), mention.url.as_ref().map(|url| url.as_str()).into());
    }
    Ok(object)
}

fn lines(Queued { reply, priority, stored }: &Queued) -> String {
    let with = reply.person.as_deref().or(reply.team.as_deref()).map(|with| format!(" · with {with} ({})", reply.why)).unwrap_or_default();
    let held = reply.state.claim.as_ref().map(|claim| format!(" by {}", claim.by)).unwrap_or_default();
    let author = stored.mention.author.as_ref().map_or("somebody", |author| author.name.as_str());
    let text: String = stored.mention.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = text.chars().take(200).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    // Nobody is to hurry for what is done.
    let first = if reply.state.status.is_open() { priority.words.clone() } else { reply.lane.to_string() };
    let mut lines = vec![format!("{first}"), format!("  {} · {}{held}{with}", stored.id, reply.state.status)];
    lines.push(format!("  {author} at {}: {short}{more}", reply.place.site));
    lines.extend(reply.state.reason.as_ref().map(|reason| format!("  note: {reason}")));
    let text = reply.state.draft.as_ref().map(|draft| ("draft", &draft.text));
    let text = text.or(reply.state.sent.as_ref().map(|sent| ("sent", &sent.text)));
    lines.extend(text.map(|(what, text)| format!("  {what}: {}", text.replace('\n', "\n    "))));
    lines.extend(reply.stars_after.zip(reply.stars_before).map(|(after, before)| format!("  outcome: {before} → {after} stars")));
    lines.extend(stored.mention.url.as_ref().map(|url| format!("  {url}")));
    lines.join("\n")
}

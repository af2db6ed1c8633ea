//! `goodword queue post`, `revise` and `withdraw`: what goes to the sites, and what became of it.

use std::io::Write;
use std::sync::Arc;

use super::told;
use crate::app::{App, Going, PostRequest, Staff};
use crate::cli::Ran;
use crate::replies::Action;
use crate::replies::posting::{Attempt, Deed, Stage};

/// What `post` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Post {
    /// The mentions' ids; all approved ones that an account can post if none is given
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Print what would go out, and where to
    #[arg(long)]
    dry_run: bool,
    /// You have looked: what is not known to have arrived is not there
    #[arg(long, requires = "ids")]
    again: bool,
}

/// What `revise` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Revise {
    /// The mention's id
    id: String,
    /// The text; `-` reads it from standard input
    #[arg(long)]
    text: String,
    /// The version you have seen; refused if somebody has changed the reply since
    #[arg(long, value_name = "VERSION")]
    seen: Option<i64>,
}

pub(super) async fn post(app: &App, Post { ids, dry_run, again }: Post, json: bool) -> anyhow::Result<Ran> {
    let going = app.post_replies(&PostRequest { ids, dry_run, again }).await?;
    if going.is_empty() && !json {
        println!("no approved reply has an account that posts it; `goodword queue list --status approved` shows what to copy");
    }
    let mut ran = Ran::Fine;
    for (id, going) in going {
        if say(&id, going, json)? == Ran::WithFailures {
            ran = Ran::WithFailures;
        }
    }
    Ok(ran)
}

pub(super) async fn revise(app: &App, Revise { id, text, seen }: Revise, staff: &Staff, json: bool) -> anyhow::Result<Ran> {
    let text = super::text_of(text)?;
    told(app.act_as(staff, &id, Action::Revise { text }, seen).await, &id, json)
}

pub(super) async fn withdraw(app: &Arc<App>, ids: &[String], reason: &str, staff: &Staff, json: bool) -> anyhow::Result<Ran> {
    let mut ran = Ran::Fine;
    for id in ids {
        if say(id, app.withdraw_as(staff, id, reason, None).await, json)? == Ran::WithFailures {
            ran = Ran::WithFailures;
        }
    }
    Ok(ran)
}

/// Tells what became of one, or why it did not go.
fn say(id: &str, going: anyhow::Result<Going>, json: bool) -> anyhow::Result<Ran> {
    let going = match going {
        Ok(going) => going,
        Err(error) => {
            eprintln!("goodword: {id}: {error:#}");
            return Ok(Ran::WithFailures);
        }
    };
    let mut out = std::io::stdout().lock();
    match json {
        true => writeln!(out, "{}", serde_json::to_string(&going)?)?,
        false => writeln!(out, "{}", line(&going))?,
    }
    Ok(if going.is_done() { Ran::Fine } else { Ran::WithFailures })
}

fn line(going: &Going) -> String {
    let Going { id, deed, source, stage, .. } = going;
    let url = going.url.as_deref().unwrap_or("no address");
    let why = going.why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    let next = going.next.map(|next| format!(", again at {}", next.strftime("%F %H:%M:%S UTC"))).unwrap_or_default();
    match stage {
        None => format!("{id} would {} by `{source}`, answering {url}:\n  {}", deed.as_str(), going.text.replace('\n', "\n  ")),
        Some(Stage::Posted | Stage::Seen) => format!("{id} is {} by `{source}`, {url}{why}", done(*deed)),
        Some(Stage::Ready) => format!("{id} could not {} yet{why}{next}", deed.as_str()),
        Some(Stage::Calling) => format!("{id} may have arrived{why}; the site is asked{next}"),
        Some(Stage::Refused) => format!("{id} is back in the queue{why}"),
        Some(Stage::Stuck) => format!("{id} could not {}{why}; then `goodword queue {} {id}`", deed.as_str(), deed.as_str()),
        Some(Stage::Unclear) => {
            format!(
                "{id} may have arrived{why}; look at {url}: if it did `goodword queue sent {id}`, else `goodword queue post {id} --again`"
            )
        }
        Some(Stage::Dropped) => format!("{id} did not go out{why}"),
    }
}

fn done(deed: Deed) -> &'static str {
    match deed {
        Deed::Post => "posted",
        Deed::Revise => "revised",
        Deed::Withdraw => "withdrawn",
    }
}

/// One thing that went to a site, or was to, on one line.
pub(super) fn in_short(attempt: &Attempt) -> String {
    let Attempt { number, deed, stage, begun, .. } = attempt;
    let url = attempt.url.as_deref().map(|url| format!(" · {url}")).unwrap_or_default();
    let why = attempt.reason.as_deref().map(|why| format!(" · {why}")).unwrap_or_default();
    format!("{} {number} of {}: {}{url}{why}", deed.as_str(), begun.strftime("%F %H:%M UTC"), stage.as_str())
}

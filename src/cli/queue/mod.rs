//! `goodword queue`: the replies that wait, and what people do with them.

mod exchange;
mod posting;
mod show;

pub(super) use exchange::write as write_sheet;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Subcommand;
use jiff::SignedDuration;

use super::{Ran, paint, progress};
use crate::app::{App, QueueRequest, Queued, Staff};
use crate::clock::{Clock, parse_duration};
use crate::people::Role;
use crate::replies::{Action, Lane, Status};

/// What `queue` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<What>,
    /// Who does it: somebody named in settings.toml or with an account; the name of your account on this machine if not given
    #[arg(long = "as", global = true, value_name = "PERSON")]
    person: Option<String>,
    /// Print JSON Lines
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What waits, the most urgent first
    List(Wanted),
    /// One reply with its mention, where it stands and what may be said
    Show {
        /// The mention's id
        id: String,
    },
    /// Take replies up, so that nobody else does
    Claim(Some_),
    /// Give replies back
    Release(Some_),
    /// Write the text of a reply, or let a template write it
    Draft(Draft),
    /// Let the text of replies go out
    Approve(Some_),
    /// Send the text of replies back to the queue
    Reject(Reasoned),
    /// Print the address and the approved text: copy it and post it there
    Open {
        /// The mention's id
        id: String,
    },
    /// Post approved replies at their sites by the accounts under [posting.…] in settings.toml
    Post(posting::Post),
    /// Write what is to stand at the site in place of a reply that went out; it has to be approved, too
    Revise(posting::Revise),
    /// Take replies away from their sites that were posted from here
    Withdraw(Reasoned),
    /// Note that you posted replies; a later crawl looks whether the site shows them
    Sent(Some_),
    /// Decide that no reply is due
    Dismiss(Reasoned),
    /// Put replies back into the queue, or mentions that the rules left out
    Reopen(Reasoned),
    /// Give a reply to somebody
    Assign {
        /// The mention's id
        id: String,
        /// To whom
        #[arg(long, value_name = "PERSON")]
        to: String,
        /// Why
        #[arg(long, default_value = "by hand")]
        reason: String,
    },
    /// Write what waits into a file: .csv, .jsonl or .xlsx
    Export(exchange::Export),
    /// Take statuses and drafts back from an exported file
    Import {
        /// The file
        file: PathBuf,
    },
    /// Who did what and when: of one reply, or of all lately
    Audit {
        /// The mention's id
        id: Option<String>,
        /// How far back, if no id is given
        #[arg(long, default_value = "7d", value_parser = parse_duration, value_name = "TIME")]
        since: std::time::Duration,
    },
    /// How the queue stands
    Summary,
}

#[derive(Clone, Debug, Default, clap::Args)]
struct Wanted {
    /// Where they stand: waiting, claimed, drafted, approved, sent, verified, answered, dismissed, withdrawn
    #[arg(long, value_delimiter = ',', value_parser = status, value_name = "STATUS,…")]
    status: Vec<Status>,
    /// Their lane: urgent, complaint or praise
    #[arg(long, value_parser = lane)]
    lane: Option<Lane>,
    /// Who has them: a person or a team
    #[arg(long, value_name = "NAME")]
    with: Option<String>,
    /// Only those whose deadline has passed
    #[arg(long)]
    overdue: bool,
    /// The most to print; 20 if not given, and all in an export
    #[arg(long)]
    limit: Option<usize>,
}

#[derive(Debug, clap::Args)]
struct Some_ {
    /// The mentions' ids
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// The version you have seen; refused if somebody has changed the reply since
    #[arg(long, value_name = "VERSION")]
    seen: Option<i64>,
}

#[derive(Debug, clap::Args)]
struct Reasoned {
    #[command(flatten)]
    some: Some_,
    /// Why
    #[arg(long, value_name = "WORDS")]
    reason: String,
}

#[derive(Debug, clap::Args)]
struct Draft {
    /// The mention's id
    id: String,
    /// The text; `-` reads it from standard input
    #[arg(long, conflicts_with = "template")]
    text: Option<String>,
    /// Take the text of this template; without --text the first that fits is taken
    #[arg(long, value_name = "NAME")]
    template: Option<String>,
    /// The version you have seen; refused if somebody has changed the reply since
    #[arg(long, value_name = "VERSION")]
    seen: Option<i64>,
}

fn status(word: &str) -> Result<Status, String> {
    let valid: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
    Status::parse(word).ok_or_else(|| format!("there is no such status; valid: {}", valid.join(", ")))
}

fn lane(word: &str) -> Result<Lane, String> {
    Lane::parse(word).ok_or_else(|| "there is no such lane; valid: urgent, complaint, praise".to_owned())
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = Arc::new(App::open(dir, Clock::machine()).await?);
    paint::problems(&app.config().problems);
    app.tend_replies().await?;
    let (json, person) = (args.json, args.person);
    let who = async || whoever(&app, person.as_deref()).await;
    let because = |reason: String, action: fn(String) -> Action| move || action(reason.clone());
    let ran = match args.action.unwrap_or(What::List(Wanted::default())) {
        What::List(wanted) => show::list(&app, &request(wanted, Some(20)), json).await?,
        What::Show { id } => show::one(&app, &app.queued(&id).await.with_context(|| id.clone())?, json).await?,
        What::Claim(some) => each(&app, &some, || Action::Claim, &who().await?, json).await?,
        What::Release(some) => each(&app, &some, || Action::Release, &who().await?, json).await?,
        What::Approve(some) => each(&app, &some, || Action::Approve, &who().await?, json).await?,
        What::Post(post) => {
            // What is approved may be posted by a schedule, too; who names a person acts as one.
            if person.is_some() {
                who().await?.check(Role::Responder, "posting")?;
            }
            posting::post(&app, post, json).await?
        }
        What::Revise(revise) => posting::revise(&app, revise, &who().await?, json).await?,
        What::Withdraw(Reasoned { some, reason }) => posting::withdraw(&app, &some.ids, &reason, &who().await?, json).await?,
        What::Sent(some) => each(&app, &some, || Action::Send, &who().await?, json).await?,
        What::Reject(Reasoned { some, reason }) => {
            each(&app, &some, because(reason, |reason| Action::Reject { reason }), &who().await?, json).await?
        }
        What::Dismiss(Reasoned { some, reason }) => {
            each(&app, &some, because(reason, |reason| Action::Dismiss { reason }), &who().await?, json).await?
        }
        What::Reopen(Reasoned { some, reason }) => {
            each(&app, &some, because(reason, |reason| Action::Reopen { reason }), &who().await?, json).await?
        }
        What::Draft(draft) => write(&app, draft, &who().await?, json).await?,
        What::Open { id } => show::to_post(&app.queued(&id).await.with_context(|| id.clone())?, json)?,
        What::Assign { id, to, reason } => told(app.assign_as(&who().await?, &id, &to, &reason, None).await, &id, json)?,
        What::Export(export) => exchange::export(&app, export).await?,
        What::Import { file } => exchange::import(&app, &file, &who().await?, json).await?,
        What::Audit { id: Some(id), .. } => show::audit(app.reply_audit(&id).await?.into_iter().map(|entry| (id.clone(), entry)), json)?,
        What::Audit { id: None, since } => {
            let since = app.clock().now().checked_sub(SignedDuration::try_from(since)?)?;
            show::audit(app.replies_audit(since, 1000).await?.into_iter(), json)?
        }
        What::Summary => show::summary(&app, json).await?,
    };
    app.catch_up(&progress::bar("indexed", 0)).await?;
    app.close().await;
    Ok(ran)
}

fn request(wanted: Wanted, limit: Option<usize>) -> QueueRequest {
    let Wanted { status, lane, with, overdue, limit: given } = wanted;
    QueueRequest { statuses: status, lane, with, overdue, skip: 0, limit: given.or(limit) }
}

/// Whoever is named, else whoever is signed in on this machine.
pub(super) async fn whoever(app: &App, named: Option<&str>) -> anyhow::Result<Staff> {
    if let Some(named) = named {
        return app.staff_named(named).await;
    }
    let account = std::env::var("USER").or_else(|_| std::env::var("USERNAME")).ok().filter(|account| !account.trim().is_empty());
    let Some(account) = account else {
        let known = app.repliers().await?.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        anyhow::bail!("say who you are with --as PERSON{}", if known.is_empty() { String::new() } else { format!("; valid: {known}") });
    };
    app.staff_named(&account).await.context("say who you are with --as PERSON")
}

/// Does something to each of these replies; one that is refused does not stop the others.
async fn each(app: &App, some: &Some_, action: impl Fn() -> Action, staff: &Staff, json: bool) -> anyhow::Result<Ran> {
    let mut ran = Ran::Fine;
    for id in &some.ids {
        let done = app.act_as(staff, id, action(), some.seen).await;
        if told(done, id, json)? == Ran::WithFailures {
            ran = Ran::WithFailures;
        }
    }
    Ok(ran)
}

/// Tells what was done, or why it was not.
fn told(done: anyhow::Result<Queued>, id: &str, json: bool) -> anyhow::Result<Ran> {
    match done {
        Ok(queued) => {
            show::done(&queued, json)?;
            Ok(Ran::Fine)
        }
        Err(error) => {
            eprintln!("goodword: {id}: {error:#}");
            Ok(Ran::WithFailures)
        }
    }
}

/// The text that was given, or that of standard input for `-`.
fn text_of(given: String) -> anyhow::Result<String> {
    if given != "-" {
        return Ok(given);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
    Ok(text)
}

async fn write(app: &App, draft: Draft, staff: &Staff, json: bool) -> anyhow::Result<Ran> {
    let (text, template) = match draft.text {
        Some(text) => (text_of(text)?, None),
        None => {
            let queued = match app.queued(&draft.id).await {
                Ok(queued) => queued,
                refused => return told(refused, &draft.id, json),
            };
            let first = app.reply_texts(&queued, draft.template.as_deref()).await?.into_iter().next();
            let first = first.with_context(|| {
                format!("no template in replies.toml fits `{}`, in `{}`; give --text", draft.id, queued.stored.tagging.lang)
            })?;
            (first.text, Some(first.template))
        }
    };
    let action = Action::Draft { text, template };
    told(app.act_as(staff, &draft.id, action, draft.seen).await, &draft.id, json)
}

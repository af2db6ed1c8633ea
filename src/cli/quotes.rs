//! `goodword quotes`: words of customers that we may quote.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};

use super::{Ran, paint, queue};
use crate::app::{App, QuoteView};
use crate::clock::Clock;
use crate::people::Role;
use crate::replies::Leave;

/// What `quotes` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Who notes it; the name of your account on this machine if not given
    #[arg(long = "as", global = true, value_name = "PERSON")]
    person: Option<String>,
    /// Print JSON Lines
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// What was asked for, cleared and refused
    List {
        /// Only these
        #[arg(long)]
        only: Option<Only>,
    },
    /// Note that we may quote a mention
    Clear {
        /// The mention's id
        id: String,
        /// The words we may quote; all that it says if not given
        #[arg(long)]
        words: Option<String>,
        /// How the leave was given, such as "mail of 3 May"
        #[arg(long)]
        note: Option<String>,
    },
    /// Note that we may not quote a mention
    Refuse {
        /// The mention's id
        id: String,
        /// How that was said
        #[arg(long)]
        note: Option<String>,
    },
    /// Write what we may quote into a file: .csv, .jsonl or .xlsx
    Export {
        /// The file
        file: PathBuf,
        /// Mark a .csv as UTF-8, for spreadsheets that ask for it
        #[arg(long)]
        bom: bool,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Only {
    Asked,
    Cleared,
    Refused,
}

impl From<Only> for Leave {
    fn from(only: Only) -> Self {
        match only {
            Only::Asked => Self::Asked,
            Only::Cleared => Self::Cleared,
            Only::Refused => Self::Refused,
        }
    }
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    paint::problems(&app.config().problems);
    let who = async || -> anyhow::Result<String> {
        let staff = queue::whoever(&app, args.person.as_deref()).await?;
        staff.check(Role::Responder, "noting what may be quoted")?;
        Ok(staff.name)
    };
    match args.action.unwrap_or(Action::List { only: None }) {
        Action::List { only } => list(&app.quotes(only.map(Leave::from)).await?, args.json)?,
        Action::Clear { id, words, note } => {
            list(&[app.note_quote(&id, Leave::Cleared, words.as_deref(), &who().await?, note).await?], args.json)?;
        }
        Action::Refuse { id, note } => list(&[app.note_quote(&id, Leave::Refused, None, &who().await?, note).await?], args.json)?,
        Action::Export { file, bom } => {
            queue::write_sheet(&app, &file, &app.quotes_sheet().await?, bom).await?;
        }
    }
    app.close().await;
    Ok(Ran::Fine)
}

fn list(quotes: &[QuoteView], json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if quotes.is_empty() && !json {
        writeln!(
            out,
            "nobody was asked yet; a reply made with a template for `ask-to-quote` asks, and `goodword quotes clear ID` notes a yes"
        )?;
    }
    for view in quotes {
        if json {
            writeln!(out, "{}", serde_json::to_string(view)?)?;
            continue;
        }
        let quote = &view.quote;
        let words = if quote.words.is_empty() { String::new() } else { format!("“{}” ", quote.words) };
        let note = quote.note.as_deref().map(|note| format!(", {note}")).unwrap_or_default();
        let changed = if view.changed { "; the mention says otherwise now" } else { "" };
        let author = view.author.as_deref().unwrap_or("somebody");
        writeln!(
            out,
            "{}  {words}— {author} · {} on {} by {}{note}{changed}",
            view.id,
            quote.leave.as_str(),
            quote.at.strftime("%F"),
            quote.by
        )?;
    }
    Ok(())
}

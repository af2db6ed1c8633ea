//! `goodword searches`: searches with a name, their feeds and alerts.

use std::io::{IsTerminal, Write};
use std::path::Path;

use clap::Subcommand;
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::json;

use super::insight::paint::sparkline;
use super::{Ran, paint, progress};
use crate::app::{App, MentionView, NewSearch, SearchEdit, SearchPreview, SearchRequest};
use crate::clock::Clock;
use crate::searches::{Alerting, SavedSearch};

/// What `searches` takes.
pub(super) type Args = super::Acting<Action>;

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Save a search, and show what it would have found lately
    Add(Add),
    /// The saved searches
    List,
    /// Search as saved
    Run {
        /// The saved search
        name: String,
        /// The most mentions to print
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Change a saved search
    Edit(Edit),
    /// Forget a saved search with its alerts
    Remove {
        /// The saved search
        name: String,
    },
    /// What a query would have found in the last 30 days
    Preview {
        /// The query
        #[arg(required = true, num_args = 1..)]
        query: Vec<String>,
    },
    /// The addresses of a saved search as a feed; whoever knows them may read it
    Feed {
        /// The saved search
        name: String,
        /// Make new addresses; the old ones open nothing any more
        #[arg(long)]
        renew: bool,
    },
    /// The alerts that wait to be delivered
    Alerts {
        /// The saved search; all if none is named
        name: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// A name for it
    name: String,
    /// What to search for
    #[arg(long, value_name = "Q")]
    query: String,
    /// Whose it is
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// Show it to others too
    #[arg(long)]
    shared: bool,
    /// When to tell of new mentions
    #[arg(long, value_enum, default_value = "off")]
    alert: Alerting,
    /// Put it into the digest
    #[arg(long)]
    digest: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Edit {
    /// The saved search
    name: String,
    /// What to search for
    #[arg(long, value_name = "Q")]
    query: Option<String>,
    /// Whose it is
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// Show it to others too, or no more
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true")]
    shared: Option<bool>,
    /// When to tell of new mentions
    #[arg(long, value_enum)]
    alert: Option<Alerting>,
    /// Put it into the digest, or no more
    #[arg(long, value_name = "YES", num_args = 0..=1, default_missing_value = "true")]
    digest: Option<bool>,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let json = args.json;
    match args.action.unwrap_or(Action::List) {
        Action::Add(add) => {
            let (name, query) = (add.name, add.query);
            // Shown first: whoever sees that it finds nothing may think again, and a bad query is not saved.
            let preview = preview_of(&app, &query).await?;
            let new = NewSearch { name, query, owner: add.owner, shared: add.shared, alert: add.alert, digest: add.digest };
            told(&app.add_search(new).await?, "saved", json)?;
            show_preview(&preview, json)?;
        }
        Action::List => list(&app.saved_searches().await?, json)?,
        Action::Run { name, limit } => run_saved(&app, &name, limit, json).await?,
        Action::Edit(edit) => {
            let query_changes = edit.query.is_some();
            let changes = SearchEdit { query: edit.query, owner: edit.owner, shared: edit.shared, alert: edit.alert, digest: edit.digest };
            let search = app.edit_search(&edit.name, changes).await?;
            told(&search, "changed", json)?;
            if query_changes {
                show_preview(&preview_of(&app, &search.query).await?, json)?;
            }
        }
        Action::Remove { name } => {
            app.remove_search(&name).await?;
            let line = if json { json!({ "removed": name }).to_string() } else { format!("`{name}` is removed, with its alerts") };
            writeln!(std::io::stdout(), "{line}")?;
        }
        Action::Preview { query } => show_preview(&preview_of(&app, &query.join(" ")).await?, json)?,
        Action::Feed { name, renew } => feed(&app, &name, renew, json).await?,
        Action::Alerts { name } => alerts(&app, name.as_deref(), json).await?,
    }
    app.close().await;
    Ok(Ran::Fine)
}

async fn preview_of(app: &App, query: &str) -> anyhow::Result<SearchPreview> {
    app.catch_up(&progress::bar("indexed", 0)).await?;
    app.preview_search(query).await
}

fn told(search: &SavedSearch, what: &str, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, search)?;
        writeln!(out)?;
    } else {
        writeln!(out, "`{}` is {what}: {}", search.name, search.query)?;
        writeln!(out, "alerts {}; {}", search.alert, if search.digest { "in the digest" } else { "not in the digest" })?;
    }
    Ok(())
}

fn show_preview(preview: &SearchPreview, json: bool) -> anyhow::Result<()> {
    for note in &preview.notes {
        eprintln!("note: {note}");
    }
    let mut out = std::io::stdout().lock();
    if json {
        for day in std::iter::once(&preview.total).chain(&preview.days) {
            let line = json!({ "preview": { "from": day.from, "until": day.until, "mentions": day.mentions, "query": day.query } });
            writeln!(out, "{line}")?;
        }
        for example in &preview.examples {
            writeln!(out, "{}", json!({ "example": example }))?;
        }
        return Ok(());
    }
    let counts: Vec<u64> = preview.days.iter().map(|day| day.mentions).collect();
    let most = counts.iter().max().copied().unwrap_or_default();
    writeln!(out, "{} mentions from {} to {}", preview.total.mentions, preview.total.from, preview.total.until)?;
    writeln!(out, "  {}  at most {most} a day", sparkline(&counts))?;
    for example in &preview.examples {
        writeln!(out, "  “{}”", example.says)?;
    }
    Ok(())
}

fn list(searches: &[SavedSearch], json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        for search in searches {
            serde_json::to_writer(&mut out, search)?;
            writeln!(out)?;
        }
        return Ok(());
    }
    if searches.is_empty() {
        writeln!(
            out,
            "no search is saved yet; for example: goodword searches add bad --query 'polarity:complaint rating:<=2' --alert now"
        )?;
        return Ok(());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["name", "query", "owner", "alerts", "digest"]);
    for search in searches {
        let shared = if search.shared { " (shared)" } else { "" };
        let owner = format!("{}{shared}", search.owner.as_deref().unwrap_or("-"));
        let digest = if search.digest { "yes" } else { "no" };
        table.add_row([&*search.name, &*search.query, &*owner, search.alert.as_str(), digest]);
    }
    writeln!(out, "{table}")?;
    Ok(())
}

async fn run_saved(app: &App, name: &str, limit: usize, json: bool) -> anyhow::Result<()> {
    let search = app.saved_search(name).await?;
    app.catch_up(&progress::bar("indexed", 0)).await?;
    let found = app.search(&SearchRequest { query: search.query, limit, ..SearchRequest::default() }).await?;
    for note in &found.notes {
        eprintln!("note: {note}");
    }
    let painted = std::io::stdout().is_terminal();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for hit in &found.hits {
        if json {
            serde_json::to_writer(&mut out, &MentionView::of(&hit.stored, hit.customer.as_ref()))?;
            writeln!(out)?;
        } else {
            writeln!(out, "{}", paint::hit(hit, painted))?;
        }
    }
    if !json {
        writeln!(out, "{} of {} mentions", found.hits.len(), found.total)?;
    }
    Ok(out.flush()?)
}

async fn feed(app: &App, name: &str, renew: bool, json: bool) -> anyhow::Result<()> {
    let search = if renew { app.renew_token(name).await? } else { app.saved_search(name).await? };
    let web = app.config().settings.web.clone();
    let address = |format: &str| format!("{}/feeds/{}.{format}", web.home(web.listen), search.token);
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", json!({ "name": search.name, "rss": address("rss"), "json": address("json") }))?;
    } else {
        writeln!(out, "{}\n{}", address("rss"), address("json"))?;
        writeln!(out, "They are served by `goodword serve`. Whoever knows them may read them; --renew makes new ones.")?;
    }
    Ok(())
}

async fn alerts(app: &App, name: Option<&str>, json: bool) -> anyhow::Result<()> {
    app.catch_up(&progress::bar("indexed", 0)).await?;
    app.match_alerts().await?;
    let groups = app.queued_alerts(name).await?;
    let mut out = std::io::stdout().lock();
    if !json && groups.is_empty() {
        writeln!(out, "no alert waits; searches with --alert now, hourly or daily tell of what comes after they were saved")?;
    }
    for group in &groups {
        if !json {
            let due = group.due.strftime("%F %H:%M UTC");
            writeln!(out, "{} · {} · due {due} · {} mentions", group.search.name, group.search.alert, group.alerts.len())?;
        }
        for (alert, stored) in &group.alerts {
            if json {
                let mention = MentionView::from(stored);
                let line = json!({ "search": alert.search, "at": alert.at, "due": group.due, "state": alert.state, "mention": mention });
                writeln!(out, "{line}")?;
            } else {
                let says: String =
                    stored.mention.text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(68).collect();
                writeln!(out, "  {}  {says}", stored.id)?;
            }
        }
    }
    Ok(())
}

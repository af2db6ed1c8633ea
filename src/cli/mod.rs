//! The command line: thin, each command a file; all of them call the same [`App`](crate::app::App).
//!
//! Exit status: 0 fine, 1 ran with failures, 2 could not run. With `--json` standard output holds JSON Lines only;
//! progress and notes go to standard error.

mod backup;
mod check;
mod correct;
mod crawl;
mod customers;
mod demo;
mod digest;
mod erase;
mod doctor;
mod history;
mod import;
mod init;
mod insight;
mod mcp;
mod noise;
mod outbox;
mod paint;
mod phrases;
mod products;
mod progress;
mod queue;
mod quotes;
mod search;
mod searches;
mod serve;
mod sources;
pub mod tag;
mod upkeep;
mod user;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// Listens to what people say about your products, good and bad.
#[derive(Debug, Parser)]
#[command(name = "goodword", version, max_term_width = 100)]
pub struct Cli {
    /// The folder with sources.toml, phrases/ and index/; this one if not given
    #[arg(long, global = true, value_name = "DIR")]
    dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

/// What a command takes that does one thing or another.
#[derive(Debug, clap::Args)]
struct Acting<A: clap::Subcommand> {
    #[command(subcommand)]
    action: Option<A>,
    /// Print JSON Lines
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write commented starter files; what is there already stays as it is
    Init(init::Args),
    /// Show the whole product on bundled sample pages: no network, no account
    Demo(demo::Args),
    /// Crawl on schedule, keep the index up to date and serve the web page
    Serve(serve::Args),
    /// Check every file and tell all problems at once
    Check(check::Args),
    /// Ask sources now, one round each
    Crawl(crawl::Args),
    /// Take in a file: CSV or JSON Lines
    Import(import::Args),
    /// Tag texts from standard input; stores nothing
    Tag(tag::Args),
    /// Find mentions
    Search(search::Args),
    /// Saved searches, their feeds and alerts
    Searches(searches::Args),
    /// The replies that wait: claim, draft, approve, send, dismiss; who did what
    Queue(queue::Args),
    /// Words of customers that we may quote: asked, cleared, refused
    Quotes(quotes::Args),
    /// The figures: trends, share of voice, themes, words that come up, spikes, before and after
    Insight(insight::Args),
    /// What people said in a day, a week or a month, as a mail: see it, or send it
    Digest(digest::Args),
    /// Say what is wrong with a mention's tags; it outlives retagging
    Correct(correct::Args),
    /// What people said was wrong: list, undo, export as test cases, try the lists on them
    Corrections(correct::ListArgs),
    /// The sources and what each did and did not show
    Sources(sources::Args),
    /// Ask an address, file or source once and show what would be read; stores nothing
    Try(sources::trying::TryArgs),
    /// The products listened for: list, add, remove
    Products(products::Args),
    /// The phrases listened for: list, add, remove, import, preview, check, suggest
    Phrases(phrases::Args),
    /// Customers: import, list, say whose a mention is
    Customers(customers::Args),
    /// What is put aside as noise; bring it back, or put more aside
    Noise(noise::Args),
    /// Tag stored mentions again that a change of the lists can affect, or all of them
    Retag(upkeep::RetagArgs),
    /// What waits to go out and what is stuck: list, retry, drop, deliver, try a destination
    Outbox(outbox::Args),
    /// Say how everything fares and what is wrong
    Doctor(doctor::Args),
    /// Build the search index anew from the store
    Reindex,
    /// Erase what is held of a person, or what is older than may be kept
    Erase(erase::Args),
    /// Everything that is held of a person, for whoever asks for it
    Export(erase::ExportArgs),
    /// Tools for AI assistants on standard input and output: they read and propose, people decide
    Mcp(mcp::Args),
    /// Who may use the page: add, list, role, remove, reset a password, tokens for programs
    User(user::Args),
    /// Copy everything that is kept into one file, also while goodword runs
    Backup(backup::Args),
    /// Put a backup back into an empty folder
    Restore(backup::RestoreArgs),
}

/// How a command that could run went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ran {
    Fine,
    WithFailures,
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let level = if matches!(cli.command, Command::Serve(_)) { "warn,goodword=info" } else { "error,goodword=warn" };
    let filter = EnvFilter::try_from_env("GOODWORD_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .init();
    match tokio::runtime::Runtime::new().map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(dispatch(cli))) {
        Ok(Ran::Fine) => ExitCode::SUCCESS,
        Ok(Ran::WithFailures) => ExitCode::from(1),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("goodword: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn dispatch(cli: Cli) -> anyhow::Result<Ran> {
    let dir = cli.dir.as_deref().unwrap_or(Path::new("."));
    match cli.command {
        Command::Init(args) => init::run(dir, args),
        Command::Demo(args) => demo::run(cli.dir.as_deref(), args).await,
        Command::Serve(args) => serve::run(dir, args).await,
        Command::Check(args) => check::run(dir, args).await,
        Command::Crawl(args) => crawl::run(dir, args).await,
        Command::Import(args) => import::run(dir, args).await,
        Command::Tag(args) => tag::run_command(dir, &args),
        Command::Search(args) => search::run(dir, args).await,
        Command::Searches(args) => searches::run(dir, args).await,
        Command::Queue(args) => queue::run(dir, args).await,
        Command::Quotes(args) => quotes::run(dir, args).await,
        Command::Insight(args) => insight::run(dir, args).await,
        Command::Digest(args) => digest::run(dir, args).await,
        Command::Correct(args) => correct::run(dir, args).await,
        Command::Corrections(args) => correct::run_list(dir, args).await,
        Command::Sources(args) => sources::run(dir, args).await,
        Command::Products(args) => products::run(dir, args),
        Command::Phrases(args) => phrases::run(dir, args).await,
        Command::Try(args) => sources::trying::run_try(dir, args).await,
        Command::Noise(args) => noise::run(dir, args).await,
        Command::Customers(args) => customers::run(dir, args).await,
        Command::Erase(args) => erase::run(dir, args).await,
        Command::Export(args) => erase::run_export(dir, args).await,
        Command::Retag(args) => upkeep::retag(dir, args).await,
        Command::Outbox(args) => outbox::run(dir, args).await,
        Command::Doctor(args) => doctor::run(dir, args).await,
        Command::Reindex => upkeep::reindex(dir).await,
        Command::Mcp(args) => mcp::run(dir, args).await,
        Command::User(args) => user::run(dir, args).await,
        Command::Backup(args) => backup::run(dir, &args).await,
        Command::Restore(args) => backup::run_restore(dir, &args).await,
    }
}

/// Whether whoever read our output has had enough, as `head` does.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe))
}

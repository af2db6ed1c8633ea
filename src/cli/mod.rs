//! The command line: thin, each command a file; all of them call the same [`App`](crate::app::App).
//!
//! Exit status: 0 fine, 1 ran with failures, 2 could not run. With `--json` standard output holds JSON Lines only;
//! progress and notes go to standard error.

mod check;
mod crawl;
mod demo;
mod import;
mod init;
mod noise;
mod paint;
mod progress;
mod search;
mod serve;
mod sources;
pub mod tag;
mod upkeep;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// Listens to what people say about your products, good and bad.
#[derive(Debug, Parser)]
#[command(name = "goodword", version, max_term_width = 100)]
pub struct Cli {
    /// The folder with sources.toml, phrases/ and index/
    #[arg(long, global = true, default_value = ".", value_name = "DIR")]
    dir: PathBuf,
    #[command(subcommand)]
    command: Command,
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
    /// The sources and what each did and did not show
    Sources(sources::Args),
    /// The products listened for
    Products(sources::ProductsArgs),
    /// What is put aside as noise; bring it back, or put more aside
    Noise(noise::Args),
    /// Tag all stored mentions again with the lists as they are now
    Retag,
    /// Build the search index anew from the store
    Reindex,
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
    let dir = cli.dir.as_path();
    match cli.command {
        Command::Init(args) => init::run(dir, args),
        Command::Demo(args) => demo::run(dir, args).await,
        Command::Serve(args) => serve::run(dir, args).await,
        Command::Check(args) => check::run(dir, args).await,
        Command::Crawl(args) => crawl::run(dir, args).await,
        Command::Import(args) => import::run(dir, args).await,
        Command::Tag(args) => tag::run_command(dir, &args),
        Command::Search(args) => search::run(dir, args).await,
        Command::Sources(args) => sources::run(dir, args).await,
        Command::Products(args) => sources::run_products(dir, args),
        Command::Noise(args) => noise::run(dir, args).await,
        Command::Retag => upkeep::retag(dir).await,
        Command::Reindex => upkeep::reindex(dir).await,
    }
}

/// Whether whoever read our output has had enough, as `head` does.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe))
}

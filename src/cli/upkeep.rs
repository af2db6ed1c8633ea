//! `goodword retag` and `goodword reindex`.

use std::path::Path;

use super::{Ran, paint, progress};
use crate::app::App;
use crate::clock::Clock;

/// What `retag` takes.
#[derive(Debug, clap::Args)]
pub(super) struct RetagArgs {
    /// Tag every mention, not only those that a change of the lists can affect
    #[arg(long)]
    all: bool,
    /// Print the outcome as a JSON object
    #[arg(long)]
    json: bool,
}

pub(super) async fn retag(dir: &Path, args: RetagArgs) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let ran = paint::problems(&app.config().problems);
    let bar = progress::bar("tagged", 0);
    let retagged = if args.all { app.retag_all(&bar).await? } else { app.retag(&bar).await? };
    app.catch_up(&progress::bar("indexed", 0)).await?;
    if args.json {
        println!("{}", serde_json::to_string(&retagged)?);
    } else {
        println!("{} mentions looked at, {} have other tags now", retagged.looked_at, retagged.changed);
    }
    app.close().await;
    Ok(ran)
}

pub(super) async fn reindex(dir: &Path) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    app.reindex(&progress::bar("indexed", 0)).await?;
    let counts = app.store().counts().await?;
    println!("{} mentions indexed", counts.mentions);
    app.close().await;
    Ok(Ran::Fine)
}

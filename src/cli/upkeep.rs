//! `goodword retag` and `goodword reindex`.

use std::path::Path;

use super::{Ran, paint, progress};
use crate::app::App;
use crate::clock::Clock;

pub(super) async fn retag(dir: &Path) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let ran = paint::problems(&app.config().problems);
    let changed = app.retag(&progress::bar("tagged", 0)).await?;
    app.catch_up(&progress::bar("indexed", 0)).await?;
    println!("{changed} mentions have other tags now");
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

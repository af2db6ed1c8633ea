//! `goodword serve`: the schedule, the index's follower and the web page, until told to stop.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Ran, paint};
use crate::app::App;
use crate::clock::Clock;
use crate::web;

/// What `serve` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The address of the web page, in place of the one in settings.toml
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = Arc::new(App::open(dir, Clock::machine()).await?);
    paint::problems(&app.config().problems);
    let stop = CancellationToken::new();
    let _stopping = stop_on_signal(&stop);
    let settings = app.config().settings.web.clone();
    let page = web::bind(args.listen.unwrap_or(settings.listen), &settings).await?;
    let home = settings.home(page.local_addr()?);
    eprintln!("the web page is at {home}");
    if let Some(secret) = app.setup_link().await? {
        eprintln!("nobody can sign in yet; open this link within two days to make the first admin:\n  {home}/setup/{}", secret.told());
    }
    serve(&app, page, &stop).await?;
    app.close().await;
    Ok(Ran::Fine)
}

/// Serves until `stop` is called: then rounds under way end, the index catches up, and the page's last answers go out.
pub(super) async fn serve(app: &Arc<App>, page: tokio::net::TcpListener, stop: &CancellationToken) -> anyhow::Result<()> {
    let listening = app.listen(stop.clone());
    let serving = web::serve(page, Arc::clone(app), stop.clone());
    let (listened, served) = tokio::join!(
        async {
            let listened = listening.await;
            stop.cancel();
            listened
        },
        async {
            let served = serving.await;
            stop.cancel();
            served
        }
    );
    listened.and(served)
}

/// Calls `stop` on an interrupt or a termination signal. Lives as long as what it returns.
pub(super) fn stop_on_signal(stop: &CancellationToken) -> DropGuard {
    let (stop, ended) = (stop.clone(), CancellationToken::new());
    let watch = ended.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = signal() => {
                tracing::info!("stopping: rounds under way come to their end");
                stop.cancel();
            }
            () = watch.cancelled() => {}
        }
    });
    ended.drop_guard()
}

async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "cannot be stopped by ctrl-c");
        std::future::pending::<()>().await;
    }
}

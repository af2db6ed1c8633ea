//! `goodword demo`: the real pipeline over the sample pages of an invented company.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use super::{Ran, paint, serve};
use crate::app::{App, SearchRequest};
use crate::clock::Clock;
use crate::config;
use crate::demo::{Site, write_files};
use crate::search::Sort;
use crate::web;

/// What `demo` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Crawl, print what was found and exit
    #[arg(long)]
    once: bool,
    /// The address of the web page
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
}

pub(super) async fn run(given: Option<&Path>, args: Args) -> anyhow::Result<Ran> {
    let temporary = std::env::temp_dir().join(format!("goodword-demo-{}", std::process::id()));
    let dir = given.unwrap_or(&temporary);
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make the folder `{}`", dir.display()))?;
    let ran = run_in(dir, &args).await;
    if given.is_none() {
        std::fs::remove_dir_all(dir).with_context(|| format!("cannot remove the temporary folder `{}`", dir.display()))?;
    }
    ran
}

async fn run_in(dir: &Path, args: &Args) -> anyhow::Result<Ran> {
    let clock = Clock::machine();
    let site = Site::serve(clock.now()).await?;
    write_files(dir, &site)?;
    let page = if args.once { None } else { Some(web::bind(args.listen, &config::Web::default()).await?) };
    let app = Arc::new(App::open(dir, clock).await?);
    paint::problems(&app.config().problems);
    crawl(&app, &site).await?;
    show(&app).await?;
    if let Some(page) = page {
        let mut out = std::io::stdout();
        let enter = app.enter_link("demo").await?;
        writeln!(out, "\nThe web page, with this link you are signed in: http://{}/enter/{}", page.local_addr()?, enter.told())?;
        writeln!(out, "In another terminal: goodword --dir {} search 'polarity:praise theme:\"ease of use\"'", dir.display())?;
        writeln!(out, "Stop with ctrl-c.")?;
        let stop = CancellationToken::new();
        let _stopping = serve::stop_on_signal(&stop);
        serve::serve(&app, page, &stop).await?;
    }
    app.close().await;
    Ok(Ran::Fine)
}

/// Two rounds: the pages as they are, and as they are after some authors changed what they wrote.
async fn crawl(app: &App, site: &Site) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "First round over the sample pages:")?;
    round(app).await?;
    site.move_on();
    writeln!(out, "Second round, after some authors changed or took back what they wrote:")?;
    round(app).await
}

async fn round(app: &App) -> anyhow::Result<()> {
    let mut crawl = app.crawl(app.sources_named(&[])?, CancellationToken::new()).await?;
    while let Some(report) = crawl.next().await {
        writeln!(std::io::stdout(), "  {}", paint::report(&report?))?;
    }
    app.catch_up(&indicatif::ProgressBar::hidden()).await
}

/// What was found: figures by product, and the newest praise and complaints with their evidence.
async fn show(app: &App) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    let counts = app.store().counts().await?;
    writeln!(out, "\n{} mentions in {} places, {} tags", counts.mentions, counts.sightings, counts.tags)?;
    for product in &app.config().lists.products {
        let praise = total(app, &format!("product:\"{}\" polarity:praise", product.name)).await?;
        let complaint = total(app, &format!("product:\"{}\" polarity:complaint", product.name)).await?;
        writeln!(out, "  {:<16} {praise:>4} with praise {complaint:>4} with complaints", product.name)?;
    }
    let config = app.config();
    let ours = config.lists.products.iter().find(|product| product.ours).context("the demo has a product")?;
    for (heading, query) in [
        ("Good", format!("product:\"{}\" verdict:praise theme:\"ease of use\" lang:en", ours.name)),
        ("好", format!("product:\"{}\" verdict:praise lang:zh", ours.name)),
        ("Bad", format!("product:\"{}\" verdict:complaint rating:<=2", ours.name)),
    ] {
        writeln!(out, "\n{heading} — goodword search '{query}'")?;
        let found = app.search(&SearchRequest { query, limit: 2, ..SearchRequest::default() }).await?;
        for hit in &found.hits {
            writeln!(out, "{}", paint::hit(hit, false))?;
        }
    }
    Ok(())
}

async fn total(app: &App, query: &str) -> anyhow::Result<usize> {
    let request = SearchRequest { query: query.to_owned(), limit: 0, sort: Sort::Newest, ..SearchRequest::default() };
    Ok(app.search(&request).await?.total)
}

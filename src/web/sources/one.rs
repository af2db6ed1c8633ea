//! One source: its entry, how it fared over time, what each day brought, and a trial that keeps nothing.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};

use super::{coverage, segment};
use crate::app::{App, LedgerEntry, Place, Trial};
use crate::config::SourcesFile;
use crate::store::Day;
use crate::web::chart::{Chart, Column};
use crate::web::failure::{self, Failure};
use crate::web::frame::Frame;
use crate::web::see;
use crate::web::visitor::Visitor;

/// Days of history shown.
const DAYS: i64 = 60;
/// Spans shown.
const SPANS: usize = 40;
/// Mentions of a trial shown.
const SHOWN: usize = 10;
/// Letters of each.
const SNIPPET: usize = 280;

#[derive(Template)]
#[template(path = "source.html")]
struct SourcePage {
    f: Frame,
    entry: LedgerEntry,
    coverage: String,
    segment: String,
    spans: Vec<Lasted>,
    chart: Chart,
    days: Vec<Day>,
    found: String,
    trial: Option<Tried>,
    problem: Option<String>,
}

/// A time in one state.
struct Lasted {
    from: String,
    until: String,
    coverage: String,
    reason: String,
}

/// What a trial showed.
pub(super) struct Tried {
    pub(super) coverage: String,
    pub(super) reason: String,
    pub(super) total: usize,
    pub(super) too_old: usize,
    pub(super) refused: Vec<String>,
    pub(super) mentions: Vec<Glimpsed>,
}

/// A mention that is not kept.
pub(super) struct Glimpsed {
    when: String,
    author: String,
    verdict: &'static str,
    text: String,
    tags: Vec<String>,
}

pub(super) async fn page(State(app): State<Arc<App>>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, Failure> {
    shown(&app, visitor, &name, None, None).await
}

async fn shown(app: &App, visitor: Visitor, name: &str, trial: Option<Trial>, problem: Option<String>) -> Result<Response, Failure> {
    let Some(entry) = app.ledger().await?.into_iter().find(|entry| entry.source == name) else {
        return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "sources.none"));
    };
    let f = Frame::new(visitor, "sources");
    let since = app.clock().now().checked_sub(SignedDuration::from_hours(24 * DAYS)).unwrap_or(Timestamp::MIN);
    let lasted = |span: &crate::store::Span| Lasted {
        from: f.time(&span.from),
        until: span.until.as_ref().map_or_else(|| f.say("sources.now").to_owned(), |until| f.time(until)),
        coverage: span.coverage.to_string(),
        reason: span.reason.clone().unwrap_or_default(),
    };
    let spans = app.history(Some(name), since).await?.iter().rev().take(SPANS).map(lasted).collect();
    let days: Vec<Day> = app.days(Some(name), since).await?.into_iter().map(|(_, day)| day).collect();
    let source = format!("source:\"{name}\"");
    let column = |day: &Day| Column {
        label: day.date.to_string(),
        counts: vec![day.new.try_into().unwrap_or_default()],
        blind: if day.rounds > 0 { day.failures as f64 / day.rounds as f64 } else { 0.0 },
        link: f.found(&format!("{source} since:{0} until:{0}", day.date)),
        chosen: false,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = SourcePage {
        coverage: coverage(&entry),
        segment: segment(name),
        spans,
        chart: Chart::of(&days.iter().map(column).collect::<Vec<_>>(), 0),
        days: days.into_iter().rev().collect(),
        found: f.found(&source),
        trial: trial.map(|trial| tried(&f, trial)),
        entry,
        problem,
        f,
    };
    Ok((status, Html(page.render()?)).into_response())
}

fn tried(f: &Frame, trial: Trial) -> Tried {
    let glimpsed = |(mention, judgement): &(crate::mention::Mention, crate::store::Judgement)| {
        let mut text: String = mention.text.chars().take(SNIPPET).collect();
        if mention.text.chars().count() > SNIPPET {
            text.push('…');
        }
        let tag = |tag: &crate::mention::Tag| {
            let product = tag.product.as_deref().unwrap_or(f.say("mention.no-product"));
            format!("{}: “{}” → {product} · {}", f.word("verdict", tag.polarity.as_str()), tag.text, tag.theme)
        };
        Glimpsed {
            when: f.published(mention.published),
            author: mention.author.as_ref().map_or_else(|| f.say("mention.no-author").to_owned(), |author| author.name.clone()),
            verdict: judgement.tagging.verdict.as_str(),
            text,
            tags: judgement.tagging.tags.iter().map(tag).collect(),
        }
    };
    Tried {
        coverage: trial.coverage.map(|coverage| coverage.to_string()).unwrap_or_default(),
        reason: trial.reason.unwrap_or_default(),
        total: trial.mentions.len(),
        too_old: trial.too_old,
        refused: trial.refused,
        mentions: trial.mentions.iter().take(SHOWN).map(glimpsed).collect(),
    }
}

/// Asks the source once and keeps nothing.
pub(super) async fn test(State(app): State<Arc<App>>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, Failure> {
    let Some(source) = app.config().sources.iter().find(|source| source.name == name).cloned() else {
        return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "sources.none"));
    };
    app.note_deed(visitor.name(), "source-tried", &name).await?;
    let trial = app.scout().try_place(&Place::Source(source), false).await;
    match trial {
        Ok(trial) => shown(&app, visitor, &name, Some(trial), None).await,
        Err(error) => shown(&app, visitor, &name, None, Some(format!("{error:#}"))).await,
    }
}

pub(super) async fn remove(State(app): State<Arc<App>>, visitor: Visitor, Path(name): Path<String>) -> Result<Response, Failure> {
    if !SourcesFile::read(app.dir())?.names().contains(&name.as_str()) {
        return Ok(failure::page(&visitor, StatusCode::NOT_FOUND, "sources.none"));
    }
    match app.unlist_source(&name, visitor.name()).await {
        Ok(()) => Ok(see("/sources")),
        Err(error) => shown(&app, visitor, &name, None, Some(format!("{error:#}"))).await,
    }
}

//! Spikes, and the loop: what we changed, and what was said before and after.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;

use super::{Asked, SINCE, Top, given};
use crate::app::App;
use crate::insight::{Change, Difference, Effect, LEAST_TO_TELL, Period, Replied, Spike, day_of};
use crate::web::chart::{Meter, percent};
use crate::web::failure::Failure;
use crate::web::frame::Frame;
use crate::web::see;
use crate::web::visitor::Visitor;

/// Whole days on either side of a change, if nothing else is asked for.
const DAYS: i64 = 28;

#[derive(Template)]
#[template(path = "insight_spikes.html")]
struct SpikesPage {
    f: Frame,
    top: Top,
    since: Option<Date>,
    spikes: Vec<Unusual>,
}

struct Unusual {
    spike: Spike,
    about: String,
    usual: String,
    usual_meter: Meter,
    mentions_meter: Meter,
}

#[derive(Template)]
#[template(path = "insight_loop.html")]
struct LoopPage {
    f: Frame,
    top: Top,
    today: Date,
    days: i64,
    changes: Vec<Judged>,
    replied: Option<(Replied, Told, Told)>,
    least: u64,
}

/// A change with what became of it.
struct Judged {
    change: Change,
    effect: Option<Effect>,
    rows: Vec<RateRow>,
    weighted: Option<String>,
}

/// A rate before and after.
struct RateRow {
    key: &'static str,
    before: (u64, String),
    after: (u64, String),
    told: Told,
}

/// A difference in words and bars.
struct Told {
    before: String,
    after: String,
    before_meter: Option<Meter>,
    after_meter: Option<Meter>,
    interval: String,
    verdict: &'static str,
}

#[derive(Debug, Deserialize)]
pub(super) struct NewChange {
    #[serde(default)]
    what: String,
    #[serde(default)]
    product: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    on: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    number: i64,
}

pub(super) async fn spikes(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let f = Frame::new(visitor, "insight");
    let mut page = SpikesPage { top: Top::of(&app, "spikes", asked, SINCE), f, since: None, spikes: Vec::new() };
    match Period::read(&page.top.since, None, day_of(app.clock().now())) {
        Ok(period) => {
            page.since = Some(period.from);
            page.spikes = app.spikes(period.from).await?.into_iter().map(|spike| unusual(&page.f, spike)).collect();
        }
        Err(problem) => page.top.problem = Some(problem),
    }
    let status = if page.top.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(page.render()?)).into_response())
}

fn unusual(f: &Frame, spike: Spike) -> Unusual {
    let polarity = spike.polarity.map(|polarity| f.word("verdict", polarity.as_str()).to_owned());
    let about: Vec<String> = [Some(spike.product.clone()), polarity, spike.theme.clone()].into_iter().flatten().collect();
    let most = spike.mentions.max(spike.usual.ceil() as u64);
    Unusual {
        about: about.join(" · "),
        usual: format!("{:.1}", spike.usual),
        usual_meter: Meter::beside(spike.usual.round() as u64, most),
        mentions_meter: Meter::beside(spike.mentions, most),
        spike,
    }
}

pub(super) async fn helped(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    page(&app, visitor, asked, None).await
}

async fn page(app: &App, visitor: Visitor, asked: Asked, problem: Option<String>) -> Result<Response, Failure> {
    let f = Frame::new(visitor, "insight");
    let days = asked.days.parse::<i64>().ok().filter(|days| (1..=400).contains(days)).unwrap_or(DAYS);
    let mut top = Top::of(app, "loop", asked, SINCE);
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    top.problem = problem;
    let changes = app.effects(days).await?.into_iter().map(|(change, effect)| judged(&f, change, effect)).collect();
    let replied = app.replied().await?.map(|replied| {
        let (again, rose) = (told(&replied.wrote_again), told(&replied.rose));
        (replied, again, rose)
    });
    let page = LoopPage { f, top, today: day_of(app.clock().now()), days, changes, replied, least: LEAST_TO_TELL };
    Ok((status, Html(page.render()?)).into_response())
}

fn judged(f: &Frame, change: Change, effect: Option<Effect>) -> Judged {
    let rows = effect.as_ref().map(|effect| rows(f, effect)).unwrap_or_default();
    let weighted = effect.as_ref().and_then(|effect| {
        let side = |side: &crate::insight::Side| {
            let (praise, complaints) = (side.weighted_praise?, side.weighted_complaints?);
            Some(format!("{praise:.1} / {complaints:.1} ({})", percent(side.match_rate)))
        };
        Some(format!("{} → {}", side(&effect.before)?, side(&effect.after)?))
    });
    Judged { change, effect, rows, weighted }
}

fn rows(f: &Frame, effect: &Effect) -> Vec<RateRow> {
    let (before, after) = (&effect.before, &effect.after);
    vec![
        RateRow {
            key: "insight.with-praise",
            before: (before.praise, f.found(&before.praise_query)),
            after: (after.praise, f.found(&after.praise_query)),
            told: told(&effect.praise),
        },
        RateRow {
            key: "insight.with-complaint",
            before: (before.complaints, f.found(&before.complaint_query)),
            after: (after.complaints, f.found(&after.complaint_query)),
            told: told(&effect.complaints),
        },
        RateRow {
            key: "insight.of-product",
            before: (before.product_mentions, f.found(&before.product_query)),
            after: (after.product_mentions, f.found(&after.product_query)),
            told: told(&effect.complaints_of_product),
        },
    ]
}

fn told(of: &Difference) -> Told {
    let rate = |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.0}"));
    let meter = |rate: Option<f64>| Meter::of(rate.map(|rate| rate / 100.0), None);
    Told {
        before: rate(of.before),
        after: rate(of.after),
        before_meter: meter(of.before),
        after_meter: meter(of.after),
        interval: of.low.zip(of.high).map(|(low, high)| format!("{low:+.0} … {high:+.0}")).unwrap_or_default(),
        // The words of the figures, as keys.
        verdict: match of.verdict {
            "more" => "more",
            "fewer" => "fewer",
            "no clear difference" => "unclear",
            _ => "too-few",
        },
    }
}

pub(super) async fn note(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<NewChange>) -> Result<Response, Failure> {
    let today = day_of(app.clock().now());
    let on = given(&form.on).map_or(Ok(today), |on| on.parse::<Date>());
    let noted = match on {
        Ok(on) => app.note_change(&form.what, &form.product, &form.theme, on).await,
        Err(_) => Err(anyhow::anyhow!("`{}` is not a day; write for example {today}", form.on)),
    };
    match noted {
        Ok(change) => {
            app.note_deed(visitor.name(), "change-noted", &change.what).await?;
            Ok(see("/insight/loop"))
        }
        Err(error) => page(&app, visitor, Asked::default(), Some(error.to_string())).await,
    }
}

pub(super) async fn forget(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Which>) -> Result<Response, Failure> {
    if app.forget_change(form.number).await? {
        app.note_deed(visitor.name(), "change-forgotten", &form.number.to_string()).await?;
    }
    Ok(see("/insight/loop"))
}

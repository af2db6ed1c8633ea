//! The figures behind the page, each with the query that finds the mentions behind it.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::json;
use super::problem::Problem;
use super::taken::Asked;
use crate::app::{Apart, App, FigureRequest, Part, Pole, TrendRequest};
use crate::insight::{Period, Scope, day_of};
use crate::mention::Polarity;
use crate::web::Web;

/// Which mentions, and when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// About this product.
    product: Option<String>,
    /// With a tag under this theme.
    theme: Option<String>,
    /// With praise, or with a complaint.
    #[param(inline)]
    polarity: Option<Pole>,
    /// Shown by this source.
    source: Option<String>,
    /// In this language.
    lang: Option<String>,
    /// Found by this query too.
    q: Option<String>,
    /// From when on: `30d`, `8w`, `3mo`, `2026-11-01`, `2026-11`; if not given `30d`, for what comes up `7d`.
    since: Option<String>,
    /// Until when; today if not given.
    until: Option<String>,
    /// Of a trend: what the time is divided into.
    #[param(inline)]
    by: Option<Part>,
    /// Of a trend: what the mentions are told apart by.
    #[param(inline)]
    each: Option<Apart>,
    /// Of what comes up: the most words and phrases to give.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
}

impl Which {
    fn request(self, usually: &str) -> FigureRequest {
        let Self { product, theme, polarity, source, lang, q, since, until, .. } = self;
        let scope = Scope { product, polarity: polarity.map(Polarity::from), theme, source, lang, query: q };
        FigureRequest { scope, since: since.unwrap_or_else(|| usually.to_owned()), until }
    }
}

/// From when on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Since {
    /// From when on: `30d`, `8w`, `2026-11-01`.
    since: Option<String>,
}

/// How far on either side of a change.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Around {
    /// Whole days on either side of a change.
    #[param(minimum = 1, maximum = 400, default = 28)]
    days: Option<i64>,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/insight/trend", get(trend))
        .route("/api/v1/insight/voice", get(voice))
        .route("/api/v1/insight/themes", get(themes))
        .route("/api/v1/insight/emerging", get(emerging))
        .route("/api/v1/insight/spikes", get(spikes))
        .route("/api/v1/insight/loop", get(closed_loop))
}

fn period(period: Period) -> Value {
    json!({ "from": period.from, "until": period.until })
}

/// Counts over time.
#[utoipa::path(get, path = "/api/v1/insight/trend", tag = "insight", params(Which), responses((status = 200, body = shapes::Trend)))]
pub(super) async fn trend(State(app): State<Arc<App>>, Asked(which): Asked<Which>) -> Result<Response, Problem> {
    let (by, each) = (which.by.unwrap_or_default().into(), which.each.unwrap_or_default().into());
    let trend = app.trend(&TrendRequest { of: which.request("30d"), by, each }).await?;
    let series: Vec<Value> = trend.series.iter().map(|series| json!({ "total": series.total, "points": series.points })).collect();
    json(&json!({
        "period": period(trend.period), "blind": trend.blind, "series": series, "standing": trend.standing, "notes": trend.notes,
    }))
}

/// Share of voice: ours against competitors.
#[utoipa::path(get, path = "/api/v1/insight/voice", tag = "insight", params(Which), responses((status = 200, body = shapes::Voice)))]
pub(super) async fn voice(State(app): State<Arc<App>>, Asked(which): Asked<Which>) -> Result<Response, Problem> {
    if which.product.is_some() {
        return Err(Problem::wrong("share of voice sets all products against each other; leave out `product`"));
    }
    let voice = app.voice(&which.request("30d")).await?;
    json(&json!({
        "period": period(voice.period), "groups": voice.groups, "products": voice.products, "blind": voice.blind, "notes": voice.notes,
    }))
}

/// Themes by praise and complaint, against the period before.
#[utoipa::path(get, path = "/api/v1/insight/themes", tag = "insight", params(Which), responses((status = 200, body = shapes::Themes)))]
pub(super) async fn themes(State(app): State<Arc<App>>, Asked(which): Asked<Which>) -> Result<Response, Problem> {
    let (of, rows, notes) = app.themes(&which.request("30d")).await?;
    json(&json!({ "period": period(of), "rows": rows, "notes": notes }))
}

/// Words and phrases that come up, against the period before.
#[utoipa::path(get, path = "/api/v1/insight/emerging", tag = "insight", params(Which), responses((status = 200, body = shapes::Emerging)))]
pub(super) async fn emerging(State(app): State<Arc<App>>, Asked(which): Asked<Which>) -> Result<Response, Problem> {
    let limit = which.limit.unwrap_or(15);
    if !(1..=100).contains(&limit) {
        return Err(Problem::wrong("`limit` may be from 1 to 100"));
    }
    let (of, rows, notes) = app.emerging(&which.request("7d"), limit).await?;
    json(&json!({ "period": period(of), "rows": rows, "notes": notes }))
}

/// Days on which much more was said than usual.
#[utoipa::path(get, path = "/api/v1/insight/spikes", tag = "insight", params(Since), responses((status = 200, body = shapes::Spikes)))]
pub(super) async fn spikes(State(app): State<Arc<App>>, Asked(asked): Asked<Since>) -> Result<Response, Problem> {
    let since = asked.since.as_deref().unwrap_or("30d");
    let of = Period::read(since, None, day_of(app.clock().now())).map_err(Problem::wrong)?;
    json(&json!({ "period": period(of), "rows": app.spikes(of.from).await?, "notes": [] }))
}

/// What was said before and after each noted change, and what became of people who were replied to.
#[utoipa::path(get, path = "/api/v1/insight/loop", tag = "insight", params(Around), responses((status = 200, body = shapes::Loop)))]
pub(super) async fn closed_loop(State(app): State<Arc<App>>, Asked(asked): Asked<Around>) -> Result<Response, Problem> {
    let days = asked.days.unwrap_or(28);
    if !(1..=400).contains(&days) {
        return Err(Problem::wrong("`days` may be from 1 to 400"));
    }
    let effects = app.effects(days).await?;
    let changes: Vec<Value> = effects.iter().map(|(change, effect)| json!({ "change": change, "effect": effect })).collect();
    json(&json!({ "changes": changes, "replied": app.replied().await? }))
}

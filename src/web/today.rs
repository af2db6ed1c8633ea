//! The first page: the good, the bad and the ugly of these days, what waits to be answered, what is unusual and what was not heard.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::failure::Failure;
use super::frame::Frame;
use super::reply_words::deadline;
use super::shown::{Piece, cut, is_web};
use super::visitor::Visitor;
use super::{Web, see};
use crate::app::{App, Queued, Span, Today};
use crate::digest::{Figure, Lane, Measure, Quote, Said, Theme, Tone, Unusual};
use crate::mention::Polarity;
use crate::replies::Reply;

/// Of a mention whose reply is due so many letters are shown.
const SHORT: usize = 140;

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    of: String,
}

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage {
    f: Frame,
    spans: Vec<(&'static str, bool)>,
    days: String,
    figures: Vec<FigureRow>,
    lanes: Vec<LaneRows>,
    due: Vec<DueRow>,
    open: u64,
    unusual: Vec<(String, String, String)>,
    today: Today,
    unseen: Vec<(String, String, String)>,
    /// What is missing before anything can be shown: a key of the words.
    missing: Option<&'static str>,
    mentions: i64,
}

struct FigureRow {
    of: &'static str,
    count: u64,
    change: Option<String>,
    /// `praise`, `complaint` or none.
    tone: &'static str,
    link: String,
}

struct LaneRows {
    of: &'static str,
    /// What most of it is about.
    above_all: Option<String>,
    total: u64,
    more: u64,
    link: String,
    quotes: Vec<QuoteRow>,
}

struct QuoteRow {
    title: Vec<Piece>,
    text: Vec<Piece>,
    byline: String,
    beside: String,
    id: String,
    url: Option<String>,
    /// Where its reply stands.
    reply: Option<&'static str>,
}

struct DueRow {
    id: String,
    lane: &'static str,
    status: &'static str,
    left: String,
    is_late: bool,
    author: String,
    text: String,
    with: Option<String>,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/", get(home)).route("/today", get(today))
}

/// Where the page begins; old addresses of searches lead on.
async fn home(RawQuery(query): RawQuery) -> Response {
    see(&query.map_or_else(|| "/today".to_owned(), |query| format!("/mentions?{query}")))
}

async fn today(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let today = app.today(Span::parse(&asked.of)).await?;
    let f = Frame::new(visitor, "today");
    let rows: Vec<i64> = today.lanes.iter().flat_map(|lane| &lane.quotes).map(|quote| quote.row).collect();
    let replies = Reply::to_each(&mut *app.store().connection().await?, &rows).await?;
    let now = app.clock().now();
    let mentions = app.store().counts().await?.mentions;
    let config = app.config();
    let has_source = config.sources.iter().any(|source| source.enabled);
    let has_own = config.lists.products.iter().any(|product| product.ours);
    let period = today.period;
    let page = TodayPage {
        spans: Span::ALL.map(|span| (span.as_str(), span == today.span)).to_vec(),
        days: if period.from == period.until { period.until.to_string() } else { format!("{} – {}", period.from, period.until) },
        figures: today.figures.iter().filter_map(|figure| figure_row(&f, figure, &today)).collect(),
        lanes: today.lanes.iter().map(|lane| lane_rows(&f, lane, &today.themes, &replies)).collect(),
        due: today.due.iter().map(|queued| due_row(&f, queued, now)).collect(),
        open: today.replies.open.values().sum(),
        unusual: today.unusual.iter().map(|unusual| unusual_row(&f, unusual)).collect(),
        unseen: today
            .unseen
            .iter()
            .map(|unseen| (unseen.source.clone(), unseen.state.clone(), unseen.reason.clone().unwrap_or_default()))
            .collect(),
        missing: missing(has_source, mentions > 0, has_own),
        mentions,
        today,
        f,
    };
    Ok(Html(page.render()?).into_response())
}

/// What somebody has to do before anything can be shown.
fn missing(has_source: bool, has_mentions: bool, has_own_product: bool) -> Option<&'static str> {
    match (has_source, has_mentions, has_own_product) {
        (false, false, _) => Some("today.no-source"),
        (_, false, _) => Some("today.nothing-yet"),
        (_, _, false) => Some("today.no-product"),
        _ => None,
    }
}

fn found(query: &str) -> String {
    format!("/mentions?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish())
}

fn measure(of: Measure) -> &'static str {
    match of {
        Measure::Mentions => "mentions",
        Measure::Praise => "praise",
        Measure::Complaints => "complaints",
        Measure::Ugly => "ugly",
    }
}

/// A figure with its change; a day that is not over yet is not called a bad one.
fn figure_row(f: &Frame, figure: &Figure, today: &Today) -> Option<FigureRow> {
    if figure.of == Measure::Ugly && figure.count == 0 {
        return None;
    }
    let change = figure.usual.map(|usual| {
        let key = match () {
            () if figure.count as f64 - usual.count >= 0.5 => "today.more",
            () if usual.count - figure.count as f64 >= 0.5 && today.is_over => "today.fewer",
            () if usual.count - figure.count as f64 >= 0.5 => "today.fewer-yet",
            () => "today.as-usual",
        };
        (key, f.of(key, number(usual.count)))
    });
    let rises = change.as_ref().is_some_and(|(key, _)| *key == "today.more");
    let tone = match figure.of {
        Measure::Praise if rises => "praise",
        Measure::Complaints | Measure::Ugly if rises => "complaint",
        _ => "",
    };
    Some(FigureRow {
        of: measure(figure.of),
        count: figure.count,
        change: change.map(|(_, words)| words),
        tone,
        link: found(&figure.query),
    })
}

fn number(value: f64) -> String {
    let short = format!("{value:.1}");
    short.strip_suffix(".0").map(str::to_owned).unwrap_or(short)
}

fn lane_rows(f: &Frame, lane: &Lane, themes: &[Theme], replies: &HashMap<i64, Reply>) -> LaneRows {
    let of = match lane.of {
        Said::Good => "good",
        Said::Bad => "bad",
        Said::Ugly | Said::Search(_) => "ugly",
    };
    let quotes = lane.quotes.iter().map(|quote| quote_row(f, quote, replies.get(&quote.row))).collect();
    let polarity = match lane.of {
        Said::Good => Some(Polarity::Praise),
        Said::Bad => Some(Polarity::Complaint),
        Said::Ugly | Said::Search(_) => None,
    };
    let theme = themes.iter().find(|theme| Some(theme.polarity) == polarity && theme.count > 1);
    let above_all = theme.map(|theme| f.of("today.above-all", f.word("theme", &theme.name)));
    LaneRows { of, above_all, total: lane.total, more: lane.more(), link: found(&lane.query), quotes }
}

fn quote_row(f: &Frame, quote: &Quote, reply: Option<&Reply>) -> QuoteRow {
    let author = quote.author.as_deref().map(|author| cut(author, SHORT)).unwrap_or_else(|| f.say("mention.no-author").to_owned());
    let stars = quote.rating.map(|(value, best)| f.of2("mention.stars", value, best));
    let byline = [Some(author), quote.segment.clone(), stars, Some(quote.source.clone()), Some(quote.day.to_string())];
    let twins = (quote.twins > 0).then(|| f.of("today.twins", quote.twins));
    let marks = [quote.edited.then_some("mention.edited"), quote.late.then_some("today.late")];
    let marks = marks.into_iter().flatten().map(|key| f.say(key).to_owned());
    let theme = quote.theme.as_ref().map(|theme| f.word("theme", theme).to_owned());
    QuoteRow {
        title: pieces(&quote.title),
        text: pieces(&quote.text),
        byline: byline.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        beside: quote.product.iter().cloned().chain(theme).chain(marks).chain(twins).collect::<Vec<_>>().join(" · "),
        id: quote.id.clone(),
        url: quote.url.clone().filter(|url| url.parse().is_ok_and(|url| is_web(&url))),
        reply: reply.map(|reply| reply.state.status.as_str()),
    }
}

fn pieces(pieces: &[crate::digest::Piece]) -> Vec<Piece> {
    let piece = |piece: &crate::digest::Piece| Piece {
        text: piece.text.clone(),
        mark: match piece.tone {
            Some(Tone::Praise) => "praise",
            Some(Tone::Complaint) => "complaint",
            Some(Tone::Found) => "found",
            None => "",
        },
    };
    pieces.iter().map(piece).collect()
}

fn due_row(f: &Frame, Queued { reply, stored, .. }: &Queued, now: jiff::Timestamp) -> DueRow {
    let text = stored.mention.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = text.chars().take(SHORT).collect();
    DueRow {
        id: stored.id.clone(),
        lane: reply.lane.as_str(),
        status: reply.state.status.as_str(),
        left: deadline(f, reply.due, now),
        is_late: reply.due <= now,
        author: stored.mention.author.as_ref().map_or_else(|| f.say("mention.no-author").to_owned(), |author| cut(&author.name, SHORT)),
        text: if short.len() < text.len() { format!("{short}…") } else { short },
        with: reply.person.clone().or_else(|| reply.team.clone()),
    }
}

/// What is unusual, when and against what, and where it is found.
fn unusual_row(f: &Frame, unusual: &Unusual) -> (String, String, String) {
    let what = match unusual.polarity {
        Some(polarity) => f.word("verdict", polarity.as_str()),
        None => f.word("measure", "mentions"),
    };
    let about = [Some(unusual.product.as_str()), unusual.theme.as_deref().map(|theme| f.word("theme", theme))]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ");
    let days = if unusual.from == unusual.until { unusual.until.to_string() } else { format!("{} – {}", unusual.from, unusual.until) };
    let against = f.of2("today.unusually", unusual.count, number(unusual.usual));
    (format!("{about}: {what}"), format!("{days} · {against}"), found(&unusual.query))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_first_is_told_first() {
        for (source, mentions, own, want) in [
            (false, false, false, Some("today.no-source")),
            (true, false, true, Some("today.nothing-yet")),
            (true, true, false, Some("today.no-product")),
            (false, true, true, None),
            (true, true, true, None),
        ] {
            assert_eq!(missing(source, mentions, own), want);
        }
    }
}

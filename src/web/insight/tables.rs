//! Share of voice, themes and words that come up: rows of figures, each a link to its mentions.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::{Asked, SINCE, SINCE_FOR_WORDS, Top, csv};
use crate::app::{App, emerging_csv, figures_csv};
use crate::insight::{Emerging, Period, Standing, ThemeRow};
use crate::web::chart::{Meter, percent};
use crate::web::failure::Failure;
use crate::web::frame::Frame;
use crate::web::visitor::Visitor;

/// Words shown at most.
const WORDS: usize = 25;

#[derive(Template)]
#[template(path = "insight_voice.html")]
struct VoicePage {
    f: Frame,
    top: Top,
    period: Option<Period>,
    rows: Vec<Voiced>,
    is_weighted: bool,
    blind: String,
    is_blind: bool,
}

/// A product, or all of ours or theirs.
struct Voiced {
    one: Standing,
    name: String,
    is_group: bool,
    share: String,
    share_meter: Option<Meter>,
    praise_share: String,
    positive: String,
    positive_meter: Option<Meter>,
    stars: String,
    weighted_share: String,
    weighted_positive: String,
    match_rate: String,
}

#[derive(Template)]
#[template(path = "insight_themes.html")]
struct ThemesPage {
    f: Frame,
    top: Top,
    period: Option<Period>,
    rows: Vec<Themed>,
    is_weighted: bool,
}

struct Themed {
    row: ThemeRow,
    praise_meter: Meter,
    complaint_meter: Meter,
    praise_change: String,
    complaint_change: String,
    weighted: String,
    match_rate: String,
}

#[derive(Template)]
#[template(path = "insight_emerging.html")]
struct EmergingPage {
    f: Frame,
    top: Top,
    period: Option<Period>,
    rows: Vec<(Emerging, Meter)>,
}

pub(super) async fn voice(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let f = Frame::new(visitor, "insight");
    // All products are set against each other.
    let asked = Asked { product: String::new(), ..asked };
    let voice = app.voice(&asked.request(SINCE)).await;
    if let (Ok(voice), true) = (&voice, asked.wants_csv()) {
        let rows: Vec<&Standing> = voice.groups.iter().chain(&voice.products).collect();
        return Ok(csv("voice", &figures_csv(&rows)?));
    }
    let mut page = VoicePage {
        top: Top::of(&app, "voice", asked, SINCE),
        f,
        period: None,
        rows: Vec::new(),
        is_weighted: false,
        blind: String::new(),
        is_blind: false,
    };
    match voice {
        Ok(voice) => {
            let groups = voice.groups.iter().filter(|_| voice.groups.len() > 1).map(|one| voiced(&page.f, one, true));
            page.rows = groups.chain(voice.products.iter().map(|one| voiced(&page.f, one, false))).collect();
            page.is_weighted = voice.products.iter().any(|one| one.match_rate.is_some());
            (page.period, page.blind, page.is_blind) = (Some(voice.period), percent(Some(voice.blind)), voice.blind > 0.0);
            page.top.notes = voice.notes;
        }
        Err(error) => page.top.problem = Some(error.to_string()),
    }
    answer(&page.top, page.render()?)
}

fn voiced(f: &Frame, one: &Standing, is_group: bool) -> Voiced {
    let interval = one.positive_low.zip(one.positive_high);
    let within = interval.map(|(low, high)| format!(" ({:.0}–{:.0})", low * 100.0, high * 100.0)).unwrap_or_default();
    Voiced {
        name: if is_group { f.word("whose", &one.whose).to_owned() } else { one.name.clone() },
        is_group,
        share: percent(one.share),
        share_meter: Meter::of(one.share, None),
        praise_share: percent(one.praise_share),
        positive: format!("{}{within}", percent(one.positive)),
        positive_meter: Meter::of(one.positive, interval),
        stars: one.stars.map(|stars| format!("{stars:.1}")).unwrap_or_default(),
        weighted_share: percent(one.weighted_share),
        weighted_positive: percent(one.weighted_positive),
        match_rate: percent(one.match_rate),
        one: one.clone(),
    }
}

pub(super) async fn themes(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let f = Frame::new(visitor, "insight");
    let themes = app.themes(&asked.request(SINCE)).await;
    if let (Ok((_, rows, _)), true) = (&themes, asked.wants_csv()) {
        return Ok(csv("themes", &figures_csv(rows)?));
    }
    let mut page = ThemesPage { top: Top::of(&app, "themes", asked, SINCE), f, period: None, rows: Vec::new(), is_weighted: false };
    match themes {
        Ok((period, rows, notes)) => {
            let most = rows.iter().flat_map(|row| [row.praise, row.complaints]).max().unwrap_or_default();
            page.is_weighted = rows.iter().any(|row| row.match_rate.is_some_and(|rate| rate > 0.0));
            page.rows = rows.into_iter().map(|row| themed(row, most)).collect();
            (page.period, page.top.notes) = (Some(period), notes);
        }
        Err(error) => page.top.problem = Some(error.to_string()),
    }
    answer(&page.top, page.render()?)
}

fn themed(row: ThemeRow, most: u64) -> Themed {
    let weight = |weight: Option<f64>| weight.map_or_else(|| "–".to_owned(), |weight| format!("{weight:.1}"));
    Themed {
        praise_meter: Meter::beside(row.praise, most),
        complaint_meter: Meter::beside(row.complaints, most),
        praise_change: change(row.praise, row.praise_before),
        complaint_change: change(row.complaints, row.complaints_before),
        weighted: format!("{} / {}", weight(row.weighted_praise), weight(row.weighted_complaints)),
        match_rate: percent(row.match_rate),
        row,
    }
}

/// How a count differs from the one before.
fn change(now: u64, before: u64) -> String {
    match now.cmp(&before) {
        std::cmp::Ordering::Greater => format!("▲ {}", now - before),
        std::cmp::Ordering::Less => format!("▼ {}", before - now),
        std::cmp::Ordering::Equal => "＝".to_owned(),
    }
}

pub(super) async fn emerging(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let f = Frame::new(visitor, "insight");
    let emerging = app.emerging(&asked.request(SINCE_FOR_WORDS), WORDS).await;
    if let (Ok((_, rows, _)), true) = (&emerging, asked.wants_csv()) {
        return Ok(csv("emerging", &emerging_csv(rows)?));
    }
    let mut page = EmergingPage { top: Top::of(&app, "emerging", asked, SINCE_FOR_WORDS), f, period: None, rows: Vec::new() };
    match emerging {
        Ok((period, rows, notes)) => {
            let most = rows.iter().map(|row| row.mentions).max().unwrap_or_default();
            page.rows = rows.into_iter().map(|row| (row.clone(), Meter::beside(row.mentions, most))).collect();
            (page.period, page.top.notes) = (Some(period), notes);
        }
        Err(error) => page.top.problem = Some(error.to_string()),
    }
    answer(&page.top, page.render()?)
}

fn answer(top: &Top, page: String) -> Result<Response, Failure> {
    let status = if top.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(page)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_says_which_way() {
        assert_eq!([change(5, 3), change(3, 5), change(2, 2)], ["▲ 2", "▼ 2", "＝"]);
    }
}

//! The digest as HTML that holds in mail clients: tables, styles written where they are used, no script, nothing loaded from
//! elsewhere. The template escapes all that people wrote.

use askama::Template;

use super::page::{FigureView, LaneView, Page, Row};
use super::quote::{Piece, Tone};

#[derive(Template)]
#[template(path = "digest.html")]
struct Sheet<'a> {
    page: &'a Page,
    /// The name under which the picture is attached; none without one.
    picture: Option<&'a str>,
}

/// The page as HTML, which shows the picture attached as `picture`.
pub(super) fn html(page: &Page, picture: Option<&str>) -> anyhow::Result<String> {
    Ok(Sheet { page, picture }.render()?)
}

impl Sheet<'_> {
    /// Two figures a row: that fits a phone.
    fn figure_rows(&self) -> std::slice::Chunks<'_, FigureView> {
        self.page.figures.chunks(2)
    }

    fn all_lanes(&self) -> impl Iterator<Item = &LaneView> {
        self.page.lanes.iter().chain(&self.page.searches)
    }

    fn lang(&self) -> &'static str {
        self.page.language.as_str()
    }

    fn colour(&self, tone: &str) -> &'static str {
        match tone {
            "good" => "#1d7a48",
            "bad" => "#b0462a",
            "ugly" => "#8c1d18",
            _ => "#5d574e",
        }
    }

    fn ground(&self, piece: &Piece) -> &'static str {
        match piece.tone {
            Some(Tone::Praise) => "#d5efdf",
            Some(Tone::Complaint) => "#fadccf",
            _ => "#fbeeb0",
        }
    }

    fn mark(&self, piece: &Piece) -> &'static str {
        match piece.tone {
            Some(Tone::Praise) => "mp",
            Some(Tone::Complaint) => "mc",
            _ => "mf",
        }
    }

    fn link_of<'r>(&self, row: &'r Row) -> Option<&'r str> {
        row.link.as_deref()
    }
}

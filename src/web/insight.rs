//! Insight: the figures of `goodword insight`, each with a chart, a table whose numbers lead to the mentions behind them, and CSV.
//!
//! A file here for each group of figures; what is asked for stands in the address, so that a page can be passed on.

mod changes;
mod tables;
mod trend;

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

pub(super) use trend::label;

use super::Web;
use crate::app::{App, FigureRequest};
use crate::insight::Scope;
use crate::mention::Polarity;

/// The figures: the key of their words under `figure`, and their path.
const FIGURES: [(&str, &str); 6] = [
    ("trend", "/insight"),
    ("voice", "/insight/voice"),
    ("themes", "/insight/themes"),
    ("emerging", "/insight/emerging"),
    ("spikes", "/insight/spikes"),
    ("loop", "/insight/loop"),
];

/// How far figures reach back if nothing is said.
const SINCE: &str = "30d";
/// The same for words that come up: news is young.
const SINCE_FOR_WORDS: &str = "7d";

/// What somebody asks of a figure.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    product: String,
    polarity: String,
    theme: String,
    source: String,
    lang: String,
    q: String,
    since: String,
    until: String,
    by: String,
    each: String,
    days: String,
    /// `csv` for a table to download.
    form: String,
}

/// What stands above every figure.
struct Top {
    /// Which figure it is.
    figure: &'static str,
    /// Each figure with its address, for the same question.
    tabs: Vec<(&'static str, String)>,
    asked: Asked,
    /// From when on, as asked or as usual.
    since: String,
    products: Vec<String>,
    themes: Vec<String>,
    sources: Vec<String>,
    problem: Option<String>,
    notes: Vec<String>,
    /// Where the table can be had as CSV.
    csv: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/insight", get(trend::page))
        .route("/insight/voice", get(tables::voice))
        .route("/insight/themes", get(tables::themes))
        .route("/insight/emerging", get(tables::emerging))
        .route("/insight/spikes", get(changes::spikes))
        .route("/insight/loop", get(changes::helped))
        .route("/insight/changes", post(changes::note))
        .route("/insight/changes/remove", post(changes::forget))
}

impl Asked {
    fn request(&self, usually: &str) -> FigureRequest {
        let polarity = match self.polarity.as_str() {
            "praise" => Some(Polarity::Praise),
            "complaint" => Some(Polarity::Complaint),
            _ => None,
        };
        let scope = Scope {
            product: given(&self.product),
            polarity,
            theme: given(&self.theme),
            source: given(&self.source),
            lang: given(&self.lang),
            query: given(&self.q),
        };
        FigureRequest { scope, since: given(&self.since).unwrap_or_else(|| usually.to_owned()), until: given(&self.until) }
    }

    fn wants_csv(&self) -> bool {
        self.form == "csv"
    }

    /// The same question to the figure at `path`.
    fn at(&self, path: &str) -> String {
        let fields = [
            ("product", &self.product),
            ("polarity", &self.polarity),
            ("theme", &self.theme),
            ("source", &self.source),
            ("lang", &self.lang),
            ("q", &self.q),
            ("since", &self.since),
            ("until", &self.until),
            ("by", &self.by),
            ("each", &self.each),
            ("days", &self.days),
        ];
        let said = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

impl Top {
    fn of(app: &App, figure: &'static str, asked: Asked, usually: &str) -> Self {
        let config = app.config();
        let mut themes: Vec<String> = config.lists.phrases.iter().map(|phrase| phrase.theme.clone()).collect();
        themes.sort_unstable();
        themes.dedup();
        let path = FIGURES.iter().find(|(key, _)| *key == figure).map_or("/insight", |(_, path)| path);
        let with_form = asked.at(path);
        Self {
            figure,
            tabs: FIGURES.iter().map(|(key, path)| (*key, asked.at(path))).collect(),
            since: given(&asked.since).unwrap_or_else(|| usually.to_owned()),
            products: config.lists.products.iter().map(|product| product.name.clone()).collect(),
            themes,
            sources: config.sources.iter().map(|source| source.name.clone()).collect(),
            problem: None,
            notes: Vec::new(),
            csv: format!("{with_form}{}form=csv", if with_form.contains('?') { '&' } else { '?' }),
            asked,
        }
    }

    fn is(&self, figure: &str) -> bool {
        self.figure == figure
    }

    /// Whether less usual fields say something.
    fn is_narrowed(&self) -> bool {
        [&self.asked.theme, &self.asked.source, &self.asked.lang, &self.asked.q].into_iter().any(|field| !field.is_empty())
    }

    /// Whether mentions can be chosen by product, theme and so on.
    fn has_scope(&self) -> bool {
        !self.is("spikes") && !self.is("loop")
    }
}

/// What a form field says; none if nothing.
pub(super) fn given(field: &str) -> Option<String> {
    Some(field.trim().to_owned()).filter(|field| !field.is_empty())
}

/// A file to download. Spreadsheets know by its first mark that it is UTF-8.
pub(super) fn download(name: &str, kind: &'static str, bytes: impl Into<Vec<u8>>) -> Response {
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    (headers, bytes.into()).into_response()
}

fn csv(figure: &str, table: &str) -> Response {
    download(&format!("goodword-{figure}.csv"), "text/csv; charset=utf-8", format!("\u{feff}{table}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_passed_on_whole_and_without_what_was_not_said() {
        let asked = Asked { product: "Acme Desk".into(), q: "a&b".into(), form: "csv".into(), ..Asked::default() };
        assert_eq!(asked.at("/insight/voice"), "/insight/voice?product=Acme+Desk&q=a%26b");
        assert_eq!(Asked::default().at("/insight"), "/insight");
        let request = Asked { polarity: "praise".into(), since: " ".into(), ..Asked::default() }.request("30d");
        assert_eq!((request.scope.query(), request.since.as_str()), ("polarity:praise".to_owned(), "30d"));
    }
}

//! Phrases: what is listened for, list by list and theme by theme, and the products it is said of. The files in `phrases/` are the
//! truth: what is changed here is changed in them, their comments kept.

mod products;
mod suggestions;

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::failure::Failure;
use super::frame::Frame;
use super::insight::given;
use super::visitor::Visitor;
use super::{Web, see};
use crate::app::{Added, App, Excerpt, Finding, Listed, NewPhrase, Phrasebook, Preview, PreviewRequest, Which};
use crate::mention::{Lang, Polarity};
use crate::tomlfile::Problem;

/// Examples shown with a preview.
const EXAMPLES: usize = 8;
/// Phrases that were never found, named at most.
const IDLE: usize = 300;

#[derive(Template)]
#[template(path = "phrases.html")]
struct PhrasesPage {
    f: Frame,
    lists: Vec<List>,
    themes: Vec<String>,
    langs: Vec<String>,
    /// The theme that is looked into, and its phrases.
    chosen: Option<(String, Vec<List>)>,
    typed: NewForm,
    done: Option<String>,
    problem: Option<String>,
    mistakes: usize,
}

/// A list: its themes with how many phrases each has; or of one theme the phrases.
struct List {
    name: String,
    polarity: &'static str,
    lang: String,
    themes: Vec<(String, usize, String)>,
    phrases: Vec<Listed>,
    count: usize,
}

#[derive(Template)]
#[template(path = "phrases_preview.html")]
struct PreviewPage {
    f: Frame,
    typed: NewForm,
    preview: Option<Previewed>,
    problem: Option<String>,
}

struct Previewed {
    told: Preview,
    products: Vec<String>,
    examples: Vec<Shown>,
}

struct Shown {
    id: String,
    product: Option<String>,
    rule: String,
    from: &'static str,
    to: &'static str,
    pieces: Pieces,
}

/// A sentence around what was found in it.
pub(super) struct Pieces {
    pub(super) before: String,
    pub(super) found: String,
    pub(super) after: String,
}

#[derive(Template)]
#[template(path = "phrases_check.html")]
struct CheckPage {
    f: Frame,
    mistakes: Vec<(&'static str, Problem)>,
    idle: Vec<Problem>,
    idle_count: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    theme: String,
    added: String,
    removed: String,
}

/// A phrase as somebody types it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewForm {
    phrase: String,
    polarity: String,
    lang: String,
    theme: String,
    /// Where to come back to: the list, or the suggestions.
    back: String,
}

/// A phrase to be removed: `list/phrase`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Removal {
    theme: String,
    entry: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/phrases", get(phrases).post(add))
        .route("/phrases/remove", post(remove))
        .route("/phrases/preview", get(preview))
        .route("/phrases/suggestions", get(suggestions::page).post(suggestions::decide))
        .route("/phrases/check", get(check))
        .route("/phrases/products", get(products::page).post(products::add))
        .route("/phrases/products/remove", post(products::remove))
}

impl NewForm {
    fn read(&self) -> anyhow::Result<NewPhrase> {
        let polarity =
            Polarity::parse(&self.polarity).ok_or_else(|| anyhow::anyhow!("say whether `{}` is praise or a complaint", self.phrase))?;
        let lang = given(&self.lang).map(Lang::try_from).transpose().map_err(anyhow::Error::msg)?;
        Ok(NewPhrase { written: self.phrase.clone(), polarity, lang, theme: given(&self.theme), entry: None })
    }
}

impl Removal {
    fn read(&self) -> anyhow::Result<(String, Which)> {
        let (list, phrase) = self.entry.split_once('/').unwrap_or(("", &self.entry));
        let (polarity, lang) =
            crate::phrases::list_kind(list).ok_or_else(|| anyhow::anyhow!("there is no list `{list}`; load the page anew"))?;
        Ok((phrase.to_owned(), Which { polarity: Some(polarity), lang: Some(lang), theme: given(&self.theme) }))
    }
}

async fn phrases(State(app): State<Arc<App>>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let f = Frame::new(visitor, "phrases");
    let done = given(&asked.added).map(|phrase| f.of("phrases.added", phrase));
    let done = done.or_else(|| given(&asked.removed).map(|phrase| f.of("phrases.removed", phrase)));
    page(&app, f, &asked.theme, NewForm::default(), done, None)
}

fn page(app: &App, f: Frame, theme: &str, typed: NewForm, done: Option<String>, problem: Option<String>) -> Result<Response, Failure> {
    let book = Phrasebook::read(app.dir())?;
    let listed = book.listed(&Which::default());
    let mut themes: Vec<String> = listed.iter().map(|entry| entry.theme.clone()).collect();
    themes.sort_unstable();
    themes.dedup();
    let mut langs: Vec<String> = book.lists().lists.iter().map(|list| list.lang.as_str().to_owned()).collect();
    langs.sort_unstable();
    langs.dedup();
    let lists = lists(&listed);
    let chosen = given(theme).map(|theme| {
        let own: Vec<Listed> = listed.into_iter().filter(|entry| entry.theme == theme).collect();
        (theme, self::lists(&own))
    });
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = PhrasesPage { f, lists, themes, langs, chosen, typed, done, problem, mistakes: book.problems().len() };
    Ok((status, Html(page.render()?)).into_response())
}

/// The entries list by list.
fn lists(listed: &[Listed]) -> Vec<List> {
    let mut by_list: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
    for entry in listed {
        by_list.entry(&entry.list).or_default().push(entry);
    }
    let list = |(name, entries): (&str, Vec<&Listed>)| {
        let mut themes: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in &entries {
            *themes.entry(&entry.theme).or_default() += 1;
        }
        List {
            name: name.to_owned(),
            polarity: entries.first().map_or("", |entry| entry.polarity.as_str()),
            lang: entries.first().map(|entry| entry.lang.as_str().to_owned()).unwrap_or_default(),
            themes: themes.into_iter().map(|(theme, count)| (theme.to_owned(), count, theme_link(theme, &[]))).collect(),
            count: entries.len(),
            phrases: entries.into_iter().cloned().collect(),
        }
    };
    by_list.into_iter().map(list).collect()
}

/// The page of a theme, telling what was done.
fn theme_link(theme: &str, told: &[(&str, &str)]) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("theme", theme).extend_pairs(told);
    format!("/phrases?{}", pairs.finish())
}

async fn preview(State(app): State<Arc<App>>, visitor: Visitor, Query(typed): Query<NewForm>) -> Result<Response, Failure> {
    let f = Frame::new(visitor, "phrases");
    let previewed = match typed.read() {
        Ok(phrase) => app.preview(&PreviewRequest { phrase, product: None, limit: EXAMPLES }).await,
        Err(error) => Err(error),
    };
    let (preview, problem) = match previewed {
        Ok(preview) => (Some(previewed_on(&f, preview)), None),
        Err(error) => (None, Some(format!("{error:#}"))),
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(PreviewPage { f, typed, preview, problem }.render()?)).into_response())
}

fn previewed_on(f: &Frame, told: Preview) -> Previewed {
    let product = |product: &Option<String>| product.clone().unwrap_or_else(|| f.say("mention.no-product").to_owned());
    let shown = told.examples.iter().map(|example| Shown {
        id: example.id.clone(),
        product: example.product.clone(),
        rule: f.rule(&example.rule),
        from: example.from.as_str(),
        to: example.to.as_str(),
        pieces: pieces(&example.excerpt),
    });
    Previewed {
        products: told.products.iter().map(|said| format!("{} {}", product(&said.product), said.mentions)).collect(),
        examples: shown.collect(),
        told,
    }
}

pub(super) fn pieces(excerpt: &Excerpt) -> Pieces {
    let part = |from: usize, until: usize| excerpt.sentence.chars().skip(from).take(until.saturating_sub(from)).collect();
    Pieces { before: part(0, excerpt.start), found: part(excerpt.start, excerpt.end), after: part(excerpt.end, usize::MAX) }
}

async fn add(State(app): State<Arc<App>>, visitor: Visitor, Form(typed): Form<NewForm>) -> Result<Response, Failure> {
    let added = match typed.read() {
        Ok(new) => app.list_phrase(&new, visitor.name()).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(Added { listed, .. }) if typed.back != "suggestions" => Ok(see(&theme_link(&listed.theme, &[("added", &listed.phrase)]))),
        Ok(_) => Ok(see("/phrases/suggestions")),
        Err(error) => page(&app, Frame::new(visitor, "phrases"), "", typed, None, Some(format!("{error:#}"))),
    }
}

async fn remove(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<Removal>) -> Result<Response, Failure> {
    let removed = match form.read() {
        Ok((phrase, which)) => app.unlist_phrase(&phrase, &which, visitor.name()).await,
        Err(error) => Err(error),
    };
    match removed {
        Ok(removed) => Ok(see(&theme_link(&removed.theme, &[("removed", &removed.phrase)]))),
        Err(error) => page(&app, Frame::new(visitor, "phrases"), &form.theme, NewForm::default(), None, Some(format!("{error:#}"))),
    }
}

async fn check(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let findings = app.check_phrases().await?;
    let (mistakes, idle): (Vec<Finding>, Vec<Finding>) = findings.into_iter().partition(Finding::is_mistake);
    let kind = |finding: &Finding| match finding {
        Finding::Mistake(_) => "mistake",
        Finding::Shadowed(_) => "shadowed",
        Finding::Collides(_) => "collides",
        Finding::NeverFound(_) => "never-found",
    };
    let page = CheckPage {
        f: Frame::new(visitor, "phrases"),
        mistakes: mistakes.iter().map(|finding| (kind(finding), finding.problem().clone())).collect(),
        idle_count: idle.len(),
        idle: idle.iter().take(IDLE).map(|finding| finding.problem().clone()).collect(),
    };
    Ok(Html(page.render()?).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_cut_around_what_was_found() {
        let excerpt = Excerpt { sentence: "它 works 很好".to_owned(), start: 2, end: 7 };
        let Pieces { before, found, after } = pieces(&excerpt);
        assert_eq!((before.as_str(), found.as_str(), after.as_str()), ("它 ", "works", " 很好"));
    }

    #[test]
    fn a_theme_is_found_again_whatever_it_is_called() {
        assert_eq!(theme_link("ease & use", &[("added", "a=b")]), "/phrases?theme=ease+%26+use&added=a%3Db");
    }
}

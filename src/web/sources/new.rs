//! Adding sources: an address is looked at with one request, what was found there is shown, and what is confirmed is written to
//! sources.toml. What was found is kept here meanwhile, so that confirming asks nobody again.
//!
//! Only addresses of the web: files of this machine are the command line's business, and private addresses an admin's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::segment;
use crate::app::{App, Wished, pasted_address};
use crate::config::SourcesFile;
use crate::people::{Role, Secret};
use crate::sources::discover::Candidate;
use crate::sources::packs::{PACKS, Pack};
use crate::sources::{Draft, place_key};
use crate::web::failure::Failure;
use crate::web::frame::Frame;
use crate::web::insight::given;
use crate::web::see;
use crate::web::visitor::Visitor;

/// What was found is kept so long.
const KEPT: SignedDuration = SignedDuration::from_mins(30);
/// Looks kept at most; the oldest goes first.
const MOST: usize = 50;
/// Letters of a text shown.
const SNIPPET: usize = 240;

/// What was found at addresses, each under a name that only whoever looked knows.
#[derive(Debug, Default)]
pub(in crate::web) struct Looks(Mutex<HashMap<String, (Timestamp, Vec<Draft>)>>);

impl Looks {
    fn keep(&self, drafts: Vec<Draft>, now: Timestamp) -> anyhow::Result<String> {
        let name = Secret::fresh()?.told().to_owned();
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looks.retain(|_, (at, _)| now.duration_since(*at) < KEPT);
        if looks.len() >= MOST
            && let Some(oldest) = looks.iter().min_by_key(|(_, (at, _))| *at).map(|(name, _)| name.clone())
        {
            looks.remove(&oldest);
        }
        looks.insert(name.clone(), (now, drafts));
        Ok(name)
    }

    pub(in crate::web) fn get(&self, name: &str, number: usize, now: Timestamp) -> Option<Draft> {
        let looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, drafts) = looks.get(name)?;
        drafts.get(number).filter(|_| now.duration_since(*at) < KEPT).cloned()
    }
}

#[derive(Template)]
#[template(path = "new_source.html")]
struct NewSourcePage {
    f: Frame,
    typed: Typed,
    products: Vec<(String, bool)>,
    packs: Vec<&'static Pack>,
    problem: Option<String>,
    /// The name of the look, and what was found.
    found: Option<(String, Vec<Found>)>,
    pack: Option<PackShown>,
}

/// Something that can be listened to.
#[derive(Serialize)]
pub(in crate::web) struct Found {
    number: usize,
    what: String,
    kind: &'static str,
    place: String,
    note: Option<String>,
    listed: Option<String>,
    name: String,
    every: String,
    entry: String,
    total: usize,
    texts: Vec<String>,
}

/// A pack as it would be written.
struct PackShown {
    name: String,
    products: Vec<String>,
    added: usize,
    listed: Vec<String>,
    text: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    address: String,
    private: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Confirmed {
    look: String,
    number: usize,
    name: String,
    every: String,
    product: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PackAsked {
    pack: String,
    /// Names with line breaks between them; ours if none.
    product: String,
    /// `yes` to write it.
    write: String,
}

pub(super) async fn page(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    answer(NewSourcePage::of(&app, visitor, Typed::default()))
}

impl NewSourcePage {
    fn of(app: &App, visitor: Visitor, typed: Typed) -> Self {
        let products = app.config().lists.products.iter().map(|product| (product.name.clone(), product.ours)).collect();
        let f = Frame::new(visitor, "sources");
        Self { f, typed, products, packs: PACKS.iter().collect(), problem: None, found: None, pack: None }
    }
}

fn answer(page: NewSourcePage) -> Result<Response, Failure> {
    let status = if page.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, Html(page.render()?)).into_response())
}

/// What looking at an address came to.
pub(in crate::web) enum Looked {
    /// It is no address.
    NoAddress,
    /// It is listened to already, under this name.
    Listed(String),
    /// There is nothing that can be listened to.
    Nothing,
    /// It did not answer as it should, and why.
    Failed(String),
    /// The name of the look, and what was found.
    Found(String, Vec<Found>),
}

/// Looks at an address with one request. Private addresses are for admins.
pub(in crate::web) async fn look_at(app: &App, looks: &Looks, visitor: &Visitor, address: &str, private: bool) -> anyhow::Result<Looked> {
    let file = SourcesFile::read(app.dir())?;
    let Some(url) = pasted_address(address) else { return Ok(Looked::NoAddress) };
    if let Some(name) = file.listing(&place_key("", url.as_str())) {
        return Ok(Looked::Listed(name.to_owned()));
    }
    let candidates = match app.scout().look(&url, private && visitor.may(Role::Admin)).await {
        Err(glimpse) => return Ok(Looked::Failed(glimpse.why().to_owned())),
        Ok(candidates) if candidates.is_empty() => return Ok(Looked::Nothing),
        Ok(candidates) => candidates,
    };
    let drafts = candidates.iter().map(|candidate| candidate.draft.clone()).collect();
    let name = looks.keep(drafts, app.clock().now())?;
    Ok(Looked::Found(name, candidates.iter().enumerate().map(|(number, one)| found(number, one, &file)).collect()))
}

/// Looks at what somebody typed.
pub(super) async fn look(
    State(app): State<Arc<App>>,
    State(looks): State<Arc<Looks>>,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let looked = look_at(&app, &looks, &visitor, &typed.address, typed.private == "yes").await?;
    let words = visitor.lang.words();
    let mut page = NewSourcePage::of(&app, visitor, typed);
    match looked {
        Looked::NoAddress => page.problem = Some(words.say("new-source.no-address").to_owned()),
        Looked::Listed(name) => page.problem = Some(page.f.of("new-source.listed", name)),
        Looked::Nothing => page.problem = Some(words.say("new-source.nothing").to_owned()),
        Looked::Failed(why) => page.problem = Some(why),
        Looked::Found(name, found) => page.found = Some((name, found)),
    }
    answer(page)
}

fn found(number: usize, candidate: &Candidate, file: &SourcesFile) -> Found {
    let draft = &candidate.draft;
    let mentions = candidate.parsed.as_ref().map(|parsed| parsed.mentions.as_slice()).unwrap_or_default();
    let snippet = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SNIPPET).collect();
    Found {
        number,
        what: candidate.what.clone(),
        kind: draft.kind,
        place: draft.place().to_owned(),
        note: candidate.note.clone(),
        listed: file.listing(&draft.key()).map(str::to_owned),
        name: draft.name.clone(),
        every: draft.every.clone(),
        entry: draft.to_toml(),
        total: mentions.len(),
        texts: mentions.iter().take(3).map(|mention| snippet(&mention.text)).collect(),
    }
}

/// Writes what was found and confirmed.
pub(super) async fn confirm(
    State(app): State<Arc<App>>,
    State(looks): State<Arc<Looks>>,
    visitor: Visitor,
    Form(form): Form<Confirmed>,
) -> Result<Response, Failure> {
    let Some(draft) = looks.get(&form.look, form.number, app.clock().now()) else {
        let problem = visitor.lang.words().say("new-source.forgotten").to_owned();
        return answer(NewSourcePage { problem: Some(problem), ..NewSourcePage::of(&app, visitor, Typed::default()) });
    };
    let wished = Wished { name: given(&form.name), every: given(&form.every), product: given(&form.product) };
    match app.list_source(draft, &wished, visitor.name()).await {
        Ok(name) => Ok(see(&format!("/sources/{}", segment(&name)))),
        Err(error) => {
            let page = NewSourcePage::of(&app, visitor, Typed::default());
            answer(NewSourcePage { problem: Some(format!("{error:#}")), ..page })
        }
    }
}

/// Shows a pack, or writes it.
pub(super) async fn pack(State(app): State<Arc<App>>, visitor: Visitor, Form(form): Form<PackAsked>) -> Result<Response, Failure> {
    let products: Vec<String> = form.product.lines().filter_map(given).collect();
    let mut page = NewSourcePage::of(&app, visitor.clone(), Typed::default());
    if form.write == "yes" {
        match app.list_pack(&form.pack, &products, visitor.name()).await {
            Ok(_) => return Ok(see("/sources")),
            Err(error) => page.problem = Some(format!("{error:#}")),
        }
    } else {
        match app.preview_pack(&form.pack, &products) {
            Ok(added) => {
                let (added, listed, text) = (added.added.len(), added.listed, added.text);
                page.pack = Some(PackShown { name: form.pack, products, added, listed, text });
            }
            Err(error) => page.problem = Some(format!("{error:#}")),
        }
    }
    answer(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_kept_for_a_while_and_not_without_end() {
        let looks = Looks::default();
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        let draft = Draft::feed(&"https://a.example/feed".parse().unwrap());
        let name = looks.keep(vec![draft], now).unwrap();
        let later = |minutes: i64| now + SignedDuration::from_mins(minutes);
        assert!(looks.get(&name, 0, later(29)).is_some());
        assert!(looks.get(&name, 1, now).is_none() && looks.get("other", 0, now).is_none());
        assert!(looks.get(&name, 0, later(30)).is_none(), "too late");
        for minute in 0..60 {
            looks.keep(Vec::new(), later(minute % 20)).unwrap();
        }
        assert_eq!(looks.0.lock().unwrap().len(), MOST);
        assert!(looks.get(&name, 0, later(20)).is_none(), "the oldest went first");
    }
}

//! What can be listened to at an address: what the address itself tells, and what the page found there tells.
//!
//! Pure: one page, asked for once by the caller, goes in and candidates come out. A later kind of source is one more arm in
//! `sites` (known by its address) or `software` (known by its pages).

mod facts;
mod files;
mod sites;
mod social;
mod software;
#[cfg(test)]
mod tests;

use url::Url;

use super::draft::Draft;
use super::walled::Walled;
use super::{Ask, Moment, ParseError, Parsed, feed, wall};
use crate::fetch;
use facts::Facts;

pub use files::{draft_of_file, read_file};

/// What an address tells by itself, before anything is asked.
#[derive(Clone, Debug)]
pub enum Known {
    /// Its site does not let programs read it.
    Walled(&'static Walled),
    /// It cannot be listened to as it stands; what to do instead.
    Otherwise(String),
    /// What its site has for it, the best first; none if the page must tell.
    Places(Vec<Candidate>),
}

/// Something that could be listened to.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What it is, in a few words.
    pub what: String,
    /// The entry it would be.
    pub draft: Draft,
    /// What a person should know of it.
    pub note: Option<String>,
    /// What it shows, where the one page that was asked for is its first.
    pub parsed: Option<Parsed>,
}

impl Candidate {
    fn new(what: impl Into<String>, draft: Draft) -> Self {
        Self { what: what.into(), draft, note: None, parsed: None }
    }

    fn noted(self, note: &str) -> Self {
        Self { note: Some(note.to_owned()), ..self }
    }

    /// What it makes of a page as its first.
    fn read(&self, page: &fetch::Page, moment: Moment<'_>) -> Option<Result<Parsed, ParseError>> {
        let source = self.draft.source(moment.dir, &[]).ok()?;
        let ask = source.kind.asks(moment).ok()?.into_iter().next()?;
        Some(source.kind.parse(&ask, page, moment))
    }
}

/// What is known of an address before it is asked.
pub fn known(url: &Url) -> Known {
    match Walled::of(url) {
        Some(site) => Known::Walled(site),
        None => sites::known(url),
    }
}

/// What can be listened to on `page`, which came for `asked`, the best first; `known` is what the address told. The error
/// says why there is nothing, and what to do.
pub fn read(asked: &Url, page: &fetch::Page, known: &[Candidate], moment: Moment<'_>) -> Result<Vec<Candidate>, String> {
    if let Some(site) = Walled::of(&page.url) {
        return Err(site.refusal(&page.url));
    }
    if let Some(best) = known.first() {
        match best.read(page, moment) {
            Some(Ok(parsed)) => {
                let mut candidates = known.to_vec();
                candidates.iter_mut().take(1).for_each(|best| best.parsed = Some(parsed.clone()));
                return Ok(candidates);
            }
            // What came in the place of a kind's own answer leads nowhere else; a feed's address may show a page.
            Some(Err(ParseError::Instead(why))) if best.draft.kind != "feed" => return Err(why),
            _ => {}
        }
    }
    match feed::parse(page) {
        Ok(parsed) => {
            let found = software::hub(asked, page).unwrap_or_else(|| Candidate::new("a feed", Draft::feed(asked)));
            return Ok(vec![Candidate { parsed: Some(parsed), ..found }]);
        }
        Err(error) if looks_like_feed(page) => return Err(error.to_string()),
        Err(_) => {}
    }
    read_page(asked, page, moment)
}

/// What a page of HTML leads to: reviews on it, then what its site's software offers, then the feeds it names.
fn read_page(asked: &Url, page: &fetch::Page, moment: Moment<'_>) -> Result<Vec<Candidate>, String> {
    let text = page.text();
    let facts = Facts::of(&page.url, &text);
    let mut found = Vec::new();
    let reviews = Candidate::new("reviews marked up on the page", Draft::reviews(asked));
    let read = reviews.read(page, moment);
    if let Some(Ok(parsed)) = &read
        && !parsed.mentions.is_empty()
    {
        found.push(Candidate { parsed: Some(parsed.clone()), ..reviews });
    }
    found.extend(software::candidates(&page.url, &facts, &text));
    found.extend(facts.feeds());
    keep_first_of_each(&mut found);
    found.retain(|candidate| Url::parse(candidate.draft.place()).ok().is_none_or(|url| Walled::of(&url).is_none()));
    if found.is_empty() { Err(why_nothing(page, &text, read)) } else { Ok(found) }
}

/// Leaves one candidate for each place.
fn keep_first_of_each(candidates: &mut Vec<Candidate>) {
    let mut seen = std::collections::HashSet::new();
    candidates.retain(|candidate| seen.insert(candidate.draft.key()));
}

/// Why a page leads to nothing, and what to do.
fn why_nothing(page: &fetch::Page, text: &str, reviews: Option<Result<Parsed, ParseError>>) -> String {
    if let Some(came) = wall::instead(page, text) {
        return came;
    }
    match reviews {
        Some(Ok(Parsed { partial: Some(partial), .. })) => {
            format!(
                "the page {partial}: it tells their number but does not mark up their texts; read it with `kind = \"page\"` (docs/sources.md)"
            )
        }
        _ => "the page names no feed and marks up no reviews; give the address of a feed or a page of reviews, or read it by CSS \
              selectors with `kind = \"page\"` (docs/sources.md)"
            .to_owned(),
    }
}

/// Whether a page means to be a feed, whatever is wrong with it.
fn looks_like_feed(page: &fetch::Page) -> bool {
    let head = String::from_utf8_lossy(page.body.get(..1024).unwrap_or(&page.body)).to_ascii_lowercase();
    let said = page.content_type.as_deref().unwrap_or_default().to_ascii_lowercase();
    let rooted = ["<rss", "<feed", "<rdf:rdf"].iter().any(|root| head.contains(root));
    rooted || ["rss+xml", "atom+xml", "feed+json"].iter().any(|kind| said.contains(kind))
}

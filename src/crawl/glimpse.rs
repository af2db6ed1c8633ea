//! A look at a source without keeping anything: what its beginning shows, and the coverage that a round would note.

use std::sync::Arc;

use super::answer::Answer;
use super::outcome::{Found, Outcome, not_read};
use super::{Reader, dated};
use crate::fetch::Page;
use crate::mention::Mention;
use crate::sources::{Ask, Parsed, Source};
use crate::store::Coverage;

/// What the beginning of a source shows.
#[derive(Clone, Debug)]
pub struct Glimpse {
    /// What a round would note of it.
    pub coverage: Coverage,
    /// Why, if not all is well, and what to do.
    pub reason: Option<String>,
    /// The mentions a round would keep.
    pub mentions: Vec<Mention>,
    /// How many are older than the source reaches back.
    pub too_old: usize,
    /// Entries that could not be read, in words.
    pub refused: Vec<String>,
    /// Pages that a round would go on to.
    pub further: usize,
}

impl Reader {
    /// Asks a source once: its first page, or all of its files.
    pub async fn glimpse(&self, source: &Arc<Source>) -> Glimpse {
        if source.kind.is_listened_to() {
            return self.listened(source).await;
        }
        let asks = match self.asks(source, None) {
            Ok(asks) => asks,
            Err(error) => return Glimpse::failed(&error.to_string(), false),
        };
        if source.kind.is_pushed() {
            let what = format!("it is sent what it hears: post to `/hooks/{}` with its token while `goodword serve` runs", source.name);
            return Glimpse { coverage: Coverage::Fresh, ..Glimpse::failed(&what, false) };
        }
        if asks.is_empty() {
            return Glimpse { coverage: Coverage::Fresh, ..Glimpse::failed("there is no file to read yet", false) };
        }
        let files = asks.iter().take_while(|ask| matches!(ask, Ask::Read(_))).count();
        let (mut all, mut outcome) = (Parsed::default(), Outcome::default());
        for ask in asks.iter().take(files.max(1)) {
            match self.answer(source, ask, None).await {
                Answer::Unchanged { .. } => outcome.unchanged(true, None),
                Answer::Failed(failure) => outcome.failed(&failure),
                Answer::Page(page, _) => match self.parse(source, ask, page, None).await {
                    Err(error) => outcome.unreadable(&error.what, error.instead),
                    Ok(parsed) => {
                        outcome.page(&parsed, true, None);
                        all.mentions.extend(parsed.mentions);
                        all.refused.extend(parsed.refused);
                        all.next.extend(parsed.next);
                    }
                },
            }
        }
        let further = asks.len().saturating_sub(files.max(1));
        let glimpse = self.kept(source, all, &outcome);
        Glimpse { further: glimpse.further + further, ..glimpse }
    }

    /// What a page shows that is read already.
    pub fn glimpse_of(&self, source: &Source, parsed: Parsed) -> Glimpse {
        let mut outcome = Outcome::default();
        outcome.page(&parsed, true, None);
        self.kept(source, parsed, &outcome)
    }

    /// Asks for one page on behalf of a source; the error is what a round would note.
    pub async fn page(&self, source: &Source, ask: &Ask) -> Result<Page, Glimpse> {
        match self.answer(source, ask, None).await {
            Answer::Page(page, _) => Ok(page),
            Answer::Unchanged { .. } => Err(Glimpse::failed("it says that nothing has changed, though we never had it", false)),
            Answer::Failed(failure) => Err(Glimpse::failed(&failure.what, failure.is_blocked())),
        }
    }

    /// What anybody says for a moment where a source is listened to.
    async fn listened(&self, source: &Arc<Source>) -> Glimpse {
        let mut outcome = Outcome::default();
        let mut parsed = Parsed::default();
        match self.overhear(source).await {
            Err(failure) => outcome.failed(&failure),
            Ok(heard) => {
                let partial = "this is what anybody says there; a round keeps what names a product or has one of its `terms`";
                parsed.partial = Some(partial.to_owned());
                (parsed.mentions, parsed.refused) = (heard.mentions, heard.refused);
                outcome.page(&parsed, true, None);
            }
        }
        self.kept(source, parsed, &outcome)
    }

    fn kept(&self, source: &Source, parsed: Parsed, outcome: &Outcome) -> Glimpse {
        let (now, since, seen) = (self.clock.now(), self.since(source), parsed.mentions.len());
        let mentions: Vec<Mention> = parsed.mentions.into_iter().filter_map(|mention| dated(mention, now, since)).collect();
        let (coverage, reason, _) = outcome.coverage(Found { seen: mentions.len(), ..Found::default() });
        // What was not read is told entry by entry.
        let reason = reason.filter(|reason| parsed.refused.first().is_none_or(|first| !reason.starts_with(&not_read(first))));
        Glimpse { coverage, reason, too_old: seen - mentions.len(), mentions, refused: parsed.refused, further: parsed.next.len() }
    }
}

impl Glimpse {
    /// One that shows nothing, and why.
    pub fn failed(what: &str, is_blocked: bool) -> Self {
        let coverage = if is_blocked { Coverage::Blocked } else { Coverage::Failing };
        Self { coverage, reason: Some(what.to_owned()), mentions: Vec::new(), too_old: 0, refused: Vec::new(), further: 0 }
    }

    /// Why not all is well.
    pub fn why(&self) -> &str {
        self.reason.as_deref().unwrap_or("it shows nothing")
    }
}

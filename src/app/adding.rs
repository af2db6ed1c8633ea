//! Looking at places before they are listened to: what an address or file offers, and what a source would show. Keeps
//! nothing and opens no store.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use url::Url;

use crate::clock::Clock;
use crate::config::Config;
use crate::crawl::{Glimpse, Reader, judge};
use crate::fetch::Fetcher;
use crate::mention::{AddressKey, Mention};
use crate::noise::Rules;
use crate::phrases::Tagger;
use crate::sources::discover::{self, Candidate, Known};
use crate::sources::{Ask, Draft, Moment, Parsed, Source};
use crate::store::{Coverage, Judgement};
use crate::tomlfile::name_the_valid;

/// Looks at places on behalf of an installation.
#[derive(Debug)]
pub struct Scout {
    config: Config,
    reader: Reader,
    /// The hosts asked so far.
    asked: Mutex<HashSet<String>>,
}

/// The first request to a host waits no longer than this after the one for its robots.txt: somebody is waiting.
const FIRST_WAIT: Duration = Duration::from_secs(1);

fn at_first(source: &Source) -> Source {
    Source { min_interval: source.min_interval.min(FIRST_WAIT), ..source.clone() }
}

/// What somebody named.
#[derive(Clone, Debug)]
pub enum Place {
    /// A source of the installation.
    Source(Arc<Source>),
    /// An address.
    Web(Url),
    /// A file or folder on this machine.
    File(PathBuf),
}

/// What trying a place showed.
#[derive(Clone, Debug)]
pub struct Trial {
    /// What was asked: a source's name, an address, a file.
    pub place: String,
    /// The kind it was read as.
    pub kind: Option<&'static str>,
    /// The coverage a round would note; none if the place is no source itself.
    pub coverage: Option<Coverage>,
    /// Why, if not all is well, and what to do.
    pub reason: Option<String>,
    /// What would be read, with the tags it would have.
    pub mentions: Vec<(Mention, Judgement)>,
    /// How many are older than the source reaches back.
    pub too_old: usize,
    /// Entries that could not be read, in words.
    pub refused: Vec<String>,
    /// Pages that a round would go on to.
    pub further: usize,
    /// What else could be listened to there.
    pub offers: Vec<Candidate>,
}

impl Scout {
    /// Looks with the files in `dir`.
    pub fn open(dir: &Path, clock: Clock) -> anyhow::Result<Self> {
        let dir = std::path::absolute(dir).with_context(|| format!("`{}` is not a folder", dir.display()))?;
        let config = Config::read(&dir);
        let fetcher = Arc::new(Fetcher::new(config.settings.fetch.clone(), clock.clone())?);
        let address_key = Arc::new(AddressKey::passing()?);
        Ok(Self { config, reader: Reader { fetcher, clock, dir, address_key, tokens: Arc::default() }, asked: Mutex::default() })
    }

    /// Looks on behalf of an installation at work, by its own door to the network: both keep one pace.
    pub(super) fn of(reader: Reader) -> Self {
        Self { config: Config::read(&reader.dir), reader, asked: Mutex::default() }
    }

    /// What is configured.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The names of the products listened for.
    pub fn products(&self) -> Vec<&str> {
        self.config.lists.products.iter().map(|product| product.name.as_str()).collect()
    }

    /// The folder of the installation.
    pub fn dir(&self) -> &Path {
        &self.reader.dir
    }

    /// What `given` names: a source, an address, or a file seen from here or from the installation's folder.
    pub fn place(&self, given: &str) -> anyhow::Result<Place> {
        if let Some(source) = self.config.sources.iter().find(|source| source.name == given) {
            return Ok(Place::Source(Arc::clone(source)));
        }
        if let Some(url) = web_address(given) {
            return Ok(Place::Web(url));
        }
        if let Some(path) = [PathBuf::from(given), self.dir().join(given)].into_iter().find(|path| path.exists()) {
            return Ok(Place::File(path));
        }
        if let Some(url) = without_scheme(given) {
            return Ok(Place::Web(url));
        }
        let names: Vec<&str> = self.config.sources.iter().map(|source| source.name.as_str()).collect();
        let hint = Some(name_the_valid(given, &names)).filter(|hint| hint.starts_with("did you mean")).map(|hint| format!("; {hint}"));
        bail!("`{given}` is no address (`https://…`), no file or folder here, and no source{}", hint.unwrap_or_default())
    }

    /// What can be listened to at an address, the best first, after one request at most; else why nothing.
    pub async fn look(&self, url: &Url, allow_private: bool) -> Result<Vec<Candidate>, Glimpse> {
        let known = match discover::known(url) {
            Known::Walled(site) => return Err(Glimpse::failed(&site.refusal(url), true)),
            Known::Otherwise(what) => return Err(Glimpse::failed(&what, true)),
            Known::Places(places) => places,
        };
        let mut draft = known.first().map_or_else(|| Draft::feed(url), |best| best.draft.clone());
        draft.allow_private = allow_private;
        if let Some(heard) = self.listen(&draft).await? {
            let mut candidates = known;
            candidates.iter_mut().take(1).for_each(|best| best.parsed = Some(heard.clone()));
            return Ok(candidates);
        }
        let (source, ask) = self.first_ask(&draft)?;
        let source = at_first(&source);
        let page = self.reader.page(&source, &ask).await?;
        let (asked, dir, now) = (url.clone(), self.dir().to_owned(), self.reader.clock.now());
        let reading = tokio::task::spawn_blocking(move || {
            discover::read(&asked, &page, &known, Moment { now, since: None, cursor: None, dir: &dir })
        });
        let read = reading.await.unwrap_or_else(|fault| Err(format!("a fault in our reader ({fault}); please report it")));
        let mut candidates = read.map_err(|why| Glimpse::failed(&why, false))?;
        for candidate in &mut candidates {
            candidate.draft.allow_private = allow_private;
            for mention in candidate.parsed.iter_mut().flat_map(|parsed| &mut parsed.mentions) {
                mention.published = mention.published.map(|published| published.not_after(now));
            }
        }
        Ok(candidates)
    }

    /// What is said for a moment where a draft listens, if it is of a kind that listens and does not ask.
    async fn listen(&self, draft: &Draft) -> Result<Option<Parsed>, Glimpse> {
        let Some(source) = draft.source(self.dir(), &[]).ok().filter(|source| source.kind.is_listened_to()) else { return Ok(None) };
        let Glimpse { coverage, reason, mentions, refused, .. } = self.reader.glimpse(&Arc::new(source)).await;
        match coverage {
            Coverage::Blocked | Coverage::Failing => {
                Err(Glimpse::failed(reason.as_deref().unwrap_or_default(), coverage == Coverage::Blocked))
            }
            _ => Ok(Some(Parsed { mentions, refused, partial: reason, ..Parsed::default() })),
        }
    }

    fn first_ask(&self, draft: &Draft) -> Result<(Source, Ask), Glimpse> {
        let failed = |why: String| Glimpse::failed(&why, false);
        let source = draft
            .source(self.dir(), &[])
            .map_err(|problems| failed(problems.first().map_or_else(|| "it makes no valid entry".to_owned(), ToString::to_string)))?;
        let moment = Moment { now: self.reader.clock.now(), since: None, cursor: None, dir: self.dir() };
        let ask = source.kind.asks(moment).map_err(|error| failed(error.to_string()))?.into_iter().next();
        ask.map(|ask| (source, ask)).ok_or_else(|| failed("there is nothing to ask for".to_owned()))
    }

    /// The source as it is asked now: the first time in a run its host is, only robots.txt was asked before.
    fn known_or_first(&self, source: &Arc<Source>) -> Arc<Source> {
        let moment = Moment { now: self.reader.clock.now(), since: None, cursor: None, dir: self.dir() };
        let first = source.kind.asks(moment).ok().and_then(|asks| asks.into_iter().next());
        let host = first.as_ref().and_then(|ask| ask.url()?.host_str().map(str::to_owned));
        let is_first = host.is_some_and(|host| self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(host));
        if is_first { Arc::new(at_first(source)) } else { Arc::clone(source) }
    }

    /// The entry for a file or folder.
    pub async fn look_at_file(&self, path: &Path) -> anyhow::Result<Candidate> {
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("opml")) {
            bail!("`{0}` is a list of feeds; take it in with `goodword sources import {0}`", path.display());
        }
        let (written, held) = (self.written_path(path)?, names_in(path));
        let draft = discover::draft_of_file(&written, &held);
        let moment = Moment { now: self.reader.clock.now(), since: None, cursor: None, dir: self.dir() };
        let page = match self.first_ask(&draft) {
            Ok((source, ask)) => Some(self.reader.page(&source, &ask).await.map_err(|glimpse| anyhow::anyhow!("{}", glimpse.why()))?),
            Err(_) if self.dir().join(&written).is_dir() => None,
            Err(glimpse) => bail!("{}", glimpse.why()),
        };
        Ok(discover::read_file(draft, page.as_ref(), moment))
    }

    /// A path as `sources.toml` has it: from its own folder where it lies within, else whole.
    fn written_path(&self, path: &Path) -> anyhow::Result<String> {
        let cannot = || format!("`{}` cannot be read", path.display());
        let whole = path.canonicalize().with_context(cannot)?;
        let home = self.dir().canonicalize().with_context(cannot)?;
        let written = whole.strip_prefix(&home).unwrap_or(&whole);
        written.to_str().map(str::to_owned).with_context(|| format!("`{}` is not UTF-8; rename it", path.display()))
    }

    /// Tries a place: asks once, keeps nothing.
    pub async fn try_place(&self, place: &Place, allow_private: bool) -> anyhow::Result<Trial> {
        Ok(match place {
            Place::Source(source) => self.trial(&source.name, source, self.reader.glimpse(&self.known_or_first(source)).await),
            Place::File(path) => {
                let candidate = self.look_at_file(path).await?;
                let draft = candidate.draft.source(self.dir(), &[]).map(Arc::new);
                let source =
                    draft.map_err(|problems| anyhow::anyhow!("{}", problems.iter().map(ToString::to_string).collect::<String>()))?;
                self.trial(&path.display().to_string(), &source, self.reader.glimpse(&source).await)
            }
            Place::Web(url) => match self.look(url, allow_private).await {
                Err(glimpse) => self.tagged(url.as_str(), None, None, glimpse),
                Ok(candidates) => self.try_candidates(url, candidates),
            },
        })
    }

    fn try_candidates(&self, url: &Url, mut candidates: Vec<Candidate>) -> Trial {
        let shown = candidates.iter().position(|candidate| candidate.parsed.is_some()).map(|at| candidates.remove(at));
        let trial = shown.and_then(|mut shown| {
            let (source, parsed) = (shown.draft.source(self.dir(), &[]).ok()?, shown.parsed.take()?);
            Some(self.trial(shown.draft.place(), &source, self.reader.glimpse_of(&source, parsed)))
        });
        let trial = trial.unwrap_or_else(|| {
            let reason = "the page itself shows nothing that can be listened to, but leads to places that do; try one of them".to_owned();
            let glimpse = Glimpse { reason: Some(reason), ..Glimpse::failed("", false) };
            Trial { coverage: None, ..self.tagged(url.as_str(), None, None, glimpse) }
        });
        Trial { offers: candidates, ..trial }
    }

    fn trial(&self, place: &str, source: &Source, glimpse: Glimpse) -> Trial {
        self.tagged(place, Some(source.kind.as_str()), source.product.as_deref(), glimpse)
    }

    fn tagged(&self, place: &str, kind: Option<&'static str>, product: Option<&str>, glimpse: Glimpse) -> Trial {
        let tagger = Tagger::new(&self.config.lists);
        let noise = Rules::new(&self.config.settings.noise, self.config.promo.clone());
        let judged = |mention: Mention| {
            let judgement = judge(&tagger, &noise, product, &mention);
            (mention, judgement)
        };
        Trial {
            place: place.to_owned(),
            kind,
            coverage: Some(glimpse.coverage),
            reason: glimpse.reason,
            mentions: glimpse.mentions.into_iter().map(judged).collect(),
            too_old: glimpse.too_old,
            refused: glimpse.refused,
            further: glimpse.further,
            offers: Vec::new(),
        }
    }
}

/// The names of what a folder holds, as many as tell what it is.
fn names_in(path: &Path) -> Vec<String> {
    // What cannot be listed is told when it is read.
    let entries = path.read_dir().into_iter().flatten().flatten();
    entries.take(1_000).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// An address of the web as people paste it, its beginning left out or not.
pub fn pasted_address(given: &str) -> Option<Url> {
    web_address(given).or_else(|| without_scheme(given))
}

/// An address as people paste it.
fn web_address(given: &str) -> Option<Url> {
    let given = given.trim();
    let given = given.strip_prefix("feed:").map_or_else(
        || given.to_owned(),
        |rest| {
            let rest = rest.trim_start_matches("//");
            if rest.starts_with("http") { rest.to_owned() } else { format!("https://{rest}") }
        },
    );
    Url::parse(&given).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Endings of files that people may mistype; no host ends so.
const FILES: [&str; 13] = ["csv", "tsv", "json", "jsonl", "ndjson", "html", "htm", "xml", "txt", "opml", "mbox", "eml", "zip"];

/// An address whose beginning was left out: `example.com/feed`.
fn without_scheme(given: &str) -> Option<Url> {
    let host = given.trim().split('/').next()?;
    let (_, ending) = host.split(':').next()?.rsplit_once('.')?;
    let fits = !ending.is_empty() && !FILES.contains(&ending.to_ascii_lowercase().as_str()) && !host.contains(char::is_whitespace);
    fits.then(|| web_address(&format!("https://{}", given.trim()))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_paste_them() {
        let read = |given: &str| pasted_address(given).map(String::from);
        for (given, want) in [
            (" https://a.example/feed ", Some("https://a.example/feed")),
            ("feed://a.example/feed", Some("https://a.example/feed")),
            ("feed:http://a.example/feed", Some("http://a.example/feed")),
            ("forum.example.com/latest", Some("https://forum.example.com/latest")),
            ("127.0.0.1:8080/x", Some("https://127.0.0.1:8080/x")),
            ("reviews.csv", None),
            ("forum", None),
            ("ftp://a.example/", None),
            ("", None),
        ] {
            assert_eq!(read(given).as_deref(), want, "{given}");
        }
    }
}

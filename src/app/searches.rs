//! Saved searches: kept, tried out, read as a feed, and matched against what is new.

use anyhow::{Context, bail};
use jiff::Timestamp;

use super::insight::example;
use super::{App, FigureRequest, Found, SearchRequest, TrendRequest};
use crate::insight::{By, Each, Example, Point, Scope};
use crate::search::Query;
use crate::searches::{Alert, Alerting, SavedSearch, grouped, new_token, queue};
use crate::store::Stored;
use crate::tomlfile::name_the_valid;

/// How far back a preview looks.
const PREVIEW: &str = "30d";
/// Mentions shown with a preview.
const EXAMPLES: usize = 3;
/// Mentions in a feed.
const IN_A_FEED: usize = 50;

/// A search to save.
#[derive(Clone, Debug, Default)]
pub struct NewSearch {
    /// Its name.
    pub name: String,
    /// What it searches for.
    pub query: String,
    /// Whose it is.
    pub owner: Option<String>,
    /// Whether others are shown it too.
    pub shared: bool,
    /// When its owner wants to hear of new mentions.
    pub alert: Alerting,
    /// Whether the digest has it.
    pub digest: bool,
}

/// What to change of a saved search; the rest stays.
#[derive(Clone, Debug, Default)]
pub struct SearchEdit {
    /// What it searches for.
    pub query: Option<String>,
    /// Whose it is.
    pub owner: Option<String>,
    /// Whether others are shown it too.
    pub shared: Option<bool>,
    /// When its owner wants to hear of new mentions.
    pub alert: Option<Alerting>,
    /// Whether the digest has it.
    pub digest: Option<bool>,
}

/// What a search would have found lately.
#[derive(Clone, Debug)]
pub struct SearchPreview {
    /// All of the last 30 days.
    pub total: Point,
    /// Day by day.
    pub days: Vec<Point>,
    /// The newest.
    pub examples: Vec<Example>,
    /// What was not understood, for the person who asked.
    pub notes: Vec<String>,
}

/// Alerts that go out together, with their mentions.
#[derive(Clone, Debug)]
pub struct AlertView {
    /// The search.
    pub search: SavedSearch,
    /// When they are due.
    pub due: Timestamp,
    /// Each alert with its mention; one that is gone from the store is left out.
    pub alerts: Vec<(Alert, Stored)>,
}

impl App {
    /// Saves a search under a name of its own.
    pub async fn add_search(&self, new: NewSearch) -> anyhow::Result<SavedSearch> {
        let name = new.name.trim().to_owned();
        if name.is_empty() || name.chars().any(char::is_control) {
            bail!("a saved search needs a name, for example `bad reviews`");
        }
        let query = valid_query(&new.query)?;
        let mut tx = self.store.begin().await?;
        if SavedSearch::named(tx.connection(), &name).await?.is_some() {
            bail!("there is a saved search `{name}` already; change it with `goodword searches edit`, or choose another name");
        }
        let (now, latest) = (self.clock.now(), self.store.latest_change().await?);
        let search = SavedSearch {
            name,
            query,
            owner: new.owner,
            shared: new.shared,
            alert: new.alert,
            digest: new.digest,
            token: new_token()?,
            made: now,
            since: latest,
            since_at: now,
            reached: latest,
        };
        search.keep(tx.connection()).await?;
        tx.commit().await?;
        Ok(search)
    }

    /// Changes a saved search. With another query, or with alerts switched on, only what comes from now on is new to it.
    pub async fn edit_search(&self, name: &str, edit: SearchEdit) -> anyhow::Result<SavedSearch> {
        let mut tx = self.store.begin().await?;
        let before = match SavedSearch::named(tx.connection(), name).await? {
            Some(before) => before,
            None => {
                drop(tx);
                return Err(self.no_search(name).await?);
            }
        };
        let query = edit.query.as_deref().map(valid_query).transpose()?.unwrap_or_else(|| before.query.clone());
        let mut search = SavedSearch {
            query,
            owner: edit.owner.or_else(|| before.owner.clone()),
            shared: edit.shared.unwrap_or(before.shared),
            alert: edit.alert.unwrap_or(before.alert),
            digest: edit.digest.unwrap_or(before.digest),
            ..before.clone()
        };
        if search.query != before.query || before.alert == Alerting::Off {
            let latest = self.store.latest_change().await?;
            (search.since, search.reached, search.since_at) = (latest, latest, self.clock.now());
        }
        search.keep(tx.connection()).await?;
        tx.commit().await?;
        Ok(search)
    }

    /// Gives a saved search a new token; whoever knows the old one reads its feed no more.
    pub async fn renew_token(&self, name: &str) -> anyhow::Result<SavedSearch> {
        let mut tx = self.store.begin().await?;
        let Some(before) = SavedSearch::named(tx.connection(), name).await? else {
            drop(tx);
            return Err(self.no_search(name).await?);
        };
        let search = SavedSearch { token: new_token()?, ..before };
        search.keep(tx.connection()).await?;
        tx.commit().await?;
        Ok(search)
    }

    /// Forgets a saved search with its alerts.
    pub async fn remove_search(&self, name: &str) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        if !SavedSearch::remove(tx.connection(), name).await? {
            drop(tx);
            return Err(self.no_search(name).await?);
        }
        Ok(tx.commit().await?)
    }

    /// All saved searches, by name.
    pub async fn saved_searches(&self) -> anyhow::Result<Vec<SavedSearch>> {
        SavedSearch::all(&mut *self.store.connection().await?).await
    }

    /// The saved search of this name.
    pub async fn saved_search(&self, name: &str) -> anyhow::Result<SavedSearch> {
        let found = SavedSearch::named(&mut *self.store.connection().await?, name).await?;
        match found {
            Some(search) => Ok(search),
            None => Err(self.no_search(name).await?),
        }
    }

    async fn no_search(&self, name: &str) -> anyhow::Result<anyhow::Error> {
        let all = self.saved_searches().await?;
        let names: Vec<&str> = all.iter().map(|search| search.name.as_str()).collect();
        let hint = match names.as_slice() {
            [] => "none is saved yet; add one with `goodword searches add`".to_owned(),
            names => name_the_valid(name, names),
        };
        Ok(anyhow::anyhow!("there is no saved search `{name}`; {hint}"))
    }

    /// What `query` would have found in the last 30 days.
    pub async fn preview_search(&self, query: &str) -> anyhow::Result<SearchPreview> {
        let scope = Scope { query: Some(valid_query(query)?), ..Scope::default() };
        let of = FigureRequest { scope, since: PREVIEW.to_owned(), until: None };
        let trend = self.trend(&TrendRequest { of, by: By::Day, each: Each::Polarity }).await?;
        let all = trend.series.into_iter().next().context("a trend has its first row")?;
        let request = SearchRequest { query: all.total.query.clone(), limit: EXAMPLES, ..SearchRequest::default() };
        let examples = self.search(&request).await?.hits.iter().map(example).collect();
        Ok(SearchPreview { total: all.total, days: all.points, examples, notes: trend.notes })
    }

    /// The newest mentions of the saved search whose feed `token` opens; none if it opens none.
    pub async fn feed(&self, token: &str) -> anyhow::Result<Option<(SavedSearch, Found)>> {
        let Some(search) = SavedSearch::of_token(&mut *self.store.connection().await?, token).await? else { return Ok(None) };
        let request = SearchRequest { query: search.query.clone(), limit: IN_A_FEED, ..SearchRequest::default() };
        let found = self.search(&request).await?;
        Ok(Some((search, found)))
    }

    /// Queues alerts of what has come since each saved search was last matched, as far as the index has followed. What is
    /// queued and how far it was matched are kept together, so that after a kill nothing is missed or told twice. Returns how
    /// many alerts were queued.
    pub async fn match_alerts(&self) -> anyhow::Result<usize> {
        // The reader comes after: it sees all that this commit holds, and perhaps more.
        let reached = self.follower.reader()?.reached()?;
        let reader = self.follower.reader()?;
        let now = self.clock.now();
        let searches = self.saved_searches().await?;
        let mut matched = Vec::new();
        for search in searches.into_iter().filter(|search| search.alert != Alerting::Off && search.reached < reached) {
            let (reader, query, after) = (reader.clone(), Query::parse(&search.query, now), search.reached);
            let changed = tokio::task::spawn_blocking(move || reader.changed_rows(&query, after, reached)).await??;
            let new = self.new_to(&search, changed).await?;
            matched.push((search, new));
        }
        if matched.is_empty() {
            return Ok(0);
        }
        let mut queued = 0;
        let mut tx = self.store.begin().await?;
        for (search, new) in &matched {
            queued += queue(tx.connection(), search, new, reached, now).await?;
        }
        tx.commit().await?;
        Ok(queued)
    }

    /// Those of `rows` that came, or were changed by their authors, after the search was saved. What only got other tags since
    /// is no news.
    async fn new_to(&self, search: &SavedSearch, rows: Vec<i64>) -> anyhow::Result<Vec<i64>> {
        // A mention's row is the change it came with.
        let (mut new, old): (Vec<i64>, Vec<i64>) = rows.into_iter().partition(|row| *row > search.since);
        new.extend(self.store.edited_since(&old, search.since_at).await?);
        Ok(new)
    }

    /// The alerts that wait to be delivered, of one saved search or of all, grouped as they go out.
    pub async fn queued_alerts(&self, name: Option<&str>) -> anyhow::Result<Vec<AlertView>> {
        let searches = match name {
            Some(name) => vec![self.saved_search(name).await?],
            None => self.saved_searches().await?,
        };
        let mut views = Vec::new();
        for search in searches {
            let alerts = Alert::queued(&mut *self.store.connection().await?, Some(&search.name)).await?;
            for group in grouped(search.alert, &alerts) {
                let rows: Vec<i64> = group.alerts.iter().map(|alert| alert.mention).collect();
                let stored = self.store.mentions(&rows).await?;
                let with_mention = |alert: Alert| {
                    let mention = stored.iter().find(|stored| stored.row == alert.mention).cloned()?;
                    Some((alert, mention))
                };
                let alerts = group.alerts.into_iter().filter_map(with_mention).collect();
                views.push(AlertView { search: search.clone(), due: group.due, alerts });
            }
        }
        Ok(views)
    }
}

/// The query, if it can stand beside others.
fn valid_query(query: &str) -> anyhow::Result<String> {
    let query = query.trim();
    if query.is_empty() {
        bail!("a saved search needs a query, for example --query 'product:acme polarity:complaint'");
    }
    let scope = Scope { query: Some(query.to_owned()), ..Scope::default() };
    match scope.problem() {
        Some(problem) => bail!("{problem}"),
        None => Ok(query.to_owned()),
    }
}

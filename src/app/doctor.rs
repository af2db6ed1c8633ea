//! A report of health: files, store, index, outbox, sources, secrets; each finding with what to do.

use serde::Serialize;

use super::App;
use crate::notify::State;
use crate::store::Coverage;

/// Stuck messages named one by one.
const NAMED: i64 = 20;

/// How one thing fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub thing: String,
    /// Whether it is well.
    pub well: bool,
    /// What was found, and what to do.
    pub found: String,
}

impl Finding {
    fn well(thing: &str, found: impl Into<String>) -> Self {
        Self { thing: thing.to_owned(), well: true, found: found.into() }
    }

    fn ill(thing: impl Into<String>, found: impl Into<String>) -> Self {
        Self { thing: thing.into(), well: false, found: found.into() }
    }
}

impl App {
    /// How everything fares.
    pub async fn examine(&self) -> anyhow::Result<Vec<Finding>> {
        let mut findings = self.files();
        findings.push(self.health_of_store().await);
        findings.push(self.health_of_index().await);
        findings.extend(self.health_of_sources().await?);
        findings.extend(self.health_of_outbox().await?);
        Ok(findings)
    }

    fn files(&self) -> Vec<Finding> {
        let config = self.config();
        let problems = config.problems.iter().map(|problem| Finding::ill("files", problem.to_string()));
        let notes = config.notes(self.clock.now()).into_iter().map(|note| Finding::ill(note.thing, note.note));
        let found: Vec<Finding> = problems.chain(notes).collect();
        if found.is_empty() { vec![Finding::well("files", "no problem")] } else { found }
    }

    async fn health_of_store(&self) -> Finding {
        match self.store.counts().await {
            Ok(counts) => Finding::well("store", format!("answers; {} mentions", counts.mentions)),
            Err(error) => Finding::ill("store", format!("does not answer: {error:#}; put a backup back with `goodword restore`")),
        }
    }

    async fn health_of_index(&self) -> Finding {
        let reached = self.follower.reader().and_then(|reader| reader.reached());
        match (reached, self.store.latest_change().await) {
            (Ok(reached), Ok(latest)) if reached >= latest => Finding::well("index", "up to date with the store"),
            (Ok(reached), Ok(latest)) => Finding::ill(
                "index",
                format!("{} changes behind the store; `goodword serve` keeps it up, `goodword search` catches up", latest - reached),
            ),
            (Err(_), Ok(0)) => Finding::well("index", "not made yet: nothing has been heard"),
            (Err(error), Ok(_)) => Finding::ill("index", format!("cannot be read: {error}; `goodword reindex` builds it anew")),
            (_, Err(error)) => Finding::ill("index", format!("the store cannot be asked: {error:#}")),
        }
    }

    /// So many changes of the store the search index has not followed yet.
    pub async fn index_lag(&self) -> anyhow::Result<i64> {
        let latest = self.store.latest_change().await?;
        match self.follower.reader().and_then(|reader| reader.reached()) {
            Ok(reached) => Ok((latest - reached).max(0)),
            // It is made when the first mention comes.
            Err(_) if latest == 0 => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    async fn health_of_sources(&self) -> anyhow::Result<Vec<Finding>> {
        let ledger = self.ledger().await?;
        let enabled: Vec<_> = ledger.into_iter().filter(|entry| entry.enabled).collect();
        let is_ill = |coverage: Option<Coverage>| matches!(coverage, Some(Coverage::Blocked | Coverage::Failing | Coverage::Stale));
        let mut findings: Vec<Finding> = enabled
            .iter()
            .filter(|entry| is_ill(entry.coverage))
            .map(|entry| {
                let coverage = entry.coverage.map(|coverage| coverage.to_string()).unwrap_or_default();
                let reason = entry.reason.as_deref().unwrap_or("nothing is known of why");
                Finding::ill(format!("source `{}`", entry.source), format!("{coverage}: {reason}"))
            })
            .collect();
        if findings.is_empty() {
            let never = enabled.iter().filter(|entry| entry.coverage.is_none()).count();
            let asked = if never == 0 { String::new() } else { format!("; {never} not asked yet") };
            findings.push(Finding::well("sources", format!("{} enabled, none shuts us out{asked}", enabled.len())));
        }
        Ok(findings)
    }

    async fn health_of_outbox(&self) -> anyhow::Result<Vec<Finding>> {
        let backlog = self.backlog().await?;
        let summary = format!("{} waiting, {} gathered for summaries, {} stuck", backlog.waiting, backlog.gathered, backlog.stuck);
        if backlog.stuck == 0 {
            return Ok(vec![Finding::well("outbox", summary)]);
        }
        let mut findings =
            vec![Finding::ill("outbox", format!("{summary}; `goodword outbox retry` once mended, or `goodword outbox drop`"))];
        for row in self.outgoing(Some(State::Stuck), NAMED).await? {
            let reason = row.reason.unwrap_or_default();
            findings.push(Finding::ill(format!("message {} to `{}`", row.number, row.destination), format!("{}: {reason}", row.subject)));
        }
        Ok(findings)
    }
}

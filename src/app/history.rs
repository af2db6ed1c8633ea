//! How sources fared over time, as the store has it.

use anyhow::bail;
use jiff::Timestamp;

use super::App;
use crate::store::{Day, Span};
use crate::tomlfile::name_the_valid;

impl App {
    /// The states that one source, or every one, was in since `since`; the last one lasts until now.
    pub async fn history(&self, source: Option<&str>, since: Timestamp) -> anyhow::Result<Vec<Span>> {
        let spans = self.store.spans(source, since).await?;
        if spans.is_empty() {
            self.check_known(source)?;
        }
        self.with_missed(spans).await
    }

    /// What each day since that of `since` brought, the one under way included; by source and day.
    pub async fn days(&self, source: Option<&str>, since: Timestamp) -> anyhow::Result<Vec<(String, Day)>> {
        let mut days = self.store.days(source, since).await?;
        let first = Day::of(since).date;
        let states = self.store.source_states().await?.into_iter();
        let under_way = states.filter(|state| source.is_none_or(|name| name == state.source) && state.today.rounds > 0);
        days.extend(under_way.filter(|state| state.today.date >= first).map(|state| (state.source, state.today)));
        days.sort_by(|a, b| (&a.0, a.1.date).cmp(&(&b.0, b.1.date)));
        if days.is_empty() {
            self.check_known(source)?;
        }
        Ok(days)
    }

    /// The states, those that still last cut off where rounds have been missed since.
    async fn with_missed(&self, mut spans: Vec<Span>) -> anyhow::Result<Vec<Span>> {
        for blind in self.missed_now(self.clock.now()).await? {
            let Some(last) = spans.iter_mut().find(|span| span.source == blind.source && span.until.is_none()) else { continue };
            last.until = Some(blind.from);
            spans.push(Span {
                source: blind.source,
                from: blind.from,
                until: None,
                coverage: blind.state,
                blind: true,
                reason: blind.reason,
            });
        }
        spans.sort_by(|a, b| (&a.source, a.from).cmp(&(&b.source, b.from)));
        Ok(spans)
    }

    /// A source may be gone from sources.toml and still have a history; one that has neither is a slip of the pen.
    fn check_known(&self, source: Option<&str>) -> anyhow::Result<()> {
        let config = self.config();
        let known: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
        if let Some(name) = source.filter(|name| !known.contains(name)) {
            bail!("there is no source `{name}`; {}", name_the_valid(name, &known));
        }
        Ok(())
    }
}

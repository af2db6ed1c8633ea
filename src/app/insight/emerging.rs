//! Words that come up: candidates from the newest texts, figures from the index.

use super::{App, FigureRequest};
use crate::insight::{Emerging, Found, Period, Scope, candidates, edges, ranked};
use crate::search::Tally;

/// So many of the newest texts of either period are read for candidates.
const TEXTS: usize = 3_000;
/// So many candidates are counted for each term asked for.
const CANDIDATES: usize = 5;
/// Mentions shown with a term.
const EXAMPLES: usize = 2;

impl App {
    /// At most `most` words and phrases that are written more often than in the period before.
    pub async fn emerging(&self, request: &FigureRequest, most: usize) -> anyhow::Result<(Period, Vec<Emerging>, Vec<String>)> {
        let asked = self.asked(request).await?;
        let (scope, period) = (asked.scope, asked.period);
        let (before, now) = (self.texts(&scope, period.before()).await?, self.texts(&scope, period).await?);
        let config = self.config();
        let known: Vec<&str> = config.lists.products.iter().flat_map(|product| product.all_names()).collect();
        let terms = candidates(&before, &now, &known, most.saturating_mul(CANDIDATES));
        let mut queries = vec![scope.query()];
        queries.extend(terms.iter().map(|term| with_term(&scope, term).query()));
        let tallies = self.counted(&queries, edges(&[period.before(), period])).await?;
        let two = |tallies: &Vec<Tally>| [0, 1].map(|place| tallies.get(place).map_or(0, |tally| tally.mentions));
        let of = tallies.first().map(two).unwrap_or_default();
        let found = terms.into_iter().zip(tallies.iter().skip(1).map(two)).map(|(term, [before, now])| Found { term, before, now });
        let mut told = Vec::new();
        for found in ranked(found.collect(), of, most) {
            let mut row = found.told(of, |term| [period.before(), period].map(|period| with_term(&scope, term).within(period)));
            row.examples = self.examples(&row.query, EXAMPLES).await?;
            told.push(row);
        }
        let mut notes = asked.notes;
        if of[0] == 0 {
            notes.push("nothing was heard in the period before, so every word looks new".to_owned());
        }
        if of.iter().any(|count| *count > TEXTS as u64) {
            notes.push(format!("candidates come from the newest {TEXTS} mentions of either period; the figures count all"));
        }
        Ok((period, told, notes))
    }

    async fn texts(&self, scope: &Scope, period: Period) -> anyhow::Result<Vec<String>> {
        let found = self.found(&scope.within(period), TEXTS, &[]).await?;
        let text = |mention: &crate::mention::Mention| match &mention.title {
            Some(title) => format!("{title}\n{}", mention.text),
            None => mention.text.clone(),
        };
        Ok(found.hits.iter().map(|hit| text(&hit.stored.mention)).collect())
    }
}

fn with_term(scope: &Scope, term: &str) -> Scope {
    scope.with_query(&format!("\"{term}\""))
}

//! Changes that people note, and whether they helped.

use std::collections::HashMap;

use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::civil::Date;

use super::App;
use crate::insight::{By, Case, Change, Effect, Period, Replied, Scope, Side, blind, day_of, edges, replied_against_not, windows};
use crate::mention::Polarity;
use crate::replies::Reply;
use crate::replies::Status;

impl App {
    /// Notes that we changed something in `product` because of what people said of `theme`.
    pub async fn note_change(&self, what: &str, product: &str, theme: &str, on: Date) -> anyhow::Result<Change> {
        let what = what.trim();
        if what.is_empty() {
            bail!("say what was changed, for example \"faster sign-in\"");
        }
        let today = day_of(self.clock.now());
        if on > today {
            bail!("{on} has not come yet; note a change when people have it");
        }
        let product = self.product_named(product)?;
        let theme = self.theme_named(theme)?;
        let change = Change { number: 0, what: what.to_owned(), product, theme, on };
        let mut tx = self.store.begin().await?;
        let change = change.note(tx.connection(), self.clock.now()).await?;
        tx.commit().await?;
        Ok(change)
    }

    /// The theme of this name, as the lists write it.
    fn theme_named(&self, name: &str) -> anyhow::Result<String> {
        let config = self.config();
        let mut themes: Vec<&str> = config.lists.phrases.iter().map(|phrase| phrase.theme.as_str()).collect();
        themes.sort_unstable();
        themes.dedup();
        let found = themes.iter().find(|theme| theme.to_lowercase() == name.trim().to_lowercase());
        let valid = || crate::tomlfile::name_the_valid(name, &themes);
        found.map(|theme| (*theme).to_owned()).with_context(|| format!("no list has the theme `{name}`; {}", valid()))
    }

    /// The changes that were noted, the latest first.
    pub async fn changes(&self) -> anyhow::Result<Vec<Change>> {
        Change::read(&mut *self.store.connection().await?).await
    }

    /// Forgets a noted change; false if there is none of this number.
    pub async fn forget_change(&self, number: i64) -> anyhow::Result<bool> {
        let mut tx = self.store.begin().await?;
        let removed = Change::remove(tx.connection(), number).await?;
        tx.commit().await?;
        Ok(removed)
    }

    /// What was said before and after each noted change, over at most `most` days on either side; those made today, of which
    /// nothing can be told yet, have no effect.
    pub async fn effects(&self, most: i64) -> anyhow::Result<Vec<(Change, Option<Effect>)>> {
        let today = day_of(self.clock.now());
        let mut effects = Vec::new();
        for change in self.changes().await? {
            let effect = match windows(change.on, today, most) {
                None => None,
                Some((before, after)) => {
                    let sides = [self.side(&change, before).await?, self.side(&change, after).await?];
                    let [before_side, after_side] = sides;
                    Some(Effect::of(change.clone(), before.days(), before_side, after_side))
                }
            };
            effects.push((change, effect));
        }
        Ok(effects)
    }

    /// What became of people who were replied to, against those who waited for a reply in vain; none before one has gone out.
    pub async fn replied(&self) -> anyhow::Result<Option<Replied>> {
        let mut connection = self.store.connection().await?;
        let replies = Reply::with_status(&mut connection, &Status::ALL).await?;
        // Reading who wrote when costs something: it is left where there is nothing to compare.
        let Some(first) = replies.iter().filter(|reply| reply.first_sent.is_some()).map(|reply| reply.opened).min() else {
            return Ok(None);
        };
        drop(connection);
        let rows: Vec<i64> = replies.iter().map(|reply| reply.mention).collect();
        let rated: HashMap<i64, (Option<f64>, Option<f64>)> = self.store.ratings(&rows).await?;
        let mut last: HashMap<(String, String), Timestamp> = HashMap::new();
        for (source, author, at) in self.store.writings(first).await? {
            let latest = last.entry((source, author)).or_insert(at);
            *latest = (*latest).max(at);
        }
        let mut people: HashMap<(String, String), Case> = HashMap::new();
        for reply in replies.iter().filter(|reply| reply.opened >= first && reply.state.status != Status::Withdrawn) {
            let Some(author) = reply.place.author.clone() else { continue };
            let who = (reply.place.source.clone(), author);
            let since = reply.first_sent.unwrap_or(reply.opened);
            let (before, after) = rated.get(&reply.mention).copied().unwrap_or_default();
            let case = Case {
                replied: reply.first_sent.is_some(),
                wrote_again: last.get(&who).is_some_and(|last| *last > since),
                stars_before: reply.stars_before.or(before),
                stars_after: reply.stars_after.or(after),
            };
            // Who was replied to once counts among those who were.
            let known = people.entry(who).or_insert(case);
            if case.replied && !known.replied {
                *known = case;
            }
        }
        Ok(replied_against_not(&people.into_values().collect::<Vec<_>>()))
    }

    async fn side(&self, change: &Change, period: Period) -> anyhow::Result<Side> {
        let product = Scope::product(&change.product);
        let theme = product.with_theme(&change.theme);
        let scopes = [product, theme.clone(), theme.with_polarity(Polarity::Praise), theme.with_polarity(Polarity::Complaint)];
        let counted = self.counted(&scopes.each_ref().map(Scope::query), edges(&[period])).await?;
        let tally = |place: usize| counted.get(place).and_then(|tallies| tallies.first()).copied().unwrap_or_default();
        let count = |place: usize| tally(place).mentions;
        let weight = |place: usize| tally(place).weighted.map(|weighted| weighted.weight);
        let days = period.divided(By::Day).map_err(anyhow::Error::msg)?;
        let blind = self.blind_shares(&days).await?;
        let [product_query, query, praise_query, complaint_query] = scopes.map(|scope| scope.within(period));
        Ok(Side {
            from: period.from,
            until: period.until,
            product_mentions: count(0),
            mentions: count(1),
            praise: count(2),
            complaints: count(3),
            weighted_praise: weight(2),
            weighted_complaints: weight(3),
            match_rate: tally(1).match_rate(),
            blind_days: blind.iter().filter(|share| **share > blind::MOSTLY_HEARD).count(),
            product_query,
            query,
            praise_query,
            complaint_query,
        })
    }
}

//! Changes that people note, and whether they helped.

use anyhow::{Context, bail};
use jiff::civil::Date;

use super::App;
use crate::insight::{By, Change, Effect, Period, Scope, Side, blind, day_of, edges, windows};
use crate::mention::Polarity;

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

//! Spikes: looked for after crawls on the days that still change, kept, and told.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{App, example};
use crate::insight::{
    By, Day, Each, Example, Period, Rule, Scope, Spike, Subject, blind, day_of, days_before, edges, explained_by_narrower,
};
use crate::mention::Polarity;
use crate::search::Tally;

/// A spike does not go on longer than this: by then it is how things are.
const LONGEST: i64 = 14;
/// Days before those looked back upon on which a spike of theirs may have begun.
const BEGUN_BEFORE: i64 = 3;
/// Mentions kept with a spike.
const EXAMPLES: usize = 3;

/// The days that the rule needs, with what was heard of each.
struct Calendar {
    days: Vec<Period>,
    heard: Vec<bool>,
}

impl App {
    /// Looks for spikes on the days from `since` until today, and keeps them. Returns those that are new.
    pub async fn find_spikes(&self, since: Date) -> anyhow::Result<Vec<Spike>> {
        let rule = Rule::default();
        let days = Period { from: since, until: day_of(self.clock.now()) };
        let known = Spike::read(&mut *self.store.connection().await?, days_before(since, LONGEST)).await?;
        let mut found = self.unusual_in(days, &rule, &known).await?;
        for spike in &mut found {
            spike.rows = self.found(&spike.query, EXAMPLES, &[]).await?.hits.iter().map(|hit| hit.stored.row).collect();
        }
        let mut new = Vec::new();
        let mut tx = self.store.begin().await?;
        for spike in found {
            if spike.keep(tx.connection()).await? {
                new.push(spike);
            }
        }
        tx.commit().await?;
        Ok(new)
    }

    /// The spikes that went on until `since` or later, latest first, counted anew.
    pub async fn spikes(&self, since: Date) -> anyhow::Result<Vec<Spike>> {
        let mut spikes = Spike::read(&mut *self.store.connection().await?, since).await?;
        for spike in &mut spikes {
            let counted = self.counted(&[spike.subject().scope().query()], edges(&[spike.period()])).await?;
            spike.count(counted.first().and_then(|tallies| tallies.first()).map_or(0, |tally| tally.mentions));
            let says = |stored: &crate::store::Stored| {
                let at = stored.tagging.tags.iter().find(|tag| tag.field == crate::mention::Field::Text).map_or(0, |tag| tag.start);
                Example::of(&stored.id, &stored.mention.text, at)
            };
            spike.examples = self.store.mentions(&spike.rows).await?.iter().map(says).collect();
            if spike.examples.is_empty() {
                spike.examples = self.found(&spike.query, EXAMPLES, &[]).await?.hits.iter().map(example).collect();
            }
        }
        Ok(spikes)
    }

    /// What was unusual on `days`, as it looks now. It is not kept, so that nobody is told of what is no news.
    pub(in super::super) async fn unusual_days(&self, days: Period) -> anyhow::Result<Vec<Spike>> {
        let begun_before = Period { from: days_before(days.from, BEGUN_BEFORE), ..days };
        let mut found = self.unusual_in(begun_before, &Rule::default(), &[]).await?;
        found.retain(|spike| spike.until >= days.from);
        found.reverse();
        Ok(found)
    }

    /// All that is unusual on `days`; what is `known` of the days before goes on.
    async fn unusual_in(&self, days: Period, rule: &Rule, known: &[Spike]) -> anyhow::Result<Vec<Spike>> {
        let subjects = self.subjects_in(days, rule).await?;
        if subjects.is_empty() {
            return Ok(Vec::new());
        }
        let calendar = self.calendar(days, rule).await?;
        let queries: Vec<String> = subjects.iter().map(|subject| subject.scope().query()).collect();
        let tallies = self.counted(&queries, edges(&calendar.days)).await?;
        let now = self.clock.now();
        let mut found = Vec::new();
        for (subject, tallies) in subjects.iter().zip(&tallies) {
            found.extend(spikes_of(subject, days, &calendar.history(tallies), rule, known, now));
        }
        let same_days = |one: &Spike, other: &Spike| one.period().holds(other.from) || other.period().holds(one.from);
        let explained = |spike: &Spike| {
            let others = found.iter().filter(|other| same_days(spike, other)).map(|other| (other.subject(), other.mentions));
            explained_by_narrower(&spike.subject(), spike.mentions, &others.collect::<Vec<_>>())
        };
        Ok(found.iter().filter(|spike| !explained(spike)).cloned().collect())
    }

    /// The days of `days` and those before them that tell what is usual.
    async fn calendar(&self, days: Period, rule: &Rule) -> anyhow::Result<Calendar> {
        let from = days_before(days.from, 7 * rule.weeks + LONGEST);
        let days = Period { from, ..days }.divided(By::Day).map_err(anyhow::Error::msg)?;
        let all = self.counted(&[String::new()], edges(&days)).await?;
        let begun = all.first().and_then(|tallies| tallies.iter().position(|tally| tally.mentions > 0)).unwrap_or(days.len());
        let shares = self.blind_shares(&days).await?;
        // Before anything was heard there were no quiet days.
        let heard = shares.iter().enumerate().map(|(place, share)| place >= begun && *share <= blind::MOSTLY_HEARD).collect();
        Ok(Calendar { days, heard })
    }

    /// What was spoken of often enough in `days` to be looked at.
    async fn subjects_in(&self, days: Period, rule: &Rule) -> anyhow::Result<Vec<Subject>> {
        let mut subjects = Vec::new();
        for product in self.values(&Scope::default().within(days), Each::Product, rule.least).await? {
            for polarity in [None, Some(Polarity::Praise), Some(Polarity::Complaint)] {
                let subject = Subject { product: product.clone(), polarity, theme: None };
                let themes = match polarity {
                    None => Vec::new(),
                    Some(_) => self.values(&subject.scope().within(days), Each::Theme, rule.least).await?,
                };
                subjects.extend(themes.into_iter().map(|theme| Subject { theme: Some(theme), ..subject.clone() }));
                subjects.push(subject);
            }
        }
        Ok(subjects)
    }
}

impl Calendar {
    fn history(&self, tallies: &[Tally]) -> Vec<Day> {
        let days = self.days.iter().zip(&self.heard).zip(tallies);
        days.map(|((day, heard), tally)| Day { date: day.from, count: tally.mentions, heard: *heard }).collect()
    }
}

/// The spikes of one subject on `days`, day by day: one that was known or found the day before goes on.
fn spikes_of(subject: &Subject, days: Period, history: &[Day], rule: &Rule, known: &[Spike], now: Timestamp) -> Vec<Spike> {
    let count = |window: Period| history.iter().filter(|day| window.holds(day.date)).map(|day| day.count).sum::<u64>();
    let unusual = |window: Period| rule.judge(count(window), rule.usual(history, window)?);
    let mut found: Vec<Spike> = Vec::new();
    for day in history.iter().map(|day| day.date).filter(|day| days.holds(*day)) {
        let Some(alone) = unusual(Period::day(day)) else { continue };
        let whole = window(day, found.iter().rev().chain(known).filter(|spike| spike.subject() == *subject));
        let (window, unusual) = unusual(whole).map_or((Period::day(day), alone), |unusual| (whole, unusual));
        found.retain(|spike| spike.from != window.from);
        found.push(Spike::of(subject, window, count(window), unusual, now));
    }
    found
}

/// The days of a spike on `day`: with those of the same spike up to the day before, if there is one.
fn window<'a>(day: Date, mut same: impl Iterator<Item = &'a Spike>) -> Period {
    let day_before = days_before(day, 1);
    match same.find(|spike| spike.until >= day_before && spike.from <= day) {
        Some(spike) if (Period { from: spike.from, until: day }).days() <= LONGEST => {
            Period { from: spike.from, until: spike.until.max(day) }
        }
        _ => Period::day(day),
    }
}

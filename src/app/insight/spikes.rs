//! Spikes: looked for after crawls on the days that still change, kept, and told.

use jiff::civil::Date;

use super::{App, example};
use crate::insight::{Day, Each, Example, Period, Rule, Scope, Spike, Subject, blind, day_of, days_before, edges, explained_by_narrower};
use crate::mention::Polarity;
use crate::search::Tally;

/// A spike does not go on longer than this: by then it is how things are.
const LONGEST: i64 = 14;
/// Mentions kept with a spike.
const EXAMPLES: usize = 3;

/// Every day that the rule needs, with what was heard of it.
struct Calendar {
    days: Vec<Period>,
    heard: Vec<bool>,
}

impl App {
    /// Looks for spikes of yesterday and today, and keeps them. Returns those that are new.
    pub async fn find_spikes(&self) -> anyhow::Result<Vec<Spike>> {
        let rule = Rule::default();
        let today = day_of(self.clock.now());
        let calendar = self.calendar(today, &rule).await?;
        let known = Spike::read(&mut *self.store.connection().await?, days_before(today, LONGEST)).await?;
        let mut found = Vec::new();
        for day in [days_before(today, 1), today] {
            let going_on: Vec<Spike> = found.iter().chain(&known).cloned().collect();
            for spike in self.spikes_on(day, &rule, &calendar, &going_on).await? {
                found.retain(|earlier: &Spike| earlier.subject() != spike.subject() || earlier.from != spike.from);
                found.push(spike);
            }
        }
        let mut told = Vec::new();
        for spike in &mut found {
            spike.rows = self.found(&spike.query, EXAMPLES, &[]).await?.hits.iter().map(|hit| hit.stored.row).collect();
        }
        let mut tx = self.store.begin().await?;
        for spike in found {
            if spike.keep(tx.connection()).await? {
                told.push(spike);
            }
        }
        tx.commit().await?;
        Ok(told)
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

    async fn calendar(&self, today: Date, rule: &Rule) -> anyhow::Result<Calendar> {
        let from = days_before(today, 7 * rule.weeks + LONGEST + 1);
        let days = Period { from, until: today }.divided(crate::insight::By::Day).map_err(anyhow::Error::msg)?;
        let all = self.counted(&[String::new()], edges(&days)).await?;
        let begun = all.first().and_then(|tallies| tallies.iter().position(|tally| tally.mentions > 0)).unwrap_or(days.len());
        let shares = self.blind_shares(&days).await?;
        // Before anything was heard there were no quiet days.
        let heard = shares.iter().enumerate().map(|(place, share)| place >= begun && *share <= blind::MOSTLY_HEARD).collect();
        Ok(Calendar { days, heard })
    }

    /// The spikes of one day, those that go on with the days before it.
    async fn spikes_on(&self, day: Date, rule: &Rule, calendar: &Calendar, known: &[Spike]) -> anyhow::Result<Vec<Spike>> {
        let subjects = self.subjects_on(day, rule).await?;
        let queries: Vec<String> = subjects.iter().map(|subject| subject.scope().query()).collect();
        let tallies = self.counted(&queries, edges(&calendar.days)).await?;
        let mut found = Vec::new();
        for (subject, tallies) in subjects.into_iter().zip(&tallies) {
            let history = calendar.history(tallies);
            let of_day = Period::day(day);
            let unusual = |window: Period| rule.judge(count(&history, window), rule.usual(&history, window)?);
            let Some(alone) = unusual(of_day) else { continue };
            let whole = window(&subject, day, known);
            let (window, unusual) = unusual(whole).map_or((of_day, alone), |unusual| (whole, unusual));
            let counted = count(&history, window);
            found.push((Spike::of(&subject, window, counted, unusual, self.clock.now()), counted));
        }
        let all: Vec<(Subject, u64)> = found.iter().map(|(spike, count)| (spike.subject(), *count)).collect();
        found.retain(|(spike, count)| !explained_by_narrower(&spike.subject(), *count, &all));
        Ok(found.into_iter().map(|(spike, _)| spike).collect())
    }

    /// What was spoken of often enough on `day` to be looked at.
    async fn subjects_on(&self, day: Date, rule: &Rule) -> anyhow::Result<Vec<Subject>> {
        let day = Period::day(day);
        let mut subjects = Vec::new();
        for product in self.values(&Scope::default().within(day), Each::Product, rule.least).await? {
            for polarity in [None, Some(Polarity::Praise), Some(Polarity::Complaint)] {
                let subject = Subject { product: product.clone(), polarity, theme: None };
                let themes = match polarity {
                    None => Vec::new(),
                    Some(_) => self.values(&subject.scope().within(day), Each::Theme, rule.least).await?,
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

fn count(history: &[Day], window: Period) -> u64 {
    history.iter().filter(|day| window.holds(day.date)).map(|day| day.count).sum()
}

/// The days of a spike on `day`: with those of the same spike up to the day before, if there is one.
fn window(subject: &Subject, day: Date, known: &[Spike]) -> Period {
    let day_before = days_before(day, 1);
    let goes_on = |spike: &&Spike| spike.subject() == *subject && spike.until >= day_before && spike.from <= day;
    match known.iter().find(goes_on) {
        Some(spike) if (Period { from: spike.from, until: day }).days() <= LONGEST => {
            Period { from: spike.from, until: spike.until.max(day) }
        }
        _ => Period::day(day),
    }
}

//! The day so far, as the first page shows it: the same choice of quotes and the same figures as the digest, but nothing is kept of what was
//! shown, and no spike is looked for: that is done while new mentions come in.

use jiff::civil::Date;

use super::super::{App, QueueRequest, Queued};
use super::quotes::Taken;
use crate::digest::{Edition, Figure, Lane, Measure, Recipient, Shown, Theme, Unseen, Unusual};
use crate::insight::{Period, day_of, days_before};
use crate::replies::Summary;

/// Replies that are named.
const DUE: usize = 5;
/// Days of a week before today.
const WEEK: i64 = 6;

/// The days that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Today as far as it has come.
    Today,
    /// The day before.
    Yesterday,
    /// Today and the six days before.
    Week,
}

/// What the first page tells.
#[derive(Clone, Debug)]
pub struct Today {
    /// The days.
    pub span: Span,
    /// The first and the last of them.
    pub period: Period,
    /// Whether they are over.
    pub is_over: bool,
    /// How much was said.
    pub figures: Vec<Figure>,
    /// What was praised and complained of most.
    pub themes: Vec<Theme>,
    /// What people loved, what hurt, and what hurt most.
    pub lanes: Vec<Lane>,
    /// Unusual days.
    pub unusual: Vec<Unusual>,
    /// What was not heard.
    pub unseen: Vec<Unseen>,
    /// How the queue of replies stands, and what came of it in these days.
    pub replies: Summary,
    /// The replies that somebody should look at first.
    pub due: Vec<Queued>,
}

impl Span {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Today, Self::Yesterday, Self::Week];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Yesterday => "yesterday",
            Self::Week => "week",
        }
    }

    /// The one of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.as_str() == word)
    }

    /// Its days, if it is `today`.
    fn period(self, today: Date) -> Period {
        match self {
            Self::Today => Period { from: today, until: today },
            Self::Yesterday => Period { from: days_before(today, 1), until: days_before(today, 1) },
            Self::Week => Period { from: days_before(today, WEEK), until: today },
        }
    }
}

impl App {
    /// What these days brought; if none are named, the latest that brought anything.
    pub async fn today(&self, wanted: Option<Span>) -> anyhow::Result<Today> {
        let about = self.about(&Recipient::default())?;
        let today = day_of(self.clock.now());
        let week = Span::Week.period(today);
        let daily = self.daily(&about.scope, Edition::daily(week.from, week.until)).await?;
        let spoken = |span: &Span| daily.count(Measure::Mentions, span.period(today)) > 0;
        let span = wanted.or_else(|| Span::ALL.into_iter().find(spoken)).unwrap_or(Span::Today);
        let period = span.period(today);
        let edition = Edition::daily(period.from, period.until);
        let shown = Shown::default();
        let (from, _) = period.limits();
        let request = QueueRequest { limit: Some(DUE), ..QueueRequest::default() };
        Ok(Today {
            span,
            period,
            is_over: period.until < today,
            figures: daily.figures(&about.scope, edition),
            themes: self.top_themes(&about, period).await?,
            lanes: self.lanes(&about, edition, &mut Taken::new(&shown)).await?,
            unusual: self.standing_spikes(&about.products, edition).await?,
            unseen: self.unseen(period).await?,
            replies: self.reply_summary(from).await?,
            due: self.queue(&request).await?.1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_end_today_or_the_day_before() {
        let today = "2026-03-01".parse().unwrap();
        for (word, want) in [
            ("today", Some("2026-03-01 2026-03-01")),
            ("yesterday", Some("2026-02-28 2026-02-28")),
            ("week", Some("2026-02-23 2026-03-01")),
            ("year", None),
        ] {
            let days = Span::parse(word).map(|span| span.period(today)).map(|period| format!("{} {}", period.from, period.until));
            assert_eq!(days.as_deref(), want, "{word}");
        }
    }
}

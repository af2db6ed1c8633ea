//! When a day is unusual: a rule that can be explained to anybody.
//!
//! A count is a spike if it is at least so many, at least so many times what is usual, and hardly chance. What is usual is
//! told by the same weekdays of the weeks before, or by all days while there are too few of those. Days on which much was
//! not heard tell nothing. Pure.

use jiff::civil::Date;

use super::chance::poisson_tail;
use super::period::{Period, days_before, weekday_name};
use super::scope::Scope;
use crate::mention::Polarity;

/// What makes a spike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Fewer are never one.
    pub least: u64,
    /// At least so many times as usual.
    pub times: f64,
    /// At most this chance that it is only chance (Poisson).
    pub chance: f64,
    /// How many weeks before tell what is usual.
    pub weeks: i64,
}

impl Default for Rule {
    fn default() -> Self {
        Self { least: 5, times: 2.0, chance: 0.001, weeks: 8 }
    }
}

/// With fewer same weekdays all days are taken.
const LEAST_WEEKDAYS: usize = 4;
/// With fewer days nothing is known of what is usual.
const LEAST_DAYS: usize = 7;
/// A narrower spike that makes up this share of a wider one is the one worth telling.
const EXPLAINS: f64 = 0.8;

/// What is counted for spikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The product.
    pub product: String,
    /// Praise or complaints; all mentions if none.
    pub polarity: Option<Polarity>,
    /// The theme, if it is about one.
    pub theme: Option<String>,
}

impl Subject {
    /// Which mentions count.
    pub fn scope(&self) -> Scope {
        Scope { polarity: self.polarity, theme: self.theme.clone(), ..Scope::product(&self.product) }
    }

    /// So many of them, in words.
    pub fn counted(&self, count: u64) -> String {
        let many = if count == 1 { "" } else { "s" };
        let theme = self.theme.as_deref().map(|theme| format!(" {theme}")).unwrap_or_default();
        match self.polarity {
            Some(Polarity::Praise) => format!("{count} praise{many} of {}{theme}", self.product),
            Some(Polarity::Complaint) => format!("{count} complaint{many} about {}{theme}", self.product),
            None => format!("{count} mention{many} of {}{theme}", self.product),
        }
    }

    /// Whether all that counts for `narrower` counts here too.
    fn holds(&self, narrower: &Self) -> bool {
        let wider = |own: bool, same: bool| own || same;
        self != narrower
            && self.product == narrower.product
            && wider(self.polarity.is_none(), self.polarity == narrower.polarity)
            && wider(self.theme.is_none(), self.theme == narrower.theme)
    }
}

/// A day's count, and whether enough was heard on that day for the count to tell what is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// What was counted on it.
    pub count: u64,
    /// Whether the day tells anything.
    pub heard: bool,
}

/// What is usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usual {
    /// So many.
    pub count: f64,
    /// The same, a little above nothing where there was nothing, for reckoning with chance.
    expected: f64,
    /// Whether the same weekdays tell it, rather than all days.
    pub of_weekday: bool,
}

/// A count that is not usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unusual {
    /// What would have been usual.
    pub usual: Usual,
    /// The chance of so many or more on such a day.
    pub chance: f64,
}

impl Rule {
    /// What is usual in `window`, told by `history`; none if too little is known.
    pub fn usual(&self, history: &[Day], window: Period) -> Option<Usual> {
        let earliest = days_before(window.from, 7 * self.weeks);
        let known: Vec<&Day> = history.iter().filter(|day| day.heard && day.date >= earliest && day.date < window.from).collect();
        let mut usual = Usual { count: 0.0, expected: 0.0, of_weekday: true };
        let mut date = window.from;
        while date <= window.until {
            let weekday: Vec<&Day> = known.iter().copied().filter(|day| day.date.weekday() == date.weekday()).collect();
            let days = if weekday.len() >= LEAST_WEEKDAYS { &weekday } else { &known };
            if days.len() < LEAST_DAYS.min(LEAST_WEEKDAYS) || (weekday.len() < LEAST_WEEKDAYS && known.len() < LEAST_DAYS) {
                return None;
            }
            let sum = days.iter().map(|day| day.count).sum::<u64>() as f64;
            usual.count += sum / days.len() as f64;
            usual.expected += (sum + 0.5) / days.len() as f64;
            usual.of_weekday &= weekday.len() >= LEAST_WEEKDAYS;
            date = date.tomorrow().ok()?;
        }
        Some(usual)
    }

    /// Whether `count` is a spike where `usual` is usual.
    pub fn judge(&self, count: u64, usual: Usual) -> Option<Unusual> {
        let chance = poisson_tail(count, usual.expected);
        let many = count >= self.least && count as f64 >= self.times * usual.count;
        (many && chance <= self.chance).then_some(Unusual { usual, chance })
    }
}

/// The spike in words: `9 complaints about Acme reliability on 2026-03-03, usually 1.2 on a Tuesday: …`.
pub(super) fn words(subject: &Subject, window: Period, count: u64, usual: f64, of_weekday: bool, chance: f64) -> String {
    let one_day = window.days() == 1;
    let when = if one_day { format!("on {}", window.from) } else { format!("from {} to {}", window.from, window.until) };
    let such = match (one_day, of_weekday) {
        (true, true) => format!("on a {}", weekday_name(window.from)),
        (true, false) => "a day".to_owned(),
        (false, true) => "on the same weekdays".to_owned(),
        (false, false) => format!("in {} days", window.days()),
    };
    let usually = if usual < 0.05 { format!("usually none {such}") } else { format!("usually {usual:.1} {such}") };
    let times = if usual < 0.05 { String::new() } else { format!("{:.1} times as many; ", count as f64 / usual) };
    format!("{} {when}, {usually}: {times}chance alone gives so many {}", subject.counted(count), odds(chance))
}

fn odds(chance: f64) -> String {
    if chance < 1e-6 {
        return "less than once in a million".to_owned();
    }
    let once_in = (1.0 / chance).round();
    let digits = 10_f64.powf(once_in.log10().floor() - 1.0).max(1.0);
    let once_in = (once_in / digits).round() * digits;
    if once_in <= 1.0 { "often".to_owned() } else { format!("about once in {}", grouped(once_in as u64)) }
}

/// 12,000 with its comma.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Whether one of `others` with its count is narrower than `subject` and makes up most of its `count`.
pub fn explained_by_narrower(subject: &Subject, count: u64, others: &[(Subject, u64)]) -> bool {
    others.iter().any(|(other, narrower)| subject.holds(other) && *narrower as f64 >= EXPLAINS * count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TUESDAY: &str = "2026-03-03";

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// So many on the days before: Tuesdays and other days, back to so many days ago.
    fn history(tuesdays: u64, others: u64, back: i64) -> Vec<Day> {
        let day = |ago| days_before(date(TUESDAY), ago);
        (1..=back).map(|ago| Day { date: day(ago), count: if ago % 7 == 0 { tuesdays } else { others }, heard: true }).collect()
    }

    fn told(count: u64, history: &[Day]) -> Option<Unusual> {
        let rule = Rule::default();
        rule.judge(count, rule.usual(history, Period::day(date(TUESDAY)))?)
    }

    #[test]
    fn a_spike_is_many_much_more_than_usual_and_hardly_chance() {
        for (name, count, history, want) in [
            ("nine where one is usual", 9, history(1, 1, 60), true),
            ("fewer than five are never one", 4, history(0, 0, 60), false),
            ("five where none is usual", 5, history(0, 0, 60), true),
            ("a busy weekday is usual", 9, history(8, 1, 60), false),
            ("a busy rest of the week is not this weekday", 9, history(1, 8, 60), true),
            ("less than twice as many", 150, history(100, 100, 60), false),
            ("twice as many", 200, history(100, 100, 60), true),
            ("twice as few may be chance", 6, history(3, 3, 60), false),
            ("a young source is told by all its days", 9, history(1, 1, 10), true),
            ("a week is the least to know", 9, history(1, 1, 6), false),
        ] {
            assert_eq!(told(count, &history).is_some(), want, "{name}");
        }
    }

    #[test]
    fn days_that_were_not_heard_are_no_quiet_days() {
        let mut blind = history(8, 8, 60);
        for day in blind.iter_mut().filter(|day| day.date.weekday() == date(TUESDAY).weekday()).take(5) {
            (day.count, day.heard) = (0, false);
        }
        assert_eq!(told(9, &blind), None, "three Tuesdays are too few, and all days had eight");
        blind.iter_mut().for_each(|day| day.heard = true);
        assert!(told(15, &blind).is_some(), "taken for quiet they would be a false alarm");
        assert_eq!(told(99, &history(1, 1, 60).into_iter().map(|day| Day { heard: false, ..day }).collect::<Vec<_>>()), None);
    }

    #[test]
    fn a_spike_reads_as_a_sentence() {
        let subject = Subject { product: "Acme".to_owned(), polarity: Some(Polarity::Complaint), theme: Some("reliability".to_owned()) };
        let day = Period::day(date(TUESDAY));
        let of = told(9, &history(1, 1, 60)).unwrap();
        assert_eq!(
            words(&subject, day, 9, of.usual.count, of.usual.of_weekday, of.chance),
            "9 complaints about Acme reliability on 2026-03-03, usually 1.0 on a Tuesday: 9.0 times as many; chance alone gives so many \
             about once in 540,000"
        );
        let two = Period { until: date("2026-03-04"), ..day };
        let praise = Subject { polarity: Some(Polarity::Praise), theme: None, ..subject };
        assert_eq!(
            words(&praise, two, 12, 0.0, false, 1e-9),
            "12 praises of Acme from 2026-03-03 to 2026-03-04, usually none in 2 days: chance alone gives so many less than once in a million"
        );
        assert_eq!((grouped(999), grouped(1_000), grouped(1_234_567)), ("999".to_owned(), "1,000".to_owned(), "1,234,567".to_owned()));
    }

    #[test]
    fn the_narrower_spike_is_told_where_it_explains_the_wider_one() {
        let of = |polarity, theme: Option<&str>| Subject { product: "Acme".to_owned(), polarity, theme: theme.map(str::to_owned) };
        let (all, bad) = (of(None, None), of(Some(Polarity::Complaint), None));
        let slow = of(Some(Polarity::Complaint), Some("speed"));
        let found = [(all.clone(), 20), (bad.clone(), 10), (slow.clone(), 9)];
        assert!(explained_by_narrower(&bad, 10, &found));
        assert!(!explained_by_narrower(&slow, 9, &found));
        assert!(!explained_by_narrower(&all, 20, &found), "ten complaints do not explain twenty mentions");
    }
}

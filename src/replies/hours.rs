//! When people work: zones, hours, days off; and when something is due that is to be done within so many hours of work. Pure.

use std::time::Duration;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// The first hour and the last of a day's work; a whole day if they are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    from: Time,
    until: Time,
}

impl Span {
    /// Whether a time of the day lies in it; one over midnight counts too.
    pub fn holds(self, time: Time) -> bool {
        match self.from.cmp(&self.until) {
            std::cmp::Ordering::Less => self.from <= time && time < self.until,
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Greater => time >= self.from || time < self.until,
        }
    }
}

/// Days of the week, Monday first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days([bool; 7]);

impl Days {
    /// Every day.
    pub fn all() -> Self {
        Self([true; 7])
    }

    /// Whether it is one of them.
    pub fn hold(self, day: Weekday) -> bool {
        self.0.get(usize::try_from(day.to_monday_zero_offset()).unwrap_or_default()).copied().unwrap_or_default()
    }
}

/// When a team works.
#[derive(Clone, Copy, Debug)]
pub struct Hours<'a> {
    /// Its zone.
    pub zone: &'a TimeZone,
    /// The hours of a day.
    pub span: Span,
    /// The days of a week.
    pub days: Days,
    /// Days off, each from the first to the last.
    pub holidays: &'a [(Date, Date)],
    /// Whether somebody is on duty on days off.
    pub on_duty: bool,
}

/// Days looked at for hours of work; a team that has none in all of them never works.
const MOST_DAYS: usize = 400;

impl Hours<'_> {
    /// Whether the day that `at` lies in is a day off.
    pub fn is_day_off(&self, at: Timestamp) -> bool {
        self.is_off(at.to_zoned(self.zone.clone()).date())
    }

    fn is_off(&self, day: Date) -> bool {
        !self.days.hold(day.weekday()) || is_in(self.holidays, day)
    }

    /// When something that came at `from` is due within `within` hours of work; days off count too if it cannot wait and
    /// somebody is on duty.
    pub fn due(&self, from: Timestamp, within: Duration, cannot_wait: bool) -> Timestamp {
        let mut left = SignedDuration::try_from(within).unwrap_or(SignedDuration::MAX);
        let works_always = cannot_wait && self.on_duty;
        // Hours over midnight belong to the day they begin on.
        let mut day = from.to_zoned(self.zone.clone()).date().yesterday().unwrap_or(Date::MIN);
        for _ in 0..MOST_DAYS {
            if works_always || !self.is_off(day) {
                let Some((begins, ends)) = self.work(day) else { break };
                let begins = begins.max(from);
                let stretch = ends.duration_since(begins);
                if stretch > SignedDuration::ZERO {
                    if left <= stretch {
                        return begins.checked_add(left).unwrap_or(Timestamp::MAX);
                    }
                    left -= stretch;
                }
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        crate::clock::later(from, within)
    }

    fn work(&self, day: Date) -> Option<(Timestamp, Timestamp)> {
        let Span { from, until } = self.span;
        let last = if from < until { day } else { day.checked_add(1.day()).ok()? };
        let at = |day: Date, time: Time| day.to_datetime(time).to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp());
        Some((at(day, from)?, at(last, until)?))
    }
}

/// Whether a day lies in one of these stretches.
pub(super) fn is_in(stretches: &[(Date, Date)], day: Date) -> bool {
    stretches.iter().any(|(first, last)| *first <= day && day <= *last)
}

pub(super) fn read_zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text).map_err(|_| format!("`{text}` is not a time zone; write for example `Europe/Berlin`"))
}

pub(super) fn read_span(text: &str) -> Result<Span, String> {
    let wrong = || format!("`{text}` is not a stretch of hours; write for example `09:00-17:30`");
    let (from, until) = text.split_once('-').ok_or_else(wrong)?;
    // A day that ends at 24:00 ends where the next begins.
    let time = |text: &str| if text.trim() == "24:00" { Ok(Time::MIN) } else { text.trim().parse::<Time>().map_err(|_| wrong()) };
    Ok(Span { from: time(from)?, until: time(until)? })
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

pub(super) fn read_days(text: &str) -> Result<Days, String> {
    let wrong = || format!("`{text}` are not days of the week; write for example `mon-fri` or `mon,wed`");
    let place = |word: &str| DAYS.iter().position(|day| *day == word.trim().to_lowercase()).ok_or_else(wrong);
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = match part.split_once('-') {
            Some((first, last)) => (place(first)?, place(last)?),
            None => (place(part)?, place(part)?),
        };
        for (at, day) in days.iter_mut().enumerate() {
            *day |= if first <= last { (first..=last).contains(&at) } else { at >= first || at <= last };
        }
    }
    Ok(Days(days))
}

/// A day, or a stretch of days written `2026-12-24..2027-01-01`.
pub(super) fn days(text: &str) -> Result<(Date, Date), String> {
    let wrong = || format!("`{text}` is neither a day nor a stretch of days; write `2026-12-25` or `2026-12-24..2027-01-01`");
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (first.trim().parse().map_err(|_| wrong())?, last.trim().parse().map_err(|_| wrong())?);
    if first <= last { Ok((first, last)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_count_hours_of_work() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let holidays = [days("2026-04-06").unwrap()];
        let team = |on_duty| Hours {
            zone: &zone,
            span: read_span("09:00-17:00").unwrap(),
            days: read_days("mon-fri").unwrap(),
            holidays: &holidays,
            on_duty,
        };
        // name, came, hours, whether it cannot wait, whether somebody is on duty, due; the clock is turned forward on 29 March
        let cases = [
            ("within the day", "2026-03-03T10:00+01:00", 4, false, false, "2026-03-03T14:00+01:00"),
            ("before work", "2026-03-03T06:00+01:00", 4, false, false, "2026-03-03T13:00+01:00"),
            ("goes on tomorrow", "2026-03-03T16:00+01:00", 4, false, false, "2026-03-04T12:00+01:00"),
            ("after work", "2026-03-03T20:00+01:00", 1, false, false, "2026-03-04T10:00+01:00"),
            ("over the weekend and the turned clock", "2026-03-27T16:00+01:00", 4, false, false, "2026-03-30T12:00+02:00"),
            ("nobody is on duty", "2026-03-28T10:00+01:00", 4, true, false, "2026-03-30T13:00+02:00"),
            ("somebody is on duty", "2026-03-28T10:00+01:00", 4, true, true, "2026-03-28T14:00+01:00"),
            ("it can wait", "2026-03-28T10:00+01:00", 4, false, true, "2026-03-30T13:00+02:00"),
            ("over a holiday", "2026-04-03T16:30+02:00", 1, false, false, "2026-04-07T09:30+02:00"),
            ("three days of work", "2026-03-02T09:00+01:00", 24, false, false, "2026-03-04T17:00+01:00"),
        ];
        for (name, came, hours, cannot_wait, on_duty, want) in cases {
            let due = team(on_duty).due(came.parse().unwrap(), Duration::from_secs(hours * 3600), cannot_wait);
            assert_eq!(due, want.parse::<Timestamp>().unwrap(), "{name}");
        }
    }

    #[test]
    fn hours_over_midnight_belong_to_the_day_they_begin_on() {
        let night = read_span("22:00-06:00").unwrap();
        let hours = Hours { zone: &TimeZone::UTC, span: night, days: read_days("fri").unwrap(), holidays: &[], on_duty: false };
        let due = hours.due("2026-03-07T01:00Z".parse().unwrap(), Duration::from_secs(2 * 3600), false);
        assert_eq!(due, "2026-03-07T03:00Z".parse().unwrap());
        assert!(night.holds("23:00".parse().unwrap()) && night.holds("05:59".parse().unwrap()) && !night.holds("12:00".parse().unwrap()));
    }

    #[test]
    fn a_team_that_never_works_does_not_wait_forever() {
        let hours = Hours { zone: &TimeZone::UTC, span: Span::default(), days: Days([false; 7]), holidays: &[], on_duty: false };
        assert_eq!(hours.due(Timestamp::UNIX_EPOCH, Duration::from_secs(60), false).as_second(), 60);
    }

    #[test]
    fn what_people_write_is_read_or_told() {
        assert_eq!(read_days("sat-mon").unwrap(), Days([true, false, false, false, false, true, true]));
        for (wrong, want) in [
            (read_days("funday").map(drop), "mon-fri"),
            (read_span("9 to 5").map(drop), "09:00-17:30"),
            (read_zone("Berlin").map(drop), "Europe/Berlin"),
            (days("2026-12-30..2026-12-24").map(drop), "2026-12-25"),
        ] {
            assert!(wrong.unwrap_err().contains(want));
        }
    }
}

//! Quiet hours of a destination: what is not urgent waits until they end. Pure.

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Hours of each day, and whole days, on which nobody wants to be disturbed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quiet {
    hours: Option<(Time, Time)>,
    zone: TimeZone,
    days: Vec<Weekday>,
}

/// As people write it: `{ hours = "22:00-07:00", zone = "Europe/Berlin", days = ["sat", "sun"] }`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keys {
    hours: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    days: Vec<String>,
}

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Quiet {
    /// Reads what people wrote; the error says what to write.
    pub(super) fn read(keys: &Keys) -> Result<Self, String> {
        let zone = match keys.zone.as_deref() {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name).map_err(|_| format!("`{name}` is not a time zone; write for example `Europe/Berlin`"))?,
        };
        let day = |word: &String| {
            let found = DAYS.iter().find(|(name, _)| word.to_ascii_lowercase().starts_with(name));
            found.map(|(_, day)| *day).ok_or_else(|| format!("`{word}` is not a day; write `mon`, `tue` … `sun`"))
        };
        let days: Vec<Weekday> = keys.days.iter().map(day).collect::<Result<_, _>>()?;
        if DAYS.iter().all(|(_, day)| days.contains(day)) {
            return Err("all days are quiet, so nothing would ever go out".to_owned());
        }
        let hours = keys.hours.as_deref().map(hours).transpose()?;
        if hours.is_none() && days.is_empty() {
            return Err("write `hours = \"22:00-07:00\"` or `days = [\"sat\", \"sun\"]`".to_owned());
        }
        Ok(Self { hours, zone, days })
    }

    /// The first moment from `now` on that is not quiet.
    pub(super) fn over_after(&self, now: Timestamp) -> Timestamp {
        let mut at = now;
        // A week of quiet days and nights has fewer steps.
        for _ in 0..32 {
            match self.end_of_quiet(at) {
                Some(end) if end > at => at = end,
                _ => return at,
            }
        }
        at
    }

    /// When the quiet that `at` lies in ends; none if it lies in none.
    fn end_of_quiet(&self, at: Timestamp) -> Option<Timestamp> {
        let local = at.to_zoned(self.zone.clone());
        if self.days.contains(&local.weekday()) {
            return local.tomorrow().ok()?.start_of_day().ok().map(|end| end.timestamp());
        }
        let (from, until) = self.hours?;
        let time = local.time();
        let wraps = from > until;
        let day = match () {
            () if wraps && time >= from => local.date().tomorrow().ok()?,
            () if wraps && time < until => local.date(),
            () if !wraps && time >= from && time < until => local.date(),
            () => return None,
        };
        day.to_datetime(until).to_zoned(self.zone.clone()).ok().map(|end| end.timestamp())
    }
}

fn hours(text: &str) -> Result<(Time, Time), String> {
    let wrong = || format!("`{text}` are no hours; write for example `22:00-07:00`");
    let (from, until) = text.split_once('-').ok_or_else(wrong)?;
    let time = |text: &str| Time::strptime("%H:%M", text.trim()).map_err(|_| wrong());
    let (from, until) = (time(from)?, time(until)?);
    if from == until { Err(wrong()) } else { Ok((from, until)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(text: &str) -> Result<Quiet, String> {
        Quiet::read(&toml::from_str(text).unwrap())
    }

    #[test]
    fn what_comes_in_quiet_hours_waits_until_they_end() {
        let nights = "hours = \"22:00-07:00\"\nzone = \"Europe/Berlin\"";
        let weekends = "hours = \"22:00-07:00\"\ndays = [\"sat\", \"sun\"]";
        for (text, now, want) in [
            (nights, "2026-03-10T12:00:00Z", "2026-03-10T12:00:00Z"),
            (nights, "2026-03-10T21:30:00Z", "2026-03-11T06:00:00Z"),
            (nights, "2026-03-11T05:59:59Z", "2026-03-11T06:00:00Z"),
            (nights, "2026-03-11T06:00:00Z", "2026-03-11T06:00:00Z"),
            // The night in which clocks go forward.
            (nights, "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"),
            ("hours = \"12:00-13:00\"", "2026-03-10T12:30:00Z", "2026-03-10T13:00:00Z"),
            // Friday night, then the weekend, then Sunday night.
            (weekends, "2026-03-13T22:30:00Z", "2026-03-16T07:00:00Z"),
            ("days = [\"sat\", \"sun\"]", "2026-03-14T10:00:00Z", "2026-03-16T00:00:00Z"),
        ] {
            assert_eq!(quiet(text).unwrap().over_after(now.parse().unwrap()).to_string(), want, "{text} {now}");
        }
    }

    #[test]
    fn mistakes_say_what_to_write() {
        for (text, said) in [
            ("", "write `hours"),
            ("hours = \"late\"", "`late` are no hours"),
            ("hours = \"7:00-7:00\"", "are no hours"),
            ("days = [\"never\"]", "is not a day"),
            ("hours = \"22:00-07:00\"\nzone = \"Mars\"", "`Mars` is not a time zone"),
            ("days = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]", "all days are quiet"),
        ] {
            let error = quiet(text).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}

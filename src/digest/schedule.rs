//! When a digest is due: at a recipient's own time and zone, on their weekdays; after a long pause once, not many times.
//!
//! Pure: the time is handed in, and so is the last day that was told.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

use super::edition::{Edition, Every};
use super::recipient::Recipient;
use crate::insight::{day_of, days_before};

/// A daily digest reaches back over so many days at most, whatever was missed before.
const LONGEST: i64 = 7;
/// A sending lies at most so many days back: a month and a bit.
const LOOK_BACK: i64 = 32;

/// The edition that is due for `recipient` at `now`, if the last that was told ended with the day `last`.
pub fn due(recipient: &Recipient, every: Every, now: Timestamp, last: Option<Date>) -> Option<Edition> {
    if !recipient.editions.contains(&every) {
        return None;
    }
    let today = now.to_zoned(recipient.zone.clone()).date();
    let sent_at = (0..=LOOK_BACK)
        .map(|back| days_before(today, back))
        .filter(|date| goes_out_on(recipient, every, *date))
        .filter_map(|date| moment(recipient, date))
        .find(|moment| *moment <= now)?;
    let day = days_before(day_of(sent_at), 1);
    let edition = match every {
        Every::Daily => Edition::daily(covering(recipient, day), day),
        Every::Weekly | Every::Monthly => Edition::over_with(every, day),
    };
    match last {
        // Who has had none yet gets the one of the same day, and no older.
        None => (day_of(now) == day_of(sent_at)).then_some(edition),
        Some(last) if last >= edition.until => None,
        Some(last) if every == Every::Daily => {
            let missed = last.saturating_add(1.day());
            Some(Edition::daily(missed.min(edition.from).max(days_before(day, LONGEST - 1)), day))
        }
        Some(_) => Some(edition),
    }
}

/// The first day that a daily digest tells of if `until` is its last: with the days since the sending before.
pub fn covering(recipient: &Recipient, until: Date) -> Date {
    let after = until.saturating_add(2.days());
    let told = (0..=LONGEST + 3)
        .map(|back| days_before(after, back))
        .filter(|date| goes_out_on(recipient, Every::Daily, *date))
        .filter_map(|date| Some(days_before(day_of(moment(recipient, date)?), 1)))
        .find(|day| *day < until);
    told.map_or(until, |told| told.saturating_add(1.day())).max(days_before(until, LONGEST - 1))
}

fn goes_out_on(recipient: &Recipient, every: Every, date: Date) -> bool {
    match every {
        Every::Daily => recipient.weekdays.contains(&date.weekday()),
        Every::Weekly => first(&recipient.weekdays) == Some(date.weekday()),
        Every::Monthly => date.day() == 1,
    }
}

/// The first of them in a week.
fn first(weekdays: &[Weekday]) -> Option<Weekday> {
    weekdays.iter().copied().min_by_key(|weekday| weekday.to_monday_zero_offset())
}

fn moment(recipient: &Recipient, date: Date) -> Option<Timestamp> {
    Some(date.to_datetime(recipient.at).to_zoned(recipient.zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::tz::TimeZone;

    use super::*;

    const WORKDAYS: [Weekday; 5] = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

    fn reader(zone: &str, weekdays: &[Weekday]) -> Recipient {
        Recipient {
            zone: TimeZone::get(zone).unwrap(),
            weekdays: weekdays.to_vec(),
            editions: BTreeSet::from([Every::Daily, Every::Weekly, Every::Monthly]),
            ..Recipient::default()
        }
    }

    fn told(recipient: &Recipient, every: Every, now: &str, last: Option<&str>) -> Option<String> {
        let edition = due(recipient, every, now.parse().unwrap(), last.map(|day| day.parse().unwrap()))?;
        Some(format!("{} {}", edition.from, edition.until))
    }

    #[test]
    fn a_digest_comes_at_eight_where_its_reader_lives() {
        let all = Recipient::default().weekdays;
        for (zone, now, last, want) in [
            ("UTC", "2026-03-10T07:59:59Z", Some("2026-03-08"), None),
            ("UTC", "2026-03-10T08:00:00Z", Some("2026-03-08"), Some("2026-03-09 2026-03-09")),
            ("UTC", "2026-03-10T23:00:00Z", Some("2026-03-09"), None),
            ("Asia/Shanghai", "2026-03-09T23:59:59Z", Some("2026-03-08"), None),
            ("Asia/Shanghai", "2026-03-10T00:00:00Z", Some("2026-03-08"), Some("2026-03-09 2026-03-09")),
            ("America/Los_Angeles", "2026-03-10T14:59:59Z", Some("2026-03-08"), None),
            ("America/Los_Angeles", "2026-03-10T15:00:00Z", Some("2026-03-08"), Some("2026-03-09 2026-03-09")),
            // In Auckland the last day that is over in UTC is the one before.
            ("Pacific/Auckland", "2026-03-09T19:00:00Z", Some("2026-03-07"), Some("2026-03-08 2026-03-08")),
            // The night the clocks go forward takes nothing away.
            ("Europe/Berlin", "2026-03-29T06:00:00Z", Some("2026-03-27"), Some("2026-03-28 2026-03-28")),
        ] {
            assert_eq!(told(&reader(zone, &all), Every::Daily, now, last).as_deref(), want, "{zone} {now}");
        }
    }

    #[test]
    fn monday_tells_of_the_weekend_where_none_comes_on_it() {
        let reader = reader("Europe/Berlin", &WORKDAYS);
        for (now, last, want) in [
            ("2026-03-06T12:00:00Z", "2026-03-04", Some("2026-03-05 2026-03-05")),
            ("2026-03-07T12:00:00Z", "2026-03-05", None),
            ("2026-03-08T12:00:00Z", "2026-03-05", None),
            ("2026-03-09T12:00:00Z", "2026-03-05", Some("2026-03-06 2026-03-08")),
            ("2026-03-10T12:00:00Z", "2026-03-08", Some("2026-03-09 2026-03-09")),
        ] {
            assert_eq!(told(&reader, Every::Daily, now, Some(last)).as_deref(), want, "{now}");
        }
        assert_eq!(covering(&reader, "2026-03-08".parse().unwrap()).to_string(), "2026-03-06");
        assert_eq!(covering(&reader, "2026-03-10".parse().unwrap()).to_string(), "2026-03-10");
    }

    #[test]
    fn after_a_pause_one_comes_and_reaches_back_a_week_at_most() {
        let reader = reader("UTC", &Recipient::default().weekdays);
        let daily = |last| told(&reader, Every::Daily, "2026-03-10T09:00:00Z", last);
        assert_eq!(daily(Some("2026-03-05")).as_deref(), Some("2026-03-06 2026-03-09"));
        assert_eq!(daily(Some("2026-01-05")).as_deref(), Some("2026-03-03 2026-03-09"));
        assert_eq!(daily(None).as_deref(), Some("2026-03-09 2026-03-09"));
        assert_eq!(told(&reader, Every::Weekly, "2026-03-10T09:00:00Z", None), None, "who is new gets no old ones");
    }

    #[test]
    fn weeks_come_on_the_first_weekday_and_months_on_the_first_day() {
        let reader = reader("UTC", &WORKDAYS);
        for (every, now, last, want) in [
            (Every::Weekly, "2026-03-09T07:00:00Z", "2026-03-01", None),
            (Every::Weekly, "2026-03-09T08:00:00Z", "2026-03-01", Some("2026-03-02 2026-03-08")),
            (Every::Weekly, "2026-03-12T08:00:00Z", "2026-03-08", None),
            (Every::Weekly, "2026-03-12T08:00:00Z", "2026-02-08", Some("2026-03-02 2026-03-08")),
            (Every::Monthly, "2026-03-01T08:00:00Z", "2026-01-31", Some("2026-02-01 2026-02-28")),
            (Every::Monthly, "2026-03-20T08:00:00Z", "2026-02-28", None),
        ] {
            assert_eq!(told(&reader, every, now, Some(last)).as_deref(), want, "{every} {now}");
        }
        let only_daily = Recipient::default();
        assert_eq!(told(&only_daily, Every::Weekly, "2026-03-09T08:00:00Z", Some("2026-03-01")), None);
    }
}

//! Dates as structured data writes them, well or ill.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::rfc2822;

use crate::mention::Published;

/// Reads an ISO 8601 date or time with or without zone, `2024-5-1 9:30`, `2024年5月1日`, `May 1, 2024`, `1 May 2024`, an
/// e-mail date, or seconds or milliseconds since 1970. Days and months in numbers that could be swapped are not guessed.
pub(super) fn read(text: &str) -> Option<Published> {
    let text = text.trim();
    if text.len() > 60 {
        return None;
    }
    if let Ok(at) = text.replacen(' ', "T", 1).parse::<Timestamp>().or_else(|_| text.parse()) {
        return Some(Published::instant(at));
    }
    if let Ok(at) = rfc2822::parse(text) {
        return Some(Published::instant(at.timestamp()));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return since_1970(text);
    }
    let (day, rest) = year_first(text).or_else(|| month_named(text))?;
    match time(rest) {
        Some(time) => Published::zoneless(DateTime::from_parts(day, time)),
        None => Published::day(day),
    }
}

fn since_1970(digits: &str) -> Option<Published> {
    let number: i64 = digits.parse().ok()?;
    match digits.len() {
        8 => Published::day(Date::strptime("%Y%m%d", digits).ok()?),
        10 => Timestamp::from_second(number).ok().map(Published::instant),
        13 => Timestamp::from_millisecond(number).ok().map(Published::instant),
        _ => None,
    }
}

/// A date that starts with its year, and what comes after it.
fn year_first(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = number(text)?;
    let (month, rest) = number(rest.strip_prefix(['-', '/', '.', '年'])?.trim_start())?;
    let (day, rest) = number(rest.strip_prefix(['-', '/', '.', '月'])?.trim_start())?;
    if year < 1000 {
        return None;
    }
    Some((Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?, rest))
}

/// A date with its month as an English word, and what comes after it.
fn month_named(text: &str) -> Option<(Date, &str)> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let (mut day, mut month, mut rest) = (None, None, text);
    loop {
        rest = rest.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        if let Some((found, after)) = number(rest) {
            rest = after;
            if day.is_some() || found > 31 {
                let date = Date::new(found, month?, day?).ok()?;
                return (found >= 1000).then_some((date, rest));
            }
            day = Some(i8::try_from(found).ok()?);
            rest = ["st", "nd", "rd", "th"].into_iter().find_map(|ending| rest.strip_prefix(ending)).unwrap_or(rest);
        } else {
            let end = rest.find(|letter: char| !letter.is_alphabetic()).filter(|end| *end > 0)?;
            let word = rest.get(..end)?.to_ascii_lowercase();
            rest = rest.get(end..)?;
            let place = MONTHS.iter().position(|name| word.starts_with(name));
            month = month.or(place.and_then(|place| i8::try_from(place + 1).ok()));
        }
    }
}

/// The time of day in what follows a date.
fn time(rest: &str) -> Option<Time> {
    let rest = rest.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let (mut hour, rest) = number(rest)?;
    let (minute, rest) = number(rest.strip_prefix(':')?)?;
    let (second, rest) = rest.strip_prefix(':').and_then(number).unwrap_or((0, rest));
    let rest = rest.trim_start().to_ascii_lowercase();
    if rest.starts_with("pm") && hour < 12 {
        hour += 12;
    } else if rest.starts_with("am") && hour == 12 {
        hour = 0;
    }
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, 0).ok()
}

/// The number a text starts with, and what comes after it.
fn number(text: &str) -> Option<(i16, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    Some((text.get(..end)?.parse().ok()?, text.get(end..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::Precision::{Day, Instant, Zoneless};

    #[test]
    fn dates_as_structured_data_writes_them() {
        let cases = [
            ("2024-05-01T09:30:00+02:00", Some(("2024-05-01T07:30:00Z", Instant))),
            ("2024-05-01 09:30:00Z", Some(("2024-05-01T09:30:00Z", Instant))),
            ("2024-05-01T09:30", Some(("2024-05-01T09:30:00Z", Zoneless))),
            ("2024-5-1", Some(("2024-05-01T00:00:00Z", Day))),
            ("2024-5-1 9:05", Some(("2024-05-01T09:05:00Z", Zoneless))),
            ("2024/05/01", Some(("2024-05-01T00:00:00Z", Day))),
            ("2024年5月1日", Some(("2024-05-01T00:00:00Z", Day))),
            ("May 1, 2024", Some(("2024-05-01T00:00:00Z", Day))),
            ("Reviewed on 1st September 2024", Some(("2024-09-01T00:00:00Z", Day))),
            ("May 1, 2024 3:15 PM", Some(("2024-05-01T15:15:00Z", Zoneless))),
            ("Wed, 01 May 2024 09:30:00 +0000", Some(("2024-05-01T09:30:00Z", Instant))),
            ("1714555800", Some(("2024-05-01T09:30:00Z", Instant))),
            ("2031-01-01", Some(("2031-01-01T00:00:00Z", Day))),
            ("05/06/2024", None),
            ("yesterday", None),
            ("", None),
        ];
        for (text, want) in cases {
            let got = read(text).map(|date| (date.at.to_string(), date.precision));
            assert_eq!(got, want.map(|(at, precision)| (at.to_owned(), precision)), "{text}");
        }
    }
}

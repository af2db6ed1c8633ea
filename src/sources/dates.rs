//! Dates as sites write them: RFC 3339 and 2822, wall clocks without a zone, days in half a dozen orders, Chinese, epoch numbers.
//!
//! Knows how exactly each form tells the time ([`Published`]), but not what time it is now: "two days ago" is not read.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use crate::mention::Published;

/// Longer texts are not dates.
const LONGEST: usize = 80;

/// Reads a date; none if it is not one, or names no day.
pub(super) fn read(text: &str) -> Option<Published> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.bytes().filter(|byte| *byte == b'.').count() < 2 {
        let whole = text.split('.').next().unwrap_or(text);
        if (9..=17).contains(&whole.len()) && whole.len() != 14 {
            return epoch(whole.parse().ok()?);
        }
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(Published::instant(at));
    }
    let mut found = Found::default();
    found.collect(text);
    found.published()
}

/// An instant told in seconds since 1970, or in thousandths or millionths of them.
pub(super) fn epoch(number: i64) -> Option<Published> {
    let at = match number {
        0..100_000_000_000 => Timestamp::from_second(number),
        100_000_000_000..100_000_000_000_000 => Timestamp::from_millisecond(number),
        100_000_000_000_000..100_000_000_000_000_000 => Timestamp::from_microsecond(number),
        _ => return None,
    };
    at.ok().map(Published::instant)
}

/// What the pieces of a date's text turned out to be.
#[derive(Default)]
struct Found {
    /// Numbers that are neither time nor zone, in order, with how many digits each has.
    numbers: Vec<(i32, usize)>,
    /// What stood after the first of them.
    separator: Option<char>,
    /// Which of the numbers follows the name of the month.
    month: Option<i8>,
    hour: Option<i8>,
    minute: Option<i8>,
    second: Option<i8>,
    nanos: i32,
    afternoon: Option<bool>,
    offset: Option<Offset>,
}

impl Found {
    fn collect(&mut self, text: &str) {
        let mut rest = text;
        let mut before = None;
        while let Some(first) = rest.chars().next() {
            let length = |fits: fn(char) -> bool| rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
            let (piece, after) = if first.is_ascii_digit() {
                rest.split_at(length(|letter| letter.is_ascii_digit()))
            } else if first.is_alphabetic() && !is_han(first) {
                rest.split_at(length(|letter| letter.is_alphabetic() && !is_han(letter)))
            } else {
                rest.split_at(first.len_utf8())
            };
            rest = if first.is_ascii_digit() {
                let in_time = matches!(before, Some(':' | '：' | '时' | '時' | '点' | '點' | '分'));
                self.number(piece, after, in_time)
            } else if matches!(first, '+' | '-' | '−') && self.hour.is_some() {
                self.sign(first != '+', after)
            } else {
                self.word(piece);
                after
            };
            before = piece.chars().next_back().filter(|letter| !letter.is_whitespace()).or(before);
        }
    }

    /// Takes in a number, which may go on a time begun before, and what belongs to it in the text after; returns the rest of that.
    fn number<'a>(&mut self, digits: &str, after: &'a str, in_time: bool) -> &'a str {
        let Ok(value) = digits.parse::<i64>() else { return after };
        let unit = after.trim_start().chars().next();
        let small = i8::try_from(value).ok();
        match (unit, digits.len()) {
            (Some(':' | '：' | '时' | '時' | '点' | '點'), 1 | 2) if self.hour.is_none() => self.hour = small,
            (_, 1 | 2) if in_time && self.hour.is_some() && self.minute.is_none() => self.minute = small,
            (_, 1 | 2) if in_time && self.minute.is_some() && self.second.is_none() => {
                self.second = small;
                return self.fraction(after);
            }
            (_, 1 | 2) if self.hour.is_none() && meridiem(after).is_some() => (self.hour, self.minute) = (small, Some(0)),
            (_, 8) if self.numbers.is_empty() => {
                let day = [(value / 10_000, 4), (value / 100 % 100, 2), (value % 100, 2)];
                self.numbers.extend(day.map(|(part, length)| (part as i32, length)));
            }
            (_, 14) if self.numbers.is_empty() => {
                let (day, time) = (value / 1_000_000, value % 1_000_000);
                self.numbers.extend([((day / 10_000) as i32, 4), ((day / 100 % 100) as i32, 2), ((day % 100) as i32, 2)]);
                self.clock(time);
            }
            (_, 4 | 6) if self.numbers.len() == 3 && self.hour.is_none() => self.clock(if digits.len() == 4 { value * 100 } else { value }),
            _ => {
                if self.numbers.is_empty() {
                    self.separator = unit;
                }
                self.numbers.push((i32::try_from(value).unwrap_or(i32::MAX), digits.len()));
            }
        }
        after
    }

    /// A time told as `hhmmss`.
    fn clock(&mut self, time: i64) {
        let [hour, minute, second] = [time / 10_000, time / 100 % 100, time % 100].map(|part| i8::try_from(part).ok());
        (self.hour, self.minute, self.second) = (hour, minute, second);
    }

    /// The fraction of a second at the start of `after`; returns the rest.
    fn fraction<'a>(&mut self, after: &'a str) -> &'a str {
        let Some(digits) = after.strip_prefix(['.', ',']) else { return after };
        let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
        let (fraction, rest) = digits.split_at(end);
        let mut place = 100_000_000;
        for digit in fraction.bytes().take(9) {
            self.nanos += i32::from(digit - b'0') * place;
            place /= 10;
        }
        rest
    }

    /// An offset whose sign has been read: `0800`, `08:00`, `8`. Returns what follows it.
    fn sign<'a>(&mut self, west: bool, after: &'a str) -> &'a str {
        let end = after.find(|letter: char| !letter.is_ascii_digit() && letter != ':').unwrap_or(after.len());
        let (told, rest) = after.split_at(end);
        let digits: String = told.chars().filter(char::is_ascii_digit).collect();
        let Ok(value) = digits.parse::<i32>() else { return after };
        let (hours, minutes) = match digits.len() {
            1 | 2 => (value, 0),
            3 | 4 => (value / 100, value % 100),
            _ => return rest,
        };
        let seconds = (hours * 60 + minutes) * 60;
        if hours <= 14 && minutes < 60 {
            self.offset = Offset::from_seconds(if west { -seconds } else { seconds }).ok();
        }
        rest
    }

    fn word(&mut self, word: &str) {
        let word = word.to_lowercase();
        if let Some(month) = month(&word).filter(|_| self.month.is_none()) {
            self.month = Some(month);
        } else if let Some(hours) = zone(&word).filter(|_| self.hour.is_some() && self.offset.is_none()) {
            self.offset = Offset::from_seconds((hours * 3600.0) as i32).ok();
        } else if let Some(afternoon) = meridiem(&word) {
            self.afternoon = Some(afternoon);
        } else if word == "下" || word == "晚" {
            self.afternoon = Some(true);
        } else if word == "上" {
            self.afternoon = Some(false);
        }
    }

    fn published(&self) -> Option<Published> {
        let date = self.date()?;
        let Some((time, next_day)) = self.time()? else { return Published::day(date) };
        let date = if next_day { date.tomorrow().ok()? } else { date };
        let clock = DateTime::from_parts(date, time);
        match self.offset {
            Some(offset) => offset.to_timestamp(clock).ok().map(Published::instant),
            None => Published::zoneless(clock),
        }
    }

    fn date(&self) -> Option<Date> {
        let (year, month, day) = match (self.month, self.numbers.as_slice()) {
            (Some(month), &[(day, 1..=2), year] | &[year @ (_, 4), (day, 1..=2)]) => (full_year(year)?, i32::from(month), day),
            (None, &[year @ (_, 4), (month, 1..=2), (day, 1..=2)]) => (year.0, month, day),
            (None, &[(first, 1..=2), (second, 1..=2), year @ (_, 4)]) => match self.separator {
                Some('/') if first <= 12 => (year.0, first, second),
                _ => (year.0, second, first),
            },
            (None, &[year @ (32.., 2), (month, 1..=2), (day, 1..=2)]) => (full_year(year)?, month, day),
            (None, &[(day, 1..=2), (month, 1..=2), year @ (_, 2)]) if self.separator == Some('.') => (full_year(year)?, month, day),
            (None, &[year @ (_, 4), (month, 1..=2)]) => (year.0, month, 1),
            _ => return None,
        };
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }

    /// The time of day, and whether it is of the day after (`24:00`); `Some(None)` if none is told, none if it is no time.
    #[expect(clippy::option_option, reason = "a time that is not told differs from one that cannot be")]
    fn time(&self) -> Option<Option<(Time, bool)>> {
        let (Some(hour), Some(minute)) = (self.hour, self.minute.or(self.hour.map(|_| 0))) else { return Some(None) };
        let hour = match self.afternoon {
            Some(true) if hour < 12 => hour + 12,
            Some(false) if hour == 12 => 0,
            _ => hour,
        };
        // Some clocks show the leap second and midnight as 24:00.
        let second = self.second.unwrap_or(0).min(59);
        let time = Time::new(hour % 24, minute, second, self.nanos).ok()?;
        (hour <= 24).then_some(Some((time, hour == 24)))
    }
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

/// A year told in four digits, or in two as before 2000.
fn full_year((year, digits): (i32, usize)) -> Option<i32> {
    match digits {
        4 => Some(year),
        2 => Some(if year < 69 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

/// Whether a word after an hour says that it is past noon.
fn meridiem(word: &str) -> Option<bool> {
    let letters: String = word.chars().filter(|letter| !letter.is_whitespace() && *letter != '.').take(2).collect();
    match letters.to_lowercase().as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

/// The month of a name in English, German, French, Spanish or Italian, whole or cut short.
fn month(word: &str) -> Option<i8> {
    const STARTS: [&[&str]; 12] = [
        &["jan", "jän", "ene", "gen"],
        &["feb", "fév", "fev"],
        &["mar", "mär", "mrz"],
        &["apr", "avr", "abr"],
        &["may", "mai", "mag"],
        &["jun", "juin", "giu"],
        &["jul", "juil", "lug"],
        &["aug", "aoû", "ago"],
        &["sep", "set"],
        &["oct", "okt", "out", "ott"],
        &["nov"],
        &["dec", "dez", "déc", "dic"],
    ];
    // Days of the week that begin like a month.
    if matches!(word, "mardi" | "martes" | "martedì") {
        return None;
    }
    let found = STARTS.iter().position(|starts| starts.iter().any(|start| word.starts_with(start)))?;
    i8::try_from(found + 1).ok()
}

/// How many hours a named zone lies east of UTC. Names that several countries use are taken as RFC 2822 takes them.
fn zone(word: &str) -> Option<f64> {
    Some(match word {
        "z" | "ut" | "utc" | "gmt" | "wet" => 0.0,
        "edt" => -4.0,
        "est" | "cdt" => -5.0,
        "cst" | "mdt" => -6.0,
        "mst" | "pdt" => -7.0,
        "pst" | "akdt" => -8.0,
        "akst" => -9.0,
        "hst" => -10.0,
        "bst" | "cet" | "mez" | "west" => 1.0,
        "cest" | "mesz" | "eet" | "sast" => 2.0,
        "eest" | "msk" => 3.0,
        "ist" => 5.5,
        "hkt" | "sgt" | "awst" => 8.0,
        "jst" | "kst" => 9.0,
        "aest" => 10.0,
        "aedt" => 11.0,
        "nzst" => 12.0,
        "nzdt" => 13.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::Precision::{self, Day, Instant, Zoneless};

    #[test]
    fn dates_as_sites_write_them() {
        let cases: &[(&str, Option<(&str, Precision)>)] = &[
            ("2024-05-01T10:20:30Z", Some(("2024-05-01T10:20:30Z", Instant))),
            ("2024-05-01T10:20:30+08:00", Some(("2024-05-01T02:20:30Z", Instant))),
            ("2024-05-01T10:20:30.5-0330", Some(("2024-05-01T13:50:30.5Z", Instant))),
            ("2024-05-01 10:20:30 +0800", Some(("2024-05-01T02:20:30Z", Instant))),
            ("2024-05-01T10:20:30", Some(("2024-05-01T10:20:30Z", Zoneless))),
            ("2024-05-01T10:20Z", Some(("2024-05-01T10:20:00Z", Instant))),
            ("20240501T102030Z", Some(("2024-05-01T10:20:30Z", Instant))),
            ("20240501102030", Some(("2024-05-01T10:20:30Z", Zoneless))),
            ("20240501", Some(("2024-05-01T00:00:00Z", Day))),
            ("Wed, 01 May 2024 10:20:30 GMT", Some(("2024-05-01T10:20:30Z", Instant))),
            ("Wed, 01 May 2024 10:20:30 -0700", Some(("2024-05-01T17:20:30Z", Instant))),
            ("Wed, 01 May 2024 10:20:30 PST", Some(("2024-05-01T18:20:30Z", Instant))),
            ("01 May 24 10:20 CST", Some(("2024-05-01T16:20:00Z", Instant))),
            ("Wed, 1 May 2024 10:20:30", Some(("2024-05-01T10:20:30Z", Zoneless))),
            ("Tue, 1 May 2024 10:20:30 GMT+8", Some(("2024-05-01T02:20:30Z", Instant))),
            ("Wed May 01 10:20:30 UTC 2024", Some(("2024-05-01T10:20:30Z", Instant))),
            ("Wed, 01 May 2024 24:00:00 +0000", Some(("2024-05-02T00:00:00Z", Instant))),
            ("2024-5-1", Some(("2024-05-01T00:00:00Z", Day))),
            ("2024/5/1", Some(("2024-05-01T00:00:00Z", Day))),
            ("2024.05.01", Some(("2024-05-01T00:00:00Z", Day))),
            ("2024-05", Some(("2024-05-01T00:00:00Z", Day))),
            ("2024-05-01 10:20", Some(("2024-05-01T10:20:00Z", Zoneless))),
            ("2024/5/1 9:05:07", Some(("2024-05-01T09:05:07Z", Zoneless))),
            ("May 1, 2024", Some(("2024-05-01T00:00:00Z", Day))),
            ("May 1st, 2024 at 3:04 PM", Some(("2024-05-01T15:04:00Z", Zoneless))),
            ("1 May 2024", Some(("2024-05-01T00:00:00Z", Day))),
            ("12am, 1 May 2024", Some(("2024-05-01T00:00:00Z", Zoneless))),
            ("1. Mai 2024 um 15:04 Uhr", Some(("2024-05-01T15:04:00Z", Zoneless))),
            ("01.05.2024", Some(("2024-05-01T00:00:00Z", Day))),
            ("1.5.24", Some(("2024-05-01T00:00:00Z", Day))),
            ("mardi 7 mai 2024", Some(("2024-05-07T00:00:00Z", Day))),
            ("5/13/2024", Some(("2024-05-13T00:00:00Z", Day))),
            ("13/5/2024", Some(("2024-05-13T00:00:00Z", Day))),
            ("2024年5月1日", Some(("2024-05-01T00:00:00Z", Day))),
            ("2024年5月1日 下午3:04", Some(("2024-05-01T15:04:00Z", Zoneless))),
            ("2024年05月01日 15时04分30秒", Some(("2024-05-01T15:04:30Z", Zoneless))),
            ("2024年5月1日 星期三 15点04分", Some(("2024-05-01T15:04:00Z", Zoneless))),
            ("1714558830", Some(("2024-05-01T10:20:30Z", Instant))),
            ("1714558830.25", Some(("2024-05-01T10:20:30Z", Instant))),
            ("1714558830500", Some(("2024-05-01T10:20:30.5Z", Instant))),
            ("", None),
            ("yesterday", None),
            ("2024", None),
            ("May 2024", None),
            ("2024-13-01", None),
            ("2024-02-30", None),
            ("2024-05-01 25:99", None),
            ("99999999999999999999999999", None),
            ("1 2 3 4 5 6 7 8 9", None),
        ];
        for (text, want) in cases {
            let got = read(text).map(|published| (published.at.to_string(), published.precision));
            assert_eq!(got.as_ref().map(|(at, precision)| (at.as_str(), *precision)), *want, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,80}", dated in "[0-9:./年月日T+ -]{0,40}") {
            let _told = (read(&text), read(&dated));
        }
    }
}

//! How values are written in some JSON: text as HTML or Markdown, dates of one's own, ratings on a scale.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::mention::{Published, Rating};
use crate::sources::{dates, markdown};
use crate::text::html_to_text;

/// How values are written; what is not said is told by the values themselves.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Keys")]
pub(in crate::sources) struct Written {
    text: Text,
    /// A date, in the signs of `strftime`.
    date: Option<String>,
    /// The zone of dates that tell none.
    zone: Option<TimeZone>,
    /// The worst and the best rating.
    rating: Option<(f64, f64)>,
    /// What words mean as ratings.
    ratings: BTreeMap<String, f64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    text: Text,
    date: Option<String>,
    zone: Option<String>,
    rating: Option<(f64, f64)>,
    #[serde(default)]
    ratings: BTreeMap<String, f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Text {
    #[default]
    Plain,
    Html,
    Markdown,
}

impl TryFrom<Keys> for Written {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let Keys { text, date, zone, rating, ratings } = keys;
        let zone = zone
            .map(|name| TimeZone::get(&name).map_err(|_| format!("`zone`: `{name}` is no time zone; write for example `Europe/Berlin`")));
        if let Some(date) = &date {
            check_date(date)?;
        }
        let is_scale = |(worst, best): &(f64, f64)| worst.is_finite() && best.is_finite() && worst < best;
        if rating.as_ref().is_some_and(|scale| !is_scale(scale)) {
            return Err("`rating`: write the worst and the best, for example `rating = [1, 5]`".to_owned());
        }
        match (rating, ratings.iter().find(|(_, value)| rating.is_none_or(|(worst, best)| !(worst..=best).contains(*value)))) {
            (_, None) => {}
            (None, Some(_)) => return Err("`ratings` needs the scale its numbers are on, for example `rating = [1, 5]`".to_owned()),
            (Some(_), Some((word, value))) => return Err(format!("`ratings`: `{word} = {value}` is not on the scale of `rating`")),
        }
        let ratings = ratings.into_iter().map(|(word, value)| (word.to_lowercase(), value)).collect();
        Ok(Self { text, date, zone: zone.transpose()?, rating, ratings })
    }
}

/// Whether dates can be read by `format`: it is tried on one of its own making.
fn check_date(format: &str) -> Result<(), String> {
    let wrong = || format!("`date`: `{format}` says no day; write for example `%Y-%m-%d %H:%M` or `%d.%m.%Y`");
    let sample = DateTime::constant(2026, 12, 31, 13, 14, 15, 0).to_zoned(TimeZone::UTC).map_err(|_| wrong())?;
    let shown = strtime::format(format, &sample).map_err(|_| wrong())?;
    let read = strtime::parse(format, shown).map_err(|_| wrong())?;
    read.to_date().map(drop).or_else(|_| read.to_timestamp().map(drop)).map_err(|_| wrong())
}

impl Written {
    /// A text without what only marks it up.
    pub(super) fn plain(&self, text: &str) -> String {
        match self.text {
            Text::Plain => text.trim().to_owned(),
            Text::Html => html_to_text(text),
            Text::Markdown => markdown::to_text(text),
        }
    }

    /// A date as it is written here.
    pub(super) fn date(&self, text: &str) -> Option<Published> {
        match &self.date {
            Some(format) => self.by_format(format, text.trim()),
            None => dates::read(text).map(|published| self.in_zone(published)),
        }
    }

    fn by_format(&self, format: &str, text: &str) -> Option<Published> {
        let read = strtime::parse(format, text).ok()?;
        if let Ok(at) = read.to_timestamp() {
            return Some(Published::instant(at));
        }
        match read.to_datetime() {
            Ok(at) => Published::zoneless(at).map(|published| self.in_zone(published)),
            Err(_) => Published::day(read.to_date().ok()?),
        }
    }

    /// A wall-clock time is an instant where its zone is known.
    fn in_zone(&self, published: Published) -> Published {
        let Some(zone) = self.zone.as_ref().filter(|_| published.precision == crate::mention::Precision::Zoneless) else {
            return published;
        };
        let wall = published.at.to_zoned(TimeZone::UTC).datetime();
        wall.to_zoned(zone.clone()).map_or(published, |at| Published::instant(at.timestamp()))
    }

    /// A rating as it is written here; `best` is what the item says of its own scale.
    pub(super) fn rating(&self, text: &str, best: Option<&str>) -> Option<Rating> {
        let Some((worst, highest)) = self.rating else { return Rating::parse(text, None, best) };
        if let Some(value) = self.ratings.get(&text.trim().to_lowercase()) {
            return Rating::new(*value, worst, highest);
        }
        Rating::parse(text, Some(&worst.to_string()), Some(best.unwrap_or(&highest.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(keys: &str) -> Result<Written, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn dates_are_read_as_they_are_written() {
        for (keys, text, want) in [
            ("", "2026-03-01T12:00:00+01:00", Some("2026-03-01T11:00:00Z")),
            ("", "1772362800", Some("2026-03-01T11:00:00Z")),
            ("date = '%d/%m/%Y'", "02/03/2026", Some("2026-03-02T00:00:00Z")),
            ("date = '%m/%d/%Y %H:%M'\nzone = 'Europe/Berlin'", "07/03/2026 14:00", Some("2026-07-03T12:00:00Z")),
            ("zone = 'Asia/Shanghai'", "2026-03-01 20:00:00", Some("2026-03-01T12:00:00Z")),
            ("date = '%s'", "1772362800", Some("2026-03-01T11:00:00Z")),
            ("date = '%Y-%m-%d %H:%M:%S %z'", "2026-03-01 12:00:00 +0100", Some("2026-03-01T11:00:00Z")),
            ("date = '%d/%m/%Y'", "2026-03-02", None),
        ] {
            assert_eq!(written(keys).unwrap().date(text).map(|at| at.at.to_string()).as_deref(), want, "{keys} {text}");
        }
    }

    #[test]
    fn ratings_are_on_a_scale_or_words() {
        let rated = |keys: &str, text: &str, best| written(keys).unwrap().rating(text, best).map(|rating| (rating.value(), rating.best()));
        assert_eq!(rated("", "4", None), Some((4.0, 5.0)));
        assert_eq!(rated("", "4", Some("10")), Some((4.0, 10.0)));
        assert_eq!(rated("rating = [0, 10]", "4", None), Some((4.0, 10.0)));
        assert_eq!(rated("rating = [1, 5]\nratings = { Good = 5, bad = 1 }", "good", None), Some((5.0, 5.0)));
        assert_eq!(rated("rating = [1, 5]", "9", None), None);
    }

    #[test]
    fn text_is_made_plain() {
        assert_eq!(written("text = 'html'").unwrap().plain("<p>easy &amp; fast</p>"), "easy & fast");
        assert_eq!(written("text = 'markdown'").unwrap().plain("**easy**"), "easy");
        assert_eq!(written("").unwrap().plain(" <b>x</b> "), "<b>x</b>");
    }

    #[test]
    fn wrong_ways_of_writing_are_told() {
        for (keys, said) in [
            ("text = 'pdf'", "`plain`, `html`, `markdown`"),
            ("date = '%H:%M'", "says no day"),
            ("date = 'D.M.Y'", "says no day"),
            ("zone = 'Mars'", "no time zone"),
            ("rating = [5, 1]", "the worst and the best"),
            ("ratings = { good = 5 }", "needs the scale"),
            ("rating = [1, 5]\nratings = { good = 7 }", "not on the scale"),
        ] {
            let error = written(keys).unwrap_err();
            assert!(error.contains(said), "{keys}: {error}");
        }
    }
}

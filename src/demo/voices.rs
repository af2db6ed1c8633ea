//! What people say on the demo's pages, as hand-written in `voices.toml`.

use anyhow::Context;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// One voice on one page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Voice {
    pub(super) place: Place,
    pub(super) id: String,
    day: i64,
    time: String,
    pub(super) author: String,
    pub(super) title: Option<String>,
    pub(super) rating: Option<f64>,
    pub(super) best: Option<f64>,
    pub(super) product: Option<String>,
    pub(super) lang: String,
    pub(super) text: String,
    edited_text: Option<String>,
    edited_rating: Option<f64>,
    #[serde(default)]
    gone: bool,
    also: Option<Place>,
}

/// A page of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Place {
    Feed,
    Reviews,
    Shop,
    Forum,
    Csv,
    Blog,
}

/// Which state of the pages is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edition {
    /// As they were first.
    First,
    /// After some authors changed or took back what they wrote.
    Later,
}

#[derive(Deserialize)]
struct File {
    voice: Vec<Voice>,
}

/// All voices, newest first.
pub(super) fn voices() -> anyhow::Result<Vec<Voice>> {
    let file: File = toml::from_str(include_str!("voices.toml")).context("the demo's voices cannot be read")?;
    let mut voices = file.voice;
    voices.sort_by(|a, b| (b.day, &b.time, &b.id).cmp(&(a.day, &a.time, &a.id)));
    Ok(voices)
}

impl Voice {
    /// The voice as `place` shows it in `edition`; none where it is not shown.
    pub(super) fn shown(&self, place: Place, edition: Edition) -> Option<Self> {
        if self.place != place && self.also != Some(place) {
            return None;
        }
        match edition {
            Edition::First => Some(self.clone()),
            Edition::Later if self.gone => None,
            // A partner's copy is not kept up to date.
            Edition::Later if self.place != place => Some(self.clone()),
            Edition::Later => Some(Self {
                text: self.edited_text.clone().unwrap_or_else(|| self.text.clone()),
                rating: self.edited_rating.or(self.rating),
                ..self.clone()
            }),
        }
    }

    /// When it was written, for a demo that runs at `now`.
    pub(super) fn written(&self, now: Timestamp) -> Timestamp {
        let today = now.to_zoned(TimeZone::UTC).date();
        let time: Time = self.time.parse().unwrap_or_default();
        let day = today.saturating_add(SignedDuration::from_hours(24 * self.day));
        let written = day.to_datetime(time).to_zoned(TimeZone::UTC).map_or(now, |written| written.timestamp());
        written.min(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voices_are_dated_relative_to_today_and_never_in_the_future() {
        let now: Timestamp = "2026-03-10T00:30:00Z".parse().unwrap();
        let voices = voices().unwrap();
        assert!(voices.len() >= 200, "{}", voices.len());
        let month_ago = now.checked_sub(SignedDuration::from_hours(24 * 31)).unwrap();
        assert!(voices.iter().all(|voice| (month_ago..=now).contains(&voice.written(now))));
        assert!(voices.iter().filter(|voice| voice.lang == "zh").count() >= 40);
    }

    #[test]
    fn a_later_edition_shows_edits_and_leaves_out_what_is_gone() {
        let voices = voices().unwrap();
        let edited = voices.iter().find(|voice| voice.edited_text.is_some()).unwrap();
        let later = edited.shown(edited.place, Edition::Later).unwrap();
        assert_eq!(Some(later.text), edited.edited_text);
        let gone = voices.iter().find(|voice| voice.gone).unwrap();
        assert!(gone.shown(gone.place, Edition::Later).is_none());
    }
}

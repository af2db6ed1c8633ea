//! A mention's sightings as they stand beside it: JSON, short lists rather than objects with names.
//!
//! They are read with every mention, and reading a row for each would cost more than all else together.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::read::{Sighting, time};

/// A sighting's values, in the order of [`Sighting`]'s fields; times in milliseconds.
#[derive(Serialize, Deserialize)]
struct SightingValues(String, String, String, Option<String>, i64, Option<i64>);

/// The sightings of a mention at `url`; where a sighting has the same, it is not written out.
pub(super) fn write_sightings(sightings: &[Sighting], mentions: Option<&Url>) -> serde_json::Result<String> {
    let mentions = mentions.map(Url::as_str);
    let values = |Sighting { source, kind, own_id, url, seen, gone }| {
        let url = if url.is_some() && url.as_deref() == mentions { Some(String::new()) } else { url };
        SightingValues(source, kind, own_id, url, seen.as_millisecond(), gone.map(Timestamp::as_millisecond))
    };
    serde_json::to_string(&sightings.iter().cloned().map(values).collect::<Vec<_>>())
}

pub(super) fn read_sightings(json: &str, mentions: Option<&Url>) -> anyhow::Result<Vec<Sighting>> {
    let sighting = |SightingValues(source, kind, own_id, url, seen, gone)| -> anyhow::Result<Sighting> {
        let url = if url.as_deref() == Some("") { mentions.map(ToString::to_string) } else { url };
        Ok(Sighting { source, kind, own_id, url, seen: time(seen)?, gone: gone.map(time).transpose()? })
    };
    serde_json::from_str::<Vec<SightingValues>>(json)?.into_iter().map(sighting).collect()
}

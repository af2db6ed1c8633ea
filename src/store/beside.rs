//! What stands beside a mention as JSON: its tags and sightings, as short lists rather than objects with names.
//!
//! They are read with every mention, and reading a row for each would cost more than all else together.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::read::{Sighting, time};
use crate::mention::{Field, JoinedBy, Polarity, Tag};

/// A tag's values, in the order of [`Tag`]'s fields.
#[derive(Serialize, Deserialize)]
struct TagValues(
    Polarity,
    String,
    String,
    Option<String>,
    Field,
    usize,
    usize,
    String,
    Option<usize>,
    Option<usize>,
    Option<JoinedBy>,
    String,
    bool,
    String,
);

/// A sighting's values, in the order of [`Sighting`]'s fields; times in milliseconds.
#[derive(Serialize, Deserialize)]
struct SightingValues(String, String, String, Option<String>, i64, Option<i64>);

pub(super) fn write_tags(tags: &[Tag]) -> serde_json::Result<String> {
    let values = |tag: Tag| {
        TagValues(
            tag.polarity,
            tag.phrase,
            tag.theme,
            tag.product,
            tag.field,
            tag.start,
            tag.end,
            tag.text,
            tag.product_start,
            tag.product_end,
            tag.joined_by,
            tag.rule,
            tag.negated,
            tag.list,
        )
    };
    serde_json::to_string(&tags.iter().cloned().map(values).collect::<Vec<_>>())
}

pub(super) fn read_tags(json: &str) -> serde_json::Result<Vec<Tag>> {
    let tag = |values: TagValues| {
        let TagValues(
            polarity,
            phrase,
            theme,
            product,
            field,
            start,
            end,
            text,
            product_start,
            product_end,
            joined_by,
            rule,
            negated,
            list,
        ) = values;
        Tag { polarity, phrase, theme, product, field, start, end, text, product_start, product_end, joined_by, rule, negated, list }
    };
    Ok(serde_json::from_str::<Vec<TagValues>>(json)?.into_iter().map(tag).collect())
}

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

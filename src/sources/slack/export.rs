//! A workspace's export: a zip with `channels.json`, `users.json` and a file for each channel and day.
//!
//! Nothing is written to disk, and a file that unpacks to more than people write is not read to its end.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use serde_json::Value;
use url::Url;
use zip::ZipArchive;

use super::message::{self, Place, Said};
use crate::sources::{ParseError, Parsed, api};

/// A day of one channel is not longer …
const MOST_OF_A_FILE: u64 = 16 << 20;
/// … nor an export.
const MOST_OF_ALL: u64 = 256 << 20;
const MOST_FILES: usize = 100_000;
/// Files that list channels of one sort or another.
const LISTS: [&str; 4] = ["channels.json", "groups.json", "dms.json", "mpims.json"];

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The messages of an export: those of `channels`, by name or id, or of all.
pub(super) fn read(bytes: &[u8], channels: &[String], workspace: Option<&Url>, bots: bool) -> Result<Parsed, ParseError> {
    let wrong = |error: &dyn std::fmt::Display| {
        ParseError::Unreadable(format!("it is no export of Slack ({error}); download it anew under Import/Export Data"))
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| wrong(&error))?;
    if archive.len() > MOST_FILES {
        return Err(ParseError::Unreadable(format!("it holds more than {MOST_FILES} files; export a shorter time")));
    }
    let mut left = MOST_OF_ALL;
    let mut ids = BTreeMap::new();
    for list in LISTS {
        if let Some(Value::Array(entries)) = json(&mut archive, list, &mut left)? {
            ids.extend(entries.iter().filter_map(|entry| {
                let id = api::told(entry, "id")?;
                Some((api::told(entry, "name").unwrap_or(id).to_owned(), id.to_owned()))
            }));
        }
    }
    let names = match json(&mut archive, "users.json", &mut left)? {
        Some(Value::Array(users)) => users.iter().filter_map(name).collect(),
        _ => BTreeMap::new(),
    };
    let mut files: Vec<String> = archive
        .file_names()
        .filter_map(|name| name.ok().map(|name| name.into_owned()))
        .filter(|name| name.ends_with(".json") && name.contains('/'))
        .collect();
    files.sort();
    let mut parsed = Parsed::default();
    let mut days = 0;
    for file in files {
        let folder = file.split('/').rev().nth(1).unwrap_or_default();
        let channel = ids.get(folder).map_or(folder, String::as_str);
        if !channels.is_empty() && !channels.iter().any(|wanted| wanted == folder || wanted == channel) {
            continue;
        }
        let place = Place { channel, workspace, names: &names, bots };
        match json(&mut archive, &file, &mut left)? {
            Some(Value::Array(messages)) => take(&messages, &place, &mut parsed),
            _ => parsed.refused.push(format!("`{file}` holds no messages")),
        }
        days += 1;
    }
    if days == 0 {
        return Err(wrong(&"it holds no messages of these channels"));
    }
    crate::sources::name_some(&mut parsed.refused);
    Ok(parsed)
}

fn name(user: &Value) -> Option<(String, String)> {
    let name = message::name_of(user.get("profile")).or_else(|| api::told(user, "real_name")).or_else(|| api::told(user, "name"))?;
    Some((api::told(user, "id")?.to_owned(), name.to_owned()))
}

fn take(messages: &[Value], place: &Place<'_>, parsed: &mut Parsed) {
    for message in messages {
        match message::read(message, place) {
            Said::Mention(mention) => parsed.mentions.push(*mention),
            Said::Gone(id) => parsed.gone.push(id),
            Said::Nothing => {}
            Said::Wrong(why) => parsed.refused.push(format!("{}: {why}", place.channel)),
        }
    }
}

/// The JSON of a file of the export; none if there is no such file, or it is no JSON.
fn json(archive: &mut Archive<'_>, name: &str, left: &mut u64) -> Result<Option<Value>, ParseError> {
    let Ok(file) = archive.by_name(name) else { return Ok(None) };
    let limit = MOST_OF_A_FILE.min(*left);
    let mut bytes = Vec::new();
    let read = file.take(limit + 1).read_to_end(&mut bytes);
    let length = bytes.len() as u64;
    if length > limit {
        let what = format!("`{name}` in it unpacks to more than any talk is long; export a shorter time");
        return Err(ParseError::Unreadable(what));
    }
    *left -= length;
    match read {
        Ok(_) => Ok(serde_json::from_slice(&bytes).ok()),
        Err(error) => Err(ParseError::Unreadable(format!("`{name}` in it cannot be unpacked: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, body) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(body).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    const CHANNELS: &[u8] = br#"[{"id": "C1", "name": "voice"}, {"id": "C2", "name": "other"}]"#;
    const USERS: &[u8] = br#"[{"id": "U1", "name": "ann", "profile": {"display_name": "Ann"}}]"#;
    const DAY: &[u8] = br#"[{"type": "message", "user": "U1", "text": "Easy to use", "ts": "1700000200.000100"},
        {"subtype": "channel_join", "user": "U1", "text": "x", "ts": "1700000201.000100"}]"#;

    #[test]
    fn an_export_is_read_channel_by_channel() {
        let zip = zipped(&[
            ("channels.json", CHANNELS),
            ("users.json", USERS),
            ("voice/2026-01-01.json", DAY),
            ("other/2026-01-01.json", DAY),
            ("other/2026-01-02.json", b"{}"),
        ]);
        let all = read(&zip, &[], None, false).unwrap();
        assert_eq!(all.mentions.len(), 2);
        assert_eq!(all.refused, ["`other/2026-01-02.json` holds no messages"]);
        let one = read(&zip, &["voice".to_owned()], None, false).unwrap();
        assert_eq!(one.mentions[0].own_id.as_deref(), Some("C1/1700000200.000100"));
        assert_eq!(one.mentions[0].author.as_ref().unwrap().name, "Ann");
        assert!(read(&zip, &["absent".to_owned()], None, false).is_err());
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = vec![b' '; usize::try_from(MOST_OF_A_FILE).unwrap() + 10];
        let zip = zipped(&[("channels.json", CHANNELS), ("voice/2026-01-01.json", &bomb)]);
        assert!(zip.len() < 100_000, "it is small while packed");
        let error = read(&zip, &[], None, false).unwrap_err();
        assert!(error.to_string().contains("unpacks to more"), "{error}");
        assert!(read(b"PK not a zip", &[], None, false).unwrap_err().to_string().contains("no export of Slack"));
        assert!(read(&zip[..zip.len() / 2], &[], None, false).is_err());
    }
}

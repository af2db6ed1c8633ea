//! Reading the sections of settings.toml that concern replies.

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::settings::{Queue, Settings};
use crate::tomlfile::{TomlFile, entries};

/// The sections of settings.toml that are read here.
pub const SECTIONS: [&str; 4] = ["replies", "team", "route", "person"];

/// What `table`, all of `file`, says of replies; mistakes are noted there.
pub fn read_settings(file: &TomlFile, table: &DeTable<'_>) -> Settings {
    let queue = match table.get("replies").map(|value| (value.span(), value.get_ref())) {
        Some((at, DeValue::Table(section))) => file.decode(&Spanned::new(at, section.clone()), "[replies]", &[]),
        Some((at, _)) => {
            file.problem(Some(at.start), "replies", "is not a section", "write it as a line `[replies]` with its keys below");
            None
        }
        None => None,
    };
    let settings = Settings {
        queue: queue.unwrap_or_else(Queue::default),
        teams: each(file, table, "team"),
        routes: each(file, table, "route"),
        people: each(file, table, "person"),
    };
    for (thing, what) in settings.problems() {
        file.problem(None, &thing, what, "");
    }
    settings
}

fn each<T: DeserializeOwned>(file: &TomlFile, table: &DeTable<'_>, name: &str) -> Vec<T> {
    entries(file, table, name).iter().filter_map(|entry| file.decode(entry, &format!("[[{name}]]"), &[])).collect()
}

#[cfg(test)]
pub(super) fn settings_of(text: &str) -> Settings {
    let file = TomlFile::from_text("settings.toml", text.to_owned());
    let settings = read_settings(&file, &file.table());
    assert_eq!(file.into_problems(), []);
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_told() {
        let text = "[replies]\nlease = \"soon\"\n\n[[team]]\nname = \"support\"\nhours = \"9 to 5\"\nmembers = [\"ann\"]\n\n\
            [[route]]\nto = \"suport\"\nlaen = \"praise\"\n\n[[person]]\nname = \"ann\"\naway = \"next week\"\n\n[[route]]\nto = \"nan\"\n";
        let file = TomlFile::from_text("settings.toml", text.to_owned());
        read_settings(&file, &file.table());
        let told: Vec<String> = file.into_problems().iter().map(ToString::to_string).collect();
        for want in ["length of time", "09:00-17:30", "unknown key `laen`", "2026-12-24..2027-01-01", "no such team or person"] {
            assert!(told.iter().any(|told| told.contains(want)), "{want}: {told:#?}");
        }
    }
}

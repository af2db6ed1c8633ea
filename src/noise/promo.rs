//! Phrases of promotions and lotteries: lists in `phrases/promo.*.toml`, written like those of praise.
//!
//! Every mistake is reported with its line and remedy, and the rest is used all the same. Knows nothing of mentions.

use std::path::Path;

use aho_corasick::AhoCorasick;
use toml::de::DeValue;
use xxhash_rust::xxh3::xxh3_64;

use crate::phrases::{Unreadable, forms};
use crate::text::Normalised;
use crate::tomlfile::{Problem, TomlFile};

/// Phrases that tell a promotion, ready to be looked for.
#[derive(Clone, Debug, Default)]
pub struct Promo {
    automaton: Option<AhoCorasick>,
    /// The phrase, as its list writes it, that each pattern is a form of.
    written: Vec<String>,
    version: u64,
}

impl Promo {
    /// Reads `dir/phrases/promo.*.toml`, with all problems found in them. There may be no such list.
    pub fn read(dir: &Path) -> (Self, Vec<Problem>) {
        let (mut written, mut problems) = (Vec::new(), Vec::new());
        for name in list_files(dir) {
            match TomlFile::read(dir, &name) {
                Ok(file) => {
                    read_themes(&file, &mut written);
                    problems.extend(file.into_problems());
                }
                Err(problem) => problems.push(problem),
            }
        }
        (Self::compiled(&written), problems)
    }

    /// A list of these phrases.
    pub fn of(phrases: &[&str]) -> Result<Self, Unreadable> {
        let read = |phrase: &&str| forms(phrase).map(|forms| ((*phrase).to_owned(), forms));
        Ok(Self::compiled(&phrases.iter().map(read).collect::<Result<Vec<_>, _>>()?))
    }

    fn compiled(phrases: &[(String, Vec<String>)]) -> Self {
        let all: Vec<(&String, &String)> =
            phrases.iter().flat_map(|(written, forms)| forms.iter().map(move |form| (written, form))).collect();
        let patterns = all.iter().map(|(_, form)| Normalised::plain(form).bytes().to_vec());
        let automaton = || AhoCorasick::new(patterns).expect("lists are far shorter than the 2,000 million letters that are too many");
        Self {
            automaton: (!all.is_empty()).then(automaton),
            written: all.iter().map(|(written, _)| (*written).clone()).collect(),
            version: xxh3_64(format!("{phrases:?}").as_bytes()),
        }
    }

    /// Changes whenever the lists do.
    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// The first phrase that stands in `text`, as its list writes it.
    pub(super) fn found_in(&self, text: Option<&str>) -> Option<&str> {
        let (automaton, text) = (self.automaton.as_ref()?, Normalised::plain(text?));
        let ends_a_word = |end: usize| {
            let at = |place: usize| text.bytes().get(place).is_some_and(u8::is_ascii_alphanumeric);
            !(at(end) && at(end.wrapping_sub(1)))
        };
        let found = automaton.find_overlapping_iter(text.bytes()).find(|found| ends_a_word(found.end()))?;
        self.written.get(found.pattern().as_usize()).map(String::as_str)
    }
}

/// The names of the lists of promotion in `dir/phrases`; whether the folder can be read at all is told with the other lists.
fn list_files(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir.join("phrases")).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.starts_with("promo.") && name.ends_with(".toml")).collect();
    names.sort();
    names.iter().map(|name| format!("phrases/{name}")).collect()
}

fn read_themes(file: &TomlFile, written: &mut Vec<(String, Vec<String>)>) {
    let table = file.table();
    let mut themes: Vec<_> = table.iter().collect();
    themes.sort_by_key(|(theme, _)| theme.span().start);
    for (theme, value) in themes {
        let DeValue::Array(items) = value.get_ref() else {
            let thing = format!("theme `{}`", theme.get_ref());
            file.problem(
                Some(theme.span().start),
                &thing,
                "is not a list of phrases",
                "write it as `\"theme\" = [\"a phrase\", \"another\"]`",
            );
            continue;
        };
        for item in items.iter() {
            let at = Some(item.span().start);
            let DeValue::String(phrase) = item.get_ref() else {
                file.problem(at, "", "holds something that is not a phrase", "put every phrase in quotes");
                continue;
            };
            match forms(phrase) {
                Ok(forms) => written.push((phrase.to_string(), forms)),
                Err(unreadable) => file.problem(at, &format!("phrase `{phrase}`"), unreadable.to_string(), unreadable.remedy()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_and_every_mistake_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("phrases")).unwrap();
        let list = "lottery = [\n\"giveaway\",\n7,\n\"{a\",\n]\nother = 3\n";
        std::fs::write(dir.path().join("phrases/promo.en.toml"), list).unwrap();
        let (promo, problems) = Promo::read(dir.path());
        let problems: Vec<String> = problems.iter().map(|problem| problem.to_string().split("; ").next().unwrap().to_owned()).collect();
        let want = [
            "phrases/promo.en.toml:3: holds something that is not a phrase",
            "phrases/promo.en.toml:4: phrase `{a`: `{` has no partner",
            "phrases/promo.en.toml:6: theme `other`: is not a list of phrases",
        ];
        assert_eq!(problems, want);
        assert_eq!(promo.found_in(Some("A Giveaway!")), Some("giveaway"));
        assert_eq!(promo.found_in(None), None);
    }

    #[test]
    fn no_list_finds_nothing() {
        assert_eq!(Promo::read(Path::new("/nowhere")).0.found_in(Some("giveaway")), None);
    }
}

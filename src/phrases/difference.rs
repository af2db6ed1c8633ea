//! What has changed between two readings of the lists, told as words to look for: only a mention that may hold one of them
//! can come out otherwise.

use std::collections::BTreeSet;

use super::lists::{Lists, Phrase};
use crate::mention::Product;

/// What has changed between two readings of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Forms of phrases that came, went, or mean something else now.
    pub forms: Vec<String>,
    /// Names of products that came, went, or count otherwise now.
    pub names: Vec<String>,
}

impl Difference {
    /// What has changed from `before` to `now`.
    pub fn between(before: &Lists, now: &Lists) -> Self {
        let (old, new) = (entries(before), entries(now));
        let forms: BTreeSet<&str> = old.symmetric_difference(&new).map(|entry| entry.form).collect();
        let changed = before.products.iter().filter(|product| !now.products.contains(product));
        let changed = changed.chain(now.products.iter().filter(|product| !before.products.contains(product)));
        let names: BTreeSet<&str> = changed.flat_map(Product::all_names).collect();
        Self { forms: owned(forms), names: owned(names) }
    }

    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty() && self.names.is_empty()
    }
}

fn owned(words: BTreeSet<&str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// One form of a phrase, with all that a tag tells of the phrase and all that decides whether it counts.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry<'a> {
    form: &'a str,
    list: &'a str,
    theme: &'a str,
    written: &'a str,
    unless: &'a [String],
    inflect: bool,
}

fn entries(lists: &Lists) -> BTreeSet<Entry<'_>> {
    let of = |phrase| entries_of(lists, phrase);
    lists.phrases.iter().flat_map(of).collect()
}

fn entries_of<'a>(lists: &'a Lists, phrase: &'a Phrase) -> impl Iterator<Item = Entry<'a>> {
    let list = lists.lists.get(phrase.list).map_or("", |list| list.name.as_str());
    phrase.forms.iter().map(move |form| Entry {
        form,
        list,
        theme: &phrase.theme,
        written: &phrase.written,
        unless: &phrase.unless,
        inflect: phrase.inflect,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::trial::lists;

    #[test]
    fn what_changed_is_told_by_its_forms_and_names() {
        let before = lists();
        assert!(Difference::between(&before, &before).is_empty());

        let mut now = before.clone();
        let crash = now.phrases.iter().position(|phrase| phrase.written == "{crash,crashed}").unwrap();
        now.phrases[crash].theme = "reliability".to_owned();
        let slow = now.phrases.iter().position(|phrase| phrase.written == "slow").unwrap();
        now.phrases.remove(slow);
        now.products[1].names.push("B-1".to_owned());
        let difference = Difference::between(&before, &now);
        assert_eq!(difference.forms, ["crash", "crashed", "slow"]);
        assert_eq!(difference.names, ["B-1", "Bolt", "博特"]);
        assert_eq!(difference, Difference::between(&now, &before));
    }

    #[test]
    fn a_new_version_of_a_list_alone_changes_nothing() {
        let before = lists();
        let mut now = before.clone();
        now.lists[0].version = "2".to_owned();
        assert!(Difference::between(&before, &now).is_empty());
    }
}

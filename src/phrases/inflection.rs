//! Light English word forms: `crash` also stands for crashes, crashed and crashing, `bug` for bugs, `refuse to load` for refused to load.
//!
//! By rule, with the tables of `endings`. Words that are no nouns or verbs, or look like none, stay as they are. Knows nothing of lists.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::endings::{ADVERBS, DOUBLED, FOLLOWERS, IRREGULAR, NOUNS, UNENDING, VERBS};
use super::pattern::GAP;

/// The other forms of a form of a phrase: its verb or noun with other endings, if one can be told.
pub(super) fn inflected(form: &str) -> Vec<String> {
    let form = form.to_lowercase();
    let words: Vec<&str> = form.split(' ').collect();
    match words.as_slice() {
        [word] if word.contains('-') => compound(word).into_iter().collect(),
        [word] => forms_of(word),
        [head, next, ..] if begins_phrase(head, next) => {
            let rest = form.get(head.len()..).unwrap_or_default();
            forms_of(head).into_iter().map(|head| head + rest).collect()
        }
        [.., before, last] => {
            let head = form.get(..form.len() - last.len()).unwrap_or_default();
            last_forms(before, last, words.len()).into_iter().map(|last| format!("{head}{last}")).collect()
        }
        [] => Vec::new(),
    }
}

/// Whether the first word of a phrase is the verb or noun that it turns on.
fn begins_phrase(head: &str, next: &str) -> bool {
    let is_verb = TABLES.verbs.contains(head) || TABLES.irregular.contains_key(head);
    is_verb || (TABLES.followers.contains(next) && !TABLES.unending.contains(head))
}

/// The plural of a noun put together with hyphens (`rip-off`), which its last word need not be.
fn compound(word: &str) -> Option<String> {
    let (_, last) = word.rsplit_once('-')?;
    let is_plain = word.is_ascii() && !["s", "y", "ed", "ing"].iter().any(|ending| last.ends_with(ending));
    is_plain.then(|| with_s(word))
}

/// The forms of the last word of a phrase: of a verb behind an adverb, of a noun behind another word.
fn last_forms(before: &str, last: &str, count: usize) -> Vec<String> {
    if (before.ends_with("ly") && before.len() > 4) || TABLES.adverbs.contains(before) {
        return forms_of(last);
    }
    let is_plain = count <= 3 && before != GAP && !(TABLES.followers.contains(before) || SMALL.contains(&before));
    if is_plain && class_of(last) != Class::Unending { vec![with_s(last)] } else { Vec::new() }
}

/// Words behind which a noun has no plural, or a verb stands bare.
const SMALL: [&str; 20] = [
    "is", "are", "was", "be", "so", "very", "not", "can", "can't", "don't", "doesn't", "didn't", "won't", "would", "will", "could",
    "couldn't", "must", "should", "one",
];

/// What endings a word takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Unending,
    Noun,
    Verb,
}

fn class_of(word: &str) -> Class {
    const ADJECTIVES: [&str; 19] = [
        "ful", "less", "ous", "ive", "able", "ible", "ic", "ical", "ish", "ly", "est", "ent", "ant", "ary", "ial", "nal", "al", "some",
        "like",
    ];
    const NOUNS: [&str; 16] =
        ["tion", "sion", "ment", "ness", "ance", "ence", "ship", "ism", "ure", "age", "ist", "ality", "ility", "ery", "ory", "ity"];
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.len() > ending.len() + 1 && word.ends_with(ending));
    if word.len() < 3 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        Class::Unending
    } else if TABLES.nouns.contains(word) {
        Class::Noun
    } else if TABLES.irregular.contains_key(word) || (TABLES.verbs.contains(word) && !TABLES.unending.contains(word)) {
        Class::Verb
    } else if TABLES.unending.contains(word) || is_comparative(word) || is_inflected(word) {
        Class::Unending
    } else if ends(&NOUNS) {
        Class::Noun
    } else if ends(&ADJECTIVES) || ends_in_consonant_y(word) {
        Class::Unending
    } else {
        Class::Verb
    }
}

/// Whether a word has an ending already.
fn is_inflected(word: &str) -> bool {
    word.ends_with("ed") || word.ends_with("ing") || (word.ends_with('s') && !word.ends_with("ss"))
}

/// Whether a word is one that takes no ending, with the `er` of a comparative.
fn is_comparative(word: &str) -> bool {
    let Some(stem) = word.strip_suffix("er") else { return false };
    let doubled = stem.char_indices().next_back().and_then(|(at, _)| stem.get(..at));
    let with_y = stem.strip_suffix('i').map(|stem| format!("{stem}y"));
    let stands = |stem: &str| TABLES.unending.contains(stem);
    stands(stem) || stands(&format!("{stem}e")) || doubled.is_some_and(stands) || with_y.is_some()
}

/// A word's other forms.
fn forms_of(word: &str) -> Vec<String> {
    match class_of(word) {
        Class::Unending => Vec::new(),
        Class::Noun => vec![with_s(word)],
        Class::Verb => {
            let mut forms = vec![with_s(word)];
            match TABLES.irregular.get(word) {
                Some(past) => forms.extend(past.iter().map(|form| (*form).to_owned())),
                None => forms.extend(with_ed(word)),
            }
            forms.extend(with_ing(word));
            forms
        }
    }
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

fn ends_in_consonant_y(word: &str) -> bool {
    matches!(word.as_bytes(), [.., before, b'y'] if !is_vowel(*before))
}

fn with_s(word: &str) -> String {
    let hissing = ["s", "x", "z", "ch", "sh"].iter().any(|ending| word.ends_with(ending));
    match word.strip_suffix('y') {
        Some(stem) if ends_in_consonant_y(word) => format!("{stem}ies"),
        _ if hissing || word == "go" => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

fn with_ed(word: &str) -> Vec<String> {
    match (word.strip_suffix('y'), word.ends_with('e')) {
        (Some(stem), _) if ends_in_consonant_y(word) => vec![format!("{stem}ied")],
        (_, true) => vec![format!("{word}d")],
        _ => stems(word).into_iter().map(|stem| format!("{stem}ed")).collect(),
    }
}

fn with_ing(word: &str) -> Vec<String> {
    if let Some(stem) = word.strip_suffix("ie") {
        return vec![format!("{stem}ying")];
    }
    match word.strip_suffix('e') {
        Some(stem) if !stem.ends_with(['e', 'o', 'y']) => vec![format!("{stem}ing")],
        Some(_) => vec![format!("{word}ing")],
        None => stems(word).into_iter().map(|stem| format!("{stem}ing")).collect(),
    }
}

/// What an ending that begins with a vowel is put on: the last letter is doubled in `lagged`, may be in `cancelled`, is not in `failed`.
fn stems(word: &str) -> Vec<String> {
    let double = || word.chars().last().map(|last| format!("{word}{last}")).unwrap_or_default();
    let [.., before, vowel, last] = word.as_bytes() else { return vec![word.to_owned()] };
    let short = !is_vowel(*before) && is_vowel(*vowel) && !is_vowel(*last) && !matches!(last, b'w' | b'x' | b'y' | b'h');
    let syllables =
        word.as_bytes().chunk_by(|one, other| is_vowel(*one) == is_vowel(*other)).filter(|run| run.first().copied().is_some_and(is_vowel));
    match (short, syllables.count()) {
        (true, 1) => vec![double()],
        (true, _) if TABLES.doubled.contains(word) => vec![double()],
        (true, _) if *last == b'l' => vec![word.to_owned(), double()],
        _ => vec![word.to_owned()],
    }
}

struct Tables {
    irregular: HashMap<&'static str, Vec<&'static str>>,
    verbs: HashSet<&'static str>,
    nouns: HashSet<&'static str>,
    unending: HashSet<&'static str>,
    followers: HashSet<&'static str>,
    adverbs: HashSet<&'static str>,
    doubled: HashSet<&'static str>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let words = |table: &'static str| table.split_whitespace().collect();
    let past = |row: &'static str| {
        let mut words = row.split_whitespace();
        Some((words.next()?, words.collect()))
    };
    Tables {
        irregular: IRREGULAR.split(", ").filter_map(past).collect(),
        verbs: words(VERBS),
        nouns: words(NOUNS),
        unending: words(UNENDING),
        followers: words(FOLLOWERS),
        adverbs: words(ADVERBS),
        doubled: words(DOUBLED),
    }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_and_nouns_take_their_endings() {
        let cases: [(&str, &[&str]); 22] = [
            ("crash", &["crashes", "crashed", "crashing"]),
            ("Bug", &["bugs", "bugged", "bugging"]),
            ("issue", &["issues"]),
            ("limitation", &["limitations"]),
            ("battery", &["batteries"]),
            ("refuse to load", &["refuses to load", "refused to load", "refusing to load"]),
            ("waste of money", &["wastes of money", "wasted of money", "wasting of money"]),
            ("freeze", &["freezes", "froze", "frozen", "freezing"]),
            ("lose data", &["loses data", "lost data", "losing data"]),
            ("break", &["breaks", "broke", "broken", "breaking"]),
            ("cut out", &["cuts out", "cutting out"]),
            ("lag", &["lags", "lagged", "lagging"]),
            ("fail", &["fails", "failed", "failing"]),
            ("cancel", &["cancels", "canceled", "cancelled", "canceling", "cancelling"]),
            ("stutter", &["stutters", "stuttered", "stuttering"]),
            ("regret", &["regrets", "regretted", "regretting"]),
            ("die", &["dies", "died", "dying"]),
            ("deny", &["denies", "denied", "denying"]),
            ("memory leak", &["memory leaks"]),
            ("constantly freeze", &["constantly freezes", "constantly froze", "constantly frozen", "constantly freezing"]),
            ("keep … crashing", &["keeps … crashing", "kept … crashing", "keeping … crashing"]),
            ("rip-off", &["rip-offs"]),
        ];
        for (form, want) in cases {
            assert_eq!(inflected(form), want, "{form}");
        }
    }

    #[test]
    fn other_words_stay_as_they_are() {
        let words = "good kind fine fast faster nicer bigger easier cool light well mean top right perfect smooth clean easy helpful useless reliable amazing loved \
                     best fastest slowly cheap poor worth excellent convenient 好用 café";
        for word in words.split_whitespace() {
            assert_eq!(inflected(word), [""; 0], "{word}");
        }
        for phrase in ["easy to use", "hard to find", "is a joke", "not good", "works great", "好 用", "can't complain", "fast enough"] {
            assert_eq!(inflected(phrase), [""; 0], "{phrase}");
        }
    }

    #[test]
    fn no_word_of_the_tables_is_misplaced() {
        assert!(TABLES.unending.iter().all(|word| !TABLES.nouns.contains(word)), "nouns that take no ending");
        assert!(TABLES.irregular.len() > 100);
    }
}

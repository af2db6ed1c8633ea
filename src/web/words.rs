//! The words of the page, English and Chinese: one catalogue, a file per language. Knows nothing of pages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

/// The words of a language.
#[derive(Debug)]
pub struct Words(BTreeMap<String, String>);

static EN: LazyLock<Words> = LazyLock::new(|| Words::read(include_str!("words/en.toml")));
static ZH: LazyLock<Words> =
    LazyLock::new(|| Words::read(&format!("{}\n[theme]\n{}", include_str!("words/zh.toml"), crate::phrases::CHINESE_THEMES)));

impl Lang {
    /// Both.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// The language of this tag.
    pub fn parse(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }

    /// Its tag, as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// The one that a browser's `Accept-Language` likes best; English if neither.
    pub fn accepted(header: &str) -> Self {
        let mut best = (0.0, Self::En);
        for part in header.split(',') {
            let (tag, rest) = part.split_once(';').unwrap_or((part, ""));
            let weight = rest.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.parse::<f64>().ok()).unwrap_or(0.0);
            if let Some(lang) = Self::parse(tag.trim()).filter(|_| weight > best.0) {
                best = (weight, lang);
            }
        }
        best.1
    }

    /// Its words.
    pub fn words(self) -> &'static Words {
        match self {
            Self::En => &EN,
            Self::Zh => &ZH,
        }
    }
}

impl Words {
    fn read(text: &str) -> Self {
        let sections: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(text).expect("a test reads the catalogue");
        let flat = |(section, words): (String, BTreeMap<String, String>)| {
            words.into_iter().map(move |(key, words)| (format!("{section}.{key}"), words))
        };
        Self(sections.into_iter().flat_map(flat).collect())
    }

    /// The words under a key. A test holds that every key that is asked for is there.
    pub fn say(&'static self, key: &str) -> &'static str {
        self.0.get(key).map_or("…", String::as_str)
    }

    /// The word for a value of a kind: `word("verdict", "praise")`.
    pub fn word(&'static self, kind: &str, value: &str) -> Option<&'static str> {
        self.0.get(&format!("{kind}.{value}")).map(String::as_str)
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_language_is_taken_where_we_speak_it() {
        for (header, want) in [
            ("", Lang::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("fr, en;q=0.5, zh;q=0.7", Lang::Zh),
            ("de", Lang::En),
            ("zh;q=0", Lang::En),
        ] {
            assert_eq!(Lang::accepted(header), want, "{header}");
        }
    }

    #[test]
    fn both_languages_say_the_same_things_with_the_same_places() {
        let [en, zh] = Lang::ALL.map(Lang::words);
        assert_eq!(en.keys().collect::<Vec<_>>(), zh.keys().collect::<Vec<_>>());
        for key in en.keys() {
            let places = |words: &'static Words| words.say(key).matches("{}").count();
            assert_eq!(places(en), places(zh), "{key}");
            assert!(!en.say(key).is_empty() && !zh.say(key).is_empty(), "{key}");
        }
    }
}

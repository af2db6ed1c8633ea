//! What the themes of the starter lists are called in Chinese. Themes that people add keep the names they were given.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The catalogue as TOML: `"price" = "价格"`.
pub(crate) const CHINESE: &str = include_str!("themes.zh.toml");

static NAMES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| toml::from_str(CHINESE).expect("a test reads the catalogue"));

/// The Chinese name of a theme, if it has one.
pub fn chinese_theme(name: &str) -> Option<&'static str> {
    NAMES.get(name).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_of_the_starter_lists_has_a_chinese_name() {
        for list in ["praise.en", "praise.zh", "complaint.en", "complaint.zh"] {
            let path = format!("{}/phrases/{list}.toml", env!("CARGO_MANIFEST_DIR"));
            let themes: toml::Table = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            for theme in themes.iter().filter(|(_, phrases)| phrases.is_array()).map(|(theme, _)| theme) {
                assert!(chinese_theme(theme).is_some(), "`{theme}` of {list}");
            }
        }
        assert_eq!(chinese_theme("price"), Some("价格"));
        assert_eq!(chinese_theme("our own theme"), None);
    }
}

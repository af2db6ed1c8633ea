//! How long an answer each kind of site takes. Knows nothing of replies.

use unicode_segmentation::UnicodeSegmentation;

/// How long an answer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerLimit {
    /// So much of what is counted.
    pub most: usize,
    /// What is counted.
    pub counted: Counted,
}

/// What a site counts of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Unicode scalar values.
    Characters,
    /// What people take for one letter.
    Graphemes,
    /// Bytes of UTF-8.
    Bytes,
}

impl Counted {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Characters => "characters",
            Self::Graphemes => "letters",
            Self::Bytes => "bytes",
        }
    }
}

impl AnswerLimit {
    /// How long a text is, as the site counts.
    pub fn length(self, text: &str) -> usize {
        match self.counted {
            Counted::Characters => text.chars().count(),
            Counted::Graphemes => text.graphemes(true).count(),
            Counted::Bytes => text.len(),
        }
    }
}

/// By kind of source; a kind that is not here sets no limit that is known.
const LIMITS: [(&str, usize, Counted); 14] = [
    ("google-play", 350, Counted::Characters),
    ("app-store", 5_970, Counted::Characters),
    ("app-store-connect", 5_970, Counted::Characters),
    ("google-business", 4_096, Counted::Bytes),
    ("bluesky", 300, Counted::Graphemes),
    ("mastodon", 500, Counted::Characters),
    ("youtube", 10_000, Counted::Characters),
    ("telegram", 4_096, Counted::Characters),
    ("stack-exchange", 600, Counted::Characters),
    ("github", 65_536, Counted::Characters),
    ("lemmy", 10_000, Counted::Characters),
    ("discourse", 32_000, Counted::Characters),
    ("reddit", 10_000, Counted::Characters),
    ("twitter", 280, Counted::Characters),
];

/// How long an answer may be where a source of this kind listens; none if no limit is known.
pub fn answer_limit(kind: &str) -> Option<AnswerLimit> {
    LIMITS.iter().find(|(name, ..)| *name == kind).map(|(_, most, counted)| AnswerLimit { most: *most, counted: *counted })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_site_counts_in_its_own_way() {
        let family = "👨‍👩‍👧 好";
        let length = |kind| answer_limit(kind).map(|limit| limit.length(family));
        assert_eq!(length("bluesky"), Some(3));
        assert_eq!(length("google-play"), Some(7));
        assert_eq!(length("google-business"), Some(22));
        assert_eq!(length("feed"), None);
    }
}

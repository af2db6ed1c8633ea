//! The fields a query can name.

use std::fmt;

/// A field of the query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum FieldName {
    Product,
    Theme,
    Polarity,
    Verdict,
    Source,
    Kind,
    Lang,
    Rating,
    Author,
    Customer,
    Segment,
    Region,
    Status,
    Site,
    Title,
    Text,
    Since,
    Until,
    Published,
    Id,
    Has,
    Is,
}

impl FieldName {
    const ALL: [(Self, &'static str); 22] = [
        (Self::Product, "product"),
        (Self::Theme, "theme"),
        (Self::Polarity, "polarity"),
        (Self::Verdict, "verdict"),
        (Self::Source, "source"),
        (Self::Kind, "kind"),
        (Self::Lang, "lang"),
        (Self::Rating, "rating"),
        (Self::Author, "author"),
        (Self::Customer, "customer"),
        (Self::Segment, "segment"),
        (Self::Region, "region"),
        (Self::Status, "status"),
        (Self::Site, "site"),
        (Self::Title, "title"),
        (Self::Text, "text"),
        (Self::Since, "since"),
        (Self::Until, "until"),
        (Self::Published, "published"),
        (Self::Id, "id"),
        (Self::Has, "has"),
        (Self::Is, "is"),
    ];
    /// Other words that people try.
    const ALIASES: [(Self, &'static str); 3] = [(Self::Lang, "language"), (Self::Published, "date"), (Self::Rating, "stars")];

    /// The field written so, in any case.
    pub(super) fn parse(written: &str) -> Option<Self> {
        let all = Self::ALL.iter().chain(&Self::ALIASES);
        all.into_iter().find(|(_, name)| name.eq_ignore_ascii_case(written)).map(|(field, _)| *field)
    }

    /// The field that was probably meant.
    pub(super) fn like(written: &str) -> Option<Self> {
        nearest(&written.to_ascii_lowercase(), Self::ALL.iter().map(|(_, name)| *name)).and_then(Self::parse)
    }

    /// Whether its values are numbers or times, of which `2..4` is a stretch.
    pub(super) fn is_measured(self) -> bool {
        matches!(self, Self::Rating | Self::Since | Self::Until | Self::Published)
    }
}

impl fmt::Display for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::ALL.iter().find(|(field, _)| field == self).map_or("", |(_, name)| name))
    }
}

/// The name among `names` that `written` is probably a slip for.
pub(super) fn nearest<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = names.map(|name| (strsim::jaro_winkler(written, name), name)).filter(|(score, _)| *score > 0.8);
    scored.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_find_their_field() {
        for (written, want) in [
            ("prodct", Some("product")),
            ("Polarty", Some("polarity")),
            ("langauge", Some("lang")),
            ("sttaus", Some("status")),
            ("zzz", None),
            ("http", None),
        ] {
            assert_eq!(FieldName::like(written).map(|field| field.to_string()).as_deref(), want, "{written}");
        }
    }
}

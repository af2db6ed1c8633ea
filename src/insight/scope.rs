//! Which mentions a figure is about, as a query that anybody can search with. Every figure is the count of such a query, so
//! whoever doubts it can read the mentions behind it.
//!
//! Knows the words of the query language and nothing of how it is answered.

use super::period::Period;
use crate::mention::Polarity;

/// Which mentions are counted. Product, polarity and theme hold of one and the same tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// About this product.
    pub product: Option<String>,
    /// With a tag of this polarity.
    pub polarity: Option<Polarity>,
    /// With a tag under this theme.
    pub theme: Option<String>,
    /// Shown by this source.
    pub source: Option<String>,
    /// In this language.
    pub lang: Option<String>,
    /// Found by this query too.
    pub query: Option<String>,
}

impl Scope {
    /// Those about a product.
    pub fn product(name: &str) -> Self {
        Self { product: Some(name.to_owned()), ..Self::default() }
    }

    /// The same mentions, and only those with a tag of this polarity.
    pub fn with_polarity(&self, polarity: Polarity) -> Self {
        Self { polarity: Some(polarity), ..self.clone() }
    }

    /// The same mentions, and only those with a tag under this theme.
    pub fn with_theme(&self, theme: &str) -> Self {
        Self { theme: Some(theme.to_owned()), ..self.clone() }
    }

    /// The same mentions, and only those about this product.
    pub fn with_product(&self, product: &str) -> Self {
        Self { product: Some(product.to_owned()), ..self.clone() }
    }

    /// The query that finds them; blank if all are meant.
    pub fn query(&self) -> String {
        let given = |field: &str, name: &Option<String>| name.as_deref().map(|name| named(field, name));
        let parts = [
            given("product", &self.product),
            self.polarity.map(|polarity| format!("polarity:{polarity}")),
            given("theme", &self.theme),
            given("source", &self.source),
            self.lang.as_deref().map(|lang| format!("lang:{lang}")),
            self.query.as_deref().map(str::trim).filter(|query| !query.is_empty()).map(|query| format!("({query})")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The query that finds those of them that were published in `period`.
    pub fn within(&self, period: Period) -> String {
        let query = self.query();
        if query.is_empty() { period.query() } else { format!("{query} {}", period.query()) }
    }

    /// The same mentions, and only those that this query finds too.
    pub fn with_query(&self, query: &str) -> Self {
        let query = match self.query.as_deref().map(str::trim).filter(|own| !own.is_empty()) {
            Some(own) => format!("{query} ({own})"),
            None => query.to_owned(),
        };
        Self { query: Some(query), ..self.clone() }
    }

    /// Why its own query cannot be joined with others.
    pub fn problem(&self) -> Option<String> {
        let query = self.query.as_deref()?;
        let mut open = 0_i64;
        let mut quoted = false;
        for letter in query.chars() {
            match letter {
                '"' => quoted = !quoted,
                '(' if !quoted => open += 1,
                ')' if !quoted => open -= 1,
                _ => {}
            }
            if open < 0 {
                break;
            }
        }
        let what = if quoted { "a quotation mark" } else { "a parenthesis" };
        (open != 0 || quoted).then(|| format!("in the query `{query}` {what} has no partner; add it or take it out"))
    }
}

/// Asks for the mentions whose `field` has this name.
pub(super) fn named(field: &str, name: &str) -> String {
    format!("{field}:\"{}\"", quotable(name))
}

/// A name that can stand between quotation marks.
fn quotable(name: &str) -> String {
    name.replace(['"', '“', '”', '„', '＂'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_reads_as_a_query() {
        let scope =
            Scope { source: Some("forum".to_owned()), query: Some("battery OR screen".to_owned()), ..Scope::product("Acme \"Pro\"") };
        assert_eq!(scope.query(), "product:\"Acme  Pro \" source:\"forum\" (battery OR screen)");
        let praise = Scope::product("Acme").with_theme("price").with_polarity(Polarity::Praise);
        let day = Period::day("2026-03-01".parse().unwrap());
        assert_eq!(praise.within(day), "product:\"Acme\" polarity:praise theme:\"price\" since:2026-03-01 until:2026-03-01");
        assert_eq!(Scope::default().within(day), "since:2026-03-01 until:2026-03-01");
    }

    #[test]
    fn a_query_that_would_swallow_its_neighbours_is_refused() {
        for (query, fine) in [("a OR (b c)", true), ("\"a) b\"", true), ("a) OR (b", false), ("(a", false), ("\"a", false), ("", true)] {
            let scope = Scope { query: Some(query.to_owned()), ..Scope::default() };
            assert_eq!(scope.problem().is_none(), fine, "{query}");
        }
    }
}

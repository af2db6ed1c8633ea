//! What comes after a page, as its server says in the header `Link` (RFC 8288).

use reqwest::header::{HeaderMap, LINK};
use url::Url;

/// The page after the one at `page`, if it is of the same host.
pub(super) fn next(headers: &HeaderMap, page: &Url) -> Option<Url> {
    let links = headers.get_all(LINK).into_iter().filter_map(|value| value.to_str().ok());
    let next = links.flat_map(links_in).find(|(_, rest)| is_next(rest)).and_then(|(target, _)| page.join(target).ok())?;
    (next.origin() == page.origin()).then_some(next)
}

/// The targets in a header, each with what is said of it.
fn links_in(header: &str) -> impl Iterator<Item = (&str, &str)> {
    header.split('<').skip(1).filter_map(|link| link.split_once('>'))
}

/// Whether what is said of a link holds `rel="next"`, perhaps among others.
fn is_next(said: &str) -> bool {
    let rel = said.split(';').filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("rel"));
    rel.is_some_and(|(_, value)| {
        let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
        value.split_whitespace().any(|word| word.eq_ignore_ascii_case("next"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_told_among_others_and_is_of_the_same_host() {
        let page = Url::parse("https://a.example/list?page=1").unwrap();
        for (header, want) in [
            ("</list?page=2>; rel=\"next\", </list?page=9>; rel=\"last\"", Some("https://a.example/list?page=2")),
            (
                "<https://a.example/list?page=0>; rel=prev, <https://a.example/list?page=2>; title=\"x\"; rel=next",
                Some("https://a.example/list?page=2"),
            ),
            ("</list?page=2>; rel=\"nofollow Next\"", Some("https://a.example/list?page=2")),
            ("<https://b.example/list?page=2>; rel=\"next\"", None),
            ("<http://a.example/list?page=2>; rel=\"next\"", None),
            ("</style.css>; rel=preload", None),
            ("<", None),
        ] {
            let headers = HeaderMap::from_iter([(LINK, header.parse().unwrap())]);
            assert_eq!(next(&headers, &page).map(String::from), want.map(str::to_owned), "{header}");
        }
    }
}

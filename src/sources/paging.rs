//! Where pages of reviews are asked for, and how the way to the next one is kept within bounds.
//!
//! How far a round has come stands in the fragment of the address asked for (`#goodword-page=3&seen=20`), which no server
//! sees: nothing is kept between two pages.

use url::Url;

use super::Ask;
use super::markup::whole;

/// Pages followed where the settings do not say.
const USUAL_PAGES: u32 = 10;

/// The settings of a kind that reads pages, before they are checked: `url`, `urls`, `max_pages`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paging {
    pub(super) urls: Vec<Url>,
    pub(super) max_pages: u32,
}

impl Paging {
    /// The first pages of `url` or `urls`, one of which must be there.
    pub(super) fn new(url: Option<Url>, urls: Vec<Url>, max_pages: Option<u32>) -> Result<Self, String> {
        let urls: Vec<Url> = url.into_iter().chain(urls).collect();
        if urls.is_empty() {
            return Err("missing key `url`; write `url = \"https://…\"`, or `urls = [\"https://…\", …]` for several pages".to_owned());
        }
        if let Some(other) = urls.iter().find(|url| !matches!(url.scheme(), "http" | "https")) {
            return Err(format!("`{other}` is no page of the web; write an address that starts with `https://`"));
        }
        match max_pages {
            Some(0) => Err("`max_pages` must be at least 1".to_owned()),
            max_pages => Ok(Self { urls, max_pages: max_pages.unwrap_or(USUAL_PAGES) }),
        }
    }

    pub(super) fn asks(&self) -> Vec<Ask> {
        self.urls.iter().cloned().map(Ask::Get).collect()
    }
}

/// How far a round has come when a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    /// The number of the page, from 1.
    pub(super) page: u32,
    /// How many reviews the pages before it showed.
    pub(super) seen: usize,
}

impl Progress {
    pub(super) fn at(ask: &Ask) -> Self {
        let start = Self { page: 1, seen: 0 };
        let Ask::Get(url) = ask else { return start };
        let Some(("goodword-page", rest)) = url.fragment().and_then(|fragment| fragment.split_once('=')) else { return start };
        let (page, seen) = rest.split_once("&seen=").unwrap_or((rest, "0"));
        match (page.parse(), seen.parse()) {
            (Ok(page), Ok(seen)) => Self { page, seen },
            _ => start,
        }
    }

    /// The ask for the page at `url` after this one, which showed `here` reviews.
    pub(super) fn next(self, url: &Url, here: usize) -> Ask {
        let mut url = url.clone();
        url.set_fragment(Some(&format!("goodword-page={}&seen={}", self.page.saturating_add(1), self.seen.saturating_add(here))));
        Ask::Get(url)
    }
}

/// Whether `link`, found on the page that was asked for as `ask` and came from `page`, may be its next page: on the same
/// host, and neither the page itself nor what it was asked for as.
pub(super) fn may_follow(link: &Url, ask: &Ask, page: &Url) -> bool {
    let itself = |url: &Url| whole(url) == whole(link);
    let asked = matches!(ask, Ask::Get(url) if itself(url));
    link.host() == page.host() && !asked && !itself(page)
}

/// Whether `link` looks like another page of the list that `page` is of: the same address but for numbers, parameters or
/// what comes after it.
pub(super) fn is_of_one_list(link: &Url, page: &Url) -> bool {
    let bare = |url: &Url| {
        let path: String = url.path().chars().filter(|letter| !letter.is_ascii_digit()).collect();
        path.trim_end_matches('/').trim_end_matches("/page").to_owned()
    };
    bare(link) == bare(page) || link.path().starts_with(&format!("{}/", page.path().trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn progress_travels_in_the_address() {
        let first = Ask::Get(url("https://shop.example/p"));
        let second = Progress::at(&first).next(&url("https://shop.example/p?page=2"), 10);
        assert_eq!(second, Ask::Get(url("https://shop.example/p?page=2#goodword-page=2&seen=10")));
        assert_eq!(Progress::at(&second), Progress { page: 2, seen: 10 });
        for strange in ["https://shop.example/p#reviews", "https://shop.example/p#goodword-page=x&seen=1"] {
            assert_eq!(Progress::at(&Ask::Get(url(strange))), Progress { page: 1, seen: 0 });
        }
    }

    #[test]
    fn only_other_pages_of_the_same_host_are_followed() {
        let page = url("https://shop.example/p?page=2");
        let ask = Ask::Get(url("https://shop.example/p?page=2#goodword-page=2&seen=1"));
        for (link, follow) in [
            ("https://shop.example/p?page=3", true),
            ("https://shop.example/p?page=2#top", false),
            ("https://other.example/p?page=3", false),
        ] {
            assert_eq!(may_follow(&url(link), &ask, &page), follow, "{link}");
        }
    }

    #[test]
    fn pages_of_one_list_look_alike() {
        for (page, link, alike) in [
            ("/p/7/reviews", "/p/7/reviews?page=2", true),
            ("/p/7/reviews", "/p/7/reviews/2", true),
            ("/p/7/reviews/page/2", "/p/7/reviews/page/3", true),
            ("/p/7/reviews/page/2/", "/p/7/reviews/", true),
            ("/lamp-3", "/kettle", false),
            ("/lamp-3", "/", false),
        ] {
            let (page, link) = (url("https://shop.example").join(page).unwrap(), url("https://shop.example").join(link).unwrap());
            assert_eq!(is_of_one_list(&link, &page), alike, "{page} {link}");
        }
    }

    #[test]
    fn an_address_is_needed() {
        assert!(Paging::new(None, Vec::new(), None).unwrap_err().contains("`url`"));
        assert!(Paging::new(Some(url("ftp://shop.example/")), Vec::new(), None).unwrap_err().contains("https://"));
        assert!(Paging::new(Some(url("https://shop.example/")), Vec::new(), Some(0)).unwrap_err().contains("max_pages"));
        assert_eq!(Paging::new(Some(url("https://shop.example/")), Vec::new(), None).unwrap().max_pages, 10);
    }
}

//! Sites that let no program in, by an `RSSHub` of one's own: Weibo, Zhihu, Bilibili, Xiaohongshu, Douban and others.
//!
//! The hub speaks to the site with its keeper's cookies, which expire. What it says then is told as what it is: the site has shut
//! us out, and where the new cookie goes.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::terms::{self, Terms};
use super::{Ask, ParseError, Parsed, feed};
use crate::fetch;
use crate::text::html_to_text;

/// A route of a hub.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    address: Url,
    site: Option<Site>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    /// Where the hub is.
    instance: Url,
    /// The route with what it is to be about: `/weibo/keyword/acme`.
    route: String,
}

/// A site behind a hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Site {
    route: &'static str,
    name: &'static str,
    /// Where the hub has its cookie.
    cookie: &'static str,
}

const SITES: [Site; 5] = [
    Site { route: "weibo", name: "微博", cookie: "`WEIBO_COOKIES`" },
    Site { route: "zhihu", name: "知乎", cookie: "`ZHIHU_COOKIES`" },
    Site { route: "bilibili", name: "B站", cookie: "`BILIBILI_COOKIE_` with the account's number" },
    Site { route: "xiaohongshu", name: "小红书", cookie: "`XIAOHONGSHU_COOKIE`" },
    Site { route: "douban", name: "豆瓣", cookie: "`DOUBAN_COOKIE`" },
];

/// The hub asks the site anew for each request that its cache does not answer.
pub(super) const TERMS: Terms = Terms { min_interval: Duration::from_secs(10), ..terms::USUAL };
/// What a hub's page of errors says.
const ERROR_MARKS: [&str; 3] = ["looks like something went wrong", "error message", "rsshub"];

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(Keys { instance, route }: Keys) -> Result<Self, String> {
        let route = route.trim();
        let segments = route.split('?').next().unwrap_or_default().split('/').filter(|part| !part.is_empty());
        if !route.starts_with('/') || segments.count() < 2 {
            return Err(format!(
                "`route`: `{route}` is none; write it as docs.rsshub.app does, filled in, for example `/weibo/keyword/acme`"
            ));
        }
        if !matches!(instance.scheme(), "http" | "https") {
            return Err(format!("`instance`: `{instance}` is no page of the web; write for example `http://127.0.0.1:1200`"));
        }
        let whole = format!("{}{route}", instance.as_str().trim_end_matches('/'));
        let address = Url::parse(&whole).map_err(|error| format!("`route`: `{route}` cannot be asked for: {error}"))?;
        let first = route.split('/').find(|part| !part.is_empty()).unwrap_or_default();
        Ok(Self { address, site: SITES.into_iter().find(|site| site.route == first) })
    }
}

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        vec![Ask::Get(self.address.clone())]
    }

    pub(super) fn parse(&self, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let text = page.text();
        let start: String = text.trim_start().chars().take(2_000).collect::<String>().to_lowercase();
        if start.starts_with("<!doctype html") || start.starts_with("<html") {
            let said = if ERROR_MARKS.iter().any(|mark| start.contains(mark)) { error_message(&text) } else { None };
            let said =
                said.map_or_else(|| "a page came where a feed was due".to_owned(), |said| format!("the hub could not do it: {said}"));
            return Err(ParseError::Instead(format!("{said}; {}", self.remedy())));
        }
        feed::parse(page)
    }

    /// What to do when the hub, or the site behind it, refuses.
    pub(super) fn remedy(&self) -> String {
        match self.site {
            Some(Site { name, cookie, .. }) => format!(
                "{name} has most likely let the hub's cookie expire: log in there anew, put the cookie into {cookie} of your RSSHub, and restart it"
            ),
            None => "see the log of your RSSHub, and whether its route wants a cookie or a key (docs.rsshub.app)".to_owned(),
        }
    }
}

/// What a hub's page of errors gives as the reason.
fn error_message(page: &str) -> Option<String> {
    let words = html_to_text(page);
    let (_, rest) = words.split_once("Error Message:")?;
    let line = rest.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_route_is_asked_for_at_the_hub() {
        let settings = settings("instance = 'http://127.0.0.1:1200/hub/'\nroute = '/weibo/keyword/好用?key=a'").unwrap();
        assert_eq!(settings.asks()[0].url().unwrap().as_str(), "http://127.0.0.1:1200/hub/weibo/keyword/%E5%A5%BD%E7%94%A8?key=a");
    }

    #[test]
    fn wrong_settings_are_told_with_what_to_write() {
        for (keys, said) in [
            ("instance = 'http://127.0.0.1:1200'\nroute = 'weibo/keyword/a'", "docs.rsshub.app"),
            ("instance = 'http://127.0.0.1:1200'\nroute = '/weibo'", "filled in"),
            ("instance = 'redis://a'\nroute = '/weibo/keyword/a'", "http://127.0.0.1:1200"),
        ] {
            assert!(settings(keys).unwrap_err().contains(said), "{keys}");
        }
    }

    #[test]
    fn a_page_of_errors_names_the_cookie_that_expired() {
        let settings = settings("instance = 'http://127.0.0.1:1200'\nroute = '/zhihu/people/activities/ann'").unwrap();
        let body = "<!DOCTYPE html><html><head><title>Welcome to RSSHub!</title></head><body><h1>Looks like something went wrong</h1>\
            <p>Error Message:<br><code>FetchError: [GET] https://www.zhihu.com/api: 403 Forbidden</code></p></body></html>";
        let page = fetch::Page { url: settings.address.clone(), content_type: None, body: body.into() };
        let error = settings.parse(&page).unwrap_err();
        assert!(
            matches!(&error, ParseError::Instead(told) if told.contains("403 Forbidden") && told.contains("`ZHIHU_COOKIES`")),
            "{error}"
        );
    }
}

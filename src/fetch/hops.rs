//! The way through redirects, each hop checked before it is taken.
//!
//! Pure: takes the places servers point to, asks nobody.

use reqwest::header::HeaderValue;
use url::Url;

use super::failure::{FetchError, shown};

/// Where we stand on the way from the URL that was asked for.
#[derive(Debug)]
pub(super) struct Hops {
    passed: Vec<Url>,
    here: Url,
    most: usize,
    at_home: bool,
}

impl Hops {
    /// Starts at `url`; at most `most` redirects are followed.
    pub(super) fn start(url: &Url, most: usize) -> Result<Self, FetchError> {
        if !is_web(url) {
            return Err(FetchError::BadUrl { url: shown(url) });
        }
        Ok(Self { passed: Vec::new(), here: url.clone(), most, at_home: true })
    }

    /// The URL to ask for now.
    pub(super) fn here(&self) -> &Url {
        &self.here
    }

    /// Whether the way never left the host it began at: secrets are for that one only.
    pub(super) fn is_at_home(&self) -> bool {
        self.at_home
    }

    /// Goes where a redirect points.
    pub(super) fn follow(&mut self, location: &HeaderValue) -> Result<(), FetchError> {
        let location = String::from_utf8_lossy(location.as_bytes());
        let Ok(mut next) = self.here.join(location.trim()) else {
            return Err(self.lost(format!("to `{location}`, which is not an address")));
        };
        if !is_web(&next) {
            return Err(self.lost(format!("to `{}`, which is not a page of the web", shown(&next))));
        }
        self.at_home = self.at_home && is_home(&self.here, &next);
        if !self.at_home {
            let _cleared = (next.set_username(""), next.set_password(None));
        }
        next.set_fragment(None);
        self.passed.push(std::mem::replace(&mut self.here, next));
        if self.passed.contains(&self.here) {
            return Err(self.lost("in a circle; it may want a login or cookies".to_owned()));
        }
        if self.passed.len() > self.most {
            return Err(self.lost(format!("more than {} times; use the address it ends at", self.most)));
        }
        Ok(())
    }

    fn lost(&self, how: String) -> FetchError {
        let start = self.passed.first().unwrap_or(&self.here);
        FetchError::Redirects { url: shown(start), how }
    }
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// The same host and port, or the same host's step from http to https.
fn is_home(from: &Url, to: &Url) -> bool {
    let step_up = from.scheme() == "http" && to.scheme() == "https" && from.port().is_none() && to.port().is_none();
    from.host() == to.host() && (from.origin() == to.origin() || step_up)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the ways end, and whether still at home; or how the way was lost.
    fn follow(start: &str, locations: &[&str]) -> Result<(String, bool), String> {
        let mut hops = Hops::start(&start.parse().unwrap(), 3).map_err(|error| error.to_string())?;
        for location in locations {
            hops.follow(&HeaderValue::from_bytes(location.as_bytes()).unwrap()).map_err(|error| error.to_string())?;
        }
        Ok((hops.here().to_string(), hops.is_at_home()))
    }

    #[test]
    fn redirects_lead_on_and_home_is_left_for_good() {
        let cases: [(&str, &[&str], &str, bool); 10] = [
            ("https://a.example/x/y", &["z?q=1#part"], "https://a.example/x/z?q=1", true),
            ("http://a.example/", &["https://a.example/"], "https://a.example/", true),
            ("http://a.example:8080/", &["https://a.example/"], "https://a.example/", false),
            ("https://a.example/", &["http://a.example/"], "http://a.example/", false),
            ("https://a.example/", &["https://www.a.example/"], "https://www.a.example/", false),
            ("https://a.example/", &["//b.example/c", "https://a.example/d"], "https://a.example/d", false),
            ("https://a.example/", &["//b.example/c", "/d"], "https://b.example/d", false),
            ("https://me:pw@a.example/", &["/b"], "https://me:pw@a.example/b", true),
            ("https://me:pw@a.example/", &["https://you:too@b.example/"], "https://b.example/", false),
            ("https://a.example/", &["/café"], "https://a.example/caf%C3%A9", true),
        ];
        for (start, locations, end, at_home) in cases {
            assert_eq!(follow(start, locations), Ok((end.to_owned(), at_home)), "{start} {locations:?}");
        }
    }

    #[test]
    fn ways_that_lead_nowhere_say_so() {
        let cases: [(&str, &[&str], &str); 6] = [
            ("https://a.example/", &["file:///etc/passwd"], "which is not a page of the web"),
            ("https://a.example/", &["javascript:alert(1)"], "which is not a page of the web"),
            ("https://a.example/", &["https://[bad"], "which is not an address"),
            ("https://a.example/", &["/"], "in a circle"),
            ("https://a.example/", &["/b", "/c", "/b"], "in a circle"),
            ("https://a.example/", &["/b", "/c", "/d", "/e"], "more than 3 times"),
        ];
        for (start, locations, how) in cases {
            let error = follow(start, locations).unwrap_err();
            assert!(error.contains(how) && error.contains("`https://a.example/`"), "{locations:?}: {error}");
        }
        assert!(follow("ftp://a.example/", &[]).unwrap_err().contains("`ftp://a.example/`"));
    }
}

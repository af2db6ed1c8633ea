//! Reviews of a plugin or theme in the directory of WordPress.org, by the feed it keeps of them.
//!
//! The feed has no field for stars: they stand in the first lines of each review's text, and behind its title.

use std::time::Duration;

use serde::Deserialize;
use url::Url;

use super::terms::Terms;
use super::{Ask, ParseError, Parsed, api, feed};
use crate::fetch;
use crate::mention::{Author, Context, Mention, Rating, Reach};

/// The plugin or theme whose reviews are read.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    /// The path of its reviews.
    reviews: String,
    endpoint: Url,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    plugin: Option<String>,
    theme: Option<String>,
    #[serde(default = "wordpress_org")]
    endpoint: Url,
}

fn wordpress_org() -> Url {
    Url::parse("https://wordpress.org").expect("it is a constant, and an address")
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let (kind, given) = match (keys.plugin, keys.theme) {
            (Some(plugin), None) => ("plugin", plugin),
            (None, Some(theme)) => ("theme", theme),
            _ => return Err("write either `plugin = \"its-name\"` or `theme = \"its-name\"`".to_owned()),
        };
        let name = name_in(&given);
        let fits = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-');
        if !fits {
            return Err(format!("`{given}` is no {kind}; write what follows `/{kind}s/` in the address of its page"));
        }
        Ok(Self { reviews: format!("/support/{kind}/{name}/reviews/feed/"), endpoint: keys.endpoint })
    }
}

/// The name of a plugin or theme, given as such or as the address of its page.
fn name_in(given: &str) -> &str {
    let after = ["/plugins/", "/plugin/", "/themes/", "/theme/"].iter().find_map(|part| Some(given.split_once(part)?.1));
    after.and_then(|rest| rest.split('/').next()).unwrap_or(given)
}

/// Its feeds are made anew for each visitor.
pub(super) const TERMS: Terms = Terms { min_interval: Duration::from_secs(5), headers: &[], needs_key: None };

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        vec![Ask::Get(api::at(&self.endpoint, &self.reviews))]
    }

    pub(super) fn parse(&self, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let start: String = page.text().trim_start().chars().take(200).collect::<String>().to_lowercase();
        if start.starts_with("<!doctype html") || start.starts_with("<html") {
            let what = "a page came from WordPress.org where the feed of reviews was due";
            return Err(ParseError::Instead(format!("{what}; check the name of the plugin or theme")));
        }
        let mut parsed = feed::parse(page)?;
        parsed.mentions = parsed.mentions.into_iter().filter_map(review).collect();
        Ok(parsed)
    }
}

/// The review in an entry of the feed.
fn review(entry: Mention) -> Option<Mention> {
    let (title, stars_behind_title) = entry.title.as_deref().map_or((None, None), |title| {
        let (title, stars) = without_stars(title);
        (Some(title).filter(|title| !title.is_empty()), stars)
    });
    let Head { text, stars, replies } = without_head(&entry.text);
    let review = Mention::new(Some(text.as_str()).filter(|text| !text.is_empty()).or(title)?)?;
    let author = entry.author.map(|author| Author { handle: author.handle.or_else(|| Some(author.name.clone())), ..author });
    let title = title.filter(|title| *title != review.text).map(str::to_owned);
    let rating = stars.or(stars_behind_title).and_then(|stars| Rating::new(stars, 1.0, 5.0));
    let reach = Reach { replies, ..entry.context.reach };
    let context = Context { reach, ..entry.context.clone() };
    Some(Mention { text: review.text, title, author, rating, context, ..entry })
}

/// A title without `(5 stars)` at its end, and the stars.
fn without_stars(title: &str) -> (&str, Option<f64>) {
    let told = title.trim_end().strip_suffix(')').and_then(|title| title.rsplit_once('('));
    match told.and_then(|(title, told)| Some((title.trim_end(), stars_in(told)?))) {
        Some((title, stars)) => (title, Some(stars)),
        None => (title.trim(), None),
    }
}

/// A text without the lines that the site puts before it, and what these tell.
struct Head {
    text: String,
    stars: Option<f64>,
    replies: Option<u64>,
}

fn without_head(text: &str) -> Head {
    let (mut stars, mut replies) = (None, None);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.peek().map(|line| line.trim()) {
        let count = line.strip_prefix("Replies:").map(str::trim).filter(|count| count.bytes().all(|byte| byte.is_ascii_digit()));
        let told = line.strip_prefix("Rating:").and_then(stars_in).filter(|_| stars.is_none());
        if !(line.is_empty() || count.is_some() || told.is_some()) {
            break;
        }
        stars = stars.or(told);
        replies = replies.or(count.and_then(|count| count.parse().ok()));
        lines.next();
    }
    Head { text: lines.collect::<Vec<_>>().join("\n").trim().to_owned(), stars, replies }
}

/// The number in `5 stars`.
fn stars_in(told: &str) -> Option<f64> {
    let (number, unit) = told.trim().split_once(' ')?;
    matches!(unit.trim(), "star" | "stars").then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_plugin_is_given_by_name_or_address() {
        for (keys, want) in [
            ("plugin = 'acme-desk'", "https://wordpress.org/support/plugin/acme-desk/reviews/feed/"),
            ("plugin = 'https://wordpress.org/plugins/acme-desk/'", "https://wordpress.org/support/plugin/acme-desk/reviews/feed/"),
            ("theme = 'acme'", "https://wordpress.org/support/theme/acme/reviews/feed/"),
        ] {
            assert_eq!(settings(keys).unwrap().asks(), [Ask::Get(want.parse().unwrap())], "{keys}");
        }
        assert!(settings("").unwrap_err().contains("either"));
        assert!(settings("plugin = 'Acme Desk'").unwrap_err().contains("`/plugins/`"));
    }

    #[test]
    fn the_lines_before_a_review_are_not_part_of_it() {
        for (text, want, stars) in [
            ("Replies: 0\n\nRating: 5 stars\n\nEasy to use.", "Easy to use.", Some(5.0)),
            ("Replies: 12\nRating: 1 star\nRating: 5 stars is what I gave before", "Rating: 5 stars is what I gave before", Some(1.0)),
            ("Easy to use.\n\nRating: 5 stars", "Easy to use.\n\nRating: 5 stars", None),
            ("Replies: 0\n\nRating: great", "Rating: great", None),
            ("Replies: 0\n\nRating: 3 stars", "", Some(3.0)),
        ] {
            let head = without_head(text);
            assert_eq!((head.text.as_str(), head.stars), (want, stars), "{text}");
        }
        assert_eq!(without_head("Replies: 12\nfine").replies, Some(12));
        assert_eq!(without_stars("Hard (to use) (2 stars)"), ("Hard (to use)", Some(2.0)));
        assert_eq!(without_stars("Great (really)"), ("Great (really)", None));
    }

    #[test]
    fn stars_off_the_scale_are_none() {
        let entry = Mention::new("Replies: 0\nRating: 9 stars\nfine").unwrap();
        assert_eq!(review(entry).unwrap().rating, None);
    }

    #[test]
    fn a_page_in_the_place_of_the_feed_is_told() {
        let page = fetch::Page { url: wordpress_org(), content_type: None, body: "\n<!DOCTYPE html><p>Not found".into() };
        let error = settings("plugin = 'acme'").unwrap().parse(&page).unwrap_err();
        assert!(matches!(error, ParseError::Instead(said) if said.contains("check the name")));
    }
}

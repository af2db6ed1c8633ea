//! Reviews of an app of your own in Google Play, by the API for its publisher.
//!
//! It shows what was written or changed within a week, and only where there are words; what is older is in the monthly reports
//! of the Play Console alone. A review tells when it was last changed, never when it was first written.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::markup::plain_line;
use super::terms::{self, Terms};
use super::{Ask, ParseError, Parsed, api};
use crate::fetch;
use crate::mention::{Answer, Author, Context, Lang, Mention, Published, Rating, Reach};

/// The app whose reviews are read.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    package: String,
    endpoint: Url,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    package: String,
    #[serde(default = "google")]
    endpoint: Url,
}

fn google() -> Url {
    Url::parse("https://androidpublisher.googleapis.com").expect("it is a constant, and an address")
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let Keys { package, endpoint } = keys;
        let is_part = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if !package.contains('.') || !package.split('.').all(is_part) {
            let remedy = "write what follows `id=` in the address of its page, for example `package = \"com.example.desk\"`";
            return Err(format!("`package`: `{package}` is no app; {remedy}"));
        }
        Ok(Self { package, endpoint })
    }
}

const SITE: &str = "Google Play";
/// Two hundred lists an hour are allowed.
pub(super) const TERMS: Terms = Terms {
    min_interval: Duration::from_secs(2),
    needs_key: Some(
        "make a service account with a JSON key, and let it see the app's reviews in the Play Console under Users and permissions",
    ),
    ..terms::USUAL
};
/// What a service account is let do.
pub(super) const SCOPE: &str = "https://www.googleapis.com/auth/androidpublisher";
/// How far back reviews are shown.
pub(super) const SHOWN: Duration = Duration::from_hours(7 * 24);
const PER_PAGE: &str = "100";

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        let mut url = api::at(&self.endpoint, &format!("/androidpublisher/v3/applications/{}/reviews", self.package));
        url.query_pairs_mut().append_pair("maxResults", PER_PAGE);
        vec![Ask::Get(url)]
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let answer = api::read(page, SITE)?;
        let reviews = match answer.get("reviews") {
            Some(Value::Array(reviews)) => reviews.as_slice(),
            // Where nobody has written within the week there is no list.
            None if answer.as_object().is_some_and(|answer| answer.keys().all(|key| key == "tokenPagination" || key == "pageInfo")) => &[],
            _ => return Err(api::instead(&answer, SITE, "reviews")),
        };
        let mut parsed = Parsed::default();
        for (number, review) in reviews.iter().enumerate() {
            match self.mention(review) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("review {} has no text", number + 1)),
            }
        }
        if let Some(token) = answer.get("tokenPagination").and_then(|paging| api::told(paging, "nextPageToken")) {
            parsed.next.extend(api::asking(ask, "token", token));
        }
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }

    /// A review as its author left it; none if it says nothing.
    fn mention(&self, review: &Value) -> Option<Mention> {
        let comments = review.get("comments")?.as_array()?;
        let comment = comments.iter().find_map(|comment| comment.get("userComment"))?;
        let (title, text) = title_and_text(comment.get("text")?.as_str()?);
        let id = api::told(review, "reviewId")?;
        let mut mention = Mention::new(text)?;
        mention.title = title;
        mention.url =
            Url::parse_with_params("https://play.google.com/store/apps/details", [("id", self.package.as_str()), ("reviewId", id)]).ok();
        mention.own_id = Some(id.to_owned());
        mention.author = api::told(review, "authorName").and_then(Author::named);
        mention.rating = comment.get("starRating").and_then(Value::as_f64).and_then(|stars| Rating::new(stars, 1.0, 5.0));
        mention.published = changed(comment).map(Published::instant);
        mention.lang = api::told(comment, "reviewerLanguage").and_then(Lang::parse);
        mention.context = Context {
            version: api::told(comment, "appVersionName").map(str::to_owned).or_else(|| api::id(comment, "appVersionCode")),
            reach: Reach { likes: comment.get("thumbsUpCount").and_then(Value::as_u64), ..Reach::default() },
            answer: comments.iter().find_map(|comment| answer(comment.get("developerComment")?)),
            ..Context::default()
        };
        Some(mention)
    }
}

/// Older reviews have a title, which stands before a tab.
fn title_and_text(words: &str) -> (Option<String>, &str) {
    match words.split_once('\t') {
        Some((title, text)) if text.trim().is_empty() => (None, title),
        Some((title, text)) => (plain_line(title), text),
        None => (None, words),
    }
}

/// When a comment was last changed: seconds in words, as large numbers are written there.
fn changed(comment: &Value) -> Option<Timestamp> {
    let seconds = api::id(comment.get("lastModified")?, "seconds")?;
    Timestamp::from_second(seconds.parse().ok().filter(|seconds| *seconds > 0)?).ok()
}

fn answer(comment: &Value) -> Option<Answer> {
    Some(Answer { text: api::told(comment, "text")?.to_owned(), by: None, at: changed(comment), url: None })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings() -> Settings {
        toml::from_str("package = 'com.example.desk'").unwrap()
    }

    fn read(body: &Value) -> Result<Parsed, ParseError> {
        let page = fetch::Page { url: google(), content_type: None, body: body.to_string().into() };
        settings().parse(&settings().asks()[0], &page)
    }

    #[test]
    fn an_app_is_given_by_its_package() {
        for package in ["", "desk", "com.example.", "com/example", "https://play.google.com/store/apps/details?id=com.example"] {
            assert!(toml::from_str::<Settings>(&format!("package = '{package}'")).unwrap_err().message().contains("id="), "{package}");
        }
        let Ask::Get(url) = &settings().asks()[0] else { panic!("it is a page") };
        assert_eq!(
            url.as_str(),
            "https://androidpublisher.googleapis.com/androidpublisher/v3/applications/com.example.desk/reviews?maxResults=100"
        );
    }

    #[test]
    fn a_title_stands_before_a_tab() {
        for (words, title, text) in [
            ("Lovely\tDoes it all", Some("Lovely"), "Does it all"),
            ("\tDoes it all", None, "Does it all"),
            ("Fine", None, "Fine"),
            ("Fine\t ", None, "Fine"),
        ] {
            assert_eq!(title_and_text(words), (title.map(str::to_owned), text), "{words:?}");
        }
    }

    #[test]
    fn a_review_tells_its_stars_its_version_and_the_answer_under_it() {
        let review = json!({"reviewId": "gp:1", "authorName": "Ann", "comments": [
            {"userComment": {"text": "\tEasy to use", "lastModified": {"seconds": "1772362800", "nanos": 5}, "starRating": 5,
             "reviewerLanguage": "zh_Hant", "appVersionCode": 812, "thumbsUpCount": 7}},
            {"developerComment": {"text": "Thank you!", "lastModified": {"seconds": "1772449200"}}}]});
        let mention = read(&json!({ "reviews": [review] })).unwrap().mentions.remove(0);
        assert_eq!((mention.text.as_str(), mention.rating.unwrap().value()), ("Easy to use", 5.0));
        assert_eq!(mention.published.unwrap().at.to_string(), "2026-03-01T11:00:00Z");
        assert_eq!(mention.lang.unwrap().as_str(), "zh");
        let Context { version, reach, answer, .. } = mention.context;
        assert_eq!((version.as_deref(), reach.likes), (Some("812"), Some(7)));
        assert_eq!(answer.unwrap().at.unwrap().to_string(), "2026-03-02T11:00:00Z");
        assert_eq!(mention.url.unwrap().as_str(), "https://play.google.com/store/apps/details?id=com.example.desk&reviewId=gp%3A1");
    }

    #[test]
    fn a_token_leads_on_and_a_week_without_reviews_is_no_error() {
        let review = |id: &str| json!({"reviewId": id, "comments": [{"userComment": {"text": "fine"}}]});
        let page = read(&json!({"reviews": [review("a")], "tokenPagination": {"nextPageToken": "t=1"}})).unwrap();
        assert_eq!(api::asked(&page.next[0], "token").as_deref(), Some("t=1"));
        assert!(read(&json!({"reviews": [review("a")], "tokenPagination": {"nextPageToken": null}})).unwrap().next.is_empty());
        assert_eq!(read(&json!({})).unwrap(), Parsed::default());
        assert!(
            matches!(read(&json!({"error": {"code": 403, "message": "no access"}})), Err(ParseError::Instead(said)) if said.contains("no access"))
        );
        assert!(read(&json!({"hello": 1})).is_err() && read(&json!([])).is_err());
    }
}

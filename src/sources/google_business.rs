//! Reviews of your own places on Google, by the Business Profile API.
//!
//! Google lets programs in only after it has approved a request. Stars come as words, and a review that was not written in the
//! reader's language comes with a translation, which is left out: what counts is what its author wrote.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::terms::{self, Terms};
use super::{Ask, ParseError, Parsed, api};
use crate::fetch;
use crate::mention::{Answer, Author, Context, Mention, Rating};

/// The places whose reviews are read.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    account: String,
    locations: Vec<String>,
    endpoint: Url,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    account: String,
    locations: Vec<String>,
    #[serde(default = "google")]
    endpoint: Url,
}

fn google() -> Url {
    Url::parse("https://mybusiness.googleapis.com").expect("it is a constant, and an address")
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let Keys { account, locations, endpoint } = keys;
        let number = |key: &str, before: &str, written: &str| {
            let bare = written.trim().trim_start_matches(before).to_owned();
            let is_number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
            is_number
                .then_some(bare)
                .ok_or_else(|| format!("`{key}`: `{written}` is no number; write `{before}…` or what follows it, in quotes"))
        };
        let account = number("account", "accounts/", &account)?;
        let locations = locations.iter().map(|location| number("locations", "locations/", location)).collect::<Result<Vec<_>, _>>()?;
        match locations.is_empty() {
            true => Err("`locations` is empty; write the numbers of your places, for example `locations = [\"1234567890\"]`".to_owned()),
            false => Ok(Self { account, locations, endpoint }),
        }
    }
}

const SITE: &str = "the Business Profile API";
/// Once it has let you in, Google allows 300 requests a minute.
pub(super) const TERMS: Terms = Terms {
    min_interval: Duration::from_secs(1),
    needs_key: Some("ask Google for access to the Business Profile APIs, then make a service account or sign in once (docs/sources.md)"),
    ..terms::USUAL
};
/// What we are let do.
pub(super) const SCOPE: &str = "https://www.googleapis.com/auth/business.manage";
const PER_PAGE: &str = "50";

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        let ask = |location: &String| {
            let mut url = api::at(&self.endpoint, &format!("/v4/accounts/{}/locations/{location}/reviews", self.account));
            url.query_pairs_mut().append_pair("pageSize", PER_PAGE).append_pair("orderBy", "updateTime desc");
            Ask::Get(url)
        };
        self.locations.iter().map(ask).collect()
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let answer = api::read(page, SITE)?;
        let reviews = match answer.get("reviews") {
            Some(Value::Array(reviews)) => reviews.as_slice(),
            // Where nobody has written there is no list.
            None if answer.as_object().is_some_and(|answer| answer.keys().all(|key| NO_LIST.contains(&key.as_str()))) => &[],
            _ => return Err(api::instead(&answer, SITE, "reviews")),
        };
        let mut parsed = Parsed::default();
        let mut wordless = 0;
        for review in reviews {
            parsed.refused.extend(rejected(review));
            match mention(review) {
                Some(mention) => parsed.mentions.push(mention),
                None => wordless += 1,
            }
        }
        if wordless > 0 {
            parsed.refused.push(format!("{wordless} of {} reviews are stars without words", reviews.len()));
        }
        if let Some(token) = api::told(&answer, "nextPageToken") {
            parsed.next.extend(api::asking(ask, "pageToken", token));
        }
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }
}

/// What an answer without reviews may hold.
const NO_LIST: [&str; 3] = ["averageRating", "totalReviewCount", "nextPageToken"];
const STARS: [&str; 5] = ["ONE", "TWO", "THREE", "FOUR", "FIVE"];

/// A review; none if it has no words.
fn mention(review: &Value) -> Option<Mention> {
    let mut mention = Mention::new(original(api::told(review, "comment")?))?;
    let reviewer = review.get("reviewer");
    let is_anonymous = reviewer.and_then(|reviewer| reviewer.get("isAnonymous")).and_then(Value::as_bool) == Some(true);
    mention.own_id = api::told(review, "reviewId").map(str::to_owned);
    mention.author = reviewer.filter(|_| !is_anonymous).and_then(|reviewer| Author::named(api::told(reviewer, "displayName")?));
    let stars = api::told(review, "starRating").and_then(|stars| STARS.iter().position(|word| *word == stars));
    mention.rating = stars.and_then(|before| Rating::new(before as f64 + 1.0, 1.0, 5.0));
    mention.published = api::date(review, "createTime");
    mention.edited = api::edited(review, "updateTime", mention.published);
    mention.context = Context {
        // `accounts/1/locations/2`: the place, as whoever answers there has to name it.
        thread: api::told(review, "name").and_then(|name| Some(name.split_once("/reviews/")?.0.to_owned())),
        answer: review.get("reviewReply").filter(|reply| is_shown(reply)).and_then(answer),
        ..Context::default()
    };
    Some(mention)
}

/// Whether Google shows an answer: it looks at each before it does. Older answers tell nothing of it.
fn is_shown(reply: &Value) -> bool {
    api::told(reply, "reviewReplyState").is_none_or(|state| matches!(state, "APPROVED" | "ACTIVE" | "PUBLISHED"))
}

/// That Google does not show our answer, and why.
fn rejected(review: &Value) -> Option<String> {
    let reply = review.get("reviewReply").filter(|reply| api::told(reply, "reviewReplyState") == Some("REJECTED"))?;
    let why = api::told(reply, "policyViolation").unwrap_or("no reason told");
    let whom = review.get("reviewer").and_then(|reviewer| api::told(reviewer, "displayName")).unwrap_or("someone");
    Some(format!("Google rejected our answer to the review of {whom} ({why}); write another"))
}

fn answer(reply: &Value) -> Option<Answer> {
    let at = api::date(reply, "updateTime").map(|at| at.at);
    Some(Answer { text: original(api::told(reply, "comment")?).to_owned(), by: None, at, url: None })
}

/// What the author wrote, of a text that comes with its translation before or after it.
fn original(text: &str) -> &str {
    const TRANSLATED: &str = "(Translated by Google)";
    const ORIGINAL: &str = "(Original)";
    match (text.split_once(ORIGINAL), text.split_once(TRANSLATED)) {
        (Some((before, original)), _) if before.trim_start().starts_with(TRANSLATED) => original.trim(),
        (_, Some((original, _))) if !original.trim().is_empty() => original.trim(),
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings() -> Settings {
        toml::from_str("account = 'accounts/1'\nlocations = ['locations/22', '33']").unwrap()
    }

    fn read(body: &Value) -> Result<Parsed, ParseError> {
        let page = fetch::Page { url: google(), content_type: None, body: body.to_string().into() };
        settings().parse(&settings().asks()[0], &page)
    }

    #[test]
    fn each_place_is_a_list() {
        let urls: Vec<String> =
            settings().asks().iter().map(|ask| if let Ask::Get(url) = ask { url.to_string() } else { String::new() }).collect();
        assert_eq!(urls[0], "https://mybusiness.googleapis.com/v4/accounts/1/locations/22/reviews?pageSize=50&orderBy=updateTime+desc");
        assert!(urls[1].contains("/locations/33/"));
        for keys in ["account = 'me'\nlocations = ['1']", "account = '1'\nlocations = []", "account = '1'\nlocations = ['Main Street']"] {
            let error = toml::from_str::<Settings>(keys).unwrap_err();
            assert!(error.message().contains("write"), "{error}");
        }
    }

    #[test]
    fn what_the_author_wrote_counts_and_not_its_translation() {
        for (text, want) in [
            ("Great place", "Great place"),
            ("(Translated by Google) Great place\n\n(Original)\n很好的地方", "很好的地方"),
            ("很好的地方\n\n(Translated by Google)\nGreat place", "很好的地方"),
            ("(Translated by Google) Great place", "(Translated by Google) Great place"),
            ("An (Original) idea", "An (Original) idea"),
        ] {
            assert_eq!(original(text), want, "{text}");
        }
    }

    fn review(more: Value) -> Value {
        let mut review = json!({"name": "accounts/1/locations/22/reviews/abc", "reviewId": "abc", "starRating": "TWO", "comment": "slow",
            "reviewer": {"displayName": "Ann"}, "createTime": "2026-01-01T10:00:00Z", "updateTime": "2026-01-01T10:00:00Z"});
        review.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        review
    }

    #[test]
    fn stars_are_words_and_an_answer_counts_once_it_is_shown() {
        let of = |more: Value| mention(&review(more)).unwrap();
        let plain = of(json!({}));
        assert_eq!((plain.rating.unwrap().value(), plain.edited), (2.0, None));
        assert_eq!(plain.context.thread.as_deref(), Some("accounts/1/locations/22"));
        assert!(of(json!({"updateTime": "2026-01-02T10:00:00Z"})).edited.is_some());
        assert_eq!(of(json!({"reviewer": {"displayName": "A Google user", "isAnonymous": true}})).author, None);
        for (state, shown) in [(Value::Null, true), (json!("APPROVED"), true), (json!("PENDING"), false), (json!("REJECTED"), false)] {
            let reply = json!({"reviewReply": {"comment": "Sorry!", "updateTime": "2026-01-03T10:00:00Z", "reviewReplyState": state}});
            assert_eq!(of(reply).context.answer.is_some(), shown, "{state}");
        }
    }

    #[test]
    fn an_answer_that_google_rejects_is_told() {
        let rejected = review(json!({"reviewReply": {"comment": "x", "reviewReplyState": "REJECTED", "policyViolation": "SPAM"}}));
        let parsed = read(&json!({ "reviews": [rejected] })).unwrap();
        assert_eq!(parsed.refused, ["Google rejected our answer to the review of Ann (SPAM); write another"]);
    }

    #[test]
    fn stars_without_words_are_counted_and_a_token_leads_on() {
        let parsed = read(&json!({"reviews": [review(json!({})), {"reviewId": "b", "starRating": "FIVE"}], "nextPageToken": "n"})).unwrap();
        assert_eq!((parsed.mentions.len(), parsed.refused), (1, vec!["1 of 2 reviews are stars without words".to_owned()]));
        assert_eq!(api::asked(&parsed.next[0], "pageToken").as_deref(), Some("n"));
        assert_eq!(read(&json!({"totalReviewCount": 0})).unwrap(), Parsed::default());
        assert!(read(&json!({"error": {"message": "Quota"}})).is_err() && read(&json!("x")).is_err());
    }
}

//! Reviews of an app of your own in the App Store, of all its countries, by the API of App Store Connect.
//!
//! Unlike the open feed it shows all reviews and the answers given to them. An answer that Apple has not published yet is none.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::grant::Grant;
use super::markup::plain_line;
use super::secret::Secret;
use super::terms::{self, Terms};
use super::{Ask, ParseError, Parsed, api, territories};
use crate::fetch;
use crate::mention::{Answer, Author, Context, Mention, Rating};

/// The app whose reviews are read, and whose key signs.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    app: u64,
    key_id: String,
    issuer: Option<String>,
    endpoint: Url,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    app: u64,
    key_id: String,
    issuer: Option<String>,
    #[serde(default = "apple")]
    endpoint: Url,
}

fn apple() -> Url {
    Url::parse("https://api.appstoreconnect.apple.com").expect("it is a constant, and an address")
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let Keys { app, key_id, issuer, endpoint } = keys;
        if key_id.is_empty() || !key_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(format!(
                "`key_id`: `{key_id}` is no key; write its ten letters and digits (they stand in the name of the `.p8` file)"
            ));
        }
        let is_issuer = |issuer: &String| issuer.len() == 36 && issuer.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if let Some(wrong) = issuer.as_ref().filter(|issuer| !is_issuer(issuer)) {
            let remedy = "write the issuer ID that stands above the list of keys, or leave it out for the key of one person";
            return Err(format!("`issuer`: `{wrong}` is no issuer; {remedy}"));
        }
        Ok(Self { app, key_id, issuer, endpoint })
    }
}

const SITE: &str = "App Store Connect";
/// Some 3,600 requests an hour are allowed.
pub(super) const TERMS: Terms = Terms {
    min_interval: Duration::from_secs(1),
    needs_key: Some(
        "make a key with the role Customer Support in App Store Connect under Users and Access, Integrations, and download its `.p8` file",
    ),
    ..terms::USUAL
};
const PER_PAGE: &str = "200";

impl Settings {
    /// What signs the tokens of the source.
    pub(super) fn grant(&self, secret: &Secret) -> Result<Grant, String> {
        Grant::app_store_connect(secret.reveal(), &self.key_id, self.issuer.as_deref())
    }

    pub(super) fn asks(&self) -> Vec<Ask> {
        let mut url = api::at(&self.endpoint, &format!("/v1/apps/{}/customerReviews", self.app));
        url.query_pairs_mut().append_pair("sort", "-createdDate").append_pair("include", "response").append_pair("limit", PER_PAGE);
        vec![Ask::Get(url)]
    }

    pub(super) fn parse(&self, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let answer = api::read(page, SITE)?;
        let Some(Value::Array(reviews)) = answer.get("data") else { return Err(self.instead(&answer)) };
        let responses = answer.get("included").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut parsed = Parsed::default();
        for (number, review) in reviews.iter().enumerate() {
            match self.mention(review, responses) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("review {} has no text", number + 1)),
            }
        }
        let next = answer.get("links").and_then(|links| api::link(links, "next"));
        // The token goes to the API and nowhere else.
        parsed.next.extend(next.filter(|next| next.origin() == self.endpoint.origin()).map(Ask::Get));
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }

    /// Apple tells what is wrong as a list of errors.
    fn instead(&self, answer: &Value) -> ParseError {
        match answer.pointer("/errors/0").and_then(|error| api::told(error, "detail").or_else(|| api::told(error, "title"))) {
            Some(said) => {
                ParseError::Instead(format!("{SITE} gave no reviews but an error: {}", said.chars().take(200).collect::<String>()))
            }
            None => api::instead(answer, SITE, "reviews"),
        }
    }

    /// A review with the answer under it, if that is among `responses`; none if it says nothing.
    fn mention(&self, review: &Value, responses: &[Value]) -> Option<Mention> {
        let told = review.get("attributes")?;
        let title = api::told(told, "title").and_then(plain_line);
        let mut mention = Mention::new(api::told(told, "body").map(str::to_owned).or_else(|| title.clone())?)?;
        mention.title = title.filter(|title| *title != mention.text);
        mention.own_id = api::id(review, "id");
        mention.author = api::told(told, "reviewerNickname").and_then(Author::named);
        mention.rating = told.get("rating").and_then(Value::as_f64).and_then(|stars| Rating::new(stars, 1.0, 5.0));
        mention.published = api::date(told, "createdDate");
        let region = api::told(told, "territory").map(|code| territories::short(code).map_or_else(|| code.to_owned(), str::to_owned));
        // The same page that the open feed's reviews are shown on, so that one review is one mention.
        let country = region.as_deref().filter(|region| region.len() == 2).unwrap_or("us").to_ascii_lowercase();
        mention.url = Url::parse(&format!("https://apps.apple.com/{country}/app/id{}?see-all=reviews", self.app)).ok();
        let response = review.pointer("/relationships/response/data").and_then(|data| api::id(data, "id"));
        let response = response.and_then(|id| responses.iter().find(|response| api::id(response, "id").as_ref() == Some(&id)));
        mention.context = Context { region, answer: response.and_then(answer), ..Context::default() };
        Some(mention)
    }
}

/// An answer that Apple shows.
fn answer(response: &Value) -> Option<Answer> {
    let told = response.get("attributes").filter(|told| api::told(told, "state").is_none_or(|state| state == "PUBLISHED"))?;
    let at = api::date(told, "lastModifiedDate").map(|at| at.at);
    Some(Answer { text: api::told(told, "responseBody")?.to_owned(), by: None, at, url: None })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings() -> Settings {
        toml::from_str("app = 7\nkey_id = '2X9R4HXF34'\nissuer = '57246542-96fe-1a63-e053-0824d011072a'").unwrap()
    }

    fn read(body: &Value) -> Result<Parsed, ParseError> {
        settings().parse(&fetch::Page { url: apple(), content_type: None, body: body.to_string().into() })
    }

    fn review(id: &str) -> Value {
        json!({"type": "customerReviews", "id": id,
            "attributes": {"rating": 4, "title": "Solid", "body": "Does the job", "reviewerNickname": "Ann",
                           "createdDate": "2026-02-01T09:00:00-08:00", "territory": "DEU"},
            "relationships": {"response": {"data": {"type": "customerReviewResponses", "id": "r1"}}}})
    }

    fn response(state: &str) -> Value {
        json!({"type": "customerReviewResponses", "id": "r1",
            "attributes": {"responseBody": "Thank you", "lastModifiedDate": "2026-02-02T09:00:00-08:00", "state": state}})
    }

    #[test]
    fn wrong_settings_are_told_with_what_to_write() {
        for (keys, said) in [
            ("app = 7\nkey_id = 'keys/AuthKey_2X9R4HXF34.p8'", "ten letters"),
            ("app = 7\nkey_id = '2X9R4HXF34'\nissuer = 'Acme'", "issuer ID"),
            ("key_id = '2X9R4HXF34'", "app"),
        ] {
            assert!(toml::from_str::<Settings>(keys).unwrap_err().message().contains(said), "{keys}");
        }
    }

    #[test]
    fn a_review_has_a_country_and_the_answer_that_apple_shows() {
        for (state, shown) in [("PUBLISHED", true), ("PENDING_PUBLISH", false)] {
            let mention = read(&json!({"data": [review("a")], "included": [response(state)]})).unwrap().mentions.remove(0);
            assert_eq!(mention.context.region.as_deref(), Some("DE"));
            assert_eq!(mention.url.unwrap().as_str(), "https://apps.apple.com/de/app/id7?see-all=reviews");
            assert_eq!(mention.context.answer.map(|answer| answer.text), shown.then(|| "Thank you".to_owned()));
            assert_eq!(mention.published.unwrap().at.to_string(), "2026-02-01T17:00:00Z");
        }
        assert_eq!(read(&json!({"data": [review("a")]})).unwrap().mentions[0].context.answer, None);
    }

    #[test]
    fn the_next_page_is_asked_for_at_apple_and_nowhere_else() {
        for (next, follows) in [
            ("https://api.appstoreconnect.apple.com/v1/apps/7/customerReviews?cursor=Mg&limit=200", true),
            ("https://evil.example/v1/apps/7/customerReviews?cursor=Mg", false),
            ("http://api.appstoreconnect.apple.com/v1/apps/7/customerReviews?cursor=Mg", false),
        ] {
            let parsed = read(&json!({"data": [review("a")], "links": {"next": next}})).unwrap();
            assert_eq!(parsed.next.len(), usize::from(follows), "{next}");
        }
        assert!(read(&json!({"data": []})).unwrap().next.is_empty());
    }

    #[test]
    fn an_error_is_told_in_apples_words() {
        let error = json!({"errors": [{"status": "403", "title": "Forbidden", "detail": "The API key has no access to this app."}]});
        assert!(matches!(read(&error), Err(ParseError::Instead(said)) if said.contains("no access to this app")));
        assert!(matches!(read(&json!({})), Err(ParseError::Unreadable(_))));
    }
}

//! Reviews of a business at Trustpilot, by its API: public reviews, with the API key of a business account.
//!
//! Its pages keep programs out; the API is part of a paid plan. What the business answers is not part of a review.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::terms::Terms;
use super::{Ask, ParseError, Parsed, api};
use crate::fetch;
use crate::mention::{Answer, Author, Context, Lang, Mention, Rating, Reach};

/// The business whose reviews are read.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    business_unit: String,
    languages: Vec<Lang>,
    endpoint: Url,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    business_unit: String,
    #[serde(default)]
    languages: Vec<Lang>,
    #[serde(default = "trustpilot")]
    endpoint: Url,
}

fn trustpilot() -> Url {
    Url::parse("https://api.trustpilot.com").expect("it is a constant, and an address")
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let Keys { business_unit, languages, endpoint } = keys;
        if business_unit.len() != 24 || !business_unit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let remedy = "write the 24 letters and digits that your business account shows under Integrations, API";
            return Err(format!("`business_unit`: `{business_unit}` is no business unit's id; {remedy}"));
        }
        Ok(Self { business_unit, languages, endpoint })
    }
}

const SITE: &str = "Trustpilot";
/// The key goes in a header, where no log shows it.
pub(super) const TERMS: Terms = Terms {
    min_interval: Duration::from_secs(1),
    headers: &[("apikey", "{secret}")],
    needs_key: Some("make an API key in your business account under Integrations, API (part of a paid plan)"),
};
const PER_PAGE: usize = 100;

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        let mut url = api::at(&self.endpoint, &format!("/v1/business-units/{}/reviews", self.business_unit));
        url.query_pairs_mut().append_pair("orderBy", "createdat.desc").append_pair("perPage", &PER_PAGE.to_string());
        let of_language = |lang: Option<&Lang>| {
            let mut url = url.clone();
            url.query_pairs_mut().extend_pairs(lang.map(|lang| ("language", lang.as_str()))).append_pair("page", "1");
            Ask::Get(url)
        };
        match self.languages.as_slice() {
            [] => vec![of_language(None)],
            languages => languages.iter().map(|lang| of_language(Some(lang))).collect(),
        }
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let answer = api::read(page, SITE)?;
        let Some(Value::Array(reviews)) = answer.get("reviews") else { return Err(api::instead(&answer, SITE, "reviews")) };
        let mut parsed = Parsed::default();
        for (number, review) in reviews.iter().enumerate() {
            match mention(review) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("review {} has no text", number + 1)),
            }
        }
        if reviews.len() >= PER_PAGE {
            parsed.next.extend(api::asking(ask, "page", &api::page_number(ask).saturating_add(1).to_string()));
        }
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }
}

/// A review; none if it says nothing.
fn mention(review: &Value) -> Option<Mention> {
    let id = api::told(review, "id")?;
    let title = api::told(review, "title").map(str::to_owned);
    let mut mention = Mention::new(api::told(review, "text").map(str::to_owned).or_else(|| title.clone())?)?;
    // A title that the site made of the text's first words says nothing of its own.
    let start = |title: &str| title.trim_end_matches(['.', '…', ' ']).to_owned();
    mention.title = title.filter(|title| !mention.text.starts_with(&start(title)));
    mention.own_id = Some(id.to_owned());
    mention.url = Url::parse(&format!("https://www.trustpilot.com/reviews/{id}")).ok();
    let consumer = review.get("consumer");
    let name = consumer.and_then(|consumer| api::told(consumer, "displayName"));
    let profile = consumer.and_then(|consumer| Some(format!("https://www.trustpilot.com/users/{}", api::told(consumer, "id")?)));
    mention.author = name.and_then(Author::named).map(|author| Author { handle: profile, ..author });
    mention.rating = review.get("stars").and_then(Value::as_f64).and_then(|stars| Rating::new(stars, 1.0, 5.0));
    mention.published = api::date(review, "createdAt");
    mention.edited = api::edited(review, "updatedAt", mention.published);
    mention.lang = api::told(review, "language").and_then(Lang::parse);
    mention.about = review.pointer("/businessUnit/displayName").and_then(Value::as_str).map(str::to_owned);
    let region = consumer.and_then(region);
    let answer = review.get("companyReply").and_then(|reply| {
        let text = api::told(reply, "text")?.to_owned();
        // A reply that was changed is as good as given anew.
        let at = api::date(reply, "updatedAt").or_else(|| api::date(reply, "createdAt")).map(|date| date.at);
        Some(Answer { text, by: mention.about.clone(), at, url: mention.url.clone() })
    });
    let reach = Reach { likes: api::count(review, "numberOfLikes"), ..Reach::default() };
    mention.context = Context { region, answer, reach, ..Context::default() };
    Some(mention)
}

/// Where a reviewer lives: a country's code, else the place that is shown (`Oslo, NO`), of which the country is enough.
fn region(consumer: &Value) -> Option<String> {
    let country = |place: &str| place.rsplit(',').next().map(str::trim).filter(|code| code.len() == 2).map(str::to_ascii_uppercase);
    let shown = || api::told(consumer, "displayLocation");
    api::told(consumer, "countryCode")
        .map(str::to_ascii_uppercase)
        .or_else(|| shown().map(|shown| country(shown).unwrap_or(shown.to_owned())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KEYS: &str = "business_unit = '46a0000000006400050000e5'";

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_business_is_given_by_its_id_and_each_language_is_a_list() {
        assert!(settings("business_unit = 'acme.example'").unwrap_err().contains("24 letters"));
        let asks = settings(&format!("{KEYS}\nlanguages = ['en', 'zh']")).unwrap().asks();
        assert_eq!(asks.iter().filter_map(|ask| api::asked(ask, "language")).collect::<Vec<_>>(), ["en", "zh"]);
        assert_eq!(settings(KEYS).unwrap().asks().len(), 1);
    }

    #[test]
    fn a_title_made_of_the_texts_first_words_is_none() {
        let of = |title: &str| mention(&json!({"id": "a", "title": title, "text": "Very easy to use, and cheap"})).unwrap().title;
        assert_eq!(of("Very easy to…"), None);
        assert_eq!(of("Happy"), Some("Happy".to_owned()));
    }

    #[test]
    fn a_full_page_leads_on_and_an_error_is_told() {
        let settings = settings(KEYS).unwrap();
        let read = |body: Value| {
            let page = fetch::Page { url: trustpilot(), content_type: None, body: body.to_string().into() };
            settings.parse(&settings.asks()[0], &page)
        };
        let reviews: Vec<Value> = (0..PER_PAGE).map(|id| json!({"id": id.to_string(), "stars": 5, "text": "fine"})).collect();
        assert_eq!(api::page_number(&read(json!({ "reviews": reviews })).unwrap().next[0]), 2);
        assert!(read(json!({ "reviews": [] })).unwrap().next.is_empty());
        assert!(matches!(read(json!({"message": "Invalid API key"})), Err(ParseError::Instead(said)) if said.contains("Invalid API key")));
    }
}

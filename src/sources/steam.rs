//! Players' reviews of a game on Steam.
//!
//! Asks the service that Steam keeps for this; where that does not answer as it should, the store's older address. Pages
//! are led through by a cursor, may be short before the end, and end with an empty one or with the same cursor again.

use std::time::Duration;

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use url::Url;

use super::paging::Progress;
use super::terms::{self, Terms};
use super::{Ask, Moment, ParseError, Parsed, api, bbcode};
use crate::fetch;
use crate::mention::{Answer as Reply, Author, Context, Lang, Mention, Rating, Reach};

/// The reviews of a game.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The number in the address of the game's page.
    pub app: u32,
    /// Languages as Steam names them (`english`, `schinese` …); all if none is named.
    #[serde(default, deserialize_with = "languages")]
    pub languages: Vec<String>,
    /// Pages followed in one reading, a hundred reviews each.
    #[serde(default = "usual_pages")]
    pub max_pages: u32,
    /// Where the service is.
    #[serde(default = "service")]
    pub endpoint: Url,
    /// Where the store is.
    #[serde(default = "store")]
    pub store: Url,
}

fn usual_pages() -> u32 {
    50
}

fn service() -> Url {
    Url::parse("https://api.steampowered.com").expect("it is a constant, and an address")
}

fn store() -> Url {
    Url::parse("https://store.steampowered.com").expect("it is a constant, and an address")
}

const PAGE: u32 = 100;
const SITE: &str = "Steam";
pub(super) const TERMS: Terms = Terms { min_interval: Duration::from_secs(2), ..terms::USUAL };
fn languages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    match names.iter().find(|name| lang(name).is_none()) {
        Some(wrong) => Err(serde::de::Error::custom(format!(
            "`{wrong}` is no language of Steam; write them as Steam does, for example `languages = [\"english\", \"schinese\", \"tchinese\"]`"
        ))),
        None => Ok(names),
    }
}

/// What is noted while the store stands in for the service, and when it no longer does.
const STORE: &str = "store";
const SERVICE: &str = "service";
/// The cursor of the first page.
const START: &str = "*";

impl Settings {
    pub(super) fn asks(&self, moment: Moment<'_>) -> Vec<Ask> {
        let store = (moment.cursor == Some(STORE)).then(|| self.page_of_store(START));
        std::iter::once(self.page_of_service(START)).chain(store).map(Ask::Get).collect()
    }

    fn page_of_service(&self, cursor: &str) -> Url {
        let languages = if self.languages.is_empty() { vec!["all".to_owned()] } else { self.languages.clone() };
        // Newest first, for and against, however the game was bought.
        let question = json!({
            "appid": self.app, "filter": 1, "languages": languages, "review_type": 0, "purchase_type": 1,
            "num_per_page": PAGE, "filter_offtopic_activity": false, "cursor": cursor,
        });
        let mut url = api::at(&self.endpoint, "/IUserReviewsService/GetAppReviews/v1/");
        url.query_pairs_mut().append_pair("input_json", &question.to_string());
        url
    }

    fn page_of_store(&self, cursor: &str) -> Url {
        let mut url = api::at(&self.store, &format!("/appreviews/{}", self.app));
        // The store knows one language or all.
        let language = if let [language] = self.languages.as_slice() { language } else { "all" };
        url.query_pairs_mut()
            .extend_pairs([("json", "1"), ("filter", "recent"), ("language", language), ("purchase_type", "all")])
            .extend_pairs([("review_type", "all"), ("filter_offtopic_activity", "0"), ("cursor", cursor)])
            .append_pair("num_per_page", &PAGE.to_string());
        url
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page, moment: Moment<'_>) -> Result<Parsed, ParseError> {
        let at = Place::of(ask);
        let answer = match api::read(page, SITE) {
            // A page that broke off on its way comes whole the next time.
            Err(error @ ParseError::Unreadable(_)) => return Err(error),
            answer => answer.and_then(|answer| Answer::read(&answer)),
        };
        let Answer { reviews, cursor } = match answer {
            Ok(answer) => answer,
            Err(error) if !at.of_store && at.cursor == START => return Ok(self.ask_the_store(&error)),
            Err(error) => return Err(error),
        };
        let is_back = !at.of_store && moment.cursor == Some(STORE);
        let mut parsed = Parsed { cursor: is_back.then(|| SERVICE.to_owned()), ..Parsed::default() };
        for (number, review) in reviews.iter().enumerate() {
            if !self.wants(review) {
                continue;
            }
            match self.mention(review) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("review {} has no text", number + 1)),
            }
        }
        if let Some(cursor) = cursor.filter(|cursor| !reviews.is_empty() && *cursor != at.cursor) {
            self.go_on(ask, at.of_store, &cursor, reviews.len(), &mut parsed);
        } else if reviews.is_empty() && at.cursor == START {
            parsed.partial =
                Some(format!("Steam shows no review of app {}; compare with the game's page in a browser, and check `app`", self.app));
        }
        Ok(parsed)
    }

    /// What is done where the service does not answer as it should.
    fn ask_the_store(&self, error: &ParseError) -> Parsed {
        Parsed {
            next: vec![Ask::Get(self.page_of_store(START))],
            partial: Some(format!("Steam's service for reviews cannot be read ({error}); its store is asked instead")),
            cursor: Some(STORE.to_owned()),
            ..Parsed::default()
        }
    }

    fn go_on(&self, ask: &Ask, of_store: bool, cursor: &str, here: usize, parsed: &mut Parsed) {
        let progress = Progress::at(ask);
        if progress.page >= self.max_pages.max(1) {
            parsed.partial = Some(format!(
                "there are more reviews behind {} pages; raise `max_pages`, or set `since` to reach back less far",
                progress.page
            ));
            return;
        }
        let url = if of_store { self.page_of_store(cursor) } else { self.page_of_service(cursor) };
        parsed.next.push(progress.next(&url, here));
    }

    /// Whether a review is in a language that is listened to; the store may be asked for all.
    fn wants(&self, review: &Value) -> bool {
        self.languages.is_empty()
            || api::told(review, "language").is_none_or(|language| self.languages.iter().any(|wanted| wanted == language))
    }

    fn mention(&self, review: &Value) -> Option<Mention> {
        let mut mention = Mention::new(bbcode::to_text(api::told(review, "review")?))?;
        let author = &review["author"];
        let player = api::id(author, "steamid");
        mention.own_id = api::id(review, "recommendationid");
        mention.url = player
            .as_deref()
            .and_then(|player| Url::parse(&format!("https://steamcommunity.com/profiles/{player}/recommended/{}/", self.app)).ok());
        let name = api::told(author, "personaname").or(player.as_deref());
        mention.author = name.and_then(Author::named).map(|named| Author { handle: player.clone(), ..named });
        // Thumbs: up or down, nothing between.
        mention.rating = review.get("voted_up").and_then(Value::as_bool).and_then(|up| Rating::new(f64::from(u8::from(up)), 0.0, 1.0));
        mention.lang = api::told(review, "language").and_then(lang);
        mention.published = api::date(review, "timestamp_created");
        mention.edited = api::edited(review, "timestamp_updated", mention.published);
        mention.context = context(review, mention.url.as_ref());
        Some(mention)
    }
}

/// Who found a review helpful, who answered it, and what the developer answered.
fn context(review: &Value, url: Option<&Url>) -> Context {
    let answer = api::told(review, "developer_response").map(bbcode::to_text).filter(|text| !text.is_empty());
    let at = api::date(review, "timestamp_dev_responded").map(|date| date.at);
    Context {
        reach: Reach { likes: api::count(review, "votes_up"), replies: api::count(review, "comment_count"), ..Reach::default() },
        answer: answer.map(|text| Reply { text, by: None, at, url: url.cloned() }),
        ..Context::default()
    }
}

/// Where an ask stands.
struct Place {
    /// Whether it goes to the store's older address.
    of_store: bool,
    cursor: String,
}

impl Place {
    fn of(ask: &Ask) -> Self {
        let start = Self { of_store: false, cursor: START.to_owned() };
        let Ask::Get(url) = ask else { return start };
        let question = || api::asked(ask, "input_json").and_then(|question| serde_json::from_str::<Value>(&question).ok());
        let of_store = url.path().contains("/appreviews/");
        let cursor =
            if of_store { api::asked(ask, "cursor") } else { question().and_then(|asked| api::told(&asked, "cursor").map(str::to_owned)) };
        Self { of_store, cursor: cursor.unwrap_or(start.cursor) }
    }
}

/// What the service or the store says.
struct Answer {
    reviews: Vec<Value>,
    cursor: Option<String>,
}

impl Answer {
    /// The service wraps what the store says as it is. Where there are no reviews their list may be missing.
    fn read(answer: &Value) -> Result<Self, ParseError> {
        let inner = answer.get("response").unwrap_or(answer);
        let failed = inner.get("success").is_some_and(|success| success.as_i64() != Some(1));
        let reviews = match inner.get("reviews") {
            Some(Value::Array(reviews)) if !failed => reviews.clone(),
            None if !failed && inner["query_summary"]["num_reviews"].as_i64() == Some(0) => Vec::new(),
            _ => return Err(api::instead(answer, SITE, "reviews")),
        };
        Ok(Self { reviews, cursor: api::told(inner, "cursor").map(str::to_owned) })
    }
}

/// The language that Steam has a name of its own for.
fn lang(name: &str) -> Option<Lang> {
    let tag = match name {
        "schinese" | "tchinese" => "zh",
        "koreana" | "korean" => "ko",
        "brazilian" | "portuguese" => "pt",
        "latam" | "spanish" => "es",
        "english" => "en",
        "german" => "de",
        "french" => "fr",
        "italian" => "it",
        "japanese" => "ja",
        "russian" => "ru",
        "ukrainian" => "uk",
        "polish" => "pl",
        "turkish" => "tr",
        "thai" => "th",
        "vietnamese" => "vi",
        "indonesian" => "id",
        "czech" => "cs",
        "hungarian" => "hu",
        "dutch" => "nl",
        "danish" => "da",
        "swedish" => "sv",
        "norwegian" => "no",
        "finnish" => "fi",
        "romanian" => "ro",
        "bulgarian" => "bg",
        "greek" => "el",
        "arabic" => "ar",
        _ => return None,
    };
    Lang::parse(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(keys: &str) -> Settings {
        toml::from_str(&format!("app = 440\n{keys}")).unwrap()
    }

    fn moment(cursor: Option<&str>) -> Moment<'_> {
        Moment { now: jiff::Timestamp::UNIX_EPOCH, since: None, cursor, dir: std::path::Path::new(".") }
    }

    fn read(settings: &Settings, ask: &Ask, body: &str) -> Result<Parsed, ParseError> {
        settings.parse(ask, &fetch::Page { url: service(), content_type: None, body: body.into() }, moment(None))
    }

    fn review(id: u64, language: &str) -> Value {
        json!({"recommendationid": id.to_string(), "author": {"steamid": 76_561_190_000_000_001_u64}, "language": language, "review": "[b]Fine[/b]",
               "timestamp_created": 1_714_558_830, "timestamp_updated": 1_714_558_830, "voted_up": false})
    }

    fn answer(reviews: &[Value], cursor: &str) -> String {
        json!({"response": {"reviews": reviews, "cursor": cursor, "query_summary": {"num_reviews": reviews.len()}}}).to_string()
    }

    #[test]
    fn a_cursor_is_followed_until_it_repeats_or_nothing_comes() {
        let settings = settings("");
        let first = settings.asks(moment(None)).remove(0);
        let parsed = read(&settings, &first, &answer(&[review(1, "english")], "AoJ4+/=")).unwrap();
        let [second] = parsed.next.as_slice() else { panic!("{parsed:?}") };
        let Ask::Get(url) = second else { panic!("{second:?}") };
        assert!(url.query().unwrap().contains("AoJ4%2B%2F%3D"), "{url}");
        assert_eq!(Place::of(second).cursor, "AoJ4+/=");
        assert!(read(&settings, second, &answer(&[review(2, "english")], "AoJ4+/=")).unwrap().next.is_empty());
        assert!(read(&settings, second, &answer(&[], "more")).unwrap().next.is_empty());
        let few = settings_with_pages(1);
        let parsed = read(&few, &first, &answer(&[review(1, "english")], "x")).unwrap();
        assert!(parsed.next.is_empty() && parsed.partial.unwrap().contains("max_pages"));
    }

    fn settings_with_pages(max_pages: u32) -> Settings {
        Settings { max_pages, ..settings("") }
    }

    #[test]
    fn the_store_is_asked_where_the_service_does_not_answer() {
        let settings = settings("languages = [\"schinese\", \"tchinese\"]");
        let first = settings.asks(moment(None)).remove(0);
        for body in ["<html>moved</html>", "{\"response\": {}}", "{}"] {
            let parsed = read(&settings, &first, body).unwrap();
            let [Ask::Get(url)] = parsed.next.as_slice() else { panic!("{parsed:?}") };
            assert!(url.as_str().starts_with("https://store.steampowered.com/appreviews/440?json=1&filter=recent&language=all"), "{url}");
            assert!(parsed.partial.is_some());
            assert_eq!(settings.asks(moment(parsed.cursor.as_deref())).len(), 2, "both are asked until the service is back");
            assert!(read(&settings, &parsed.next[0], body).is_err(), "the store has nobody behind it: {body}");
            let body = json!({"success": 1, "reviews": [review(1, "schinese"), review(2, "english")], "cursor": "next"}).to_string();
            let parsed = read(&settings, &parsed.next[0], &body).unwrap();
            assert_eq!(parsed.mentions.len(), 1, "the store was asked for all languages");
            assert_eq!(parsed.mentions[0].lang, Some(Lang::chinese()));
            assert!(Place::of(&parsed.next[0]).of_store);
        }
    }

    #[test]
    fn a_review_is_a_mention_with_a_thumb() {
        let settings = settings("");
        let mut changed = review(18_446_744_073_709_551_615, "koreana");
        changed["timestamp_updated"] = json!(1_714_558_900);
        changed["developer_response"] = json!("Thanks!");
        let parsed = read(&settings, &settings.asks(moment(None))[0], &answer(&[review(1, "tchinese"), changed], "*")).unwrap();
        let [first, second] = parsed.mentions.as_slice() else { panic!("{parsed:?}") };
        assert_eq!((first.text.as_str(), first.edited), ("Fine", None));
        assert_eq!(first.rating.unwrap().share(), 0.0);
        assert_eq!(first.url.as_ref().unwrap().as_str(), "https://steamcommunity.com/profiles/76561190000000001/recommended/440/");
        assert_eq!(second.own_id.as_deref(), Some("18446744073709551615"));
        assert_eq!(second.edited.unwrap().as_second(), 1_714_558_900);
        assert_eq!(second.text, "Fine", "what the site answers is no part of it");
    }

    #[test]
    fn languages_go_by_steams_own_names() {
        let error = toml::from_str::<Settings>("app = 440\nlanguages = [\"zh\"]").unwrap_err();
        assert!(error.message().contains("schinese"), "{error}");
    }

    #[test]
    fn a_game_without_reviews_is_told() {
        let settings = settings("");
        let body = "{\"response\": {\"query_summary\": {\"num_reviews\": 0}, \"cursor\": \"*\"}}";
        let parsed = read(&settings, &settings.asks(moment(None))[0], body).unwrap();
        assert!(parsed.mentions.is_empty() && parsed.partial.unwrap().contains("no review"));
    }
}

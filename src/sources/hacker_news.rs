//! Stories and comments of Hacker News, by the search that Algolia runs for it.
//!
//! The search shows a thousand hits at most, newest first; older ones are reached by asking again for what was written
//! up to the oldest shown. Comments may be found in the search only hours after they were written, so each round goes
//! back a little behind the last: what was seen before is known by its id.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{Ask, Moment, ParseError, Parsed, api, dates};
use crate::fetch;
use crate::mention::{Author, Context, Mention, Published, Reach};
use crate::text::html_to_text;

/// A search of Hacker News.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The words to search for.
    pub query: String,
    /// What to search: `story`, `comment` …; any of them counts.
    #[serde(default = "stories_and_comments")]
    pub tags: Vec<String>,
    /// Where the search runs.
    #[serde(default = "algolia")]
    pub endpoint: Url,
    /// How many hits are asked for at once.
    #[serde(default = "most_hits")]
    pub hits_per_page: usize,
}

fn stories_and_comments() -> Vec<String> {
    vec!["story".to_owned(), "comment".to_owned()]
}

fn algolia() -> Url {
    Url::parse("https://hn.algolia.com").expect("it is a constant, and an address")
}

fn most_hits() -> usize {
    MOST_HITS
}

/// More are not shown for one question, whatever is asked for.
const MOST_HITS: usize = 1000;
/// How far a round goes back behind the last.
const OVERLAP: Duration = Duration::from_secs(6 * 3600);

impl Settings {
    pub(super) fn asks(&self, moment: Moment<'_>) -> Vec<Ask> {
        let heard = moment.cursor.and_then(|cursor| cursor.parse::<i64>().ok());
        let overlap = i64::try_from(OVERLAP.as_secs()).unwrap_or_default();
        let after = heard.map(|heard| heard - overlap).or(moment.since.map(Timestamp::as_second));
        vec![Ask::Get(self.question(after, None))]
    }

    /// The search for what was written after one second and no later than another.
    fn question(&self, after: Option<i64>, until: Option<i64>) -> Url {
        let mut url = self.endpoint.clone();
        url.set_path(&format!("{}/api/v1/search_by_date", url.path().trim_end_matches('/')));
        let bounds =
            after.map(|after| format!("created_at_i>{after}")).into_iter().chain(until.map(|until| format!("created_at_i<={until}")));
        let bounds = bounds.collect::<Vec<_>>().join(",");
        let mut pairs = url.query_pairs_mut();
        pairs.append_pair("query", &self.query);
        pairs.append_pair("tags", &format!("({})", self.tags.join(",")));
        pairs.append_pair("hitsPerPage", &self.hits_asked().to_string());
        if !bounds.is_empty() {
            pairs.append_pair("numericFilters", &bounds);
        }
        drop(pairs);
        url
    }

    fn hits_asked(&self) -> usize {
        self.hits_per_page.clamp(1, MOST_HITS)
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page, moment: Moment<'_>) -> Result<Parsed, ParseError> {
        let (hits, most) = hits(&page.text())?;
        let mut parsed = Parsed::default();
        for (number, hit) in hits.iter().enumerate() {
            match mention(hit) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("hit {} has no text", number + 1)),
            }
        }
        let written: Vec<i64> = hits.iter().filter_map(|hit| hit.get("created_at_i")?.as_i64()).collect();
        let heard = moment.cursor.and_then(|cursor| cursor.parse().ok());
        parsed.cursor = written.iter().copied().chain(heard).max().map(|newest| newest.to_string());
        if hits.len() >= self.hits_asked().min(most)
            && let Some(oldest) = written.iter().min()
        {
            self.ask_for_older(ask, *oldest, &mut parsed);
        }
        Ok(parsed)
    }

    /// Asks for what is older than a full page. Hits of its oldest second may be missing from it, so that is asked for
    /// again; if it alone fills a page there is no way to see more of it, and the next older second is due.
    fn ask_for_older(&self, ask: &Ask, oldest: i64, parsed: &mut Parsed) {
        let Ask::Get(asked) = ask else { return };
        let (after, until) = bounds(asked);
        let until = match until {
            Some(until) if oldest > until => {
                parsed.partial = Some("the search does not keep to the times asked for".to_owned());
                return;
            }
            Some(until) if oldest == until => {
                parsed.partial = Some("a page is full of hits of one second; there may be more of that second".to_owned());
                oldest - 1
            }
            _ => oldest,
        };
        if after.is_none_or(|after| until > after) {
            parsed.next.push(Ask::Get(self.question(after, Some(until))));
        }
    }
}

/// The list that the answer to a question is compared with the one before it by: the newest hits, as far as a round goes back.
/// The search drops what was deleted, which its author can do for two hours, or flagged away; older slices are asked for once.
pub(super) fn list(asked: &Url) -> Option<&'static str> {
    bounds(asked).1.is_none().then_some("newest")
}

/// The seconds between which an address asks for hits.
fn bounds(asked: &Url) -> (Option<i64>, Option<i64>) {
    let filters = asked.query_pairs().find(|(key, _)| key == "numericFilters").map(|(_, value)| value.into_owned()).unwrap_or_default();
    let bound = |start: &str| filters.split(',').find_map(|filter| filter.strip_prefix(start)?.parse().ok());
    (bound("created_at_i>"), bound("created_at_i<="))
}

/// The hits of an answer, and how many it would show at most.
fn hits(text: &str) -> Result<(Vec<Value>, usize), ParseError> {
    let answer: Value = serde_json::from_str(text).map_err(|error| match text.trim_start().starts_with('<') {
        true => ParseError::Instead("an HTML page came where search hits were due; the search may be down or closed to us".to_owned()),
        false => ParseError::Unreadable(format!("the search's answer cannot be read: {error}")),
    })?;
    match answer {
        Value::Object(mut answer) => match answer.remove("hits") {
            Some(Value::Array(hits)) => {
                let most = answer.get("hitsPerPage").and_then(Value::as_u64).and_then(|most| usize::try_from(most).ok());
                Ok((hits, most.unwrap_or(MOST_HITS).max(1)))
            }
            _ => {
                let said: String = answer.get("message").and_then(Value::as_str).unwrap_or("no reason told").chars().take(200).collect();
                Err(ParseError::Instead(format!("the search gave no hits but an error: {said}")))
            }
        },
        _ => Err(ParseError::Unreadable("the search's answer is not an object with `hits`".to_owned())),
    }
}

/// A story or comment; none if it says nothing.
fn mention(hit: &Value) -> Option<Mention> {
    let told = |key: &str| hit.get(key).and_then(Value::as_str).map(str::trim).filter(|told| !told.is_empty());
    let plain = |key: &str| told(key).map(html_to_text).filter(|text| !text.is_empty());
    let id = told("objectID")?;
    let title = plain("title");
    let story = plain("story_title").filter(|_| title.is_none());
    let text = plain("comment_text").or_else(|| plain("story_text"));
    let mut mention = Mention::new(text.or_else(|| title.clone())?)?;
    // A comment stands under its story's title, which tells what it is about.
    mention.title = title.filter(|title| *title != mention.text).or(story);
    mention.url = Url::parse_with_params("https://news.ycombinator.com/item", [("id", id)]).ok();
    mention.own_id = Some(id.to_owned());
    mention.author = told("author").and_then(Author::named).map(|author| Author { handle: Some(author.name.clone()), ..author });
    let written = hit.get("created_at_i").and_then(Value::as_i64).and_then(|at| Timestamp::from_second(at).ok()).map(Published::instant);
    mention.published = written.or_else(|| dates::read(told("created_at")?));
    mention.context = Context {
        thread: api::id(hit, "story_id").or_else(|| Some(id.to_owned())),
        parent: api::id(hit, "parent_id"),
        reach: Reach { likes: api::count(hit, "points"), replies: api::count(hit, "num_comments"), ..Reach::default() },
        ..Context::default()
    };
    Some(mention)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;

    fn settings(hits_per_page: usize) -> Settings {
        Settings { query: "\"acme\" sync".to_owned(), tags: stories_and_comments(), endpoint: algolia(), hits_per_page }
    }

    fn moment(cursor: Option<&str>, since: i64) -> Moment<'_> {
        let now = Timestamp::from_second(2_000_000).unwrap();
        Moment { now, since: Timestamp::from_second(since).ok(), cursor, dir: Path::new(".") }
    }

    fn page(body: &str) -> fetch::Page {
        fetch::Page { url: algolia(), content_type: None, body: body.into() }
    }

    fn filters(ask: &Ask) -> String {
        let Ask::Get(url) = ask else { panic!("{ask:?}") };
        url.query_pairs().find(|(key, _)| key == "numericFilters").map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    /// What the search holds: comments with their second, as the server would show those a question asks for.
    fn answer(written: &[i64], ask: &Ask, hits_per_page: usize) -> fetch::Page {
        let Ask::Get(url) = ask else { panic!("{ask:?}") };
        let (after, until) = bounds(url);
        let mut hits: Vec<_> = written.iter().enumerate().collect();
        hits.retain(|(_, at)| after.is_none_or(|after| **at > after) && until.is_none_or(|until| **at <= until));
        hits.sort_by_key(|(_, at)| std::cmp::Reverse(**at));
        hits.truncate(hits_per_page);
        let hits: Vec<_> =
            hits.iter().map(|(id, at)| json!({"objectID": id.to_string(), "created_at_i": at, "comment_text": "fine"})).collect();
        page(&json!({ "hits": hits }).to_string())
    }

    fn listen(written: &[i64], hits_per_page: usize) -> (Vec<String>, usize, Option<String>) {
        let settings = settings(hits_per_page);
        let mut asks = settings.asks(moment(None, 0));
        let (mut ids, mut rounds, mut partial) = (Vec::new(), 0, None);
        while let Some(ask) = asks.pop() {
            rounds += 1;
            assert!(rounds < 100, "it goes round in circles");
            let parsed = settings.parse(&ask, &answer(written, &ask, hits_per_page), moment(None, 0)).unwrap();
            ids.extend(parsed.mentions.into_iter().filter_map(|mention| mention.own_id));
            asks.extend(parsed.next);
            partial = partial.or(parsed.partial);
        }
        ids.sort();
        ids.dedup();
        (ids, rounds, partial)
    }

    #[test]
    fn everything_behind_a_full_page_is_reached() {
        let (ids, rounds, partial) = listen(&[100, 90, 80, 80, 70, 60, 60, 50, 40], 3);
        assert_eq!((ids.len(), partial), (9, None));
        assert!(rounds < 10, "{rounds}");
    }

    #[test]
    fn a_second_that_fills_a_page_is_told_and_left_behind() {
        let (ids, _, partial) = listen(&[100, 90, 80, 80, 80, 80, 70], 3);
        assert_eq!(ids.len(), 6, "one of the second's four cannot be seen");
        assert!(partial.unwrap().contains("of one second"));
    }

    #[test]
    fn a_search_that_ignores_the_times_is_not_asked_for_ever() {
        let settings = settings(1);
        let ask = Ask::Get(settings.question(None, Some(50)));
        let body = json!({"hits": [{"objectID": "1", "created_at_i": 80, "comment_text": "fine"}]}).to_string();
        let parsed = settings.parse(&ask, &page(&body), moment(None, 0)).unwrap();
        assert!(parsed.next.is_empty() && parsed.partial.is_some());
    }

    #[test]
    fn a_round_starts_a_little_before_the_last_one_ended() {
        assert_eq!(filters(&settings(1000).asks(moment(None, 500))[0]), "created_at_i>500");
        assert_eq!(filters(&settings(1000).asks(moment(Some("1000000"), 500))[0]), "created_at_i>978400");
        let parsed =
            settings(1000).parse(&settings(1000).asks(moment(Some("900"), 0))[0], &page("{\"hits\":[]}"), moment(Some("900"), 0)).unwrap();
        assert_eq!(parsed.cursor.as_deref(), Some("900"), "an empty page takes nothing back");
    }

    #[test]
    fn a_comment_and_a_story_are_mentions() {
        let body = json!({"hits": [
            {"objectID": "41", "author": "ann", "created_at_i": 1_714_558_830, "comment_text": "Acme&#x27;s sync is <i>great</i>.<p>Really.", "story_title": "Ask HN: Sync?", "story_id": 40, "title": null},
            {"objectID": "40", "author": "bob", "created_at": "2024-05-01T10:00:00Z", "title": "Show HN: Acme", "story_text": null, "url": "https://acme.example"},
            {"objectID": "39", "title": "Ask HN: Acme?", "story_text": "Is it any good?"},
            {"objectID": "38"},
            7,
        ]});
        let parsed = settings(1000).parse(&Ask::Get(algolia()), &page(&body.to_string()), moment(None, 0)).unwrap();
        let shown: Vec<_> = parsed.mentions.iter().map(|mention| (mention.title.as_deref(), mention.text.as_str())).collect();
        assert_eq!(
            shown,
            [
                (Some("Ask HN: Sync?"), "Acme's sync is great.\n\nReally."),
                (None, "Show HN: Acme"),
                (Some("Ask HN: Acme?"), "Is it any good?")
            ]
        );
        let first = &parsed.mentions[0];
        assert_eq!(first.url.as_ref().unwrap().as_str(), "https://news.ycombinator.com/item?id=41");
        assert_eq!(first.author.as_ref().unwrap().handle.as_deref(), Some("ann"));
        assert_eq!(first.published.unwrap().at.to_string(), "2024-05-01T10:20:30Z");
        assert_eq!(parsed.refused, ["hit 4 has no text", "hit 5 has no text"]);
        assert_eq!(parsed.cursor.as_deref(), Some("1714558830"));
    }

    #[test]
    fn something_else_in_the_place_of_hits_is_told() {
        let read = |body: &str| settings(10).parse(&Ask::Get(algolia()), &page(body), moment(None, 0)).unwrap_err();
        assert!(matches!(read("<html>busy</html>"), ParseError::Instead(_)));
        assert!(
            matches!(read("{\"message\":\"invalid filter\",\"status\":400}"), ParseError::Instead(said) if said.contains("invalid filter"))
        );
        assert!(matches!(read("[]"), ParseError::Unreadable(_)));
        assert!(matches!(read("{\"hits\": ["), ParseError::Unreadable(_)));
    }
}

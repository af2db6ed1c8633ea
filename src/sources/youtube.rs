//! Comments under YouTube videos: of single videos, or of all videos of a channel.
//!
//! One unit of the day's ten thousand for a hundred comments. A thread comes with its first few replies; where there are
//! more, they are asked for. Videos are named by their id only: their titles would cost a question of their own.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::terms::Terms;
use super::{Ask, ParseError, Parsed, api};
use crate::fetch;
use crate::mention::{Answer, Author, Context, Mention, Reach};
use crate::text::html_to_text;

/// The videos and channels whose comments are read.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    videos: Vec<String>,
    channels: Vec<String>,
    query: Option<String>,
    endpoint: Url,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default)]
    videos: Vec<String>,
    #[serde(default)]
    channels: Vec<String>,
    query: Option<String>,
    #[serde(default = "youtube")]
    endpoint: Url,
}

fn youtube() -> Url {
    Url::parse("https://www.googleapis.com").expect("it is a constant, and an address")
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        let videos: Vec<String> = keys.videos.iter().map(|given| video_id(given)).collect::<Result<_, _>>()?;
        let channels: Vec<String> = keys.channels.iter().map(|given| channel_id(given)).collect::<Result<_, _>>()?;
        if videos.is_empty() && channels.is_empty() {
            return Err("nothing to listen to; write `videos = [\"the id after v=\"]` or `channels = [\"UC…\"]`".to_owned());
        }
        let query = keys.query.filter(|query| !query.trim().is_empty());
        Ok(Self { videos, channels, query, endpoint: keys.endpoint })
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
}

/// The id of a video, given as such or as the address of its page.
fn video_id(given: &str) -> Result<String, String> {
    let url = Url::parse(given).ok();
    let in_query = url.as_ref().and_then(|url| url.query_pairs().find(|(key, _)| key == "v").map(|(_, id)| id.into_owned()));
    let in_path = || url.as_ref().and_then(|url| url.path_segments()?.rfind(|part| !part.is_empty()).map(str::to_owned));
    let id = in_query.or_else(in_path).unwrap_or_else(|| given.to_owned());
    is_id(&id).then_some(id).ok_or_else(|| format!("`{given}` is no video; write the id after `v=` in the address of its page"))
}

/// The id of a channel, given as such or as the address of its page.
fn channel_id(given: &str) -> Result<String, String> {
    let id = given.rsplit_once("/channel/").map_or(given, |(_, rest)| rest).split(['/', '?']).next().unwrap_or_default();
    let remedy = "write its id, which starts with `UC`: on the channel's page under `Share channel`, `Copy channel ID`";
    (is_id(id) && id.starts_with("UC")).then(|| id.to_owned()).ok_or_else(|| format!("`{given}` is no channel's id; {remedy}"))
}

const SITE: &str = "YouTube";
const HOW_TO_GET_A_KEY: &str = "make an API key at console.cloud.google.com for a project with the YouTube Data API v3 (free)";
/// The key goes in a header, where no log shows it.
pub(super) const TERMS: Terms =
    Terms { min_interval: Duration::from_secs(1), headers: &[("X-Goog-Api-Key", "{secret}")], needs_key: Some(HOW_TO_GET_A_KEY) };

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        let videos = self.videos.iter().map(|id| ("videoId", id));
        let channels = self.channels.iter().map(|id| ("allThreadsRelatedToChannelId", id));
        videos.chain(channels).map(|(key, id)| self.threads(key, id)).collect()
    }

    /// The threads of a video or channel, newest first.
    fn threads(&self, key: &str, id: &str) -> Ask {
        let mut url = api::at(&self.endpoint, "/youtube/v3/commentThreads");
        url.query_pairs_mut().append_pair("part", "snippet,replies").append_pair(key, id).append_pair("order", "time");
        url.query_pairs_mut().append_pair("maxResults", "100").append_pair("textFormat", "plainText");
        if let Some(query) = &self.query {
            url.query_pairs_mut().append_pair("searchTerms", query);
        }
        Ask::Get(url)
    }

    /// All replies of a thread. Which video they stand under they do not say themselves, so it travels in the fragment.
    fn replies(&self, thread: &str, video: Option<&str>) -> Ask {
        let mut url = api::at(&self.endpoint, "/youtube/v3/comments");
        url.query_pairs_mut().append_pair("part", "snippet").append_pair("parentId", thread);
        url.query_pairs_mut().append_pair("maxResults", "100").append_pair("textFormat", "plainText");
        url.set_fragment(video);
        Ask::Get(url)
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let answer = api::read(page, SITE)?;
        let Some(Value::Array(items)) = answer.get("items") else { return Err(api::instead(&answer, SITE, "comments")) };
        let mut parsed = Parsed::default();
        let of_thread = if let Ask::Get(url) = ask { url.fragment().map(str::to_owned) } else { None };
        for item in items {
            match item.pointer("/snippet/topLevelComment") {
                Some(first) => self.thread(item, first, &mut parsed),
                None => self.comment(item, of_thread.as_deref(), &mut parsed),
            }
        }
        if let Some(token) = api::told(&answer, "nextPageToken") {
            parsed.next.extend(api::asking(ask, "pageToken", token));
        }
        super::name_some(&mut parsed.refused);
        Ok(parsed)
    }

    fn thread(&self, thread: &Value, first: &Value, parsed: &mut Parsed) {
        let snippet = &thread["snippet"];
        let video = api::told(snippet, "videoId").or_else(|| api::told(&first["snippet"], "videoId"));
        let said = parsed.mentions.len();
        self.comment(first, video, parsed);
        for mention in parsed.mentions.iter_mut().skip(said) {
            mention.context.reach.replies = api::count(snippet, "totalReplyCount");
        }
        let replies = thread.pointer("/replies/comments").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let all = snippet.get("totalReplyCount").and_then(Value::as_u64).unwrap_or_default();
        if all > replies.len() as u64
            && let Some(id) = api::told(thread, "id")
        {
            parsed.next.push(self.replies(id, video));
        }
        for reply in replies {
            self.comment(reply, video, parsed);
        }
        let top = parsed.mentions.get_mut(said).filter(|top| top.own_id.as_deref() == api::told(first, "id"));
        if let Some(top) = top {
            // The last word of the channel counts.
            top.context.answer = replies.iter().rev().filter(|reply| self.is_by_the_channel(reply)).find_map(|reply| answer(reply, video));
        }
    }

    fn comment(&self, comment: &Value, video: Option<&str>, parsed: &mut Parsed) {
        if self.is_by_the_channel(comment) {
            return;
        }
        match mention(comment, video) {
            Some(mention) => parsed.mentions.push(mention),
            None => parsed.refused.push(format!("comment {} has no text", api::told(comment, "id").unwrap_or("without id"))),
        }
    }

    /// Whether a channel that is listened to answers under its own videos.
    fn is_by_the_channel(&self, comment: &Value) -> bool {
        let author = comment.pointer("/snippet/authorChannelId/value").and_then(Value::as_str);
        author.is_some_and(|author| self.channels.iter().any(|channel| channel == author))
    }
}

/// A comment or reply; none if it says nothing.
fn mention(comment: &Value, video: Option<&str>) -> Option<Mention> {
    let snippet = comment.get("snippet")?;
    let id = api::told(comment, "id")?;
    let plain = api::told(snippet, "textOriginal").map(str::to_owned);
    let text = plain.or_else(|| api::told(snippet, "textDisplay").map(html_to_text));
    let mut mention = Mention::new(text?)?;
    mention.own_id = Some(id.to_owned());
    mention.url = permalink(snippet, id, video);
    let name = api::told(snippet, "authorDisplayName").unwrap_or_default();
    let handle = if name.starts_with('@') { Some(name) } else { api::told(snippet, "authorChannelUrl") };
    mention.author = Author::named(name).map(|author| Author { handle: handle.map(str::to_owned), ..author });
    mention.published = api::date(snippet, "publishedAt");
    mention.edited = api::edited(snippet, "updatedAt", mention.published);
    mention.context = Context {
        thread: api::told(snippet, "videoId").or(video).map(str::to_owned),
        parent: api::told(snippet, "parentId").map(str::to_owned),
        reach: Reach { likes: api::count(snippet, "likeCount"), ..Reach::default() },
        ..Context::default()
    };
    Some(mention)
}

/// What the channel answered.
fn answer(reply: &Value, video: Option<&str>) -> Option<Answer> {
    let Mention { text, author, url, published, edited, .. } = mention(reply, video)?;
    Some(Answer { text, by: author.map(|author| author.name), at: edited.or(published.map(|published| published.at)), url })
}

/// The page of the video with the comment on top, or the channel's page.
fn permalink(snippet: &Value, id: &str, video: Option<&str>) -> Option<Url> {
    match api::told(snippet, "videoId").or(video) {
        Some(video) => Url::parse_with_params("https://www.youtube.com/watch", [("v", video), ("lc", id)]).ok(),
        None => Url::parse(&format!("https://www.youtube.com/channel/{}", api::told(snippet, "channelId").filter(|id| is_id(id))?)).ok(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    fn read(settings: &Settings, ask: &Ask, body: &Value) -> Result<Parsed, ParseError> {
        settings.parse(ask, &fetch::Page { url: youtube(), content_type: None, body: body.to_string().into() })
    }

    fn comment(id: &str, author: &str) -> Value {
        json!({"id": id, "snippet": {"authorDisplayName": author, "authorChannelId": {"value": format!("UC{author}")},
            "textOriginal": "So easy to use!", "publishedAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z"}})
    }

    #[test]
    fn a_video_and_a_channel_are_given_by_id_or_address() {
        for (given, want) in [
            ("dQw4w9WgXcQ", Some("dQw4w9WgXcQ")),
            ("https://www.youtube.com/watch?v=abc_-1&t=4s", Some("abc_-1")),
            ("https://youtu.be/abc", Some("abc")),
            ("https://www.youtube.com/shorts/abc/", Some("abc")),
            ("not an id", None),
        ] {
            assert_eq!(video_id(given).ok().as_deref(), want, "{given}");
        }
        for (given, want) in
            [("UCabc", Some("UCabc")), ("https://www.youtube.com/channel/UCabc/videos", Some("UCabc")), ("@acme", None), ("acme", None)]
        {
            assert_eq!(channel_id(given).ok().as_deref(), want, "{given}");
        }
        assert!(settings("").unwrap_err().contains("videos ="));
        assert!(settings("channels = ['@acme']").unwrap_err().contains("starts with `UC`"));
    }

    #[test]
    fn a_thread_is_read_with_its_replies_and_the_rest_of_them_is_asked_for() {
        let settings = settings("videos = ['vid']").unwrap();
        let thread = json!({"id": "t1", "snippet": {"videoId": "vid", "totalReplyCount": 7, "topLevelComment": comment("t1", "@ann")},
            "replies": {"comments": [comment("t1.r1", "Bob")]}});
        let parsed = read(&settings, &settings.asks()[0], &json!({"items": [thread], "nextPageToken": "abc="})).unwrap();
        let shown: Vec<_> = parsed.mentions.iter().map(|mention| mention.url.as_ref().unwrap().as_str()).collect();
        assert_eq!(shown, ["https://www.youtube.com/watch?v=vid&lc=t1", "https://www.youtube.com/watch?v=vid&lc=t1.r1"]);
        assert_eq!(parsed.mentions[0].author.as_ref().unwrap().handle.as_deref(), Some("@ann"));
        let asked: Vec<_> = parsed.next.iter().map(|ask| (api::asked(ask, "parentId"), api::asked(ask, "pageToken"))).collect();
        assert_eq!(asked, [(Some("t1".to_owned()), None), (None, Some("abc=".to_owned()))]);
        let replies = read(&settings, &parsed.next[0], &json!({"items": [comment("t1.r2", "Eve")]})).unwrap();
        assert_eq!(replies.mentions[0].url.as_ref().unwrap().as_str(), "https://www.youtube.com/watch?v=vid&lc=t1.r2");
    }

    #[test]
    fn what_the_channel_answers_stands_with_the_comment_that_it_answers() {
        let settings = settings("channels = ['UCacme']").unwrap();
        let thread = |top: Value| {
            json!({"id": "t1", "snippet": {"videoId": "vid", "totalReplyCount": 2, "topLevelComment": top},
                "replies": {"comments": [comment("t1.r1", "bob"), comment("t1.r2", "acme")]}})
        };
        let body = json!({"items": [thread(comment("t1", "ann"))]});
        let parsed = read(&settings, &settings.asks()[0], &body).unwrap();
        let answer = parsed.mentions[0].context.answer.as_ref().unwrap();
        assert_eq!(
            (answer.by.as_deref(), answer.url.as_ref().unwrap().as_str()),
            (Some("acme"), "https://www.youtube.com/watch?v=vid&lc=t1.r2")
        );
        assert_eq!((parsed.mentions.len(), &parsed.mentions[1].context.answer), (2, &None));
        // Under what it began itself it answers nobody in particular.
        let parsed = read(&settings, &settings.asks()[0], &json!({"items": [thread(comment("t1", "acme"))]})).unwrap();
        assert_eq!((parsed.mentions.len(), &parsed.mentions[0].context.answer), (1, &None));
    }

    #[test]
    fn the_channels_own_answers_are_left_out() {
        let settings = settings("channels = ['UCacme']").unwrap();
        let body = json!({"items": [comment("a", "acme"), comment("b", "ann")]});
        let parsed = read(&settings, &settings.asks()[0], &body).unwrap();
        assert_eq!(parsed.mentions.len(), 1);
        assert_eq!(parsed.mentions[0].own_id.as_deref(), Some("b"));
    }

    #[test]
    fn an_error_in_the_place_of_comments_is_told() {
        let settings = settings("videos = ['vid']").unwrap();
        let body = json!({"error": {"code": 403, "message": "The video has disabled comments."}});
        let error = read(&settings, &settings.asks()[0], &body).unwrap_err();
        assert!(matches!(&error, ParseError::Instead(said) if said.contains("disabled comments")), "{error}");
        assert!(read(&settings, &settings.asks()[0], &json!({"items": []})).unwrap().mentions.is_empty());
    }
}

//! Places where people talk, known by their address: what listens there, or what it takes to be let in.

use url::Url;

use super::software::feed_at;
use super::{Candidate, Draft, Known};
use crate::sources::draft::{Value, slug};

/// What to do about Reddit.
const REDDIT: &str = "Reddit gives programs without an agreement neither its API nor its pages, and its open feeds about one request a \
     minute; what works is the private feed of an account: log in, open the preferences' page of RSS feeds, copy the address of the feed \
     you want (it holds `feed=` and `user=`), and add that: `goodword sources add 'ADDRESS'`; it is a secret, so keep sources.toml to \
     yourself; with an application that Reddit has approved write `kind = \"reddit\"` with `subreddits` (docs/sources.md)";

pub(super) fn reddit(url: &Url) -> Known {
    let path = url.path().trim_end_matches('/');
    if !(path.ends_with(".rss") || path.ends_with(".xml")) {
        return Known::Otherwise(REDDIT.to_owned());
    }
    let subreddit = url.path_segments().into_iter().flatten().skip_while(|part| *part != "r").nth(1);
    let name = subreddit.map_or_else(|| "reddit".to_owned(), |name| format!("reddit-{}", slug(name.trim_end_matches(".rss"))));
    let told = |key: &str| url.query_pairs().any(|(name, value)| name == key && !value.is_empty());
    Known::Places(vec![if told("feed") && told("user") {
        let draft = Draft::of("reddit", "15m", name, vec![("feed", Value::text(url.as_str()))]);
        Candidate::new("your private feed of Reddit", draft).noted("the address is a secret: it shows what your account may see")
    } else {
        Candidate::new("an open feed of Reddit", Draft::feed(url).named(name).asked("1h", "90s"))
            .noted("Reddit answers these about once a minute and often not at all; your private feed is heard better (docs/sources.md)")
    }])
}

/// A search or hashtag is listened for in all that is said; an account keeps a feed.
pub(super) fn bluesky(url: &Url, parts: &[&str]) -> Known {
    let words = match parts {
        ["hashtag", tag, ..] => Some(format!("#{}", tag.trim_start_matches('#'))),
        ["search", ..] => {
            url.query_pairs().find(|(key, value)| key == "q" && !value.trim().is_empty()).map(|(_, words)| words.trim().to_owned())
        }
        _ => None,
    };
    if let Some(words) = words {
        let draft = Draft::of("bluesky", "15m", format!("bluesky-{}", slug(&words)), vec![("terms", Value::only(words))]);
        let note = "it is listened to as it is written; posts that name one of your products are kept as well";
        return Known::Places(vec![Candidate::new("Bluesky: posts with these words", draft).noted(note)]);
    }
    match parts {
        ["profile", who] | ["profile", who, "rss"] => {
            let draft = feed_at(url, &format!("/profile/{who}/rss"), None).named(format!("bluesky-{}", slug(who))).asked("30m", "10s");
            Known::Places(vec![Candidate::new("Bluesky: what this account posts", draft)])
        }
        _ => Known::Otherwise(
            "Bluesky is listened to as it is written, for words: give a search, `goodword sources add 'https://bsky.app/search?q=acme'`, or \
             write `kind = \"bluesky\"` with `terms` (docs/sources.md)"
                .to_owned(),
        ),
    }
}

/// A workspace lets in an app of its own, or hands out an export.
pub(super) fn slack() -> Known {
    Known::Otherwise(
        "a Slack workspace is read with the bot token of an app of your own, `kind = \"slack\"` with `channels`, or from its export: \
         `goodword sources add EXPORT.zip` (docs/sources.md)"
            .to_owned(),
    )
}

/// What is said under a video only those with a key are told.
pub(super) fn video(url: &Url, parts: &[&str]) -> Option<Known> {
    let watched = || url.query_pairs().find(|(key, _)| key == "v").map(|(_, id)| id.into_owned());
    let id = match parts {
        ["watch"] => watched(),
        ["shorts" | "live" | "embed", id, ..] => Some((*id).to_owned()),
        [id] if url.host_str() == Some("youtu.be") => Some((*id).to_owned()),
        _ => None,
    };
    let id = id.filter(|id| !id.is_empty() && id.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')))?;
    Some(Known::Otherwise(format!(
        "what viewers comment is heard by YouTube's API, with a key that is free: write `kind = \"youtube\"` with `videos = [\"{id}\"]` and \
         `secret` (docs/sources.md says how to get it), or add the channel's address for its new videos"
    )))
}

pub(super) fn youtube(url: &Url, parts: &[&str]) -> Vec<Candidate> {
    let list = url.query_pairs().find(|(key, _)| key == "list").map(|(_, list)| list.into_owned());
    let (key, id) = match (parts, list) {
        (["channel", id, ..], _) => ("channel_id", (*id).to_owned()),
        (["playlist"], Some(list)) => ("playlist_id", list),
        // The page of a handle announces the channel's feed.
        _ => return Vec::new(),
    };
    let draft = feed_at(url, "/feeds/videos.xml", Some(&format!("{key}={id}"))).named(format!("youtube-{}", slug(&id)));
    let note = "shows the videos with their descriptions; what viewers comment is heard with a free API key: `kind = \"youtube\"` (docs/sources.md)";
    vec![Candidate::new("YouTube: new videos", draft.asked("1h", "10s")).noted(note)]
}

pub(super) fn v2ex(url: &Url, parts: &[&str]) -> Vec<Candidate> {
    let tab = url.query_pairs().find(|(key, _)| key == "tab").map(|(_, tab)| tab.into_owned());
    let feed = |what: &str, path: &str, name: &str| {
        vec![Candidate::new(what, feed_at(url, path, None).named(format!("v2ex-{}", slug(name))).asked("30m", "10s"))]
    };
    let api = |what: &str, name: &str, keys: Vec<(&'static str, Value)>| {
        vec![Candidate::new(what, Draft::of("v2ex", "30m", format!("v2ex-{}", slug(name)), keys))]
    };
    match (parts, tab) {
        (["go", node, ..], _) => api("V2EX: new topics of this node, with their replies", node, vec![("nodes", Value::only(*node))]),
        (["member", member, ..], _) => feed("V2EX: what this member writes", &format!("/feed/member/{member}.xml"), member),
        ([], Some(tab)) => feed("V2EX: new topics of this tab", &format!("/feed/tab/{tab}.xml"), &tab),
        ([], None) => api("V2EX: new topics, with their replies", "new", Vec::new()),
        _ => Vec::new(),
    }
}

/// Public channels show their posts on a page that anybody may read, if the channel allows it.
pub(super) fn telegram(parts: &[&str]) -> Vec<Candidate> {
    let channel = match parts {
        ["s", channel, ..] => *channel,
        [channel] | [channel, _] if !channel.starts_with('+') && *channel != "joinchat" => *channel,
        _ => return Vec::new(),
    };
    let draft = Draft::of("telegram", "30m", format!("telegram-{}", slug(channel)), vec![("channels", Value::only(channel))]).since("30d");
    vec![Candidate::new("Telegram: the posts of this public channel", draft)]
}

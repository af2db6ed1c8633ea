//! Sites known by their address: the feed they keep for what a person sees there, so that the one request goes to it.

use url::Url;

use super::software::{feed_at, lemmy, mastodon};
use super::{Candidate, Draft, Known};
use crate::sources::draft::{decoded_slug, slug};

/// What is known of an address whose site is not walled.
pub(super) fn known(url: &Url) -> Known {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let parts: Vec<&str> = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let places = match host {
        "reddit.com" | "old.reddit.com" | "new.reddit.com" | "np.reddit.com" | "redd.it" => return reddit(url),
        "news.ycombinator.com" | "hn.algolia.com" => return hacker_news(url, &parts),
        "github.com" => github(url, &parts),
        "youtube.com" | "m.youtube.com" => youtube(url, &parts),
        "v2ex.com" => v2ex(url, &parts),
        "wordpress.org" => wordpress_org(url, &parts),
        "apps.apple.com" | "itunes.apple.com" => app_store(url, &parts),
        "store.steampowered.com" | "steamcommunity.com" => steam(&parts),
        "t.me" => telegram(&parts),
        host if is_stack_exchange(host) => stack_exchange(url, host, &parts),
        host if MASTODON.contains(&host) => mastodon(url).into_iter().collect(),
        host if LEMMY.contains(&host) || host.starts_with("lemmy.") => lemmy(url).into_iter().collect(),
        _ => Vec::new(),
    };
    Known::Places(places)
}

/// The larger instances; others are known by their pages.
const MASTODON: [&str; 8] =
    ["mastodon.social", "mastodon.online", "mstdn.social", "mas.to", "fosstodon.org", "hachyderm.io", "infosec.exchange", "techhub.social"];
const LEMMY: [&str; 4] = ["programming.dev", "sh.itjust.works", "beehaw.org", "feddit.org"];

/// What to do about Reddit.
const REDDIT: &str = "Reddit gives programs without an agreement neither its API nor its pages, and its open feeds about one request a \
     minute; what works is the private feed of an account: log in, open the preferences' page of RSS feeds, copy the address of the feed \
     you want (it holds `feed=` and `user=`), and add that: `goodword sources add 'ADDRESS'`; it is a secret, so keep sources.toml to \
     yourself";

fn reddit(url: &Url) -> Known {
    let path = url.path().trim_end_matches('/');
    if !(path.ends_with(".rss") || path.ends_with(".xml")) {
        return Known::Otherwise(REDDIT.to_owned());
    }
    let subreddit = url.path_segments().into_iter().flatten().skip_while(|part| *part != "r").nth(1);
    let name = subreddit.map_or_else(|| "reddit".to_owned(), |name| format!("reddit-{}", slug(name.trim_end_matches(".rss"))));
    let private = url.query_pairs().any(|(key, _)| key == "feed");
    let draft = Draft::feed(url).named(name);
    Known::Places(vec![if private {
        Candidate::new("your private feed of Reddit", draft.asked("15m", "60s"))
            .noted("the address is a secret: it shows what your account may see")
    } else {
        Candidate::new("an open feed of Reddit", draft.asked("1h", "90s"))
            .noted("Reddit answers these about once a minute and often not at all; your private feed is heard better (docs/sources.md)")
    }])
}

fn hacker_news(url: &Url, parts: &[&str]) -> Known {
    let words = url.query_pairs().find(|(key, value)| matches!(key.as_ref(), "q" | "query") && !value.trim().is_empty());
    match (words, parts) {
        (Some((_, words)), _) => {
            Known::Places(vec![Candidate::new("Hacker News: stories and comments with these words", Draft::hacker_news(words.trim()))])
        }
        // Its own feeds are feeds like others.
        (None, ["rss" | "showrss"]) => Known::Places(Vec::new()),
        (None, _) => Known::Otherwise(
            "Hacker News is listened to by its search; give the words: `goodword sources add 'https://hn.algolia.com/?q=acme'`".to_owned(),
        ),
    }
}

fn github(url: &Url, parts: &[&str]) -> Vec<Candidate> {
    let [owner, repository, rest @ ..] = parts else { return Vec::new() };
    if repository.ends_with(".atom") || rest.last().is_some_and(|last| last.ends_with(".atom")) {
        return Vec::new();
    }
    let feed = |what: &str| {
        let name = format!("github-{}-{what}", slug(repository));
        feed_at(url, &format!("/{owner}/{repository}/{what}.atom"), None).named(name).asked("1h", "10s")
    };
    let releases = Candidate::new("GitHub: releases and what they bring", feed("releases"));
    let discussions = Candidate::new("GitHub: discussions, if the project holds them there", feed("discussions"));
    match rest {
        [] | ["releases" | "tags", ..] => vec![releases, discussions],
        ["discussions", ..] => vec![discussions, releases],
        _ => Vec::new(),
    }
}

fn youtube(url: &Url, parts: &[&str]) -> Vec<Candidate> {
    let list = url.query_pairs().find(|(key, _)| key == "list").map(|(_, list)| list.into_owned());
    let (key, id) = match (parts, list) {
        (["channel", id, ..], _) => ("channel_id", (*id).to_owned()),
        (["playlist"], Some(list)) => ("playlist_id", list),
        // The page of a handle announces the channel's feed.
        _ => return Vec::new(),
    };
    let draft = feed_at(url, "/feeds/videos.xml", Some(&format!("{key}={id}"))).named(format!("youtube-{}", slug(&id)));
    let note = "shows the videos with their descriptions; what viewers comment is to be had by the API only";
    vec![Candidate::new("YouTube: new videos", draft.asked("1h", "10s")).noted(note)]
}

fn v2ex(url: &Url, parts: &[&str]) -> Vec<Candidate> {
    let tab = url.query_pairs().find(|(key, _)| key == "tab").map(|(_, tab)| tab.into_owned());
    let (what, path, name) = match (parts, tab) {
        (["go", node, ..], _) => ("V2EX: new topics of this node", format!("/feed/{node}.xml"), (*node).to_owned()),
        (["member", member, ..], _) => ("V2EX: what this member writes", format!("/feed/member/{member}.xml"), (*member).to_owned()),
        ([], Some(tab)) => ("V2EX: new topics of this tab", format!("/feed/tab/{tab}.xml"), tab),
        ([], None) => ("V2EX: new topics", "/index.xml".to_owned(), "new".to_owned()),
        _ => return Vec::new(),
    };
    let draft = feed_at(url, &path, None).named(format!("v2ex-{}", slug(&name)));
    vec![Candidate::new(what, draft.asked("30m", "10s"))]
}

fn wordpress_org(url: &Url, parts: &[&str]) -> Vec<Candidate> {
    let (kind, name) = match parts {
        ["support", kind @ ("plugin" | "theme"), name, ..] => (*kind, *name),
        ["plugins", name, ..] => ("plugin", *name),
        ["themes", name, ..] => ("theme", *name),
        _ => return Vec::new(),
    };
    if parts.last() == Some(&"feed") {
        return Vec::new();
    }
    let feed = |path: &str, word: &str| {
        feed_at(url, &format!("/support/{kind}/{name}/{path}feed/"), None)
            .named(format!("wordpress-{}-{word}", slug(name)))
            .asked("1h", "10s")
    };
    vec![
        Candidate::new("WordPress.org: reviews", feed("reviews/", "reviews")),
        Candidate::new("WordPress.org: the support forum", feed("", "support")),
    ]
}

fn app_store(url: &Url, parts: &[&str]) -> Vec<Candidate> {
    let id =
        parts.iter().find_map(|part| part.strip_prefix("id").filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())));
    let Some(id) = id.filter(|_| !url.path().contains("/rss/")) else { return Vec::new() };
    let country = parts.first().filter(|part| part.len() == 2).copied().unwrap_or("us");
    let Ok(feed) = Url::parse(&format!("https://itunes.apple.com/{country}/rss/customerreviews/page=1/id={id}/sortby=mostrecent/xml"))
    else {
        return Vec::new();
    };
    let app = parts.iter().skip_while(|part| **part != "app").nth(1).filter(|name| !name.starts_with("id")).copied().unwrap_or(id);
    let draft = Draft::feed(&feed).named(format!("app-store-{country}-{}", decoded_slug(app))).asked("2h", "5s");
    let note = "the newest 50 reviews of this country; add the app's page of each other country as well";
    vec![Candidate::new("App Store: customers' reviews", draft).noted(note)]
}

fn steam(parts: &[&str]) -> Vec<Candidate> {
    let [.., id] = parts.iter().take(2).copied().collect::<Vec<_>>()[..] else { return Vec::new() };
    if !matches!(parts.first(), Some(&"app")) || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let Ok(feed) = Url::parse(&format!("https://store.steampowered.com/feeds/news/app/{id}/")) else { return Vec::new() };
    let draft = Draft::feed(&feed).named(format!("steam-news-{id}")).asked("1h", "10s");
    vec![Candidate::new("Steam: news of this game", draft).noted("news only: players' reviews are not in this feed")]
}

/// Public channels show their posts on a page that anybody may read, if the channel allows it.
fn telegram(parts: &[&str]) -> Vec<Candidate> {
    let channel = match parts {
        ["s", channel, ..] => *channel,
        [channel] if !channel.starts_with('+') && *channel != "joinchat" => *channel,
        _ => return Vec::new(),
    };
    let Ok(page) = Url::parse(&format!("https://t.me/s/{channel}")) else { return Vec::new() };
    let fields = [
        ("text", ".tgme_widget_message_text"),
        ("author", ".tgme_widget_message_owner_name"),
        ("date", "time@datetime"),
        ("url", "a.tgme_widget_message_date@href"),
        ("id", "@data-post"),
    ];
    let draft = Draft::page(&page, ".tgme_widget_message", &fields).named(format!("telegram-{}", slug(channel))).asked("30m", "10s");
    vec![Candidate::new("Telegram: the newest posts of this public channel", draft)]
}

fn is_stack_exchange(host: &str) -> bool {
    let own = ["stackoverflow.com", "serverfault.com", "superuser.com", "askubuntu.com", "stackapps.com", "mathoverflow.net"];
    host.ends_with(".stackexchange.com")
        || own.iter().any(|own| host == *own || host.strip_suffix(own).is_some_and(|rest| rest.ends_with('.')))
}

fn stack_exchange(url: &Url, host: &str, parts: &[&str]) -> Vec<Candidate> {
    let site = slug(host.trim_end_matches(".com").trim_end_matches(".stackexchange"));
    let (what, path, query, name) = match parts {
        ["questions", "tagged", tags, ..] | ["tags", tags, ..] => {
            let query = format!("tagnames={}&sort=newest", tags.replace('+', "%20"));
            ("Stack Exchange: new questions with this tag", "/feeds/tag".to_owned(), Some(query), slug(tags))
        }
        ["questions", number, ..] if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            ("Stack Exchange: answers to this question", format!("/feeds/question/{number}"), None, (*number).to_owned())
        }
        [] | ["questions"] => ("Stack Exchange: new questions of this site", "/feeds".to_owned(), None, "new".to_owned()),
        _ => return Vec::new(),
    };
    vec![Candidate::new(what, feed_at(url, &path, query.as_deref()).named(format!("{site}-{name}")).asked("1h", "10s"))]
}

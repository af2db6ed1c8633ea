//! Sites known by their address: the kind that listens to what a person sees there, or the feed they keep for it, so that the
//! one request goes to it.

use url::Url;

use super::social::{bluesky, reddit, slack, telegram, v2ex, video, youtube};
use super::software::{feed_at, lemmy, mastodon};
use super::{Candidate, Draft, Known};
use crate::sources::draft::{Value, decoded_slug, slug};

/// What is known of an address whose site is not walled.
pub(super) fn known(url: &Url) -> Known {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let parts: Vec<&str> = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let places = match host {
        "reddit.com" | "old.reddit.com" | "new.reddit.com" | "np.reddit.com" | "redd.it" => return reddit(url),
        "bsky.app" => return bluesky(url, &parts),
        "news.google.com" => google_news(url, &parts),
        "google.com" if matches!(parts.as_slice(), ["alerts", "feeds", ..]) => google_alerts(url),
        "news.ycombinator.com" | "hn.algolia.com" => return hacker_news(url, &parts),
        "github.com" => github(url, &parts),
        "youtube.com" | "m.youtube.com" | "youtu.be" => match video(url, &parts) {
            Some(known) => return known,
            None => youtube(url, &parts),
        },
        "v2ex.com" => v2ex(url, &parts),
        "wordpress.org" => wordpress_org(url, &parts),
        "apps.apple.com" | "itunes.apple.com" => app_store(url, &parts),
        "store.steampowered.com" | "steamcommunity.com" => steam(&parts),
        "t.me" => telegram(&parts),
        host if host.ends_with(".slack.com") => return slack(),
        host if is_stack_exchange(host) => stack_exchange(url, host, &parts),
        host if MASTODON.contains(&host) => mastodon(url),
        host if LEMMY.contains(&host) || host.starts_with("lemmy.") => lemmy(url).into_iter().collect(),
        _ => Vec::new(),
    };
    Known::Places(places)
}

/// The larger instances; others are known by their pages.
const MASTODON: [&str; 8] =
    ["mastodon.social", "mastodon.online", "mstdn.social", "mas.to", "fosstodon.org", "hachyderm.io", "infosec.exchange", "techhub.social"];
const LEMMY: [&str; 4] = ["programming.dev", "sh.itjust.works", "beehaw.org", "feddit.org"];

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
    let keys = vec![("repos", Value::only(format!("{owner}/{repository}")))];
    let issues = Draft::of("github", "1h", format!("github-{}", slug(repository)), keys).since("90d");
    let issues = Candidate::new("GitHub: issues, and what is written under them", issues);
    match rest {
        [] | ["issues", ..] => vec![issues, discussions, releases],
        ["releases" | "tags", ..] => vec![releases, issues, discussions],
        ["discussions", ..] => vec![discussions, issues, releases],
        _ => Vec::new(),
    }
}

fn wordpress_org(url: &Url, parts: &[&str]) -> Vec<Candidate> {
    let (kind, name) = match parts {
        ["support", "plugin", name, ..] | ["plugins", name, ..] => ("plugin", *name),
        ["support", "theme", name, ..] | ["themes", name, ..] => ("theme", *name),
        _ => return Vec::new(),
    };
    if parts.last() == Some(&"feed") {
        return Vec::new();
    }
    let reviews = Draft::of("wordpress-org", "1h", format!("wordpress-{}-reviews", slug(name)), vec![(kind, Value::text(name))]);
    let forum =
        feed_at(url, &format!("/support/{kind}/{name}/feed/"), None).named(format!("wordpress-{}-support", slug(name))).asked("1h", "10s");
    vec![Candidate::new("WordPress.org: reviews with their stars", reviews), Candidate::new("WordPress.org: the support forum", forum)]
}

fn app_store(url: &Url, parts: &[&str]) -> Vec<Candidate> {
    let id =
        parts.iter().find_map(|part| part.strip_prefix("id").filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())));
    let Some(id) = id.filter(|_| !url.path().contains("/rss/")) else { return Vec::new() };
    let country = parts.first().filter(|part| part.len() == 2).map_or_else(|| "us".to_owned(), |part| part.to_lowercase());
    let app = parts.iter().skip_while(|part| **part != "app").nth(1).filter(|name| !name.starts_with("id")).copied().unwrap_or(id);
    let keys = vec![("app", Value::Number(id.to_owned())), ("countries", Value::only(country))];
    let draft = Draft::of("app-store", "2h", format!("app-store-{}", decoded_slug(app)), keys).since("90d");
    let note = "the reviews of this country; name the others where the app is sold in `countries`";
    vec![Candidate::new("App Store: customers' reviews", draft).noted(note)]
}

fn steam(parts: &[&str]) -> Vec<Candidate> {
    let [.., id] = parts.iter().take(2).copied().collect::<Vec<_>>()[..] else { return Vec::new() };
    if !matches!(parts.first(), Some(&"app")) || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let Ok(feed) = Url::parse(&format!("https://store.steampowered.com/feeds/news/app/{id}/")) else { return Vec::new() };
    let reviews = Draft::of("steam", "1h", format!("steam-{id}"), vec![("app", Value::Number(id.to_owned()))]).since("90d");
    let news = Draft::feed(&feed).named(format!("steam-news-{id}")).asked("1h", "10s");
    vec![
        Candidate::new("Steam: players' reviews", reviews),
        Candidate::new("Steam: news of this game", news).noted("news only: players' reviews are not in this feed"),
    ]
}

/// A search of Google News, or its feed; what it shows by topic is a feed like others.
fn google_news(url: &Url, parts: &[&str]) -> Vec<Candidate> {
    let told =
        |key: &str| url.query_pairs().find(|(name, value)| name == key && !value.trim().is_empty()).map(|(_, value)| value.into_owned());
    let (Some(query), ["search"] | ["rss", "search"]) = (told("q"), parts) else { return Vec::new() };
    let lang = told("hl").and_then(|lang| lang.get(..2).map(str::to_lowercase));
    let locale = lang.zip(told("gl")).map(|(lang, country)| format!("{lang}-{}", country.to_uppercase()));
    let locale = locale.unwrap_or_else(|| "en-US".to_owned());
    let keys = vec![("query", Value::text(query.trim())), ("locale", Value::Text(locale))];
    let draft = Draft::of("google-news", "1h", format!("news-{}", slug(&query)), keys);
    vec![Candidate::new("Google News: what it finds for these words", draft)]
}

fn google_alerts(url: &Url) -> Vec<Candidate> {
    let draft = Draft::of("google-alerts", "1h", "google-alert", vec![("feed", Value::text(url.as_str()))]);
    vec![Candidate::new("Google Alerts: what your alert finds", draft).noted("the address is a secret")]
}

fn is_stack_exchange(host: &str) -> bool {
    let own = ["stackoverflow.com", "serverfault.com", "superuser.com", "askubuntu.com", "stackapps.com", "mathoverflow.net"];
    host.ends_with(".stackexchange.com")
        || own.iter().any(|own| host == *own || host.strip_suffix(own).is_some_and(|rest| rest.ends_with('.')))
}

fn stack_exchange(url: &Url, host: &str, parts: &[&str]) -> Vec<Candidate> {
    // As the API calls it: `stackoverflow`, `gaming`, `es.stackoverflow`, `mathoverflow.net`.
    let api = host.trim_end_matches(".com").trim_end_matches(".stackexchange");
    let site = slug(api);
    let feed = |what: &str, path: &str, query: Option<&str>, name: &str| {
        Candidate::new(what, feed_at(url, path, query).named(format!("{site}-{name}")).asked("1h", "10s"))
    };
    match parts {
        ["questions", "tagged", tags, ..] | ["tags", tags, ..] => {
            let all = tags.split(['+', ' ']).filter(|tag| !tag.is_empty()).map(|tag| tag.replace("%20", " ")).collect();
            let keys = vec![("tags", Value::List(all)), ("site", Value::text(api))];
            let query = format!("tagnames={}&sort=newest", tags.replace('+', "%20"));
            vec![
                Candidate::new(
                    "Stack Exchange: questions with this tag",
                    Draft::of("stack-exchange", "1h", format!("{site}-{}", slug(tags)), keys).since("90d"),
                ),
                feed("Stack Exchange: the feed of this tag", "/feeds/tag", Some(&query), &slug(tags)),
            ]
        }
        ["questions", number, ..] if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            vec![feed("Stack Exchange: answers to this question", &format!("/feeds/question/{number}"), None, number)]
        }
        [] | ["questions"] => vec![feed("Stack Exchange: new questions of this site", "/feeds", None, "new")],
        _ => Vec::new(),
    }
}

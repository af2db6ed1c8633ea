//! Sites known by what their pages are made with, whatever they are called: forums, social networks, blogs.

use url::Url;

use super::facts::Facts;
use super::{Candidate, Draft};
use crate::fetch;
use crate::sources::draft::{Value, name_of, slug};

/// What the software behind a page offers for it, the best first.
pub(super) fn candidates(url: &Url, facts: &Facts, text: &str) -> Vec<Candidate> {
    if facts.generator.starts_with("discourse") {
        discourse(url, facts.base_uri.as_deref().unwrap_or_default())
    } else if facts.generator.starts_with("mastodon") || facts.has_mastodon {
        mastodon(url)
    } else if text.contains("window.isoData") && text.contains("lemmy") {
        lemmy(url).into_iter().collect()
    } else if facts.generator.starts_with("wordpress") && !facts.announces_feeds() {
        wordpress(url)
    } else {
        Vec::new()
    }
}

/// A feed at a path of the same host.
pub(super) fn feed_at(url: &Url, path: &str, query: Option<&str>) -> Draft {
    let mut feed = url.clone();
    feed.set_path(path);
    feed.set_query(query);
    feed.set_fragment(None);
    Draft::feed(&feed)
}

/// A forum: what a category or topic says where the page is one; else all new posts, then new topics.
fn discourse(url: &Url, base: &str) -> Vec<Candidate> {
    let base = base.trim_end_matches('/');
    let path = url.path().trim_end_matches('/').trim_end_matches(".rss");
    let inner = path.strip_prefix(base).unwrap_or(path).trim_start_matches('/');
    let mut found = Vec::new();
    match inner.split('/').next() {
        Some("c") => found.push(Candidate::new("Discourse: new topics of this category", feed_at(url, &format!("{path}.rss"), None))),
        Some("t") => {
            // A number after the topic's own is that of a post.
            let topic: Vec<&str> = inner.split('/').take(3).collect();
            let feed = feed_at(url, &format!("{base}/{}.rss", topic.join("/")), None);
            found.push(Candidate::new("Discourse: the posts of this topic", feed));
        }
        _ => {}
    }
    let mut server = url.clone();
    server.set_path(base);
    server.set_query(None);
    server.set_fragment(None);
    let posts = Draft::of("discourse", "15m", name_of(&server), vec![("server", Value::text(server.as_str()))]).since("30d");
    found.push(Candidate::new("Discourse: new posts of the whole forum", posts));
    found.push(Candidate::new("Discourse: new topics of the whole forum", feed_at(url, &format!("{base}/latest.rss"), None)));
    let asked = |draft: Draft| if draft.kind == "feed" { draft.asked("15m", "5s") } else { draft };
    found.into_iter().map(|found| Candidate { draft: asked(found.draft), ..found }).collect()
}

/// A tag's or person's public posts.
pub(super) fn mastodon(url: &Url) -> Vec<Candidate> {
    let parts: Vec<&str> = url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let feed = |what: &str, path: &str, name: &str| {
        Candidate::new(what, feed_at(url, path, None).named(format!("mastodon-{}", slug(name))).asked("15m", "5s"))
    };
    match parts.as_slice() {
        ["tags", tag] | ["web", "tags", tag] => {
            let tag = decoded(bare(tag));
            let server = format!("{}/", url.origin().ascii_serialization());
            let keys = vec![("tags", Value::only(tag.as_str())), ("server", Value::Text(server))];
            let posts = Draft::of("mastodon", "15m", format!("mastodon-{}", slug(&tag)), keys).since("30d");
            vec![
                Candidate::new("Mastodon: public posts with this tag", posts),
                feed("Mastodon: the feed of this tag", &format!("/tags/{}.rss", bare(parts.last().unwrap_or(&""))), &format!("{tag}-feed")),
            ]
        }
        [person, ..] if person.starts_with('@') && !person.trim_start_matches('@').contains('@') => {
            let person = bare(person);
            vec![feed("Mastodon: the public posts of this account", &format!("/{person}.rss"), person.trim_start_matches('@'))]
        }
        _ => Vec::new(),
    }
}

/// What an `RSSHub` shows, by the route it has it at.
pub(super) fn hub(asked: &Url, page: &fetch::Page) -> Option<Candidate> {
    let head = String::from_utf8_lossy(page.body.get(..4096).unwrap_or(&page.body)).into_owned();
    let is_route = asked.path_segments().is_some_and(|parts| parts.filter(|part| !part.is_empty()).count() > 1);
    if !is_route || !head.contains("<generator>RSSHub") {
        return None;
    }
    let route = asked.query().map_or_else(|| asked.path().to_owned(), |query| format!("{}?{query}", asked.path()));
    let instance = asked.origin().ascii_serialization();
    let keys = vec![("route", Value::Text(route)), ("instance", Value::Text(instance))];
    let draft = Draft::of("rsshub", "30m", name_of(asked), keys);
    Some(Candidate::new("a route of an RSSHub", draft).noted("where its cookie expires the source is `blocked` and says which"))
}

/// A part of an address as people write it.
fn decoded(part: &str) -> String {
    let pair = format!("part={}", part.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, part)| part.into_owned()).unwrap_or_default()
}

fn bare(part: &str) -> &str {
    part.trim_end_matches(".rss")
}

/// A community's, a person's or the whole instance's posts.
pub(super) fn lemmy(url: &Url) -> Option<Candidate> {
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let (what, path, name) = match parts.as_slice() {
        ["c", name, ..] => ("Lemmy: new posts of this community", format!("/feeds/c/{name}.xml"), *name),
        ["u", name, ..] => ("Lemmy: what this person writes", format!("/feeds/u/{name}.xml"), *name),
        ["feeds", ..] => return None,
        _ => ("Lemmy: new posts of this instance", "/feeds/local.xml".to_owned(), url.host_str().unwrap_or("local")),
    };
    let name = format!("lemmy-{}", slug(name));
    Some(Candidate::new(what, feed_at(url, &path, Some("sort=New")).named(name).asked("30m", "5s")))
}

/// A blog that does not announce its feeds: its posts, and what readers comment.
fn wordpress(url: &Url) -> Vec<Candidate> {
    vec![
        Candidate::new("WordPress: new posts", feed_at(url, "/feed/", None)),
        Candidate::new("WordPress: new comments", feed_at(url, "/comments/feed/", None)),
    ]
}

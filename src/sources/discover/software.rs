//! Sites known by what their pages are made with, whatever they are called: forums, social networks, blogs.

use url::Url;

use super::facts::Facts;
use super::{Candidate, Draft};
use crate::sources::draft::slug;

/// What the software behind a page offers for it, the best first.
pub(super) fn candidates(url: &Url, facts: &Facts, text: &str) -> Vec<Candidate> {
    if facts.generator.starts_with("discourse") {
        discourse(url, facts.base_uri.as_deref().unwrap_or_default())
    } else if facts.generator.starts_with("mastodon") || facts.has_mastodon {
        mastodon(url).into_iter().collect()
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
    let host = url.clone();
    found.push(Candidate::new("Discourse: new posts of the whole forum", feed_at(&host, &format!("{base}/posts.rss"), None)));
    found.push(Candidate::new("Discourse: new topics of the whole forum", feed_at(&host, &format!("{base}/latest.rss"), None)));
    found.into_iter().map(|found| Candidate { draft: found.draft.asked("15m", "5s"), ..found }).collect()
}

/// A tag's or person's public posts.
pub(super) fn mastodon(url: &Url) -> Option<Candidate> {
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let (what, path, name) = match parts.as_slice() {
        ["tags", tag] | ["web", "tags", tag] => ("Mastodon: public posts with this tag", format!("/tags/{}.rss", bare(tag)), bare(tag)),
        [person, ..] if person.starts_with('@') && !person.trim_start_matches('@').contains('@') => {
            let person = bare(person);
            ("Mastodon: the public posts of this account", format!("/{person}.rss"), person.trim_start_matches('@'))
        }
        _ => return None,
    };
    let name = format!("mastodon-{}", slug(name));
    Some(Candidate::new(what, feed_at(url, &path, None).named(name).asked("15m", "5s")))
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

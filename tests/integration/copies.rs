//! One review seen in several places is one mention, whatever the order it is heard in; two reviews that look alike stay two.

use goodword::mention::{Author, Mention, Published, Rating};
use goodword::store::{Origin, Store, Stored};
use jiff::Timestamp;

use crate::harness::neutral;

const REVIEW: &str = "We moved forty people to this desk in spring. Setting it up took an afternoon, the drawers run smoothly and \
                      nobody has asked for the old ones back. Only the lamp feels cheap, and the cable is short.";

/// A mention as one place shows it.
#[derive(Clone, Debug)]
struct Place {
    source: &'static str,
    kind: &'static str,
    mention: Mention,
}

fn now() -> Timestamp {
    "2026-03-10T12:00:00Z".parse().unwrap()
}

fn at(source: &'static str, kind: &'static str, url: &str, id: Option<&str>, text: &str) -> Place {
    let url = (!url.is_empty()).then(|| url.parse().unwrap());
    Place { source, kind, mention: Mention { own_id: id.map(str::to_owned), url, ..Mention::new(text).unwrap() } }
}

impl Place {
    fn by(mut self, author: &str) -> Self {
        self.mention.author = Author::named(author);
        self
    }

    fn on(mut self, day: &str) -> Self {
        self.mention.published = Some(Published::instant(format!("{day}T10:00:00Z").parse().unwrap()));
        self
    }

    fn stars(mut self, stars: f64) -> Self {
        self.mention.rating = Rating::new(stars, 1.0, 5.0);
        self
    }

    fn titled(mut self, title: &str) -> Self {
        self.mention.title = Some(title.to_owned());
        self
    }
}

async fn hear(store: &Store, place: &Place) {
    let host = place.mention.url.as_ref().and_then(|url| url.host_str()).unwrap_or(place.source);
    let namespace = format!("{}@{host}", place.kind);
    let origin = Origin { source: place.source, kind: place.kind, namespace: &namespace, keeps_ids: false, list: None, now: now() };
    let mut tx = store.begin().await.unwrap();
    tx.save(origin, vec![place.mention.clone()], neutral).await.unwrap();
    tx.commit().await.unwrap();
}

async fn all(store: &Store) -> Vec<Stored> {
    store.changes(0, 1000).await.unwrap().mentions
}

/// Every order of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![vec![]];
    }
    let insert = |order: Vec<usize>| (0..count).map(move |at| [&order[..at], &[count - 1], &order[at..]].concat());
    orders(count - 1).into_iter().flat_map(insert).collect()
}

/// Hears the places in every order, twice over; returns what stands then, the same for every order.
async fn heard(name: &str, places: &[Place]) -> Vec<Stored> {
    let mut first: Option<Vec<Stored>> = None;
    for order in orders(places.len()) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        for _ in 0..2 {
            for place in &order {
                hear(&store, &places[*place]).await;
            }
        }
        let mut stands = all(&store).await;
        let counts = store.counts().await.unwrap();
        let sightings: usize = stands.iter().map(|stored| stored.sightings.len()).sum();
        assert_eq!((counts.mentions, counts.sightings), (stands.len() as i64, sightings as i64), "{name} {order:?}: the totals hold");
        assert!(stands.iter().all(|stored| stored.revision == 1), "{name} {order:?}: a copy is no edit");
        stands.sort_by(|a, b| a.mention.text.cmp(&b.mention.text));
        let said =
            |stands: &[Stored]| stands.iter().map(|stored| (stored.mention.text.clone(), stored.sightings.len())).collect::<Vec<_>>();
        let first = first.get_or_insert_with(|| stands.clone());
        let (mut a, mut b) = (said(first), said(&stands));
        a.sort();
        b.sort();
        assert_eq!(a, b, "{name}: {order:?} differs from the first order");
        store.close().await;
    }
    first.unwrap()
}

#[tokio::test]
async fn a_review_in_json_ld_a_feed_and_a_file_is_one_mention() {
    let places = [
        at("page", "reviews", "https://shop.example/desk", None, REVIEW).by("Ann Lee").on("2026-03-01").stars(4.0),
        at("page2", "page", "https://www.shop.example/desk/", None, REVIEW).by("Ann L.").stars(4.0),
        at("feed", "feed", "https://shop.example/desk#r7", Some("r7"), REVIEW).by("ann lee").on("2026-03-01").titled("A good desk"),
        at("export", "file", "", Some("77"), REVIEW).by("Ann Lee").on("2026-03-02").stars(4.0),
    ];
    let stands = heard("one review", &places).await;
    assert_eq!(stands.len(), 1);
    assert_eq!(stands[0].sightings.len(), 4);
    assert_eq!(stands[0].mention.title.as_deref(), Some("A good desk"), "what is known of it grows");
}

async fn stand(cases: &[(&str, [Place; 2])], want: usize) {
    for (name, places) in cases {
        assert_eq!(heard(name, places).await.len(), want, "{name}");
    }
}

const GREAT: &str = "Great app!";

#[tokio::test]
async fn short_reviews_are_one_where_author_and_day_or_the_place_say_so() {
    let page = at("a", "reviews", "https://a.example/1", None, GREAT).by("Ann").on("2026-03-01");
    let file = at("b", "file", "", Some("9"), "great app").by("Ann").on("2026-03-01");
    let two_feeds =
        [at("a", "feed", "https://a.example/1", Some("?p=1"), GREAT), at("b", "feed", "http://a.example/1/", Some("tag:1"), GREAT)];
    stand(&[("one person and day", [page, file]), ("one link in two feeds", two_feeds)], 1).await;
}

#[tokio::test]
async fn short_reviews_that_only_look_alike_stay_two() {
    let feed = |source, url, id| at(source, "feed", url, Some(id), GREAT);
    let here = || feed("a", "https://a.example/1", "1");
    let there = || feed("b", "https://b.example/1", "9");
    let cases = [
        ("two people", [here().by("Ann"), there().by("Bob")]),
        ("nobody in particular", [here(), there()]),
        ("one name on two sites", [here().by("Ann").on("2026-03-01"), there().by("Ann").on("2026-03-01")]),
        (
            "everybody's name",
            [here().by("A Google user").on("2026-03-01"), at("c", "file", "", None, GREAT).by("A Google User").on("2026-03-01")],
        ),
    ];
    stand(&cases, 2).await;
}

#[tokio::test]
async fn posts_that_share_a_title_or_a_body_only_stay_two() {
    let post = |source, url, title, text| at(source, "feed", url, Some("1"), text).titled(title);
    let one_title = [
        post("a", "https://a.example/1", "My desk", "See the pictures I took of it last night."),
        post("b", "https://b.example/1", "My desk", "Sold it, and would not buy it again, sorry."),
    ];
    let one_body = ["My desk", "My chair"].map(|title| {
        let (source, url) = if title == "My desk" { ("a", "https://a.example/1") } else { ("b", "") };
        post(source, url, title, "submitted by Ann link comments").by("Ann").on("2026-03-01")
    });
    let releases = ["Desk 1.2", "Chair 3.4"].map(|title| {
        let (source, url) = if title == "Desk 1.2" { ("a", "https://a.example/desk") } else { ("b", "https://a.example/chair") };
        at(source, "feed", url, Some(title), "Bug fixes and faster starts.").titled(title).by("Release Bot").on("2026-03-01")
    });
    stand(&[("one title", one_title), ("one body", one_body), ("two releases", releases)], 2).await;
}

#[tokio::test]
async fn long_copies_elsewhere_are_one_unless_something_speaks_against_it() {
    let original = || at("a", "feed", "https://a.example/1", Some("1"), REVIEW).by("Ann").on("2026-03-01").stars(4.0);
    let copy = |text: &str| at("b", "feed", "https://b.example/x", Some("x"), text);
    let with_tail = format!("{REVIEW} Read more at desks.example");
    let stub = "We moved forty people to this desk in spring. Setting it up took an afternoon, the drawers run smoothly…";
    let cases: [(&str, Place, usize); 10] = [
        ("nothing else known", copy(REVIEW), 1),
        ("with a tail", copy(&with_tail).on("2026-03-03"), 1),
        ("a stub", copy(stub).by("Ann").on("2026-03-01"), 1),
        ("a stub of nobody", copy(stub), 1),
        ("another author", copy(REVIEW).by("Bob"), 2),
        ("another rating", copy(REVIEW).by("Ann").stars(2.0), 2),
        ("half a year later", copy(REVIEW).by("Ann").on("2026-09-01"), 2),
        ("another text from one template", copy(&REVIEW.replace("forty", "fifty")), 2),
        ("posted twice at once", at("b", "feed", "https://a.example/2", Some("2"), REVIEW).by("Ann").on("2026-03-01"), 1),
        ("posted again the next day", at("b", "feed", "https://a.example/2", Some("2"), REVIEW).by("Ann").on("2026-03-02"), 2),
    ];
    for (name, other, want) in cases {
        let stands = heard(name, &[original(), other]).await;
        assert_eq!(stands.len(), want, "{name}");
        assert!(
            stands.iter().any(|stored| stored.mention.rating.is_some() && stored.mention.text.contains("cable")),
            "{name}: the richest is kept"
        );
    }
}

#[tokio::test]
async fn two_stubs_that_a_full_text_joins_become_one_and_both_ids_stay_good() {
    let full = format!(
        "{REVIEW} {}",
        "The seller answered within the hour when we asked for a longer one, which came the next day at no charge at all."
    );
    let stub = at(
        "b",
        "feed",
        "https://b.example/x",
        Some("x"),
        "We moved forty people to this desk in spring. Setting it up took an afternoon, the drawers…",
    );
    let no_copy_of_the_stub = at("c", "feed", "https://c.example/y", Some("y"), &format!("Seen elsewhere: {full}")).by("Ann Lee");
    let original = at("a", "feed", "https://a.example/1", Some("1"), &full).by("Ann Lee").on("2026-03-01");
    let stands = heard("stubs", &[stub.clone(), no_copy_of_the_stub, original.clone()]).await;
    assert_eq!((stands.len(), stands[0].sightings.len()), (1, 3));

    // The address names the stub's post, the text another stored mention: what is heard shows that they are one.
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    let teaser = at("d", "page", "https://d.example/p", Some("https://d.example/p"), "Forty desks, and no regrets so far.");
    hear(&store, &teaser).await;
    hear(&store, &original).await;
    let ids: Vec<String> = all(&store).await.into_iter().map(|stored| stored.id).collect();
    assert_eq!(ids.len(), 2);
    let before = store.latest_change().await.unwrap();
    hear(&store, &at("e", "feed", "https://d.example/p", Some("https://d.example/p"), &full)).await;
    let changes = store.changes(before, 100).await.unwrap();
    assert_eq!((changes.mentions.len(), changes.gone.len()), (1, 1));
    let stored = &changes.mentions[0];
    assert_eq!((stored.id.as_str(), stored.sightings.len(), stored.mention.text.as_str()), (ids[0].as_str(), 3, full.as_str()));
    for id in &ids {
        assert_eq!(store.row_of(id).await.unwrap(), Some(stored.row), "both ids stay good");
    }
    assert_eq!(store.counts().await.unwrap().mentions, 1);
    for place in [&teaser, &original] {
        hear(&store, place).await;
    }
    assert_eq!(all(&store).await.len(), 1, "what led to the other leads to this one now");
    store.close().await;
}

#[tokio::test]
async fn the_index_loses_a_mention_that_turned_out_to_be_another() {
    let site = crate::harness::Site::default();
    let address = site.serve().await;
    let item = |guid: &str, text: &str| {
        format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item><guid>{guid}</guid><link>{guid}</link>\
             <description>{text}</description></item></channel></rss>"
        )
    };
    site.show("/a", item("https://d.example/p", "Forty desks, and no regrets so far."));
    site.show("/b", item("https://a.example/1", REVIEW));
    let sources = ["a", "b"].map(|name| crate::harness::feed(name, &format!("http://{address}/{name}"))).join("\n");
    let test = crate::harness::TestApp::with_sources(&sources).await;
    test.crawl().await;
    let before = test.app.search(&goodword::app::SearchRequest::default()).await.unwrap();
    let ids: Vec<String> = before.hits.iter().map(|hit| hit.stored.id.clone()).collect();
    assert_eq!(ids.len(), 2);
    site.show("/b", item("https://d.example/p", REVIEW));
    test.later(std::time::Duration::from_secs(3600));
    test.crawl().await;
    assert_eq!(test.search("").await, [REVIEW]);
    for id in ids {
        assert_eq!(test.search(&format!("id:{id}")).await, [REVIEW], "both ids stay good");
    }
    test.end().await;
}

/// A feed of items `(id, day, text)` of March 2026, newest first.
fn dated_feed(items: &[(&str, u8, &str)]) -> String {
    let item = |(id, day, text): &(&str, u8, &str)| {
        format!(
            "<item><guid isPermaLink=\"false\">{id}</guid><link>https://forum.example/{id}</link>\
             <pubDate>{day:02} Mar 2026 10:00:00 +0000</pubDate><description>{text}</description></item>"
        )
    };
    let items: String = items.iter().map(item).collect();
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>{items}</channel></rss>")
}

const THREE: [(&str, u8, &str); 3] = [("3", 3, "third post"), ("2", 2, "second post"), ("1", 1, "first post")];
const WITHOUT: [(&str, u8, &str); 2] = [("3", 3, "third post"), ("1", 1, "first post")];

/// Shows each list in turn, an hour apart; returns whether the second post is gone after each.
async fn shown_in_turn(lists: &[&[(&str, u8, &str)]], also: Option<&str>) -> Vec<bool> {
    let site = crate::harness::Site::default();
    let address = site.serve().await;
    let mut names = vec!["feed"];
    if let Some(text) = also {
        site.show(
            "/other",
            dated_feed(&[("2", 2, text)]).replace("<guid isPermaLink=\"false\">2</guid>", "<guid>https://forum.example/2</guid>"),
        );
        names.push("other");
    }
    let sources = names.iter().map(|name| crate::harness::feed(name, &format!("http://{address}/{name}"))).collect::<Vec<_>>().join("\n");
    let test = crate::harness::TestApp::with_sources(&sources).await;
    let mut gone = Vec::new();
    for list in lists {
        site.show("/feed", dated_feed(list));
        test.crawl().await;
        test.later(std::time::Duration::from_secs(3600));
        let stands = all(test.app.store()).await;
        let second = stands.iter().find(|stored| stored.mention.text == "second post").unwrap();
        let view = serde_json::to_value(goodword::app::MentionView::from(second)).unwrap();
        assert_eq!(view["gone"].is_string(), second.gone().is_some());
        assert_eq!(second.sightings.len(), names.len());
        gone.push(second.gone().is_some());
    }
    test.end().await;
    gone
}

#[tokio::test]
async fn an_item_is_gone_when_two_changed_answers_lack_it_and_back_when_it_is_shown_again() {
    let again = [("4", 4, "fourth post"), ("3", 3, "third post"), ("1", 1, "first post")];
    let back = [("4", 4, "fourth post"), ("3", 3, "third post"), ("2", 2, "second post"), ("1", 1, "first post")];
    assert_eq!(shown_in_turn(&[&THREE, &WITHOUT, &WITHOUT, &again, &back], None).await, [false, false, false, true, false]);
    assert_eq!(shown_in_turn(&[&THREE, &WITHOUT, &THREE, &again], None).await, [false; 4], "twice in a row");
}

#[tokio::test]
async fn an_item_that_fell_off_the_end_or_is_shown_elsewhere_is_not_gone() {
    let later = [("5", 5, "fifth post"), ("4", 4, "fourth post"), ("3", 3, "third post")];
    let latest = [("6", 6, "sixth post"), ("5", 5, "fifth post"), ("4", 4, "fourth post")];
    assert_eq!(shown_in_turn(&[&THREE, &later, &latest], None).await, [false; 3]);
    let again = [("4", 4, "fourth post"), ("3", 3, "third post"), ("1", 1, "first post")];
    assert_eq!(shown_in_turn(&[&THREE, &WITHOUT, &again], Some("second post")).await, [false; 3]);
}

#[tokio::test]
async fn what_a_review_said_before_is_shown_oldest_first() {
    let site = crate::harness::Site::default();
    let address = site.serve().await;
    let test = crate::harness::TestApp::with_sources(&crate::harness::feed("feed", &format!("http://{address}/feed"))).await;
    for text in ["it crashes", "it crashes less", "it is great"] {
        site.show("/feed", dated_feed(&[("1", 1, text)]));
        test.crawl().await;
        test.later(std::time::Duration::from_secs(3600));
    }
    let stands = all(test.app.store()).await;
    let view = serde_json::to_value(goodword::app::MentionView::from(&stands[0])).unwrap();
    let said = serde_json::json!([
        {"revision": 1, "replaced": "2026-03-10T13:00:00Z", "text": "it crashes"},
        {"revision": 2, "replaced": "2026-03-10T14:00:00Z", "text": "it crashes less"},
    ]);
    assert_eq!((&view["revisions"], &view["edited"], &view["revision"]), (&said, &"2026-03-10T14:00:00Z".into(), &3.into()));
    test.end().await;
}

#[tokio::test]
async fn json_ld_microdata_a_feed_and_a_file_of_one_review_are_one_mention() {
    let site = crate::harness::Site::default();
    let address = site.serve().await;
    let json_ld = serde_json::json!({
        "@context": "https://schema.org", "@type": "Product", "name": "Acme Desk",
        "review": [
            {"@type": "Review", "author": {"@type": "Person", "name": "Ann Lee"}, "datePublished": "2026-03-01", "reviewBody": "Great desk, works well",
             "reviewRating": {"@type": "Rating", "ratingValue": 4, "bestRating": 5}},
            {"@type": "Review", "author": {"@type": "Person", "name": "Bob"}, "datePublished": "2026-03-01", "reviewBody": "Great desk, works well",
             "reviewRating": {"@type": "Rating", "ratingValue": 4, "bestRating": 5}},
        ],
    });
    site.show(
        "/json-ld",
        format!("<html><head><script type=\"application/ld+json\">{json_ld}</script></head><body>Acme Desk</body></html>"),
    );
    let microdata = "<html><body><div itemscope itemtype=\"https://schema.org/Product\"><h1 itemprop=name>Acme Desk</h1>\
        <div itemprop=review itemscope itemtype=\"https://schema.org/Review\"><span itemprop=author>Ann Lee</span>\
        <meta itemprop=datePublished content=\"2026-03-01\"><p itemprop=reviewBody>Great desk, works well</p>\
        <div itemprop=reviewRating itemscope itemtype=\"https://schema.org/Rating\"><meta itemprop=ratingValue content=4></div></div></div></body></html>";
    site.show("/microdata", microdata);
    site.show(
        "/feed",
        format!(
            "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>t</title><item><guid isPermaLink=\"false\">r7</guid>\
             <link>http://{address}/json-ld#r7</link><dc:creator>Ann Lee</dc:creator><pubDate>Sun, 01 Mar 2026 09:00:00 +0000</pubDate>\
             <description>Great desk, works well</description></item></channel></rss>"
        ),
    );
    let source = |name: &str, kind: &str, rest: &str| {
        format!("[[source]]\nname = \"{name}\"\nkind = \"{kind}\"\nevery = \"15m\"\nmin_interval = \"0s\"\nallow_private = true\n{rest}\n")
    };
    let page = |name: &str| source(name, "reviews", &format!("url = \"http://{address}/{name}\""));
    let sources = [
        page("json-ld"),
        page("microdata"),
        crate::harness::feed("feed", &format!("http://{address}/feed")),
        source("file", "file", "path = \"export.csv\""),
    ];
    let test = crate::harness::TestApp::with_sources(&sources.concat()).await;
    std::fs::write(test.dir().join("export.csv"), "id,author,text,rating\n9,Ann Lee,\"Great desk, works well\",4\n").unwrap();
    for _ in 0..2 {
        let reports = test.crawl().await;
        assert!(reports.iter().all(|report| report.error.is_none()), "{reports:?}");
        test.later(std::time::Duration::from_secs(25 * 3600));
    }
    let mut seen: Vec<(String, usize)> =
        all(test.app.store()).await.into_iter().map(|stored| (stored.mention.author.unwrap().name, stored.sightings.len())).collect();
    seen.sort();
    assert_eq!(seen, [("Ann Lee".to_owned(), 4), ("Bob".to_owned(), 1)]);
    test.end().await;
}

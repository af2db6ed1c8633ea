//! What addresses and pages lead to, as tables.

use std::path::Path;

use super::*;

fn moment() -> Moment<'static> {
    Moment { now: jiff::Timestamp::UNIX_EPOCH, since: None, cursor: None, dir: Path::new(".") }
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// The candidates of a page, each as kind, place and how many mentions it shows.
fn found(address: &str, body: &str) -> Result<Vec<String>, String> {
    let address = url(address);
    let page = fetch::Page { url: address.clone(), content_type: None, body: body.into() };
    let Known::Places(known) = known(&address) else { panic!("{address} is known to be closed") };
    let shown = |candidate: &Candidate| {
        let mentions = candidate.parsed.as_ref().map(|parsed| format!(" {}", parsed.mentions.len())).unwrap_or_default();
        format!("{} {}{mentions}", candidate.draft.kind, candidate.draft.place())
    };
    read(&address, &page, &known, moment()).map(|candidates| candidates.iter().map(shown).collect())
}

const RSS: &str = "<rss version='2.0'><channel><item><title>one</title></item><item><title>two</title></item></channel></rss>";
const REVIEWS: &str = "<html><script type='application/ld+json'>{\"@type\":\"Product\",\"name\":\"Lamp\",\"review\":{\"@type\":\"Review\",\
                       \"reviewBody\":\"Fine\",\"author\":\"Ann\"}}</script><link rel='alternate' type='application/rss+xml' href='/blog.rss'>";

#[test]
fn an_address_leads_straight_to_the_kind_or_feed_for_it() {
    for (address, kind, want) in [
        ("https://github.com/acme/desk", "github", "acme/desk"),
        ("https://github.com/acme/desk/issues/7", "github", "acme/desk"),
        ("https://github.com/acme/desk/releases", "feed", "https://github.com/acme/desk/releases.atom"),
        ("https://github.com/acme/desk/discussions/12", "feed", "https://github.com/acme/desk/discussions.atom"),
        ("https://stackoverflow.com/questions/tagged/acme+desk", "stack-exchange", "acme"),
        ("https://gaming.stackexchange.com/questions/12/how", "feed", "https://gaming.stackexchange.com/feeds/question/12"),
        ("https://es.stackoverflow.com/", "feed", "https://es.stackoverflow.com/feeds"),
        ("https://www.youtube.com/channel/UC1_x", "feed", "https://www.youtube.com/feeds/videos.xml?channel_id=UC1_x"),
        ("https://www.youtube.com/playlist?list=PL1", "feed", "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1"),
        ("https://www.v2ex.com/go/nas", "v2ex", "nas"),
        ("https://www.v2ex.com/?tab=tech", "feed", "https://www.v2ex.com/feed/tab/tech.xml"),
        ("https://www.v2ex.com/", "v2ex", "v2ex"),
        ("https://wordpress.org/plugins/acme/", "wordpress-org", "acme"),
        ("https://wordpress.org/support/theme/acme/", "wordpress-org", "acme"),
        ("https://apps.apple.com/de/app/acme-desk/id123?l=en", "app-store", "123"),
        ("https://store.steampowered.com/app/440/Acme/", "steam", "440"),
        ("https://t.me/acmenews", "telegram", "acmenews"),
        ("https://t.me/s/acmenews", "telegram", "acmenews"),
        ("https://t.me/acmenews/42", "telegram", "acmenews"),
        ("https://mastodon.social/tags/acme", "mastodon", "acme"),
        ("https://mastodon.social/tags/%E8%89%BE", "mastodon", "艾"),
        ("https://fosstodon.org/@acme", "feed", "https://fosstodon.org/@acme.rss"),
        ("https://lemmy.world/c/acme@programming.dev", "feed", "https://lemmy.world/feeds/c/acme@programming.dev.xml?sort=New"),
        ("https://programming.dev/u/ann", "feed", "https://programming.dev/feeds/u/ann.xml?sort=New"),
        ("https://hn.algolia.com/?q=acme+desk", "hacker-news", "acme desk"),
        ("https://www.reddit.com/r/acme/.rss?feed=t&user=u", "reddit", "https://www.reddit.com/r/acme/.rss?feed=t&user=u"),
        ("https://www.reddit.com/r/acme/.rss", "feed", "https://www.reddit.com/r/acme/.rss"),
        ("https://news.google.com/search?q=%22acme+desk%22&hl=en-US&gl=US&ceid=US:en", "google-news", "\"acme desk\""),
        ("https://news.google.com/rss/search?q=acme&hl=zh-CN&gl=CN&ceid=CN:zh-Hans", "google-news", "acme"),
        ("https://www.google.com/alerts/feeds/1/2", "google-alerts", "https://www.google.com/alerts/feeds/1/2"),
        ("https://bsky.app/search?q=acme+desk", "bluesky", "acme desk"),
        ("https://bsky.app/hashtag/acme", "bluesky", "#acme"),
        ("https://bsky.app/profile/ann.example", "feed", "https://bsky.app/profile/ann.example/rss"),
        ("https://www.youtube.com/@acme", "", ""),
        ("https://github.com/acme/desk/releases.atom", "", ""),
        ("https://forum.example.com/", "", ""),
    ] {
        let Known::Places(places) = known(&url(address)) else { panic!("{address}") };
        assert_eq!(places.first().map_or(("", ""), |best| (best.draft.kind, best.draft.place())), (kind, want), "{address}");
        for candidate in places {
            candidate.draft.source(Path::new("."), &[]).unwrap_or_else(|problems| panic!("{address}: {problems:?}"));
        }
    }
}

#[test]
fn an_entry_says_what_its_address_said() {
    let entry = |address: &str| {
        let Known::Places(mut places) = known(&url(address)) else { panic!("{address}") };
        places.remove(0).draft.to_toml()
    };
    insta::assert_snapshot!(entry("https://apps.apple.com/DE/app/acme-desk/id123"), @r#"
    [[source]]
    name = "app-store-acme-desk"
    kind = "app-store"
    every = "2h"
    since = "90d"
    app = 123
    countries = ["de"]
    "#);
    insta::assert_snapshot!(entry("https://gaming.stackexchange.com/questions/tagged/acme+desk"), @r#"
    [[source]]
    name = "gaming-acme-desk"
    kind = "stack-exchange"
    every = "1h"
    since = "90d"
    tags = ["acme", "desk"]
    site = "gaming"
    "#);
    insta::assert_snapshot!(entry("https://news.google.com/rss/search?q=acme&hl=zh-CN&gl=CN&ceid=CN:zh-Hans"), @r#"
    [[source]]
    name = "news-acme"
    kind = "google-news"
    every = "1h"
    query = "acme"
    locale = "zh-CN"
    "#);
}

#[test]
fn what_cannot_be_listened_to_as_it_stands_says_what_can() {
    for (address, words) in [
        ("https://www.reddit.com/r/acme/", "private feed"),
        ("https://old.reddit.com/r/acme/new.json", "private feed"),
        ("https://acme.slack.com/archives/C0123456789", "bot token"),
        ("https://bsky.app/", "search?q=acme"),
        ("https://www.youtube.com/watch?v=a_B-1&t=7", "videos = [\"a_B-1\"]"),
        ("https://youtu.be/a_B-1", "videos = [\"a_B-1\"]"),
        ("https://news.ycombinator.com/item?id=1", "hn.algolia.com/?q=acme"),
    ] {
        let Known::Otherwise(what) = known(&url(address)) else { panic!("{address}") };
        assert!(what.contains(words), "{address}: {what}");
    }
    assert!(matches!(known(&url("https://www.g2.com/products/acme")), Known::Walled(site) if site.name == "G2"));
}

fn check(table: &[(&str, &str, &[&str])]) {
    for (address, body, want) in table {
        let want: Vec<String> = want.iter().map(|want| (*want).to_owned()).collect();
        assert_eq!(found(address, body).as_ref(), Ok(&want), "{body}");
    }
}

#[test]
fn a_page_is_read_for_what_it_is_before_what_it_names() {
    let site = "https://acme.example/x/";
    check(&[
        (site, RSS, &["feed https://acme.example/x/ 2"]),
        (site, REVIEWS, &["reviews https://acme.example/x/ 1", "feed https://acme.example/blog.rss"]),
        (
            site,
            "<base href='https://cdn.example/'><link rel='ALTERNATE home' type='application/atom+xml; charset=utf-8' title='News' href='a.atom'>\
             <link rel=alternate type='text/html' href='/de'><link rel=alternate hreflang=de href=/b><link rel=stylesheet type='application/rss+xml' href=c>\
             <link rel=alternate type='application/feed+json' href='https://x.com/feed'>",
            &["feed https://cdn.example/a.atom"],
        ),
    ]);
}

#[test]
fn a_page_tells_what_its_site_is_made_with() {
    let site = "https://acme.example/x/";
    let discourse = "<meta name='generator' content='Discourse 3.4'><link rel=alternate type='application/rss+xml' href='/latest.rss'>";
    check(&[
        (site, discourse, &["discourse https://acme.example/", "feed https://acme.example/latest.rss"]),
        (
            "https://acme.example/t/hello/12/7",
            discourse,
            &["feed https://acme.example/t/hello/12.rss", "discourse https://acme.example/", "feed https://acme.example/latest.rss"],
        ),
        (
            "https://acme.example/talk/c/help/5",
            "<meta name='generator' content='Discourse 3'><meta name='discourse-base-uri' content='/talk'>",
            &[
                "feed https://acme.example/talk/c/help/5.rss",
                "discourse https://acme.example/talk",
                "feed https://acme.example/talk/latest.rss",
            ],
        ),
        ("https://social.example/tags/acme", "<div id='mastodon'></div>", &["mastodon acme", "feed https://social.example/tags/acme.rss"]),
        ("https://social.example/@acme", "<meta name=generator content='Mastodon v4.5'>", &["feed https://social.example/@acme.rss"]),
        (
            "https://talk.example/c/acme",
            "<title>acme - lemmy</title><script>window.isoData = {}</script>",
            &["feed https://talk.example/feeds/c/acme.xml?sort=New"],
        ),
        (
            site,
            "<meta name='generator' content='WordPress 6.8'>",
            &["feed https://acme.example/feed/", "feed https://acme.example/comments/feed/"],
        ),
        (
            site,
            "<meta name='generator' content='WordPress 6.8'><link rel='alternate' type='application/rss+xml' href='/blog/feed/'>\
             <link rel='alternate' type='application/json' href='/wp-json/x'>",
            &["feed https://acme.example/blog/feed/"],
        ),
        (
            site,
            "<a href='https://other.example/feed'>theirs</a><a href='/news/RSS/'>ours</a><a href='/feedback'>no</a>",
            &["feed https://acme.example/news/RSS/"],
        ),
        (
            "https://www.youtube.com/@acme",
            "<link rel='alternate' type='application/rss+xml' title='RSS' href='https://www.youtube.com/feeds/videos.xml?channel_id=UC1'>",
            &["feed https://www.youtube.com/feeds/videos.xml?channel_id=UC1"],
        ),
    ]);
}

#[test]
fn what_the_address_told_is_read_from_the_one_page() {
    let feed = found("https://www.v2ex.com/?tab=tech", RSS);
    assert_eq!(feed.unwrap(), ["feed https://www.v2ex.com/feed/tab/tech.xml 2"]);
    let hits = "{\"hits\":[{\"objectID\":\"1\",\"comment_text\":\"fine\",\"created_at_i\":1}]}";
    assert_eq!(found("https://hn.algolia.com/?q=acme", hits).unwrap(), ["hacker-news acme 1"]);
    let channel =
        "<div class='tgme_widget_message' data-post='acme/1'><div class='tgme_widget_message_text js-message_text'>Fine</div></div>";
    assert_eq!(found("https://t.me/acme", channel).unwrap(), ["telegram acme 1"]);
    assert!(found("https://t.me/acme", "<p>Open in the app").unwrap_err().contains("switched off"));
    let topics = "[{\"id\":1,\"title\":\"fine\"}]";
    assert_eq!(found("https://www.v2ex.com/go/nas", topics).unwrap(), ["v2ex nas 1"]);
}

#[test]
fn a_feed_of_an_rsshub_is_known_as_one() {
    let feed = "<rss version='2.0'><channel><generator>RSSHub</generator><item><title>one</title></item></channel></rss>";
    assert_eq!(found("http://127.0.0.1:1200/weibo/keyword/acme", feed).unwrap(), ["rsshub /weibo/keyword/acme 1"]);
    assert_eq!(found("http://127.0.0.1:1200/weibo/keyword/acme", RSS).unwrap(), ["feed http://127.0.0.1:1200/weibo/keyword/acme 2"]);
}

#[test]
fn a_page_that_leads_nowhere_says_why_and_what_to_do() {
    for (body, words) in [
        ("<title>Just a moment...</title>", "a challenge for robots"),
        ("<p>hello, this is our home page", "names no feed and marks up no reviews"),
        ("<rss><channel><item", "cut"),
        ("", "empty"),
        (
            "<div itemscope itemtype='https://schema.org/Product'><div itemprop='aggregateRating' itemscope \
             itemtype='https://schema.org/AggregateRating'><b itemprop='reviewCount'>120</b></div></div>",
            "shows 0 of 120 reviews",
        ),
    ] {
        match found("https://acme.example/", body) {
            Err(why) => assert!(why.contains(words), "{body}: {why}"),
            Ok(found) => assert_eq!((words, found.as_slice()), ("cut", &["feed https://acme.example/ 0".to_owned()][..])),
        }
    }
}

#[test]
fn a_page_that_ends_at_a_walled_site_is_not_taken() {
    let page = fetch::Page { url: url("https://x.com/acme"), content_type: None, body: RSS.into() };
    let why = read(&url("https://short.example/a"), &page, &[], moment()).unwrap_err();
    assert!(why.contains("(X)") || why.contains("`x.com`"), "{why}");
}

#[test]
fn hostile_pages_lead_nowhere_and_do_no_harm() {
    for body in ["<".repeat(200_000), "<link rel=alternate type=application/rss+xml href=".repeat(5_000), "<a href='/feed'>".repeat(50_000)]
    {
        let told = found("https://acme.example/", &body);
        assert!(told.as_ref().map_or(true, |found| found.len() <= 10), "{told:?}");
    }
}

fn of_file(name: &str, body: &str) -> Candidate {
    let page = fetch::Page { url: url(&format!("file:///srv/{name}")), content_type: None, body: body.into() };
    read_file(draft_of_file(name, &[]), Some(&page), moment())
}

#[test]
fn a_file_is_told_by_its_columns() {
    let csv = of_file("a.csv", "Date,What did you like?,Score\n2026-01-02,The sync is great,4\n");
    insta::assert_snapshot!(csv.draft.to_toml(), @r#"
    # taken as they are named: published = "Date", rating = "Score"
    # the text is the column with the longest words; correct `map` if that is another
    [[source]]
    name = "a"
    kind = "file"
    every = "5m"
    path = "a.csv"
    map = { text = "What did you like?" }
    "#);
    assert_eq!(csv.parsed.unwrap().mentions.len(), 1);
    let feed = of_file("a.atom", RSS);
    assert_eq!((feed.what.as_str(), feed.parsed.unwrap().mentions.len()), ("a saved feed", 2));
    let broken = of_file("a.csv", "\n\n");
    assert!(broken.parsed.is_none() && broken.note.unwrap().contains("empty"));
    assert!(read_file(draft_of_file("drop", &[]), None, moment()).note.unwrap().contains("no file yet"));
}

#[test]
fn mails_exports_and_surveys_are_told_from_tables() {
    let mail = of_file("a.mbox", "From ann@customer.example Thu Mar  5 10:00:00 2026\nFrom: Ann <ann@customer.example>\n\nEasy to use\n");
    assert_eq!((mail.what.as_str(), mail.draft.kind, mail.parsed.unwrap().mentions.len()), ("mails", "mailbox", 1));
    let zip = of_file("export.zip", "PK");
    assert!(zip.draft.kind == "slack" && zip.note.unwrap().contains("no export of Slack"));
    let survey = of_file("s.csv", "Response,How likely are you to recommend us?,What did you like?\n1,9,The sync is great\n");
    insta::assert_snapshot!(survey.draft.to_toml(), @r#"
    # the open questions and the score as they look; `id`, `email`, `date` and `lang` may name columns, too
    [[source]]
    name = "s"
    kind = "survey"
    every = "1h"
    path = "s.csv"
    answers = ["What did you like?"]
    score = { column = "How likely are you to recommend us?", scale = "nps" }
    "#);
    assert_eq!(survey.parsed.unwrap().mentions[0].rating.unwrap().best(), 10.0);
    let held = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    for (names, kind) in
        [(&["cur", "new", "tmp"][..], "mailbox"), (&["1.eml", "2.eml"], "mailbox"), (&["1.eml", "a.csv"], "file"), (&[], "file")]
    {
        assert_eq!(draft_of_file("drop", &held(names)).kind, kind, "{names:?}");
    }
}

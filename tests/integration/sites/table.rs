//! The kinds that ask the web: the keys that listen to each, how its pages are asked for, and who words them.

use super::{Kind, Pages, Shown, answers, pages};

const fn kind(
    name: &'static str,
    word: &'static str,
    keys: &'static str,
    pages: Pages,
    per_page: usize,
    show: fn(&Shown<'_>) -> String,
) -> Kind {
    Kind { name, word, keys, pages, per_page, show, edits: true, tells_gone: true }
}

/// Every kind that asks the web, in every way it does.
pub const SITES: &[Kind] = &[
    kind("feed", "feed", "url = \"SITE\"", Pages::One, 0, pages::rss),
    kind("reviews", "reviews", "url = \"SITE\"", Pages::Token("from"), 2, pages::reviews),
    kind(
        "page",
        "page",
        "url = \"SITE\"\nitem = \"article.post\"\nnext = \"a.next\"\n\
         fields = { text = \".words\", author = \".who\", date = \"time@datetime\", id = \"@data-id\" }",
        Pages::Token("from"),
        2,
        pages::board,
    ),
    kind("hacker-news", "hacker-news", "query = \"acme\"\nhits_per_page = 2\nendpoint = \"SITE\"", Pages::Until, 2, answers::hacker_news),
    kind("github", "github", "query = \"acme\"\nper_page = 2\nendpoint = \"SITE\"", Pages::Number("page"), 2, answers::github),
    kind(
        "github-discussions",
        "github",
        "repos = [\"a/b\"]\ncomments = false\ndiscussions = true\nendpoint = \"SITE\"\nsecret = KEY",
        Pages::Posted,
        2,
        answers::discussions,
    ),
    kind("youtube", "youtube", "videos = [\"v\"]\nendpoint = \"SITE\"\nsecret = KEY", Pages::Token("pageToken"), 2, answers::youtube),
    kind("v2ex", "v2ex", "endpoint = \"SITE\"", Pages::One, 0, answers::v2ex),
    kind("wordpress-org", "wordpress-org", "plugin = \"acme-desk\"\nendpoint = \"SITE\"", Pages::One, 0, pages::wordpress),
    kind("telegram", "telegram", "channels = [\"acme\"]\nendpoint = \"SITE\"", Pages::Before("before"), 2, pages::telegram),
    kind("app-store", "app-store", "app = 7\nendpoint = \"SITE\"", Pages::InPath, 2, answers::app_store),
    kind("steam", "steam", "app = 7\nendpoint = \"SITE\"\nstore = \"SITE\"", Pages::InQuestion, 2, answers::steam),
    kind("mastodon", "mastodon", "tags = [\"acme\"]\nserver = \"SITE\"", Pages::Before("max_id"), 2, answers::mastodon),
    kind("lemmy", "lemmy", "query = \"acme\"\nserver = \"SITE\"", Pages::Number("page"), 50, answers::lemmy),
    kind("discourse", "discourse", "server = \"SITE\"", Pages::Before("before"), 2, answers::discourse),
    kind("stack-exchange", "stack-exchange", "query = \"acme\"\nendpoint = \"SITE\"", Pages::Number("page"), 2, answers::stack_exchange),
    kind(
        "trustpilot",
        "trustpilot",
        "business_unit = \"46a0000000006400050000e5\"\nendpoint = \"SITE\"\nsecret = KEY",
        Pages::Number("page"),
        100,
        answers::trustpilot,
    ),
    kind(
        "google-play",
        "google-play",
        "package = \"com.example.desk\"\nendpoint = \"SITE\"\nsecret = ACCOUNT",
        Pages::Token("token"),
        2,
        answers::google_play,
    ),
    kind(
        "google-business",
        "google-business",
        "account = \"7\"\nlocations = [\"1\"]\nendpoint = \"SITE\"\nsecret = ACCOUNT",
        Pages::Token("pageToken"),
        2,
        answers::google_business,
    ),
    kind(
        "app-store-connect",
        "app-store-connect",
        "app = 7\nkey_id = \"2X9R4HXF34\"\nendpoint = \"SITE\"\nsecret = P8",
        Pages::Token("cursor"),
        2,
        answers::app_store_connect,
    ),
    kind(
        "json",
        "json",
        "url = \"SITEtickets?cursor={cursor}\"\nitems = \"tickets\"\nnext = { cursor = \"next\" }\n\
         fields = { text = \"body\", id = \"id\", date = \"at\", edited = \"changed\" }",
        Pages::Token("cursor"),
        2,
        answers::tickets,
    ),
    kind(
        "reddit",
        "reddit",
        "subreddits = [\"a\"]\ncomments = false\nendpoint = \"SITE\"\nsecret = KEY",
        Pages::Token("after"),
        2,
        answers::reddit,
    ),
    kind(
        "reddit-feed",
        "reddit",
        "feed = \"https://www.reddit.com/r/a/.rss?feed=a&user=b\"\nendpoint = \"SITE\"",
        Pages::One,
        0,
        pages::atom,
    ),
    // Each round asks only for what is newer: each post is paid for once.
    Kind {
        tells_gone: false,
        ..kind("x", "x", "query = \"acme\"\nendpoint = \"SITE\"\nsecret = KEY", Pages::Token("next_token"), 2, answers::x)
    },
    // An article goes by its headline.
    Kind { edits: false, ..kind("google-news", "google-news", "query = \"acme\"\nendpoint = \"SITE\"", Pages::One, 0, pages::news) },
    kind(
        "google-alerts",
        "google-alerts",
        "feed = \"https://www.google.com/alerts/feeds/1/2\"\nendpoint = \"SITE\"",
        Pages::One,
        0,
        pages::atom,
    ),
    kind("rsshub", "rsshub", "instance = \"SITE\"\nroute = \"/weibo/keyword/acme\"", Pages::One, 0, pages::rss),
    kind("slack", "slack", "channels = [\"C0123456789\"]\nendpoint = \"SITE\"\nsecret = KEY", Pages::Token("cursor"), 2, answers::slack),
];

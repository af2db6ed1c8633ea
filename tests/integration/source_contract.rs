//! What every kind of source keeps to, whatever comes in. A new kind adds a row to [`KINDS`] and a folder of fixtures.

use std::path::{Path, PathBuf};

use goodword::fetch;
use goodword::sources::{Ask, Kind, Moment, Parsed, read_sources};
use goodword::store::Coverage;
use goodword::tomlfile::TomlFile;

use crate::harness::{Page, Site, TestApp};
use crate::owners::service_account_of;

macro_rules! service_account {
    () => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/keys/service-account.json")
    };
}

/// The kinds: the word in `sources.toml`, and the keys of an example beside the common ones.
pub const KINDS: &[(&str, &str)] = &[
    ("feed", "url = \"https://example.com/reviews.atom\""),
    ("reviews", "url = \"https://example.com/kettle/reviews\""),
    (
        "page",
        "url = \"https://example.com/board\"\nitem = \"article.post\"\n\
         fields = { text = \".words\", title = \"h3\", author = \".who\", handle = \".who@href\", date = \"time\", \
         edited = \".edited@datetime\", rating = \".stars@style\", lang = \"@lang\", product = \".of\", region = \".from\", \
         version = \".version\", thread = \"@data-thread\", parent = \"@data-parent\", likes = \".likes\", replies = \".replies\", \
         shares = \".shares\", views = \".views\", answer = \".owner p\", answer_by = \".owner b\", answer_date = \".owner time\", \
         url = \"a.link\", id = \"@data-id\" }",
    ),
    ("hacker-news", "query = \"acme\"\nhits_per_page = 100"),
    ("github", "query = \"acme\""),
    ("youtube", concat!("videos = [\"exampleVid1\"]\nsecret = { file = \"", env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key\" }")),
    ("v2ex", "replies = true"),
    ("wordpress-org", "plugin = \"acme-desk\""),
    ("telegram", "channels = [\"fernnotes\"]"),
    ("app-store", "app = 1234567890"),
    ("steam", "app = 440"),
    ("mastodon", "tags = [\"acmedesk\"]"),
    ("lemmy", "query = \"acme desk\""),
    ("discourse", "server = \"https://forum.example.com\""),
    ("stack-exchange", "query = \"acme desk\""),
    (
        "trustpilot",
        concat!(
            "business_unit = \"46a0000000006400050000e5\"\nsecret = { file = \"",
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/example.key\" }"
        ),
    ),
    ("google-play", concat!("package = \"com.example.desk\"\nsecret = { file = \"", service_account!(), "\" }")),
    ("google-business", concat!("account = \"101\"\nlocations = [\"2002\"]\nsecret = { file = \"", service_account!(), "\" }")),
    (
        "app-store-connect",
        concat!(
            "app = 1234567890\nkey_id = \"2X9R4HXF34\"\nissuer = \"57246542-96fe-1a63-e053-0824d011072a\"\nsecret = { file = \"",
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/keys/connect.p8\" }"
        ),
    ),
    (
        "json",
        "url = \"https://example.com/tickets.json\"\nitems = \"tickets\"\n\
         fields = { text = \"description\", title = \"subject\", id = \"id\", author = \"requester.name\", handle = \"requester.email\", \
         date = \"created_at\", edited = \"updated_at\", rating = \"satisfaction.score\", best = \"satisfaction.of\", url = \"links.web\", \
         lang = \"locale\" }\nwritten = { text = \"html\" }",
    ),
    (
        "webhook",
        concat!(
            "fields = { text = \"answers.comment\", id = \"id\", author = \"customer.name\", date = \"submitted_at\", rating = \"answers.stars\" }\n\
             secret = { file = \"",
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/example.key\" }"
        ),
    ),
    ("reddit", "feed = \"https://www.reddit.com/r/gadgets/new/.rss?feed=example&user=example\""),
    ("x", concat!("query = \"acme\"\nsecret = { file = \"", env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key\" }")),
    ("google-news", "query = \"acme desk\""),
    ("google-alerts", "feed = \"https://www.google.com/alerts/feeds/1/2\""),
    ("rsshub", "instance = \"http://127.0.0.1:1200\"\nroute = \"/weibo/keyword/acme\""),
    (
        "mailbox",
        concat!(
            "server = \"imaps://mail.example.com\"\nuser = \"feedback@example.com\"\nsecret = { file = \"",
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/example.key\" }"
        ),
    ),
    ("slack", concat!("channels = [\"C0123456789\"]\nsecret = { file = \"", env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key\" }")),
    (
        "survey",
        "path = \"drop\"\nanswers = [\"What did you like?\", \"What should change?\"]\nscore = { column = \"NPS\", scale = \"nps\" }\n\
         id = \"Response ID\"\nemail = \"E-mail\"\ndate = \"Date\"",
    ),
    ("file", "path = \"drop\"\nmap = { product = \"Which tool?\" }"),
];

/// The kind of a source with these keys.
pub fn kind(word: &str, keys: &str) -> Kind {
    let text = format!("[[source]]\nname = \"example\"\nevery = \"15m\"\nkind = \"{word}\"\n{keys}\n");
    let file = TomlFile::from_text("sources.toml", text);
    let mut sources = read_sources(&file, Path::new("."), &[]);
    let problems: Vec<String> = file.into_problems().iter().map(ToString::to_string).collect();
    assert_eq!(problems, [""; 0], "the example of {word}");
    assert_eq!(sources.len(), 1, "the example of {word}");
    sources.remove(0).kind
}

fn moment() -> Moment<'static> {
    Moment { now: "2026-03-01T12:00:00Z".parse().unwrap(), since: None, cursor: None, dir: Path::new(".") }
}

/// The fixtures of a kind, by name.
pub fn fixtures(word: &str) -> Vec<(String, Vec<u8>)> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", word].iter().collect();
    // A folder beside them holds pages that have nothing to say.
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    assert!(!files.is_empty(), "{word} has fixtures");
    files.into_iter().map(|file| (file.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&file).unwrap())).collect()
}

/// Has the kind read `body` as if it had been asked for it.
pub fn read(kind: &Kind, name: &str, body: &[u8]) -> Result<Parsed, String> {
    let (ask, url) = match kind {
        Kind::File(_) | Kind::Survey(_) | Kind::Mailbox(_) => (Ask::Read(name.into()), format!("file:///srv/drop/{name}")),
        _ => {
            let url = format!("https://example.com/{name}");
            (Ask::Get(url.parse().unwrap()), url)
        }
    };
    let page = fetch::Page { url: url.parse().unwrap(), content_type: None, body: body.to_vec() };
    kind.parse(&ask, &page, moment()).map_err(|error| error.to_string())
}

#[test]
fn the_example_of_each_kind_parses_and_asks_for_something() {
    for (word, keys) in KINDS {
        let kind = kind(word, keys);
        assert_eq!(kind.as_str(), *word);
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("drop")).unwrap();
        std::fs::write(folder.path().join("drop/a.csv"), "text\nfine\n").unwrap();
        let asks = kind.asks(Moment { dir: folder.path(), ..moment() }).unwrap();
        // What is sent to us is not asked for.
        assert_eq!(asks.len(), usize::from(!kind.is_pushed()), "{word}");
    }
}

#[test]
fn fixtures_give_the_same_whole_mentions_every_time() {
    for (word, keys) in KINDS {
        let kind = kind(word, keys);
        for (name, body) in fixtures(word) {
            let parsed = read(&kind, &name, &body).unwrap_or_else(|error| panic!("{word}/{name}: {error}"));
            assert!(!parsed.mentions.is_empty(), "{word}/{name} has mentions");
            assert_eq!(read(&kind, &name, &body), Ok(parsed.clone()), "{word}/{name} read twice");
            let mut ids: Vec<_> = parsed.mentions.iter().filter_map(|mention| mention.own_id.as_deref()).collect();
            let told = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), told, "{word}/{name}: ids are not shared");
            for mention in &parsed.mentions {
                assert!(!mention.text.trim().is_empty(), "{word}/{name}: {mention:?}");
                assert!(mention.title.as_ref().is_none_or(|title| !title.trim().is_empty()), "{word}/{name}: {mention:?}");
                assert!(mention.own_id.as_ref().is_none_or(|id| !id.trim().is_empty()), "{word}/{name}: {mention:?}");
                let absolute = mention.url.as_ref().is_none_or(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
                assert!(absolute, "{word}/{name}: {mention:?}");
            }
        }
    }
}

/// The pages of a kind that have nothing to say, by name.
fn silent(word: &str) -> Vec<(String, Vec<u8>)> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", word, "without"].iter().collect();
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let files = entries.map(|entry| entry.unwrap().path());
    files.map(|file| (file.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&file).unwrap())).collect()
}

#[test]
fn a_page_without_mentions_says_why() {
    for (word, keys) in KINDS.iter().filter(|(word, _)| *word != "reviews") {
        for (name, body) in silent(word) {
            if let Ok(parsed) = read(&kind(word, keys), &name, &body) {
                assert!(parsed.mentions.is_empty(), "{word}/without/{name}: {parsed:?}");
                assert!(parsed.partial.is_some() || !parsed.refused.is_empty(), "{word}/without/{name} is silent: {parsed:?}");
            }
        }
    }
}

/// The kinds that ask the web, with the key that points their example at a site of ours.
const WEB_KINDS: &[(&str, &str)] = &[
    ("feed", "url"),
    ("reviews", "url"),
    ("page", "url"),
    ("hacker-news", "endpoint"),
    ("github", "endpoint"),
    ("youtube", "endpoint"),
    ("v2ex", "endpoint"),
    ("wordpress-org", "endpoint"),
    ("telegram", "endpoint"),
    ("app-store", "endpoint"),
    ("stack-exchange", "endpoint"),
    ("discourse", "server"),
    ("lemmy", "server"),
    ("mastodon", "server"),
    ("steam", "endpoint"),
    ("trustpilot", "endpoint"),
    ("google-play", "endpoint"),
    ("google-business", "endpoint"),
    ("app-store-connect", "endpoint"),
    ("json", "url"),
    ("reddit", "endpoint"),
    ("x", "endpoint"),
    ("google-news", "endpoint"),
    ("google-alerts", "endpoint"),
    ("rsshub", "instance"),
    ("slack", "endpoint"),
];

/// An installation that listens to `site` with the example of a kind.
async fn listening(word: &str, key: &str, site: &Site) -> TestApp {
    let address = site.serve().await;
    let (_, keys) = KINDS.iter().find(|(kind, _)| *kind == word).unwrap();
    let keys = keys.replace(service_account!(), &service_account_of(address));
    site.show("/token", "{\"access_token\": \"ya29.example\", \"expires_in\": 3600}");
    let keys: Vec<&str> = keys.lines().filter(|line| !line.starts_with(key)).collect();
    TestApp::with_sources(&format!(
        "[[source]]\nname = \"example\"\nkind = \"{word}\"\nevery = \"15m\"\nmin_interval = \"0s\"\nallow_private = true\n\
         {key} = \"http://{address}/\"\n{}\n",
        keys.join("\n")
    ))
    .await
}

#[tokio::test]
async fn polling_twice_adds_nothing_and_an_unchanged_page_is_not_read_again() {
    for (word, key) in WEB_KINDS {
        for (name, body) in fixtures(word) {
            let site = Site::default();
            site.everywhere(Page { status: 200, body: body.clone(), ..Page::default() });
            let test = listening(word, key, &site).await;
            let first = test.crawl().await.remove(0);
            assert!(first.new > 0, "{word}/{name}: {first:?}");
            let second = test.crawl().await.remove(0);
            assert_eq!((second.new, second.updated), (0, 0), "{word}/{name}");
            site.everywhere(Page { status: 200, headers: vec![("etag", "\"1\"".to_owned())], body: [&body[..], b"\n"].concat() });
            test.crawl().await;
            let unchanged = test.crawl().await.remove(0);
            assert_eq!((unchanged.seen, unchanged.coverage), (0, Coverage::Unchanged), "{word}/{name}");
            test.end().await;
        }
    }
}

#[tokio::test]
async fn a_site_that_refuses_is_told_and_left_alone() {
    for (word, key) in WEB_KINDS {
        let cases = [
            (429, "3600", Coverage::Failing),
            (500, "3600", Coverage::Failing),
            (403, "3600", Coverage::Blocked),
            (401, "", Coverage::Blocked),
        ];
        for (status, retry_after, coverage) in cases {
            let site = Site::default();
            let headers = if retry_after.is_empty() { vec![] } else { vec![("retry-after", retry_after.to_owned())] };
            site.everywhere(Page { status, headers, ..Page::default() });
            let test = listening(word, key, &site).await;
            let report = test.crawl().await.remove(0);
            assert_eq!(report.coverage, coverage, "{word} {status}: {report:?}");
            assert!(report.error.is_some());
            let wait = report.next.duration_since(test.clock.now()).as_secs();
            assert!(wait >= if retry_after.is_empty() { 900 } else { 3600 }, "{word} {status}: {wait}");
            test.end().await;
        }
    }
}

#[test]
fn a_page_that_breaks_off_anywhere_is_read_or_refused() {
    for (word, keys) in KINDS {
        let kind = kind(word, keys);
        for (name, body) in fixtures(word) {
            let whole = read(&kind, &name, &body).unwrap().mentions.len();
            // Primes, so that the cuts fall everywhere in whatever repeats.
            let step = if body.len() < 2_000 { 7 } else { 31 };
            for end in (0..body.len()).step_by(step) {
                if let Ok(parsed) = read(&kind, &name, &body[..end]) {
                    assert!(parsed.mentions.len() <= whole, "{word}/{name} cut at {end}");
                }
            }
        }
    }
}

#[test]
fn an_empty_page_is_never_good_news() {
    for (word, keys) in KINDS {
        for (name, _) in fixtures(word) {
            assert!(read(&kind(word, keys), &name, b"").is_err(), "{word}/{name}");
            assert!(read(&kind(word, keys), &name, b" \r\n\t ").is_err(), "{word}/{name}");
        }
    }
}

#[test]
fn hostile_pages_are_read_or_refused() {
    let hostile = hostile();
    for (word, keys) in KINDS {
        let kind = kind(word, keys);
        // The content of a fixture is of no matter here, only that its name tells how the page is read.
        let mut names: Vec<String> = fixtures(word).into_iter().map(|(name, _)| name).collect();
        names.dedup_by_key(|name| name.rsplit('.').next().map(str::to_owned));
        if word != &"file" {
            names.truncate(1);
        }
        for name in names {
            for (what, body) in &hostile {
                // What it says is of no matter, only that it comes to an end without a fault.
                drop(read(&kind, &name, body).map_err(|error| format!("{word}/{name} and {what}: {error}")));
            }
        }
    }
}

fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let much = |text: &str, bytes: usize| text.repeat(bytes / text.len()).into_bytes();
    let many = |text: &str| much(text, 300_000);
    let deep = |open: &str, close: &str| [open.repeat(20_000), close.repeat(20_000)].concat().into_bytes();
    let within = |inner: &[u8]| {
        [b"<rss version=\"2.0\"><channel><item><title>a</title><description>", inner, b"</description></item></channel></rss>"].concat()
    };
    vec![
        ("binary garbage", garbage(200_000)),
        ("nothing but <", much("<", 5_000_000)),
        ("nothing but &", within(&many("&"))),
        ("nothing but [", many("[")),
        ("tags that do not end", many("<a b=\"")),
        ("comments that do not end", within(&many("<!--"))),
        ("declarations that do not end", many("<!x [")),
        ("items that do not end", many("<item><title>a")),
        ("deep markup", deep("<a>", "</a>")),
        ("deep markup in an entry", within(&deep("<b>", "</b>"))),
        ("a deep entry", deep("<entry><title>a</title>", "</entry>")),
        ("deep JSON", deep("{\"items\":[", "]}")),
        ("a huge attribute", within(&[b"<b c=\"", many("x").as_slice(), b"\">"].concat())),
        (
            "many prefixes",
            [
                b"<rss".to_vec(),
                (0..50_000).map(|n| format!(" xmlns:p{n}=\"u\"")).collect::<String>().into_bytes(),
                b">".to_vec(),
                many("<p1:a>"),
            ]
            .concat(),
        ),
        ("entities made of entities", laughs()),
        ("a table of one line", many("text,")),
        ("a quote that does not end", [b"text,id\n\"".to_vec(), many("x\n")].concat()),
    ]
}

fn laughs() -> Vec<u8> {
    let mut page = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a0 \"haha\">".to_owned();
    for n in 1..12 {
        page += &format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10));
    }
    page += "]><rss version=\"2.0\"><channel><item><title>&a11;</title><description>&a11;</description></item></channel></rss>";
    page.into_bytes()
}

/// Bytes without pattern, the same every time.
fn garbage(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[test]
fn entities_made_of_entities_do_not_grow() {
    let parsed = read(&kind(KINDS[0].0, KINDS[0].1), "laughs.xml", &laughs()).unwrap();
    assert!(parsed.mentions.iter().all(|mention| mention.text.len() < 100), "{parsed:?}");
}

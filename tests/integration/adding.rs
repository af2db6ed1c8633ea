//! Places are found with one request, written without touching what stands beside them, and tried without keeping anything.

use std::path::Path;

use goodword::sources::WALLED;
use goodword::sources::packs::PACKS;
use serde_json::Value;

use crate::harness::{Page, Site, feed, goodword, rss, write_files};

/// What a command prints, after it ended with `status`.
fn run(dir: &Path, args: &[&str], input: &str, status: i32) -> String {
    let output = goodword(dir, args, input);
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(status), "{args:?}\n{out}{err}");
    out + &err
}

fn json(dir: &Path, args: &[&str], status: i32) -> Value {
    let output = goodword(dir, args, "");
    assert_eq!(output.status.code(), Some(status), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(out.lines().count(), 1, "{out}");
    serde_json::from_str(&out).unwrap()
}

const SOURCES: &str = "# Where we listen.\r\n\r\n[[source]]   # ours\r\nname='own'\r\nkind = \"feed\"\r\nevery = \"1h\"\r\nurl = \"https://own.example/feed\"\r\n";

fn installation() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_files(dir.path(), SOURCES);
    dir
}

fn sources(dir: &Path) -> String {
    std::fs::read_to_string(dir.join("sources.toml")).unwrap()
}

fn four() -> String {
    rss(&[("1", "Ann", "Acme Desk is easy to use"), ("2", "Bob", "It crashes"), ("3", "Cid", "Third"), ("4", "Dee", "Fourth")])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_is_added_with_one_request_and_only_once() {
    let site = Site::default();
    site.show("/posts", four());
    let address = site.serve().await;
    let (dir, url) = (installation(), format!("http://{address}/posts"));
    let shown = run(dir.path(), &["sources", "add", &url, "--allow-private", "--name", "posts"], "", 0);
    assert_eq!(site.log(), ["/robots.txt", "/posts"]);
    for words in ["a feed: 4 mentions", "2026-03-02T10:00:00Z · Ann", "It crashes", "Third", "Written to sources.toml as `posts`"] {
        assert!(shown.contains(words), "`{words}` is missing in\n{shown}");
    }
    assert!(!shown.contains("Fourth"), "{shown}");
    let entry = format!("\n[[source]]\nname = \"posts\"\nkind = \"feed\"\nevery = \"30m\"\nallow_private = true\nurl = \"{url}\"\n");
    assert_eq!(sources(dir.path()), format!("{SOURCES}{}", entry.replace('\n', "\r\n")));
    run(dir.path(), &["check"], "", 0);

    let before = (sources(dir.path()), site.log().len());
    let again = run(dir.path(), &["sources", "add", &format!("{url}/#top"), "--allow-private"], "", 1);
    assert!(again.contains("listed already as `posts`"), "{again}");
    assert_eq!((sources(dir.path()), site.log().len()), before);
    assert!(run(dir.path(), &["crawl", "posts"], "", 0).contains("4 new"));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_places_are_a_numbered_choice() {
    let site = Site::default();
    site.show(
        "/",
        "<meta name=generator content='Discourse 3.4'><link rel=alternate type='application/rss+xml' title=Latest href=/latest.rss>",
    );
    let address = site.serve().await;
    let add = |dir: &Path, flags: &[&str], input: &str, status: i32| {
        let url = format!("http://{address}/");
        run(dir, &[&["sources", "add", url.as_str(), "--allow-private"], flags].concat(), input, status)
    };
    let dir = installation();
    for (flags, input, why) in [
        (vec![], "", "none was chosen"),
        (vec![], "q\n", "no number from 1 to 2"),
        (vec![], "3\n", "no number from 1 to 2"),
        (vec!["--json"], "", "several are found"),
    ] {
        let told = add(dir.path(), &flags, input, 1);
        assert!(told.contains(why), "{told}");
    }
    let dry = add(dir.path(), &["--dry-run"], "\n", 0);
    assert!(
        dry.contains("  1. Discourse: new posts of the whole forum (discourse): http://") && dry.contains("Nothing was written"),
        "{dry}"
    );
    assert_eq!(sources(dir.path()), SOURCES);
    add(dir.path(), &[], "2\n", 0);
    assert!(sources(dir.path()).ends_with("/latest.rss\"\r\n"), "{}", sources(dir.path()));
    add(dir.path(), &["--yes"], "", 0);
    assert!(sources(dir.path()).ends_with(&format!("server = \"http://{address}/\"\r\n")), "{}", sources(dir.path()));
    assert!(add(dir.path(), &["--yes"], "", 1).contains("listed already"));
    assert!(add(dir.path(), &[], "q\n", 1).contains("listed already as"));
    run(dir.path(), &["check"], "", 0);
    let asked: Vec<String> = site.log().into_iter().filter(|path| path != "/robots.txt").collect();
    assert!(asked.iter().all(|path| path == "/") && asked.len() == 7, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn reviews_on_a_page_are_added_and_read_as_such() {
    let site = Site::default();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/reviews/json-ld.html");
    site.show("/lamp", std::fs::read(fixture).unwrap());
    let address = site.serve().await;
    let (dir, url) = (installation(), format!("http://{address}/lamp"));
    let args = ["sources", "add", &url, "--allow-private", "--product", "Acme Desk", "--every", "0 7 * * *", "--json"];
    let added = json(dir.path(), &args, 0);
    assert_eq!(
        (&added["added"], &added["name"], &added["candidates"][0]["kind"]),
        (&true.into(), &"127-0-0-1-lamp".into(), &"reviews".into())
    );
    assert_eq!(added["mentions"].as_array().unwrap().len(), 3);
    assert_eq!(added["mentions"][0]["rating"], 4.5);
    assert!(sources(dir.path()).contains("every = \"0 7 * * *\"\r\nproduct = \"Acme Desk\"\r\n"), "{}", sources(dir.path()));
    run(dir.path(), &["check"], "", 0);
    for (flag, value, words) in [
        ("--product", "Acme Dsk", "did you mean `Acme Desk`?"),
        ("--every", "often", "`often` is neither"),
        ("--name", "a b", "the name must be letters"),
        ("--name", "own", "the name `own` is taken"),
    ] {
        let other = format!("http://{address}/other");
        let told = run(dir.path(), &["sources", "add", &other, "--allow-private", flag, value], "", 2);
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(site.asked("/other"), 0, "a slip of the pen costs no request");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_listened_to_says_why_and_is_not_written() {
    let site = Site::default();
    site.set("/shut", Page { status: 403, headers: vec![("server", "cloudflare".to_owned())], body: b"no".to_vec() });
    site.show("/challenge", "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>");
    site.show("/home", "<html><title>Home</title><p>We make desks.");
    let address = site.serve().await;
    let dir = installation();
    for (path, words) in [
        ("/challenge", "keeps programs out"),
        ("/home", "names no feed and marks up no reviews"),
        ("/gone", "there is no such page"),
        ("/shut", "use the site's API or a file export"),
    ] {
        let told = run(dir.path(), &["sources", "add", &format!("http://{address}{path}"), "--allow-private"], "", 1);
        assert!(told.contains(words), "{path}: {told}");
    }
    let private = run(dir.path(), &["sources", "add", &format!("http://{address}/x")], "", 1);
    assert!(private.contains("--allow-private"), "{private}");
    let walled = run(dir.path(), &["sources", "add", "www.g2.com/products/acme/reviews"], "", 1);
    assert!(walled.contains("it was not asked; the way round: the review export"), "{walled}");
    assert!(run(dir.path(), &["sources", "add", "https://www.reddit.com/r/acme"], "", 1).contains("private feed"));
    assert!(run(dir.path(), &["sources", "add", "missing.csv"], "", 2).contains("no file or folder"));
    assert!(run(dir.path(), &["sources", "add", "owm"], "", 2).contains("did you mean `own`?"));
    assert_eq!(sources(dir.path()), SOURCES);
}

#[test]
fn a_file_or_folder_becomes_an_entry_that_tells_its_columns() {
    let dir = installation();
    let file = dir.path().join("answers.csv");
    std::fs::write(&file, "Date;What did you like?;Score\n2026-02-01;Acme Desk is easy to use;5\n").unwrap();
    let shown = run(dir.path(), &["sources", "add", file.to_str().unwrap()], "", 0);
    assert!(shown.contains("Acme Desk is easy to use") && shown.contains("5 of 5"), "{shown}");
    let entry = "# taken as they are named: published = \"Date\", rating = \"Score\"";
    assert!(sources(dir.path()).contains(entry), "{}", sources(dir.path()));
    assert!(sources(dir.path()).contains("path = \"answers.csv\"\r\nmap = { text = \"What did you like?\" }\r\n"));
    std::fs::create_dir(dir.path().join("drop")).unwrap();
    assert!(run(dir.path(), &["sources", "add", "drop"], "", 0).contains("no file yet"));
    assert!(run(dir.path(), &["sources", "add", "drop/"], "", 1).contains("listed already as `drop`"));
    run(dir.path(), &["check"], "", 0);
    assert!(run(dir.path(), &["crawl", "answers"], "", 0).contains("1 new"));
}

#[test]
fn every_pack_is_written_whole_and_once() {
    for pack in PACKS {
        let dir = installation();
        let add = ["sources", "add", "--pack", pack.name, "--product", "Acme Desk", "--product", "Rival"];
        let dry = run(dir.path(), &[&add[..], &["--dry-run"]].concat(), "", 0);
        assert!(dry.contains("[[source]]") && sources(dir.path()) == SOURCES, "{dry}");
        run(dir.path(), &add, "", 0);
        let written = sources(dir.path());
        assert!(written.starts_with(SOURCES) && !written.contains("{product}") && written.contains("acme-desk"), "{written}");
        run(dir.path(), &["check"], "", 0);
        assert!(run(dir.path(), &add, "", 1).contains("0 sources added"));
        assert_eq!(sources(dir.path()), written);
    }
    let dir = installation();
    let told = run(dir.path(), &["sources", "add", "--pack", "china"], "", 0);
    assert!(told.contains("news-zh-acme-desk: added"), "ours is the usual product: {told}");
    assert!(sources(dir.path()).contains("query = \"\\\"艾克美\\\" when:7d\""), "by its Chinese name");
    let told = run(dir.path(), &["sources", "add", "--pack", "games", "--product", "Nova"], "", 0);
    assert!(told.contains("`Nova` is not in phrases/products.toml yet"), "{told}");
    assert!(run(dir.path(), &["sources", "add", "--pack", "gmes"], "", 2).contains("did you mean `games`?"));
    assert_eq!(run(dir.path(), &["sources", "packs", "--json"], "", 0).lines().count(), PACKS.len());
}

#[test]
fn a_list_of_feeds_goes_in_but_for_what_is_no_feed_and_comes_out_again() {
    let dir = installation();
    let list = dir.path().join("feeds.opml");
    let text = "<opml version='1.0'><body><outline text='Desk &amp; lamp'><outline text='Own' xmlUrl='http://own.example/feed/'/>\
                <outline text='Talk' xmlUrl='https://talk.example/rss?a=1&amp;b=2'/><outline text='Talk' xmlUrl='https://b.example/'/></outline>\
                <outline text='Bad' xmlUrl='not an address'/><outline text='X' xmlUrl='https://x.com/acme'/></body></opml>";
    std::fs::write(&list, text).unwrap();
    let told = run(dir.path(), &["sources", "import", list.to_str().unwrap()], "", 1);
    for words in [
        "http://own.example/feed/: skipped, listed already as `own`",
        "talk: added",
        "talk-2: added",
        "not an address: this is no address",
        "https://x.com/acme: `x.com`",
        "2 feeds added, 1 listed already, 2 refused",
    ] {
        assert!(told.contains(words), "`{words}` is missing in\n{told}");
    }
    assert!(
        sources(dir.path()).starts_with(SOURCES) && sources(dir.path()).contains("# From Desk & lamp.\r\n[[source]]\r\nname = \"talk\"")
    );
    run(dir.path(), &["check"], "", 0);

    let exported = goodword(dir.path(), &["sources", "export", "--opml"], "");
    let other = tempfile::tempdir().unwrap();
    write_files(other.path(), "");
    std::fs::write(other.path().join("feeds.opml"), &exported.stdout).unwrap();
    let again = run(other.path(), &["sources", "import", other.path().join("feeds.opml").to_str().unwrap()], "", 0);
    assert!(again.contains("3 feeds added, 0 listed already, 0 refused"), "{again}");
    assert_eq!(exported.stdout, goodword(other.path(), &["sources", "export"], "").stdout);
    std::fs::write(&list, "<html>").unwrap();
    assert!(run(dir.path(), &["sources", "import", list.to_str().unwrap()], "", 2).contains("no OPML list"));
    assert!(run(dir.path(), &["sources", "add", list.to_str().unwrap()], "", 2).contains("goodword sources import"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pausing_resuming_and_removing_touch_nothing_else() {
    let site = Site::default();
    site.show("/a", rss(&[("1", "Ann", "Acme Desk is easy to use")]));
    let address = site.serve().await;
    let dir = tempfile::tempdir().unwrap();
    let text = format!("# Ours.\n\n# Forum.\n{}\n# Kept.\n{}", feed("a", &format!("http://{address}/a")), feed("b", "http://127.0.0.1:9/"));
    write_files(dir.path(), &text);
    run(dir.path(), &["crawl", "a"], "", 0);
    assert!(run(dir.path(), &["sources", "pause", "a", "b"], "", 0).contains("b: paused"));
    assert_eq!(
        sources(dir.path()),
        text.replace("name = \"a\"\n", "name = \"a\"\nenabled = false\n").replace("name = \"b\"\n", "name = \"b\"\nenabled = false\n")
    );
    assert!(run(dir.path(), &["crawl"], "", 2).contains("no source is enabled"));
    assert!(run(dir.path(), &["sources", "pause", "a"], "", 0).contains("paused already"));
    assert!(run(dir.path(), &["sources", "resume", "b"], "", 0).contains("b: resumed"));
    let before = sources(dir.path());
    let told = run(dir.path(), &["sources", "remove", "a", "bb"], "", 2);
    assert!(told.contains("there is no source `bb`") && told.contains("did you mean `b`?"), "{told}");
    assert_eq!(sources(dir.path()), before, "all of them or none");
    assert!(run(dir.path(), &["sources", "remove", "a"], "", 0).contains("stays stored"));
    assert!(sources(dir.path()).starts_with("# Ours.\n\n# Kept.\n[[source]]\nname = \"b\""), "{}", sources(dir.path()));
    run(dir.path(), &["check"], "", 0);
    assert!(run(dir.path(), &["search", "easy"], "", 0).contains("Acme Desk is easy to use"));
}

#[tokio::test(flavor = "multi_thread")]
async fn trying_shows_what_would_be_read_and_keeps_nothing() {
    let site = Site::default();
    site.show("/posts", four());
    site.set("/shut", Page { status: 403, ..Page::default() });
    site.show("/forum", "<meta name=generator content='Discourse 3'>");
    let address = site.serve().await;
    let dir = tempfile::tempdir().unwrap();
    let about = format!("{}product = \"Acme Desk\"\nsince = \"5000d\"\n", feed("posts", &format!("http://{address}/posts")));
    write_files(dir.path(), &format!("{about}\n{}", feed("shut", &format!("http://{address}/shut"))));
    std::fs::write(dir.path().join("drop.jsonl"), "{\"text\":\"Rival is great\"}\nnot json\n").unwrap();

    let trial = json(dir.path(), &["try", "posts", "--limit", "2", "--json"], 0);
    assert_eq!((&trial["coverage"], &trial["kind"], &trial["seen"]), (&"fresh".into(), &"feed".into(), &4.into()));
    let mentions = trial["mentions"].as_array().unwrap();
    assert_eq!(mentions.len(), 2);
    let tagged = goodword(dir.path(), &["tag", "--json"], "{\"text\":\"It crashes\",\"product\":\"Acme Desk\"}\n");
    let tagged: Value = serde_json::from_slice(&tagged.stdout).unwrap();
    assert_eq!((&mentions[1]["tags"], &mentions[1]["verdict"]), (&tagged["tags"], &tagged["verdict"]));
    assert_eq!(site.log(), ["/robots.txt", "/posts"]);

    let shut = run(dir.path(), &["sources", "test", "shut"], "", 1);
    assert!(shut.contains("shut (feed): blocked, 0 mentions") && shut.contains("answered 403"), "{shut}");
    let file = run(dir.path(), &["try", "drop.jsonl"], "", 0);
    assert!(file.contains("+ “great” → Rival") && file.contains("not read: `drop.jsonl`: line 2"), "{file}");
    let page = json(dir.path(), &["try", &format!("http://{address}/posts"), "--allow-private", "--json"], 0);
    assert_eq!((&page["coverage"], &page["seen"]), (&"fresh".into(), &4.into()));
    assert!(run(dir.path(), &["try", &format!("http://{address}/posts")], "", 1).contains("--allow-private"));
    assert!(run(dir.path(), &["try", "https://www.trustpilot.com/review/acme.example"], "", 1).contains("business account"));
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    assert!(run(dir.path(), &["try", "empty"], "", 0).contains("no file to read yet"));
    assert!(run(dir.path(), &["try", "post"], "", 2).contains("did you mean `posts`?"));
    let forum = Site::default();
    forum.show("/", "<meta name=generator content='Discourse 3'>");
    let offers = json(dir.path(), &["try", &format!("http://{}/", forum.serve().await), "--allow-private", "--json"], 0);
    assert_eq!((&offers["coverage"], offers["offers"].as_array().unwrap().len()), (&Value::Null, 2));
    assert!(!dir.path().join("index").exists(), "nothing is stored");
}

#[test]
fn the_documentation_names_every_walled_site_with_its_way_round_and_every_pack() {
    let document = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sources.md")).unwrap();
    let rows = |heading: &str| {
        let table = document.split(heading).nth(1).unwrap().split("\n## ").next().unwrap();
        let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")).skip(1);
        rows.map(|(first, second)| (first.to_owned(), second.to_owned())).collect::<Vec<_>>()
    };
    let walled: Vec<_> = WALLED.iter().map(|site| (site.name.to_owned(), site.way.to_owned())).collect();
    assert_eq!(rows("## Sites that do not let programs read them"), walled);
    let packs: Vec<_> = rows("## Packs").into_iter().map(|(name, _)| name).collect();
    assert_eq!(packs, PACKS.map(|pack| format!("`{}`", pack.name)));
    assert!(document.contains("never works around bot protection"));
}

//! The figures, over mentions whose days and words are known.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use goodword::app::{FigureRequest, News, SearchRequest, TrendRequest};
use goodword::insight::{By, Each, Scope};
use goodword::mention::Polarity;
use goodword::sources::Columns;
use indicatif::ProgressBar;
use jiff::civil::Date;

use crate::harness::{Page, Site, TestApp, feed, rss, write_files};

/// Lines of JSON: day, text, stars.
fn lines(mentions: &[(&str, &str, Option<u8>)]) -> String {
    let mut out = String::new();
    for (place, (day, text, stars)) in mentions.iter().enumerate() {
        let rating = stars.map(|stars| format!(",\"rating\":{stars}")).unwrap_or_default();
        let id = format!("{day}-{place}-{}", text.len());
        writeln!(out, "{{\"id\":\"{id}\",\"author\":\"A {place}\",\"published\":\"{day}\",\"text\":\"{text}\"{rating}}}").unwrap();
    }
    out
}

async fn import(test: &TestApp, source: &str, mentions: &[(&str, &str, Option<u8>)]) {
    let text = lines(mentions);
    let imported = test.app.import("m.jsonl", text.as_bytes(), source, &Columns::default(), |error| panic!("{error:?}")).await.unwrap();
    assert_eq!(imported.refused, 0);
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
}

async fn quiet() -> TestApp {
    TestApp::with_sources(&feed("forum", "http://127.0.0.1:9/feed")).await
}

/// Two weeks before the tests' today, and the two before those.
const MENTIONS: [(&str, &str, Option<u8>); 14] = [
    ("2026-02-11", "Acme Desk is easy to use", Some(5)),
    ("2026-02-12", "Acme Desk crashes", Some(1)),
    ("2026-02-12", "Acme Desk crashes a lot", None),
    ("2026-02-20", "Rival is great", Some(4)),
    ("2026-03-01", "Acme Desk is great, but it crashes with the dark mode", Some(3)),
    ("2026-03-02", "Acme Desk is easy to use in dark mode", Some(5)),
    ("2026-03-03", "The dark mode of Acme Desk is great", Some(5)),
    ("2026-03-03", "艾克美很好用", Some(5)),
    ("2026-03-04", "Acme Desk and Rival are both great", None),
    ("2026-03-04", "Rival is terrible", Some(1)),
    ("2026-03-08", "Rival crashes in dark mode", Some(2)),
    ("2026-03-09", "I like the dark mode of nothing at all", None),
    ("2026-03-10", "Acme Desk is terrible", Some(1)),
    ("2026-03-10", "Dark mode, 闪退", None),
];

/// What people say of other things.
const ELSE: [(&str, &str, Option<u8>); 10] = [("2026-02-15", "Nothing new under the sun", None); 10];

fn of(scope: Scope, since: &str) -> FigureRequest {
    FigureRequest { scope, since: since.to_owned(), until: None }
}

async fn found(test: &TestApp, query: &str) -> u64 {
    let request = SearchRequest { query: query.to_owned(), limit: 0, ..SearchRequest::default() };
    test.app.search(&request).await.unwrap().total as u64
}

async fn check(test: &TestApp, figures: impl IntoIterator<Item = (String, u64)>) {
    let mut checked = 0;
    for (query, figure) in figures {
        assert_eq!(found(test, &query).await, figure, "{query}");
        checked += 1;
    }
    assert!(checked > 0);
}

#[tokio::test]
async fn every_figure_of_a_trend_is_the_count_of_its_query() {
    let test = quiet().await;
    import(&test, "reviews", &MENTIONS).await;
    let scopes = [
        Scope::default(),
        Scope::product("acme desk"),
        Scope::product("艾克美").with_theme("reliability"),
        Scope { polarity: Some(Polarity::Praise), lang: Some("en".to_owned()), ..Scope::default() },
        Scope { source: Some("reviews".to_owned()), query: Some("dark OR terrible".to_owned()), ..Scope::default() },
    ];
    let (mut all, mut seen) = (0, 0);
    for scope in scopes {
        for each in [Each::Polarity, Each::Product, Each::Theme, Each::Source, Each::Lang] {
            if each != Each::Polarity && each.is_fixed_by(&scope) {
                continue;
            }
            for by in [By::Day, By::Week, By::Month] {
                let trend = test.app.trend(&TrendRequest { of: of(scope.clone(), "28d"), by, each }).await.unwrap();
                let points = trend.series.iter().flat_map(|series| series.points.iter().chain([&series.total]));
                let figures: Vec<_> = points.map(|point| (point.query.clone(), point.mentions)).collect();
                all += figures.len();
                seen += figures.iter().filter(|(_, figure)| *figure > 0).count();
                let standing = &trend.standing;
                let standing = [
                    (standing.query.clone(), standing.mentions),
                    (standing.praise_query.clone(), standing.praise),
                    (standing.complaint_query.clone(), standing.complaints),
                    (standing.rated_query.clone(), standing.rated),
                ];
                check(&test, figures.into_iter().chain(standing)).await;
                let parts: u64 = trend.series[0].points.iter().map(|point| point.mentions).sum();
                assert_eq!(parts, trend.series[0].total.mentions);
            }
        }
    }
    assert!(seen > 100 && all > seen, "{seen} of {all}");
    test.end().await;
}

#[tokio::test]
async fn every_figure_of_voice_themes_and_words_is_the_count_of_its_query() {
    let test = quiet().await;
    import(&test, "reviews", &MENTIONS).await;
    import(&test, "news", &ELSE).await;
    import(&test, "survey", &[("2026-03-05", "Acme Desk is easy to use", Some(4))]).await;
    let voice = test.app.voice(&of(Scope::default(), "28d")).await.unwrap();
    let told: Vec<_> =
        voice.groups.iter().chain(&voice.products).map(|one| (&*one.name, one.mentions, one.praise, one.complaints)).collect();
    assert_eq!(told, [("ours", 10, 7, 4), ("competitors", 4, 2, 2), ("Acme Desk", 10, 7, 4), ("Rival", 4, 2, 2)]);
    let standings = voice.groups.iter().chain(&voice.products).flat_map(|one| {
        let queries = [(&one.query, one.mentions), (&one.praise_query, one.praise), (&one.complaint_query, one.complaints)];
        queries.into_iter().chain([(&one.rated_query, one.rated)]).map(|(query, count)| (query.clone(), count)).collect::<Vec<_>>()
    });
    check(&test, standings).await;
    let (_, rows, _) = test.app.themes(&of(Scope::product("Acme Desk"), "14d")).await.unwrap();
    let ease = rows.iter().find(|row| row.theme == "ease of use").unwrap();
    assert_eq!((ease.praise, ease.praise_before, ease.complaints), (3, 1, 0));
    let themes = rows.into_iter().flat_map(|row| {
        [
            (row.praise_query, row.praise),
            (row.praise_before_query, row.praise_before),
            (row.complaint_query, row.complaints),
            (row.complaint_before_query, row.complaints_before),
        ]
    });
    check(&test, themes).await;
    let (_, words, _) = test.app.emerging(&of(Scope::default(), "14d"), 10).await.unwrap();
    assert_eq!(words.first().map(|word| (&*word.term, word.mentions, word.before)), Some(("dark mode", 6, 0)), "{words:?}");
    assert!(words[0].examples[0].says.to_lowercase().contains("dark mode"));
    check(&test, words.into_iter().flat_map(|word| [(word.query, word.mentions), (word.before_query, word.before)])).await;
    test.end().await;
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_a_remedy() {
    let test = quiet().await;
    let refused = async |scope: Scope, since: &str| {
        let request = TrendRequest { of: of(scope, since), by: By::Day, each: Each::Polarity };
        test.app.trend(&request).await.unwrap_err().to_string()
    };
    assert!(refused(Scope::product("Acme Dsk"), "7d").await.contains("did you mean `Acme Desk`?"));
    assert!(refused(Scope::default(), "soon").await.contains("write for example `30d`"));
    assert!(refused(Scope { query: Some("(a".to_owned()), ..Scope::default() }, "7d").await.contains("has no partner"));
    assert!(refused(Scope { lang: Some("english".to_owned()), ..Scope::default() }, "7d").await.contains("`en` or `zh`"));
    assert!(refused(Scope::default(), "1900").await.contains("--by"));
    test.app.close().await;
}

/// A complaint each day of the eight weeks before the tests' today but one.
fn one_a_day() -> Vec<(String, &'static str)> {
    let today: Date = "2026-03-10".parse().unwrap();
    (1..=62).map(|ago| (goodword::insight::days_before(today, ago).to_string(), "Acme Desk crashes")).collect()
}

async fn with_one_a_day() -> TestApp {
    let test = quiet().await;
    let history = one_a_day();
    import(&test, "reviews", &history.iter().map(|(day, text)| (day.as_str(), *text, None)).collect::<Vec<_>>()).await;
    test
}

fn yesterday() -> Date {
    "2026-03-09".parse().unwrap()
}

#[tokio::test]
async fn a_spike_is_told_once_and_kept_up_to_date_while_it_goes_on() {
    let test = with_one_a_day().await;
    assert_eq!(test.app.find_spikes(yesterday()).await.unwrap(), []);
    import(&test, "tickets", &[("2026-03-10", "Acme Desk crashes on export", None); 9]).await;
    let told = test.app.find_spikes(yesterday()).await.unwrap();
    let words: Vec<&str> = told.iter().map(|spike| spike.words.as_str()).collect();
    assert_eq!(
        words,
        ["9 complaints about Acme Desk reliability on 2026-03-10, usually 1.0 on a Tuesday: 9.0 times as many; chance \
         alone gives so many about once in 540,000"]
    );
    assert_eq!(test.app.find_spikes(yesterday()).await.unwrap(), [], "it is told once");
    import(&test, "letters", &[("2026-03-10", "It crashes again: Acme Desk", None); 2]).await;
    assert_eq!(test.app.find_spikes(yesterday()).await.unwrap(), []);
    let kept = test.app.spikes(yesterday()).await.unwrap();
    assert_eq!(kept.iter().map(|spike| spike.mentions).collect::<Vec<_>>(), [11]);
    check(&test, [(kept[0].query.clone(), 11)]).await;
    assert_eq!(kept[0].examples.len(), 3);
    test.later(Duration::from_secs(24 * 3600));
    import(&test, "calls", &[("2026-03-11", "Acme Desk crashes all day", None); 8]).await;
    assert_eq!(test.app.find_spikes("2026-03-10".parse().unwrap()).await.unwrap(), [], "it goes on");
    let kept = test.app.spikes(yesterday()).await.unwrap();
    let told: Vec<_> = kept.iter().map(|spike| (spike.from.to_string(), spike.until.to_string(), spike.mentions)).collect();
    assert_eq!(told, [("2026-03-10".to_owned(), "2026-03-11".to_owned(), 19)]);
    check(&test, [(kept[0].query.clone(), 19)]).await;
    test.end().await;
}

#[tokio::test]
async fn spikes_are_found_when_the_index_has_followed() {
    let test = with_one_a_day().await;
    import(&test, "tickets", &[("2026-03-10", "Acme Desk is great", None); 9]).await;
    let mut news = News::default();
    test.app.look_for_news(&mut news).await.unwrap();
    let found: Vec<_> = test.app.spikes(yesterday()).await.unwrap().into_iter().map(|spike| (spike.polarity, spike.theme)).collect();
    assert_eq!(found, [(Some(Polarity::Praise), Some("overall".to_owned()))]);
    test.end().await;
}

/// Eight complaints a day until six weeks ago, then silence, and nine today.
async fn after_silence(silence_is_known: bool) -> usize {
    let test = quiet().await;
    let today: Date = "2026-03-10".parse().unwrap();
    let days: Vec<String> = (43..=62).map(|ago| goodword::insight::days_before(today, ago).to_string()).collect();
    let busy: Vec<_> = days.iter().flat_map(|day| [(day.as_str(), "Acme Desk crashes", None); 8]).collect();
    import(&test, "reviews", &busy).await;
    import(&test, "tickets", &[("2026-03-10", "Acme Desk crashes", None); 9]).await;
    if silence_is_known {
        let silent = goodword::store::Span {
            source: "forum".to_owned(),
            from: "2026-01-27T00:00:00Z".parse().unwrap(),
            until: None,
            coverage: goodword::store::Coverage::Blocked,
            blind: true,
            reason: None,
        };
        let mut tx = test.app.store().begin().await.unwrap();
        tx.begin_span(&silent).await.unwrap();
        tx.commit().await.unwrap();
    }
    let told = test.app.find_spikes(yesterday()).await.unwrap().len();
    test.app.close().await;
    told
}

#[tokio::test]
async fn an_ordinary_day_after_silence_is_no_spike() {
    assert_eq!(after_silence(false).await, 1, "quiet days make it look unusual");
    assert_eq!(after_silence(true).await, 0, "days that were not heard are no quiet days");
}

#[tokio::test]
async fn what_was_not_heard_stands_beside_the_counts() {
    let site = Site::default();
    site.show("/a", rss(&[("1", "Ann", "Acme Desk is great")]));
    site.set("/b", Page { status: 403, ..Page::default() });
    let address = site.serve().await;
    let sources = ["a", "b"].map(|name| feed(name, &format!("http://{address}/{name}"))).join("\n");
    let test = TestApp::with_sources(&sources).await;
    test.crawl().await;
    test.later(Duration::from_secs(12 * 3600));
    test.search("").await;
    let request = TrendRequest { of: of(Scope::default(), "3d"), by: By::Day, each: Each::Polarity };
    let trend = test.app.trend(&request).await.unwrap();
    let blind: Vec<f64> = trend.blind.iter().map(|share| (share * 100.0).round()).collect();
    assert_eq!(
        blind,
        [0.0, 49.0, 0.0],
        "one of two sources since noon, the other since its turn a quarter past; the last day has just begun"
    );
    test.later(Duration::from_secs(6 * 3600));
    let trend = test.app.trend(&request).await.unwrap();
    let points: Vec<f64> = trend.series[0].points.iter().map(|point| point.blind).collect();
    assert_eq!(points.iter().map(|share| (share * 100.0).round()).collect::<Vec<_>>(), [0.0, 49.0, 100.0]);
    test.app.close().await;
}

#[tokio::test]
async fn a_change_is_judged_by_what_was_said_before_and_after() {
    let test = quiet().await;
    let mut mentions = Vec::new();
    let days: Vec<String> = (1..=20).map(|day| format!("2026-02-{day:02}")).collect();
    for (place, day) in days.iter().enumerate() {
        let good = place % 5 == 0 || place >= 10;
        mentions.push((day.as_str(), if good { "Acme Desk: reliability is great" } else { "Acme Desk crashes" }, None));
    }
    import(&test, "reviews", &mentions).await;
    let change = test.app.note_change("a new engine", "acme desk", "Reliability", "2026-02-11".parse().unwrap()).await.unwrap();
    assert_eq!((change.number, &*change.product, &*change.theme), (1, "Acme Desk", "reliability"));
    let (_, effect) = test.app.effects(10).await.unwrap().remove(0);
    let effect = effect.unwrap();
    assert_eq!((effect.before.product_mentions, effect.after.product_mentions), (10, 10));
    assert_eq!((effect.before.complaints, effect.after.complaints), (8, 0));
    assert_eq!(effect.complaints_of_product.verdict, "fewer");
    assert_eq!(effect.complaints.verdict, "too few to tell", "nothing was said of the theme afterwards");
    for side in [&effect.before, &effect.after] {
        let figures = [(&side.product_query, side.product_mentions), (&side.query, side.mentions), (&side.praise_query, side.praise)];
        check(&test, figures.into_iter().chain([(&side.complaint_query, side.complaints)]).map(|(query, count)| (query.clone(), count)))
            .await;
    }
    let error = test.app.note_change("x", "Acme Desk", "relability", "2026-02-11".parse().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("did you mean `reliability`?"), "{error}");
    assert!(test.app.note_change("x", "Acme Desk", "reliability", "2027-02-11".parse().unwrap()).await.is_err());
    assert!(test.app.forget_change(1).await.unwrap() && !test.app.forget_change(1).await.unwrap());
    test.end().await;
}

fn goodword(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_goodword")).arg("--dir").arg(dir).args(args).output().unwrap()
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// An installation that has taken in the mentions above.
fn installation() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_files(dir.path(), &feed("forum", "http://127.0.0.1:9/feed"));
    let file = dir.path().join("mentions.jsonl");
    std::fs::write(&file, lines(&[MENTIONS.as_slice(), &ELSE].concat())).unwrap();
    out(&goodword(dir.path(), &["import", file.to_str().unwrap(), "--source", "reviews"]));
    dir
}

/// What `insight` prints for each of these, under a heading, never wider than 80 columns.
fn tables(figures: &[(&str, &str)]) -> String {
    let dir = installation();
    let table = |(name, args): &(&str, &str)| {
        let args: Vec<&str> = ["insight"].into_iter().chain(args.split(' ')).collect();
        let text = out(&goodword(dir.path(), &args));
        let widest = text.lines().map(|line| line.chars().count()).filter(|width| *width > 80).max();
        assert!(widest.is_none(), "{widest:?} columns in\n{text}");
        format!("── {name}\n{text}\n")
    };
    figures.iter().map(table).collect()
}

#[test]
fn trends_are_neat_tables() {
    let shown = tables(&[
        ("1 trend", "trend --since 2026-03-01 --until 2026-03-10"),
        ("2 trend of products", "trend --since 2026-02 --until 2026-03-10 --by week --each product"),
    ]);
    insta::assert_snapshot!(shown, @r"
    ── 1 trend
    2026-03-01 to 2026-03-10, by day; days are UTC

               mentions  share
    all              10  100 %  ▄▄██   ▄▄█
    praise            5   50 %  ▄▄█▄
    complaint         5   50 %  ▄  ▄   ▄ █

    day             all  praise  complaint
    2026-03-01 Sun    1       1          1  ████████
    2026-03-02 Mon    1       1          0  ████████
    2026-03-03 Tue    2       2          0  ████████████████
    2026-03-04 Wed    2       1          1  ████████████████
    2026-03-05 Thu    0       0          0
    2026-03-06 Fri    0       0          0
    2026-03-07 Sat    0       0          0
    2026-03-08 Sun    1       0          1  ████████
    2026-03-09 Mon    1       0          0  ████████
    2026-03-10 Tue    2       0          2  ████████████████

    10 mentions in 10 sightings
    5 praise, 5 complain, 1.0 praises to a complaint
    50 % praise (24–76 %, Wilson 95 %)
    3.1 stars on average (1.8–4.5), of 7 ratings
    to read them: goodword search 'since:2026-03-01 until:2026-03-10'

    ── 2 trend of products
    2026-02-01 to 2026-03-10, by week; days are UTC

               mentions  share
    all              24  100 %    █▁▁▄▂
    Acme Desk         9   38 %    ▆ ▂█▂
    Rival             4   17 %     ▃ █

    week                 all  Acme Desk  Rival
    2026-02-01 to 02-01    0          0      0
    2026-02-02 to 02-08    0          0      0
    2026-02-09 to 02-15   13          3      0  ████████████████
    2026-02-16 to 02-22    1          0      1  █▎
    2026-02-23 to 03-01    1          1      0  █▎
    2026-03-02 to 03-08    6          4      3  ███████▌
    2026-03-09 to 03-10    3          1      0  ███▊

    24 mentions in 24 sightings
    7 praise, 7 complain, 1.0 praises to a complaint
    50 % praise (27–73 %, Wilson 95 %)
    3.2 stars on average (2.1–4.3), of 10 ratings
    to read them: goodword search 'since:2026-02-01 until:2026-03-10'
    ");
}

#[test]
fn figures_are_neat_tables() {
    let shown = tables(&[
        ("3 voice", "voice --since 2026-02 --until 2026-03-10"),
        ("4 themes", "themes --since 2026-02-25 --until 2026-03-10 --product Rival"),
        ("5 emerging", "emerging --since 2026-02-25 --until 2026-03-10"),
        ("6 nothing emerging", "emerging --since 2026-03-10 --until 2026-03-10 --lang zh"),
        ("7 spikes", "spikes --since 2026-03-10"),
    ]);
    insta::assert_snapshot!(shown, @r"
    ── 3 voice
    Share of voice, 2026-02-01 to 2026-03-10; days are UTC

                mentions share       praise share complain positive     stars (n)
    ours *             9  69 % █████      6  75 %        4 60 % (31–83) 3.6 (7)
    competitors        4  31 % ██▎        2  25 %        2 50 % (15–85) 2.3 (3)

                mentions share       praise share complain positive     stars (n)
    Acme Desk *        9  69 % █████      6  75 %        4 60 % (31–83) 3.6 (7)
    Rival              4  31 % ██▎        2  25 %        2 50 % (15–85) 2.3 (3)

    * ours. share: of the mentions of all of them, of the praise for all of them.
    positive: praise in praise and complaints, with Wilson's 95 % interval.

    ── 4 themes
    Themes, 2026-02-25 to 2026-03-10 against the 14 days before; days are UTC

    theme        praise                 complaints
    overall           1  =  ██████████           1  +1  ██████████
    reliability       0  =                       1  +1  ██████████

    ── 5 emerging
    What comes up, 2026-02-25 to 2026-03-10 against the 14 days before; days are UTC

               mentions  before    z
    dark mode         6       0  2.4  Dark mode, 闪退

    ── 6 nothing emerging
    What comes up, 2026-03-10 against the day before; days are UTC

    Nothing is written clearly more often than before.

    ── 7 spikes
    No spike since 2026-03-10: on no day was much more said of a product than usual.
    ");
}

#[test]
fn figures_go_to_scripts_and_spreadsheets() {
    let dir = installation();
    let args = ["insight", "trend", "--since", "2026-03-10", "--until", "2026-03-10", "--csv", "--product", "Acme Desk"];
    insta::assert_snapshot!(out(&goodword(dir.path(), &args)), @r#"
    series,from,until,mentions,sightings,share,blind,query
    all,2026-03-10,2026-03-10,1,1,1.0,0.0,"product:""Acme Desk"" since:2026-03-10 until:2026-03-10"
    praise,2026-03-10,2026-03-10,0,0,0.0,0.0,"product:""Acme Desk"" polarity:praise since:2026-03-10 until:2026-03-10"
    complaint,2026-03-10,2026-03-10,1,1,1.0,0.0,"product:""Acme Desk"" polarity:complaint since:2026-03-10 until:2026-03-10"
    "#);
    for figure in ["trend", "voice", "themes", "emerging", "spikes", "loop"] {
        let args: Vec<&str> = if figure == "loop" { vec![] } else { vec!["--since", "2026-02-01"] };
        let args: Vec<&str> = ["insight", figure, "--json"].into_iter().chain(args).collect();
        for line in out(&goodword(dir.path(), &args)).lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(line["figure"].is_string(), "{line}");
            assert!(line["query"].is_string() || line["praise_query"].is_string(), "{line}");
        }
    }
    let wrong = goodword(dir.path(), &["insight", "voice", "--product", "Rival"]);
    assert_eq!(wrong.status.code(), Some(2));
}

/// The commands of docs/insight.md, run in their order.
#[test]
fn the_documented_commands_run() {
    let dir = installation();
    let document = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/insight.md")).unwrap();
    let blocks = document.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut ran = 0;
    for line in blocks.flat_map(str::lines).filter_map(|line| line.strip_prefix("goodword ")) {
        out(&goodword(dir.path(), &words(line).iter().map(String::as_str).collect::<Vec<_>>()));
        ran += 1;
    }
    assert!(ran >= 12, "{ran}");
}

/// The words of a command line as a shell cuts them, as far as the documentation goes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for letter in line.chars() {
        match (quote, letter) {
            (None, ' ') => words.push(std::mem::take(&mut word)),
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            (_, letter) => word.push(letter),
        }
    }
    words.push(word);
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

//! Digests: what they say, that they say it once, and that they look like a mail.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use goodword::app::{FigureRequest, NewSearch, Queueing};
use goodword::digest::{Edition, Every, Language, Measure, Recipient, Rendered, Said, forget};
use goodword::insight::Scope;
use goodword::notify::{Body, Outbox, State};
use goodword::people::Role;
use goodword::sources::Columns;
use indicatif::ProgressBar;
use jiff::civil::Date;
use sqlx::Row;

use crate::database::installed_on_every_database;
use crate::harness::{TestApp, feed, write_files};
use crate::receiver::{Receiver, destination};
use crate::web::Browser;

/// A mention of a line: day, author, stars, text.
pub type Line<'a> = (&'a str, &'a str, Option<u8>, &'a str);

/// The day that the tests' digests tell of: a Monday.
pub const DAY: &str = "2026-03-09";

const MENTIONS: [Line<'_>; 10] = [
    (DAY, "Ann Lee", Some(5), "We moved our shop to it last week. Acme Desk is easy to use, even for the new ones."),
    (DAY, "陈晓", Some(5), "艾克美很好用，新同事半天就学会了，推荐给大家。"),
    (DAY, "Bo", None, "Acme Desk is great."),
    (DAY, "Cy", Some(2), "Since the update Acme Desk crashes whenever I open a long ticket. Please mend it."),
    (DAY, "Di", Some(1), "Acme Desk crashes, it is broken and terrible. I lost a day of work to it."),
    (DAY, "Eve", Some(1), "Rival is terrible and crashes all the time."),
    ("2026-03-02", "Fay", Some(4), "Acme Desk is easy to use."),
    ("2026-02-23", "Gus", Some(4), "Acme Desk is great for us."),
    ("2026-02-16", "Hal", Some(2), "Acme Desk crashes now and then."),
    ("2026-02-09", "Ida", Some(5), "Acme Desk is great."),
];

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn reader() -> Recipient {
    Recipient { mail: "ann@acme.example".to_owned(), name: Some("Ann".to_owned()), ..Recipient::default() }
}

pub fn monday() -> Edition {
    Edition::daily(day(DAY), day(DAY))
}

pub async fn import(test: &TestApp, mentions: &[Line<'_>]) {
    let mut text = String::new();
    for (day, author, stars, says) in mentions {
        let id = format!("{author} {day}");
        let line = serde_json::json!({ "id": id, "author": author, "published": day, "rating": stars, "text": says,
            "url": format!("https://shop.example/{}", id.len()) });
        writeln!(text, "{line}").unwrap();
    }
    let imported = test.app.import("m.jsonl", text.as_bytes(), "shop", &Columns::default(), |error| panic!("{error:?}")).await.unwrap();
    assert_eq!(imported.refused, 0);
    test.app.catch_up(&ProgressBar::hidden()).await.unwrap();
}

/// An installation that heard all of `mentions` on the day itself.
pub async fn heard(store: &str, mentions: &[Line<'_>]) -> TestApp {
    let test = TestApp::with("", store).await;
    import(&test, mentions).await;
    test
}

pub async fn rendered(test: &TestApp, recipient: &Recipient, edition: Edition) -> Rendered {
    let digest = test.app.digest(recipient, edition).await.unwrap();
    test.app.digest_mail(recipient, &digest).await.unwrap()
}

/// The text without what is different each time: ids and tokens.
fn settled(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line = match line.split_once("/mentions/") {
            Some((before, _)) => format!("{before}/mentions/ID"),
            None => line.to_owned(),
        };
        let line = match line.split_once("/unsubscribe/") {
            Some((before, _)) => format!("{before}/unsubscribe/TOKEN"),
            None => line,
        };
        out.push_str(&line);
        out.push('\n');
    }
    out
}

async fn a_day_is_told_in_english_and_in_chinese(store: &str) {
    let test = heard(store, &MENTIONS).await;
    let english = rendered(&test, &reader(), monday()).await;
    insta::assert_snapshot!("digest_en", format!("{}\n\n{}", english.mail.subject, settled(&english.mail.text)));
    let chinese = Recipient { language: Language::Zh, ..reader() };
    let chinese = rendered(&test, &chinese, monday()).await;
    insta::assert_snapshot!("digest_zh", format!("{}\n\n{}", chinese.mail.subject, settled(&chinese.mail.text)));
    assert_eq!(english.key, chinese.key, "a mail is told by its recipient and edition");
    let columns = |line: &str| line.chars().map(|letter| if letter > '\u{2e7f}' { 2 } else { 1 }).sum::<usize>();
    for line in english.mail.text.lines().chain(chinese.mail.text.lines()).filter(|line| !line.contains("http")) {
        assert!(columns(line) <= 76, "{line}");
    }
    test.end().await;
}

async fn the_figures_are_those_of_insight_and_held_against_the_same_weekday(store: &str) {
    let test = heard(store, &MENTIONS).await;
    let digest = test.app.digest(&reader(), monday()).await.unwrap();
    let scope = Scope::product("Acme Desk");
    let of = FigureRequest { scope, since: DAY.to_owned(), until: Some(DAY.to_owned()) };
    let trend = test.app.trend(&goodword::app::TrendRequest { of, by: Default::default(), each: Default::default() }).await.unwrap();
    assert_eq!(digest.count(Measure::Mentions), trend.standing.mentions);
    assert_eq!(digest.count(Measure::Praise), trend.standing.praise);
    assert_eq!(digest.count(Measure::Complaints), trend.standing.complaints);
    assert_eq!(
        digest.figures.iter().find(|figure| figure.of == Measure::Mentions).unwrap().usual.map(|usual| usual.of_weekday),
        Some(true)
    );
    for figure in &digest.figures {
        let request = goodword::app::SearchRequest { query: figure.query.clone(), limit: 0, ..Default::default() };
        assert_eq!(test.app.search(&request).await.unwrap().total as u64, figure.count, "{}", figure.query);
    }
    let good = digest.lane(&Said::Good).unwrap();
    let authors: Vec<&str> = good.quotes.iter().filter_map(|quote| quote.author.as_deref()).collect();
    assert_eq!(good.total, 3);
    assert!(authors.contains(&"Ann Lee") && authors.contains(&"陈晓"), "{authors:?}");
    assert_eq!(digest.lane(&Said::Ugly).unwrap().quotes[0].author.as_deref(), Some("Di"));
    assert_eq!(digest.lane(&Said::Bad).unwrap().quotes.iter().filter_map(|quote| quote.author.as_deref()).collect::<Vec<_>>(), ["Cy"]);
    test.end().await;
}

#[tokio::test]
async fn a_quiet_day_says_so_in_two_lines() {
    let store = "";
    let test = TestApp::with(&feed("forum", "http://127.0.0.1:9/feed"), store).await;
    let quiet = rendered(&test, &reader(), monday()).await;
    insta::assert_snapshot!(settled(&quiet.mail.text), @r"
    Goodword daily · Monday, 9 March 2026

    A quiet Monday: nobody spoke of Acme Desk.
    The one source could be heard.

    -- 
    For Ann. Days are days in UTC; every figure opens the mentions behind it.
    Everything that was heard:
    http://127.0.0.1:8420/
    No more of these mails:
    http://127.0.0.1:8420/digest/unsubscribe/TOKEN
    ");
    assert!(quiet.mail.attachments.is_empty());
    test.end().await;
}

async fn silence_is_never_good_news(store: &str) {
    let test = TestApp::with(&feed("forum", "http://127.0.0.1:9/feed"), store).await;
    let reports = test.crawl().await;
    assert!(reports[0].error.is_some());
    test.later(Duration::from_secs(24 * 3600));
    let tuesday = Edition::daily(day("2026-03-10"), day("2026-03-10"));
    let digest = test.app.digest(&reader(), tuesday).await.unwrap();
    assert_eq!(digest.unseen.iter().map(|unseen| (&*unseen.source, &*unseen.state)).collect::<Vec<_>>(), [("forum", "stale")]);
    let mail = test.app.digest_mail(&reader(), &digest).await.unwrap().mail;
    assert!(mail.text.contains("Not everything was heard: forum (stale)."), "{}", mail.text);
    assert!(mail.subject.contains("quiet, but 1 source not heard"), "{}", mail.subject);
    test.end().await;
}

async fn many_mentions_are_capped_and_the_rest_is_a_link(store: &str) {
    let many: Vec<String> = (0..60).map(|number| format!("Number {number}: Acme Desk is easy to use, I say.")).collect();
    let authors: Vec<String> = (0..60).map(|number| format!("Author {number}")).collect();
    let lines: Vec<Line<'_>> = many.iter().zip(&authors).map(|(text, author)| (DAY, author.as_str(), None, text.as_str())).collect();
    let test = heard(store, &lines).await;
    import(&test, &[(DAY, "Zed", None, &many[3])]).await;
    let text = rendered(&test, &reader(), monday()).await.mail.text;
    insta::assert_snapshot!("digest_many", settled(&text));
    assert!(text.contains("and 58 more") && text.lines().count() < 80, "{text}");
    test.end().await;
}

async fn nothing_is_shown_on_two_days_unless_it_changed(store: &str) {
    let test = heard(store, &MENTIONS).await;
    let first = test.app.digest(&reader(), monday()).await.unwrap();
    assert_eq!(test.app.queue_digest(&reader(), monday()).await.unwrap(), Queueing::Queued);
    assert_eq!(test.app.queue_digest(&reader(), monday()).await.unwrap(), Queueing::OutBefore);
    test.later(Duration::from_secs(24 * 3600));
    // Heard a day late, and changed by its author a day later.
    let edited = "Since the update Acme Desk crashes whenever I open any ticket at all. Please mend it.";
    import(&test, &[(DAY, "Late", Some(5), "I came late: Acme Desk is easy to use."), (DAY, "Cy", Some(1), edited)]).await;
    let tuesday = Edition::daily(day("2026-03-11"), day("2026-03-11"));
    let second = test.app.digest(&reader(), tuesday).await.unwrap();
    let quotes = |digest: &goodword::digest::Digest| -> BTreeSet<(i64, i64)> {
        digest.lanes.iter().flat_map(|lane| &lane.quotes).map(|quote| (quote.row, quote.revision)).collect()
    };
    assert!(quotes(&first).is_disjoint(&quotes(&second)));
    let shown: Vec<_> =
        second.lanes.iter().flat_map(|lane| &lane.quotes).map(|quote| (quote.author.as_deref(), quote.edited, quote.late)).collect();
    assert!(shown.contains(&(Some("Late"), false, true)) && shown.contains(&(Some("Cy"), true, true)), "{shown:?}");
    let again = test.app.digest(&reader(), monday()).await.unwrap();
    assert_eq!(again, first, "a past day is told as it was");
    let somebody = Recipient { mail: "new@acme.example".to_owned(), ..reader() };
    assert!(!quotes(&test.app.digest(&somebody, monday()).await.unwrap()).is_empty(), "what one has seen another has not");
    test.end().await;
}

async fn the_same_day_gives_the_same_digest(store: &str) {
    let test = heard(store, &MENTIONS).await;
    let first = rendered(&test, &reader(), monday()).await;
    assert_eq!(first, rendered(&test, &reader(), monday()).await);
    let test = test.again().await;
    assert_eq!(first, rendered(&test, &reader(), monday()).await);
    assert!(first.mail.message_id.as_deref().is_some_and(|id| id.starts_with("<digest.") && id.ends_with("@127.0.0.1>")));
    test.end().await;
}

async fn an_erased_mention_is_in_no_kept_digest(store: &str) {
    let test = heard(store, &MENTIONS).await;
    let digest = test.app.digest(&reader(), monday()).await.unwrap();
    test.app.queue_digest(&reader(), monday()).await.unwrap();
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    let di = digest.lanes.iter().flat_map(|lane| &lane.quotes).find(|quote| quote.author.as_deref() == Some("Di")).unwrap();
    let mut connection = test.app.store().connection().await.unwrap();
    let subjects = async |connection: &mut sqlx::AnyConnection| {
        let sql = "SELECT COUNT(*) FROM outbox WHERE subject LIKE '%terrible%'";
        sqlx::query(sql).fetch_one(connection).await.unwrap().get::<i64, _>(0)
    };
    assert_eq!(subjects(&mut connection).await, 1, "a subject quotes too");
    drop(connection);
    let mut tx = test.app.store().begin().await.unwrap();
    forget(tx.connection(), &[di.row]).await.unwrap();
    tx.commit().await.unwrap();
    let mut connection = test.app.store().connection().await.unwrap();
    assert_eq!(subjects(&mut connection).await, 0);
    let row = sqlx::query("SELECT content FROM digest").fetch_one(&mut *connection).await.unwrap();
    assert_eq!(row.get::<String, _>(0), "");
    let left = sqlx::query("SELECT COUNT(*) FROM digest_shown WHERE kind = 'mention' AND thing = $1").bind(di.row.to_string());
    assert_eq!(left.fetch_one(&mut *connection).await.unwrap().get::<i64, _>(0), 0);
    drop(connection);
    test.end().await;
}

/// The tags of an HTML text, in order: `p`, `/p`.
fn tags(html: &str) -> Vec<String> {
    let tag = |rest: &str| rest.split(['>', ' ', '\n']).next().unwrap_or_default().to_lowercase();
    html.split('<').skip(1).map(tag).collect()
}

async fn the_html_is_whole_and_hostile_text_stays_text(store: &str) {
    let hostile = "Acme Desk is terrible</td></table><script>alert(1)</script><img src=x onerror=alert(2)> {{7*7}} \u{202e}evil\u{202c} \
         =HYPERLINK(\"http://x\") [x](javascript:alert(3))\r\nBcc: all@acme.example";
    let lines = [(DAY, "<b onclick=x>Mallory</b>", Some(1), hostile), (DAY, "Ann", Some(5), "Acme Desk is easy to use for all of us.")];
    let test = heard(store, &lines).await;
    let mail = rendered(&test, &reader(), monday()).await.mail;
    let html = mail.html.clone().unwrap();
    let mut open: Vec<String> = Vec::new();
    for tag in tags(&html).into_iter().filter(|tag| !["!doctype", "meta", "img", "br"].contains(&tag.trim_end_matches('/'))) {
        match tag.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop().as_deref(), Some(closed), "{html}"),
            None => open.push(tag),
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for forbidden in ["<script", "onerror=alert(2)>", "<b onclick", "<link", "@import", "url(", "\u{202e}", "srcset"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert!(html.contains("&#60;script&#62;alert(1)") || html.contains("&lt;script&gt;alert(1)"), "{html}");
    let pictures: Vec<&str> = html.split("<img src=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(pictures, ["cid:trend"]);
    assert!(mail.attachments[0].bytes.starts_with(b"\x89PNG") && html.contains(" alt=\"Praise (above)"));
    assert!(!mail.subject.contains('\n'));
    let bytes = String::from_utf8(mail.bytes("Goodword <goodword@acme.example>", None, test.clock.now()).unwrap()).unwrap();
    assert!(bytes.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{bytes}");
    assert!(!bytes.lines().any(|line| line.starts_with("Bcc:")));
    test.end().await;
}

async fn digests_go_out_once_at_their_time_until_they_are_ended(store: &str) {
    let test = TestApp::with("", store).await;
    let settings = "[digest]\nurl = \"https://goodword.acme.example\"\nreply_to = \"desk@acme.example\"\n\n\
        [[recipient]]\nmail = \"ann@acme.example\"\nname = \"Ann\"\nat = \"13:00\"\n\n\
        [[recipient]]\nmail = \"li@acme.example\"\nlanguage = \"zh\"\nzone = \"Asia/Shanghai\"\n";
    std::fs::write(test.dir().join("settings.toml"), format!("{store}{settings}")).unwrap();
    let test = test.reopened().await;
    import(&test, &MENTIONS).await;
    let out = async |test: &TestApp| {
        let mut connection = test.app.store().connection().await.unwrap();
        let all = Outbox::list(&mut connection, Some(State::Waiting), 100).await.unwrap();
        all.into_iter().map(|mail| mail.recipient).collect::<Vec<_>>()
    };
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 1, "at noon in UTC it is evening in Shanghai, and not one yet for Ann");
    assert_eq!(out(&test).await, ["li@acme.example"]);
    test.later(Duration::from_secs(3600));
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 1);
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 0, "once");
    let test = test.again().await;
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 0, "once, whoever asks");
    test.later(Duration::from_secs(5 * 24 * 3600));
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 2, "after five days one comes for each, not five");
    let mut connection = test.app.store().connection().await.unwrap();
    let row = sqlx::query("SELECT body FROM outbox WHERE recipient LIKE '%ann@%' ORDER BY number DESC")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    let Body::Mail(mail) = serde_json::from_str(&row.get::<String, _>(0)).unwrap() else { panic!("a digest is a mail") };
    drop(connection);
    assert_eq!((mail.to.as_str(), mail.reply_to.as_deref()), ("\"Ann\" <ann@acme.example>", Some("desk@acme.example")));
    let unsubscribe = &mail.headers.iter().find(|(name, _)| name == "List-Unsubscribe").unwrap().1;
    let token = unsubscribe.trim_matches(['<', '>']).strip_prefix("https://goodword.acme.example/digest/unsubscribe/").unwrap();
    assert_eq!(test.app.unsubscribe("no such token").await.unwrap(), None);
    assert_eq!(test.app.unsubscribe(token).await.unwrap().as_deref(), Some("a…@acme.example"));
    test.later(Duration::from_secs(24 * 3600));
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 1, "who ended it gets no more");
    let ann = test.app.digest_recipients(Some("Ann@acme.example")).await.unwrap().remove(0);
    assert!(test.app.resubscribe(&ann).await.unwrap());
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 1);
    test.end().await;
}

async fn a_recipient_hears_of_their_products_searches_and_sections(store: &str) {
    let test = heard(store, &MENTIONS).await;
    let search = NewSearch { name: "rivals".to_owned(), query: "product:Rival".to_owned(), digest: true, ..NewSearch::default() };
    test.app.add_search(search).await.unwrap();
    let digest = test.app.digest(&reader(), monday()).await.unwrap();
    let lane = &digest.searches[0];
    assert_eq!((&lane.of, lane.total, lane.quotes[0].author.as_deref()), (&Said::Search("rivals".to_owned()), 1, Some("Eve")));
    let none = Recipient { searches: Some(Vec::new()), ..reader() };
    assert!(test.app.digest(&none, monday()).await.unwrap().searches.is_empty());
    let rival = Recipient { products: vec!["rival".to_owned()], ..reader() };
    let of_rival = test.app.digest(&rival, monday()).await.unwrap();
    assert_eq!((of_rival.products, of_rival.figures[0].count), (vec!["Rival".to_owned()], 1));
    let week = Edition::holding(Every::Weekly, day(DAY));
    assert_eq!(test.app.digest(&reader(), week).await.unwrap().count(Measure::Mentions), 5);
    let only = Recipient { sections: BTreeSet::from([goodword::digest::Section::Figures]), ..reader() };
    let bare = test.app.digest(&only, monday()).await.unwrap();
    assert!(bare.lanes.is_empty() && bare.voice.is_empty() && bare.trend.is_empty());
    let wrong = Recipient { products: vec!["Acme Dsk".to_owned()], ..reader() };
    assert!(test.app.digest(&wrong, monday()).await.unwrap_err().to_string().contains("did you mean `Acme Desk`"));
    test.end().await;
}

#[tokio::test]
async fn every_link_leads_somewhere_for_whoever_is_signed_in_and_ending_needs_no_sign_in() {
    let test = heard("", &MENTIONS).await;
    let search = NewSearch { name: "rivals".to_owned(), query: "product:Rival".to_owned(), digest: true, ..NewSearch::default() };
    test.app.add_search(search).await.unwrap();
    let mail = rendered(&test, &reader(), monday()).await.mail;
    let own = "http://127.0.0.1:8420";
    let html = mail.html.unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let in_html = html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let in_text = mail.text.split_whitespace().filter(|word| word.starts_with("http"));
    let links: BTreeSet<&str> = in_html.chain(in_text).collect();
    assert!(links.len() > 15, "{links:#?}");
    let mut viewer = Browser::signed_in(&test, Role::Viewer).await;
    for link in &links {
        let Some(path) = link.strip_prefix(own) else {
            assert!(link.starts_with("https://shop.example/"), "{link}");
            continue;
        };
        if path.starts_with("/digest/unsubscribe/") {
            assert_eq!(Browser::new(&test).get(path).await.status, 200);
            continue;
        }
        let answer = viewer.get(path).await;
        // Only the front door leads on.
        let answer = if path == "/" { viewer.get(answer.leads_to()).await } else { answer };
        assert_eq!(answer.status, 200, "{link}");
    }
    assert!(links.iter().any(|link| link.contains("/mentions?q=")) && links.iter().any(|link| link.contains("/mentions/")), "{links:#?}");
    test.end().await;
}

#[tokio::test]
async fn what_was_said_in_passing_is_not_quoted_as_what_hurt() {
    let lines = [
        (DAY, "Div", None, "Acme Desk is great and easy to use, I love it: no more things that crashes, I say. Acme Desk is great."),
        (DAY, "Kim", Some(3), "On the computer Acme Desk is great. On the phone Acme Desk crashes. A pity."),
        (DAY, "Lou", Some(5), "Acme Desk is easy to use, our old one crashes."),
    ];
    let test = heard("", &lines).await;
    let digest = test.app.digest(&reader(), monday()).await.unwrap();
    let quoted = |of: &Said| -> Vec<(String, String)> {
        let text = |quote: &goodword::digest::Quote| quote.text.iter().map(|piece| piece.text.as_str()).collect();
        digest.lane(of).unwrap().quotes.iter().map(|quote| (quote.author.clone().unwrap(), text(quote))).collect()
    };
    assert_eq!(quoted(&Said::Bad), [("Kim".to_owned(), "…On the phone Acme Desk crashes. …".to_owned())]);
    assert!(quoted(&Said::Good).iter().any(|(author, _)| author == "Div"), "{:?}", quoted(&Said::Good));
    test.end().await;
}

async fn a_digest_goes_to_a_chat_service_as_a_short_text_once(store: &str) {
    let receiver = Receiver::default();
    let url = receiver.serve().await;
    let settings = format!(
        "{store}{}\n[[recipient]]\ndestination = \"slack\"\nlanguage = \"en\"\n\n[[recipient]]\nmail = \"ann@acme.example\"\n",
        destination("slack", &url, "")
    );
    let test = TestApp::with("", &settings).await;
    import(&test, &MENTIONS).await;
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 2);
    assert_eq!(test.app.deliver().await.unwrap().sent, 2);
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 0, "once");
    let seen = receiver.seen();
    assert_eq!(seen.len(), 1);
    let said = seen[0].json();
    let text = said["blocks"][1]["text"]["text"].as_str().unwrap();
    insta::assert_snapshot!("digest_brief", format!("{}\n{text}", said["text"].as_str().unwrap()));
    let to = test.app.digest_recipients(Some("slack")).await.unwrap();
    assert_eq!(to[0].named(), "slack");
    test.end().await;
}

fn run(dir: &Path, args: &[&str]) -> (String, String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_goodword")).arg("--dir").arg(dir).args(args).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.code())
}

#[test]
fn the_command_shows_the_mail_writes_it_and_hands_it_over_once() {
    let dir = tempfile::tempdir().unwrap();
    write_files(dir.path(), "");
    let line = "{\"id\":\"1\",\"author\":\"Ann\",\"published\":\"2026-03-09\",\"text\":\"Acme Desk is easy to use\"}";
    std::fs::write(dir.path().join("m.jsonl"), line).unwrap();
    let file = dir.path().join("m.jsonl");
    assert_eq!(run(dir.path(), &["import", file.to_str().unwrap(), "--source", "shop"]).2, Some(0));
    let (text, paths, code) = run(dir.path(), &["digest", "--date", DAY, "--to", "ann@acme.example"]);
    assert_eq!(code, Some(0), "{paths}");
    assert!(
        text.starts_with("Subject: Acme Desk, 9 Mar: loved: “Acme Desk is easy to use”; no complaint\n")
            && text.contains("“Acme Desk is *easy to use*”"),
        "{text}"
    );
    let written: Vec<&str> = paths.lines().collect();
    assert!(written.len() == 2 && written[0].ends_with(".eml") && written[1].ends_with(".html"), "{paths}");
    assert!(std::fs::read_to_string(written[0]).unwrap().contains("To: ann@acme.example"));
    assert!(std::fs::read_to_string(written[1]).unwrap().contains("data:image/png;base64,"));
    let (json, _, _) = run(dir.path(), &["digest", "--date", DAY, "--to", "ann@acme.example", "--json", "--lang", "zh"]);
    let read: serde_json::Value = serde_json::from_str(json.trim()).unwrap();
    assert_eq!((read["to"].as_str(), read["figures"][0]["count"].as_u64()), (Some("ann@acme.example"), Some(1)));
    let send = ["digest", "--date", DAY, "--to", "ann@acme.example", "--send"];
    let (said, notes, code) = run(dir.path(), &send);
    assert!(code == Some(0) && said.contains("is in the outbox") && notes.contains("1 sent"), "{said}{notes}");
    let carried = std::fs::read_dir(dir.path().join("index/outbox"))
        .unwrap()
        .filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|ext| ext == "eml"));
    assert_eq!(carried.count(), 1);
    assert!(run(dir.path(), &send).0.contains("went out before"));
    let (_, error, code) = run(dir.path(), &["digest", "--send"]);
    assert!(code == Some(2) && error.contains("[[recipient]]"), "{error}");
    let (_, error, code) = run(dir.path(), &["digest", "--date", "2999-01-01"]);
    assert!(code == Some(2) && error.contains("has not come yet"), "{error}");
}

installed_on_every_database!(
    a_day_is_told_in_english_and_in_chinese,
    the_figures_are_those_of_insight_and_held_against_the_same_weekday,
    silence_is_never_good_news,
    many_mentions_are_capped_and_the_rest_is_a_link,
    nothing_is_shown_on_two_days_unless_it_changed,
    the_same_day_gives_the_same_digest,
    an_erased_mention_is_in_no_kept_digest,
    the_html_is_whole_and_hostile_text_stays_text,
    digests_go_out_once_at_their_time_until_they_are_ended,
    a_recipient_hears_of_their_products_searches_and_sections,
    a_digest_goes_to_a_chat_service_as_a_short_text_once,
);

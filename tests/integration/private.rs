//! Private channels: mails, Slack, surveys; and that nothing private of them is kept.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use goodword::store::Coverage;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::harness::{Page, Site, TestApp};

/// An IMAP server with one folder, that notes what it is told.
#[derive(Clone, Default)]
struct Mailbox {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    validity: u32,
    mails: Vec<(u32, String)>,
    told: Vec<String>,
    /// Whether it breaks off when mails are fetched.
    breaks_off: bool,
}

const PASSWORD: &str = "example-key";

impl Mailbox {
    async fn serve(&self) -> SocketAddr {
        self.inner.lock().unwrap().validity = 7;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mailbox = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(mailbox.clone().talk(stream));
            }
        });
        address
    }

    fn put(&self, number: u32, text: &str) {
        let mail = format!(
            "From: Ann Lee <ann@customer.example>\r\nSubject: Acme Desk\r\nDate: Tue, 3 Mar 2026 10:00:00 +0000\r\n\
             Message-ID: <{number}@customer.example>\r\n\r\n{text}\r\n"
        );
        self.inner.lock().unwrap().mails.push((number, mail));
    }

    fn told(&self, word: &str) -> usize {
        self.inner.lock().unwrap().told.iter().filter(|line| line.contains(word)).count()
    }

    async fn talk(self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"* OK ready\r\n").await.unwrap();
        let mut line = String::new();
        while stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
            let (tag, command) = line.trim_end().split_once(' ').unwrap();
            self.inner.lock().unwrap().told.push(command.to_owned());
            let Some(answer) = self.answer(tag, command) else { return };
            stream.write_all(&answer).await.unwrap();
            line.clear();
        }
    }

    fn answer(&self, tag: &str, command: &str) -> Option<Vec<u8>> {
        let inner = self.inner.lock().unwrap();
        let ok = |said: String| format!("{said}{tag} OK done\r\n").into_bytes();
        let first = command.split(' ').next().unwrap();
        Some(match first {
            "LOGIN" if command.contains(&format!("\"{PASSWORD}\"")) => ok(String::new()),
            "LOGIN" => format!("{tag} NO [AUTHENTICATIONFAILED] wrong password\r\n").into_bytes(),
            "EXAMINE" if command.contains("INBOX") => {
                ok(format!("* {} EXISTS\r\n* OK [UIDVALIDITY {}] valid\r\n", inner.mails.len(), inner.validity))
            }
            "EXAMINE" => format!("{tag} NO no such folder\r\n").into_bytes(),
            "LOGOUT" => ok("* BYE\r\n".to_owned()),
            "UID" if command.starts_with("UID SEARCH UID ") => {
                let from: u32 = command.trim_start_matches("UID SEARCH UID ").trim_end_matches(":*").parse().unwrap();
                let last = inner.mails.last().map(|(number, _)| *number);
                let found = inner.mails.iter().map(|(number, _)| *number).filter(|number| *number >= from || Some(*number) == last);
                ok(format!("* SEARCH{}\r\n", found.map(|number| format!(" {number}")).collect::<String>()))
            }
            "UID" if command.starts_with("UID SEARCH") => {
                ok(format!("* SEARCH{}\r\n", inner.mails.iter().map(|(number, _)| format!(" {number}")).collect::<String>()))
            }
            "UID" if inner.breaks_off => return None,
            "UID" => {
                let wanted: Vec<u32> = command.split(' ').nth(2).unwrap().split(',').map(|number| number.parse().unwrap()).collect();
                let mails = inner.mails.iter().filter(|(number, _)| wanted.contains(number));
                let fetched = |(place, (number, mail)): (usize, &(u32, String))| {
                    format!("* {} FETCH (UID {number} BODY[]<0> {{{}}}\r\n{mail})\r\n", place + 1, mail.len())
                };
                ok(mails.enumerate().map(fetched).collect())
            }
            _ => format!("{tag} BAD what?\r\n").into_bytes(),
        })
    }
}

fn source(kind: &str, keys: &str) -> String {
    format!(
        "[[source]]\nname = \"{kind}\"\nkind = \"{kind}\"\nevery = \"15m\"\nmin_interval = \"0s\"\nallow_private = true\nproduct = \"Acme Desk\"\n{keys}\n"
    )
}

fn secret(name: &str, value: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, value).unwrap();
    format!("secret = {{ file = \"{}\" }}", path.display())
}

async fn reading(mailbox: &Mailbox, keys: &str, password: &str) -> TestApp {
    let address = mailbox.serve().await;
    let secret = secret(&format!("mail-{}", address.port()), password);
    TestApp::with_sources(&source("mailbox", &format!("server = \"imap://{address}\"\nuser = \"feedback\"\n{keys}\n{secret}"))).await
}

#[tokio::test]
async fn a_servers_mails_are_read_once_and_left_as_they_are() {
    let mailbox = Mailbox::default();
    for number in 1..=120 {
        mailbox.put(number, &format!("Acme Desk is easy to use, says number {number}"));
    }
    let test = reading(&mailbox, "", PASSWORD).await;
    let first = test.crawl().await.remove(0);
    assert_eq!((first.new, first.coverage), (120, Coverage::Fresh), "{first:?}");
    assert_eq!(mailbox.told("UID FETCH"), 3, "fifty at once");
    let second = test.crawl().await.remove(0);
    assert_eq!((second.new, second.coverage), (0, Coverage::Unchanged), "{second:?}");
    mailbox.put(121, "Acme Desk crashes");
    let third = test.crawl().await.remove(0);
    assert_eq!((third.new, third.coverage), (1, Coverage::Fresh), "{third:?}");
    mailbox.inner.lock().unwrap().validity = 8;
    let renumbered = test.crawl().await.remove(0);
    assert_eq!((renumbered.new, renumbered.seen), (0, 121), "the numbers count anew, the mails are known: {renumbered:?}");
    let told = mailbox.inner.lock().unwrap().told.clone();
    for line in told {
        let reads = ["LOGIN ", "EXAMINE ", "UID SEARCH ", "UID FETCH ", "LOGOUT"].iter().any(|word| line.starts_with(word));
        assert!(reads && (!line.starts_with("UID FETCH") || line.contains("BODY.PEEK")), "{line}");
    }
    test.end().await;
}

#[tokio::test]
async fn a_mailbox_that_breaks_off_is_read_on_where_it_was() {
    let mailbox = Mailbox::default();
    mailbox.put(1, "Acme Desk is great");
    let test = reading(&mailbox, "", PASSWORD).await;
    assert_eq!(test.crawl().await.remove(0).new, 1);
    mailbox.put(2, "Acme Desk is broken");
    mailbox.inner.lock().unwrap().breaks_off = true;
    let report = test.crawl().await.remove(0);
    assert_eq!((report.new, report.coverage), (0, Coverage::Failing), "{report:?}");
    mailbox.inner.lock().unwrap().breaks_off = false;
    let test = test.again().await;
    assert_eq!(test.crawl().await.remove(0).new, 1, "after a restart, too");
    test.end().await;
}

#[tokio::test]
async fn a_mailbox_that_does_not_open_is_told_with_its_remedy() {
    for (keys, password, said) in [("", "wrong", "where `secret` says"), ("folder = \"Absent\"", PASSWORD, "correct `folder`")] {
        let test = reading(&Mailbox::default(), keys, password).await;
        let report = test.crawl().await.remove(0);
        assert_eq!(report.coverage, Coverage::Blocked, "{report:?}");
        assert!(report.error.as_ref().is_some_and(|error| error.contains(said) && !error.contains(password)), "{report:?}");
        test.end().await;
    }
}

#[tokio::test]
async fn nothing_private_of_a_mail_is_kept() {
    let mailbox = Mailbox::default();
    mailbox.put(1, "Acme Desk is easy to use. Call me at +49 151 23456789 or write to bob@customer.example. password: hunter2");
    let test = reading(&mailbox, "", PASSWORD).await;
    test.crawl().await;
    let texts = test.search("").await;
    assert_eq!(texts, ["Acme Desk is easy to use. Call me at [phone] or write to [e-mail]. password: [key]"]);
    assert_eq!(test.search("polarity:praise").await.len(), 1, "what is said is still tagged");
    test.app.close().await;
    let mut files = vec![test.dir().join("index")];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for private in ["ann@customer", "bob@customer", "23456789", "hunter2"] {
            let is_held = bytes.windows(private.len()).any(|part| part.eq_ignore_ascii_case(private.as_bytes()));
            assert!(!is_held, "{private} in {}", path.display());
        }
    }
}

#[tokio::test]
async fn files_of_mails_are_read_and_one_that_is_taken_in_is_the_same() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/mailbox");
    let test = TestApp::with_sources(&source("mailbox", &format!("path = \"{fixture}\""))).await;
    let report = test.crawl().await.remove(0);
    assert_eq!((report.new, report.coverage), (3, Coverage::Fresh), "{report:?}");
    assert_eq!(test.search("rating:<=2").await, ["2 out of 5 stars\nIt crashes when I print."]);
    let mbox = std::fs::read(format!("{fixture}/feedback.mbox")).unwrap();
    let refused = |error: &goodword::sources::RowError| panic!("{error}");
    let again = test.app.import("feedback.mbox", mbox.as_slice(), "mailbox", &Default::default(), refused).await.unwrap();
    assert_eq!((again.seen, again.new), (2, 0), "{again:?}");
    let elsewhere = test.app.import("x", mbox.as_slice(), "unheard-of", &Default::default(), refused).await.unwrap();
    assert_eq!(elsewhere.seen, 2);
    assert!(test.search("").await.iter().all(|text| !text.contains("23456789")), "mails are masked wherever they come from");
    test.end().await;
}

fn message(ts: &str, text: &str) -> serde_json::Value {
    json!({"type": "message", "user": "U0000000A", "text": text, "ts": ts})
}

fn history(messages: &[serde_json::Value], next: &str) -> String {
    json!({"ok": true, "messages": messages, "response_metadata": {"next_cursor": next}}).to_string()
}

async fn listening_to_slack(site: &Site) -> TestApp {
    let address = site.serve().await;
    let token = secret(&format!("slack-{}", address.port()), "xoxb-example");
    let keys = format!("channels = [\"C0123456789\"]\nendpoint = \"http://{address}\"\npseudonyms = true\n{token}");
    TestApp::with_sources(&source("slack", &keys)).await
}

const HISTORY: &str = "/api/conversations.history?limit=200&channel=C0123456789";

#[tokio::test]
async fn a_channel_is_read_to_its_end_with_its_threads_edits_and_deletions() {
    let site = Site::default();
    let mut asked = message("1772445600.000100", "Is Acme Desk any good?");
    asked["thread_ts"] = json!("1772445600.000100");
    asked["latest_reply"] = json!("1772445700.000100");
    let mut answer = message("1772445700.000100", "It is easy to use, write to ann@customer.example");
    answer["thread_ts"] = json!("1772445600.000100");
    site.show(HISTORY, history(&[asked.clone()], "bmV4dA=="));
    site.show(&format!("{HISTORY}&cursor=bmV4dA%3D%3D"), history(&[message("1772000000.000100", "Acme Desk crashes")], ""));
    let thread = "/api/conversations.replies?limit=200&channel=C0123456789&ts=1772445600.000100";
    site.show(thread, history(&[asked.clone(), answer.clone()], ""));
    let test = listening_to_slack(&site).await;
    let first = test.crawl().await.remove(0);
    assert_eq!((first.new, first.coverage), (3, Coverage::Fresh), "{first:?}");
    let texts = test.search("").await;
    assert!(texts.contains(&"It is easy to use, write to [e-mail]".to_owned()), "{texts:?}");
    let second = test.crawl().await.remove(0);
    assert_eq!((second.new, second.updated), (0, 0), "{second:?}");
    asked["text"] = json!("Is Acme Desk great?");
    asked["edited"] = json!({"user": "U0000000A", "ts": "1772445800.000000"});
    asked["latest_reply"] = json!("1772445900.000100");
    answer["subtype"] = json!("tombstone");
    answer["text"] = json!("This message was deleted.");
    site.show(HISTORY, history(&[asked.clone()], ""));
    site.show(thread, history(&[asked, answer], ""));
    let third = test.crawl().await.remove(0);
    assert_eq!((third.new, third.updated), (0, 1), "{third:?}");
    assert!(test.search("").await.contains(&"Is Acme Desk great?".to_owned()));
    assert!(site.log().iter().all(|asked| !asked.contains("xoxb")), "the token goes in a header");
    test.end().await;
}

#[tokio::test]
async fn a_token_that_is_withdrawn_and_a_plea_for_patience_are_told() {
    let site = Site::default();
    let test = listening_to_slack(&site).await;
    site.show(HISTORY, "{\"ok\": false, \"error\": \"token_revoked\"}");
    let report = test.crawl().await.remove(0);
    assert_eq!(report.coverage, Coverage::Blocked);
    assert!(report.error.unwrap().contains("install the app in the workspace again"));
    site.set(HISTORY, Page { status: 429, headers: vec![("retry-after", "120".to_owned())], ..Page::default() });
    let report = test.crawl().await.remove(0);
    assert_eq!(report.coverage, Coverage::Failing);
    assert!(report.next.duration_since(test.clock.now()).as_secs() >= 120, "{report:?}");
    test.end().await;
}

#[tokio::test]
async fn a_surveys_answers_are_read_with_their_scores() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/survey");
    let keys = format!(
        "path = \"{fixture}\"\nanswers = [\"What did you like?\", \"What should change?\"]\nscore = {{ column = \"NPS\", scale = \"nps\" }}\n\
         id = \"Response ID\"\nemail = \"E-mail\"\ndate = \"Date\""
    );
    let test = TestApp::with_sources(&source("survey", &keys)).await;
    let report = test.crawl().await.remove(0);
    assert_eq!((report.new, report.coverage), (4, Coverage::Fresh), "{report:?}");
    assert_eq!(test.search("polarity:complaint").await, ["It crashes"]);
    assert_eq!(test.crawl().await.remove(0).new, 0);
    test.end().await;
}

#[tokio::test]
async fn a_maildir_of_many_mails_is_read_to_its_end() {
    let test = TestApp::with_sources(&source("mailbox", "path = \"mail\"")).await;
    for folder in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(test.dir().join("mail").join(folder)).unwrap();
    }
    for number in 0..250 {
        let mail =
            format!("From: Ann <ann@customer.example>\nMessage-ID: <{number}@customer.example>\n\nAcme Desk is great, part {number}\n");
        std::fs::write(test.dir().join(format!("mail/cur/{number:04}.a:2,S")), mail).unwrap();
    }
    let first = test.crawl().await.remove(0);
    assert_eq!((first.new, first.left, first.coverage), (200, 50, Coverage::Partial), "{first:?}");
    let second = test.crawl().await.remove(0);
    assert_eq!((second.new, second.left), (50, 0), "{second:?}");
    test.end().await;
}

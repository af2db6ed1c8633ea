//! Mail through a scripted server that refuses, puts off, hangs up and says nothing, to files and to memory. A real server has a file of
//! its own.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use goodword::notify::{Delivered, State};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::database::installed_on_every_database;
use crate::harness::TestApp;
use crate::receiver::with_settings;

/// A mail server that notes what it takes.
#[derive(Clone, Default)]
struct Server {
    taken: Arc<Mutex<Vec<(String, String)>>>,
    /// Recipients that were put off, or hung up on, once already.
    met: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    /// So many mails over one connection, if it is counted.
    most: Option<usize>,
}

impl Server {
    async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        self.serve_at(listener);
        address
    }

    fn serve_at(&self, listener: TcpListener) {
        let server = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                server.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move { server.talk(stream).await });
            }
        });
    }

    /// Talks until a mail is there, and then says nothing more.
    async fn hang_after_data(self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 mail.test\r\n").await.ok()?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            if line.starts_with("DATA") {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                read_mail(&mut stream).await?;
                std::future::pending::<()>().await;
            }
            stream.write_all(b"250 fine\r\n").await.ok()?;
        }
    }

    fn first_time(&self, recipient: &str) -> bool {
        let mut met = self.met.lock().unwrap();
        let first = !met.iter().any(|known| known == recipient);
        met.push(recipient.to_owned());
        first
    }

    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 mail.test\r\n").await.ok()?;
        let (mut recipient, mut mails) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let answer = match line.split([' ', '\r']).next()? {
                "EHLO" => "250 mail.test",
                "MAIL" if self.most.is_some_and(|most| mails >= most) => {
                    stream.write_all(b"421 4.7.0 too many mails over this connection\r\n").await.ok()?;
                    return None;
                }
                "MAIL" | "RSET" | "NOOP" => "250 fine",
                "RCPT" => {
                    recipient = line.split(['<', '>']).nth(1)?.to_owned();
                    match recipient.split('@').next()? {
                        "nobody" => "550 5.1.1 no such person",
                        "grey" if self.first_time("grey") => "451 4.7.1 come back later",
                        _ => "250 fine",
                    }
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await.ok()?;
                    let mail = read_mail(&mut stream).await?;
                    self.taken.lock().unwrap().push((recipient.clone(), mail));
                    mails += 1;
                    if recipient.starts_with("dropped") && self.first_time("dropped") {
                        return None;
                    }
                    "250 taken"
                }
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n").await.ok()?;
                    return None;
                }
                _ => "500 what?",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
    }
}

async fn read_mail(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut mail = String::new();
    loop {
        let from = mail.len();
        stream.read_line(&mut mail).await.ok()?;
        if mail.get(from..)? == ".\r\n" {
            return Some(mail);
        }
    }
}

fn header<'a>(mail: &'a str, name: &str) -> &'a str {
    mail.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}

async fn one_refused_recipient_stops_nobody_and_a_cut_connection_keeps_the_message_id(store: &str) {
    let server = Server::default();
    let address = server.serve().await;
    let to = "[\"nobody@acme.example\", \"grey@acme.example\", \"dropped@acme.example\", \"ann@acme.example\"]";
    let settings = format!(
        "[mail]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nfrom = \"Goodword <goodword@acme.example>\"\n\
         [[destination]]\nname = \"desk\"\nkind = \"mail\"\nto = {to}\n",
        address.port()
    );
    let test = with_settings(&format!("{store}{settings}")).await;
    test.app.queue_trial("desk").await.unwrap();
    let delivered = test.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.again, delivered.stuck), (1, 2, 1), "{:#?}", test.app.outgoing(None, 10).await.unwrap());
    let stuck = test.app.outgoing(Some(State::Stuck), 10).await.unwrap();
    assert!(stuck[0].reason.as_deref().unwrap().contains("no such person"), "{:?}", stuck[0].reason);
    test.later(Duration::from_secs(20));
    let delivered = test.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.again, delivered.stuck), (2, 0, 0));
    let taken = server.taken.lock().unwrap().clone();
    let of = |name: &str| taken.iter().filter(|(to, _)| to.starts_with(name)).map(|(_, mail)| mail.clone()).collect::<Vec<_>>();
    let dropped = of("dropped");
    assert_eq!((of("ann").len(), of("grey").len(), dropped.len()), (1, 1, 2));
    assert!(header(&dropped[0], "Message-ID").ends_with("@acme.example>"), "{}", dropped[0]);
    assert_eq!(header(&dropped[0], "Message-ID"), header(&dropped[1], "Message-ID"));
    assert_eq!(header(&dropped[0], "Date"), header(&dropped[1], "Date"));
    assert_eq!(header(&of("ann")[0], "To"), "ann@acme.example", "nobody sees the others");
    test.end().await;
}

/// Settings of a thousand readers at `host`, and how mail is carried.
pub fn a_thousand(mail: &str, host: &str) -> String {
    let reader = |number| {
        let name = if number == 500 { "nobody".to_owned() } else { format!("reader{number}") };
        format!("[[recipient]]\nmail = \"{name}@{host}\"\n")
    };
    (0..1_000).map(reader).fold(mail.to_owned(), |text, reader| text + &reader)
}

/// Queues an edition for each of a thousand readers, and delivers it.
pub async fn edition(test: &TestApp) -> Delivered {
    let line = |day: u32| {
        format!("{{\"id\":\"{day}\",\"author\":\"A {day}\",\"published\":\"2026-03-{day:02}\",\"text\":\"Acme Desk is easy to use\"}}\n")
    };
    let lines: String = (1..10).map(line).collect();
    let columns = goodword::sources::Columns::default();
    test.app.import("m.jsonl", lines.as_bytes(), "shop", &columns, |error| panic!("{error:?}")).await.unwrap();
    test.app.catch_up(&indicatif::ProgressBar::hidden()).await.unwrap();
    let began = Instant::now();
    assert_eq!(test.app.queue_due_digests().await.unwrap(), 1_000);
    let queued = began.elapsed();
    let delivered = test.app.deliver().await.unwrap();
    eprintln!("an edition for 1,000 readers: made and queued in {queued:?}, delivered in {:?}", began.elapsed() - queued);
    delivered
}

async fn an_edition_for_a_thousand_goes_over_one_connection_and_one_refusal_stops_nobody(store: &str) {
    let server = Server::default();
    let address = server.serve().await;
    let mail = format!(
        "[mail]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nfrom = \"Goodword <goodword@acme.example>\"\n",
        address.port()
    );
    let test = with_settings(&a_thousand(&(store.to_owned() + &mail), "acme.example")).await;
    let delivered = edition(&test).await;
    assert_eq!((delivered.sent, delivered.again, delivered.stuck), (999, 0, 1));
    let stuck = test.app.outgoing(Some(State::Stuck), 10).await.unwrap();
    assert!(stuck[0].recipient.contains("nobody@") && stuck[0].reason.as_deref().unwrap().contains("no such person"), "{stuck:?}");
    let taken: Vec<String> = server.taken.lock().unwrap().iter().map(|(to, _)| to.clone()).collect();
    assert_eq!((taken.len(), taken.iter().collect::<HashSet<_>>().len()), (999, 999), "none is doubled");
    // The one that was refused ends the connection it was refused on.
    assert_eq!(server.connections.load(Ordering::SeqCst), 2);
    assert_eq!(test.app.deliver().await.unwrap(), Delivered::default());
    test.app.close().await;
}

#[tokio::test]
async fn an_edition_for_a_thousand_is_a_thousand_files() {
    let test = with_settings(&a_thousand("", "acme.example")).await;
    assert_eq!(edition(&test).await.sent, 1_000);
    assert_eq!(std::fs::read_dir(test.dir().join("index/outbox")).unwrap().count(), 1_000);
    test.app.close().await;
}

#[tokio::test]
async fn a_mail_server_that_is_down_is_asked_once_and_everything_waits() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let to: Vec<String> = (0..50).map(|number| format!("\"reader{number}@acme.example\"")).collect();
    let settings = format!(
        "[mail]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nfrom = \"goodword@acme.example\"\n\
         [[destination]]\nname = \"desk\"\nkind = \"mail\"\nto = [{}]\n",
        to.join(", ")
    );
    let test = with_settings(&settings).await;
    test.app.queue_trial("desk").await.unwrap();
    let delivered = test.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.again, delivered.stuck), (0, 1, 0));
    assert_eq!(test.app.deliver().await.unwrap(), Delivered::default(), "it is left alone for a while");
    assert_eq!(test.app.backlog().await.unwrap().waiting, 50);
    let server = Server::default();
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    server.serve_at(listener);
    test.later(Duration::from_secs(20));
    assert_eq!(test.app.deliver().await.unwrap().sent, 50);
    test.app.close().await;
}

#[tokio::test]
async fn a_mail_server_that_takes_a_few_over_one_connection_is_given_the_rest_over_others_at_once() {
    let server = Server { most: Some(3), ..Server::default() };
    let address = server.serve().await;
    let to: Vec<String> = (0..10).map(|number| format!("\"reader{number}@acme.example\"")).collect();
    let settings = format!(
        "[mail]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nfrom = \"goodword@acme.example\"\n\
         [[destination]]\nname = \"desk\"\nkind = \"mail\"\nto = [{}]\n",
        address.port(),
        to.join(", ")
    );
    let test = with_settings(&settings).await;
    test.app.queue_trial("desk").await.unwrap();
    let delivered = test.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.again, delivered.stuck), (10, 0, 0), "{:#?}", test.app.outgoing(None, 20).await.unwrap());
    assert_eq!((server.taken.lock().unwrap().len(), server.connections.load(Ordering::SeqCst)), (10, 4));
    test.app.close().await;
}

#[tokio::test]
async fn a_mail_server_that_says_nothing_is_left_and_tried_again() {
    // One that takes connections and never greets; one that takes a mail and never says so.
    for (silent, said) in [("greeting", "did not answer a greeting within 1 seconds"), ("mail", "did not answer a mail within 4 seconds")] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Server::default();
        let known = server.clone();
        let held = Arc::new(Mutex::new(Vec::new()));
        let holding = Arc::clone(&held);
        tokio::spawn(async move {
            for number in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                match (number, silent) {
                    (0, "greeting") => holding.lock().unwrap().push(stream),
                    (0, _) => drop(tokio::spawn(Server::hang_after_data(known.clone(), stream))),
                    _ => drop(tokio::spawn({
                        let server = known.clone();
                        async move { server.talk(stream).await }
                    })),
                }
            }
        });
        let settings = format!(
            "[mail]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\ntimeout = \"1s\"\n\
             from = \"goodword@acme.example\"\n[[destination]]\nname = \"desk\"\nkind = \"mail\"\nto = [\"ann@acme.example\"]\n"
        );
        let test = with_settings(&settings).await;
        test.app.queue_trial("desk").await.unwrap();
        let began = Instant::now();
        assert_eq!(test.app.deliver().await.unwrap().again, 1);
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        let reason = test.app.outgoing(Some(State::Waiting), 1).await.unwrap().remove(0).reason.unwrap();
        assert!(reason.contains(said), "{reason}");
        test.later(Duration::from_secs(20));
        assert_eq!(test.app.deliver().await.unwrap().sent, 1);
        test.app.close().await;
    }
}

#[tokio::test]
async fn mails_go_to_files_and_to_memory_too() {
    let destination = "[[destination]]\nname = \"desk\"\nkind = \"mail\"\nto = [\"ann@acme.example\"]\n";
    let test = with_settings(destination).await;
    test.app.queue_trial("desk").await.unwrap();
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    let files: Vec<_> = std::fs::read_dir(test.dir().join("index/outbox")).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    assert!(std::fs::read_to_string(&files[0]).unwrap().contains("Subject: Goodword reaches you"));
    test.end().await;
    let test = with_settings(&format!("[mail]\ntransport = \"memory\"\n{destination}")).await;
    test.app.queue_trial("desk").await.unwrap();
    assert_eq!(test.app.deliver().await.unwrap().sent, 1);
    assert_eq!(test.app.mails().mails().len(), 1);
    test.end().await;
}

installed_on_every_database!(
    one_refused_recipient_stops_nobody_and_a_cut_connection_keeps_the_message_id,
    an_edition_for_a_thousand_goes_over_one_connection_and_one_refusal_stops_nobody,
);

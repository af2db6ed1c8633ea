//! Mail through a real server, Debian's Exim as `tests/run` starts it: STARTTLS or TLS, a login, and one that refuses, puts off and
//! hangs up.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use goodword::notify::{Delivered, State};

use crate::mailing::{a_thousand, edition};
use crate::receiver::with_settings;

/// Mails of one alert.
const MAILS: usize = 20;

/// A server that was started for the tests.
struct Server {
    port: u16,
    folder: String,
}

/// The server, if there is one.
fn server() -> Option<Server> {
    let Ok(server) = std::env::var("GOODWORD_TEST_SMTP") else {
        assert!(std::env::var("CI").is_err(), "no mail server: run the tests with ./tests/run");
        eprintln!("NOT RUN: mail through a real server; run the tests with ./tests/run");
        return None;
    };
    let (port, folder) = server.split_once(' ').unwrap();
    Some(Server { port: port.parse().unwrap(), folder: folder.to_owned() })
}

impl Server {
    /// `[mail]` for it, with the password in that file.
    fn settings(&self, security: &str, password: &str) -> String {
        let port = if security == "tls" { self.port + 1 } else { self.port };
        format!(
            "[mail]\ntransport = \"smtp\"\nhost = \"localhost\"\nport = {port}\nsecurity = \"{security}\"\nuser = \"goodword\"\n\
             password = {{ file = \"{password}\" }}\nfrom = \"goodword@localhost\"\ncertificates = \"{}/cert.pem\"\n",
            self.folder
        )
    }

    /// How many mails whose text holds `words` each address has, once there are `least` in all.
    async fn delivered(&self, words: &str, least: usize) -> HashMap<String, usize> {
        let began = Instant::now();
        loop {
            let mut found = HashMap::new();
            for file in std::fs::read_dir(Path::new(&self.folder).join("mail/new")).into_iter().flatten() {
                let mail = std::fs::read_to_string(file.unwrap().path()).unwrap();
                if mail.contains(words) {
                    assert!(mail.contains("with esmtpsa"), "encrypted and with a login: {mail}");
                    let to = mail.lines().find_map(|line| line.strip_prefix("To: ")).unwrap();
                    *found.entry(to.to_owned()).or_default() += 1;
                }
            }
            if found.values().sum::<usize>() >= least || began.elapsed() > Duration::from_mins(2) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

#[tokio::test]
async fn a_real_server_takes_mail_over_starttls_and_over_tls_from_whoever_logs_in() {
    let Some(server) = server() else { return };
    for (security, desk) in [("starttls", "upgraded-desk"), ("tls", "wrapped-desk")] {
        let to: Vec<String> = (0..MAILS).map(|number| format!("\"desk{number}@localhost\"")).collect();
        let destination = format!("[[destination]]\nname = \"{desk}\"\nkind = \"mail\"\nto = [{}]\n", to.join(", "));
        let test = with_settings(&(server.settings(security, "key") + &destination)).await;
        test.app.queue_trial(desk).await.unwrap();
        let began = Instant::now();
        assert_eq!(test.app.deliver().await.unwrap().sent, MAILS, "{:#?}", test.app.outgoing(None, 10).await.unwrap());
        eprintln!("{MAILS} mails to a real server over {security}: {:?}", began.elapsed());
        let found = server.delivered(desk, MAILS).await;
        assert!(found.len() == MAILS && found.values().all(|count| *count == 1), "{found:?}");
        test.end().await;
        let test = with_settings(&(server.settings(security, "settings.toml") + &destination)).await;
        test.app.queue_trial(desk).await.unwrap();
        assert_eq!(test.app.deliver().await.unwrap().stuck, MAILS, "a wrong password does not mend itself");
        test.end().await;
    }
}

#[tokio::test]
async fn a_real_server_that_refuses_puts_off_and_hangs_up_delivers_once_to_everybody_else() {
    let Some(server) = server() else { return };
    let to = "[\"nobody@localhost\", \"grey@localhost\", \"dropped@localhost\", \"ann@localhost\"]";
    let desk = format!("[[destination]]\nname = \"trying-desk\"\nkind = \"mail\"\nto = {to}\n");
    let test = with_settings(&(server.settings("starttls", "key") + &desk)).await;
    test.app.queue_trial("trying-desk").await.unwrap();
    let delivered = test.app.deliver().await.unwrap();
    let outbox = test.app.outgoing(None, 10).await.unwrap();
    assert_eq!((delivered.sent, delivered.again, delivered.stuck), (1, 2, 1), "{outbox:#?}");
    let why = |to: &str| outbox.iter().find(|row| row.recipient.starts_with(to)).unwrap().reason.clone().unwrap_or_default();
    assert!(why("nobody@").contains("no such person"), "{outbox:#?}");
    assert!(why("grey@").contains("come back later"), "{outbox:#?}");
    assert!(!why("dropped@").is_empty(), "{outbox:#?}");
    test.later(Duration::from_secs(20));
    let delivered = test.app.deliver().await.unwrap();
    assert_eq!((delivered.sent, delivered.again, delivered.stuck), (2, 0, 0), "{:#?}", test.app.outgoing(None, 10).await.unwrap());
    let found = server.delivered("trying-desk", 3).await;
    assert_eq!(found, ["grey", "dropped", "ann"].into_iter().map(|name| (format!("{name}@localhost"), 1)).collect());
    assert_eq!(test.app.outgoing(Some(State::Stuck), 10).await.unwrap().len(), 1);
    test.end().await;
}

#[tokio::test]
async fn a_real_server_takes_an_edition_for_a_thousand_once_each() {
    let Some(server) = server() else { return };
    let test = with_settings(&a_thousand(&server.settings("starttls", "key"), "localhost")).await;
    let delivered = edition(&test).await;
    assert_eq!((delivered.sent, delivered.again, delivered.stuck), (999, 0, 1));
    let found = server.delivered("List-Unsubscribe", 999).await;
    let doubled: Vec<_> = found.iter().filter(|(_, count)| **count != 1).collect();
    assert!(found.len() == 999 && doubled.is_empty(), "{} {doubled:?}", found.len());
    assert_eq!(test.app.deliver().await.unwrap(), Delivered::default());
    test.app.close().await;
}

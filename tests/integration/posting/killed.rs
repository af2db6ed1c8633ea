//! Killing the process that posts, at each step, at all nine sites at once: exactly one reply stands at each.

use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use goodword::app::App;
use goodword::clock::Clock;
use goodword::people::{Role, Scope};
use goodword::replies::Status;
use goodword::replies::posting::KINDS;
use serde_json::json;
use tempfile::TempDir;

use super::cases::CASES;
use super::site::{Manner, Site};
use super::{TEXT, actions, approve, hear_at, reply};
use crate::harness::{send, served, write_files};

/// Posted to at the same time by a process that goes on with what another left.
const AT_ONCE: usize = 4;

/// An installation with an account at each of the nine sites, and an approved reply to each.
struct Everywhere {
    dir: TempDir,
    app: App,
    /// Each site, and the id of the mention that is answered there.
    sites: Vec<(Site, String)>,
    token: String,
}

impl Everywhere {
    async fn approved() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (mut sources, mut settings) = (String::new(), "[fetch]\ntotal_timeout = \"60s\"\n\n".to_owned());
        let mut places = Vec::new();
        for case in CASES {
            let (site, address) = Site::serve(case).await;
            let (source, account) = case.sections(dir.path(), case.kind, address, "by hand");
            sources += &source;
            settings += &account;
            places.push((site, address));
        }
        write_files(dir.path(), &sources);
        std::fs::write(dir.path().join("settings.toml"), settings).unwrap();
        let app = App::open(dir.path(), Clock::machine()).await.unwrap();
        assert_eq!(app.config().problems, []);
        let mut sites = Vec::new();
        for (site, address) in places {
            let text = format!("Acme Desk crashes all day, and I tell {}", site.case.kind);
            let id = hear_at(&app, site.case.kind, site.case.kind, site.case.mention(address, Clock::machine().now(), &text)).await;
            approve(&app, &id, TEXT).await;
            sites.push((site, id));
        }
        app.add_person("mia", Role::Manager, None, "test").await.unwrap();
        let token = app.make_token("mia", "posts", Scope::Admin, "test").await.unwrap();
        Self { dir, app, sites, token }
    }

    fn behave(&self, manner: Manner) {
        self.sites.iter().for_each(|(site, _)| site.behaves(manner));
    }

    fn count(&self, of: impl Fn(&Site) -> bool) -> usize {
        self.sites.iter().filter(|(site, _)| of(site)).count()
    }

    /// A process posts them all, until so much has happened; then it is killed.
    async fn post_until_killed(&self, manner: Manner) {
        let (serving, page) = served(self.dir.path(), &self.log()).await;
        let ask = |(_, id): &(Site, String)| send(page, &self.token, "POST", &format!("/api/v1/replies/{id}/post"), &json!({}));
        let waiting: Vec<TcpStream> = self.sites.iter().map(ask).collect();
        until("it is at that step everywhere", async || match manner {
            Manner::HoldsAll => self.count(|site| site.heard() > 0) == CASES.len(),
            Manner::HoldsBefore => self.count(|site| site.inner.lock().unwrap().acts > 0) == CASES.len(),
            Manner::HoldsAfter => self.count(|site| site.texts().len() == 1) == CASES.len(),
            Manner::Answers => self.are_sent().await,
        })
        .await;
        drop((serving, waiting));
    }

    /// A process goes on with what the killed one left, and is killed while it asks whether it is there.
    async fn ask_until_killed(&self) {
        self.behave(Manner::HoldsAll);
        let (serving, _) = served(self.dir.path(), &self.log()).await;
        until("it asks", async || self.count(|site| site.heard() > 0) == AT_ONCE).await;
        drop(serving);
    }

    async fn are_sent(&self) -> bool {
        for (_, id) in &self.sites {
            if reply(&self.app, id).await.state.status != Status::Sent {
                return false;
            }
        }
        true
    }

    /// The leases of a killed process run out.
    async fn let_go(&self) {
        let mut tx = self.app.store().begin().await.unwrap();
        sqlx::query("UPDATE reply_post SET leased_until = 0").execute(tx.connection()).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("log")
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// One process is killed at a step, another while it finds out what the first did, and a third brings it to its end.
async fn killed_at(manner: Manner) {
    let everywhere = Everywhere::approved().await;
    everywhere.behave(manner);
    everywhere.post_until_killed(manner).await;
    for (site, _) in &everywhere.sites {
        let is_out = matches!(manner, Manner::HoldsAfter | Manner::Answers);
        assert_eq!(site.texts().len(), usize::from(is_out), "{} {manner:?}", site.case.kind);
    }
    everywhere.let_go().await;
    if manner != Manner::Answers {
        everywhere.ask_until_killed().await;
        everywhere.let_go().await;
    }
    everywhere.behave(Manner::Answers);
    let (serving, _) = served(everywhere.dir.path(), &everywhere.log()).await;
    until("all are sent", async || everywhere.are_sent().await).await;
    // If anything went out again, it would be now.
    tokio::time::sleep(Duration::from_secs(2)).await;
    drop(serving);
    for (site, id) in &everywhere.sites {
        let kind = site.case.kind;
        assert_eq!((site.acts().len(), site.texts()), (1, vec![TEXT.to_owned()]), "{kind} {manner:?}");
        assert_eq!(actions(&everywhere.app, id).await, "open draft approve post", "{kind} {manner:?}");
    }
    everywhere.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_at_any_step_posts_exactly_once_at_each_of_the_nine_sites() {
    assert_eq!(CASES.len(), KINDS.len());
    let steps = [Manner::HoldsAll, Manner::HoldsBefore, Manner::HoldsAfter, Manner::Answers];
    futures_util::future::join_all(steps.map(killed_at)).await;
}

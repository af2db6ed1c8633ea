//! The API under Schemathesis, which makes up requests from the description and holds every answer against it: a running `serve` over
//! the demo's pages, asked with a token of each scope. Said aloud where it is not installed; under `CI=true` that is a failure.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use goodword::app::App;
use goodword::clock::Clock;
use goodword::demo::{Site, write_files};
use goodword::people::{Role, Scope};
use tokio_util::sync::CancellationToken;

use crate::notify::{Running, goodword, until};

/// What is held of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// Requests made up for each operation, with all that may be done and with less.
const WITH: [(Scope, &str); 3] = [(Scope::Admin, "8"), (Scope::Reply, "2"), (Scope::Read, "2")];

/// An installation that has heard the demo's pages, and a token of each scope.
async fn heard(dir: &Path) -> Vec<(Scope, &'static str, String)> {
    let clock = Clock::machine();
    let site = Site::serve(clock.now()).await.unwrap();
    write_files(dir, &site).unwrap();
    let settings = std::fs::read_to_string(dir.join("settings.toml")).unwrap();
    let unhurried = settings.replacen("\n[web]\n", "\n[web]\napi_per_minute = 1000000\n", 1);
    assert_ne!(unhurried, settings);
    std::fs::write(dir.join("settings.toml"), unhurried).unwrap();
    let app = Arc::new(App::open(dir, clock).await.unwrap());
    assert_eq!(app.config().problems, []);
    let mut crawl = app.crawl(app.sources_named(&[]).unwrap(), CancellationToken::new()).await.unwrap();
    while let Some(report) = crawl.next().await {
        report.unwrap();
    }
    app.add_person("ann", Role::Admin, None, "test").await.unwrap();
    let mut tokens = Vec::new();
    for (scope, examples) in WITH {
        tokens.push((scope, examples, app.make_token("ann", scope.as_str(), scope, "test").await.unwrap()));
    }
    app.close().await;
    tokens
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_asked_is_answered_as_described() {
    let Ok(schemathesis) = std::env::var("GOODWORD_TEST_SCHEMATHESIS") else {
        assert!(std::env::var("CI").is_err(), "no Schemathesis: run the tests with ./tests/run");
        eprintln!("NOT RUN: the API under Schemathesis; run the tests with ./tests/run");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let tokens = heard(dir.path()).await;
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let _running = Running(goodword(dir.path()).args(["serve", "--listen", &listen]).stdout(Stdio::null()).spawn().unwrap());
    until("the page", || TcpStream::connect(&listen).is_ok()).await;
    let folder = dir.path().to_owned();
    let told = tokio::task::spawn_blocking(move || {
        let told = tokens.into_iter().map(|(scope, examples, token)| (scope, asked(&schemathesis, &folder, &listen, examples, &token)));
        told.collect::<Vec<_>>()
    });
    for (scope, (is_fine, told)) in told.await.unwrap() {
        assert!(is_fine, "with the scope `{scope}`:\n{told}");
    }
}

/// Lets it ask, and tells what it found. Looking at addresses is left out: made-up ones would lead off this machine.
fn asked(schemathesis: &str, folder: &Path, listen: &str, examples: &str, token: &str) -> (bool, String) {
    let done = Command::new(schemathesis)
        .current_dir(folder)
        .args(["run", &format!("http://{listen}/api/v1/openapi.json"), "--header", &format!("Authorization: Bearer {token}")])
        .args(["--checks", CHECKS, "--phases", "examples,fuzzing", "--max-examples", examples, "--workers", "2"])
        .args(["--exclude-path", "/api/v1/source-looks", "--suppress-health-check", "all", "--seed", "1", "--no-color"])
        .output()
        .unwrap();
    let told = format!("{}\n{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    (done.status.success(), told)
}

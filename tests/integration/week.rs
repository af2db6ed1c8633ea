//! A scripted week on the demo's pages: two `goodword serve` on one installation hear and post, two people answer at once, one by
//! the command line and one by the page's API. Nothing is claimed or sent twice, all of it is in the audit, and at the end stands
//! the report of the loop.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Method, Response, Uri};
use goodword::app::{App, QueueRequest, Queued};
use goodword::clock::Clock;
use goodword::demo;
use goodword::people::{Role, Scope};
use goodword::replies::{self, Action, Entry, Lane, Status, next};
use goodword::store::Stored;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use crate::harness::{ask, served};
use crate::receiver::goodword;

const ASKERS: usize = 12;
const DAYS: usize = 7;
const PATIENCE: Duration = Duration::from_secs(90);

/// A forum in which people ask about the demo's product; it keeps and counts the answers that it takes.
#[derive(Clone, Default)]
struct Board {
    posts: Arc<Mutex<Posts>>,
}

#[derive(Default)]
struct Posts {
    asked: Vec<Value>,
    /// The answers, by topic.
    answers: Vec<(i64, String)>,
}

impl Board {
    async fn serve() -> (Self, SocketAddr) {
        let board = Self::default();
        let today = Clock::machine().now().to_zoned(TimeZone::UTC).start_of_day().unwrap().timestamp();
        for number in 0..ASKERS {
            let text = if number % 3 == 0 { "Lantern Desk is easy to use" } else { "Lantern Desk crashes when I open it" };
            board.ask(number, 1, &format!("{text}, said asker {number}"), today);
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(board.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (board, address)
    }

    /// Somebody writes into a topic of their own.
    fn ask(&self, number: usize, place: usize, text: &str, at: Timestamp) {
        let (topic, id) = (100 + number, 1000 * place + number);
        self.posts.lock().unwrap().asked.push(json!({
            "id": id, "username": format!("asker{number}"), "created_at": at.to_string(), "updated_at": at.to_string(),
            "cooked": format!("<p>{text}</p>"), "post_number": place, "post_type": 1, "topic_id": topic,
            "topic_slug": format!("topic-{number}"), "topic_title": format!("Topic {number}"), "version": 1,
        }));
    }

    /// Some who were answered write again.
    fn go_on(&self) {
        let topics: BTreeSet<i64> = self.answers().iter().map(|(topic, _)| *topic).collect();
        for (number, topic) in topics.into_iter().take(3).enumerate() {
            let asker = usize::try_from(topic - 100).unwrap();
            self.ask(asker, 2 + number, "Thank you, I will try that.", Clock::machine().now());
        }
    }

    fn answers(&self) -> Vec<(i64, String)> {
        self.posts.lock().unwrap().answers.clone()
    }
}

async fn answer(State(board): State<Board>, method: Method, uri: Uri, body: Bytes) -> Response<Body> {
    let mut posts = board.posts.lock().unwrap();
    let shown =
        |topic: i64, text: &str| json!({"id": 9000 + topic, "topic_id": topic, "post_number": 9, "username": "lantern", "raw": text});
    let (status, answer) = match (method, uri.path()) {
        (Method::POST, "/posts.json") => {
            let said: Value = serde_json::from_slice(&body).unwrap();
            let (topic, text) = (said["topic_id"].as_i64().unwrap(), said["raw"].as_str().unwrap().to_owned());
            posts.answers.push((topic, text.clone()));
            (200, shown(topic, &text))
        }
        (Method::GET, "/posts.json") if uri.query().is_none() => (200, json!({ "latest_posts": posts.asked })),
        (Method::GET, "/posts.json") => (200, json!({ "latest_posts": [] })),
        (Method::GET, path) if path.starts_with("/t/") => {
            let topic: i64 = path.split('/').nth(2).unwrap().parse().unwrap();
            let there: Vec<Value> = posts.answers.iter().filter(|(of, _)| *of == topic).map(|(of, text)| shown(*of, text)).collect();
            (200, json!({"post_stream": {"posts": there}}))
        }
        _ => (404, Value::Null),
    };
    Response::builder().status(status).header("content-type", "application/json").body(Body::from(answer.to_string())).unwrap()
}

/// The demo's folder with a forum that an account posts in, and two people who may do all.
async fn installation(dir: &Path, site: &demo::Site, board: SocketAddr) -> String {
    demo::write_files(dir, site).unwrap();
    let sources = std::fs::read_to_string(dir.join("sources.toml")).unwrap().replace("every = \"1m\"", "every = \"4s\"");
    let forum = format!(
        "\n[[source]]\nname = \"board\"\nkind = \"discourse\"\nevery = \"2s\"\nmin_interval = \"0s\"\nallow_private = true\n\
         server = \"http://{board}\"\nproduct = \"Lantern Desk\"\n"
    );
    std::fs::write(dir.join("sources.toml"), sources + &forum).unwrap();
    std::fs::write(dir.join("key"), "hunter2").unwrap();
    let settings = "[web]\nlisten = \"127.0.0.1:0\"\n\n[replies]\nnewer_than = \"90d\"\n\n\
        [posting.board]\npost = \"on approval\"\naccount = \"lantern\"\nsecret = { file = \"key\" }\n";
    std::fs::write(dir.join("settings.toml"), settings).unwrap();
    let app = App::open(dir, Clock::machine()).await.unwrap();
    assert_eq!(app.config().problems, []);
    for name in ["ann", "bo"] {
        app.add_person(name, Role::Manager, None, "test").await.unwrap();
    }
    let token = app.make_token("bo", "week", Scope::Admin, "test").await.unwrap();
    app.close().await;
    token
}

async fn queue(app: &App) -> Vec<Queued> {
    let request = QueueRequest { statuses: Status::ALL.to_vec(), ..QueueRequest::default() };
    app.queue(&request).await.unwrap().1
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the workers have read each source, and so heard all that there is.
async fn heard(app: &App) -> Vec<Queued> {
    let sources = app.config().sources.len();
    until("every source is read", async || app.store().source_states().await.unwrap().len() == sources).await;
    let open = queue(app).await;
    assert_eq!(open.iter().filter(|queued| is_at_board(&queued.stored)).count(), ASKERS);
    open
}

fn is_at_board(stored: &Stored) -> bool {
    stored.sightings.iter().any(|sighting| sighting.source == "board")
}

/// What people answer: every complaint, and in the forum praise as well. The forum and what is rated come
/// first, so that they are answered before anybody writes again or changes a rating.
fn plan(queued: &[Queued]) -> Vec<Vec<(String, bool)>> {
    let mut meant: Vec<&Queued> = queued.iter().filter(|queued| queued.reply.lane != Lane::Praise || is_at_board(&queued.stored)).collect();
    meant.sort_by_key(|queued| (!is_at_board(&queued.stored), queued.stored.mention.rating.is_none(), queued.stored.mention.text.clone()));
    let a_day = meant.len().div_ceil(DAYS);
    meant.chunks(a_day).map(|day| day.iter().map(|queued| (queued.stored.id.clone(), is_at_board(&queued.stored))).collect()).collect()
}

fn run(dir: &Path, args: &[&str]) -> Output {
    goodword(dir).args(args).output().unwrap()
}

/// What of a day's work nobody has taken away meanwhile: who changes what they say may need no answer any more.
async fn still_waiting(app: &App, day: &[(String, bool)]) -> Vec<(String, bool)> {
    let queued = queue(app).await;
    let waits = |id: &str| queued.iter().any(|queued| queued.stored.id == id && queued.reply.state.status == Status::Waiting);
    day.iter().filter(|(id, _)| waits(id)).cloned().collect()
}

/// Both go at the same work at once: Bo as soon as Ann has taken up the first, since her process takes longer to start. Returns how
/// much each took up; each piece is taken up by one of the two.
async fn answer_at_once(app: &App, dir: &Path, (page, token): (SocketAddr, &str), work: &[(String, bool)]) -> [(&'static str, usize); 2] {
    let (folder, for_ann, for_bo, token) = (dir.to_owned(), work.to_vec(), work.to_vec(), token.to_owned());
    let by_ann = tokio::task::spawn_blocking(move || ann(&folder, &for_ann));
    if let Some((first, _)) = work.first() {
        until("ann takes up the first", async || app.queued(first).await.unwrap().reply.state.status != Status::Waiting).await;
    }
    let by_bo = tokio::task::spawn_blocking(move || bo(page, &token, &for_bo));
    let (by_ann, by_bo) = (by_ann.await.unwrap(), by_bo.await.unwrap());
    assert_eq!(by_ann + by_bo, work.len(), "each is taken up by one of the two");
    [("ann", by_ann), ("bo", by_bo)]
}

/// Whether the second edition of the demo's pages was heard, three raised ratings among it, and the askers who wrote again.
async fn has_moved_on(app: &App) -> bool {
    let entries = app.replies_audit(Timestamp::UNIX_EPOCH, 10_000).await.unwrap();
    let raised = entries.iter().filter(|(_, entry)| matches!(entry.action, Action::Outcome { .. })).count();
    let edited = queue(app).await.iter().filter(|queued| !queued.stored.revisions.is_empty()).count();
    let writings = app.store().writings(Timestamp::UNIX_EPOCH).await.unwrap();
    let at_board = writings.iter().filter(|(source, ..)| source == "board").count();
    (raised, edited, at_board) == (3, 6, ASKERS + 3)
}

/// Ann takes up what she can get by the command line, writes her texts in a table and takes it back; what she posted by hand is
/// noted in it as well.
fn ann(dir: &Path, day: &[(String, bool)]) -> usize {
    let ids = day.iter().map(|(id, _)| id.as_str());
    let claimed = run(dir, &["queue", "--as", "ann", "--json", "claim"].into_iter().chain(ids).collect::<Vec<_>>());
    let mine: HashMap<String, i64> = String::from_utf8(claimed.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| (line["id"].as_str().unwrap().to_owned(), line["version"].as_i64().unwrap()))
        .collect();
    let row = |(id, at_board): &(String, bool)| {
        let (version, status) = (mine.get(id)?, if *at_board { "approved" } else { "sent" });
        Some(format!("{}\n", json!({"id": id, "version": version, "status": status, "draft": format!("Ann answers {id} by table")})))
    };
    let table = dir.join("ann.jsonl");
    std::fs::write(&table, day.iter().filter_map(row).collect::<String>()).unwrap();
    let taken = run(dir, &["queue", "--as", "ann", "import", table.to_str().unwrap()]);
    assert_eq!(taken.status.code(), Some(0), "{}", String::from_utf8_lossy(&taken.stderr));
    mine.len()
}

/// Bo takes up what he can get from the other end, by the API of a worker, and answers it.
fn bo(page: SocketAddr, token: &str, day: &[(String, bool)]) -> usize {
    let act = |id: &str, action: &str, body: Value| ask(page, token, "POST", &format!("/api/v1/replies/{id}/{action}"), &body);
    let takes_up = |(id, _): &&(String, bool)| match act(id, "claim", json!({})) {
        (200, _) => true,
        (409, _) => false,
        (status, said) => panic!("{status} {said}"),
    };
    let mine: Vec<&(String, bool)> = day.iter().rev().filter(takes_up).collect();
    for (id, at_board) in &mine {
        let mut steps = vec![("draft", json!({"text": format!("Bo answers {id} at the page")})), ("approve", json!({}))];
        if !at_board {
            steps.push(("sent", json!({})));
        }
        for (action, body) in steps {
            let (status, said) = act(id, action, body);
            assert_eq!(status, 200, "{action}: {said}");
        }
    }
    mine.len()
}

/// A state without the parts of a second, which the audit does not keep of its own time.
fn to_the_second(state: &replies::State) -> Value {
    let mut state = serde_json::to_value(state).unwrap();
    for at in ["/claim/until", "/sent/at"] {
        if let Some(Value::String(time)) = state.pointer_mut(at) {
            *time = time.split(['.', 'Z']).next().unwrap().to_owned();
        }
    }
    state
}

/// Every change is in the audit and leads from where the last one led; nothing was held by two, or sent twice.
async fn check(app: &App, queued: &Queued, answered: bool) -> BTreeSet<String> {
    let entries = app.reply_audit(&queued.stored.id).await.unwrap();
    let manner = app.config().settings.replies.queue.manner();
    let mut state = entries[0].after.clone();
    let mut holders = BTreeSet::new();
    for (version, entry) in (2..).zip(&entries[1..]) {
        assert_eq!((entry.version, &entry.before), (version, &state), "{entry:?}");
        if entry.action == Action::Claim {
            assert!(state.held(entry.at).is_none_or(|claim| claim.by == entry.who), "{entry:?}");
            holders.insert(entry.who.clone());
        }
        let led_to = next(&state, &entry.action, &entry.who, manner, entry.at).unwrap();
        assert_eq!(to_the_second(&entry.after), to_the_second(&led_to), "{entry:?}");
        state = entry.after.clone();
    }
    assert_eq!((i64::try_from(entries.len()).unwrap(), &state), (queued.reply.version, &queued.reply.state));
    let went_out = |entry: &&Entry| matches!(entry.action, Action::Send | Action::Post { .. });
    assert_eq!(entries.iter().filter(went_out).count(), usize::from(answered), "{entries:?}");
    assert!(holders.len() <= 1, "two people worked at it: {holders:?}");
    holders
}

/// The report without the days of this run.
fn report(dir: &Path, changed: &jiff::Zoned) -> String {
    let said = run(dir, &["insight", "loop"]);
    assert_eq!(said.status.code(), Some(0), "{}", String::from_utf8_lossy(&said.stderr));
    let day = |days: i64| changed.checked_add(days.days()).unwrap().date().to_string();
    let text = String::from_utf8(said.stdout).unwrap();
    (-4..5).fold(text, |text, days| text.replace(&day(days), &format!("DAY{days:+}")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_week_on_the_demos_pages_with_two_workers_and_two_people_at_once() {
    let (dir, logs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // What is told by days must not depend on the hour of the run.
    let midnight = Clock::machine().now().to_zoned(TimeZone::UTC).start_of_day().unwrap().timestamp();
    let site = demo::Site::serve(midnight).await.unwrap();
    let (board, address) = Board::serve().await;
    let token = installation(dir.path(), &site, address).await;
    let first = served(dir.path(), &logs.path().join("first")).await;
    let second = served(dir.path(), &logs.path().join("second")).await;
    let app = App::open(dir.path(), Clock::machine()).await.unwrap();
    let plan = plan(&heard(&app).await);
    let (mut worked, mut answered) = (BTreeMap::from([("ann", 0), ("bo", 0)]), BTreeSet::new());
    for (day, meant) in plan.iter().enumerate() {
        let work = still_waiting(&app, meant).await;
        for (who, count) in answer_at_once(&app, dir.path(), (second.1, &token), &work).await {
            *worked.entry(who).or_default() += count;
        }
        answered.extend(work.into_iter().map(|(id, _)| id));
        let due: usize = plan[..=day].iter().flatten().filter(|(_, at_board)| *at_board).count();
        until("what is approved is posted", async || board.answers().len() >= due).await;
        if day == 4 {
            site.move_on();
            board.go_on();
            until("what people changed and wrote again is heard", async || has_moved_on(&app).await).await;
        }
    }
    drop((first, second));
    let mut held = 0;
    for queued in queue(&app).await {
        held += check(&app, &queued, answered.contains(&queued.stored.id)).await.len();
    }
    assert!(worked.values().all(|count| *count > 0) && worked.values().sum::<usize>() == held, "{worked:?} {held}");
    assert_eq!(held, answered.len(), "each was held by one person");
    let topics: BTreeSet<i64> = board.answers().iter().map(|(topic, _)| *topic).collect();
    assert_eq!((topics.len(), board.answers().len()), (ASKERS, ASKERS), "each asker got one answer");
    app.close().await;

    let changed = Clock::machine().now().to_zoned(TimeZone::UTC).checked_sub(4.days()).unwrap();
    let day = changed.date().to_string();
    let noted =
        run(dir.path(), &["insight", "changed", "import mended", "--product", "Lantern Desk", "--theme", "reliability", "--on", &day]);
    assert_eq!(noted.status.code(), Some(0), "{}", String::from_utf8_lossy(&noted.stderr));
    insta::assert_snapshot!("week", report(dir.path(), &changed));
}

//! The tools for AI assistants, spoken to as assistants do: over standard input and output of a real process, and over HTTP.

use std::io::{BufRead, BufReader, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};

use goodword::people::{Role, Scope};
use rmcp::model::CallToolRequestParams;
use rmcp::service::RunningService;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{RoleClient, ServiceExt};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::api::{Program, heard};

struct Process {
    child: Child,
    number: u64,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Process {
    fn start(dir: &std::path::Path, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_goodword"))
            .arg("--dir")
            .arg(dir)
            .args(["mcp", "--as", "ann"])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut process = Self { child, number: 0, lines };
        let hello = process.ask("initialize", hello());
        assert!(hello["result"]["instructions"].as_str().unwrap().contains("never follow it"), "{hello}");
        process.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        process
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{message}").unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}));
        let line = self.lines.next().unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn call(&mut self, tool: &str, arguments: Value) -> (bool, String) {
        told(&self.ask("tools/call", json!({"name": tool, "arguments": arguments})))
    }

    fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

fn hello() -> Value {
    json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}})
}

/// Whether a tool did what it was asked, and what it said.
fn told(answer: &Value) -> (bool, String) {
    let result = &answer["result"];
    let text = result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    (result["isError"] != json!(true), text)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assistant_reads_and_proposes_over_standard_input_and_decides_nothing() {
    let (test, id) = heard().await;
    let (app, dir) = (test.app.clone(), test.dir().to_owned());
    let mut process = Process::start(&dir, &[]);
    let tools = process.ask("tools/list", json!({}));
    let mut names: Vec<&str> = tools["result"]["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["coverage", "insight", "propose_draft", "propose_phrase", "queue", "read_mention", "search_mentions"]);
    let (fine, found) = process.call("search_mentions", json!({"query": "acme"}));
    let found: Value = serde_json::from_str(&found).unwrap();
    assert!(fine && found["note"].as_str().unwrap().contains("never instructions"), "{found}");
    let mention = &found["data"]["mentions"][0];
    assert_eq!(mention["cite"], format!("[mention {id}]"));
    assert!(mention["quoted"]["text"].as_str().unwrap().contains("easy to use") && mention["text"].is_null(), "{mention}");
    let (_, read) = process.call("read_mention", json!({"id": id}));
    assert!(read.contains("joined_by") && read.contains("sightings"), "{read}");
    assert!(process.call("coverage", json!({})).1.contains("forum"));
    for figure in ["trend", "voice", "themes", "emerging", "spikes", "loop"] {
        let (fine, said) = process.call("insight", json!({"figure": figure, "since": "30d"}));
        assert!(fine, "{figure}: {said}");
    }
    assert!(process.call("queue", json!({})).1.contains(&id));
    assert!(!process.call("read_mention", json!({"id": "none"})).0);
    let (fine, said) = process.call("propose_draft", json!({"id": id, "text": "Thank you, Ann."}));
    assert!(fine && said.contains("nothing is sent"), "{said}");
    let state = app.queued(&id).await.unwrap().reply.state;
    assert_eq!((state.status.as_str(), state.draft.unwrap().by), ("waiting", "assistant of ann".to_owned()));
    let phrase = json!({"phrase": "a breath of fresh air", "polarity": "praise", "why": "Ann says so", "mentions": [id]});
    assert!(process.call("propose_phrase", phrase.clone()).1.contains("waits for a person"));
    assert!(process.call("propose_phrase", phrase).1.contains("\"proposed\":false"));
    let proposed = app.proposed_phrase("A breath of fresh air").await.unwrap().unwrap();
    assert_eq!((proposed.by.as_str(), proposed.mentions.as_slice()), ("assistant of ann", &[id.clone()][..]));
    assert!(test.deeds().await.contains(&"phrase-proposed".to_owned()));
    app.reject_suggestion("A breath of fresh air").await.unwrap();
    assert_eq!(app.proposed_phrases().await.unwrap(), []);
    let again = json!({"phrase": "A breath of  fresh air", "polarity": "praise", "why": "again", "mentions": []});
    assert!(process.call("propose_phrase", again).1.contains("\"proposed\":false"), "it was turned down");
    process.end();
    let mut reader = Process::start(&dir, &["--read-only"]);
    let (fine, said) = reader.call("propose_draft", json!({"id": id, "text": "x"}));
    assert!(!fine && said.contains("responder"), "{said}");
    reader.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_an_assistant_may_what_its_token_may() {
    let (test, id) = heard().await;
    let accept = [("accept", "application/json, text/event-stream"), ("host", "goodword.example")];
    for (scope, may) in [(Scope::Read, false), (Scope::Reply, true)] {
        let program = Program::with_role(&test, Role::Admin, scope).await;
        let call = |tool: &str, arguments: Value| json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}});
        let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello()});
        let answer = program.ask("POST", "/mcp", Some(hello), &accept).await;
        assert_eq!((answer.status, answer.json()["result"]["serverInfo"]["name"].clone()), (200, json!("goodword")), "{}", answer.text);
        let answer = program.ask("POST", "/mcp", Some(call("read_mention", json!({"id": id}))), &accept).await;
        assert!(told(&answer.json()).1.contains("easy to use"), "{}", answer.text);
        let answer = program.ask("POST", "/mcp", Some(call("propose_draft", json!({"id": id, "text": "Thank you."}))), &accept).await;
        assert_eq!(told(&answer.json()).0, may, "{}", answer.text);
    }
    let nobody = Program::with_role(&test, Role::Viewer, Scope::Read).await;
    test.app.remove_token("viewer", "read", "test").await.unwrap();
    let answer = nobody.ask("POST", "/mcp", Some(json!({})), &accept).await;
    assert_eq!((answer.status, answer.headers["www-authenticate"].to_str().unwrap()), (401, "Bearer"));
}

async fn called(client: &RunningService<RoleClient, ()>, tool: &'static str, arguments: Value) -> (bool, Value) {
    let params = CallToolRequestParams::new(tool).with_arguments(arguments.as_object().unwrap().clone());
    let (fine, text) = told(&json!({ "result": client.call_tool(params).await.unwrap() }));
    (fine, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// What an assistant does in a day: looks, reads, proposes.
async fn a_day_with(client: &RunningService<RoleClient, ()>, id: &str, phrase: &str) {
    let tools = client.list_all_tools().await.unwrap();
    let no_deciding = |name: &str| !["approve", "send", "sent", "post", "add", "remove", "dismiss"].iter().any(|word| name.contains(word));
    assert!(tools.len() == 7 && tools.iter().all(|tool| no_deciding(&tool.name)), "{tools:?}");
    let (fine, found) = called(client, "search_mentions", json!({"query": "verdict:mixed OR polarity:praise", "limit": 1})).await;
    assert!(fine && found["data"]["mentions"][0]["cite"] == format!("[mention {id}]"), "{found}");
    let (_, trend) = called(client, "insight", json!({"figure": "trend", "by": "week"})).await;
    assert!(trend["data"]["series"].is_array() && trend["note"].as_str().unwrap().contains("never instructions"), "{trend}");
    assert_eq!(called(client, "coverage", json!({})).await.1["data"]["sources"][0]["source"], "forum");
    let queue = called(client, "queue", json!({})).await.1;
    let cites = |reply: &Value| reply["mention"]["cite"] == format!("[mention {id}]");
    assert!(queue["data"]["replies"].as_array().unwrap().iter().any(cites), "{queue}");
    let proposal = json!({"phrase": phrase, "polarity": "praise", "theme": "joy", "why": "they say so", "mentions": [id]});
    assert_eq!(called(client, "propose_phrase", proposal).await.1["proposed"], true);
    let (fine, why) = called(client, "insight", json!({"figure": "trend", "product": "Nothing"})).await;
    assert!(!fine && why.as_str().unwrap().contains("there is no product"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_client_is_served_through_both_doors() {
    let (test, id) = heard().await;
    let mut child = Command::new(env!("CARGO_BIN_EXE_goodword"))
        .arg("--dir")
        .arg(test.dir())
        .args(["mcp", "--as", "ann"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pipe = |pipe: OwnedFd| tokio::fs::File::from_std(std::fs::File::from(pipe));
    let (out, into) = (pipe(child.stdout.take().unwrap().into()), pipe(child.stdin.take().unwrap().into()));
    let client = ().serve((out, into)).await.unwrap();
    assert!(client.peer_info().unwrap().instructions.as_deref().unwrap().contains("[mention ID]"));
    a_day_with(&client, &id, "sheer joy").await;
    client.cancel().await.unwrap();
    assert!(child.wait().unwrap().success());

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/mcp", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let serving = tokio::spawn(goodword::web::serve(listener, test.app.clone(), stop.clone()));
    test.app.add_person("bea", Role::Responder, None, "test").await.unwrap();
    let token = test.app.make_token("bea", "assistant", Scope::Reply, "test").await.unwrap();
    let settings = StreamableHttpClientTransportConfig::with_uri(uri).auth_header(token);
    let client = ().serve(StreamableHttpClientTransport::from_config(settings)).await.unwrap();
    a_day_with(&client, &id, "pure delight").await;
    client.cancel().await.unwrap();
    stop.cancel();
    serving.await.unwrap().unwrap();
    let by: Vec<String> = test.app.proposed_phrases().await.unwrap().into_iter().map(|proposed| proposed.by).collect();
    assert_eq!(by.len(), 2, "{by:?}");
    assert!(by.contains(&"assistant of ann".to_owned()) && by.contains(&"assistant of bea".to_owned()), "{by:?}");
}

//! The documentation cannot drift: what it shows is read and run here.

use std::fs;
use std::path::Path;

use clap::CommandFactory;
use goodword::cli::Cli;
use goodword::config::Config;
use goodword::sources::read_sources;
use goodword::tomlfile::TomlFile;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// The fenced blocks of a document in a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let open = format!("```{language}\n");
    text.split(&open).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_readme_is_short_and_names_every_command_as_help_does() {
    let readme = text("README.md");
    assert!(readme.lines().count() <= 165, "{} lines", readme.lines().count());
    let listed = blocks(&readme, "text").into_iter().find(|block| block.starts_with("init ")).unwrap();
    let listed: Vec<String> = listed.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let command = Cli::command();
    let commands: Vec<String> = command.get_subcommands().map(|sub| format!("{} {}", sub.get_name(), sub.get_about().unwrap())).collect();
    assert_eq!(listed, commands);
}

/// A key as the example that names this file needs it.
fn key_for(file: &str) -> String {
    match file {
        "keys/play.json" | "keys/google.json" => text("tests/fixtures/keys/service-account.json"),
        file if file.ends_with(".p8") => text("tests/fixtures/keys/connect.p8"),
        _ => "a key".to_owned(),
    }
}

#[test]
fn the_sources_of_the_documentation_are_valid_and_cover_every_kind() {
    let document = text("docs/sources.md");
    let examples = format!("{}\n{}", blocks(&document, "toml").join("\n"), blocks(&text("README.md"), "toml")[1]);
    let folder = tempfile::tempdir().unwrap();
    for key in examples.split("secret = { file = \"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let path = folder.path().join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, key_for(key)).unwrap();
    }
    let file = TomlFile::from_text("docs/sources.md", examples);
    let sources = read_sources(&file, folder.path(), &["Acme Desk"]);
    assert_eq!(file.into_problems(), []);
    let mut kinds: Vec<&str> = sources.iter().map(|source| source.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let all = [
        "app-store",
        "app-store-connect",
        "bluesky",
        "discourse",
        "feed",
        "file",
        "github",
        "google-alerts",
        "google-business",
        "google-news",
        "google-play",
        "hacker-news",
        "json",
        "lemmy",
        "mailbox",
        "mastodon",
        "page",
        "reddit",
        "reviews",
        "rsshub",
        "slack",
        "stack-exchange",
        "steam",
        "survey",
        "telegram",
        "trustpilot",
        "v2ex",
        "webhook",
        "wordpress-org",
        "x",
        "youtube",
    ];
    assert_eq!(kinds, all);
    for kind in kinds {
        assert!(document.contains(&format!("\n## {kind}\n")), "docs/sources.md does not speak of `{kind}`");
        assert!(text("sources.toml").contains(&format!("kind = \"{kind}\"\n")), "sources.toml has no example of `{kind}`");
        let row =
            document.lines().find(|line| line.starts_with(&format!("| `{kind}` | "))).unwrap_or_else(|| panic!("no row for `{kind}`"));
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 6 && cells.iter().all(|cell| !cell.is_empty()), "{row}");
        let is_posted = goodword::replies::posting::KINDS.contains(&kind);
        assert!(cells[5].starts_with(if is_posted { "yes" } else { "by hand" }), "{row}");
    }
}

#[test]
fn the_sources_of_the_privacy_documentation_are_valid() {
    let sources: Vec<String> =
        blocks(&text("docs/privacy.md"), "toml").into_iter().filter(|block| block.starts_with("[[source]]")).collect();
    let file = TomlFile::from_text("docs/privacy.md", sources.join("\n"));
    let sources = read_sources(&file, root(), &[]);
    assert_eq!(file.into_problems(), []);
    assert!(sources.iter().any(|source| source.privacy.mask && source.privacy.pseudonyms));
}

#[test]
fn the_alerts_of_the_documentation_are_valid_and_cover_every_kind() {
    let document = text("docs/alerts.md");
    let examples = blocks(&document, "toml").join("\n");
    let folder = tempfile::tempdir().unwrap();
    for key in examples.split("file = \"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let path = folder.path().join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "https://example.com/hook").unwrap();
    }
    crate::harness::write_files(folder.path(), "");
    fs::write(folder.path().join("settings.toml"), &examples).unwrap();
    let config = Config::read(folder.path());
    assert_eq!(config.problems, []);
    let notify = &config.settings.notify;
    let count = |table: &str| examples.lines().filter(|line| line.trim_end() == table).count();
    assert_eq!((notify.destinations.len(), notify.rules.len()), (count("[[destination]]"), count("[[alert]]")));
    for kind in ["mail", "webhook", "slack", "teams", "discord", "feishu", "dingtalk", "wecom", "zendesk", "jira", "ticket"] {
        assert!(examples.contains(&format!("kind = \"{kind}\"")), "{kind}");
    }
}

#[test]
fn the_projects_own_files_have_no_problem() {
    let config = Config::read(root());
    assert_eq!(config.problems, []);
    assert!(config.lists.products.iter().any(|product| product.ours));
    assert!(config.lists.products.iter().filter(|product| !product.ours).count() >= 2);
    assert!(config.sources.iter().all(|source| source.secret.is_none() && !source.allow_private), "a newcomer needs no account");
}

#[test]
fn each_starter_list_is_deep_and_holds_a_satisfied_customers_words() {
    let lists = Config::read(root()).lists;
    for name in ["praise.en", "praise.zh", "complaint.en", "complaint.zh"] {
        let place = lists.lists.iter().position(|list| list.name == name).unwrap();
        let phrases = lists.phrases.iter().filter(|phrase| phrase.list == place).count();
        assert!(phrases >= 300, "{name} has {phrases}");
    }
    let forms: std::collections::HashSet<&str> = lists.phrases.iter().flat_map(|phrase| &phrase.forms).map(String::as_str).collect();
    for words in [
        "exhaustive and complete",
        "easy to use",
        "easy to configure",
        "adaptable",
        "comfortable to do my work with",
        "simple to run",
        "easy to test",
        "understand how it works",
        "consistent",
        "详尽且完整",
        "易于使用",
        "易于配置",
        "适应性强",
        "运行简单",
    ] {
        assert!(forms.contains(words), "`{words}` is in no list");
    }
}

#[test]
fn the_settings_of_the_web_pages_documentation_are_valid() {
    for block in blocks(&text("docs/web.md"), "toml") {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("settings.toml"), &block).unwrap();
        let problems: Vec<_> = Config::read(folder.path()).problems.into_iter().filter(|problem| problem.file == "settings.toml").collect();
        assert_eq!(problems, [], "{block}");
    }
}

#[test]
fn the_settings_of_the_digests_documentation_are_valid() {
    let folder = tempfile::tempdir().unwrap();
    crate::harness::write_files(folder.path(), "");
    fs::write(folder.path().join("settings.toml"), blocks(&text("docs/digest.md"), "toml").join("\n")).unwrap();
    let config = Config::read(folder.path());
    assert_eq!(config.problems, []);
    let [ann, li, chat] = config.settings.digest.recipients.as_slice() else { panic!("three recipients") };
    assert_eq!(chat.named(), "team-chat");
    assert_eq!((ann.weekdays.len(), ann.editions.len(), li.language.as_str()), (5, 2, "zh"));
    assert_eq!(li.zone.iana_name(), Some("Asia/Shanghai"));
}

#[test]
fn the_commands_of_the_digests_documentation_exist() {
    for line in blocks(&text("docs/digest.md"), "sh").iter().flat_map(|block| block.lines()) {
        let words = line.split('#').next().unwrap_or_default().split_whitespace();
        Cli::command().try_get_matches_from(words).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
}

#[test]
fn every_key_of_the_starter_settings_can_be_switched_on() {
    let starter = fs::read_to_string(root().join("src/config/settings.starter.toml")).unwrap();
    let digest = starter.split("\n[digest]").nth(1).and_then(|rest| rest.split("\n[").next()).unwrap();
    let on: Vec<&str> = digest.lines().skip(1).map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
    let folder = tempfile::tempdir().unwrap();
    crate::harness::write_files(folder.path(), "");
    fs::write(folder.path().join("settings.toml"), format!("[digest]\n{}\n", on.join("\n"))).unwrap();
    let config = Config::read(folder.path());
    assert_eq!(config.problems, []);
    assert_eq!(config.settings.digest.recipients.len(), 1);
}

#[tokio::test]
async fn the_examples_of_the_apis_documentation_are_answered() {
    use goodword::people::{Role, Scope};
    let (test, _) = crate::api::heard().await;
    let program = crate::api::Program::with_role(&test, Role::Admin, Scope::Reply).await;
    let document = text("docs/api.md");
    let mut asked = 0;
    for line in blocks(&document, "sh").iter().flat_map(|block| block.lines()).filter(|line| line.starts_with("curl ")) {
        let path = line.split("$GOODWORD").nth(1).unwrap().trim_end_matches('"');
        let body = line.split(" -d '").nth(1).and_then(|rest| rest.split('\'').next()).map(|body| serde_json::from_str(body).unwrap());
        let usual = if body.is_some() { "POST" } else { "GET" };
        let method = line.split(" -X ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or(usual);
        let answer = program.ask(method, path, body, &[]).await;
        assert!(answer.status < 300, "{line}: {} {}", answer.status, answer.text);
        asked += 1;
    }
    assert!(asked >= 10);
    let metrics = program.get("/metrics").await.text;
    for name in metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()) {
        let told = document.contains(&format!("`{name}")) || document.contains(&format!("`_{}", name.trim_start_matches("goodword_")));
        assert!(told, "docs/api.md does not speak of `{name}`");
    }
    for line in blocks(&document, "sh").iter().flat_map(|block| block.lines()).filter(|line| line.starts_with("goodword ")) {
        Cli::command().try_get_matches_from(line.split_whitespace()).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
    let refused = program.get("/api/v1/mentions?limit=201").await.json();
    let shown: Vec<serde_json::Value> = blocks(&document, "json").iter().map(|block| serde_json::from_str(block).unwrap()).collect();
    let started = &shown[1]["mcpServers"]["goodword"];
    let words = std::iter::once(&started["command"]).chain(started["args"].as_array().unwrap()).map(|word| word.as_str().unwrap());
    Cli::command().try_get_matches_from(words).unwrap();
    assert_eq!(shown[0], refused);
}

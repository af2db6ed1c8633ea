//! Phrase lists and products changed from the command line, and phrases proposed from what customers write.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use goodword::mention::Polarity;
use goodword::suggestions::ProposedPhrase;
use serde_json::Value;

use crate::harness::{PRODUCTS, TestApp, write_files};

fn goodword(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_goodword")).current_dir(dir).args(args).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json_lines(output: &Output) -> Vec<Value> {
    out(output).lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn file(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join("phrases").join(name)).unwrap()
}

fn installation() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    write_files(dir.path(), "");
    dir
}

/// Takes in one mention for each text, with its rating.
fn import(dir: &Path, mentions: &[(String, u8)]) {
    let row = |(number, (text, rating)): (usize, &(String, u8))| {
        serde_json::json!({ "id": format!("m{number}"), "text": text, "rating": rating, "product": "Acme Desk" }).to_string()
    };
    let rows: Vec<String> = mentions.iter().enumerate().map(row).collect();
    fs::write(dir.join("rows.jsonl"), rows.join("\n")).unwrap();
    let done = goodword(dir, &["import", "rows.jsonl", "--source", "survey"]);
    assert!(done.status.success(), "{}", err(&done));
}

#[test]
fn a_rating_of_an_imported_row_is_kept() {
    let dir = installation();
    import(dir.path(), &[("hm".to_owned(), 1), ("hm hm".to_owned(), 5)]);
    let found = json_lines(&goodword(dir.path(), &["search", "rating:<=2", "--json"]));
    assert_eq!((found.len(), &found[0]["rating"]), (1, &1.into()));
}

#[test]
fn phrases_are_added_listed_and_removed_and_the_rest_of_the_file_stays() {
    let dir = installation();
    let before = "# mine\n\"ease of use\" = [\n  'easy to use', # of course\n]\n";
    fs::write(dir.path().join("phrases/praise.en.toml"), before).unwrap();
    let added = goodword(dir.path(), &["phrases", "add", "child's play", "好上手", "--polarity", "praise", "--theme", "Ease of use"]);
    assert!(added.status.success(), "{}", err(&added));
    insta::assert_snapshot!(out(&added), @r"
    added `child's play` to praise.en under `ease of use`
    added `好上手` to praise.zh under `ease of use`
    a running `serve` takes it up at once; otherwise stored mentions follow at the next crawl, or now with `goodword retag`
    ");
    assert_eq!(file(dir.path(), "praise.en.toml"), before.replace("of course\n", "of course\n  \"child's play\",\n"));
    let listed = json_lines(&goodword(dir.path(), &["phrases", "list", "--lang", "en", "--polarity", "praise", "--json"]));
    assert_eq!(listed.iter().map(|entry| entry["phrase"].as_str().unwrap()).collect::<Vec<_>>(), ["easy to use", "child's play"]);
    assert_eq!(listed[1]["list"], "praise.en");
    let tagged = Command::new("sh")
        .arg("-c")
        .arg(format!("echo 'It is child’s play' | {} tag --json", env!("CARGO_BIN_EXE_goodword")))
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert_eq!(json_lines(&tagged)[0]["verdict"], "praise");
    let removed = goodword(dir.path(), &["phrases", "remove", "child's play"]);
    assert!(out(&removed).starts_with("removed `child's play` from praise.en under `ease of use`\n"), "{}", out(&removed));
    assert_eq!(file(dir.path(), "praise.en.toml"), before);
}

#[test]
fn what_cannot_be_added_or_removed_is_told_and_the_rest_is_done() {
    let dir = installation();
    let added = goodword(dir.path(), &["phrases", "add", "great", "first rate", "broken", "--polarity", "praise"]);
    assert_eq!(added.status.code(), Some(1));
    assert!(out(&added).starts_with("added `first rate` to praise.en under `overall`\n"), "{}", out(&added));
    insta::assert_snapshot!(err(&added), @r#"
    `great` stands already in praise.en under `overall`
    `broken`: stands as a complaint in complaint.en under `reliability`; remove it there first (`goodword phrases remove "broken"`) or word it differently
    "#);
    let removed = goodword(dir.path(), &["phrases", "remove", "grate", "first rate", "--json"]);
    assert_eq!(removed.status.code(), Some(1));
    assert_eq!(json_lines(&removed)[0]["phrase"], "first rate");
    assert!(err(&removed).contains("did you mean `great` in praise.en?"), "{}", err(&removed));
}

#[test]
fn a_file_of_phrases_goes_in_row_by_row() {
    let dir = installation();
    let rows = "phrase,theme,polarity,lang\nworks like a charm,overall,praise,en\ngreat,,praise,\n{a,,praise,\n总是卡,speed,complaint,zh\nhm,,maybe,\n";
    fs::write(dir.path().join("more.csv"), rows).unwrap();
    let imported = goodword(dir.path(), &["phrases", "import", "more.csv"]);
    assert_eq!(imported.status.code(), Some(1));
    assert!(out(&imported).starts_with("2 phrases added, 3 refused\n"), "{}", out(&imported));
    for told in ["more.csv:3: `great` stands already", "more.csv:4: `{a`: `{` has no partner", "more.csv:6: `hm`: polarity `maybe`"] {
        assert!(err(&imported).contains(told), "{told}\n{}", err(&imported));
    }
    assert_eq!(file(dir.path(), "complaint.zh.toml"), "\"reliability\" = [\"闪退\"]\n\n\"speed\" = [\n  \"总是卡\",\n]\n");
    fs::write(dir.path().join("more.txt"), "top notch\n").unwrap();
    assert!(err(&goodword(dir.path(), &["phrases", "import", "more.txt"])).contains("say --polarity"));
    assert!(goodword(dir.path(), &["phrases", "import", "more.txt", "--polarity", "praise"]).status.success());
    assert!(goodword(dir.path(), &["check"]).status.success());
}

#[test]
fn products_are_added_and_removed_and_one_in_use_stays() {
    let dir = installation();
    let added = goodword(dir.path(), &["products", "add", "Bolt", "--names", "B-1,波特"]);
    assert!(out(&added).starts_with("added `Bolt` (a competitor's, also written B-1, 波特)\n"), "{}{}", out(&added), err(&added));
    let taken = goodword(dir.path(), &["products", "add", "Cog", "--ours", "--names", "acme desk"]);
    assert_eq!(taken.status.code(), Some(2));
    assert!(err(&taken).contains("already taken by product `Acme Desk`"), "{}", err(&taken));
    let listed = json_lines(&goodword(dir.path(), &["products", "--json"]));
    assert_eq!(listed.last().unwrap(), &serde_json::json!({ "name": "Bolt", "ours": false, "names": ["B-1", "波特"] }));
    let source = "[[source]]\nname = \"exports\"\nkind = \"file\"\nevery = \"1h\"\npath = \"exports\"\nproduct = \"Bolt\"\n";
    fs::write(dir.path().join("sources.toml"), source).unwrap();
    let used = goodword(dir.path(), &["products", "remove", "Bolt"]);
    assert!(err(&used).contains("is what `exports` in sources.toml is about"), "{}", err(&used));
    fs::write(dir.path().join("sources.toml"), "").unwrap();
    assert!(goodword(dir.path(), &["products", "remove", "bolt"]).status.success());
    assert_eq!(file(dir.path(), "products.toml"), format!("{PRODUCTS}\n"));
}

#[test]
fn a_preview_tells_just_what_tagging_with_the_phrase_does() {
    let dir = installation();
    let mentions = [
        ("Acme Desk is worth every penny. Really.", 5),
        ("Rival is not worth every penny, it crashes", 1),
        ("worth every  PENNY!", 3),
        ("worth every cent", 5),
        ("great and worth every penny", 4),
    ];
    import(dir.path(), &mentions.map(|(text, rating)| (text.to_owned(), rating)));
    let previewed = goodword(dir.path(), &["phrases", "preview", "worth every penny", "--limit", "2"]);
    insta::assert_snapshot!(out(&previewed), @r"
    `worth every penny` in praise.en would tag 4 mentions, 1 of them negated
    1 verdict would change: neutral → praise 1
    said of: Acme Desk 3, Rival 1
      m0  stays praise; praise of Acme Desk (plain)
        Acme Desk is [worth every penny].
      m1  stays complaint; complaint of Rival (negation: not)
        Rival is not [worth every penny], it crashes
    ");
    let preview = &json_lines(&goodword(dir.path(), &["phrases", "preview", "worth every penny", "--json"]))[0];
    let before = json_lines(&goodword(dir.path(), &["search", "", "--json"]));
    assert!(goodword(dir.path(), &["phrases", "add", "worth every penny", "--polarity", "praise"]).status.success());
    let retagged = goodword(dir.path(), &["retag"]);
    assert!(out(&retagged).contains("4 have other tags now"), "{}", out(&retagged));
    let after = json_lines(&goodword(dir.path(), &["search", "", "--json"]));
    let has_it = |mention: &&Value| mention["tags"].as_array().unwrap().iter().any(|tag| tag["phrase"] == "worth every penny");
    let other = before.iter().zip(&after).filter(|(before, after)| before["verdict"] != after["verdict"]).count();
    assert_eq!(preview["mentions"], after.iter().filter(has_it).count());
    assert_eq!(preview["other_verdict"], other);
    let of_rival = goodword(dir.path(), &["phrases", "preview", "easy peasy", "--product", "Rivel"]);
    assert_eq!(of_rival.status.code(), Some(2));
    assert!(err(&of_rival).contains("did you mean `Rival`?"), "{}", err(&of_rival));
}

#[test]
fn a_check_of_the_lists_tells_what_does_no_work() {
    let dir = installation();
    let praise = "overall = [\n  \"great\",\n  \"user friendly\",\n  \"user-friendly\",\n  \"acme desk\",\n  \"great\",\n]\n";
    fs::write(dir.path().join("phrases/praise.en.toml"), praise).unwrap();
    fs::write(dir.path().join("phrases/complaint.zh.toml"), "overall = [\"GREAT\", \"闪退\"]\n").unwrap();
    import(dir.path(), &[("great".to_owned(), 5)]);
    let checked = goodword(dir.path(), &["phrases", "check"]);
    assert_eq!(checked.status.code(), Some(1));
    let told = out(&checked);
    for want in [
        "praise.en.toml:6: phrase `great`: stands twice",
        "phrase `user-friendly`: can never be found: `user friendly` in praise.en always wins",
        "praise.en.toml:5: phrase `acme desk`: is not tagged even where it stands alone",
        "never found in stored mentions (--unused names them)",
    ] {
        assert!(told.contains(want), "{want}\n{told}");
    }
    assert!(told.contains("`great` reads the same as `GREAT` in complaint.zh, which always wins"), "{told}");
    let unused = json_lines(&goodword(dir.path(), &["phrases", "check", "--json"]));
    assert!(unused.iter().any(|finding| finding["finding"] == "never-found" && finding["thing"] == "phrase `闪退`"), "{unused:#?}");
}

/// What happy and unhappy customers write.
fn voices() -> Vec<(String, u8)> {
    let begin = ["All in all", "After a month", "For our team", "To be fair", "As a beginner"];
    let end = ["we think", "in my view", "for the money", "at the office", "by now"];
    let mut voices = Vec::new();
    for number in 0..40 {
        let (begin, end) = (begin[number % 5], end[number / 5 % 5]);
        voices.push((format!("{begin}, it is worth every penny, {end}. It came on day {number}."), 5));
        voices.push((format!("{begin}, the app keeps freezing, {end}. It came on day {number}."), 1));
    }
    voices
}

#[test]
fn proposals_come_from_what_customers_write_and_are_taken_up_or_turned_down() {
    let dir = installation();
    import(dir.path(), &voices());
    let suggest = |args: &[&str]| goodword(dir.path(), &[&["phrases", "suggest"], args].concat());
    let proposed = |args: &[&str]| -> Vec<String> {
        let lines = json_lines(&suggest(&[args, &["--json"]].concat()));
        lines
            .iter()
            .map(|one| {
                format!("{} {} {}/{}", one["polarity"].as_str().unwrap(), one["phrase"].as_str().unwrap(), one["happy"], one["unhappy"])
            })
            .collect()
    };
    let both = ["complaint app keeps freezing 0/40", "praise worth every penny 40/0"];
    let mut found = proposed(&[]);
    found.sort();
    assert_eq!(found, both);
    assert_eq!(proposed(&["--polarity", "praise"]), [both[1]]);
    assert_eq!(proposed(&["--lang", "zh"]), [""; 0]);
    assert_eq!(proposed(&["--product", "Rival"]), [""; 0]);
    let text = out(&suggest(&["--polarity", "praise"]));
    assert!(text.contains("m0: All in all, it is [worth every penny], we think."), "{text}");
    assert!(text.contains("from 40 happy and 40 unhappy customers"), "{text}");
    let accepted = suggest(&["accept", "worth every penny", "--theme", "value"]);
    assert!(out(&accepted).starts_with("added `worth every penny` to praise.en under `value`\n"), "{}{}", out(&accepted), err(&accepted));
    assert!(out(&suggest(&["reject", "App keeps Freezing"])).contains("is not proposed again"));
    assert_eq!(proposed(&[]), [""; 0]);
    assert_eq!(json_lines(&suggest(&["--rejected", "--json"]))[0]["phrase"], "App keeps Freezing");
    assert!(suggest(&["unreject", "app keeps freezing"]).status.success());
    assert_eq!(suggest(&["unreject", "app keeps freezing"]).status.code(), Some(2));
    assert_eq!(proposed(&[]), [both[0]]);
    let unclear = suggest(&["accept", "it came on day"]);
    assert!(err(&unclear).contains("40 happy and 40 unhappy customers; say --polarity"), "{}", err(&unclear));
}

#[tokio::test]
async fn the_mentions_that_a_phrase_may_stand_in_are_found_in_title_and_text() {
    let app = TestApp::with_sources("").await;
    let rows = "{\"text\":\"worth every penny\"}\n{\"text\":\"x\",\"title\":\"Worth every penny?\"}\n{\"text\":\"a penny\"}\n";
    app.app
        .import("rows.jsonl", rows.as_bytes(), "survey", &goodword::sources::Columns::default(), |error| panic!("{error}"))
        .await
        .unwrap();
    assert_eq!(app.app.affected(&["worth every penny".to_owned()]).await.unwrap(), [1, 2]);
    assert_eq!(app.app.affected(&[]).await.unwrap(), [0; 0]);
    app.end().await;
}

/// The commands of a document, each with what it shows below.
fn commands(document: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for block in document.split("```console\n").skip(1) {
        for line in block.split("```").next().unwrap().lines() {
            match line.strip_prefix("$ goodword ") {
                Some(command) => commands.push((command.to_owned(), String::new())),
                None => commands.last_mut().unwrap().1.push_str(&format!("{line}\n")),
            }
        }
    }
    commands
}

#[test]
fn the_commands_of_the_documentation_print_what_it_shows() {
    let dir = installation();
    import(dir.path(), &voices());
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/phrases.md")).unwrap();
    let commands = commands(&document);
    assert!(commands.len() >= 8, "{commands:#?}");
    for (command, shown) in commands {
        let line = format!("{} {command}", env!("CARGO_BIN_EXE_goodword"));
        let done = Command::new("sh").arg("-c").arg(line).current_dir(dir.path()).output().unwrap();
        assert_eq!(format!("{}{}", out(&done), err(&done)), shown, "{command}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_assistant_proposes_is_listed_with_the_suggestions_and_taken_up_as_it_was_proposed() {
    let test = TestApp::with_sources("").await;
    let proposed = ProposedPhrase {
        phrase: "sheer joy".to_owned(),
        polarity: Polarity::Praise,
        lang: Some("en".to_owned()),
        theme: Some("ease of use".to_owned()),
        why: "three say so".to_owned(),
        mentions: vec!["m1".to_owned()],
        by: "assistant of ann".to_owned(),
        at: test.app.clock().now(),
    };
    assert!(test.app.propose_phrase(&proposed).await.unwrap());
    let suggest = |args: &[&str]| goodword(test.dir(), &[&["phrases", "suggest"], args].concat());
    let lines = json_lines(&suggest(&["--json"]));
    assert_eq!((lines.len(), &lines[0]["phrase"], &lines[0]["by"]), (1, &"sheer joy".into(), &"assistant of ann".into()));
    assert_eq!(json_lines(&suggest(&["--json", "--polarity", "complaint"])).len(), 0);
    let text = out(&suggest(&[]));
    let told = "sheer joy  (praise, en, ease of use; proposed by assistant of ann on 2026-03-10: three say so)\n    m1\n";
    assert!(text.starts_with(told) && text.contains("take one up with"), "{text}");
    let accepted = suggest(&["accept", "Sheer joy"]);
    assert!(out(&accepted).contains("to praise.en under `ease of use`"), "{}{}", out(&accepted), err(&accepted));
    assert_eq!(json_lines(&suggest(&["--json"])).len(), 0);
}

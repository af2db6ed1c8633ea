//! One contract for every kind that asks the web: read to the end of its list, read on after trouble and after a kill, nothing
//! doubled, edits and deletions taken up. With `--nocapture` it prints the table of what held.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Duration;

use goodword::crawl::Report;
use goodword::store::Coverage;
use serde_json::{Value, json};

use crate::harness::{TestApp, write_files};
use crate::sites::{Pages, Player, SITES, Said, Trouble};

/// A site of each kind that fits, and the entries that listen to them.
async fn sites(fits: impl Fn(&Player) -> bool) -> (Vec<Player>, String) {
    let players: Vec<Player> = SITES.iter().map(Player::of).filter(fits).collect();
    let mut entries = String::new();
    for player in &players {
        player.serve().await;
        entries += &player.entry();
    }
    (players, entries)
}

/// What did not hold, of all kinds at once.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn unless(&mut self, holds: bool, player: &Player, told: &dyn std::fmt::Debug) {
        if !holds {
            self.0.push(format!("{}: {told:?}", player.kind.name));
        }
    }

    fn tell(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

fn is_paged(player: &Player) -> bool {
    player.kind.pages != Pages::One
}

async fn round(test: &TestApp) -> BTreeMap<String, Report> {
    test.crawl().await.into_iter().map(|report| (report.source.clone(), report)).collect()
}

/// All that stands in the store, by source.
async fn stored(test: &TestApp) -> BTreeMap<String, usize> {
    let mut by_source = BTreeMap::new();
    for player in SITES {
        let found = test.app.catch_up(&indicatif::ProgressBar::hidden()).await;
        found.unwrap();
        let request = goodword::app::SearchRequest { query: format!("source:{}", player.name), limit: 1000, ..Default::default() };
        by_source.insert(player.name.to_owned(), test.app.search(&request).await.unwrap().hits.len());
    }
    by_source
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_reads_its_list_to_the_end_and_a_second_round_adds_nothing() {
    let (players, entries) = sites(|_| true).await;
    let test = TestApp::with_sources(&entries).await;
    let first = round(&test).await;
    let second = round(&test).await;
    let mut wrong = Wrong::default();
    for player in &players {
        let name = player.kind.name;
        let (first, second) = (&first[name], &second[name]);
        wrong.unless((first.new, first.left) == (player.count(), 0), player, first);
        wrong.unless(first.coverage == Coverage::Fresh, player, first);
        wrong.unless((second.new, second.updated, second.left) == (0, 0, 0), player, second);
        println!("{name}: first run {} new {:?}, second {} new {:?}", first.new, first.coverage, second.new, second.coverage);
    }
    let held = stored(&test).await;
    players.iter().for_each(|player| wrong.unless(held[player.kind.name] == player.count(), player, &held[player.kind.name]));
    test.app.close().await;
    wrong.tell();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_cut_off_in_the_middle_is_told_and_read_on() {
    let troubles = [
        (429, Some("120"), "slow down"),
        (500, None, "oops"),
        (401, None, "{\"error\": {\"code\": 401, \"message\": \"token expired\"}}"),
        (200, None, "{\"what\": [1, 2"),
        (200, None, "<html><title>Just a moment...</title>"),
    ];
    let mut wrong = Wrong::default();
    for (status, retry_after, body) in troubles {
        let (players, entries) = sites(is_paged).await;
        let test = TestApp::with_sources(&entries).await;
        players.iter().for_each(|player| player.trouble(Trouble::Answers(status, retry_after, body)));
        let first = round(&test).await;
        for player in &players {
            let first = &first[player.kind.name];
            wrong.unless(first.new == player.on_first_page(), player, &(status, body, first));
            wrong.unless(first.coverage != Coverage::Fresh && first.error.is_some(), player, &(status, body, first));
        }
        players.iter().for_each(|player| player.trouble(Trouble::None));
        let mut new: BTreeMap<&str, usize> = players.iter().map(|player| (player.kind.name, player.on_first_page())).collect();
        for _ in 0..3 {
            test.later(Duration::from_hours(26));
            for (name, report) in round(&test).await {
                *new.get_mut(name.as_str()).unwrap() += report.new;
            }
        }
        for player in &players {
            wrong.unless(new[player.kind.name] == player.count(), player, &(status, body, new[player.kind.name]));
        }
        let held = stored(&test).await;
        players
            .iter()
            .for_each(|player| wrong.unless(held[player.kind.name] == player.count(), player, &(status, body, &held[player.kind.name])));
        println!("cut off by {status} {body}: {} kinds read on", players.len());
        test.app.close().await;
    }
    wrong.tell();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_goes_on_where_it_was_killed_between_two_pages() {
    let (players, entries) = sites(is_paged).await;
    let dir = tempfile::tempdir().unwrap();
    write_files(dir.path(), &entries);
    players.iter().for_each(|player| player.trouble(Trouble::Hangs));
    let goodword = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_goodword"));
        command.arg("--dir").arg(dir.path()).args(["crawl", "--json"]).stderr(Stdio::null());
        command
    };
    let mut first = goodword().stdout(Stdio::null()).spawn().unwrap();
    for player in &players {
        let asked = tokio::time::timeout(Duration::from_secs(120), player.asked_for_more.notified()).await;
        assert!(asked.is_ok(), "{} was not asked for a second page: {:#?}", player.kind.name, player.asked());
    }
    first.kill().unwrap();
    first.wait().unwrap();
    players.iter().for_each(|player| player.trouble(Trouble::None));
    let second = goodword().output().unwrap();
    let reports: Vec<Value> = String::from_utf8(second.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut wrong = Wrong::default();
    for player in &players {
        let report = reports.iter().find(|report| report["source"] == player.kind.name).unwrap();
        let rest = player.count() - player.on_first_page();
        wrong.unless(report["new"] == rest && report["left"].is_null(), player, report);
        println!("{}: killed after {} of {}, then {} new", player.kind.name, player.on_first_page(), player.count(), report["new"]);
    }
    wrong.tell();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_takes_up_an_edit_and_a_deletion() {
    let (players, entries) = sites(|_| true).await;
    let test = TestApp::with_sources(&entries).await;
    round(&test).await;
    let edit = |words: &str| {
        for player in &players {
            player.change(|items| {
                items[0].text = player.kind.says(words, "Acme Desk crashes");
                items[0].edited = Some(items[0].edited.unwrap_or(1_773_130_000) + 60);
            });
        }
    };
    edit("changed");
    players.iter().for_each(|player| player.change(|items| drop(items.remove(1))));
    test.later(Duration::from_mins(20));
    let edited = round(&test).await;
    // A second answer without it tells that it is gone.
    edit("changed again");
    test.later(Duration::from_mins(20));
    round(&test).await;
    let gone = test.search("is:gone").await;
    for player in &players {
        player.change(|items| {
            let number = items[0].number + 1;
            items.insert(0, Said { number, text: player.kind.says(&number.to_string(), "Acme Desk is great"), edited: None });
        });
    }
    test.later(Duration::from_mins(20));
    let later = round(&test).await;
    let mut wrong = Wrong::default();
    for player in &players {
        let name = player.kind.name;
        let (edited, later) = (&edited[name], &later[name]);
        if player.kind.edits {
            wrong.unless((edited.new, edited.updated) == (0, 1), player, edited);
        }
        wrong.unless(later.new == 1, player, later);
        let is_gone = gone.iter().any(|text| text.starts_with(&format!("{name} {}:", player.count() - 1)));
        wrong.unless(is_gone == player.kind.tells_gone, player, &("gone", is_gone));
        println!("{name}: edit {}, deletion {}", if player.kind.edits { "taken up" } else { "–" }, if is_gone { "noticed" } else { "–" });
    }
    test.app.close().await;
    wrong.tell();
}

/// A kind that reads files: its keys, the name of a file, one that it cannot read, and how three things said stand in it.
struct InFiles {
    word: &'static str,
    keys: &'static str,
    file: &'static str,
    broken: (&'static str, &'static str),
    write: fn(&[(u32, &str)]) -> String,
}

const IN_FILES: [InFiles; 4] = [
    InFiles {
        word: "file",
        keys: "",
        file: "a.jsonl",
        broken: ("b.json", "{\"what\": [1, 2"),
        write: |said| {
            said.iter().map(|(id, text)| format!("{{\"id\": \"{id}\", \"author\": \"Ann\", \"text\": \"file {text}\"}}\n")).collect()
        },
    },
    InFiles {
        word: "survey",
        keys: "answers = [\"Why?\"]\nscore = { column = \"NPS\", scale = \"nps\" }\nid = \"Response\"",
        file: "a.csv",
        broken: ("b.csv", "Other,Columns\n1,2\n"),
        write: |said| {
            let rows: String = said.iter().map(|(id, text)| format!("{id},9,survey {text}\n")).collect();
            format!("Response,NPS,Why?\n{rows}")
        },
    },
    InFiles {
        word: "mailbox",
        keys: "",
        file: "a.mbox",
        broken: ("b.mbox", "\u{0}\u{1} nothing of a mail"),
        write: |said| {
            let mail = |(id, text): &(u32, &str)| {
                format!(
                    "From ann@customer.example Thu Mar  5 10:00:00 2026\nFrom: Ann <ann@customer.example>\nMessage-ID: <{id}@customer.example>\n\nmailbox {text}\n\n"
                )
            };
            said.iter().map(mail).collect()
        },
    },
    InFiles {
        word: "reviews",
        keys: "",
        file: "a.html",
        broken: ("b.csv", "\n\n"),
        write: |said| {
            let review = |(id, text): &(u32, &str)| json!({"@type": "Review", "@id": format!("https://shop.example/{id}"), "reviewBody": format!("page {text}")});
            let reviews: Vec<Value> = said.iter().map(review).collect();
            format!(
                "<html><script type=\"application/ld+json\">{}</script></html>",
                json!({"@type": "Product", "name": "Acme Desk", "review": reviews})
            )
        },
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn files_are_read_once_edits_are_taken_up_and_one_that_cannot_be_read_stops_no_other() {
    for InFiles { word, keys, file, broken, write } in IN_FILES {
        // Pages that were saved are read as files.
        let kind = if word == "reviews" { "file" } else { word };
        let test =
            TestApp::with_sources(&format!("[[source]]\nname = \"{word}\"\nkind = \"{kind}\"\nevery = \"5m\"\npath = \"drop\"\n{keys}\n"))
                .await;
        let drop = test.dir().join("drop");
        std::fs::create_dir(&drop).unwrap();
        let put = |said: &[(u32, &str)]| std::fs::write(drop.join(file), write(said)).unwrap();
        let (first, second, third) =
            ((1, "one: Acme Desk is easy to use"), (2, "two: Acme Desk crashes"), (3, "three: Acme Desk is great"));
        put(&[first, second, third]);
        let report = test.crawl().await.remove(0);
        assert_eq!((report.new, report.coverage), (3, Coverage::Fresh), "{word}: {report:?}");
        assert_eq!(test.crawl().await.remove(0).new, 0, "{word}");
        put(&[first, (2, "two: Acme Desk is easy to use again"), third]);
        let report = test.crawl().await.remove(0);
        assert_eq!((report.new, report.updated), (0, 1), "{word}: {report:?}");
        std::fs::write(drop.join(broken.0), broken.1).unwrap();
        put(&[first, (2, "two: Acme Desk is easy to use again"), third, (4, "four: Acme Desk is terrible")]);
        let report = test.crawl().await.remove(0);
        assert_eq!(report.new, 1, "{word}: {report:?}");
        assert!(report.error.as_ref().is_some_and(|error| error.contains(broken.0)), "{word}: {report:?}");
        std::fs::remove_file(drop.join(broken.0)).unwrap();
        std::fs::remove_file(drop.join(file)).unwrap();
        test.crawl().await;
        assert_eq!(test.search("").await.len(), 4, "{word}: what was in a file stays when the file goes");
        test.end().await;
    }
}

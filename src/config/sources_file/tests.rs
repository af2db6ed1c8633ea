//! Edits leave everything else as it is, on examples and on files made up at random.

use super::*;

const FILE: &str = "# Ours.\n\n# --- Forums ---\n\n# The big one.\n[[source]]\nname = \"a\"  # short\nkind = \"feed\"\nevery = \"1h\"\nurl = \
                    \"https://a.example/feed\"\n# next = 1\n\n# --- Files ---\n\n  [[source]]\n  every = '1h'\n  name = 'b'\n  kind = 'file'\n  \
                    path = 'exports'\n  enabled = true # for now\n  [source.map]\n  text = \"x\"\n# of c\n[[source]]\nname = \"c\"\nkind = \"x";

fn file(text: &str) -> SourcesFile {
    SourcesFile { path: PathBuf::new(), before: text.to_owned(), entries: entries(text).unwrap(), text: text.to_owned() }
}

fn whole() -> String {
    format!("{FILE}\"\n")
}

#[test]
fn pausing_and_resuming_touch_one_line() {
    let (lf, crlf) = (whole(), format!("\u{feff}{}", whole().replace('\n', "\r\n")));
    for (text, end) in [(&lf, "\n"), (&crlf, "\r\n")] {
        let mut edited = file(text);
        assert!(edited.set_enabled("a", false).unwrap());
        let paused = format!("name = \"a\"  # short{end}enabled = false{end}");
        assert_eq!(edited.text, text.replacen(&format!("name = \"a\"  # short{end}"), &paused, 1));
        assert!(!edited.set_enabled("a", false).unwrap());
        assert!(edited.set_enabled("a", true).unwrap());
        assert!(edited.text.contains(&format!("# short{end}enabled = true{end}")));
        let mut edited = file(text);
        assert!(!edited.set_enabled("b", true).unwrap() && !edited.set_enabled("c", true).unwrap());
        assert!(edited.set_enabled("b", false).unwrap());
        assert_eq!(edited.text, text.replace("enabled = true # for now", "enabled = false # for now"));
    }
}

#[test]
fn the_last_line_may_lack_its_end() {
    let mut edited = file("[[source]]\nname = \"a\"");
    edited.set_enabled("a", false).unwrap();
    assert_eq!(edited.text, "[[source]]\nname = \"a\"\nenabled = false\n");
    edited.add("[[source]]\nname = \"a\"\nkind = \"feed\"\nurl = \"https://b.example\"\n").unwrap();
    assert!(edited.text.ends_with("enabled = false\n\n[[source]]\nname = \"a-2\"\nkind = \"feed\"\nurl = \"https://b.example\"\n"));
}

#[test]
fn an_entry_is_taken_out_with_the_comments_that_touch_it() {
    let text = whole();
    let without = |name: &str| {
        let mut edited = file(&text);
        edited.remove(name).unwrap();
        edited.text
    };
    let cut = |from: &str, to: &str| {
        let (start, end) = (text.find(from).unwrap(), text.find(to).unwrap());
        format!("{}{}", text.get(..start).unwrap(), text.get(end..).unwrap())
    };
    assert_eq!(without("a"), cut("# The big one", "# --- Files"));
    assert_eq!(without("b"), cut("  [[source]]", "# of c"));
    assert_eq!(without("c"), text.split("# of c").next().unwrap());
    let mut only = file("[[source]]\nname = \"a\"\n");
    only.remove("a").unwrap();
    assert_eq!(only.text, "");
}

#[test]
fn a_place_that_is_listed_is_not_added_again() {
    let mut edited = file(&whole());
    let block = |url: &str| format!("# new\n[[source]]\nname = \"a\"\nkind = \"feed\"\nevery = \"1h\"\nurl = \"{url}\"\n");
    assert_eq!(edited.add(&block("http://a.example/feed/")).unwrap(), Added::Listed("a".to_owned()));
    assert_eq!(edited.text, whole());
    assert_eq!(edited.add(&block("https://new.example/")).unwrap(), Added::As("a-2".to_owned()));
    assert_eq!(edited.text, format!("{}\n{}", whole(), block("https://new.example/").replace("\"a\"", "\"a-2\"")));
    assert!(edited.note("# a note\n").unwrap());
    assert!(!edited.note("# a note\n").unwrap());
}

#[test]
fn a_misspelt_name_suggests_the_right_one_and_a_broken_file_is_left_alone() {
    let error = file("[[source]]\nname = \"forum\"\n").remove("forun").unwrap_err();
    assert!(error.to_string().contains("did you mean `forum`?"), "{error}");
    assert!(entries("[[source]\nname = \"a\"\n").unwrap_err().to_string().contains("sources.toml:1: not valid TOML"));
    let inline = "source = [{ name = \"a\" }]\n";
    assert!(file(inline).set_enabled("a", false).unwrap_err().to_string().contains("on one line"));
    assert!(file(inline).remove("a").unwrap_err().to_string().contains("by hand"));
}

proptest::proptest! {
    #[test]
    fn edits_of_one_entry_leave_the_lines_of_the_others(
        pieces in proptest::collection::vec(0..6_usize, 0..12), crlf: bool, bom: bool, place: proptest::sample::Index,
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let mut text = if bom { "\u{feff}".to_owned() } else { String::new() };
        let mut names = Vec::new();
        for (number, piece) in pieces.iter().enumerate() {
            let lines = ["# a note|", "|", "[[source]]  # x|name = 'NAME' # why|kind='feed'|url = \"https://NAME.example\"|",
                "# of NAME|[[source]]|  kind = \"file\"|  name = \"NAME\"|  enabled = false   # for now|  path='NAME'|  [source.map]|  text = \"# no comment\"|",
                "[[source]]|name = \"NAME\"|enabled=true|urls = [|  \"https://NAME.example\", # one|]|# below|", "|# --- banner ---||"];
            let piece = lines.get(*piece).copied().unwrap_or_default();
            if piece.contains("NAME") {
                names.push(format!("s{number}"));
            }
            text.push_str(&piece.replace("NAME", &format!("s{number}")).replace('|', end));
        }
        if names.is_empty() {
            return Ok(());
        }
        let name = &place.get(&names).clone();
        let others = |text: &str, name: &str| {
            let ours = |line: &&str| line.contains(name) || line.trim_start().starts_with("enabled");
            text.lines().filter(|line| !ours(line)).map(str::to_owned).collect::<Vec<_>>()
        };
        let mut edited = file(&text);
        proptest::prop_assert_eq!(edited.names(), names.iter().map(String::as_str).collect::<Vec<_>>());
        edited.set_enabled(name, false).unwrap();
        proptest::prop_assert_eq!(edited.entry(name).unwrap().enabled.as_ref().map(|(enabled, _)| *enabled), Some(false));
        proptest::prop_assert_eq!(others(&edited.text, name), others(&text, name));
        proptest::prop_assert_eq!(edited.text.matches('\n').count(), edited.text.matches(end).count());

        let mut edited = file(&text);
        edited.remove(name).unwrap();
        names.retain(|kept| kept != name);
        proptest::prop_assert_eq!(edited.names(), names.iter().map(String::as_str).collect::<Vec<_>>());
        for kept in &names {
            for line in text.lines().filter(|line| line.contains(&format!("'{kept}'")) || line.contains(&format!("\"{kept}\""))) {
                proptest::prop_assert!(edited.text.contains(line), "{line:?} is lost in {:?}", edited.text);
            }
        }
        let address = format!("//{name}.example");
        proptest::prop_assert!(!edited.text.contains(&address));
    }
}

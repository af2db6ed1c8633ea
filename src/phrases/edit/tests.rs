use super::*;
use crate::mention::Product;

#[test]
fn a_phrase_goes_under_its_theme_in_the_style_of_the_file() {
    let cases = [
        ("\"x\" = [\n  \"a\", # of a\n  # of what follows\n]\n", "\"x\" = [\n  \"a\", # of a\n  \"new\",\n  # of what follows\n]\n"),
        ("\"x\" = [\n  \"a\"   # of a\n]\n", "\"x\" = [\n  \"a\",   # of a\n  \"new\",\n]\n"),
        ("x = [\"a\", 'b']", "x = [\"a\", 'b', \"new\"]"),
        ("x = [\"a\", \"b\", ] # c\n", "x = [\"a\", \"b\", \"new\", ] # c\n"),
        ("x = [\"a\",\n     \"b\"]\n", "x = [\"a\",\n     \"b\",\n     \"new\"]\n"),
        ("x = []\n", "x = [\"new\"]\n"),
        ("x = [\n  # nothing yet\n]\n", "x = [\n  # nothing yet\n  \"new\",\n]\n"),
        ("X = [\r\n\t\"a\",\r\n]\r\n", "X = [\r\n\t\"a\",\r\n\t\"new\",\r\n]\r\n"),
        ("x = [\n  { phrase = \"a, #b\", inflect = false },\n]\n", "x = [\n  { phrase = \"a, #b\", inflect = false },\n  \"new\",\n]\n"),
        ("\"y\" = [\"a\"]\n# end", "\"y\" = [\"a\"]\n# end\n\n\"x\" = [\n  \"new\",\n]\n"),
        ("y = [\"a\"]\r\n", "y = [\"a\"]\r\n\r\nx = [\r\n  \"new\",\r\n]\r\n"),
        ("", "\"x\" = [\n  \"new\",\n]\n"),
    ];
    for (text, want) in cases {
        assert_eq!(with_phrases(text, "x", &[quoted("new")]).unwrap(), want, "{text}");
    }
}

#[test]
fn an_entry_goes_with_its_line_and_nothing_else_does() {
    let cases = [
        ("x = [\n  # of all\n  \"gone\", # of it\n  \"b\",\n]\n", "x = [\n  # of all\n  \"b\",\n]\n"),
        ("x = [\n  \"a\", # of a\n  \"gone\"\n]\n", "x = [\n  \"a\", # of a\n]\n"),
        ("x = [\"gone\", \"b\"]\n", "x = [\"b\"]\n"),
        ("x = [\"a\", \"gone\"]\n", "x = [\"a\"]\n"),
        ("x = [\"a\", \"gone\",]\n", "x = [\"a\",]\n"),
        ("x = [\"gone\"]\n", "x = []\n"),
        ("x = [\n  \"a\", \"gone\",\n  \"b\",\n]\n", "x = [\n  \"a\",\n  \"b\",\n]\n"),
        ("x = [\n  \"gone\", \"a\",\n]\n", "x = [\n  \"a\",\n]\n"),
        ("x = [\"a\",\n  \"gone\"]\n", "x = [\"a\",\n  ]\n"),
        ("x = [\r\n  'gone',\r\n  \"b\",\r\n]\r\n", "x = [\r\n  \"b\",\r\n]\r\n"),
        ("x = [\n  { phrase = \"gone\", unless = [\"z\"] },\n  \"b\",\n]\n", "x = [\n  \"b\",\n]\n"),
    ];
    for (text, want) in cases {
        let entry = entries(text).unwrap().into_iter().find(|entry| entry.written == "gone").unwrap();
        let changed = without_phrase(text, &entry).unwrap();
        assert_eq!(changed, want, "{text}");
        assert!(parsed(&changed).is_ok(), "{changed}");
    }
}

#[test]
fn entries_are_told_with_their_lines() {
    let found = entries("# c\n\"b\" = [\n  \"one\",\n  { phrase = \"two\" }, 7,\n]\na = ['three']\n").unwrap();
    let found: Vec<_> = found.iter().map(|entry| (entry.theme.as_str(), entry.written.as_str(), entry.line)).collect();
    assert_eq!(found, [("b", "one", 3), ("b", "two", 4), ("a", "three", 6)]);
}

#[test]
fn what_is_not_a_list_is_left_as_it_is() {
    assert_eq!(with_phrases("x = 3\n", "x", &[quoted("a")]), Err(Uneditable::NotAList("x".to_owned())));
    assert!(matches!(with_phrases("x = [\n", "x", &[quoted("a")]), Err(Uneditable::NotToml(_))));
}

#[test]
fn a_quote_or_backslash_in_a_phrase_is_written_so_that_it_reads_the_same() {
    let phrase = "the \"best\" C:\\ 'ever'";
    let changed = with_phrases("x = [\n  \"a\",\n]\n", "x", &[quoted(phrase)]).unwrap();
    assert_eq!(entries(&changed).unwrap()[1].written, phrase);
}

#[test]
fn products_come_and_go_and_their_neighbours_stay() {
    let text = "# head\n\n# ours\n[[product]]\nname = \"Acme\"\nours = true # yes\n\n# theirs\n[[product]]\nname = \"Bolt\"\nnames = [\n  \"b\",\n]\n";
    let product =
        Product { name: "Cog \"2\"".to_owned(), ours: true, names: vec!["cog".to_owned(), "齿轮".to_owned()], ..Product::default() };
    let more = with_product(text, &product).unwrap();
    assert_eq!(more, format!("{text}\n[[product]]\nname = 'Cog \"2\"'\nours = true\nnames = [\"cog\", \"齿轮\"]\n"));
    assert_eq!(without_product(&more, "Acme").unwrap(), more.replace("[[product]]\nname = \"Acme\"\nours = true # yes\n\n", ""));
    assert_eq!(without_product(text, "Bolt").unwrap(), text.replace("[[product]]\nname = \"Bolt\"\nnames = [\n  \"b\",\n]\n", ""));
    assert_eq!(without_product(text, "Cog"), Err(Uneditable::Absent));
}

proptest::proptest! {
    #[test]
    fn a_phrase_added_and_removed_leaves_the_text_as_it_was(
        theme in "[a-z]{1,3}", phrase in "\\PC{1,12}", end in "(\n|\r\n)", entries_before in proptest::collection::vec("[a-z\"#,\\]\\[ ]{1,6}", 1..4)
    ) {
        let lines: String = entries_before.iter().map(|entry| format!("  {}, # note{end}", quoted(entry))).collect();
        let text = format!("# head{end}{theme} = [{end}{lines}]{end}# tail{end}");
        let added = with_phrases(&text, &theme, &[quoted(&phrase)]).unwrap();
        let found = entries(&added).unwrap();
        proptest::prop_assert_eq!(&found.last().unwrap().written, &phrase);
        proptest::prop_assert_eq!(without_phrase(&added, found.last().unwrap()).unwrap(), text);
    }
}

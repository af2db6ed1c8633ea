use std::fs;

use super::*;

const PRAISE: &str = "# happy\n\"ease of use\" = [\n  \"easy (to use)\", # first\n]\noverall = [\"great\", \"user-friendly\"]\n";
const COMPLAINT: &str = "overall = [\n  \"{slow,sluggish}\",\n]\n";

fn book() -> (tempfile::TempDir, Phrasebook) {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("phrases")).unwrap();
    let files = [
        ("praise.en", PRAISE),
        ("complaint.en", COMPLAINT),
        ("praise.zh", "overall = [\"好用\"]\n"),
        ("products", "[[product]]\nname = \"Acme\"\nours = true\n"),
    ];
    for (name, text) in files {
        fs::write(dir.path().join(format!("phrases/{name}.toml")), text).unwrap();
    }
    let book = Phrasebook::read(dir.path()).unwrap();
    (dir, book)
}

fn new(written: &str, polarity: Polarity) -> NewPhrase {
    NewPhrase { written: written.to_owned(), polarity, lang: None, theme: None, entry: None }
}

fn file(dir: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(dir.path().join(format!("phrases/{name}.toml"))).unwrap()
}

#[test]
fn a_phrase_goes_into_the_list_of_its_polarity_and_script() {
    let (dir, mut book) = book();
    let added = book.add(&new("  works   like a charm ", Polarity::Praise)).unwrap();
    assert_eq!(
        (added.listed.phrase.as_str(), added.listed.list.as_str(), added.listed.theme.as_str()),
        ("works like a charm", "praise.en", "overall")
    );
    assert_eq!(book.add(&new("物美价廉", Polarity::Praise)).unwrap().listed.list, "praise.zh");
    let theme = NewPhrase { theme: Some("Ease of Use".to_owned()), ..new("child's play", Polarity::Praise) };
    assert_eq!(book.add(&theme).unwrap().listed.theme, "ease of use");
    assert_eq!(file(&dir, "praise.en"), PRAISE, "nothing is written before it is saved");
    book.save().unwrap();
    let want = PRAISE.replace("# first\n", "# first\n  \"child's play\",\n").replace("-friendly\"", "-friendly\", \"works like a charm\"");
    assert_eq!(file(&dir, "praise.en"), want);
    assert_eq!(file(&dir, "complaint.en"), COMPLAINT);
}

#[test]
fn what_stands_already_is_refused_with_its_place() {
    let (_dir, mut book) = book();
    let cases = [
        ("great", Polarity::Praise, "`great` stands already in praise.en under `overall`"),
        ("Easy to use", Polarity::Praise, "`Easy to use` stands already in praise.en under `ease of use` (as `easy (to use)`)"),
        ("user friendly", Polarity::Praise, "stands already in praise.en under `overall` (as `user-friendly`)"),
        ("great", Polarity::Complaint, "`great`: stands as a praise in praise.en under `overall`; remove it there first"),
        (
            "{sluggish,so dull}",
            Polarity::Praise,
            "its form `sluggish` stands as a complaint in complaint.en under `overall` (as `{slow,sluggish}`)",
        ),
        ("{a,b", Polarity::Praise, "`{` has no partner"),
        (" ... ", Polarity::Praise, "has a gap"),
        ("とても良い", Polarity::Praise, "looks like language `ja`"),
    ];
    for (written, polarity, want) in cases {
        let error = book.add(&new(written, polarity)).unwrap_err().to_string();
        assert!(error.contains(want), "{written}: {error}");
    }
    book.save().unwrap();
}

#[test]
fn of_a_phrase_with_known_forms_only_the_others_are_new() {
    let (_dir, mut book) = book();
    let added = book.add(&new("{great,splendid}", Polarity::Praise)).unwrap();
    assert_eq!(added.known, ["great"]);
}

#[test]
fn of_many_phrases_the_good_ones_go_in() {
    let (dir, mut book) = book();
    let phrases = ["first rate", "great", "first-rate", "top notch"].map(|written| new(written, Polarity::Praise));
    let mut refused = Vec::new();
    let added = book.add_all(&phrases, |place, why| refused.push((place, why.to_string()))).unwrap();
    assert_eq!(added.len(), 2);
    assert_eq!(refused.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [1, 2], "{refused:?}");
    book.save().unwrap();
    assert!(file(&dir, "praise.en").ends_with("\"user-friendly\", \"first rate\", \"top notch\"]\n"));
}

#[test]
fn a_language_without_a_list_gets_one_when_it_is_named() {
    let (dir, mut book) = book();
    let french = NewPhrase { lang: Lang::parse("fr"), ..new("très bien", Polarity::Praise) };
    book.add(&french).unwrap();
    book.save().unwrap();
    assert!(file(&dir, "praise.fr").ends_with("\n\n\"overall\" = [\n  \"très bien\",\n]\n"), "{}", file(&dir, "praise.fr"));
    assert_eq!(Phrasebook::read(dir.path()).unwrap().problems(), []);
}

#[test]
fn an_entry_is_removed_by_what_is_written_or_by_a_form() {
    let (dir, mut book) = book();
    assert_eq!(book.remove("easy to use", &Which::default()).unwrap().phrase, "easy (to use)");
    assert_eq!(book.remove("{slow,sluggish}", &Which::default()).unwrap().forms, ["slow", "sluggish"]);
    let error = book.remove("greet", &Which::default()).unwrap_err().to_string();
    assert!(error.contains("did you mean `great` in praise.en?"), "{error}");
    assert!(book.remove("great", &Which { polarity: Some(Polarity::Complaint), ..Which::default() }).is_err());
    book.save().unwrap();
    assert_eq!(file(&dir, "praise.en"), PRAISE.replace("  \"easy (to use)\", # first\n", ""));
    assert_eq!(file(&dir, "complaint.en"), "overall = [\n]\n");
    book.add(&new("sluggish", Polarity::Complaint)).unwrap();
}

#[test]
fn what_stands_in_two_places_is_removed_from_the_one_that_is_named() {
    let (dir, _) = book();
    fs::write(dir.path().join("phrases/complaint.en.toml"), "overall = [\"great\"]\n").unwrap();
    let mut book = Phrasebook::read(dir.path()).unwrap();
    assert_eq!(book.problems().len(), 1);
    let error = book.remove("great", &Which::default()).unwrap_err().to_string();
    assert!(error.contains("complaint.en under `overall` and in praise.en under `overall`"), "{error}");
    book.remove("great", &Which { polarity: Some(Polarity::Complaint), ..Which::default() }).unwrap();
    assert_eq!(book.problems(), []);
}

#[test]
fn a_broken_file_is_not_touched() {
    let (dir, _) = book();
    fs::write(dir.path().join("phrases/praise.en.toml"), "overall = [\"great\"\n").unwrap();
    let mut book = Phrasebook::read(dir.path()).unwrap();
    let error = format!("{:#}", book.add(&new("fine", Polarity::Praise)).unwrap_err());
    assert!(error.contains("phrases/praise.en.toml cannot be changed") && error.contains("goodword check"), "{error}");
    assert_eq!(file(&dir, "praise.en"), "overall = [\"great\"\n");
}

#[test]
fn products_are_added_and_removed_and_a_taken_name_is_refused() {
    let (dir, mut book) = book();
    let product = |name: &str, names: &[&str]| Product {
        name: name.to_owned(),
        ours: false,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Product::default()
    };
    book.add_product(&product("Bolt", &["B-1"])).unwrap();
    book.save().unwrap();
    for (name, names, want) in
        [("Cog", ["acme"], "already taken by product `Acme`"), ("acme", ["x"], "listed already"), ("Bolt", ["y"], "listed already")]
    {
        let error = Phrasebook::read(dir.path()).unwrap().add_product(&product(name, &names)).unwrap_err().to_string();
        assert!(error.contains(want), "{name}: {error}");
    }
    let mut book = Phrasebook::read(dir.path()).unwrap();
    assert!(book.remove_product("bold").unwrap_err().to_string().contains("did you mean `Bolt`?"));
    assert_eq!(book.remove_product("bolt").unwrap().names, ["B-1"]);
    book.save().unwrap();
    assert_eq!(file(&dir, "products"), "[[product]]\nname = \"Acme\"\nours = true\n\n");
}

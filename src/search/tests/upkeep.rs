//! Edits, several processes, kills and harmed files.

use std::fs;
use std::path::Path;

use super::*;

#[test]
fn an_edit_replaces_and_a_removal_removes() {
    let mut fixture = filled([entry(1, "first"), entry(2, "second")]);
    fixture.index.apply([entry(1, "changed"), entry(3, "third"), entry(3, "third again")], &[2, 99], 7).unwrap();
    check(&fixture.index, &[("first", &[]), ("changed", &[1]), ("second", &[]), ("third", &[3]), ("again", &[3]), ("", &[1, 3])]);
    assert_eq!(fixture.index.reader().rows().unwrap(), [(1, 1), (3, 3)]);
    assert_eq!(fixture.index.reached().unwrap(), 7);
    fixture.index.apply([], &[1, 3], 8).unwrap();
    assert!(fixture.index.reader().is_empty());
    assert_eq!(fixture.index.reached().unwrap(), 8);
}

#[test]
fn an_index_opens_where_it_was_left() {
    let Fixture { _temporary, dir, mut index } = filled([entry(1, "kept")]);
    index.apply([entry(2, "kept too")], &[], 42).unwrap();
    index.rest().unwrap();
    drop(index);
    let opened = Index::open(&dir).unwrap();
    assert_eq!(opened.state, State::Usable { reached: 42 });
    assert_eq!(found(&opened.index, "kept"), [1, 2]);
}

#[test]
fn what_was_not_committed_is_not_there_after_a_kill() {
    let Fixture { _temporary, dir, mut index } = filled([entry(1, "kept")]);
    // A kill leaves files of segments that no commit names, and the lock's file.
    fs::write(dir.join("0123456789abcdef0123456789abcdef.idx"), "half").unwrap();
    fs::write(dir.join(".tmpabc"), "{").unwrap();
    let panicking = (0..).map(|row| if row < 100 { entry(row + 2, "lost") } else { panic!("killed") });
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| index.apply(panicking, &[1], 99))).unwrap_err();
    drop(index);
    let mut opened = Index::open(&dir).unwrap();
    assert_eq!(opened.state, State::Usable { reached: 1 });
    check(&opened.index, &[("kept", &[1]), ("lost", &[])]);
    opened.index.apply([entry(2, "goes on")], &[], 2).unwrap();
    check(&opened.index, &[("", &[1, 2])]);
}

#[test]
fn one_writes_and_others_read() {
    let Fixture { _temporary, dir, mut index } = filled([entry(1, "one")]);
    let reader = Index::open_reader(&dir).unwrap();
    let mut other = Index::open(&dir).unwrap().index;
    assert!(matches!(other.apply([entry(2, "two")], &[], 2), Err(Error::Busy)));
    assert!(matches!(other.remake(), Err(Error::Busy)));
    index.apply([entry(2, "two")], &[], 2).unwrap();
    assert_eq!(reader.len(), 1);
    reader.refresh().unwrap();
    assert_eq!((reader.len(), reader.reached().unwrap()), (2, 2));
    // Once the first rests, the second writes, from where the first came to.
    index.rest().unwrap();
    other.apply([entry(1, "one again")], &[], 3).unwrap();
    index.reader().refresh().unwrap();
    check(&index, &[("again", &[1]), ("", &[1, 2])]);
    other.rest().unwrap();
    index.apply([entry(3, "three")], &[], 4).unwrap();
    check(&index, &[("", &[1, 2, 3])]);
}

#[test]
fn a_remade_index_is_empty_and_its_readers_know() {
    let mut fixture = filled([entry(1, "old")]);
    let reader = fixture.index.reader();
    fixture.index.remake().unwrap();
    assert_eq!((reader.len(), reader.reached().unwrap()), (0, 0));
    fixture.index.apply([entry(1, "new")], &[], 5).unwrap();
    assert_eq!(reader.len(), 1);
}

fn segment_files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.file_stem().is_some_and(|stem| stem.len() == 32));
    files.sort();
    files
}

fn sound() -> Fixture {
    let mut fixture = filled((1..50).map(|row| entry(row, "some words to keep")));
    fixture.index.rest().unwrap();
    fixture
}

/// Opens a copy of the index in `dir` that `harm` has been at.
fn harmed(dir: &Path, harm: impl Fn(&Path)) -> Opened {
    let copy = TempDir::new().unwrap().keep();
    for file in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), copy.join(file.file_name())).unwrap();
    }
    harm(&copy);
    // Somebody's reader may fail, not panic.
    if let Ok(reader) = Index::open_reader(&copy) {
        for query in ["words", "\"some words\"", "", "lang:en", "product:x", "wor*"] {
            drop(reader.search(&parsed(query), &Options { facets: Facet::ALL.to_vec(), ..Options::default() }));
        }
        drop(reader.rows());
    }
    let opened = Index::open(&copy).unwrap();
    if let State::Anew { .. } = opened.state {
        assert!(opened.index.reader().is_empty());
        assert_eq!(opened.index.reached().unwrap(), 0);
    }
    fs::remove_dir_all(&copy).unwrap();
    opened
}

fn reason(opened: Opened) -> String {
    if let State::Anew { reason } = opened.state { reason } else { panic!("{:?}", opened.state) }
}

#[test]
fn a_sound_copy_is_as_good_as_the_original() {
    let fixture = sound();
    assert_eq!(harmed(&fixture.dir, |_| {}).state, State::Usable { reached: 1 });
}

#[test]
fn a_harmed_index_is_made_anew_and_says_why() {
    let Fixture { _temporary, dir, .. } = sound();
    assert_eq!(reason(harmed(&dir, |dir| fs::remove_dir_all(dir).unwrap())), "it was missing");
    assert_eq!(reason(harmed(&dir, |dir| fs::remove_file(dir.join("meta.json")).unwrap())), "it was missing");
    for content in ["", "{", "null", "\u{0}\u{0}", "[1,2]"] {
        let opened = harmed(&dir, |dir| fs::write(dir.join("meta.json"), content).unwrap());
        assert!(reason(opened).starts_with("it cannot be read: "), "{content}");
    }
    let managed = harmed(&dir, |dir| fs::write(dir.join(".managed.json"), "nonsense").unwrap());
    assert!(reason(managed).starts_with("it cannot be read: "));
    let older = harmed(&dir, |dir| {
        let meta = fs::read_to_string(dir.join("meta.json")).unwrap();
        fs::write(dir.join("meta.json"), meta.replace("\\\"version\\\":", "\\\"version\\\":9")).unwrap();
    });
    assert_eq!(reason(older), "another version of goodword made it");
}

#[test]
fn an_index_made_anew_is_followed_again() {
    let mut fixture = sound();
    fs::write(fixture.dir.join("meta.json"), "{").unwrap();
    fs::create_dir(fixture.dir.join("a folder")).unwrap();
    let mut index = Index::open(&fixture.dir).unwrap().index;
    index.apply([entry(1, "anew")], &[], 1).unwrap();
    check(&index, &[("anew", &[1]), ("", &[1])]);
    index.rest().unwrap();
    // Who had it open before goes on too.
    fixture.index.apply([entry(2, "anew")], &[], 2).unwrap();
    check(&fixture.index, &[("anew", &[1, 2])]);
}

#[test]
fn a_folder_deleted_while_in_use_is_noticed_and_remade() {
    let mut fixture = filled([entry(1, "old")]);
    fs::remove_dir_all(&fixture.dir).unwrap();
    let mut failures = 0;
    while let Err(error) = fixture.index.apply([entry(2, "new")], &[], 2) {
        failures += 1;
        assert!(failures < 4, "{error}");
        if error.needs_remake() {
            fixture.index.remake().unwrap();
        }
    }
    assert!(failures > 0);
    check(&fixture.index, &[("", &[2])]);
}

type Harm = (&'static str, fn(&[u8]) -> Vec<u8>);

#[test]
fn each_segment_file_may_be_harmed_in_each_way() {
    let Fixture { _temporary, dir, .. } = sound();
    let endings: Vec<String> = segment_files(&dir).iter().map(|file| file.extension().unwrap().to_string_lossy().into_owned()).collect();
    assert!(endings.len() >= 5, "{endings:?}");
    let harms: [Harm; 4] = [
        ("emptied", |_| Vec::new()),
        ("halved", |bytes| bytes[..bytes.len() / 2].to_vec()),
        ("overwritten", |bytes| vec![0xff; bytes.len()]),
        ("one bit flipped", |bytes| bytes.iter().enumerate().map(|(at, byte)| if at == 0 { byte ^ 1 } else { *byte }).collect()),
    ];
    for ending in &endings {
        let with_ending = |dir: &Path| {
            let mut files = segment_files(dir);
            files.retain(|file| file.extension().is_some_and(|other| other == ending.as_str()));
            files
        };
        for (name, harm) in harms {
            let opened = harmed(&dir, |dir| {
                for file in with_ending(dir) {
                    let bytes = fs::read(&file).unwrap();
                    fs::write(&file, harm(&bytes)).unwrap();
                }
            });
            let reason = reason(opened);
            assert!(
                reason.starts_with("it cannot be read: ") || reason.ends_with("does not hold what was written"),
                "{ending} {name}: {reason}"
            );
        }
        let gone = harmed(&dir, |dir| with_ending(dir).iter().for_each(|file| fs::remove_file(file).unwrap()));
        assert!(reason(gone).starts_with("it cannot be read: "), "{ending} removed");
    }
}

#[test]
fn a_reader_of_nothing_says_so() {
    let temporary = TempDir::new().unwrap();
    let error = Index::open_reader(temporary.path()).unwrap_err();
    assert_eq!(error.to_string(), "the search index cannot be used: it was missing; run `goodword reindex`");
}

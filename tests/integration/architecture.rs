//! The layers of `src/lib.rs`: a module uses only what stands before it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn modules() -> Vec<String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).map(str::to_owned).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(at: &Path) -> Vec<PathBuf> {
    if at.is_file() {
        return vec![at.to_owned()];
    }
    fs::read_dir(at)
        .unwrap()
        .flat_map(|entry| rust_files(&entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "rs"))
        .collect()
}

/// The modules that a source text names after `crate::`.
fn named(text: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect::<String>();
    let mut found = BTreeSet::new();
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => drop(found.insert(word(rest))),
            Some(group) => {
                let group = group.split('}').next().unwrap_or_default();
                found.extend(group.split(',').map(|path| word(path.trim())));
            }
        }
    }
    found
}

#[test]
fn a_module_uses_only_what_stands_before_it() {
    let modules = modules();
    assert!(modules.len() > 10, "{modules:?}");
    let mut wrong = Vec::new();
    for (place, module) in modules.iter().enumerate() {
        let folder = root().join("src").join(module);
        let at = if folder.is_dir() { folder } else { folder.with_extension("rs") };
        for file in rust_files(&at) {
            let text = fs::read_to_string(&file).unwrap();
            for used in named(&text).into_iter().filter(|used| used != module) {
                let Some(stands) = modules.iter().position(|module| *module == used) else { continue };
                if stands > place {
                    wrong.push(format!("{} uses `{used}`, which stands after `{module}`", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_folder_of_the_source_is_a_module_of_the_library() {
    let modules = modules();
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(["lib", "main"].contains(&name.as_str()) || modules.contains(&name), "`{name}` is in no layer");
    }
}

#[test]
fn nothing_outside_the_sources_names_a_site() {
    // What posts at a site has to know it.
    let posting = root().join("src/replies/posting");
    for file in rust_files(&root().join("src")).into_iter().filter(|file| !file.starts_with(&posting)) {
        let is_test = file.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs");
        if is_test || file.starts_with(root().join("src/sources")) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for site in ["ycombinator", "algolia", "reddit", "itunes", "trustpilot"] {
            assert!(!text.contains(site), "{} names `{site}`", file.display());
        }
    }
}

#[test]
fn no_module_is_a_drawer() {
    for file in rust_files(&root().join("src")) {
        for part in file.strip_prefix(root()).unwrap().components() {
            let part = part.as_os_str().to_string_lossy();
            let name = part.trim_end_matches(".rs");
            assert!(!["util", "utils", "common", "types", "helper", "helpers", "manager", "data"].contains(&name), "{}", file.display());
        }
    }
}

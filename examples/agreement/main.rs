//! What Goodword makes of files, a JSON object a line, for `compare.py` beside this file to set against other readers.
//!
//! `feeds PATH…` and `pages PATH…` tell how many mentions each file holds; `texts PATH…` how it is decoded;
//! `robots` reads `{"file","agent","url"}` lines from standard input and tells what each file lets the agent do.

use std::collections::HashMap;
use std::io::BufRead;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use goodword::clock::Clock;
use goodword::fetch;
use goodword::sources::{Ask, Kind, Moment, read_sources};
use goodword::tomlfile::TomlFile;
use serde::Deserialize;
use serde_json::{Value, json};

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_default();
    let files = files(args.map(PathBuf::from))?;
    match what.as_str() {
        "feeds" => tell(&files, |path, body| mentions("feed", path, body)),
        "pages" => tell(&files, |path, body| mentions("reviews", path, body)),
        "texts" => tell(&files, |_, body| Ok(json!({ "text": fetch::decode(&body, None) }))),
        "robots" => robots(),
        _ => bail!("say `feeds PATH…`, `pages PATH…`, `texts PATH…` or `robots`"),
    }
}

/// All files below the given paths, sorted.
fn files(paths: impl Iterator<Item = PathBuf>) -> anyhow::Result<Vec<PathBuf>> {
    let mut waiting: Vec<PathBuf> = paths.collect();
    let mut files = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in path.read_dir().with_context(|| format!("cannot list `{}`", path.display()))? {
                waiting.push(entry?.path());
            }
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn tell(files: &[PathBuf], read: impl Fn(&Path, Vec<u8>) -> anyhow::Result<Value>) -> anyhow::Result<()> {
    for path in files {
        let body = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let mut told = read(path, body)?;
        told["file"] = json!(path);
        println!("{told}");
    }
    Ok(())
}

/// The mentions of one file, read as an answer to a source of this kind.
fn mentions(kind: &str, path: &Path, body: Vec<u8>) -> anyhow::Result<Value> {
    let kind = example(kind)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut url: url::Url = "https://example.com/".parse()?;
    url.set_path(&name);
    let page = fetch::Page { url: url.clone(), content_type: None, body };
    let moment = Moment { now: Clock::machine().now(), since: None, cursor: None, dir: Path::new(".") };
    Ok(match kind.parse(&Ask::Get(url), &page, moment) {
        Ok(parsed) => {
            let texts: Vec<&str> = parsed.mentions.iter().map(|mention| &*mention.text).collect();
            json!({ "mentions": texts, "refused": parsed.refused, "partial": parsed.partial })
        }
        Err(error) => json!({ "mentions": [], "error": error.to_string() }),
    })
}

fn example(kind: &str) -> anyhow::Result<Kind> {
    let text = format!("[[source]]\nname = \"example\"\nevery = \"1h\"\nkind = \"{kind}\"\nurl = \"https://example.com/\"\n");
    let sources = read_sources(&TomlFile::from_text("sources.toml", text), Path::new("."), &[]);
    Ok(sources.into_iter().next().context("the example is a source")?.kind)
}

#[derive(Deserialize)]
struct Asked {
    file: PathBuf,
    agent: String,
    url: String,
}

fn robots() -> anyhow::Result<()> {
    let mut read: HashMap<PathBuf, Vec<u8>> = HashMap::new();
    for line in std::io::stdin().lock().lines() {
        let asked: Asked = serde_json::from_str(&line?)?;
        if !read.contains_key(&asked.file) {
            let file = std::fs::read(&asked.file).with_context(|| format!("cannot read `{}`", asked.file.display()))?;
            read.insert(asked.file.clone(), file);
        }
        // What is no address cannot be asked for at all.
        let allowed = asked.url.parse().ok().map(|url| fetch::robots_allow(&read[&asked.file], &asked.agent, &url));
        println!("{}", json!({ "file": asked.file, "agent": asked.agent, "url": asked.url, "allowed": allowed }));
    }
    Ok(())
}

//! Everything that is kept, in one file, and back: the store as it is at one moment and the text files; the search index is
//! built anew from the store.
//!
//! The file is a `.tar.gz` that any archiver opens. It appears under its name only when it is whole.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::App;
use crate::mention::KEY_FILE;
use crate::store::Store;

/// What stands in a backup beside `phrases/`, under the names it has in an installation.
const STORE: &str = "index/store.db";
const FILES: [&str; 3] = ["sources.toml", "settings.toml", KEY_FILE];
const PHRASES: &str = "phrases";

/// A backup that was made.
#[derive(Clone, Debug, serde::Serialize)]
pub struct BackedUp {
    /// The file.
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Mentions in it.
    pub mentions: i64,
}

/// A backup that was put back.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Restored {
    /// Mentions in it.
    pub mentions: i64,
}

impl App {
    /// Writes a backup to the new file `to`, or into the folder `to` under a name made of the time. Others may go on writing.
    pub async fn backup(&self, to: &Path) -> anyhow::Result<BackedUp> {
        let file =
            if to.is_dir() { to.join(self.clock.now().strftime("goodword-%Y-%m-%d-%H%M%S.tar.gz").to_string()) } else { to.to_owned() };
        ensure!(!file.exists(), "`{}` is there already and is not overwritten; choose another name", file.display());
        let (part, store) = (with_ending(&file, ".part"), with_ending(&file, ".store"));
        let made = self.write(&part, &store).await;
        let cleared = remove_if_there(&store);
        let mentions = match made {
            Ok(mentions) => mentions,
            Err(error) => {
                remove_if_there(&part)?;
                return Err(error.context(format!("no backup was written to `{}`", file.display())));
            }
        };
        cleared?;
        std::fs::rename(&part, &file).with_context(|| format!("cannot name the backup `{}`", file.display()))?;
        Ok(BackedUp { bytes: std::fs::metadata(&file)?.len(), file, mentions })
    }

    /// Writes the archive `part` through a copy of the store at `store`; returns how many mentions it holds.
    async fn write(&self, part: &Path, store: &Path) -> anyhow::Result<i64> {
        remove_if_there(store)?;
        self.store.copy_into(store).await?;
        let mentions = mentions_in(store).await?;
        let (dir, part, store) = (self.dir().to_owned(), part.to_owned(), store.to_owned());
        tokio::task::spawn_blocking(move || archive(&dir, &part, &store)).await??;
        Ok(mentions)
    }
}

/// Puts the backup `from` back into the folder `dir`, which must hold no installation yet.
pub async fn restore(from: &Path, dir: &Path) -> anyhow::Result<Restored> {
    for name in FILES.into_iter().chain([PHRASES, STORE]) {
        let there = dir.join(name);
        ensure!(!there.exists(), "`{}` is there already and is not overwritten; restore into an empty folder", there.display());
    }
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make the folder `{}`", dir.display()))?;
    let unpacked = dir.join(".restoring");
    remove_folder_if_there(&unpacked)?;
    let put_back = put_back(from, &unpacked, dir).await;
    remove_folder_if_there(&unpacked)?;
    put_back.with_context(|| format!("`{}` was not restored", from.display()))
}

async fn put_back(from: &Path, unpacked: &Path, dir: &Path) -> anyhow::Result<Restored> {
    let (archive, to) = (from.to_owned(), unpacked.to_owned());
    tokio::task::spawn_blocking(move || unpack(&archive, &to)).await??;
    let store = unpacked.join(STORE);
    ensure!(store.exists(), "it is no backup of goodword: there is no `{STORE}` in it");
    // Opening it shows that it is whole.
    let mentions = mentions_in(&store).await?;
    std::fs::create_dir_all(dir.join("index"))?;
    // The store comes last: what is killed before that can be seen to be unfinished.
    for name in FILES.into_iter().chain([PHRASES, STORE]).filter(|name| unpacked.join(name).exists()) {
        std::fs::rename(unpacked.join(name), dir.join(name)).with_context(|| format!("cannot put `{name}` in its place"))?;
    }
    Ok(Restored { mentions })
}

/// How many mentions the store in this file holds. It is left as one file.
async fn mentions_in(file: &Path) -> anyhow::Result<i64> {
    let mut url = url::Url::parse("sqlite:///").expect("a fixed address is valid");
    url.set_path(&std::path::absolute(file)?.to_string_lossy());
    url.set_query(Some("mode=rw"));
    let store = Store::connect(url.as_str()).await.context("its store cannot be opened")?;
    let counts = store.counts().await;
    store.close().await;
    Ok(counts.context("its store cannot be read")?.mentions)
}

fn archive(dir: &Path, part: &Path, store: &Path) -> anyhow::Result<()> {
    let file = File::create(part).with_context(|| format!("cannot write `{}`", part.display()))?;
    let mut archive = tar::Builder::new(GzEncoder::new(file, Compression::fast()));
    archive.append_path_with_name(store, STORE)?;
    for name in FILES.into_iter().filter(|name| dir.join(name).is_file()) {
        archive.append_path_with_name(dir.join(name), name)?;
    }
    if dir.join(PHRASES).is_dir() {
        archive.append_dir_all(PHRASES, dir.join(PHRASES))?;
    }
    archive.into_inner()?.finish()?.sync_all().context("the backup cannot be finished; is the disk full?")
}

/// Unpacks what belongs to an installation; nothing in an archive can lead out of the folder.
fn unpack(from: &Path, to: &Path) -> anyhow::Result<()> {
    let file = File::open(from).with_context(|| format!("cannot read `{}`", from.display()))?;
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    std::fs::create_dir_all(to)?;
    for entry in archive.entries()? {
        let mut entry = entry.context("it is no `.tar.gz`, or was cut short")?;
        let name = entry.path()?.into_owned();
        let belongs = FILES.iter().any(|file| name == Path::new(file)) || name == Path::new(STORE) || name.starts_with(PHRASES);
        let kind = entry.header().entry_type();
        if belongs && (kind.is_file() || kind.is_dir()) {
            ensure!(entry.unpack_in(to)?, "`{}` in it leads out of the folder", name.display());
        }
    }
    // An archive that was cut just at its end is told apart by what the compression says of it.
    let read = io::copy(&mut archive.into_inner().take(1 << 20), &mut io::sink()).context("it was cut short")?;
    if read == 1 << 20 {
        bail!("it has more behind its end than an archive has");
    }
    Ok(())
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn remove_if_there(file: &Path) -> io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn remove_folder_if_there(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

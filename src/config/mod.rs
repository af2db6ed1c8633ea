//! What people configure, read from the files of one folder: each module's own settings, and all problems at once.
//!
//! Pure but for reading files: nothing here asks the network or the store.

mod files;
mod hosts;
mod notes;
mod settings;
mod sources_file;
mod starter;
mod web;

use std::path::Path;
use std::sync::Arc;

use crate::noise::Promo;
use crate::people::Role;
use crate::phrases::Lists;
use crate::replies::{Desk, Templates};
use crate::sources::{self, Source};
use crate::tomlfile::{Problem, TomlFile};

pub use files::Files;
pub use notes::Note;
pub use settings::Settings;
pub use sources_file::{Added, SourcesFile};
pub use starter::{STARTER_FILES, write_starter};
pub use web::Web;

/// Everything that is configured in a folder.
#[derive(Debug)]
pub struct Config {
    /// `settings.toml`.
    pub settings: Settings,
    /// `sources.toml`: the sources without a mistake.
    pub sources: Vec<Arc<Source>>,
    /// `phrases/`: the phrases and products without a mistake.
    pub lists: Lists,
    /// The files as they were read.
    pub files: Files,
    /// `phrases/promo.*.toml`: what tells a promotion.
    pub promo: Promo,
    /// `replies.toml`: what replies may say.
    pub templates: Templates,
    /// Every mistake in any of the files, in the order of files and lines.
    pub problems: Vec<Problem>,
}

impl Config {
    /// Reads the files in `dir`. What has a mistake is left out and told in `problems`; the rest holds.
    pub fn read(dir: &Path) -> Self {
        let mut problems = Vec::new();
        let settings =
            if settings::exists(dir) { read_file(dir, "settings.toml", &mut problems, |file| settings::read(file, dir)) } else { None };
        let (lists, list_problems) = Lists::read(dir);
        let products: Vec<&str> = lists.products.iter().map(|product| product.name.as_str()).collect();
        problems.extend(settings.iter().flat_map(|settings| {
            let destinations: Vec<&str> = settings.notify.destinations.iter().map(|destination| destination.name.as_str()).collect();
            settings.digest.problems(&lists.products, &Role::ALL.map(Role::as_str), &destinations)
        }));
        let sources = read_file(dir, "sources.toml", &mut problems, |file| sources::read_sources(file, dir, &products));
        problems.extend(settings.iter().flat_map(|settings| settings.posting.problems(sources.as_deref().unwrap_or_default())));
        problems.extend(list_problems);
        let (promo, promo_problems) = Promo::read(dir);
        problems.extend(promo_problems);
        let templates =
            if dir.join("replies.toml").exists() { read_file(dir, "replies.toml", &mut problems, Templates::read) } else { None };
        Self {
            settings: settings.unwrap_or_default(),
            sources: sources.unwrap_or_default().into_iter().map(Arc::new).collect(),
            lists,
            files: Files::read(dir),
            promo,
            templates: templates.unwrap_or_default(),
            problems,
        }
    }

    /// What the work at the queue of replies goes by.
    pub fn desk(&self) -> Desk {
        let ours = self.lists.products.iter().filter(|product| product.ours).map(|product| product.name.clone()).collect();
        Desk { settings: self.settings.replies.clone(), templates: self.templates.clone(), ours }
    }
}

fn read_file<T>(dir: &Path, name: &str, problems: &mut Vec<Problem>, read: impl FnOnce(&TomlFile) -> T) -> Option<T> {
    match TomlFile::read(dir, name) {
        Ok(file) => {
            let found = read(&file);
            problems.extend(file.into_problems());
            Some(found)
        }
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

//! The demo: sample pages of an invented company, served on loopback for the real pipeline to crawl.
//!
//! Everything the pages show is in `voices.toml`, dated relative to today. Knows nothing of how the pages are read.

mod files;
mod pages;
mod site;
mod voices;

pub use files::write_files;
pub use site::Site;

//! Goodword listens to what people say about your products, good and bad.
//!
//! A page's way through the house, one direction, each step testable alone:
//!
//! ```text
//! schedule → fetch → sources::parse → text → phrases::tag → store (one transaction: mentions, sightings, tags, cursor)
//!          → search follows the store → web and cli read
//! ```
//!
//! The modules stand lowest first; each uses only what stands before it, and a test holds that.

// lowest first
pub mod clock;
pub mod tomlfile;
pub mod mention;
pub mod text;
pub mod phrases;
pub mod noise;
pub mod fetch;
pub mod sources;
pub mod store;
pub mod suggestions;
pub mod search;
pub mod customers;
pub mod replies;
pub mod insight;
pub mod searches;
pub mod notify;
pub mod digest;
pub mod people;
pub mod crawl;
pub mod config;
pub mod demo;
pub mod app;
pub mod mcp;
pub mod web;
pub mod cli;

/// Tags, mentions and pages are many small pieces of memory, which this hands out faster than the system does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

//! The integration tests: one binary, a file per subject.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub, reason = "tests")]

mod architecture;
mod cli;
mod crawl;
mod database;
mod docs;
mod harness;
mod hosts;
mod manners;
mod source_contract;
mod store;
mod web;

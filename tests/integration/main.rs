//! The integration tests: one binary, a file per subject.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub, reason = "tests")]

mod adding;
mod again;
mod architecture;
mod at_hand;
mod cli;
mod corrections;
mod connectors;
mod copies;
mod crawl;
mod database;
mod digest;
mod docs;
mod harness;
mod hosts;
mod manners;
mod search;
mod labelled;
mod insight;
mod phrases;
mod mailing;
mod noise;
mod notify;
mod source_contract;
mod reload;
mod searches;
mod retag;
mod store;
mod tagging;
mod web;

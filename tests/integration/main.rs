//! The integration tests: one binary, a file per subject.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub, reason = "tests")]

mod adding;
mod again;
mod architecture;
mod at_hand;
mod browser;
mod cli;
mod corrections;
mod connectors;
mod copies;
mod crawl;
mod customers;
mod database;
mod docs;
mod harness;
mod hosts;
mod manners;
mod search;
mod labelled;
mod insight;
mod phrases;
mod privacy;
mod mailing;
mod noise;
mod notify;
mod owners;
mod source_contract;
mod recorded;
mod reload;
mod searches;
mod retag;
mod store;
mod stream;
mod tagging;
mod web;
mod words;

//! Tests across modules, in one binary so that it is linked once; a file for each subject.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod source_contract;

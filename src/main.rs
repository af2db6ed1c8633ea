//! The `goodword` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    goodword::cli::run()
}

//! `goodword mcp`: the tools for AI assistants on standard input and output.

use std::path::Path;
use std::sync::Arc;

use super::{Ran, queue};
use crate::app::App;
use crate::clock::Clock;
use crate::mcp::{Assistant, Caller};
use crate::people::Role;

/// What `mcp` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Whom the assistant works for; the name of your account on this machine if not given
    #[arg(long = "as", value_name = "PERSON")]
    person: Option<String>,
    /// Let it read only
    #[arg(long)]
    read_only: bool,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = Arc::new(App::open(dir, Clock::machine()).await?);
    super::paint::problems(&app.config().problems);
    let most = if args.read_only { Role::Viewer } else { Role::Responder };
    let staff = queue::whoever(&app, args.person.as_deref()).await?;
    let caller = Caller { name: staff.name, role: staff.role.unwrap_or(most).min(most) };
    let served = Assistant::new(Arc::clone(&app), caller).serve_stdio().await;
    app.close().await;
    served.map(|()| Ran::Fine)
}

//! `goodword user`: who may use the page, and in which role.

use std::io::Write;
use std::path::Path;

use clap::{Subcommand, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Value, json};

use super::{Ran, paint};
use crate::app::App;
use crate::clock::Clock;
use crate::people::{Person, Role, Scope};

/// Whom the audit names for what is done here.
const BY: &str = "command line";

/// What `user` takes.
pub(super) type Args = super::Acting<Action>;

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Add somebody; prints the link by which they choose a password
    Add {
        /// The name they sign in with
        name: String,
        /// What they may do
        #[arg(long, value_enum, default_value = "viewer")]
        role: Rank,
        /// Where mail reaches them
        #[arg(long, value_name = "ADDRESS", alias = "email")]
        mail: Option<String>,
    },
    /// Everybody
    List,
    /// Give somebody another role
    Role {
        /// Who
        name: String,
        /// What they may do
        role: Rank,
    },
    /// Change where mail reaches somebody
    Mail {
        /// Who
        name: String,
        /// The address; nowhere if it is left out
        address: Option<String>,
    },
    /// Forget somebody; they are signed out everywhere
    Remove {
        /// Who
        name: String,
    },
    /// Sign somebody out everywhere, and print a link by which they choose a new password
    Reset {
        /// Who
        name: String,
    },
    /// Make a token for somebody's programs, list their tokens, or take one back
    Token(TokenArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct TokenArgs {
    /// Whose
    name: String,
    /// What it may do
    #[arg(long, value_enum, default_value = "read")]
    scope: Reach,
    /// What it is for
    #[arg(long, default_value = "token")]
    label: String,
    /// List the tokens instead
    #[arg(long, conflicts_with = "remove")]
    list: bool,
    /// Take the token with this label back instead
    #[arg(long, value_name = "LABEL")]
    remove: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Rank {
    EmailOnly,
    Viewer,
    Responder,
    Manager,
    Admin,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reach {
    Read,
    Reply,
    Admin,
}

impl From<Rank> for Role {
    fn from(rank: Rank) -> Self {
        match rank {
            Rank::EmailOnly => Self::EmailOnly,
            Rank::Viewer => Self::Viewer,
            Rank::Responder => Self::Responder,
            Rank::Manager => Self::Manager,
            Rank::Admin => Self::Admin,
        }
    }
}

impl From<Reach> for Scope {
    fn from(reach: Reach) -> Self {
        match reach {
            Reach::Read => Self::Read,
            Reach::Reply => Self::Reply,
            Reach::Admin => Self::Admin,
        }
    }
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    paint::problems(&app.config().problems);
    match args.action.unwrap_or(Action::List) {
        Action::List => list(&app, args.json).await?,
        Action::Add { name, role, mail } => {
            let link = app.add_person(&name, role.into(), mail, BY).await?.map(|secret| address(&app, secret.told()));
            let told = match &link {
                Some(link) => format!("added; by this link {name} chooses a password, once, within two days:\n{link}"),
                None => "added; gets mail, has no sign-in".to_owned(),
            };
            tell(args.json, json!({ "name": name, "link": link }), &told)?;
        }
        Action::Role { name, role } => {
            let role = Role::from(role);
            app.set_role(&name, role, BY).await?;
            tell(args.json, json!({ "name": name, "role": role.as_str() }), &format!("{name}: {role} from now on"))?;
        }
        Action::Mail { name, address } => {
            app.set_mail(&name, address.clone(), BY).await?;
            let told = address.as_deref().unwrap_or("no mail");
            tell(args.json, json!({ "name": name, "mail": address }), &format!("{name}: {told} from now on"))?;
        }
        Action::Remove { name } => {
            app.remove_person(&name, BY).await?;
            tell(args.json, json!({ "name": name, "removed": true }), &format!("{name}: removed"))?;
        }
        Action::Reset { name } => {
            let link = address(&app, app.reset_link(&name, BY).await?.told());
            app.sign_out_everywhere(&name, BY).await?;
            let told = format!("signed out everywhere; by this link {name} chooses a new password, once, within two days:\n{link}");
            tell(args.json, json!({ "name": name, "link": link }), &told)?;
        }
        Action::Token(token) => tokens(&app, token, args.json).await?,
    }
    app.close().await;
    Ok(Ran::Fine)
}

async fn tokens(app: &App, args: TokenArgs, json: bool) -> anyhow::Result<()> {
    if let Some(label) = &args.remove {
        app.remove_token(&args.name, label, BY).await?;
        return tell(json, json!({ "name": args.name, "label": label, "removed": true }), &format!("{label}: taken back"));
    }
    if args.list {
        for token in app.tokens(&args.name).await? {
            let used = token.used.map_or_else(|| "never used".to_owned(), |used| format!("last used {}", used.strftime("%F")));
            let shown = json!({ "name": token.person, "label": token.label, "scope": token.scope.as_str(), "made": token.made, "used": token.used });
            tell(json, shown, &format!("{}  {}  {used}", token.label, token.scope))?;
        }
        return Ok(());
    }
    let scope = Scope::from(args.scope);
    let secret = app.make_token(&args.name, &args.label, scope, BY).await?;
    let shown = json!({ "name": args.name, "label": args.label, "scope": scope.as_str(), "token": secret });
    tell(json, shown, &format!("the token, not shown again; send it as `Authorization: Bearer …`:\n{secret}"))
}

async fn list(app: &App, json: bool) -> anyhow::Result<()> {
    let people = app.people().await?;
    if json {
        for person in &people {
            tell(true, view(person), "")?;
        }
        return Ok(());
    }
    if people.is_empty() {
        return tell(
            false,
            Value::Null,
            "nobody yet; `goodword serve` prints a link to make the first admin, or `goodword user add NAME --role admin`",
        );
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_header([
        "name",
        "role",
        "mail",
        "last signed in",
    ]);
    for person in &people {
        let signed_in = match (person.signed_in, &person.password) {
            (Some(at), _) => at.strftime("%F %H:%M UTC").to_string(),
            (None, Some(_)) => "password set".to_owned(),
            (None, None) => "no password yet".to_owned(),
        };
        table.add_row([person.name.as_str(), person.role.as_str(), person.mail.as_deref().unwrap_or_default(), &signed_in]);
    }
    writeln!(std::io::stdout(), "{table}")?;
    Ok(())
}

fn view(person: &Person) -> Value {
    json!({ "name": person.name, "role": person.role.as_str(), "mail": person.mail, "signed_in": person.signed_in, "password": person.password.is_some() })
}

fn tell(json: bool, value: Value, words: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{value}")?
    } else {
        writeln!(out, "{words}")?
    }
    Ok(())
}

fn address(app: &App, secret: &str) -> String {
    let web = &app.config().settings.web;
    format!("{}/password/{secret}", web.home(web.listen))
}

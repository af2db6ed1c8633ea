//! `goodword customers`: who the customers are, by what they are known, and which mentions are theirs.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use serde::Serialize;
use serde_json::json;

use super::{Ran, paint, progress};
use crate::app::{App, ImportedCustomers, KnownCustomer};
use crate::clock::Clock;
use crate::customers::{Columns, Customer, MatchRate, Refused, Said, Subject};

/// Customers read from the store at once.
const PAGE: i64 = 1000;

/// What `customers` takes.
pub(super) type Args = super::Acting<Action>;

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Take in customers: CSV or JSON Lines; known ids are brought up to date
    Import {
        /// The file, with columns such as id, name, segment, role, value, region, owner, products, handles, emails, domains
        file: PathBuf,
        /// Which column holds what: id=AccountId segment=Tier
        #[arg(long = "map", value_name = "KEY=COLUMN", num_args = 1.., value_parser = key_and_column)]
        map: Vec<(String, String)>,
    },
    /// The customers, and how many mentions are theirs
    List,
    /// All that is known of a customer
    Show {
        /// The customer's id
        id: String,
    },
    /// Say that a mention, or all of a handle, address or domain, is a customer's; it lasts
    Link {
        /// The customer's id
        id: String,
        /// A mention's id, site:handle, an e-mail address or a domain
        what: String,
    },
    /// Say that it is not; it lasts
    Unlink {
        /// A mention's id, site:handle, an e-mail address or a domain
        what: String,
        /// Of this customer only
        #[arg(long, value_name = "ID")]
        customer: Option<String>,
    },
    /// Forget a customer; the mentions stay (see `erase` to erase them too)
    Remove {
        /// The customer's id
        id: String,
    },
    /// What several customers claim, so that it is nobody's until you settle it with `link`
    Conflicts,
}

fn key_and_column(pair: &str) -> Result<(String, String), String> {
    let (key, column) = pair.split_once('=').ok_or_else(|| format!("`{pair}` is not KEY=COLUMN, for example id=AccountId"))?;
    Ok((key.trim().to_owned(), column.trim().to_owned()))
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    paint::problems(&app.config().problems);
    let json = args.json;
    let ran = match args.action.unwrap_or(Action::List) {
        Action::Import { file, map } => import(&app, &file, map, json).await?,
        Action::List => list(&app, json).await?,
        Action::Show { id } => show(&app, &id, json).await?,
        Action::Link { id, what } => {
            let (subject, changed) = app.link_customer(&id, &what).await?;
            told(&app, &format!("{} is now {id}'s", named(&subject, &what)), changed, json).await?
        }
        Action::Unlink { what, customer } => {
            let (subject, changed) = app.unlink_customer(customer.as_deref(), &what).await?;
            let whose = customer.map_or_else(|| "nobody's who is on record".to_owned(), |id| format!("not {id}'s"));
            told(&app, &format!("{} is now {whose}", named(&subject, &what)), changed, json).await?
        }
        Action::Remove { id } => {
            app.remove_customer(&id).await?;
            println!(
                "{}",
                if json { json!({ "removed": id }).to_string() } else { format!("customer {id} is forgotten; the mentions stay") }
            );
            Ran::Fine
        }
        Action::Conflicts => conflicts(&app, json).await?,
    };
    app.catch_up(&progress::bar("indexed", 0)).await?;
    app.close().await;
    Ok(ran)
}

/// What a person named, without an address in plain sight.
fn named(subject: &Subject, what: &str) -> String {
    match subject {
        Subject::Mention(_) => what.to_owned(),
        Subject::Key(key) => key.to_string(),
    }
}

async fn import(app: &App, file: &Path, map: Vec<(String, String)>, json: bool) -> anyhow::Result<Ran> {
    let bytes = std::fs::read(file).with_context(|| format!("the file `{}` cannot be read", file.display()))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let refused = |refused: &Refused| eprintln!("{}:{}: {}", file.display(), refused.line, refused.what);
    let done = app.import_customers(&name, &bytes, &Columns(map.into_iter().collect()), refused).await?;
    if json {
        println!("{}", serde_json::to_string(&done)?);
    } else {
        println!("{}", imported(&done));
    }
    Ok(if done.refused == 0 { Ran::Fine } else { Ran::WithFailures })
}

fn imported(done: &ImportedCustomers) -> String {
    let ImportedCustomers { read, kept, refused, conflicts, replies, unknown_owners, rate } = done;
    let mut lines = vec![
        format!("{read} customers read: {} new, {} updated; {refused} things left out", kept.new, kept.updated),
        format!("{} mentions changed hands; {}", kept.mentions, told_rate(rate)),
    ];
    if *replies > 0 {
        lines.push(format!("{replies} open replies weigh otherwise or go to somebody else now: see `goodword queue`"));
    }
    if !unknown_owners.is_empty() {
        lines.push(format!(
            "replies go to owners whom nobody knows: {}; name each as [[person]] in settings.toml or with `goodword user add`",
            unknown_owners.join(", ")
        ));
    }
    if *conflicts > 0 {
        lines.push(format!(
            "{conflicts} handles, addresses or domains are claimed by several customers: see `goodword customers conflicts`"
        ));
    }
    lines.join("\n")
}

/// The match rate in words.
fn told_rate(rate: &MatchRate) -> String {
    format!("the customer of {} of {} mentions is known ({:.1} %)", rate.matched, rate.mentions, rate.match_rate * 100.0)
}

async fn list(app: &App, json: bool) -> anyhow::Result<Ran> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut after = String::new();
    loop {
        let page = app.customers(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.id);
        for customer in &page {
            writeln!(out, "{}", if json { serde_json::to_string(customer)? } else { line(customer) })?;
        }
    }
    let rate = app.match_rate().await?;
    if !json && rate.customers == 0 {
        writeln!(out, "no customer is on record; take them in with `goodword customers import FILE`")?;
    } else if !json {
        writeln!(out, "{} customers; {}", rate.customers, told_rate(&rate))?;
    }
    out.flush()?;
    Ok(Ran::Fine)
}

fn line(customer: &Customer) -> String {
    let value = customer.value.map(|value| value.to_string());
    let role = customer.role.map(|role| role.as_str());
    let parts = [Some(customer.called()), customer.segment.as_deref(), role, customer.region.as_deref(), value.as_deref()];
    format!("{:<12} {}", customer.id, parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

async fn show(app: &App, id: &str, json: bool) -> anyhow::Result<Ran> {
    #[derive(Serialize)]
    struct Line<'a> {
        #[serde(flatten)]
        known: &'a KnownCustomer,
        known_by: Vec<String>,
        never: Vec<String>,
    }
    let known = app.customer(id).await?;
    let keys = |never: bool| -> Vec<String> {
        let keys = known.keys.iter().filter(|(_, said)| (*said == Said::Never) == never);
        keys.map(|(key, said)| if *said == Said::Hand { format!("{key} (by hand)") } else { key.to_string() }).collect()
    };
    if json {
        println!("{}", serde_json::to_string(&Line { known_by: keys(false), never: keys(true), known: &known })?);
        return Ok(Ran::Fine);
    }
    println!("{}", line(&known.customer));
    let told = |name: &str, list: Vec<String>| (!list.is_empty()).then(|| println!("  {name:<12} {}", list.join(", ")));
    told("owner", known.customer.owner.iter().cloned().collect());
    told("has", known.customer.products.clone());
    told("known by", keys(false));
    told("never by", keys(true));
    told("mentions", known.mentions.iter().map(|(how, count)| format!("{count} by {how}")).collect());
    println!("  to read them: goodword search 'customer:\"{}\"'", known.customer.called().replace('"', " "));
    Ok(Ran::Fine)
}

async fn told(app: &App, what: &str, changed: usize, json: bool) -> anyhow::Result<Ran> {
    let rate = app.match_rate().await?;
    if json {
        println!("{}", json!({ "mentions": changed, "matched": rate.matched, "match_rate": rate.match_rate }));
    } else {
        println!("{what}; {changed} mentions changed hands; {}", told_rate(&rate));
    }
    Ok(Ran::Fine)
}

async fn conflicts(app: &App, json: bool) -> anyhow::Result<Ran> {
    let conflicts = app.customer_conflicts().await?;
    if conflicts.is_empty() && !json {
        println!("nothing is claimed by more than one customer");
    }
    for conflict in &conflicts {
        let told = || format!("{} is claimed by {}; settle it with `goodword customers link`", conflict.key, conflict.customers.join(", "));
        println!("{}", if json { serde_json::to_string(conflict)? } else { told() });
    }
    Ok(Ran::Fine)
}

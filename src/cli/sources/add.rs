//! `goodword sources add`: finds what can be listened to at an address or in a file, and writes the entry.

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::{packs, shown};
use crate::app::{Place, Scout, Wished, list_draft};
use crate::cli::{Ran, paint};
use crate::clock::Clock;
use crate::config::SourcesFile;
use crate::sources::discover::Candidate;
use crate::sources::{Draft, place_key};
use crate::tomlfile::name_the_valid;

/// What `sources add` takes.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// An address of the web, or a file or folder; it is asked once
    #[arg(value_name = "URL|FILE", required_unless_present = "pack", conflicts_with = "pack")]
    place: Option<String>,
    /// Its name, in place of one made from the address
    #[arg(long, conflicts_with = "pack")]
    name: Option<String>,
    /// The product it is about; with --pack the products to listen for (default: ours)
    #[arg(long, value_name = "NAME")]
    product: Vec<String>,
    /// How often it is asked: 15m, 6h, or a cron line in UTC
    #[arg(long, conflicts_with = "pack")]
    every: Option<String>,
    /// Take the best of what is found without asking
    #[arg(long)]
    yes: bool,
    /// Show the entry and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the starting places of an industry; `sources packs` lists them
    #[arg(long, value_name = "PACK")]
    pack: Option<String>,
    /// The address is inside your own network
    #[arg(long, conflicts_with = "pack")]
    allow_private: bool,
}

/// Something found.
struct Found {
    candidate: Candidate,
    /// The name under which it is listed already.
    listed: Option<String>,
}

/// What came of it.
struct Outcome {
    place: String,
    candidates: Vec<Found>,
    /// The entry written, or that would be, with its name.
    entry: Option<(String, String)>,
    /// Why none was.
    why: Option<String>,
}

pub(super) async fn run(dir: &Path, args: Args, json: bool) -> anyhow::Result<Ran> {
    let scout = Scout::open(dir, Clock::machine())?;
    paint::problems(&scout.config().problems);
    let mut file = SourcesFile::read(scout.dir())?;
    if let Some(pack) = &args.pack {
        return packs::add(&scout, file, pack, &args.product, args.dry_run, json);
    }
    let product = check_product(&scout, &args.product)?;
    let given = args.place.as_deref().context("give an address, a file, or --pack")?;
    let wished = Wished { name: args.name.clone(), every: args.every.clone(), product };
    // What is wished is checked before anybody is asked.
    scout.finished(Draft::file("wishes", &[]), &wished)?;
    if let Some(name) = args.name.as_ref().filter(|name| file.names().contains(&name.as_str())) {
        bail!("the name `{name}` is taken; give another with --name");
    }
    let mut outcome = Outcome { place: given.to_owned(), candidates: Vec::new(), entry: None, why: None };
    match look(&scout, &file, given, args.allow_private).await? {
        Err(why) => outcome.why = Some(why),
        Ok(candidates) => {
            let listed = |candidate: &Candidate| file.listing(&candidate.draft.key()).map(str::to_owned);
            outcome.candidates = candidates.into_iter().map(|found| Found { listed: listed(&found), candidate: found }).collect();
            match choose(&outcome.candidates, args.yes, json)? {
                Err(why) => outcome.why = Some(why),
                Ok(chosen) => outcome.entry = Some(list_draft(&mut file, scout.finished(chosen.draft.clone(), &wished)?)?),
            }
        }
    }
    let added = outcome.entry.is_some();
    if added && !args.dry_run {
        file.save()?;
    }
    tell(&outcome, args.dry_run, json)?;
    Ok(if added { Ran::Fine } else { Ran::WithFailures })
}

/// The product named, which must be listened for.
fn check_product(scout: &Scout, given: &[String]) -> anyhow::Result<Option<String>> {
    let known = scout.products();
    match given {
        [] => Ok(None),
        [product] if known.contains(&product.as_str()) => Ok(Some(product.clone())),
        [product] => bail!("unknown product `{product}`; {}, or add it to phrases/products.toml", name_the_valid(product, &known)),
        _ => bail!("a source is about one product at most; without --product each of its texts is joined to the products it names"),
    }
}

/// What is found at a place; the inner error says why nothing, without having failed.
async fn look(scout: &Scout, file: &SourcesFile, given: &str, private: bool) -> anyhow::Result<Result<Vec<Candidate>, String>> {
    Ok(match scout.place(given)? {
        Place::Source(source) => Err(format!("`{}` is the name of a source already", source.name)),
        Place::File(path) => Ok(vec![scout.look_at_file(&path).await?]),
        Place::Web(url) => match file.listing(&place_key("", url.as_str())) {
            Some(name) => Err(format!("listed already as `{name}`; nothing was asked")),
            None => scout.look(&url, private).await.map_err(|glimpse| shown::with_flag(glimpse.why())),
        },
    })
}

/// The candidate to take: the only one, the best, or the one whose number is typed. The inner error says why none.
fn choose(found: &[Found], yes: bool, json: bool) -> anyhow::Result<Result<&Candidate, String>> {
    if !json {
        show_mentions(found)?;
    }
    let chosen = match found {
        [] => return Ok(Err("nothing is found there".to_owned())),
        [best, others @ ..] if others.is_empty() || yes => {
            if !json {
                writeln!(std::io::stdout(), "{}", shown::candidate(&best.candidate, None))?;
            }
            best
        }
        _ if json => return Ok(Err("several are found; take the best with --yes, or add the address of one".to_owned())),
        _ => match ask(found)? {
            Ok(number) => found.get(number - 1).context("there is no such number")?,
            Err(why) => return Ok(Err(why)),
        },
    };
    Ok(match &chosen.listed {
        Some(name) => Err(format!("listed already as `{name}`")),
        None => Ok(&chosen.candidate),
    })
}

/// Shows the first mentions of what is found.
fn show_mentions(found: &[Found]) -> anyhow::Result<()> {
    let shown = found.iter().find_map(|found| Some((&found.candidate.what, found.candidate.parsed.as_ref()?)));
    let Some((what, parsed)) = shown else { return Ok(()) };
    let mut out = std::io::stdout().lock();
    let more = if parsed.next.is_empty() { "" } else { ", with more pages behind it" };
    writeln!(out, "{what}: {} mentions{more}", parsed.mentions.len())?;
    for mention in parsed.mentions.iter().take(3) {
        writeln!(out, "{}", shown::mention(mention, None))?;
    }
    Ok(())
}

/// Shows the candidates by number and asks for one.
fn ask(found: &[Found]) -> anyhow::Result<Result<usize, String>> {
    let mut out = std::io::stdout().lock();
    for (number, found) in (1..).zip(found) {
        writeln!(out, "{number:>3}. {}", shown::candidate(&found.candidate, found.listed.as_deref()))?;
    }
    write!(out, "Which one? Its number, enter for 1, q for none: ")?;
    out.flush()?;
    let choice = read_choice(found.len());
    if !std::io::stdin().is_terminal() {
        writeln!(out)?;
    }
    choice
}

/// The number typed; the inner error says why none.
fn read_choice(most: usize) -> anyhow::Result<Result<usize, String>> {
    let mut typed = String::new();
    if std::io::stdin().read_line(&mut typed).context("the choice cannot be read")? == 0 {
        return Ok(Err("none was chosen; take the best with --yes, or add the address of one".to_owned()));
    }
    Ok(match typed.trim() {
        "" => Ok(1),
        number => match number.parse() {
            Ok(number) if (1..=most).contains(&number) => Ok(number),
            _ => Err(format!("none was chosen: `{number}` is no number from 1 to {most}")),
        },
    })
}

fn tell(outcome: &Outcome, dry_run: bool, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", as_json(outcome, dry_run))?;
        return Ok(());
    }
    match (&outcome.entry, &outcome.why) {
        (Some((_, entry)), _) if dry_run => writeln!(out, "\n{entry}\nNothing was written.")?,
        (Some((name, entry)), _) => {
            writeln!(out, "\n{entry}\nWritten to sources.toml as `{name}`. Next: `goodword try {name}` or `goodword crawl {name}`.")?;
        }
        (None, why) => eprintln!("{}: {}", outcome.place, why.as_deref().unwrap_or("nothing is found")),
    }
    Ok(())
}

fn as_json(outcome: &Outcome, dry_run: bool) -> Value {
    let mentions = outcome.candidates.iter().find_map(|found| found.candidate.parsed.as_ref());
    let mentions = mentions.into_iter().flat_map(|parsed| parsed.mentions.iter().take(3));
    let candidates = outcome.candidates.iter().map(|found| shown::candidate_json(&found.candidate, found.listed.as_deref()));
    json!({
        "place": outcome.place,
        "added": outcome.entry.is_some() && !dry_run,
        "name": outcome.entry.as_ref().map(|(name, _)| name),
        "entry": outcome.entry.as_ref().map(|(_, entry)| entry),
        "error": outcome.why,
        "candidates": candidates.collect::<Vec<_>>(),
        "mentions": mentions.map(|mention| shown::mention_json(mention, None)).collect::<Vec<_>>(),
    })
}

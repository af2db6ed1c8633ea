//! `goodword phrases suggest`: phrases from the customers' own words, taken up or turned down.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use clap::Subcommand;
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

use super::{Ran, Word, add_these, lang, print};
use crate::app::{App, NewPhrase, SuggestRequest, Suggestion, Suggestions};
use crate::cli::progress;
use crate::clock::{self, Clock};
use crate::mention::{Lang, Polarity};
use crate::suggestions::ProposedPhrase;
use crate::tomlfile::name_the_valid;

/// What `suggest` takes.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only praise or only complaints
    #[arg(long, value_enum)]
    polarity: Option<Word>,
    /// Only from mentions of this product
    #[arg(long)]
    product: Option<String>,
    /// Only from mentions written since: a length of time (90d) or a date (2026-03-01)
    #[arg(long)]
    since: Option<String>,
    /// Only in this language
    #[arg(long, value_parser = lang)]
    lang: Option<Lang>,
    /// The most phrases to propose
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// Show what was turned down instead
    #[arg(long)]
    rejected: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add a proposed phrase to its list
    Accept {
        phrase: String,
        /// The theme [default: overall]
        #[arg(long)]
        theme: Option<String>,
        /// The polarity [default: as it was proposed, else by who says it]
        #[arg(long, value_enum)]
        polarity: Option<Word>,
        /// The language [default: by the script]
        #[arg(long, value_parser = lang)]
        lang: Option<Lang>,
    },
    /// Do not propose a phrase again
    Reject { phrase: String },
    /// Let a phrase that was turned down be proposed again
    Unreject { phrase: String },
}

pub(super) async fn run(dir: &Path, args: Args, json: bool) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let ran = match args.action {
        None if args.rejected => rejected(&app, json).await,
        None => suggest(&app, args, json).await,
        Some(Action::Accept { phrase, theme, polarity, lang }) => {
            let accepted = Accepted { phrase, theme, polarity: polarity.map(Polarity::from), lang };
            add_these(dir, &[accepted.filled_in(&app).await?], json)
        }
        Some(Action::Reject { phrase }) => reject(&app, &phrase, json).await,
        Some(Action::Unreject { phrase }) => unreject(&app, &phrase, json).await,
    };
    app.close().await;
    ran
}

async fn suggest(app: &App, args: Args, json: bool) -> anyhow::Result<Ran> {
    if let Some(product) = &args.product {
        let config = app.config();
        let known: Vec<&str> = config.lists.products.iter().map(|known| known.name.as_str()).collect();
        if !known.contains(&product.as_str()) {
            bail!("there is no product `{product}`; {}", name_the_valid(product, &known));
        }
    }
    let request = SuggestRequest {
        latest: None,
        polarity: args.polarity.map(Polarity::from),
        product: args.product,
        since: args.since.map(|since| moment(&since, app.clock().now())).transpose()?,
        lang: args.lang,
        limit: args.limit,
    };
    let told = app.suggest(&request, &progress::bar("read", 0)).await?;
    let mut from_assistants = app.proposed_phrases().await?;
    from_assistants.retain(|proposed| {
        let lang = request.lang.as_ref().map(Lang::as_str);
        request.polarity.is_none_or(|wanted| wanted == proposed.polarity)
            && (lang.is_none() || proposed.lang.is_none() || lang == proposed.lang.as_deref())
    });
    let mut out = std::io::stdout().lock();
    for suggestion in &told.proposed {
        if json { print(&mut out, suggestion)? } else { writeln!(out, "{}", shown(suggestion))? }
    }
    for proposed in &from_assistants {
        if json { print(&mut out, proposed)? } else { writeln!(out, "{}", from_assistant(proposed))? }
    }
    if !json {
        writeln!(out, "{}", footer(&told, from_assistants.len()))?;
    }
    Ok(Ran::Fine)
}

fn shown(suggestion: &Suggestion) -> String {
    let Suggestion { phrase, polarity, lang, happy, unhappy, score, .. } = suggestion;
    let mut lines = vec![format!("{phrase}  ({polarity}, {lang}; said by {happy} happy, {unhappy} unhappy; score {score:.1})")];
    let example = |heard: &crate::app::Heard| format!("    {}: {}", heard.id, heard.excerpt.marked("[", "]"));
    lines.extend(suggestion.examples.iter().map(example));
    lines.join("\n")
}

fn from_assistant(proposed: &ProposedPhrase) -> String {
    let ProposedPhrase { phrase, polarity, lang, theme, why, mentions, by, at } = proposed;
    let what: Vec<&str> = [Some(polarity.as_str()), lang.as_deref(), theme.as_deref()].into_iter().flatten().collect();
    let mut lines = vec![format!("{phrase}  ({}; proposed by {by} on {}: {why})", what.join(", "), at.strftime("%F"))];
    lines.extend(mentions.iter().map(|id| format!("    {id}")));
    lines.join("\n")
}

fn footer(told: &Suggestions, from_assistants: usize) -> String {
    let voices = format!("from {} happy and {} unhappy customers", told.happy, told.unhappy);
    match told.proposed.len() + from_assistants {
        0 if told.happy == 0 || told.unhappy == 0 => format!("nothing to propose {voices}: both are needed to tell them apart"),
        0 => format!("nothing to propose {voices}: no new phrase is said by at least four on one side and by few on the other"),
        _ => format!("{voices}; take one up with `goodword phrases suggest accept \"PHRASE\"`, turn one down with `… reject \"PHRASE\"`"),
    }
}

/// A phrase that somebody takes up, as far as they said how.
struct Accepted {
    phrase: String,
    theme: Option<String>,
    polarity: Option<Polarity>,
    lang: Option<Lang>,
}

impl Accepted {
    /// It with what an assistant proposed it as, or else with the polarity of those who say it.
    async fn filled_in(self, app: &App) -> anyhow::Result<NewPhrase> {
        let Self { phrase, theme, polarity, lang } = self;
        let proposed = app.proposed_phrase(&phrase).await?;
        let polarity = match polarity.or(proposed.as_ref().map(|proposed| proposed.polarity)) {
            Some(polarity) => polarity,
            None => leaning(app, &phrase).await?,
        };
        let lang = lang.or_else(|| Lang::parse(proposed.as_ref()?.lang.as_deref()?));
        Ok(NewPhrase { written: phrase, polarity, lang, theme: theme.or_else(|| proposed?.theme), entry: None })
    }
}

/// What a phrase should be listed as, by who says it.
async fn leaning(app: &App, phrase: &str) -> anyhow::Result<Polarity> {
    let forms = crate::phrases::forms(phrase).map_err(|unreadable| anyhow::anyhow!("`{phrase}` {unreadable}; {}", unreadable.remedy()))?;
    let leaning = app.leaning(&forms).await?;
    let (happy, unhappy) = (leaning.happy, leaning.unhappy);
    leaning.polarity().with_context(|| {
        format!("`{phrase}` is said by {happy} happy and {unhappy} unhappy customers; say --polarity praise or --polarity complaint")
    })
}

async fn reject(app: &App, phrase: &str, json: bool) -> anyhow::Result<Ran> {
    let new = app.reject_suggestion(phrase).await?;
    if json {
        println!("{}", serde_json::json!({ "phrase": phrase.trim(), "rejected": true }));
    } else if new {
        println!("`{}` is not proposed again; `goodword phrases suggest unreject` undoes it", phrase.trim());
    } else {
        println!("`{}` was turned down before", phrase.trim());
    }
    Ok(Ran::Fine)
}

async fn unreject(app: &App, phrase: &str, json: bool) -> anyhow::Result<Ran> {
    if !app.unreject_suggestion(phrase).await? {
        bail!("`{}` was not turned down; `goodword phrases suggest --rejected` shows what was", phrase.trim());
    }
    if json {
        println!("{}", serde_json::json!({ "phrase": phrase.trim(), "rejected": false }));
    } else {
        println!("`{}` may be proposed again", phrase.trim());
    }
    Ok(Ran::Fine)
}

async fn rejected(app: &App, json: bool) -> anyhow::Result<Ran> {
    let mut out = std::io::stdout().lock();
    for rejected in app.rejected_suggestions().await? {
        if json {
            writeln!(out, "{}", serde_json::json!({ "phrase": rejected.phrase, "rejected_at": rejected.at.to_string() }))?;
        } else {
            writeln!(out, "{}  {}", rejected.at.strftime("%F"), rejected.phrase)?;
        }
    }
    Ok(Ran::Fine)
}

/// The first moment that `text` means: so long ago, or a day.
fn moment(text: &str, now: Timestamp) -> anyhow::Result<Timestamp> {
    if let Ok(length) = clock::parse_duration(text) {
        let length = SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX);
        return Ok(now.checked_sub(length).unwrap_or(Timestamp::MIN));
    }
    let day: Option<civil::Date> = text.parse().ok();
    let start = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|zoned| zoned.timestamp());
    start.with_context(|| format!("--since: `{text}` is neither a length of time (`90d`) nor a date (`2026-03-01`)"))
}

//! `goodword digest`: shows the mail that tells what people said, or hands it to the outbox.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use indicatif::ProgressBar;
use jiff::civil::Date;
use serde::Serialize;

use super::Ran;
use crate::app::{App, Made, Queueing};
use crate::clock::Clock;
use crate::digest::{Digest, Edition, Every, Language, Recipient, Rendered};
use crate::notify::{Delivered, Mail};

/// Who reads a preview where nobody is named in settings.toml.
const NOBODY: &str = "reader@goodword.invalid";

/// What `digest` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The day it ends with, or for a week or month a day in it; the latest that is over if not given
    #[arg(long, value_name = "DAY")]
    date: Option<Date>,
    /// For this address or destination only; an address that is in no [[recipient]] gets the usual digest
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// Which edition
    #[arg(long, value_enum, default_value = "daily")]
    edition: Kind,
    /// In this language, whatever the recipient's
    #[arg(long, value_enum)]
    lang: Option<Lang>,
    /// Print it and write the very mail (.eml and .html) into index/exports; this is done if nothing is said
    #[arg(long, conflicts_with = "send")]
    preview: bool,
    /// Hand it to the outbox, once for each recipient and edition
    #[arg(long)]
    send: bool,
    /// Let the mails come again to the address given by --to, after they were ended with a click
    #[arg(long, requires = "to", conflicts_with_all = ["preview", "send"])]
    resubscribe: bool,
    /// Print JSON Lines
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Daily,
    Weekly,
    Monthly,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    En,
    Zh,
}

impl From<Kind> for Every {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Daily => Self::Daily,
            Kind::Weekly => Self::Weekly,
            Kind::Monthly => Self::Monthly,
        }
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::Zh => Self::Zh,
        }
    }
}

/// A digest as `--json` prints it.
#[derive(Serialize)]
struct Line<'a> {
    to: &'a str,
    subject: &'a str,
    message_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'static str>,
    #[serde(flatten)]
    digest: &'a Digest,
}

pub(super) async fn run(dir: &Path, args: Args) -> anyhow::Result<Ran> {
    let app = App::open(dir, Clock::machine()).await?;
    let ran = run_with(&app, &args).await;
    app.close().await;
    ran
}

async fn run_with(app: &App, args: &Args) -> anyhow::Result<Ran> {
    app.catch_up(&ProgressBar::hidden()).await?;
    let recipients = recipients(app, args).await?;
    if args.resubscribe {
        return resubscribe(app, &recipients).await;
    }
    let (mut ran, mut made) = (Ran::Fine, Made::default());
    for recipient in &recipients {
        let edition = app.edition(recipient, args.edition.into(), args.date)?;
        let done = match args.send {
            true => send(app, &mut made, recipient, edition, args.json).await,
            false => preview(app, recipient, edition, args.json).await,
        };
        if let Err(error) = done {
            eprintln!("goodword: the digest for `{}`: {error:#}", recipient.named());
            ran = Ran::WithFailures;
        }
    }
    if args.send && deliver(app).await? == Ran::WithFailures { Ok(Ran::WithFailures) } else { Ok(ran) }
}

/// Takes out what is due; what does not go out stays in the outbox.
async fn deliver(app: &App) -> anyhow::Result<Ran> {
    let Delivered { sent, again, stuck } = app.deliver().await?;
    if sent + again + stuck > 0 {
        eprintln!("the outbox: {sent} sent, {again} to be tried again, {stuck} stuck; see `goodword outbox list`");
    }
    Ok(if again + stuck > 0 { Ran::WithFailures } else { Ran::Fine })
}

async fn recipients(app: &App, args: &Args) -> anyhow::Result<Vec<Recipient>> {
    let mut recipients = app.digest_recipients(args.to.as_deref()).await?;
    if recipients.is_empty() {
        anyhow::ensure!(!args.send, "nobody is to get it: add a `[[recipient]]` to settings.toml, or name an address with --to");
        recipients = app.digest_recipients(Some(NOBODY)).await?;
    }
    for recipient in &mut recipients {
        recipient.language = args.lang.map_or(recipient.language, Language::from);
    }
    Ok(recipients)
}

async fn preview(app: &App, recipient: &Recipient, edition: Edition, json: bool) -> anyhow::Result<()> {
    let digest = app.digest(recipient, edition).await?;
    if recipient.destination.is_some() {
        return preview_brief(app, recipient, &digest, json);
    }
    let rendered = app.digest_mail(recipient, &digest).await?;
    let written = write_files(app, recipient, &digest, &rendered)?;
    let mut out = std::io::stdout();
    if json {
        print_line(app, recipient, &digest, None).await?;
    } else {
        writeln!(out, "{}: {}\n", if recipient.language == Language::Zh { "主题" } else { "Subject" }, rendered.mail.subject)?;
        out.write_all(rendered.mail.text.as_bytes())?;
    }
    for path in written {
        eprintln!("{}", path.display());
    }
    Ok(())
}

async fn send(app: &App, made: &mut Made, recipient: &Recipient, edition: Edition, json: bool) -> anyhow::Result<()> {
    let queueing = app.queue_made(made, recipient, edition).await?;
    let (word, said) = match queueing {
        Queueing::Queued => ("queued", "is in the outbox"),
        Queueing::OutBefore => ("out-before", "went out before"),
        Queueing::Unsubscribed => ("unsubscribed", "is not wanted any more; see --resubscribe"),
    };
    if json {
        let digest = app.digest(recipient, edition).await?;
        return print_line(app, recipient, &digest, Some(word)).await;
    }
    writeln!(std::io::stdout(), "{}: the {} digest of {} {said}", recipient.named(), edition.every, edition.until)?;
    Ok(())
}

async fn resubscribe(app: &App, recipients: &[Recipient]) -> anyhow::Result<Ran> {
    for recipient in recipients {
        let said = if app.resubscribe(recipient).await? { "digests come again" } else { "digests had not been ended" };
        writeln!(std::io::stdout(), "{}: {said}", recipient.named())?;
    }
    Ok(Ran::Fine)
}

/// The short text for a destination, as it would go out.
fn preview_brief(app: &App, recipient: &Recipient, digest: &Digest, json: bool) -> anyhow::Result<()> {
    let message = app.digest_brief(recipient, digest)?;
    let line = Line { to: recipient.named(), subject: &message.subject, message_id: None, result: None, digest };
    let told =
        if json { serde_json::to_string(&line)? } else { format!("{} ({}):\n\n{}", recipient.named(), message.topic, message.text()) };
    writeln!(std::io::stdout(), "{told}")?;
    Ok(())
}

async fn print_line(app: &App, recipient: &Recipient, digest: &Digest, result: Option<&'static str>) -> anyhow::Result<()> {
    let mail = app.digest_mail(recipient, digest).await?.mail;
    let message_id = mail.message_id.as_deref().filter(|_| recipient.destination.is_none());
    let line = Line { to: recipient.named(), subject: &mail.subject, message_id, result, digest };
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&line)?)?;
    Ok(())
}

/// Writes the mail as it would go out, and its HTML with the picture in it; where they are.
fn write_files(app: &App, recipient: &Recipient, digest: &Digest, rendered: &Rendered) -> anyhow::Result<[PathBuf; 2]> {
    let folder = app.dir().join("index").join("exports");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    let safe: String = recipient.key().chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    let name = format!("digest-{}-{}-{safe}", digest.edition.every, digest.edition.until);
    let config = app.config();
    let carried = &config.settings.notify.mail;
    let eml = rendered.mail.bytes(&carried.from, carried.reply_to.as_deref(), app.clock().now())?;
    let html = with_pictures(&rendered.mail);
    let paths = [folder.join(format!("{name}.eml")), folder.join(format!("{name}.html"))];
    for (path, bytes) in paths.iter().zip([eml, html.into_bytes()]) {
        fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(paths)
}

/// The HTML with its pictures written into it, for a browser.
fn with_pictures(mail: &Mail) -> String {
    let mut html = mail.html.clone().unwrap_or_default();
    for file in &mail.attachments {
        if let Some(name) = &file.inline {
            html = html.replace(&format!("cid:{name}"), &format!("data:{};base64,{}", file.media_type, STANDARD.encode(&file.bytes)));
        }
    }
    html
}

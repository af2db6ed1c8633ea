//! Digests: made of what is known, kept with what they showed, handed to the outbox when they are due, and ended with a click.

mod gather;
mod made;
mod quotes;
mod today;
mod told;

use anyhow::{Context, bail};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::App;
use crate::digest::{self, Addressed, Digest, Edition, Every, Language, Reader, Recipient, Rendered, Sent, Shown};
use crate::insight::{day_of, days_before};
use crate::notify::{Body, MAIL, Message, Outbox, Queued, masked};
use crate::people::Person;
use crate::searches::new_token;
use crate::tomlfile::name_the_valid;

pub use made::Made;
pub use today::{Span, Today};

/// It is looked at most this often whether a digest is due.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(20);

/// What became of a digest that was to go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queueing {
    /// It is in the outbox.
    Queued,
    /// That edition went out before.
    OutBefore,
    /// Its recipient wants no more.
    Unsubscribed,
}

impl App {
    /// Those who get digests: who has the address or is the destination `to`, or all. An address that nobody has gets the usual.
    pub async fn digest_recipients(&self, to: Option<&str>) -> anyhow::Result<Vec<Recipient>> {
        let all = self.readers().await?;
        let Some(to) = to.map(str::trim) else { return Ok(all) };
        let is_meant = |recipient: &&Recipient| recipient.key() == to.to_lowercase() || recipient.destination.as_deref() == Some(to);
        if let Some(known) = all.iter().find(is_meant) {
            return Ok(vec![known.clone()]);
        }
        if crate::notify::mailbox(to).is_err() || to.contains(['<', ' ']) {
            let known: Vec<&str> = all.iter().map(Recipient::named).collect();
            bail!("`{to}` is not a mail address; {}", name_the_valid(to, &known));
        }
        Ok(vec![Recipient { mail: to.to_owned(), ..self.config().settings.digest.usual.clone() }])
    }

    /// Every `[[recipient]]`, then everybody with an address whose role reads digests, in their own language and zone.
    async fn readers(&self) -> anyhow::Result<Vec<Recipient>> {
        let config = self.config();
        let settings = &config.settings.digest;
        let mut readers = settings.recipients.clone();
        if settings.roles.is_empty() {
            return Ok(readers);
        }
        for person in self.people().await? {
            let Some(mail) = person.mail.clone().filter(|_| settings.roles.contains(person.role.as_str())) else { continue };
            let reader = reader(&settings.usual, person, mail);
            if !readers.iter().any(|known| known.key() == reader.key()) {
                readers.push(reader);
            }
        }
        Ok(readers)
    }

    /// The edition that ends with `day`, or holds it; the latest whose days are over if no day is given.
    pub fn edition(&self, recipient: &Recipient, every: Every, day: Option<Date>) -> anyhow::Result<Edition> {
        let today = day_of(self.clock.now());
        let yesterday = days_before(today, 1);
        if day.is_some_and(|day| day > today) {
            bail!("the day {} has not come yet", day.unwrap_or(today));
        }
        Ok(match (every, day) {
            (Every::Daily, day) => {
                let until = day.unwrap_or(yesterday);
                Edition::daily(digest::covering(recipient, until), until)
            }
            (_, Some(day)) => Edition::holding(every, day),
            (_, None) => Edition::over_with(every, yesterday),
        })
    }

    /// What that edition says to `recipient`: as it was told if it went out, else as it is known now.
    pub async fn digest(&self, recipient: &Recipient, edition: Edition) -> anyhow::Result<Digest> {
        let mut connection = self.store.connection().await?;
        if let Some(told) = Sent::content(&mut connection, &recipient.key(), edition.every, edition.until).await? {
            return Ok(told);
        }
        let shown = Shown::read(&mut connection, &recipient.key(), edition.every, edition.until).await?;
        drop(connection);
        self.gather(recipient, edition, &shown).await
    }

    /// The mail that says it.
    pub async fn digest_mail(&self, recipient: &Recipient, digest: &Digest) -> anyhow::Result<Rendered> {
        let token = self.digest_token(recipient).await?;
        self.rendered(recipient, digest, digest::draw(digest)?.as_deref(), &token)
    }

    /// The short text that says it where `recipient` is a destination.
    pub fn digest_brief(&self, recipient: &Recipient, digest: &Digest) -> anyhow::Result<Message> {
        Ok(digest::brief(digest, recipient, &self.page_of_digests()?, self.clock.now()))
    }

    /// What ends the mails of `recipient` with a click.
    async fn digest_token(&self, recipient: &Recipient) -> anyhow::Result<String> {
        if let Some(reader) = Reader::known(&mut *self.store.connection().await?, &recipient.key()).await? {
            return Ok(reader.token);
        }
        let mut tx = self.store.begin().await?;
        let reader = Reader::of(tx.connection(), &recipient.key(), &new_token()?).await?;
        tx.commit().await?;
        Ok(reader.token)
    }

    fn rendered(&self, recipient: &Recipient, digest: &Digest, drawn: Option<&[u8]>, token: &str) -> anyhow::Result<Rendered> {
        let url = self.page_of_digests()?;
        let reply_to = self.config().settings.digest.reply_to.clone();
        digest::render(digest, drawn, &Addressed { recipient, url: &url, token, reply_to: reply_to.as_deref() })
    }

    /// Where the links of digests lead.
    fn page_of_digests(&self) -> anyhow::Result<Url> {
        let settings = &self.config().settings;
        match &settings.digest.url {
            Some(url) => Ok(url.clone()),
            None => Url::parse(&settings.web.home(settings.web.listen)).context("the page has no address"),
        }
    }

    /// Hands that edition to the outbox, together with the note of what it shows.
    pub async fn queue_digest(&self, recipient: &Recipient, edition: Edition) -> anyhow::Result<Queueing> {
        self.queue_made(&mut Made::default(), recipient, edition).await
    }

    /// The same for one of several: `made` keeps what all of them share.
    pub async fn queue_made(&self, made: &mut Made, recipient: &Recipient, edition: Edition) -> anyhow::Result<Queueing> {
        let key = recipient.key();
        let mut connection = self.store.connection().await?;
        let reader = Reader::known(&mut connection, &key).await?;
        if reader.as_ref().is_some_and(|reader| reader.unsubscribed.is_some()) {
            return Ok(Queueing::Unsubscribed);
        }
        if Sent::has(&mut connection, &key, edition.every, edition.until).await? {
            return Ok(Queueing::OutBefore);
        }
        let shown = Shown::read(&mut connection, &key, edition.every, edition.until).await?;
        drop(connection);
        let drawn = self.made(made, recipient, edition, shown).await?;
        let now = self.clock.now();
        let queued = match &recipient.destination {
            Some(name) => self.queued_brief(recipient, name, &drawn.digest)?,
            None => {
                let token = match reader {
                    Some(reader) => reader.token,
                    None => self.digest_token(recipient).await?,
                };
                let Rendered { mail, key } = self.rendered(recipient, &drawn.digest, drawn.picture.as_deref(), &token)?;
                Queued { destination: MAIL.to_owned(), key, body: Body::Mail(mail), due: now, urgent: false }
            }
        };
        let mut tx = self.store.begin().await?;
        if !Sent::note(tx.connection(), &key, &drawn.digest, now).await? {
            return Ok(Queueing::OutBefore);
        }
        Outbox::queue(tx.connection(), &queued, now).await?;
        tx.commit().await?;
        Ok(Queueing::Queued)
    }

    /// The short text for a destination, whose quiet hours hold.
    fn queued_brief(&self, recipient: &Recipient, name: &str, digest: &Digest) -> anyhow::Result<Queued> {
        let message = self.digest_brief(recipient, digest)?;
        let (now, config) = (self.clock.now(), self.config());
        let due = config.settings.notify.destination(name).map_or(now, |destination| destination.due(false, now));
        Ok(Queued { destination: name.to_owned(), key: message.id.clone(), body: Body::Message(message), due, urgent: false })
    }

    /// Hands every digest that is due to the outbox. One that cannot be made stops no other. Returns how many were queued.
    pub async fn queue_due_digests(&self) -> anyhow::Result<usize> {
        let recipients = self.readers().await?;
        if recipients.is_empty() {
            return Ok(0);
        }
        let now = self.clock.now();
        let last = Sent::last(&mut *self.store.connection().await?).await?;
        let (mut queued, mut made) = (0, Made::default());
        for recipient in &recipients {
            for every in [Every::Daily, Every::Weekly, Every::Monthly] {
                let told = last.get(&(recipient.key(), every.as_str().to_owned())).copied();
                let Some(edition) = digest::due(recipient, every, now, told) else { continue };
                match self.queue_made(&mut made, recipient, edition).await {
                    Ok(Queueing::Queued) => queued += 1,
                    Ok(Queueing::OutBefore | Queueing::Unsubscribed) => {}
                    Err(error) => {
                        tracing::error!(to = recipient.destination.clone().unwrap_or_else(|| masked(&recipient.mail)), %every, "a digest could not be made: {error:#}")
                    }
                }
            }
        }
        Ok(queued)
    }

    /// The same, once in a while.
    pub(super) async fn look_for_due_digests(&self, looked: &mut Option<Timestamp>) {
        let now = self.clock.now();
        if looked.is_some_and(|looked| now.duration_since(looked) < LOOK_EVERY) {
            return;
        }
        *looked = Some(now);
        match self.queue_due_digests().await {
            Ok(0) => {}
            Ok(queued) => tracing::info!(queued, "digests go out"),
            Err(error) => tracing::error!("digests could not be looked for: {error:#}"),
        }
    }

    /// Whose digests this token ends: their address with its name hidden, and whether they have ended; none if nobody has it.
    pub async fn digest_reader(&self, token: &str) -> anyhow::Result<Option<(String, bool)>> {
        let reader = Reader::with_token(&mut *self.store.connection().await?, token).await?;
        Ok(reader.map(|reader| (masked(&reader.recipient), reader.unsubscribed.is_some())))
    }

    /// Ends the digests of whoever has this token; their address with its name hidden, none if nobody has it.
    pub async fn unsubscribe(&self, token: &str) -> anyhow::Result<Option<String>> {
        let mut tx = self.store.begin().await?;
        let reader = Reader::unsubscribe(tx.connection(), token, self.clock.now()).await?;
        tx.commit().await?;
        Ok(reader.map(|reader| masked(&reader.recipient)))
    }

    /// Lets the digests of this address come again; false if they had not been ended.
    pub async fn resubscribe(&self, recipient: &Recipient) -> anyhow::Result<bool> {
        let mut tx = self.store.begin().await?;
        let changed = Reader::resubscribe(tx.connection(), &recipient.key()).await?;
        tx.commit().await?;
        Ok(changed)
    }
}

/// Somebody as a reader of the usual digest.
fn reader(usual: &Recipient, person: Person, mail: String) -> Recipient {
    let language = match person.lang.as_deref() {
        Some(lang) if lang.starts_with("zh") => Language::Zh,
        Some(_) => Language::En,
        None => usual.language,
    };
    let zone = person.zone.as_deref().and_then(|zone| TimeZone::get(zone).ok()).unwrap_or_else(|| usual.zone.clone());
    Recipient { mail, name: Some(person.name), language, zone, ..usual.clone() }
}

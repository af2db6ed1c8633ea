//! Coming in without a password: by a sign-in service of the company, or by a link for a forgotten password, sent by mail.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::Url;

use super::App;
use super::people::From;
use crate::clock::later;
use crate::fetch::Call;
use crate::notify::{Body, MAIL, Mail, Outbox, Queued, Transport, masked};
use crate::people::service::{Acquaintance, Attempt, Claims, Description, Entry, Expected, Keys, Refusal, Service, Untrusted, verify};
use crate::people::{Link, Person, Purpose, Role, Secret, bind, bound, note, subject_of};

/// How long what a service says of itself is believed without asking again.
const DESCRIBED_FOR: SignedDuration = SignedDuration::from_mins(10);
/// A key that is not known is asked for again so soon at the earliest.
const KEYS_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// How long a link that was mailed holds.
const MAILED_LINK_HOLDS: Duration = Duration::from_secs(3600);
/// Whom the audit names for what a service decides.
const BY_SERVICE: &str = "sign-in service";

/// What the sign-in service said of itself last.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Option<Arc<Told>>>);

#[derive(Debug)]
struct Told {
    issuer: String,
    at: Timestamp,
    description: Description,
    keys: Keys,
}

/// How coming in by a sign-in service went.
#[derive(Debug)]
pub enum Entered {
    /// Signed in: the session's secret.
    Yes(Secret),
    /// They have signed in there, but do not come in here.
    Refused(Refusal),
}

/// What a mail with a link for a new password says: `{name}` and `{link}` stand for whom it is for and the link.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    /// Its subject.
    pub subject: &'a str,
    /// Its text.
    pub text: &'a str,
}

impl App {
    /// The sign-in service, if one is configured.
    pub fn sign_in_service(&self) -> Option<Arc<Service>> {
        self.config().settings.web.service.clone()
    }

    /// Where a browser goes to sign in at the service.
    pub async fn service_door(&self, attempt: &Attempt) -> anyhow::Result<Url> {
        let service = self.sign_in_service().context("no sign-in service is configured; see [web.oidc] in settings.toml")?;
        Ok(service.door(&self.told(&service, DESCRIBED_FOR).await?.description, attempt, &self.way_back()))
    }

    /// Lets in whom the service has signed in, by the code that their browser brought.
    pub async fn enter_by_service(&self, attempt: &Attempt, code: &str, from: &From) -> anyhow::Result<Entered> {
        let service = self.sign_in_service().context("no sign-in service is configured; see [web.oidc] in settings.toml")?;
        let claims = self.claims(&service, attempt, code).await?;
        let (person, is_bound) = self.acquaintance(&service, &claims).await?;
        let known = match (&person, is_bound) {
            (Some(Ok(person)), true) => Acquaintance::Bound(person),
            (Some(Ok(person)), false) => Acquaintance::ByMail(person),
            (Some(Err(Unclear)), _) => Acquaintance::Unclear,
            (None, _) => Acquaintance::Stranger,
        };
        let entry = match service.admit(&claims, known) {
            Ok(entry) => entry,
            Err(refusal) => {
                tracing::warn!(subject = %claims.sub, why = refusal.as_str(), "the sign-in service named somebody who was not let in");
                return Ok(Entered::Refused(refusal));
            }
        };
        let name = match entry {
            Entry::New { name, mail, role } => {
                self.add_person(&name, role, Some(mail), BY_SERVICE).await?;
                name
            }
            Entry::Known(role) => {
                let Some(Ok(person)) = person else { bail!("somebody unknown was taken for known") };
                self.take_role(&person, role).await;
                person.name
            }
        };
        let mut tx = self.store.begin().await?;
        bind(tx.connection(), &service.issuer, &claims.sub, &name).await?;
        let person = Person::named(tx.connection(), &name).await?.with_context(|| format!("`{name}` was removed just now"))?;
        Person { signed_in: Some(self.clock.now()), ..person }.keep(tx.connection()).await?;
        let session = self.open_session(tx.connection(), &name, from).await?;
        tx.commit().await?;
        Ok(Entered::Yes(session))
    }

    /// The role that the service gives is taken, but for the last admin, who keeps theirs.
    async fn take_role(&self, person: &Person, role: Role) {
        if role != person.role
            && let Err(error) = self.set_role(&person.name, role, BY_SERVICE).await
        {
            tracing::warn!("the role that the sign-in service gives was not taken: {error:#}");
        }
    }

    /// What the service's token says of whoever brought this code.
    async fn claims(&self, service: &Service, attempt: &Attempt, code: &str) -> anyhow::Result<Claims> {
        let told = self.told(service, DESCRIBED_FOR).await?;
        let answer: Answer =
            serde_json::from_slice(&self.heard(&service.exchange(&told.description, attempt, code, &self.way_back())).await?)
                .context("the sign-in service gave no ID token")?;
        let nonce = attempt.nonce();
        let expected = Expected { issuer: &service.issuer, client: &service.client, nonce: &nonce, now: self.clock.now() };
        let claims = match verify(&answer.id_token, &told.keys, &expected) {
            // Its keys may have changed since they were read.
            Err(Untrusted::UnknownKey) => verify(&answer.id_token, &self.told(service, KEYS_AGAIN_AFTER).await?.keys, &expected),
            judged => judged,
        };
        claims.context("the sign-in service's ID token is not believed")
    }

    /// What the service says of itself and its keys, not older than `most`.
    async fn told(&self, service: &Service, most: SignedDuration) -> anyhow::Result<Arc<Told>> {
        let now = self.clock.now();
        let kept = self.service_known.lock().clone();
        if let Some(told) = kept.filter(|told| told.issuer == service.issuer && now.duration_since(told.at) < most) {
            return Ok(told);
        }
        let description = self.heard(&service.describe()?).await?;
        let description = service.described(&description).context("the sign-in service's description is of no use")?;
        let keys = self.heard(&service.read(description.jwks_uri.clone())?).await?;
        let keys = serde_json::from_slice(&keys).context("the sign-in service's keys cannot be read")?;
        let told = Arc::new(Told { issuer: service.issuer.clone(), at: now, description, keys });
        *self.service_known.lock() = Some(Arc::clone(&told));
        Ok(told)
    }

    async fn heard(&self, call: &Call) -> anyhow::Result<Vec<u8>> {
        let called = self.reader.fetcher.call(call).await.context("the sign-in service cannot be asked")?;
        ensure!(called.is_success(), "the sign-in service answers {} at `{}`", called.status, call.url.path());
        Ok(called.body)
    }

    /// Where the service sends browsers back to.
    fn way_back(&self) -> String {
        let web = &self.config().settings.web;
        format!("{}/sign-in/back", web.home(web.listen))
    }

    /// Whom the service means, and whether they came in by it before.
    async fn acquaintance(&self, service: &Service, claims: &Claims) -> anyhow::Result<(Option<Result<Person, Unclear>>, bool)> {
        let mut connection = self.store.connection().await?;
        if let Some(name) = bound(&mut connection, &service.issuer, &claims.sub).await? {
            return Ok((Person::named(&mut connection, &name).await?.map(Ok), true));
        }
        let Ok(mail) = service.mail(claims) else { return Ok((None, false)) };
        let mut having: Vec<Person> = Person::all(&mut connection).await?.into_iter().filter(|person| person.is_reached_at(mail)).collect();
        let Some(person) = having.pop() else { return Ok((None, false)) };
        let is_taken = subject_of(&mut connection, &service.issuer, &person.name).await?.is_some();
        Ok((Some(if having.is_empty() && !is_taken { Ok(person) } else { Err(Unclear) }), false))
    }

    /// Whether mail reaches people: files in a folder do not.
    pub fn mails_reach_people(&self) -> bool {
        !matches!(self.config().settings.notify.mail.transport, Transport::File)
    }

    /// Counts that somebody asks for a link for a forgotten password; else how long they have to wait.
    pub fn ask_for_link(&self, whose: &str, from: &From) -> Result<(), SignedDuration> {
        let mut asked = self.links_asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.begin(&crate::people::tidy_name(whose), from.address, self.clock.now())
    }

    /// Mails a link for a new password to whoever has this name or mail address and may sign in. It holds an hour and opens once.
    pub async fn mail_link(&self, whose: &str, letter: Letter<'_>) -> anyhow::Result<()> {
        let whose = crate::people::tidy_name(whose);
        let (now, web) = (self.clock.now(), self.config().settings.web.clone());
        let mut tx = self.store.begin().await?;
        for person in Person::all(tx.connection()).await? {
            let Some(mail) = person.mail.as_deref().filter(|_| person.role > Role::EmailOnly && person.is_reached_at(&whose)) else {
                continue;
            };
            let secret = Link::make(tx.connection(), &person.name, Purpose::Password, later(now, MAILED_LINK_HOLDS)).await?;
            let link = format!("{}/password/{}", web.home(web.listen), secret.told());
            let text = letter.text.replace("{name}", &person.name).replace("{link}", &link);
            let mail = Mail { to: mail.to_owned(), subject: letter.subject.to_owned(), text, ..Mail::default() };
            note(tx.connection(), now, &person.name, "link-mailed", &masked(&mail.to)).await?;
            let key = format!("password:{}:{}", person.name, now.as_millisecond());
            let queued = Queued { destination: MAIL.to_owned(), key, body: Body::Mail(mail), due: now, urgent: true };
            Outbox::queue(tx.connection(), &queued, now).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// More than one person may be meant, or the one who is meant is somebody else there.
#[derive(Debug)]
struct Unclear;

#[derive(Deserialize)]
struct Answer {
    id_token: String,
}

impl Known {
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Told>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! People: added, let in, given roles, and their deeds noted. The command line and the page call the same methods.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::SignedDuration;
use tokio::sync::Semaphore;

use super::App;
use crate::clock::later;
use crate::notify::mailbox;
use crate::people::{
    Attempts, Lasting, Link, Person, Purpose, Role, Scope, Secret, Session, Token, Weakness, fits, hash, is_name, kept, note, set_up,
    tidy_name, weakness,
};

/// How long a link to choose a password holds.
const LINK_HOLDS: Duration = Duration::from_secs(48 * 3600);
/// Passwords looked at at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// What guards the door: wrong passwords tried lately, and how many are looked at at once.
#[derive(Debug)]
pub(super) struct Door {
    attempts: Mutex<Attempts>,
    hashing: Semaphore,
}

impl Default for Door {
    fn default() -> Self {
        Self { attempts: Mutex::default(), hashing: Semaphore::new(AT_ONCE) }
    }
}

/// Where somebody comes from, for the list of their sessions.
#[derive(Clone, Debug, Default)]
pub struct From {
    /// The address.
    pub address: Option<IpAddr>,
    /// What the browser calls itself.
    pub agent: Option<String>,
}

/// How an attempt to sign in went.
#[derive(Debug)]
pub enum SignedIn {
    /// Signed in: the session's secret.
    Yes(Secret),
    /// The name or the password is wrong, or the role has no sign-in.
    No,
    /// Too many wrong ones: not looked at before this long.
    Wait(SignedDuration),
}

/// How choosing a password by a link went.
#[derive(Debug)]
pub enum Chosen {
    /// It is set, and the person is signed in: the session's secret.
    Yes(Secret),
    /// The link holds no more.
    NoLink,
    /// The name cannot be given, or is taken.
    BadName,
    /// The password is too weak.
    Weak(Weakness),
}

impl App {
    /// Everybody, by name.
    pub async fn people(&self) -> anyhow::Result<Vec<Person>> {
        Person::all(&mut *self.store.connection().await?).await
    }

    /// The person of this name.
    pub async fn person(&self, name: &str) -> anyhow::Result<Person> {
        let found = Person::named(&mut *self.store.connection().await?, name).await?;
        found.with_context(|| format!("there is nobody named `{name}`; `goodword user list` names them"))
    }

    /// Adds somebody; returns the secret of a link by which they choose a password, if their role has a sign-in.
    pub async fn add_person(&self, name: &str, role: Role, mail: Option<String>, by: &str) -> anyhow::Result<Option<Secret>> {
        let name = tidy_name(name);
        if !is_name(&name) {
            bail!("`{name}` cannot be a name; use letters, digits and `. _ - @ +`, without spaces");
        }
        let mail = checked(mail)?;
        let mut tx = self.store.begin().await?;
        let now = self.clock.now();
        if Person::named(tx.connection(), &name).await?.is_some() {
            bail!("there is somebody named `{name}` already; `goodword user role {name} ROLE` changes what they may do");
        }
        Person::new(&name, role, mail, now).keep(tx.connection()).await?;
        note(tx.connection(), now, by, "person-added", &format!("{name}: {role}")).await?;
        let link = match role {
            Role::EmailOnly => None,
            _ => Some(Link::make(tx.connection(), &name, Purpose::Password, later(now, LINK_HOLDS)).await?),
        };
        tx.commit().await?;
        Ok(link)
    }

    /// Gives somebody another role. The last admin keeps theirs.
    pub async fn set_role(&self, name: &str, role: Role, by: &str) -> anyhow::Result<()> {
        let person = self.person(name).await?;
        let mut tx = self.store.begin().await?;
        Person { role, ..person.clone() }.keep(tx.connection()).await?;
        if person.role == Role::Admin && !set_up(tx.connection()).await? {
            bail!("`{}` is the last admin; make somebody else admin first", person.name);
        }
        if role == Role::EmailOnly {
            Session::end_all(tx.connection(), &person.name).await?;
        }
        let about = format!("{}: {} → {role}", person.name, person.role);
        note(tx.connection(), self.clock.now(), by, "role", &about).await?;
        Ok(tx.commit().await?)
    }

    /// Changes where mail reaches somebody; none for nowhere.
    pub async fn set_mail(&self, name: &str, mail: Option<String>, by: &str) -> anyhow::Result<()> {
        let (mail, person) = (checked(mail)?, self.person(name).await?);
        let mut tx = self.store.begin().await?;
        note(tx.connection(), self.clock.now(), by, "mail-changed", &person.name).await?;
        Person { mail, ..person }.keep(tx.connection()).await?;
        Ok(tx.commit().await?)
    }

    /// Forgets somebody, signed out everywhere. The last admin stays.
    pub async fn remove_person(&self, name: &str, by: &str) -> anyhow::Result<()> {
        let person = self.person(name).await?;
        let mut tx = self.store.begin().await?;
        person.remove(tx.connection()).await?;
        if person.role == Role::Admin && !set_up(tx.connection()).await? {
            bail!("`{}` is the last admin; make somebody else admin first", person.name);
        }
        note(tx.connection(), self.clock.now(), by, "person-removed", &person.name).await?;
        Ok(tx.commit().await?)
    }

    /// The secret of a link by which somebody chooses a new password; older ones hold no more.
    pub async fn reset_link(&self, name: &str, by: &str) -> anyhow::Result<Secret> {
        let person = self.person(name).await?;
        if person.role == Role::EmailOnly {
            bail!("`{}` only gets mail and has no sign-in; `goodword user role {} viewer` gives them one", person.name, person.name);
        }
        self.link(&person.name, Purpose::Password, LINK_HOLDS, by).await
    }

    /// The secret of a link that makes the first admin; none if there is one.
    pub async fn setup_link(&self) -> anyhow::Result<Option<Secret>> {
        if self.is_set_up().await? {
            return Ok(None);
        }
        Ok(Some(self.link("", Purpose::Setup, LINK_HOLDS, "command line").await?))
    }

    /// The secret of a link by which whoever has it signs in as `name`, a new admin if need be: for the demo's viewer.
    pub async fn enter_link(&self, name: &str) -> anyhow::Result<Secret> {
        if Person::named(&mut *self.store.connection().await?, name).await?.is_none() {
            self.add_person(name, Role::Admin, None, "command line").await?;
        }
        self.link(name, Purpose::Enter, LINK_HOLDS, "command line").await
    }

    async fn link(&self, name: &str, purpose: Purpose, holds: Duration, by: &str) -> anyhow::Result<Secret> {
        let mut tx = self.store.begin().await?;
        let now = self.clock.now();
        let secret = Link::make(tx.connection(), name, purpose, later(now, holds)).await?;
        note(tx.connection(), now, by, "link", &format!("{} {name}", purpose.as_str())).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Whether there is an admin who can sign in.
    pub async fn is_set_up(&self) -> anyhow::Result<bool> {
        set_up(&mut *self.store.connection().await?).await
    }

    /// Whom a link is for, if it holds.
    pub async fn link_for(&self, secret: &str, purpose: Purpose) -> anyhow::Result<Option<String>> {
        let found = Link::of_secret(&mut *self.store.connection().await?, secret, purpose, self.clock.now()).await?;
        Ok(found.map(|link| link.person))
    }

    /// Signs in by a link of [`App::enter_link`].
    pub async fn enter(&self, secret: &str, from: &From) -> anyhow::Result<Option<Secret>> {
        let Some(name) = self.link_for(secret, Purpose::Enter).await? else { return Ok(None) };
        let mut tx = self.store.begin().await?;
        let session = self.open_session(tx.connection(), &name, from).await?;
        tx.commit().await?;
        Ok(Some(session))
    }

    /// Makes the first admin by the setup link.
    pub async fn make_first_admin(&self, secret: &str, name: &str, password: &str, from: &From) -> anyhow::Result<Chosen> {
        let name = tidy_name(name);
        if !is_name(&name) {
            return Ok(Chosen::BadName);
        }
        if self.link_for(secret, Purpose::Setup).await?.is_none() || self.is_set_up().await? {
            return Ok(Chosen::NoLink);
        }
        self.choose(secret, &name, Some(Role::Admin), password, from).await
    }

    /// Sets the password of whom a link is for; they are signed out everywhere else.
    pub async fn choose_password(&self, secret: &str, password: &str, from: &From) -> anyhow::Result<Chosen> {
        match self.link_for(secret, Purpose::Password).await? {
            Some(name) => self.choose(secret, &name, None, password, from).await,
            None => Ok(Chosen::NoLink),
        }
    }

    /// Sets the password of somebody, and their role if one is given; without one they must be known.
    async fn choose(&self, secret: &str, name: &str, role: Option<Role>, password: &str, from: &From) -> anyhow::Result<Chosen> {
        if let Some(weakness) = weakness(password, name) {
            return Ok(Chosen::Weak(weakness));
        }
        let hash = self.hashed(password).await?;
        let mut tx = self.store.begin().await?;
        if !Link::use_up(tx.connection(), secret).await? {
            return Ok(Chosen::NoLink);
        }
        let now = self.clock.now();
        let known = Person::named(tx.connection(), name).await?;
        let Some(person) = known.or_else(|| role.map(|role| Person::new(name, role, None, now))) else { return Ok(Chosen::NoLink) };
        Person { password: Some(hash), role: role.unwrap_or(person.role), ..person }.keep(tx.connection()).await?;
        Session::end_all(tx.connection(), name).await?;
        note(tx.connection(), now, name, "password", "").await?;
        let session = self.open_session(tx.connection(), name, from).await?;
        tx.commit().await?;
        self.door.lock().succeeded(name, from.address);
        Ok(Chosen::Yes(session))
    }

    /// Changes the password of somebody who knows the one they have; they are signed out everywhere else.
    pub async fn change_password(&self, name: &str, now_is: &str, password: &str, from: &From) -> anyhow::Result<Chosen> {
        match self.sign_in(name, now_is, from).await? {
            SignedIn::Yes(_) => {}
            SignedIn::No | SignedIn::Wait(_) => return Ok(Chosen::NoLink),
        }
        let link = self.link(name, Purpose::Password, LINK_HOLDS, name).await?;
        self.choose_password(link.told(), password, from).await
    }

    /// Signs somebody in by name and password.
    pub async fn sign_in(&self, name: &str, password: &str, from: &From) -> anyhow::Result<SignedIn> {
        let name = tidy_name(name);
        let now = self.clock.now();
        if let Err(wait) = self.door.lock().begin(&name, from.address, now) {
            return Ok(SignedIn::Wait(wait));
        }
        let person = Person::named(&mut *self.store.connection().await?, &name).await?;
        let known = person.as_ref().and_then(|person| person.password.clone());
        let password = password.to_owned();
        let _turn = self.door.hashing.acquire().await?;
        let fits = tokio::task::spawn_blocking(move || fits(&password, known.as_deref())).await?;
        let Some(person) = person.filter(|person| fits && person.role > Role::EmailOnly) else {
            tracing::warn!(address = ?from.address, "a sign-in failed");
            return Ok(SignedIn::No);
        };
        self.door.lock().succeeded(&name, from.address);
        let mut tx = self.store.begin().await?;
        Session::forget_ended(tx.connection(), self.lasting(), now).await?;
        let session = self.open_session(tx.connection(), &person.name, from).await?;
        Person { signed_in: Some(now), ..person }.keep(tx.connection()).await?;
        tx.commit().await?;
        Ok(SignedIn::Yes(session))
    }

    pub(super) async fn open_session(&self, connection: &mut sqlx::AnyConnection, name: &str, from: &From) -> anyhow::Result<Secret> {
        let (secret, now) = (Secret::fresh()?, self.clock.now());
        let session = Session {
            hash: kept(secret.told()),
            person: name.to_owned(),
            made: now,
            seen: now,
            address: from.address.map(|address| address.to_string()),
            agent: from.agent.as_deref().map(|agent| agent.chars().take(200).collect()),
        };
        session.keep(&mut *connection).await?;
        note(connection, now, name, "signed-in", session.address.as_deref().unwrap_or_default()).await?;
        Ok(secret)
    }

    /// Who has the session with this secret, if it holds; its use is noted now and then.
    pub async fn signed_in(&self, secret: &str) -> anyhow::Result<Option<Person>> {
        let now = self.clock.now();
        let mut connection = self.store.connection().await?;
        let Some(session) = Session::of_secret(&mut connection, secret).await? else { return Ok(None) };
        if !session.holds(self.lasting(), now) {
            return Ok(None);
        }
        let person = Person::named(&mut connection, &session.person).await?;
        drop(connection);
        if session.is_to_be_noted(now) {
            let mut tx = self.store.begin().await?;
            Session { seen: now, ..session }.keep(tx.connection()).await?;
            tx.commit().await?;
        }
        Ok(person.filter(|person| person.role > Role::EmailOnly))
    }

    /// Whose token this is, and the role it has.
    pub async fn of_token(&self, secret: &str) -> anyhow::Result<Option<(Person, Role)>> {
        let mut tx = self.store.begin().await?;
        let Some(token) = Token::of_secret(tx.connection(), secret, self.clock.now()).await? else { return Ok(None) };
        let person = Person::named(tx.connection(), &token.person).await?;
        tx.commit().await?;
        Ok(person
            .map(|person| (token.scope.of(person.role), person))
            .filter(|(role, _)| *role > Role::EmailOnly)
            .map(|(role, person)| (person, role)))
    }

    /// Ends the session with this secret.
    pub async fn sign_out(&self, secret: &str) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        Session::end(tx.connection(), secret).await?;
        Ok(tx.commit().await?)
    }

    /// Ends all sessions of somebody; returns how many.
    pub async fn sign_out_everywhere(&self, name: &str, by: &str) -> anyhow::Result<u64> {
        let person = self.person(name).await?;
        let mut tx = self.store.begin().await?;
        let ended = Session::end_all(tx.connection(), &person.name).await?;
        note(tx.connection(), self.clock.now(), by, "signed-out-everywhere", &person.name).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Where somebody is signed in, the last used first.
    pub async fn sessions(&self, name: &str) -> anyhow::Result<Vec<Session>> {
        let (now, lasting) = (self.clock.now(), self.lasting());
        let sessions = Session::of_person(&mut *self.store.connection().await?, name).await?;
        Ok(sessions.into_iter().filter(|session| session.holds(lasting, now)).collect())
    }

    /// Keeps the language and zone that somebody reads the page in.
    pub async fn prefer(&self, name: &str, lang: Option<String>, zone: Option<String>) -> anyhow::Result<()> {
        if let Some(zone) = &zone {
            jiff::tz::TimeZone::get(zone).with_context(|| format!("`{zone}` is not a time zone; write for example `Asia/Shanghai`"))?;
        }
        let person = self.person(name).await?;
        let mut tx = self.store.begin().await?;
        Person { lang, zone, ..person }.keep(tx.connection()).await?;
        Ok(tx.commit().await?)
    }

    /// Makes a token for somebody's programs; its secret is told this once.
    pub async fn make_token(&self, name: &str, label: &str, scope: Scope, by: &str) -> anyhow::Result<String> {
        let person = self.person(name).await?;
        let label = label.trim();
        if label.is_empty() || label.chars().count() > 80 || label.chars().any(char::is_control) {
            bail!("a token needs a label of at most 80 characters that says what it is for, for example `dashboard`");
        }
        let mut tx = self.store.begin().await?;
        let now = self.clock.now();
        let token = Token { person: person.name.clone(), label: label.to_owned(), scope, made: now, used: None };
        let Some(secret) = token.make(tx.connection()).await? else {
            bail!("`{}` has a token `{label}` already; take it back first, or choose another label", person.name)
        };
        note(tx.connection(), now, by, "token-made", &format!("{}: {label} ({scope})", person.name)).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// The tokens of somebody, by label.
    pub async fn tokens(&self, name: &str) -> anyhow::Result<Vec<Token>> {
        Token::of_person(&mut *self.store.connection().await?, &self.person(name).await?.name).await
    }

    /// Takes a token back.
    pub async fn remove_token(&self, name: &str, label: &str, by: &str) -> anyhow::Result<()> {
        let person = self.person(name).await?;
        let mut tx = self.store.begin().await?;
        if !Token::remove(tx.connection(), &person.name, label).await? {
            bail!("`{}` has no token `{label}`; `goodword user token {} --list` names them", person.name, person.name);
        }
        note(tx.connection(), self.clock.now(), by, "token-removed", &format!("{}: {label}", person.name)).await?;
        Ok(tx.commit().await?)
    }

    /// Notes something that somebody did and that has no table of its own.
    pub async fn note_deed(&self, who: &str, what: &str, about: &str) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        note(tx.connection(), self.clock.now(), who, what, about).await?;
        Ok(tx.commit().await?)
    }

    async fn hashed(&self, password: &str) -> anyhow::Result<String> {
        let _turn = self.door.hashing.acquire().await?;
        let password = password.to_owned();
        tokio::task::spawn_blocking(move || hash(&password)).await?
    }

    fn lasting(&self) -> Lasting {
        self.config().settings.web.lasting()
    }
}

/// A mail address, if it is one; none for blank.
fn checked(mail: Option<String>) -> anyhow::Result<Option<String>> {
    let Some(mail) = mail.map(|mail| mail.trim().to_owned()).filter(|mail| !mail.is_empty()) else { return Ok(None) };
    if mailbox(&mail).is_err() {
        bail!("`{mail}` is not a mail address; write for example `ann@acme.example`");
    }
    Ok(Some(mail))
}

impl Door {
    fn lock(&self) -> std::sync::MutexGuard<'_, Attempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

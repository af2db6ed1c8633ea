//! Who works at the queue: one notion of a person for the command line, the page and the JSON API, and what each may do.
//!
//! People are those who have an account and those who are named in settings.toml; one name is one person. The role of an account
//! holds wherever its owner acts. Whoever only stands in settings.toml was put there by who runs the installation: of them, and
//! where nobody is on record at all, no role is asked.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::{App, Going, Queued, TakenBack};
use crate::people::{Person, Role, tidy_name};
use crate::replies::posting::account_for;
use crate::replies::{Action, Actor, Refusal};
use crate::tomlfile::name_the_valid;

/// Somebody who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// The name, as settings.toml writes it where it does.
    pub name: String,
    /// What they may do; none if they have no account.
    pub role: Option<Role>,
}

impl Staff {
    /// Refuses who may not do `what`, which asks for the role `least`.
    pub fn check(&self, least: Role, what: &'static str) -> Result<(), Refusal> {
        match self.role.filter(|role| *role < least) {
            Some(role) => Err(Refusal::NotAllowed { who: self.name.clone(), role: role.as_str(), what, least: least.as_str() }),
            None => Ok(()),
        }
    }

    /// Whether they may do this to a reply; `by_account` where an account of ours posts what is approved.
    pub fn may(&self, action: &Action, by_account: bool) -> bool {
        self.check(least(action, by_account).0, "").is_ok()
    }

    /// Whether they may take away what stands at a site.
    pub fn may_withdraw(&self) -> bool {
        self.check(WITHDRAWING.0, WITHDRAWING.1).is_ok()
    }

    fn actor(&self, seen: Option<i64>) -> Actor<'_> {
        Actor { who: &self.name, seen }
    }
}

/// The least role for taking away what stands at a site.
const WITHDRAWING: (Role, &str) = (Role::Manager, "taking away what stands at a site");

/// The least role for an action, and what it is called; `by_account` where an account of ours posts what is approved.
fn least(action: &Action, by_account: bool) -> (Role, &'static str) {
    match action {
        // From there it goes out in our name without another hand.
        Action::Approve if by_account => (Role::Manager, "approving what an account posts"),
        Action::Approve => (Role::Responder, "approving"),
        _ => (Role::Responder, "working at the queue"),
    }
}

/// Who is meant by `name` among those named in settings.toml and those with an account.
fn meant(name: &str, named: &[&str], people: &[Person]) -> anyhow::Result<Staff> {
    let name = name.trim();
    let tidy = tidy_name(name);
    let written = named.iter().find(|known| tidy_name(known) == tidy).map(|known| (*known).to_owned());
    let account = people.iter().find(|person| person.name == tidy);
    if written.is_none() && account.is_none() && named.is_empty() && people.is_empty() && !name.is_empty() {
        return Ok(Staff { name: name.to_owned(), role: None });
    }
    if written.is_none() && account.is_none() {
        let others = people.iter().map(|person| person.name.as_str()).filter(|name| !named.iter().any(|named| tidy_name(named) == *name));
        let known: Vec<&str> = named.iter().copied().chain(others).collect();
        let remedy = "`goodword user add` gives somebody an account";
        bail!("there is nobody called `{name}` in settings.toml or among the accounts; {}; {remedy}", name_the_valid(name, &known));
    }
    Ok(Staff { role: account.map(|person| person.role), name: written.unwrap_or(tidy) })
}

impl App {
    /// Who is meant by `name`.
    pub async fn staff_named(&self, name: &str) -> anyhow::Result<Staff> {
        meant(name, &self.config().settings.replies.names(), &self.people().await?)
    }

    /// Somebody who is signed in with this name and role.
    pub fn staff_signed_in(&self, name: &str, role: Option<Role>) -> Staff {
        let config = self.config();
        let written = config.settings.replies.names().into_iter().find(|known| tidy_name(known) == tidy_name(name)).map(str::to_owned);
        Staff { name: written.unwrap_or_else(|| name.to_owned()), role }
    }

    /// Everybody who may reply: who is named in settings.toml and who has an account that may, each once.
    pub async fn repliers(&self) -> anyhow::Result<Vec<String>> {
        let mut names: Vec<String> = self.config().settings.replies.names().into_iter().map(str::to_owned).collect();
        for person in self.people().await?.into_iter().filter(|person| person.role >= Role::Responder) {
            if !names.iter().any(|known| tidy_name(known) == person.name) {
                names.push(person.name);
            }
        }
        Ok(names)
    }

    /// Somebody who may reply, as their name is written; where nobody is on record, anybody.
    pub async fn replier(&self, name: &str) -> anyhow::Result<String> {
        let names = self.repliers().await?;
        if names.is_empty() && !name.trim().is_empty() {
            return Ok(name.trim().to_owned());
        }
        let found = names.iter().find(|known| tidy_name(known) == tidy_name(name)).cloned();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        found.with_context(|| format!("there is nobody called `{name}` who may reply; {}", name_the_valid(name, &known)))
    }

    /// Does `action` to the reply to the mention of this id, if `staff` may.
    pub async fn act_as(&self, staff: &Staff, id: &str, action: Action, seen: Option<i64>) -> anyhow::Result<Queued> {
        self.check_may(staff, id, &action).await?;
        self.act_on_reply(id, action, staff.actor(seen)).await
    }

    pub(super) async fn check_may(&self, staff: &Staff, id: &str, action: &Action) -> anyhow::Result<()> {
        let by_account = match action {
            Action::Approve => account_for(&self.mention(id).await?, &self.config().settings.posting).is_some(),
            _ => false,
        };
        let (least, what) = least(action, by_account);
        Ok(staff.check(least, what)?)
    }

    /// Gives a reply to somebody who may reply, if `staff` may.
    pub async fn assign_as(&self, staff: &Staff, id: &str, to: &str, why: &str, seen: Option<i64>) -> anyhow::Result<Queued> {
        staff.check(Role::Responder, "giving replies to somebody")?;
        let (to, why) = (self.replier(to).await?, Some(why.trim()).filter(|why| !why.is_empty()).unwrap_or("by hand"));
        self.assign_reply(id, &to, why, staff.actor(seen)).await
    }

    /// Posts an approved reply by the account of its source, if `staff` may; with `again` they have looked: it did not arrive.
    /// Comes back after some seconds even if the site has not answered; then it goes on by itself.
    pub async fn post_as(self: &Arc<Self>, staff: &Staff, id: &str, again: bool, seen: Option<i64>) -> anyhow::Result<Going> {
        staff.check(Role::Responder, "posting")?;
        self.post_patiently(id, again, seen).await
    }

    /// Takes a reply away from its site, if `staff` may. Comes back as [`App::post_as`] does.
    pub async fn withdraw_as(self: &Arc<Self>, staff: &Staff, id: &str, reason: &str, seen: Option<i64>) -> anyhow::Result<Going> {
        staff.check(WITHDRAWING.0, WITHDRAWING.1)?;
        self.withdraw_patiently(id, reason, &staff.name, seen).await
    }

    /// Takes back a table of the queue, as far as `staff` may.
    pub async fn import_as(&self, staff: &Staff, file: &Path, bytes: &[u8]) -> anyhow::Result<Vec<TakenBack>> {
        staff.check(Role::Responder, "working at the queue")?;
        self.import_queue(file, bytes, staff).await
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn one_name_is_one_person_wherever_they_act() {
        let person = |name: &str, role| Person::new(name, role, None, Timestamp::UNIX_EPOCH);
        let people = [person("ann", Role::Manager), person("vic", Role::Viewer)];
        let told = |name: &str, named: &[&str], people: &[Person]| match meant(name, named, people) {
            Ok(Staff { name, role }) => format!("{name} {}", role.map_or("-", Role::as_str)),
            Err(error) => error.to_string(),
        };
        for (name, want) in [("ANN ", "Ann manager"), ("bo", "Bo -"), ("Vic", "vic viewer")] {
            assert_eq!(told(name, &["Ann", "Bo"], &people), want);
        }
        let nobody = told("anne", &["Ann", "Bo"], &people);
        assert!(
            nobody.contains("nobody called `anne`") && nobody.contains("did you mean") && nobody.contains("goodword user add"),
            "{nobody}"
        );
        assert_eq!(told("zoe", &[], &[]), "zoe -", "where nobody is on record, whoever says so");
        assert!(told(" ", &[], &[]).contains("nobody called"));
        assert!(told("zoe", &[], &people).contains("nobody called"), "accounts count as much as settings.toml");
    }

    #[test]
    fn what_an_account_posts_is_approved_by_a_manager() {
        let draft = Action::Draft { text: "Hi".to_owned(), template: None };
        for (action, by_account, want) in [
            (Action::Claim, true, Role::Responder),
            (draft, true, Role::Responder),
            (Action::Revise { text: "Hi".to_owned() }, true, Role::Responder),
            (Action::Approve, false, Role::Responder),
            (Action::Approve, true, Role::Manager),
            (Action::Send, true, Role::Responder),
        ] {
            assert_eq!(least(&action, by_account).0, want, "{action:?} {by_account}");
        }
        let bob = Staff { name: "bob".to_owned(), role: Some(Role::Responder) };
        let words = "bob is a responder, and taking it away asks for the role `manager`; `goodword user role bob manager` gives it";
        assert_eq!(bob.check(Role::Manager, "taking it away").unwrap_err().to_string(), words);
        assert_eq!(Staff { role: None, ..bob }.check(Role::Manager, "taking it away"), Ok(()));
    }
}

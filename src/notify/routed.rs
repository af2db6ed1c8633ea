//! `to = "@route"`: what is told goes to whoever the routing of replies names, where they can be reached. Pure.
//!
//! Knows what the routing said, not how it decides.

use super::mail::mailbox;
use super::outbox::MAIL;
use super::rule::{Rule, When};
use super::settings::Settings;
use crate::replies::{self, Assigned};
use crate::tomlfile::name_the_valid;

/// The word for whoever the routing names.
pub(super) const ROUTE: &str = "@route";

/// Where somebody is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The name under which it is noted that they were told.
    pub(super) who: String,
    /// The destination.
    pub(super) destination: String,
    /// The address, if the destination does not say.
    pub(super) recipient: String,
}

impl Reached {
    /// A destination of settings.toml.
    pub(super) fn at(destination: &str) -> Self {
        Self { who: destination.to_owned(), destination: destination.to_owned(), recipient: String::new() }
    }
}

/// Where those are reached who are named by `assigned`: the person, else everybody in the team. Where nobody can be, it goes to
/// a destination that does not exist, so that it gets stuck and is seen.
pub fn reached(assigned: &Assigned, people: &replies::Settings) -> Vec<Reached> {
    let mut found: Vec<Reached> = assigned.person.iter().filter_map(|name| at(name, people)).collect();
    if found.is_empty() {
        let team = assigned.team.as_deref().and_then(|name| people.team(name));
        let all = team.into_iter().flat_map(|team| team.members.iter().chain(&team.weekend).chain(&team.escalate_to));
        for reached in all.filter_map(|name| at(name, people)) {
            if !found.contains(&reached) {
                found.push(reached);
            }
        }
    }
    if found.is_empty() { vec![Reached::at(ROUTE)] } else { found }
}

fn at(name: &str, people: &replies::Settings) -> Option<Reached> {
    let person = people.people.iter().find(|person| person.name == name);
    let reached = |destination: &str, recipient: &str| {
        Some(Reached { who: format!("@{name}"), destination: destination.to_owned(), recipient: recipient.to_owned() })
    };
    if let Some(destination) = person.and_then(|person| person.destination.as_deref()) {
        return reached(destination, "");
    }
    match person.and_then(|person| person.mail.as_deref()) {
        Some(mail) => reached(MAIL, mail),
        // Customer records often name who looks after somebody by address.
        None if is_address(name) => reached(MAIL, name),
        None => None,
    }
}

fn is_address(name: &str) -> bool {
    name.contains('@') && mailbox(name).is_ok()
}

impl Settings {
    /// What does not fit together between alerts and the people that replies go to: thing, what, and what to do.
    pub fn problems(&self, people: &replies::Settings) -> Vec<[String; 3]> {
        let names: Vec<&str> = self.destinations.iter().map(|destination| destination.name.as_str()).collect();
        let mut problems = Vec::new();
        for person in &people.people {
            let thing = || format!("person `{}`", person.name);
            if let Some(name) = person.destination.as_deref().filter(|name| !names.contains(name)) {
                let remedy =
                    if names.is_empty() { "add a `[[destination]]` of this name".to_owned() } else { name_the_valid(name, &names) };
                problems.push([thing(), format!("there is no destination `{name}`"), remedy]);
            }
            if let Some(Err(error)) = person.mail.as_deref().map(mailbox) {
                problems.push([thing(), format!("`mail`: {error:#}"), "write `ann@example.com`".to_owned()]);
            }
        }
        let by_route: Vec<&Rule> = self.rules.iter().filter(|rule| rule.goes_by_route()).collect();
        for rule in by_route.iter().filter(|rule| !matches!(rule.when, When::Rating { .. } | When::Ugly | When::Deadline(_))) {
            let what = format!("`{ROUTE}` is whoever answers a mention, and this alert is about none");
            problems.push([format!("alert `{}`", rule.name), what, "name a destination".to_owned()]);
        }
        let Some(rule) = by_route.first() else { return problems };
        if people.teams.is_empty() && people.routes.is_empty() {
            let what = format!("`{ROUTE}` goes to nobody: there is no routing");
            problems.push([format!("alert `{}`", rule.name), what, "add a `[[team]]` or `[[route]]`; see docs/replies.md".to_owned()]);
        }
        for name in people.names().into_iter().filter(|name| at(name, people).is_none()) {
            let what = format!("cannot be reached, and the alert `{}` goes to `{ROUTE}`", rule.name);
            let remedy = "add `mail = \"…\"` or `destination = \"…\"` to their `[[person]]`";
            problems.push([format!("person `{name}`"), what, remedy.to_owned()]);
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replies::read_settings;
    use crate::tomlfile::TomlFile;

    const PEOPLE: &str = r#"
[[team]]
name = "support"
members = ["ann", "bo"]
weekend = ["wil"]

[[person]]
name = "ann"
mail = "ann@acme.example"

[[person]]
name = "wil"
destination = "phone"
mail = "wil@acme.example"
"#;

    fn people() -> replies::Settings {
        let file = TomlFile::from_text("settings.toml", PEOPLE.to_owned());
        read_settings(&file, &file.table())
    }

    #[test]
    fn whoever_is_named_is_told_else_their_team_else_it_gets_stuck() {
        for (name, team, person, want) in [
            ("a person with an address", Some("support"), Some("ann"), "@ann mail ann@acme.example"),
            ("a person with a destination", None, Some("wil"), "@wil phone "),
            ("somebody known by address", None, Some("ola@acme.example"), "@ola@acme.example mail ola@acme.example"),
            ("somebody without an address", Some("support"), Some("bo"), "@ann mail ann@acme.example, @wil phone "),
            ("everybody is away", Some("support"), None, "@ann mail ann@acme.example, @wil phone "),
            ("nobody can be reached", None, Some("bo"), "@route @route "),
            ("no route fits", None, None, "@route @route "),
        ] {
            let assigned = Assigned { team: team.map(str::to_owned), person: person.map(str::to_owned), why: String::new() };
            let found: Vec<String> =
                reached(&assigned, &people()).iter().map(|at| format!("{} {} {}", at.who, at.destination, at.recipient)).collect();
            assert_eq!(found.join(", "), want, "{name}");
        }
    }
}

//! Settings: what the files say of digests, alerts, routing and templates, and where each is to be changed. The files are the
//! truth; this page only shows them, without secrets.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use serde::Serialize;

use super::Web;
use super::failure::Failure;
use super::frame::Frame;
use super::visitor::Visitor;
use crate::app::App;
use crate::config::Config;
use crate::digest::Recipient;
use crate::notify::{Kind, Rule, Transport, When};
use crate::replies::{self, Route, Team};
use crate::tomlfile::Problem;

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    f: Frame,
    dir: String,
    problems: Vec<Problem>,
    mail: &'static str,
    shown: Shown,
    lanes: String,
    keep: Option<String>,
}

/// The entries of the files, by what they are about.
pub(super) struct Shown {
    pub(super) recipients: Vec<Row>,
    pub(super) destinations: Vec<Row>,
    pub(super) alerts: Vec<Row>,
    pub(super) teams: Vec<Row>,
    pub(super) routes: Vec<Row>,
    pub(super) templates: Vec<Row>,
}

/// An entry of a file: what it is called, what it says, and its line.
#[derive(Serialize)]
pub(super) struct Row {
    name: String,
    says: String,
    /// `settings.toml:42`.
    at: String,
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/settings", get(settings))
}

async fn settings(State(app): State<Arc<App>>, visitor: Visitor) -> Result<Response, Failure> {
    let f = Frame::new(visitor, "settings");
    let config = app.config();
    let own = &config.settings;
    let page = SettingsPage {
        dir: app.dir().display().to_string(),
        problems: config.problems.clone(),
        mail: carrier(&own.notify.mail.transport),
        shown: Shown::of(&config),
        lanes: own.replies.queue.lanes.iter().map(|lane| f.word("lane", lane.as_str())).collect::<Vec<_>>().join(", "),
        keep: own.privacy.keep.map(|keep| f.of("settings.days", keep.as_secs() / 86_400)),
        f,
    };
    Ok(Html(page.render()?).into_response())
}

/// The word for how mail goes out.
pub(super) fn carrier(transport: &Transport) -> &'static str {
    match transport {
        Transport::Smtp(_) => "smtp",
        Transport::File => "file",
        Transport::Memory => "memory",
    }
}

impl Shown {
    pub(super) fn of(config: &Config) -> Self {
        let own = &config.settings;
        let (notify, replies) = (&own.notify, &own.replies);
        let template = |one: &replies::Template| (format!("{} ({})", one.name, one.lang), one.texts.first().cloned().unwrap_or_default());
        Self {
            recipients: rows(config, "settings.toml", "recipient", own.digest.recipients.iter().map(recipient)),
            destinations: rows(
                config,
                "settings.toml",
                "destination",
                notify.destinations.iter().map(|to| (to.name.clone(), goes_to(&to.kind))),
            ),
            alerts: rows(config, "settings.toml", "alert", notify.rules.iter().map(alert)),
            teams: rows(config, "settings.toml", "team", replies.teams.iter().map(|team| (team.name.clone(), team_says(team)))),
            routes: rows(config, "settings.toml", "route", replies.routes.iter().map(|to| (to.to.clone(), route_says(to)))),
            templates: rows(config, "replies.toml", "template", config.templates.all().iter().map(template)),
        }
    }
}

/// Entries with the lines they stand on.
fn rows(config: &Config, file: &str, section: &str, entries: impl Iterator<Item = (String, String)>) -> Vec<Row> {
    let text = config.files.text(file).unwrap_or_default();
    let entries: Vec<(String, String)> = entries.collect();
    // With a mistake in one of them, it cannot be told which line belongs to which.
    let lines = headers(text, section);
    let is_whole = lines.len() == entries.len();
    let at = |line: Option<&usize>| line.filter(|_| is_whole).map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
    entries.into_iter().enumerate().map(|(number, (name, says))| Row { name, says, at: at(lines.get(number)) }).collect()
}

/// The lines, from 1, on which entries `[[section]]` begin.
fn headers(text: &str, section: &str) -> Vec<usize> {
    let header = format!("[[{section}]]");
    (1..).zip(text.lines()).filter(|(_, line)| line.trim_start().starts_with(&header)).map(|(number, _)| number).collect()
}

fn recipient(to: &Recipient) -> (String, String) {
    let zone = to.zone.iana_name().unwrap_or("UTC");
    let mut says = vec![to.language.as_str().to_owned(), format!("{} {zone}", to.at.strftime("%H:%M"))];
    says.extend(to.editions.iter().map(|every| every.as_str().to_owned()));
    says.extend(to.products.iter().cloned());
    says.extend(to.segment.clone());
    (to.addressed(), says.join(" · "))
}

/// Where messages go; addresses of webhooks are secrets.
fn goes_to(kind: &Kind) -> String {
    match kind {
        Kind::Mail(to) => format!("mail · {}", to.join(", ")),
        Kind::Webhook => "webhook".to_owned(),
        Kind::Slack => "slack".to_owned(),
        Kind::Teams => "teams".to_owned(),
        Kind::Discord => "discord".to_owned(),
        Kind::Feishu => "feishu".to_owned(),
        Kind::Dingtalk => "dingtalk".to_owned(),
        Kind::Wecom => "wecom".to_owned(),
        Kind::Zendesk => "zendesk".to_owned(),
        Kind::Jira { project, issue_type } => format!("jira · {project} · {issue_type}"),
        Kind::Ticket(_) => "ticket".to_owned(),
    }
}

fn alert(rule: &Rule) -> (String, String) {
    let hours = |time: &std::time::Duration| format!("{} h", time.as_secs() / 3_600);
    let when = match &rule.when {
        When::Rating { at_most } => format!("rating ≤ {at_most}"),
        When::Ugly => "ugly".to_owned(),
        When::Spike => "spike".to_owned(),
        When::Search(None) => "search".to_owned(),
        When::Search(Some(name)) => format!("search · {name}"),
        When::Deadline(before) => format!("deadline · {}", hours(before)),
        When::Blocked(after) => format!("blocked · {}", hours(after)),
        When::Credential => "credential".to_owned(),
    };
    let query = rule.query();
    let query = if query.is_empty() { String::new() } else { format!(" · {query}") };
    (rule.name.clone(), format!("{when}{query} → {}", rule.to.join(", ")))
}

fn team_says(team: &Team) -> String {
    let mut says = vec![team.members.join(", ")];
    if !team.weekend.is_empty() {
        says.push(format!("weekend: {}", team.weekend.join(", ")));
    }
    says.extend(team.escalate_to.as_ref().map(|to| format!("escalate_to: {to}")));
    says.join(" · ")
}

fn route_says(route: &Route) -> String {
    let fields = [
        ("product", &route.product),
        ("theme", &route.theme),
        ("lang", &route.lang),
        ("region", &route.region),
        ("segment", &route.segment),
        ("source", &route.source),
    ];
    let said = fields.into_iter().filter_map(|(key, value)| Some(format!("{key} = {}", value.as_ref()?)));
    let lane = route.lane.map(|lane| format!("lane = {}", lane.as_str()));
    said.chain(lane).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_found_on_its_line() {
        let text = "[web]\n# [[alert]] no\n[[alert]]\nname = \"a\"\n\n  [[alert]]\n[[destination]]\n";
        assert_eq!((headers(text, "alert"), headers(text, "destination")), (vec![3, 6], vec![7]));
        assert!(headers(text, "route").is_empty());
    }
}

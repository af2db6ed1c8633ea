//! Telling people: what came up goes into the outbox, and from there to where it goes.
//!
//! Alerts of mentions are queued where mentions are saved; here are those of saved searches, spikes, sources, secrets and
//! deadlines, each moved into the outbox in the transaction that marks it as told.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{AlertView, App};
use crate::insight::Spike;
use crate::notify::{
    self, Backlog, Body, Delivered, Mailbox, Message, Outbox, Outgoing, Queued, Rule, State, Told, Topic, When, of_mention, of_spike,
};
use crate::searches::{Alert, Alerting, SavedSearch, grouped};
use crate::store::Coverage;
use crate::tomlfile::name_the_valid;

/// The outbox is looked at this often.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Sources and secrets are looked at this often.
const CARE_EVERY: Duration = Duration::from_secs(20);
/// A spike that was found longer ago is no news.
const NEWS_FOR: SignedDuration = SignedDuration::from_hours(48);
/// Days before a secret expires on which it is spoken of.
const DAYS_AHEAD: [i32; 5] = [0, 1, 3, 7, 14];

impl App {
    /// The mails that were sent with `transport = "memory"`.
    pub fn mails(&self) -> &Mailbox {
        &self.postman.memory
    }

    /// Puts into the outbox what came up since. Returns how much.
    pub async fn fill_outbox(&self) -> anyhow::Result<usize> {
        Ok(self.tell_of_searches().await? + self.tell_of_spikes().await?)
    }

    /// Puts into the outbox what is wrong with sources and secrets, and which replies are due. Returns how much.
    pub async fn tell_of_upkeep(&self) -> anyhow::Result<usize> {
        Ok(self.tell_of_sources().await? + self.tell_of_secrets().await? + self.tell_of_deadlines().await?)
    }

    /// Takes out what is due now, once.
    pub async fn deliver(&self) -> anyhow::Result<Delivered> {
        self.postman.deliver_due(&self.config().settings.notify).await
    }

    /// Fills and empties the outbox until `stop` is called; then what is under way comes to its end.
    pub(super) async fn keep_delivering(&self, stop: &CancellationToken) {
        let mut walks = JoinSet::new();
        let mut cared: Option<Timestamp> = None;
        while stop.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
            let now = self.clock.now();
            if cared.is_none_or(|at| Duration::try_from(now.duration_since(at)).unwrap_or_default() >= CARE_EVERY) {
                cared = Some(now);
                note(self.tell_of_upkeep().await, "what is wrong with sources and secrets, and due, could not be told");
                note(self.forget_sent().await, "what went out long ago could not be forgotten");
            }
            note(self.fill_outbox().await, "alerts could not be put into the outbox");
            let settings = Arc::clone(&self.config().settings.notify);
            note(self.postman.set_out(&settings, &mut walks).await, "the outbox could not be read");
            while let Some(walked) = walks.try_join_next() {
                note(walked.map_err(anyhow::Error::from).flatten(), "the outbox could not be written");
            }
        }
        while let Some(walked) = walks.join_next().await {
            note(walked.map_err(anyhow::Error::from).flatten(), "the outbox could not be written");
        }
    }

    /// What is in the outbox, oldest first.
    pub async fn outgoing(&self, state: Option<State>, limit: i64) -> anyhow::Result<Vec<Outgoing>> {
        Outbox::list(&mut *self.store.connection().await?, state, limit).await
    }

    /// How much waits.
    pub async fn backlog(&self) -> anyhow::Result<Backlog> {
        Outbox::backlog(&mut *self.store.connection().await?).await
    }

    /// Lets these be tried again now. Returns how many there were.
    pub async fn retry_outgoing(&self, numbers: &[i64]) -> anyhow::Result<u64> {
        let mut tx = self.store.begin().await?;
        let changed = Outbox::retry(tx.connection(), numbers, self.clock.now()).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Drops these. Returns how many there were.
    pub async fn drop_outgoing(&self, numbers: &[i64]) -> anyhow::Result<u64> {
        let mut tx = self.store.begin().await?;
        let changed = Outbox::drop(tx.connection(), numbers, self.clock.now()).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// Queues a trial for the destination `name`.
    pub async fn queue_trial(&self, name: &str) -> anyhow::Result<()> {
        let config = self.config();
        let notify = &config.settings.notify;
        if notify.destination(name).is_none() {
            let names: Vec<&str> = notify.destinations.iter().map(|destination| destination.name.as_str()).collect();
            anyhow::bail!("there is no destination `{name}` in settings.toml; {}", name_the_valid(name, &names));
        }
        let now = self.clock.now();
        let key = format!("trial:{}", now.as_nanosecond());
        let message = Message::new(key.clone(), Topic::Test, "Goodword reaches you", now)
            .line(format!("This is a trial of the destination `{name}`: alerts will look like this."))
            .link(Some(notify.page.clone()));
        let body = Body::Message(Message { urgent: true, ..message });
        let mut tx = self.store.begin().await?;
        Outbox::queue(tx.connection(), &Queued { destination: name.to_owned(), key, body, due: now, urgent: true }, now).await?;
        Ok(tx.commit().await?)
    }

    async fn forget_sent(&self) -> anyhow::Result<usize> {
        let mut tx = self.store.begin().await?;
        Outbox::compact(tx.connection(), self.clock.now()).await?;
        tx.commit().await?;
        Ok(0)
    }

    /// What saved searches have found, as far as it is due and any rule wants it.
    async fn tell_of_searches(&self) -> anyhow::Result<usize> {
        let config = self.config();
        let notify = &config.settings.notify;
        let rules: Vec<(&Rule, Option<&str>)> = notify.rules.iter().filter_map(|rule| Some((rule, searched(rule)?))).collect();
        let now = self.clock.now();
        if rules.is_empty() || !self.any_search_due(now).await? {
            return Ok(0);
        }
        let mut told = 0;
        for view in self.queued_alerts(None).await?.into_iter().filter(|view| view.due <= now) {
            let meant = rules.iter().filter(|(_, name)| name.is_none_or(|name| name == view.search.name)).map(|(rule, _)| *rule);
            let meant: Vec<&Rule> = meant.collect();
            if meant.is_empty() {
                continue;
            }
            let mut tx = self.store.begin().await?;
            for rule in meant {
                told += notify.tell(tx.connection(), rule, &found(notify, rule, &view, now), now).await?;
            }
            let mentions: Vec<i64> = view.alerts.iter().map(|(alert, _)| alert.mention).collect();
            Alert::told(tx.connection(), &view.search.name, &mentions).await?;
            tx.commit().await?;
        }
        Ok(told)
    }

    /// Whether an alert of a saved search is due, without reading the mentions.
    async fn any_search_due(&self, now: Timestamp) -> anyhow::Result<bool> {
        let alerts = Alert::queued(&mut *self.store.connection().await?, None).await?;
        if alerts.is_empty() {
            return Ok(false);
        }
        let searches = self.saved_searches().await?;
        let due = |search: &SavedSearch| {
            let own: Vec<Alert> = alerts.iter().filter(|alert| alert.search == search.name).cloned().collect();
            grouped(search.alert, &own).iter().any(|group| group.due <= now)
        };
        Ok(searches.iter().any(due))
    }

    async fn tell_of_spikes(&self) -> anyhow::Result<usize> {
        let config = self.config();
        let notify = &config.settings.notify;
        let rules: Vec<&Rule> = notify.rules.iter().filter(|rule| rule.when == When::Spike).collect();
        if rules.is_empty() {
            return Ok(0);
        }
        let now = self.clock.now();
        let untold = Spike::untold(&mut *self.store.connection().await?).await?;
        let mut told = 0;
        for spike in untold {
            let mut tx = self.store.begin().await?;
            if now.duration_since(spike.found) <= NEWS_FOR {
                let subject = format!("{}/{:?}/{:?}/{}", spike.product, spike.polarity, spike.theme, spike.from);
                for rule in rules.iter().filter(|rule| rule.holds_of(&spike.product, spike.theme.as_deref())) {
                    let message = of_spike(&spike, notify.page_of(&spike.query), now);
                    let item = Told::new(subject.clone(), Message { urgent: rule.urgent, ..message });
                    told += notify.tell(tx.connection(), rule, &[item], now).await?;
                }
            }
            spike.told(tx.connection()).await?;
            tx.commit().await?;
        }
        Ok(told)
    }

    /// Sources that have shown nothing for as long as a rule says; each time once.
    async fn tell_of_sources(&self) -> anyhow::Result<usize> {
        let config = self.config();
        let notify = &config.settings.notify;
        let rules: Vec<(&Rule, Duration)> = notify.rules.iter().filter_map(|rule| Some((rule, silence(rule)?))).collect();
        if rules.is_empty() {
            return Ok(0);
        }
        let now = self.clock.now();
        let mut items: Vec<(&Rule, Told)> = Vec::new();
        for span in self.store.spans(None, now).await?.into_iter().filter(|span| span.until.is_none()) {
            let is_listened_to = config.sources.iter().any(|source| source.enabled && source.name == span.source);
            if !is_listened_to || !matches!(span.coverage, Coverage::Blocked | Coverage::Failing | Coverage::Stale) {
                continue;
            }
            let lasted = Duration::try_from(now.duration_since(span.from)).unwrap_or_default();
            for (rule, _) in rules.iter().filter(|(rule, after)| lasted >= *after && rule.holds_of_source(&span.source)) {
                let message = Message::new("", Topic::Blocked, format!("{} is {}", span.source, span.coverage), now)
                    .line(span.reason.clone().unwrap_or_else(|| "nothing is known of why".to_owned()))
                    .line("What it would have shown is not among the figures; `goodword sources` tells more.")
                    .fact("source", Some(span.source.clone()))
                    .fact("since", Some(span.from.to_string()))
                    .link(Some(format!("{}/sources", notify.page)));
                let subject = format!("{}/{}", span.source, span.from.as_millisecond());
                items.push((rule, Told::new(subject, Message { urgent: rule.urgent, ..message })));
            }
        }
        self.tell_all(notify, items).await
    }

    /// Secrets about to expire, on some days before.
    async fn tell_of_secrets(&self) -> anyhow::Result<usize> {
        let config = self.config();
        let notify = &config.settings.notify;
        let now = self.clock.now();
        let mut items: Vec<(&Rule, Told)> = Vec::new();
        for rule in notify.rules.iter().filter(|rule| rule.when == When::Credential) {
            for (thing, secret) in config.secrets() {
                let (Some(note), Some(expires)) = (secret.warning(now), secret.expires()) else { continue };
                let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
                let left = today.until(expires).map_or(0, |span| span.get_days());
                // Once for each of the days ahead that has come, and once when it is over.
                let step = DAYS_AHEAD.into_iter().find(|day| left <= *day && left >= 0).unwrap_or(-1);
                let message = Message::new("", Topic::Credential, format!("{thing}: {note}"), now);
                items.push((rule, Told::new(format!("{thing}/{expires}/{step}"), Message { urgent: rule.urgent, ..message })));
            }
        }
        self.tell_all(notify, items).await
    }

    pub(super) async fn tell_all(&self, notify: &notify::Settings, items: Vec<(&Rule, Told)>) -> anyhow::Result<usize> {
        if items.is_empty() {
            return Ok(0);
        }
        let mut told = 0;
        let mut tx = self.store.begin().await?;
        for (rule, item) in items {
            told += notify.tell(tx.connection(), rule, &[item], self.clock.now()).await?;
        }
        tx.commit().await?;
        Ok(told)
    }
}

/// What a rule says of what a saved search has found: each mention, or all of an hour or day together.
fn found(notify: &notify::Settings, rule: &Rule, view: &AlertView, now: Timestamp) -> Vec<Told> {
    let search = &view.search;
    let meant: Vec<_> = view.alerts.iter().filter(|(_, stored)| stored.filtered.is_none() && rule.holds_for(stored)).collect();
    if search.alert == Alerting::Now {
        let one = |(alert, stored): &&(Alert, crate::store::Stored)| {
            let message = of_mention(Topic::Search, stored, notify.page_of_mention(&stored.id), now);
            let subject = format!("{}: {}", search.name, message.subject);
            Told::new(format!("{}/{}", search.name, alert.mention), Message { urgent: rule.urgent, subject, ..message })
        };
        return meant.iter().map(one).collect();
    }
    let Some((first, _)) = meant.first() else { return Vec::new() };
    let subject = format!("{}: {} new", search.name, meant.len());
    let shown: Vec<_> = meant.iter().take(5).map(|(_, stored)| stored).collect();
    let mut lines: Vec<String> = shown.iter().map(|stored| of_mention(Topic::Search, stored, String::new(), now).lines.join(" ")).collect();
    if meant.len() > lines.len() {
        lines.push(format!("… and {} more", meant.len() - lines.len()));
    }
    let message = Message::new("", Topic::Search, subject, now).fact("query", Some(search.query.clone()));
    let about = shown.iter().map(|stored| stored.row).collect();
    let message = Message { urgent: rule.urgent, lines, about, ..message }.link(Some(notify.page_of(&search.query)));
    vec![Told::new(format!("{}/{}/{}", search.name, view.due.as_millisecond(), first.mention), message)]
}

/// The search that a rule is about: this one, or any; none if it is about something else.
fn searched(rule: &Rule) -> Option<Option<&str>> {
    match &rule.when {
        When::Search(name) => Some(name.as_deref()),
        _ => None,
    }
}

fn silence(rule: &Rule) -> Option<Duration> {
    match rule.when {
        When::Blocked(after) => Some(after),
        _ => None,
    }
}

fn note<T>(done: anyhow::Result<T>, what: &str) {
    if let Err(error) = done {
        tracing::error!("{what}: {error:#}");
    }
}

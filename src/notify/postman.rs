//! The postman: takes what is due out of the outbox to where it goes, and notes what became of it.
//!
//! Whatever goes to one recipient of one destination is a lane: it goes in order, and lanes do not wait for each other; but all
//! mail goes over one connection, one mail after the other. A row is leased before it goes out. Killed between an answer and
//! its record, it goes out again with the same id.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use tokio::sync::OnceCell;
use tokio::task::JoinSet;

use super::carrier::{Carrier, Mailbox};
use super::destination::{Destination, Kind};
use super::flavour;
use super::letter::letter;
use super::mail::{Franking, Mail, masked};
use super::message::Message;
use super::outbox::{Body, MAIL, Outbox, Outgoing, Queued, outgoing};
use super::routed::ROUTE;
use super::settings::{Settings, recipients};
use super::shift::Shift;
use super::signature::fingerprint;
use super::verdict::{self, Next, Verdict};
use crate::clock::Clock;
use crate::fetch::Fetcher;
use crate::store::Store;

/// Nobody is at a row longer than this: calls and mail servers have less time.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// Rows looked at in one round.
const AT_ONCE: i64 = 2_000;
/// Mails sent before it is looked again for what is urgent.
const MAILS_AT_ONCE: usize = 50;
/// So long at most nobody asks a mail server that is not to be had.
const REST: SignedDuration = SignedDuration::from_mins(1);

/// Takes what is due to where it goes. Clones are one and the same postman.
#[derive(Clone, Debug)]
pub struct Postman {
    /// Where the outbox is.
    pub store: Arc<Store>,
    /// The door to the network.
    pub fetcher: Arc<Fetcher>,
    /// The time.
    pub clock: Clock,
    /// Where mails go that are written to files.
    pub folder: PathBuf,
    /// Where mails go that are kept in memory.
    pub memory: Mailbox,
    /// The lanes that somebody is in.
    busy: Arc<Mutex<HashSet<Lane>>>,
    mails: Arc<Mutex<Mails>>,
    shift: Arc<OnceCell<Shift>>,
}

/// What is known of the mail server between two rounds.
#[derive(Debug, Default)]
struct Mails {
    /// What carries by these settings.
    carrier: Option<(Arc<Settings>, Arc<Carrier>)>,
    /// It is not asked before then.
    rests_until: Option<Timestamp>,
}

/// A destination and one of its recipients.
type Lane = (String, String);

/// A row that is leased to us.
struct Claimed {
    row: Outgoing,
    body: String,
    /// When a ticket was last asked for with it.
    asked_for: Option<Timestamp>,
}

/// What became of what was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Went out.
    pub sent: usize,
    /// Will be tried again.
    pub again: usize,
    /// Wait for a person.
    pub stuck: usize,
}

impl std::ops::AddAssign for Delivered {
    fn add_assign(&mut self, more: Self) {
        self.sent += more.sent;
        self.again += more.again;
        self.stuck += more.stuck;
    }
}

impl Postman {
    /// A postman with nothing to do yet.
    pub fn new(store: Arc<Store>, fetcher: Arc<Fetcher>, clock: Clock, folder: PathBuf) -> Self {
        let (busy, mails, shift) = Default::default();
        Self { store, fetcher, clock, folder, memory: Mailbox::default(), busy, mails, shift }
    }

    /// Takes out all that is due now, and waits until it is done.
    pub async fn deliver_due(&self, settings: &Arc<Settings>) -> anyhow::Result<Delivered> {
        let mut delivered = Delivered::default();
        loop {
            let mut walks = JoinSet::new();
            self.set_out(settings, &mut walks).await?;
            let mut round = Delivered::default();
            while let Some(walked) = walks.join_next().await {
                round += walked??;
            }
            delivered += round;
            // A round takes only so much; one that has got rid of nothing leaves nothing that is due.
            if round.sent + round.stuck == 0 {
                return Ok(delivered);
            }
        }
    }

    /// Sends somebody into each lane where something is due and nobody is yet. Returns how many.
    pub async fn set_out(&self, settings: &Arc<Settings>, walks: &mut JoinSet<anyhow::Result<Delivered>>) -> anyhow::Result<usize> {
        let now = self.clock.now();
        if self.waiting(now).await?.is_empty() {
            if let Some(carrier) = self.known_of_mails(|known| known.carrier.as_ref().map(|(_, carrier)| Arc::clone(carrier))) {
                carrier.rest().await;
            }
            return Ok(0);
        }
        self.shift().await?;
        self.address(settings, now).await?;
        let (mails, calls): (Vec<_>, Vec<_>) =
            lanes(&self.waiting(now).await?, now).into_iter().partition(|(lane, _)| settings.goes_by_mail(&lane.0));
        let mut walks_to_make: Vec<(Lane, Vec<Vec<i64>>)> =
            calls.into_iter().map(|(lane, rows)| (lane, vec![rows.iter().map(|(_, number)| *number).collect()])).collect();
        if !mails.is_empty() && self.known_of_mails(|known| known.rests_until.is_none_or(|until| until <= now)) {
            walks_to_make.push(((MAIL.to_owned(), String::new()), in_order_of_urgency(mails)));
        }
        let mut set_out = 0;
        for (lane, numbers) in walks_to_make {
            if !self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(lane.clone()) {
                continue;
            }
            set_out += 1;
            let (postman, settings) = (self.clone(), Arc::clone(settings));
            walks.spawn(async move {
                let walked = postman.walk_each(&settings, &numbers).await;
                postman.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&lane);
                walked
            });
        }
        Ok(set_out)
    }

    /// The shift of this process. At its beginning the leases of those that have ended are taken from them.
    async fn shift(&self) -> anyhow::Result<&Shift> {
        let begin = || async {
            let folder = self.folder.with_file_name("shifts");
            let mut tx = self.store.begin().await?;
            for ended in Shift::ended(&folder)? {
                let sql = "UPDATE outbox SET leased_until = 0 WHERE state = 'waiting' AND leased_by = $1";
                let left = sqlx::query(sql).bind(&ended).execute(tx.connection()).await?.rows_affected();
                if left > 0 {
                    tracing::warn!(left, "took over from a process that ended while it delivered");
                }
            }
            tx.commit().await?;
            Shift::begin(&folder).with_context(|| format!("cannot write into `{}`", folder.display()))
        };
        self.shift.get_or_try_init(begin).await
    }

    fn known_of_mails<T>(&self, of: impl FnOnce(&mut Mails) -> T) -> T {
        of(&mut self.mails.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What carries mail by these settings: the same as last time, if they are.
    fn carrier(&self, settings: &Arc<Settings>) -> Arc<Carrier> {
        self.known_of_mails(|known| match &known.carrier {
            Some((of, carrier)) if Arc::ptr_eq(of, settings) => Arc::clone(carrier),
            _ => {
                let carrier = Arc::new(Carrier::new(&settings.mail.transport, &self.folder, &self.memory));
                known.carrier = Some((Arc::clone(settings), Arc::clone(&carrier)));
                carrier
            }
        })
    }

    /// What waits, as far as it can matter now.
    async fn waiting(&self, now: Timestamp) -> anyhow::Result<Vec<Outgoing>> {
        let sql = "SELECT number, destination, recipient, key, kind, subject, urgent, state, queued_at, due_at, leased_until, tries, holds,
            reason, ended_at FROM outbox WHERE state = 'waiting' AND (due_at <= $1 OR holds = 1 OR leased_until > $2) ORDER BY number LIMIT $3";
        let at = now.as_millisecond();
        let rows = sqlx::query(sql).bind(at).bind(at).bind(AT_ONCE).fetch_all(&mut *self.store.connection().await?).await?;
        rows.iter().map(outgoing).collect()
    }

    /// Gives each recipient of a mail destination a copy of its own, so that one that is refused stops nobody else's.
    async fn address(&self, settings: &Settings, now: Timestamp) -> anyhow::Result<()> {
        let several: Vec<&Arc<Destination>> = settings.destinations.iter().filter(|to| matches!(to.kind, Kind::Mail(_))).collect();
        if several.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        for destination in several {
            let sql = "SELECT number, key, body, due_at, urgent FROM outbox
                WHERE state = 'waiting' AND destination = $1 AND recipient = '' AND due_at <= $2 ORDER BY number";
            let rows = sqlx::query(sql).bind(&destination.name).bind(now.as_millisecond()).fetch_all(tx.connection()).await?;
            for row in rows {
                let queued = Queued {
                    destination: destination.name.clone(),
                    key: row.try_get(1)?,
                    body: serde_json::from_str(&row.try_get::<String, _>(2)?)?,
                    due: Timestamp::from_millisecond(row.try_get(3)?)?,
                    urgent: row.try_get::<i64, _>(4)? != 0,
                };
                for recipient in recipients(destination) {
                    Outbox::put_for(tx.connection(), &queued, recipient, now).await?;
                }
                let sql =
                    "UPDATE outbox SET state = 'sent', body = '', ended_at = $1, reason = 'a copy for each recipient' WHERE number = $2";
                sqlx::query(sql).bind(now.as_millisecond()).bind(row.try_get::<i64, _>(0)?).execute(tx.connection()).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Walks one lane after the other, until a receiver that they share is not to be had.
    async fn walk_each(&self, settings: &Arc<Settings>, lanes: &[Vec<i64>]) -> anyhow::Result<Delivered> {
        let mut delivered = Delivered::default();
        for numbers in lanes {
            delivered += self.walk(settings, numbers).await?;
            let now = self.clock.now();
            if lanes.len() > 1 && self.known_of_mails(|known| known.rests_until.is_some_and(|until| until > now)) {
                break;
            }
        }
        Ok(delivered)
    }

    /// Takes these out in order, until one has to wait.
    async fn walk(&self, settings: &Arc<Settings>, numbers: &[i64]) -> anyhow::Result<Delivered> {
        let mut delivered = Delivered::default();
        for number in numbers {
            let Some(Claimed { row, body, asked_for }) = self.claim(*number).await? else { break };
            let verdict = self.deliver(settings, &row, body, asked_for).await;
            if settings.goes_by_mail(&row.destination) && matches!(verdict, Verdict::Again { is_down: true, .. }) {
                let until = self.clock.now().checked_add(REST.min(verdict::pause(row.tries))).ok();
                self.known_of_mails(|known| known.rests_until = until);
            }
            let next = verdict::next(verdict, row.tries, row.queued, self.clock.now(), chance());
            self.record(&row, &next).await?;
            match next {
                Next::Sent => delivered.sent += 1,
                Next::Stuck(_) => delivered.stuck += 1,
                Next::Try { holds, .. } => {
                    delivered.again += 1;
                    if holds {
                        break;
                    }
                }
            }
        }
        Ok(delivered)
    }

    /// Leases a row; none if somebody else is at it or it waits no more.
    async fn claim(&self, number: i64) -> anyhow::Result<Option<Claimed>> {
        let now = self.clock.now();
        let until = now.checked_add(LEASE).unwrap_or(Timestamp::MAX).as_millisecond();
        let by = &self.shift().await?.name;
        let mut tx = self.store.begin().await?;
        let sql = "UPDATE outbox SET leased_until = $1, leased_by = $2, tries = tries + 1
            WHERE number = $3 AND state = 'waiting' AND leased_until <= $4";
        let claimed = sqlx::query(sql).bind(until).bind(by).bind(number).bind(now.as_millisecond()).execute(tx.connection()).await?;
        if claimed.rows_affected() == 0 {
            return Ok(None);
        }
        let row = sqlx::query("SELECT * FROM outbox WHERE number = $1").bind(number).fetch_one(tx.connection()).await?;
        let asked_for = row.try_get::<Option<i64>, _>("handed_over_at")?.map(Timestamp::from_millisecond).transpose()?;
        let claimed = Claimed { row: outgoing(&row)?, body: row.try_get("body")?, asked_for };
        tx.commit().await?;
        Ok(Some(claimed))
    }

    async fn deliver(&self, settings: &Arc<Settings>, row: &Outgoing, body: String, asked_for: Option<Timestamp>) -> Verdict {
        let body = match serde_json::from_str(&body) {
            Ok(body) => body,
            Err(error) => return Verdict::Stuck(format!("it cannot be read: {error}")),
        };
        let destination = settings.destination(&row.destination);
        match (body, destination.map(|destination| (&destination.kind, destination))) {
            (Body::Mail(mail), _) => self.post(settings, row, &mail).await,
            (Body::Message(message), Some((Kind::Mail(_), _))) => self.post(settings, row, &letter(&message, &row.recipient)).await,
            (Body::Message(message), None) if row.destination == MAIL => self.post(settings, row, &letter(&message, &row.recipient)).await,
            (Body::Message(_), None) if row.destination == ROUTE => Verdict::Stuck(
                "the routing names nobody who can be reached; add a last `[[route]]`, and `mail` to each `[[person]]`, then drop this"
                    .to_owned(),
            ),
            (Body::Message(message), Some((_, destination))) => match self.made_before(destination, &message, asked_for).await {
                Some(verdict) => verdict,
                None => match self.note_asked_for(destination, row, &message).await {
                    Ok(()) => self.call(destination, &message).await,
                    Err(error) => {
                        Verdict::Again { not_before: None, is_down: true, why: format!("the outbox could not be written: {error:#}") }
                    }
                },
            },
            (Body::Message(_), None) => Verdict::Stuck(format!(
                "there is no destination `{}` in settings.toml; add it, then `goodword outbox retry`, or drop this",
                row.destination
            )),
        }
    }

    async fn call(&self, destination: &Destination, message: &Message) -> Verdict {
        let Some(call) = flavour::call(destination, message, self.clock.now()) else {
            return Verdict::Stuck("its destination has no address".to_owned());
        };
        match self.fetcher.call(&call).await {
            Ok(called) => verdict::of_answer(destination, called.status, &called.text(), called.retry_after(self.clock.now())),
            Err(error) => verdict::of_failure(&error),
        }
    }

    async fn post(&self, settings: &Arc<Settings>, row: &Outgoing, mail: &Mail) -> Verdict {
        let id = fingerprint(&[&row.destination, &row.recipient, &row.key]);
        let from = mail.from.as_deref().unwrap_or(&settings.mail.from);
        let host = from.rsplit_once('@').map_or("localhost", |(_, host)| host.trim_end_matches('>'));
        let franking = Franking {
            from: &settings.mail.from,
            reply_to: settings.mail.reply_to.as_deref(),
            message_id: format!("<{id}@{host}>"),
            at: row.queued,
        };
        match mail.franked(&franking) {
            Ok(message) => self.carrier(settings).carry(&id, message).await,
            Err(error) => Verdict::Stuck(format!("{error:#}")),
        }
    }

    async fn record(&self, row: &Outgoing, next: &Next) -> anyhow::Result<()> {
        let (state, due, holds, reason) = match next {
            Next::Sent => ("sent", row.due, false, None),
            Next::Try { at, holds, why } => ("waiting", *at, *holds, Some(why)),
            Next::Stuck(why) => ("stuck", row.due, false, Some(why)),
        };
        let ended = (state != "waiting").then(|| self.clock.now().as_millisecond());
        log(row, next);
        let mut tx = self.store.begin().await?;
        let sql = "UPDATE outbox SET state = $1, due_at = $2, holds = $3, reason = $4, ended_at = $5, leased_until = 0,
            body = CASE WHEN $6 = 1 THEN '' ELSE body END WHERE number = $7 AND state = 'waiting'";
        sqlx::query(sql)
            .bind(state)
            .bind(due.as_millisecond())
            .bind(i64::from(holds))
            .bind(reason.map(String::as_str))
            .bind(ended)
            .bind(i64::from(*next == Next::Sent))
            .bind(row.number)
            .execute(tx.connection())
            .await?;
        Ok(tx.commit().await?)
    }
}

/// What is due in each lane where nobody is and nothing holds the others back, in the order in which it goes: whether it is
/// urgent, and its number.
fn lanes(waiting: &[Outgoing], now: Timestamp) -> Vec<(Lane, Vec<(bool, i64)>)> {
    let mut lanes: BTreeMap<Lane, Vec<&Outgoing>> = BTreeMap::new();
    for row in waiting {
        lanes.entry((row.destination.clone(), row.recipient.clone())).or_default().push(row);
    }
    let open = lanes.into_iter().filter(|(_, rows)| !rows.iter().any(|row| row.leased_until > now || (row.holds && row.due > now)));
    let in_order = |mut rows: Vec<&Outgoing>| {
        rows.retain(|row| row.due <= now);
        // What has failed often comes last.
        rows.sort_by_key(|row| (row.tries > 0 && !row.holds, !row.urgent, row.number));
        rows.iter().map(|row| (row.urgent, row.number)).collect::<Vec<_>>()
    };
    open.map(|(lane, rows)| (lane, in_order(rows))).filter(|(_, numbers)| !numbers.is_empty()).collect()
}

/// The lanes of mails as they go one after the other, as many mails as go in a round; what is urgent first.
fn in_order_of_urgency(mut lanes: Vec<(Lane, Vec<(bool, i64)>)>) -> Vec<Vec<i64>> {
    lanes.sort_by_key(|(_, rows)| rows.first().map(|(urgent, number)| (!urgent, *number)));
    let mut room = MAILS_AT_ONCE;
    let mut taken = Vec::new();
    for (_, rows) in lanes {
        let some: Vec<i64> = rows.iter().take(room).map(|(_, number)| *number).collect();
        room -= some.len();
        taken.push(some);
        if room == 0 {
            break;
        }
    }
    taken
}

fn log(row: &Outgoing, next: &Next) {
    let (number, destination, kind) = (row.number, row.destination.as_str(), row.kind.as_str());
    let recipient = if row.destination == MAIL || !row.recipient.is_empty() { masked(&row.recipient) } else { String::new() };
    match next {
        Next::Sent => tracing::info!(number, destination, recipient, kind, "sent"),
        Next::Try { at, why, .. } => tracing::warn!(number, destination, recipient, kind, %at, "not delivered yet: {why}"),
        Next::Stuck(why) => tracing::error!(number, destination, recipient, kind, "cannot be delivered: {why}"),
    }
}

/// A number between 0 and 1; the middle where the machine gives none.
fn chance() -> f64 {
    let mut byte = [0; 1];
    match getrandom::fill(&mut byte) {
        Ok(()) => f64::from(byte[0]) / 255.0,
        Err(_) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::State;

    fn row(number: i64, destination: &str, due: i64, tries: i64, holds: bool) -> Outgoing {
        let at = |second| Timestamp::from_second(second).unwrap();
        Outgoing {
            number,
            destination: destination.to_owned(),
            recipient: String::new(),
            key: number.to_string(),
            kind: "test".to_owned(),
            subject: String::new(),
            urgent: false,
            state: State::Waiting,
            queued: at(0),
            due: at(due),
            leased_until: at(0),
            tries,
            holds,
            reason: None,
            ended: None,
        }
    }

    fn open(rows: &[Outgoing]) -> Vec<(String, Vec<i64>)> {
        let lanes = lanes(rows, Timestamp::from_second(100).unwrap());
        lanes.into_iter().map(|((to, _), rows)| (to, rows.iter().map(|(_, number)| *number).collect())).collect()
    }

    #[test]
    fn a_lane_goes_in_order_and_waits_behind_what_holds_it() {
        let a = |number, due, tries, holds| row(number, "a", due, tries, holds);
        let urgent = Outgoing { urgent: true, ..a(3, 0, 0, false) };
        let leased = Outgoing { leased_until: Timestamp::from_second(101).unwrap(), ..a(1, 0, 1, false) };
        for (name, rows, want) in [
            ("in order", vec![a(1, 0, 0, false), a(2, 0, 0, false)], vec![1, 2]),
            ("what is not due waits alone", vec![a(1, 200, 0, false), a(2, 0, 0, false)], vec![2]),
            ("what holds keeps the others back", vec![a(1, 200, 1, true), a(2, 0, 0, false)], vec![]),
            ("until it is due", vec![a(1, 100, 1, true), a(2, 0, 0, false)], vec![1, 2]),
            ("what has failed often comes last", vec![a(1, 0, 3, false), a(2, 0, 0, false)], vec![2, 1]),
            ("urgent first", vec![a(1, 0, 0, false), urgent], vec![3, 1]),
            ("somebody is there", vec![leased, a(2, 0, 0, false)], vec![]),
        ] {
            let found: Vec<i64> = open(&rows).into_iter().flat_map(|(_, numbers)| numbers).collect();
            assert_eq!(found, want, "{name}");
        }
        assert_eq!(open(&[row(1, "a", 200, 1, true), row(2, "b", 0, 0, false)]), [("b".to_owned(), vec![2])]);
    }
}

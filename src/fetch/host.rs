//! Manners per host: one request in flight, a floor between two, and leaving it alone when it asks for that.
//!
//! A host is a name and a port. Whoever wants to ask one takes its [`Turn`]; turns come first come, first served, and no more
//! than a few dozen are taken at the same time. Knows nothing of what is asked, and keeps the hosts' robots.txt without reading them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{MutexGuard, Semaphore, SemaphorePermit};
use url::Url;

use super::failure::FetchError;
use super::house::{HouseRules, Houses};
use super::pace::Pace;
use super::pause::{BackOff, Patience, Pause, Trouble};
use super::robots::Rules;
use crate::clock::{Clock, later};

/// A host not asked for this long is forgotten when room is made; its robots.txt is stale by then.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(25);
/// Room is made for the first time at this many hosts.
const FEW_HOSTS: usize = 1_000;
/// More hosts than this are never remembered: those longest unasked go first.
const MOST_HOSTS: usize = 20_000;
/// Requests in flight to all hosts together; it bounds open connections and pages half read.
const IN_FLIGHT: usize = 64;

/// All hosts asked of late.
#[derive(Debug)]
pub(super) struct Hosts {
    clock: Clock,
    back_off: BackOff,
    houses: Houses,
    table: Mutex<Table>,
    in_flight: Semaphore,
    /// Pauses begun and ended since they were last taken, by host.
    changed: Mutex<HashMap<String, Pause>>,
}

#[derive(Debug)]
struct Table {
    hosts: HashMap<String, Known>,
    room: usize,
}

#[derive(Debug)]
struct Known {
    host: Arc<Host>,
    used: Timestamp,
}

/// One host.
#[derive(Debug)]
pub(super) struct Host {
    /// As people write it.
    pub(super) name: String,
    key: String,
    /// What is set for it.
    pub(super) house: Arc<HouseRules>,
    pub(super) robots: tokio::sync::Mutex<Option<Rules>>,
    pace: tokio::sync::Mutex<Pace>,
    patience: Mutex<Patience>,
}

/// The right to have one request in flight to a host, for as long as it is held.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    hosts: &'a Hosts,
    host: &'a Host,
    pace: MutexGuard<'a, Pace>,
    _in_flight: Option<SemaphorePermit<'a>>,
    /// Whether it is known how the request went.
    settled: bool,
}

impl Hosts {
    pub(super) fn new(clock: Clock, back_off: BackOff, houses: Houses) -> Self {
        let table = Mutex::new(Table { hosts: HashMap::new(), room: FEW_HOSTS });
        Self { clock, back_off, houses, table, in_flight: Semaphore::new(IN_FLIGHT), changed: Mutex::default() }
    }

    /// The host of a URL.
    pub(super) fn of(&self, url: &Url) -> Arc<Host> {
        let key = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
        let now = self.clock.now();
        let mut table = hold(&self.table);
        if let Some(known) = table.hosts.get_mut(&key) {
            known.used = now;
            return Arc::clone(&known.host);
        }
        if table.hosts.len() >= table.room {
            table.make_room(now);
        }
        let host = Arc::new(Host::new(url, key.clone(), self.houses.of(url)));
        table.hosts.insert(key, Known { host: Arc::clone(&host), used: now });
        host
    }

    /// Waits for a turn at `host`, with `floor` between it and the turn before; refuses at once while the host is left alone.
    pub(super) async fn turn<'a>(&'a self, host: &'a Host, floor: Duration) -> Result<Turn<'a>, FetchError> {
        let mut pace = host.pace.lock().await;
        if let Some((until, cause)) = hold(&host.patience).left_alone(self.clock.now()) {
            return Err(FetchError::LeftAlone { host: host.name.clone(), cause, until });
        }
        pace.keep(floor.max(host.house.min_interval), &self.clock).await;
        // The door's own, never closed; the floor is counted from when the request really goes out.
        let in_flight = self.in_flight.acquire().await.ok();
        pace.note(self.clock.now());
        Ok(Turn { hosts: self, host, pace, _in_flight: in_flight, settled: false })
    }

    /// Takes up pauses kept by an earlier process.
    pub(super) fn restore(&self, pauses: &[Pause]) {
        for pause in pauses {
            if let Ok(url) = Url::parse(&format!("http://{}/", pause.host)) {
                hold(&self.of(&url).patience).restore(pause);
            }
        }
    }

    /// The pauses begun and ended since they were last taken.
    pub(super) fn take_pauses(&self) -> Vec<Pause> {
        hold(&self.changed).drain().map(|(_, pause)| pause).collect()
    }
}

fn hold<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Table {
    /// Forgets hosts nobody has asked for long; if that is not enough, those longest unasked.
    fn make_room(&mut self, now: Timestamp) {
        let idle = |known: &Known| Arc::strong_count(&known.host) == 1 && hold(&known.host.patience).left_alone(now).is_none();
        self.hosts.retain(|_, known| !idle(known) || later(known.used, FORGOTTEN_AFTER) > now);
        if self.hosts.len() >= MOST_HOSTS {
            let mut times: Vec<Timestamp> = self.hosts.values().map(|known| known.used).collect();
            let (_, &mut middle, _) = times.select_nth_unstable(MOST_HOSTS / 4);
            self.hosts.retain(|_, known| !idle(known) || known.used > middle);
        }
        self.room = (self.hosts.len() * 2).clamp(FEW_HOSTS, MOST_HOSTS);
    }
}

impl Host {
    fn new(url: &Url, key: String, house: Arc<HouseRules>) -> Self {
        let (robots, pace) = (tokio::sync::Mutex::default(), tokio::sync::Mutex::default());
        Self { name: name(url), key, house, robots, pace, patience: Mutex::default() }
    }
}

/// A host as people write it: the port is told only where it is unusual.
pub(super) fn name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

impl Turn<'_> {
    /// Notes that the host answered as it should.
    pub(super) fn went_well(&mut self) {
        self.settled = true;
        let mut patience = hold(&self.host.patience);
        if patience.went_well(self.hosts.clock.now()) {
            hold(&self.hosts.changed).insert(self.host.key.clone(), patience.pause(&self.host.key));
        }
    }

    /// Notes trouble, and says until when the host is left alone for it, if it is.
    pub(super) fn met(&mut self, trouble: Trouble, asked: Option<Timestamp>) -> Option<Timestamp> {
        self.settled = true;
        let mut patience = hold(&self.host.patience);
        let until = patience.met(trouble, asked, self.hosts.clock.now(), self.hosts.back_off);
        if until.is_some() {
            hold(&self.hosts.changed).insert(self.host.key.clone(), patience.pause(&self.host.key));
        }
        until
    }

    /// Notes that nothing came, if nothing else is known of how it went.
    pub(super) fn nothing_came(&mut self) {
        if !self.settled {
            self.met(Trouble::Silence, None);
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // The floor lies between the end of one answer and the next request: how long each is on its way, the host alone knows.
        self.pace.note(self.hosts.clock.now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(clock: &Clock) -> Hosts {
        let back_off = BackOff { first: Duration::from_mins(1), longest: Duration::from_hours(1) };
        Hosts::new(clock.clone(), back_off, Houses::default())
    }

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn a_host_is_its_name_and_port() {
        let hosts = hosts(&Clock::stopped_at(Timestamp::UNIX_EPOCH));
        let same = |a: &str, b: &str| Arc::ptr_eq(&hosts.of(&url(a)), &hosts.of(&url(b)));
        assert!(same("https://example.com/a", "https://EXAMPLE.com:443/b"));
        assert!(!same("https://example.com/", "https://example.com:8443/"));
        assert!(!same("https://example.com/", "https://www.example.com/"));
        assert_eq!(hosts.of(&url("http://example.com:8080/")).name, "example.com:8080");
    }

    #[test]
    fn hosts_long_unasked_are_forgotten_and_those_in_use_are_not() {
        let clock = Clock::stopped_at(Timestamp::UNIX_EPOCH);
        let hosts = hosts(&clock);
        let kept = hosts.of(&url("http://kept.example/"));
        for number in 0..10_000 {
            hosts.of(&url(&format!("http://h{number}.example/")));
            clock.turn(Duration::from_mins(5));
        }
        let remembered = hosts.table.lock().unwrap().hosts.len();
        assert!(remembered <= FEW_HOSTS, "{remembered}");
        assert!(Arc::ptr_eq(&kept, &hosts.of(&url("http://kept.example/"))));
    }

    #[test]
    fn no_more_hosts_are_remembered_than_there_is_room_for() {
        let clock = Clock::stopped_at(Timestamp::UNIX_EPOCH);
        let hosts = hosts(&clock);
        for number in 0..MOST_HOSTS + 5_000 {
            hosts.of(&url(&format!("http://h{number}.example/")));
            clock.turn(Duration::from_millis(1));
        }
        assert!(hosts.table.lock().unwrap().hosts.len() <= MOST_HOSTS);
        let last = hosts.of(&url("http://last.example/"));
        assert!(Arc::ptr_eq(&last, &hosts.of(&url("http://last.example/"))));
    }
}

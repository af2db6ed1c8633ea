//! Manners per host: one request in flight, a floor between two, and leaving it alone when it asks for that.
//!
//! A host is a name and a port. Whoever wants to ask one takes its [`Turn`]; turns come first come, first served. Knows nothing of
//! what is asked, and keeps the hosts' robots.txt without reading them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::MutexGuard;
use url::Url;

use super::failure::FetchError;
use super::pace::Pace;
use super::robots::Rules;
use crate::clock::{Clock, later};

/// A host not asked for this long is forgotten when room is made; its robots.txt is stale by then.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(25);
/// Room is made for the first time at this many hosts.
const FEW_HOSTS: usize = 1_000;
/// More hosts than this are never remembered: those longest unasked go first.
const MOST_HOSTS: usize = 20_000;

/// How long a host is left alone after it refused, when it does not say so itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct BackOff {
    pub(super) first: Duration,
    pub(super) longest: Duration,
}

/// All hosts asked of late.
#[derive(Debug)]
pub(super) struct Hosts {
    clock: Clock,
    back_off: BackOff,
    table: Mutex<Table>,
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
    pub(super) name: String,
    pub(super) robots: tokio::sync::Mutex<Option<Rules>>,
    manners: tokio::sync::Mutex<Manners>,
}

#[derive(Debug, Default)]
struct Manners {
    pace: Pace,
    refusals: u32,
    left_alone: Option<LeftAlone>,
}

#[derive(Clone, Copy, Debug)]
struct LeftAlone {
    until: Timestamp,
    status: u16,
}

/// The right to have one request in flight to a host, for as long as it is held.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    manners: MutexGuard<'a, Manners>,
    back_off: BackOff,
}

impl Hosts {
    pub(super) fn new(clock: Clock, back_off: BackOff) -> Self {
        Self { clock, back_off, table: Mutex::new(Table { hosts: HashMap::new(), room: FEW_HOSTS }) }
    }

    /// The host of a URL.
    pub(super) fn of(&self, url: &Url) -> Arc<Host> {
        let key = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
        let now = self.clock.now();
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if !table.hosts.contains_key(&key) && table.hosts.len() >= table.room {
            table.make_room(now);
        }
        let known = table.hosts.entry(key).or_insert_with(|| Known { host: Arc::new(Host::new(url)), used: now });
        known.used = now;
        Arc::clone(&known.host)
    }

    /// Waits for a turn at `host`, with `floor` between it and the turn before; refuses at once while the host is left alone.
    pub(super) async fn turn<'a>(&self, host: &'a Host, floor: Duration) -> Result<Turn<'a>, FetchError> {
        let mut manners = host.manners.lock().await;
        if let Some(LeftAlone { until, status }) = manners.left_alone.filter(|alone| alone.until > self.clock.now()) {
            return Err(FetchError::SlowDown { host: host.name.clone(), status, until });
        }
        manners.pace.keep(floor, &self.clock).await;
        Ok(Turn { manners, back_off: self.back_off })
    }
}

impl Table {
    /// Forgets hosts nobody has asked for long; if that is not enough, those longest unasked.
    fn make_room(&mut self, now: Timestamp) {
        let idle = |known: &Known| Arc::strong_count(&known.host) == 1;
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
    fn new(url: &Url) -> Self {
        Self { name: name(url), robots: tokio::sync::Mutex::default(), manners: tokio::sync::Mutex::default() }
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
        self.manners.refusals = 0;
        self.manners.left_alone = None;
    }

    /// Notes that the host refused, and says until when it is left alone: as long as it asks for, else longer each time in a row.
    pub(super) fn was_refused(&mut self, status: u16, asked: Option<Timestamp>, now: Timestamp) -> Timestamp {
        let until = asked.unwrap_or_else(|| later(now, self.back_off.after(self.manners.refusals)));
        self.manners.refusals = self.manners.refusals.saturating_add(1);
        self.manners.left_alone = Some(LeftAlone { until, status });
        until
    }
}

impl BackOff {
    fn after(self, refusals: u32) -> Duration {
        self.first.saturating_mul(2_u32.saturating_pow(refusals)).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACK_OFF: BackOff = BackOff { first: Duration::from_mins(1), longest: Duration::from_hours(1) };

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[test]
    fn a_host_is_left_alone_longer_each_time_up_to_a_limit() {
        let minutes: Vec<u64> = (0..8).map(|refusals| BACK_OFF.after(refusals).as_secs() / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(BACK_OFF.after(u32::MAX), BACK_OFF.longest);
    }

    #[test]
    fn a_host_is_its_name_and_port() {
        let hosts = Hosts::new(Clock::stopped_at(Timestamp::UNIX_EPOCH), BACK_OFF);
        let same = |a: &str, b: &str| Arc::ptr_eq(&hosts.of(&url(a)), &hosts.of(&url(b)));
        assert!(same("https://example.com/a", "https://EXAMPLE.com:443/b"));
        assert!(!same("https://example.com/", "https://example.com:8443/"));
        assert!(!same("https://example.com/", "https://www.example.com/"));
        assert_eq!(hosts.of(&url("http://example.com:8080/")).name, "example.com:8080");
    }

    #[test]
    fn hosts_long_unasked_are_forgotten_and_those_in_use_are_not() {
        let clock = Clock::stopped_at(Timestamp::UNIX_EPOCH);
        let hosts = Hosts::new(clock.clone(), BACK_OFF);
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
        let hosts = Hosts::new(clock.clone(), BACK_OFF);
        for number in 0..MOST_HOSTS + 5_000 {
            hosts.of(&url(&format!("http://h{number}.example/")));
            clock.turn(Duration::from_millis(1));
        }
        assert!(hosts.table.lock().unwrap().hosts.len() <= MOST_HOSTS);
        let last = hosts.of(&url("http://last.example/"));
        assert!(Arc::ptr_eq(&last, &hosts.of(&url("http://last.example/"))));
    }
}

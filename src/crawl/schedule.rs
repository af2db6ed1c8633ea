//! When each source's turn comes: due ones in parallel across hosts, one after the other within a host.
//!
//! A source that was due while the machine slept is asked once, not once for every turn it missed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{Crawler, Report};
use crate::sources::{Ask, Source};

/// Hosts asked at the same time.
const HOSTS_AT_ONCE: usize = 64;

/// Where reports go as rounds end.
pub type Reports = mpsc::Sender<anyhow::Result<Report>>;

impl Crawler {
    /// One round of each of `sources`, now; stops between rounds when `stop` is called.
    pub async fn crawl_all(&self, sources: &[Arc<Source>], reports: &Reports, stop: &CancellationToken) {
        let mut hosts: BTreeMap<String, Vec<Arc<Source>>> = BTreeMap::new();
        for source in sources {
            hosts.entry(self.host(source)).or_default().push(Arc::clone(source));
        }
        let rounds = hosts.into_values().map(|sources| self.rounds_of_a_host(sources, reports, stop));
        futures_util::stream::iter(rounds).buffer_unordered(HOSTS_AT_ONCE).collect::<Vec<_>>().await;
    }

    /// Rounds of `sources` as each falls due, until `stop` is called; then the rounds under way come to their end.
    pub async fn keep_crawling(&self, sources: &[Arc<Source>], reports: &Reports, stop: &CancellationToken) -> anyhow::Result<()> {
        let mut schedule = self.schedule(sources).await?;
        let mut busy: HashSet<String> = HashSet::new();
        let mut under_way = FuturesUnordered::new();
        while !stop.is_cancelled() {
            for (host, sources) in schedule.take_due(self.reader.clock.now(), &busy, HOSTS_AT_ONCE - busy.len()) {
                busy.insert(host.clone());
                under_way.push(async move { (host, self.rounds_of_a_host(sources, reports, stop).await) });
            }
            let next = schedule.next(&busy).unwrap_or(Timestamp::MAX);
            tokio::select! {
                Some((host, turns)) = under_way.next() => {
                    busy.remove(&host);
                    schedule.put_back(turns);
                }
                () = self.reader.clock.sleep_until(next), if busy.len() < HOSTS_AT_ONCE => {}
                () = stop.cancelled() => {}
            }
        }
        while under_way.next().await.is_some() {}
        Ok(())
    }

    /// Rounds of sources that share a host, one after the other; returns them with their next turns.
    async fn rounds_of_a_host(
        &self,
        sources: Vec<Arc<Source>>,
        reports: &Reports,
        stop: &CancellationToken,
    ) -> Vec<(Timestamp, Arc<Source>)> {
        let mut turns = Vec::with_capacity(sources.len());
        for source in sources {
            if stop.is_cancelled() {
                break;
            }
            let report = self.crawl_once(&source).await;
            let next = report.as_ref().map_or_else(|_| source.every.next_after(self.reader.clock.now()), |report| report.next);
            turns.push((next, source));
            if reports.send(report).await.is_err() {
                break;
            }
        }
        turns
    }

    async fn schedule(&self, sources: &[Arc<Source>]) -> anyhow::Result<Schedule> {
        let states = self.store.source_states().await?;
        let due: HashMap<&str, Timestamp> = states.iter().map(|state| (state.source.as_str(), state.next_due)).collect();
        let mut schedule = Schedule::default();
        for source in sources.iter().filter(|source| source.enabled) {
            let at = due.get(source.name.as_str()).copied().unwrap_or(Timestamp::UNIX_EPOCH);
            schedule.add(self.host(source), at, Arc::clone(source));
        }
        Ok(schedule)
    }

    /// The host that a source asks first; files have their source's name in its place.
    fn host(&self, source: &Source) -> String {
        match self.reader.asks(source, None).ok().and_then(|asks| asks.into_iter().next()) {
            Some(Ask::Get(url)) => url.host_str().unwrap_or_default().to_owned(),
            _ => format!("file:{}", source.name),
        }
    }
}

/// Whose turn comes when.
#[derive(Debug, Default)]
struct Schedule {
    /// Turns by time, each the index of a source.
    turns: BTreeSet<(Timestamp, usize)>,
    sources: Vec<(String, Arc<Source>)>,
    places: HashMap<String, usize>,
}

impl Schedule {
    fn add(&mut self, host: String, at: Timestamp, source: Arc<Source>) {
        let place = self.sources.len();
        self.places.insert(source.name.clone(), place);
        self.sources.push((host, source));
        self.turns.insert((at, place));
    }

    /// Takes the sources due at `now`, the longest overdue first, of at most `hosts` hosts that are not busy.
    fn take_due(&mut self, now: Timestamp, busy: &HashSet<String>, hosts: usize) -> Vec<(String, Vec<Arc<Source>>)> {
        let mut taken: Vec<(String, Vec<Arc<Source>>)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut gone = Vec::new();
        for &(at, place) in self.turns.iter().take_while(|(at, _)| *at <= now) {
            let (host, source) = &self.sources[place];
            if busy.contains(host) || (!places.contains_key(host.as_str()) && taken.len() == hosts) {
                continue;
            }
            let at_place = *places.entry(host).or_insert(taken.len());
            if at_place == taken.len() {
                taken.push((host.clone(), Vec::new()));
            }
            taken[at_place].1.push(Arc::clone(source));
            gone.push((at, place));
        }
        for turn in &gone {
            self.turns.remove(turn);
        }
        taken
    }

    /// Sets the next turns of sources taken.
    fn put_back(&mut self, turns: Vec<(Timestamp, Arc<Source>)>) {
        for (at, source) in turns {
            if let Some(place) = self.places.get(&source.name) {
                self.turns.insert((at, *place));
            }
        }
    }

    /// When the next turn comes of a host that is not busy.
    fn next(&self, busy: &HashSet<String>) -> Option<Timestamp> {
        self.turns.iter().find(|(_, place)| !busy.contains(&self.sources[*place].0)).map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tomlfile::TomlFile;

    fn source(name: &str) -> Arc<Source> {
        let text = format!("[[source]]\nname = \"{name}\"\nkind = \"feed\"\nevery = \"15m\"\nurl = \"https://{name}.example/\"\n");
        let file = TomlFile::from_text("sources.toml", text);
        Arc::new(crate::sources::read_sources(&file, std::path::Path::new("."), &[]).remove(0))
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn names(taken: &[(String, Vec<Arc<Source>>)]) -> Vec<String> {
        let host = |(host, sources): &(String, Vec<Arc<Source>>)| {
            let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
            format!("{host}: {}", names.join(" "))
        };
        taken.iter().map(host).collect()
    }

    #[test]
    fn the_longest_overdue_come_first_and_a_host_is_asked_by_one() {
        let mut schedule = Schedule::default();
        for (name, host, due) in [("a", "x", 3), ("b", "y", 1), ("c", "x", 2), ("d", "z", 9)] {
            schedule.add(host.to_owned(), at(due), source(name));
        }
        let mut busy = HashSet::new();
        assert_eq!(names(&schedule.take_due(at(5), &busy, 1)), ["y: b"]);
        busy.insert("y".to_owned());
        assert_eq!(names(&schedule.take_due(at(5), &busy, 9)), ["x: c a"]);
        assert_eq!(schedule.next(&busy), Some(at(9)));
        schedule.put_back(vec![(at(6), source("b"))]);
        assert_eq!(schedule.next(&busy), Some(at(9)), "a busy host's turns wait");
        busy.clear();
        assert_eq!(schedule.next(&busy), Some(at(6)));
    }

    #[test]
    fn a_turn_missed_many_times_is_taken_once() {
        let mut schedule = Schedule::default();
        schedule.add("x".to_owned(), at(0), source("a"));
        assert_eq!(names(&schedule.take_due(at(600), &HashSet::new(), 9)), ["x: a"]);
        assert!(schedule.take_due(at(600), &HashSet::new(), 9).is_empty());
    }
}

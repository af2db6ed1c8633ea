//! Whose turn comes when: hosts side by side, one source of a host at a time, those that have waited longest first.
//!
//! Pure: is told the time. A source that was due while the machine slept has one turn, not one for every turn it missed.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use crate::sources::Source;

/// When a source is due, when it was last asked, and its place.
type Turn = (Timestamp, Timestamp, usize);

/// The turns of many sources.
#[derive(Debug, Default)]
pub(super) struct Turns {
    sources: Vec<Place>,
    hosts: Vec<Host>,
    by_name: HashMap<String, usize>,
    /// The first turn of each host that is not busy, with the host in the place of the source.
    ready: BTreeSet<Turn>,
}

#[derive(Debug)]
struct Place {
    source: Arc<Source>,
    host: usize,
    last_asked: Timestamp,
    /// When it is due, while it waits.
    due: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct Host {
    waiting: BTreeSet<Turn>,
    busy: bool,
}

impl Turns {
    /// Adds a source that asks `host` first, is due at `due` and was last asked at `last_asked`.
    pub(super) fn add(&mut self, host: String, due: Timestamp, last_asked: Timestamp, source: Arc<Source>) {
        let next = self.hosts.len();
        let host = *self.by_name.entry(host).or_insert(next);
        if host == next {
            self.hosts.push(Host::default());
        }
        let place = self.sources.len();
        self.sources.push(Place { source, host, last_asked, due: None });
        self.wait(place, due);
    }

    /// Takes the turn that has waited longest at `now`; its host has no other until the turn is given back.
    pub(super) fn take(&mut self, now: Timestamp) -> Option<(usize, Arc<Source>)> {
        let first = *self.ready.first().filter(|(due, ..)| *due <= now)?;
        self.ready.remove(&first);
        let host = self.hosts.get_mut(first.2)?;
        host.busy = true;
        let (_, _, place) = host.waiting.pop_first()?;
        self.sources[place].due = None;
        Some((place, Arc::clone(&self.sources[place].source)))
    }

    /// Makes a turn that waits for later due at `due`.
    pub(super) fn hasten(&mut self, place: usize, due: Timestamp) {
        let Place { host, last_asked, due: before, .. } = self.sources[place];
        let Some(before) = before.filter(|before| *before > due) else { return };
        if !self.hosts[host].busy {
            self.make_unready(host);
        }
        self.hosts[host].waiting.remove(&(before, last_asked, place));
        self.make_ready(host);
        self.wait(place, due);
    }

    /// Gives a turn back. `asked` tells when the source was asked, if it was; `due` when it is due next, if it is to be.
    pub(super) fn give_back(&mut self, place: usize, asked: Option<Timestamp>, due: Option<Timestamp>) {
        let Place { host, last_asked, .. } = &mut self.sources[place];
        *last_asked = asked.unwrap_or(*last_asked);
        let host = *host;
        self.hosts[host].busy = false;
        self.make_ready(host);
        if let Some(due) = due {
            self.wait(place, due);
        }
    }

    /// When the next turn comes of a host that is not busy.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.ready.first().map(|(due, ..)| *due)
    }

    fn wait(&mut self, place: usize, due: Timestamp) {
        let Place { host, last_asked, .. } = self.sources[place];
        if !self.hosts[host].busy {
            self.make_unready(host);
        }
        self.sources[place].due = Some(due);
        self.hosts[host].waiting.insert((due, last_asked, place));
        self.make_ready(host);
    }

    fn make_unready(&mut self, host: usize) {
        if let Some((due, last_asked, _)) = self.hosts[host].waiting.first() {
            self.ready.remove(&(*due, *last_asked, host));
        }
    }

    fn make_ready(&mut self, host: usize) {
        let Host { waiting, busy } = &self.hosts[host];
        if let Some((due, last_asked, _)) = waiting.first().filter(|_| !busy) {
            self.ready.insert((*due, *last_asked, host));
        }
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

    fn turns(sources: &[(&str, &str, i64, i64)]) -> Turns {
        let mut turns = Turns::default();
        for (name, host, due, last_asked) in sources {
            turns.add((*host).to_owned(), at(*due), at(*last_asked), source(name));
        }
        turns
    }

    fn take(turns: &mut Turns, minute: i64) -> Option<(usize, String)> {
        turns.take(at(minute)).map(|(place, source)| (place, source.name.clone()))
    }

    #[test]
    fn the_longest_overdue_come_first_and_a_host_has_one_at_a_time() {
        let mut turns = turns(&[("a", "x", 3, 0), ("b", "y", 1, 0), ("c", "x", 2, 0), ("d", "z", 9, 0)]);
        assert_eq!(take(&mut turns, 5).unwrap().1, "b");
        let (c, name) = take(&mut turns, 5).unwrap();
        assert_eq!(name, "c");
        assert_eq!(take(&mut turns, 5), None, "`a` waits for its host, `d` is not due");
        assert_eq!(turns.next(), Some(at(9)));
        turns.give_back(c, Some(at(5)), Some(at(20)));
        assert_eq!(take(&mut turns, 5).unwrap().1, "a");
        assert_eq!(turns.next(), Some(at(9)), "a busy host's turns wait");
    }

    #[test]
    fn many_sources_of_one_host_starve_no_other() {
        let names: Vec<String> = (0..50).map(|number| format!("crowd{number}")).collect();
        let crowd: Vec<(&str, &str, i64, i64)> = names.iter().map(|name| (name.as_str(), "crowded", 0, 0)).collect();
        let mut turns = turns(&[&crowd[..], &[("lone", "lonely", 1, 0)]].concat());
        let (first, _) = take(&mut turns, 1).unwrap();
        assert_eq!(take(&mut turns, 1).unwrap().1, "lone");
        turns.give_back(first, Some(at(1)), Some(at(16)));
        assert!(take(&mut turns, 1).unwrap().1.starts_with("crowd"));
    }

    #[test]
    fn of_those_due_together_the_one_asked_longest_ago_comes_first() {
        let mut turns = turns(&[("a", "x", 1, 5), ("b", "x", 1, 2), ("c", "x", 1, 4)]);
        let mut order = Vec::new();
        for _ in 0..4 {
            let (place, name) = take(&mut turns, 9).unwrap();
            // As when the host is left alone: none was asked, all are due again at once.
            turns.give_back(place, (order.len() < 2).then(|| at(9)), Some(at(1)));
            order.push(name);
        }
        assert_eq!(order, ["b", "c", "a", "a"]);
    }

    #[test]
    fn a_turn_that_waits_can_be_hastened_and_no_other() {
        let mut turns = turns(&[("a", "x", 9, 0), ("b", "x", 5, 0), ("c", "y", 7, 0)]);
        let (b, _) = take(&mut turns, 5).unwrap();
        turns.hasten(0, at(6));
        turns.hasten(b, at(6));
        turns.hasten(2, at(8));
        assert_eq!(turns.next(), Some(at(7)), "`a` waits for its host, and nothing is put off");
        turns.give_back(b, Some(at(6)), Some(at(20)));
        assert_eq!(turns.next(), Some(at(6)));
        assert_eq!(take(&mut turns, 6).unwrap().1, "a");
        assert_eq!(take(&mut turns, 7).unwrap().1, "c");
        assert_eq!(take(&mut turns, 19), None, "a hastened turn is one turn");
    }

    #[test]
    fn a_turn_missed_many_times_is_taken_once_and_one_that_is_not_wanted_again_never() {
        let mut turns = turns(&[("a", "x", 0, 0)]);
        let (place, _) = take(&mut turns, 600).unwrap();
        assert_eq!(take(&mut turns, 600), None);
        turns.give_back(place, Some(at(600)), None);
        assert_eq!((take(&mut turns, 9_999), turns.next()), (None, None));
    }
}

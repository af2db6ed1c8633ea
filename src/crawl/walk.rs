//! The way through a source's pages: what is asked for next, and where a list has been read far enough.
//!
//! A source is read to the end of its list the first time, and once a day; in between, reading stops at what is known.
//! Lists that lead in circles come to an end too. Pure: is told what pages showed, asks nobody.

use std::collections::{HashSet, VecDeque};

use xxhash_rust::xxh3::xxh3_64;

use crate::mention::Mention;
use crate::sources::Ask;

/// Pages of one list in a row that show nothing before it is taken to have ended.
const EMPTY_PAGES: usize = 3;
/// No list is longer, over however many rounds it is read.
const MOST_PAGES: i64 = 10_000;

/// An ask under way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) ask: Ask,
    /// Whether the source starts with it.
    pub(super) first: bool,
    /// Whether what it leads on to is asked for although its items are known.
    deep: bool,
    /// Whether an earlier round left it.
    left: bool,
}

impl Step {
    /// Whether it is worth asking again in the next round when its page could not be read: the round would not come to it by
    /// itself. Once: a page that stays as it is must not keep the list from being read anew.
    pub(super) fn deserves_another_try(&self) -> bool {
        !self.first && !self.left
    }
}

/// What a page showed, as far as the way on depends on it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown {
    /// Whether it had any item.
    pub(super) any: bool,
    /// Whether an item was new or changed.
    pub(super) news: bool,
    /// Whether all its items are older than the source reaches back.
    pub(super) too_old: bool,
    /// Whether each of its items, or the page as a whole, was shown before in this round.
    pub(super) again: bool,
    /// Whether the kind itself knows how far it has listened, and asks for no more than that.
    pub(super) keeps_count: bool,
}

/// A round's way through the pages.
#[derive(Debug, Default)]
pub(super) struct Walk {
    asks: VecDeque<Step>,
    asked: HashSet<String>,
    bodies: HashSet<i64>,
    items: HashSet<u64>,
    empty: usize,
    /// Pages of the list read so far, over all rounds of its reading.
    walked: i64,
    /// Whether what was begun with leads to the end of the list.
    to_the_end: bool,
    stopped_early: bool,
    starts: usize,
}

impl Walk {
    /// The way of a round that begins with `first`; `left` is what earlier rounds left to ask for, after `walked` pages.
    /// `deep` says that the list is due to be read to its end.
    pub(super) fn new(first: Vec<Ask>, left: Vec<Ask>, walked: i64, deep: bool) -> Self {
        let left: Vec<Ask> = left.into_iter().filter(|ask| !first.contains(ask)).collect();
        // While an earlier reading is under way no other is begun.
        let deep = deep && left.is_empty();
        let mut walk = Self { walked: if deep { 0 } else { walked }, to_the_end: deep || !left.is_empty(), ..Self::default() };
        walk.starts = first.len();
        walk.asks.extend(first.into_iter().map(|ask| Step { ask, first: true, deep, left: false }));
        walk.asks.extend(left.into_iter().map(|ask| Step { ask, first: false, deep: true, left: true }));
        walk
    }

    /// The next to ask for.
    pub(super) fn take(&mut self) -> Option<Step> {
        let step = self.asks.pop_front()?;
        self.asked.insert(address_of(&step.ask));
        Some(step)
    }

    /// What is left to ask for.
    pub(super) fn left(&self) -> impl Iterator<Item = &Ask> {
        self.asks.iter().map(|step| &step.ask)
    }

    /// Whether a page is all that the source starts with: its next turn tells then until when the page is good.
    pub(super) fn starts_with_only(&self, step: &Step) -> bool {
        step.first && self.starts == 1
    }

    /// Pages read so far of a list whose reading goes on.
    pub(super) fn walked(&self) -> i64 {
        self.walked
    }

    /// Whether nothing stood in the way of reading the list to its end, if that was due.
    pub(super) fn reached_the_end(&self) -> bool {
        self.to_the_end && self.asks.is_empty()
    }

    /// Whether it stopped at what was known: what lies behind was not looked at.
    pub(super) fn stopped_early(&self) -> bool {
        self.stopped_early
    }

    /// Whether a page of these bytes and items was shown before in this round.
    pub(super) fn saw(&mut self, body: i64, mentions: &[Mention]) -> bool {
        let same_page = !self.bodies.insert(body);
        let known: Vec<bool> = mentions.iter().map(|mention| !self.items.insert(looks(mention))).collect();
        same_page || (!known.is_empty() && known.into_iter().all(|known| known))
    }

    /// Goes on from a page to what it leads to; the reason, if the list ends before its end.
    pub(super) fn go_on(&mut self, step: &Step, shown: Shown, next: Vec<Ask>) -> Option<String> {
        self.walked += 1;
        self.empty = if shown.any { 0 } else { self.empty + 1 };
        let next: Vec<Ask> = next.into_iter().filter(|ask| !self.asked.contains(&address_of(ask))).collect();
        if next.is_empty() || shown.too_old || self.empty >= EMPTY_PAGES {
            return None;
        }
        if shown.again && !step.first {
            return (self.asked.len() <= 2).then(|| "its second page shows the same as its first; check the address and `next`".to_owned());
        }
        if self.walked >= MOST_PAGES {
            return Some(format!("its list goes on after {MOST_PAGES} pages; set `since` to reach back less far"));
        }
        if !step.deep && !shown.news && !shown.keeps_count {
            self.stopped_early = true;
            return None;
        }
        for ask in next {
            if !self.asks.iter().any(|step| step.ask == ask) {
                self.asks.push_back(Step { ask, first: false, deep: step.deep, left: false });
            }
        }
        None
    }

    /// Goes on from a page that has not changed: only where the list is read to its end.
    pub(super) fn pass(&mut self, step: &Step, body: i64, next: Vec<Ask>) {
        let again = !self.bodies.insert(body);
        // Why it ends was told when the page was read.
        let _told = self.go_on(step, Shown { any: true, again, ..Shown::default() }, next);
    }
}

/// The address without what only tells how far a round has come.
fn address_of(ask: &Ask) -> String {
    match ask {
        Ask::Get(url) => {
            let mut url = url.clone();
            url.set_fragment(None);
            url.into()
        }
        Ask::Post { .. } | Ask::Mail(_) | Ask::Read(_) => ask.address(),
    }
}

/// What tells one item of a list from another.
fn looks(mention: &Mention) -> u64 {
    let author = mention.author.as_ref().map_or("", |author| author.name.as_str());
    xxh3_64(format!("{:?}\n{author}\n{}", mention.own_id, mention.text).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: usize) -> Ask {
        Ask::Get(format!("https://a.example/list?page={number}").parse().unwrap())
    }

    /// Walks a list whose page `n` leads to `n + 1` and shows what `shows` tells; returns the pages asked for.
    fn walk(mut walk: Walk, shows: impl Fn(usize) -> Shown) -> (Vec<String>, Walk, Option<String>) {
        let (mut asked, mut told) = (Vec::new(), None);
        while let Some(step) = walk.take() {
            let Ask::Get(url) = &step.ask else { panic!() };
            let number: usize = url.query().unwrap().trim_start_matches("page=").parse().unwrap();
            assert!(number < 50, "it never ends");
            asked.push(number.to_string());
            told = walk.go_on(&step, shows(number), vec![page(number + 1)]).or(told);
        }
        (asked, walk, told)
    }

    fn known() -> Shown {
        Shown { any: true, ..Shown::default() }
    }

    fn news() -> Shown {
        Shown { news: true, ..known() }
    }

    #[test]
    fn reading_stops_where_items_are_known_too_old_shown_again_or_none() {
        let from_first = |deep| Walk::new(vec![page(1)], vec![], 0, deep);
        let until = |last: usize, then: Shown| move |number: usize| if number < last { news() } else { then };
        let (asked, ended, _) = walk(from_first(false), until(3, known()));
        assert_eq!(asked.join(" "), "1 2 3");
        assert!(ended.stopped_early() && !ended.reached_the_end());
        let (asked, ended, _) = walk(from_first(true), until(5, Shown { too_old: true, ..known() }));
        assert_eq!(asked.join(" "), "1 2 3 4 5");
        assert!(ended.reached_the_end() && !ended.stopped_early());
        assert_eq!(walk(from_first(true), until(4, Shown { again: true, ..known() })).0.join(" "), "1 2 3 4");
        assert_eq!(walk(from_first(true), until(3, Shown::default())).0.join(" "), "1 2 3 4 5", "a gap may have two pages");
        let knowing_kind = Shown { keeps_count: true, ..known() };
        assert_eq!(walk(from_first(false), |number| if number < 4 { knowing_kind } else { Shown { too_old: true, ..known() } }).0.len(), 4);
    }

    #[test]
    fn a_second_page_like_the_first_is_told() {
        let shows = |number| Shown { again: number > 1, ..news() };
        let (asked, _, told) = walk(Walk::new(vec![page(1)], vec![], 0, true), shows);
        assert_eq!(asked.len(), 2);
        assert!(told.unwrap().contains("the same as its first"));
    }

    #[test]
    fn what_was_left_is_read_on_to_the_end_while_the_first_page_stops_at_what_is_known() {
        let (asked, ended, _) = walk(Walk::new(vec![page(1)], vec![page(20), page(1)], 19, true), |number| match number {
            1..=2 | 20..=22 => known(),
            _ => Shown { too_old: true, ..known() },
        });
        assert_eq!(asked.join(" "), "1 20 21 22 23");
        assert!(ended.reached_the_end());
    }

    #[test]
    fn a_page_is_asked_for_once_in_a_round_and_no_list_is_endless() {
        let mut round = Walk::new(vec![page(1)], vec![], 0, true);
        let step = round.take().unwrap();
        let again = Ask::Get("https://a.example/list?page=1#goodword-page=2&seen=1".parse().unwrap());
        round.go_on(&step, news(), vec![again, page(2), page(2)]);
        assert_eq!(round.left().count(), 1);
        let mut long = Walk::new(vec![page(1)], vec![page(7)], MOST_PAGES - 1, false);
        let step = long.take().unwrap();
        assert!(long.go_on(&step, news(), vec![page(2)]).unwrap().contains("10000 pages"));
    }

    #[test]
    fn an_unchanged_page_leads_on_only_where_the_list_is_read_to_its_end() {
        for (deep, left) in [(true, 1), (false, 0)] {
            let mut round = Walk::new(vec![page(1)], vec![], 0, deep);
            let step = round.take().unwrap();
            round.pass(&step, 7, vec![page(2)]);
            assert_eq!((round.left().count(), round.stopped_early()), (left, !deep));
        }
    }

    #[test]
    fn a_page_or_its_items_are_known_again() {
        let mention = |text: &str| Mention::new(text).unwrap();
        let mut round = Walk::default();
        assert!(!round.saw(1, &[mention("a"), mention("b")]));
        assert!(!round.saw(2, &[mention("b"), mention("c")]));
        assert!(round.saw(3, &[mention("a"), mention("c")]));
        assert!(!round.saw(4, &[]));
        assert!(round.saw(4, &[]));
    }
}

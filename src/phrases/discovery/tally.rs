//! Counts of very many things in bounded room: the rarest are dropped whenever there are too many.
//!
//! Lossy counting after Manku and Motwani: what is dropped and comes again begins anew, so a count may be short by the number of
//! times the table was thinned, never too high.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::grams::Gram;
use super::score::Sides;

/// The most groups of words that are counted at a time; about 30 MB.
const MOST: usize = 900_000;

/// How many of the happy and the unhappy say each group of words.
#[derive(Debug)]
pub(super) struct Tally {
    counts: HashMap<Gram, [f32; 2], BuildHasherDefault<Mix>>,
    most: usize,
    /// What is said no more often than this was dropped.
    floor: u16,
}

impl Default for Tally {
    fn default() -> Self {
        Self { counts: HashMap::default(), most: MOST, floor: 0 }
    }
}

impl Tally {
    pub(super) fn count(&mut self, gram: Gram, side: usize, weight: f32) {
        self.counts.entry(gram).or_default()[side] += weight;
        if self.counts.len() > self.most {
            self.thin();
        }
    }

    pub(super) fn get(&self, gram: Gram) -> Option<Sides> {
        self.counts.get(&gram).map(|counts| counts.map(f64::from))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Gram, Sides)> {
        self.counts.iter().map(|(gram, counts)| (*gram, counts.map(f64::from)))
    }

    fn thin(&mut self) {
        while self.counts.len() > self.most / 2 {
            self.floor += 1;
            let floor = f32::from(self.floor);
            self.counts.retain(|_, [happy, unhappy]| *happy + *unhappy > floor);
        }
    }
}

/// Groups of words are numbers already; mixing their bits is enough.
#[derive(Debug, Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = u128::from(self.0 ^ number) * 0x9e37_79b9_7f4a_7c15_u128;
        self.0 = (mixed >> 64) as u64 ^ mixed as u64;
    }

    fn write_u128(&mut self, number: u128) {
        self.write_u64(number as u64);
        self.write_u64((number >> 64) as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rare_go_and_the_frequent_stay_with_their_counts() {
        let mut tally = Tally { most: 100, ..Tally::default() };
        for number in 0..10_000_u32 {
            tally.count(Gram::of(&[number + 10]), 0, 1.0);
            tally.count(Gram::of(&[number % 5]), 1, 1.0);
        }
        assert!(tally.counts.len() <= 100);
        for number in 0..5 {
            let [happy, unhappy] = tally.get(Gram::of(&[number])).unwrap();
            assert!(happy == 0.0 && (1_900.0..=2_000.0).contains(&unhappy), "{unhappy}");
        }
    }
}

//! Phrases proposed from the customers' own words: what the happy ones say and the unhappy ones do not, or the other way round.
//!
//! Two readings of the same mentions, both linear in their text and bounded in memory: a [`Survey`] counts word groups (1 to 4 words,
//! or 2 to 6 Han characters) that are not tagged already, or that say more than the tag in them; a [`Shortlist`] of the telling ones is
//! then looked at closely: do they begin and end where a saying does, do they judge or only name a topic, and in which sentences do
//! they stand. Pure counting: knows nothing of stores, lists or ratings.

mod grams;
mod idle;
mod places;
mod score;
mod shortlist;
mod tally;

use std::collections::HashMap;

use grams::{Clauses, Gram, Lexicon};
use places::Places;
use score::{Sides, log_odds};
use tally::Tally;

pub use shortlist::{Place, Proposal, Shortlist};

/// Who says something: a happy or an unhappy customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// One who rates high, or whose words are clearly praise.
    Happy,
    /// One who rates low, or whose words are clearly a complaint.
    Unhappy,
}

impl Side {
    /// Where its counts stand.
    fn index(self) -> usize {
        match self {
            Self::Happy => 0,
            Self::Unhappy => 1,
        }
    }
}

/// A title or a text, and what is tagged in it already.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// What it says.
    pub text: &'a str,
    /// What is tagged in it.
    pub tagged: &'a [Stretch],
}

/// Characters of a text that are tagged, and the side they speak for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The side.
    pub side: Side,
}

/// What somebody said.
#[derive(Clone, Copy, Debug)]
pub struct Voice<'a> {
    /// Whose it is.
    pub side: Side,
    /// Where it was said and of what. Sides are compared within each place, as every place has words and a mood of its own.
    pub place: &'a str,
    /// Its title and text.
    pub parts: &'a [Part<'a>],
    /// Names of products that it may be about; no phrase holds one.
    pub names: &'a [String],
    /// Whether only sentences beside one that names a product count.
    pub only_near_names: bool,
}

/// The first reading: how many of the happy and of the unhappy say each group of words.
#[derive(Debug)]
pub struct Survey {
    lexicon: Lexicon,
    tally: Tally,
    /// What voices weigh together.
    heard: Sides,
    places: Places,
}

/// A group of words must be said by so many on the side it speaks for.
const LEAST: u32 = 4;
/// Of equally many voices on both sides, so large a part must be on that side.
const LEAST_SHARE: f64 = 0.75;
/// The first reading is that much less strict, as its weights are not settled.
const SLACK: f64 = 0.1;
/// Log-odds below so many standard deviations are chance.
const LEAST_SCORE: f64 = 1.5;
/// The most groups of words that are looked at closely.
const CLOSELY: usize = 6_000;

impl Survey {
    /// A survey of mentions in which products of these names may be meant.
    pub fn new(names: &[String]) -> Self {
        Self { lexicon: Lexicon::new(names), tally: Tally::default(), heard: [0.0, 0.0], places: Places::default() }
    }

    /// Counts what one mention says.
    pub fn hear(&mut self, voice: &Voice<'_>) {
        let clauses = Clauses::of(voice, &mut self.lexicon);
        let mut grams: Vec<Gram> = Vec::new();
        clauses.each_gram(|gram, _| grams.push(gram));
        grams.sort_unstable();
        grams.dedup();
        self.places.count(voice);
        // Good enough for choosing whom to look at: the weights settle as more is heard.
        let weight = self.places.weight(voice);
        self.heard[voice.side.index()] += f64::from(weight);
        for gram in grams {
            self.tally.count(gram, voice.side.index(), weight);
        }
    }

    /// How many happy and unhappy voices were heard.
    pub fn voices(&self) -> [u32; 2] {
        self.places.all
    }

    /// The groups of words that tell one side from the other. `side` asks for one of the two only.
    pub fn shortlist(self, side: Option<Side>) -> Shortlist {
        let mut telling: Vec<(Gram, Side, f64)> = Vec::new();
        for (gram, counts) in self.tally.iter() {
            let score = log_odds(counts, self.heard);
            let speaks_for = if score > 0.0 { Side::Happy } else { Side::Unhappy };
            if side.is_none_or(|side| side == speaks_for)
                && score.abs() >= LEAST_SCORE
                && share(counts, self.heard, speaks_for) >= LEAST_SHARE - SLACK
                && self.lexicon.may_be_said_alone(gram)
                && self.holds_together(gram)
            {
                telling.push((gram, speaks_for, score.abs()));
            }
        }
        telling.sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
        telling.truncate(CLOSELY);
        let grams: HashMap<Gram, Side> = telling.into_iter().map(|(gram, side, _)| (gram, side)).collect();
        Shortlist::new(self.lexicon, self.places, grams)
    }

    /// Whether its words stand together more often than their numbers make likely: normalised pointwise mutual information at
    /// every seam.
    fn holds_together(&self, gram: Gram) -> bool {
        let all = self.heard[0] + self.heard[1];
        let said = |gram: Gram| self.tally.get(gram).map_or(0.5, |counts| counts[0] + counts[1]);
        let least = grams::least_cohesion(gram);
        let most = (all / said(gram)).ln().max(f64::MIN_POSITIVE);
        gram.seams().all(|(left, right)| (all * said(gram) / (said(left) * said(right))).ln() / most >= least)
    }
}

/// The part of those who say it that is on this side, if both sides were equally many.
fn share(counts: Sides, heard: Sides, side: Side) -> f64 {
    let (own, other) = (side.index(), 1 - side.index());
    let rate = |side: usize| counts[side] / heard[side].max(1.0);
    rate(own) / (rate(own) + rate(other)).max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests;

//! Phrases proposed from the customers' own words: what the happy ones say and the unhappy ones do not, or the other way round.
//!
//! Two readings of the same mentions, both linear in their text and bounded in memory: a [`Survey`] counts word groups (1 to 4 words,
//! or 2 to 6 Han characters) outside of what is tagged already; a [`Shortlist`] of the telling ones is then looked at closely: do they
//! begin and end where a saying does, who says them, and in which sentences. Pure counting: knows nothing of stores, lists or ratings.

mod grams;
mod idle;
mod score;
mod shortlist;
mod tally;

use std::collections::HashMap;

use grams::{Clauses, Gram, Lexicon};
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

/// A title or a text, and the stretches of it (in characters) that are tagged already.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// What it says.
    pub text: &'a str,
    /// What is tagged in it.
    pub tagged: &'a [(usize, usize)],
}

/// What somebody said.
#[derive(Clone, Copy, Debug)]
pub struct Voice<'a> {
    /// Whose it is.
    pub side: Side,
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
    voices: Sides,
}

/// A group of words must be said by so many on the side it speaks for.
const LEAST: u32 = 4;
/// Of equally many voices on both sides, so large a part must be on that side.
const LEAST_SHARE: f64 = 0.8;
/// Log-odds below so many standard deviations are chance.
const LEAST_SCORE: f64 = 2.0;
/// The most groups of words that are looked at closely.
const CLOSELY: usize = 6_000;

impl Survey {
    /// A survey of mentions in which products of these names may be meant.
    pub fn new(names: &[String]) -> Self {
        Self { lexicon: Lexicon::new(names), tally: Tally::default(), voices: [0, 0] }
    }

    /// Counts what one mention says.
    pub fn hear(&mut self, voice: &Voice<'_>) {
        let clauses = Clauses::of(voice, &mut self.lexicon);
        let mut grams: Vec<Gram> = Vec::new();
        clauses.each_gram(|gram, _| grams.push(gram));
        grams.sort_unstable();
        grams.dedup();
        self.voices[voice.side.index()] += 1;
        for gram in grams {
            self.tally.count(gram, voice.side.index());
        }
    }

    /// How many happy and unhappy voices were heard.
    pub fn voices(&self) -> [u32; 2] {
        self.voices
    }

    /// The groups of words that tell one side from the other. `side` asks for one of the two only.
    pub fn shortlist(self, side: Option<Side>) -> Shortlist {
        let mut telling: Vec<(Gram, Side, f64)> = Vec::new();
        for (gram, counts) in self.tally.iter() {
            let score = log_odds(counts, self.voices);
            let speaks_for = if score > 0.0 { Side::Happy } else { Side::Unhappy };
            if side.is_none_or(|side| side == speaks_for)
                && score.abs() >= LEAST_SCORE
                && is_telling(counts, self.voices, speaks_for)
                && self.lexicon.may_be_said_alone(gram)
                && self.holds_together(gram)
            {
                telling.push((gram, speaks_for, score.abs()));
            }
        }
        telling.sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
        telling.truncate(CLOSELY);
        let grams: HashMap<Gram, Side> = telling.into_iter().map(|(gram, side, _)| (gram, side)).collect();
        Shortlist::new(self.lexicon, self.voices, grams)
    }

    /// Whether its words stand together more often than their numbers make likely: pointwise mutual information at every seam.
    fn holds_together(&self, gram: Gram) -> bool {
        let all = f64::from(self.voices[0]) + f64::from(self.voices[1]);
        let said = |gram: Gram| self.tally.get(gram).map_or(0.5, |counts| f64::from(counts[0] + counts[1]));
        let least = grams::least_cohesion(gram);
        gram.seams().all(|(left, right)| (all * said(gram) / (said(left) * said(right))).ln() >= least)
    }
}

/// Whether enough people say it, and nearly all of them on one side.
fn is_telling(counts: Sides, voices: Sides, side: Side) -> bool {
    let (own, other) = (side.index(), 1 - side.index());
    let rate = |side: usize| f64::from(counts[side]) / f64::from(voices[side].max(1));
    let scale = f64::from(voices[own]) / 2_500.0;
    counts[own] >= LEAST.max(scale as u32) && rate(own) >= LEAST_SHARE * (rate(own) + rate(other))
}

#[cfg(test)]
mod tests;

//! The second reading: telling groups of words looked at closely, and the proposals that are left.

use std::collections::HashMap;

use super::grams::{Clauses, Gram, Lexicon, Stand};
use super::score::{Sides, log_odds};
use super::{Side, Voice, is_telling};

/// A group that stands beside the same word in more than this part of its places is a piece of something longer.
const SAME_NEIGHBOUR: f64 = 0.6;
/// Examples kept of each.
const EXAMPLES: usize = 3;
/// Neighbours counted apart; of more than these none can be the usual one.
const NEIGHBOURS: usize = 200;

/// Telling groups of words, being looked at.
#[derive(Debug)]
pub struct Shortlist {
    lexicon: Lexicon,
    voices: Sides,
    looked_at: HashMap<Gram, Looked>,
}

/// What is known of a group.
#[derive(Debug)]
struct Looked {
    side: Side,
    counts: Sides,
    /// Places on its side, and the words around them there.
    places: u32,
    before: HashMap<u32, u32>,
    behind: HashMap<u32, u32>,
    examples: Vec<Place>,
    /// The last voice that was counted.
    last: Option<i64>,
}

/// Where a proposal is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The voice, as the caller numbers them.
    pub voice: i64,
    /// Which of its parts.
    pub part: usize,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// A phrase proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// As it would be listed.
    pub phrase: String,
    /// Who says it.
    pub side: Side,
    /// How many of the happy say it.
    pub happy: u32,
    /// How many of the unhappy do.
    pub unhappy: u32,
    /// Log-odds in standard deviations.
    pub score: f64,
    /// Where it is said, by people of its side.
    pub examples: Vec<Place>,
}

impl Shortlist {
    pub(super) fn new(lexicon: Lexicon, voices: Sides, grams: HashMap<Gram, Side>) -> Self {
        let looked = |side| Looked {
            side,
            counts: [0, 0],
            places: 0,
            before: HashMap::new(),
            behind: HashMap::new(),
            examples: Vec::new(),
            last: None,
        };
        Self { lexicon, voices, looked_at: grams.into_iter().map(|(gram, side)| (gram, looked(side))).collect() }
    }

    /// Looks at the groups in a voice, which the caller numbers.
    pub fn hear(&mut self, number: i64, voice: &Voice<'_>) {
        let clauses = Clauses::of(voice, &mut self.lexicon);
        let looked_at = &mut self.looked_at;
        clauses.each_gram(|gram, stand| {
            if let Some(looked) = looked_at.get_mut(&gram) {
                looked.note(number, voice.side, &stand);
            }
        });
    }

    /// The best proposals, best first, each unlike those before it. `is_known` tells which are no news.
    pub fn proposals(self, most: usize, is_known: impl Fn(&str) -> bool) -> Vec<Proposal> {
        let whole = |looked: &Looked| is_telling(looked.counts, self.voices, looked.side) && looked.is_whole();
        let mut left: Vec<(Gram, &Looked, f64)> = self
            .looked_at
            .iter()
            .filter(|(_, looked)| whole(looked))
            .map(|(gram, looked)| (*gram, looked, log_odds(looked.counts, self.voices).abs()))
            .collect();
        left.sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| b.0.cmp(&a.0)));
        let mut chosen: Vec<(Gram, Proposal)> = Vec::new();
        for (gram, looked, score) in left {
            if chosen.len() == most {
                break;
            }
            let alike = |(other, proposal): &(Gram, Proposal)| proposal.side == looked.side && (other.holds(gram) || gram.holds(*other));
            let phrase = self.lexicon.written(gram);
            if chosen.iter().any(alike) || is_known(&phrase) {
                continue;
            }
            let [happy, unhappy] = looked.counts;
            chosen.push((gram, Proposal { phrase, side: looked.side, happy, unhappy, score, examples: looked.examples.clone() }));
        }
        chosen.into_iter().map(|(_, proposal)| proposal).collect()
    }
}

impl Looked {
    fn note(&mut self, number: i64, side: Side, stand: &Stand<'_>) {
        let first_here = self.last.replace(number) != Some(number);
        self.counts[side.index()] += u32::from(first_here);
        if side != self.side {
            return;
        }
        self.places += 1;
        for (neighbours, word) in [(&mut self.before, stand.before), (&mut self.behind, stand.behind)] {
            if let Some(word) = word
                && (neighbours.len() < NEIGHBOURS || neighbours.contains_key(&word))
            {
                *neighbours.entry(word).or_default() += 1;
            }
        }
        if first_here && self.examples.len() < EXAMPLES {
            let (start, end) = stand.letters();
            self.examples.push(Place { voice: number, part: stand.part, start, end });
        }
    }

    /// Whether it begins and ends where people begin and end: no single word stands beside it nearly always.
    fn is_whole(&self) -> bool {
        let usual = |neighbours: &HashMap<u32, u32>| neighbours.values().max().copied().unwrap_or_default();
        let limit = f64::from(self.places) * SAME_NEIGHBOUR;
        f64::from(usual(&self.before)) <= limit && f64::from(usual(&self.behind)) <= limit
    }
}

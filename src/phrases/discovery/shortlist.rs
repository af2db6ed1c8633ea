//! The second reading: telling groups of words looked at closely, and the proposals that are left.

use std::collections::HashMap;

use super::grams::{Beside, Clauses, Gram, Lexicon, Stand};
use super::idle::Known;
use super::places::Places;
use super::score::{Sides, log_odds};
use super::{LEAST, LEAST_SCORE, LEAST_SHARE, Side, Voice, share};

/// A group that stands beside the same word in more than this part of its places is a piece of something longer.
const SAME_NEIGHBOUR: f64 = 0.6;
/// A group holds a tag for its side if it does in so large a part of its places.
const MOSTLY: f64 = 0.75;
/// A single word judges if people grade it (`so loud`) in so large a part of its places; else it must be much more telling than a
/// saying, and said by hardly anybody on the other side.
const GRADED: f64 = 0.1;
const LEAST_SCORE_OF_WORD: f64 = 3.5;
const LEAST_SHARE_OF_WORD: f64 = 0.9;
/// Examples kept of each.
const EXAMPLES: usize = 3;
/// Neighbours counted apart; of more than these none can be the usual one.
const NEIGHBOURS: usize = 200;

/// Telling groups of words, being looked at.
#[derive(Debug)]
pub struct Shortlist {
    lexicon: Lexicon,
    places: Places,
    /// What voices weigh together.
    heard: Sides,
    looked_at: HashMap<Gram, Looked>,
}

/// What is known of a group.
#[derive(Debug)]
struct Looked {
    side: Side,
    /// What those weigh who say it, and how many they are.
    weights: Sides,
    counts: [u32; 2],
    /// Places on its side, and the words around them there.
    places: u32,
    /// Places, of those, where it holds a tag that speaks for its side.
    tagged: u32,
    before: Neighbours,
    behind: Neighbours,
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
    pub(super) fn new(lexicon: Lexicon, places: Places, grams: HashMap<Gram, Side>) -> Self {
        let looked = |side| Looked {
            side,
            weights: [0.0, 0.0],
            counts: [0, 0],
            places: 0,
            tagged: 0,
            before: Neighbours::default(),
            behind: Neighbours::default(),
            examples: Vec::new(),
            last: None,
        };
        Self { lexicon, places, heard: [0.0, 0.0], looked_at: grams.into_iter().map(|(gram, side)| (gram, looked(side))).collect() }
    }

    /// Looks at the groups in a voice, which the caller numbers.
    pub fn hear(&mut self, number: i64, voice: &Voice<'_>) {
        let clauses = Clauses::of(voice, &mut self.lexicon);
        let weight = f64::from(self.places.weight(voice));
        self.heard[voice.side.index()] += weight;
        let looked_at = &mut self.looked_at;
        clauses.each_gram(|gram, stand| {
            if let Some(looked) = looked_at.get_mut(&gram) {
                looked.note(number, voice.side, weight, &stand);
            }
        });
    }

    /// Whether a group is a saying of its side.
    fn is_telling(&self, gram: Gram, looked: &Looked) -> bool {
        let share = share(looked.weights, self.heard, looked.side);
        let is_enough = looked.counts[looked.side.index()] >= LEAST && share >= LEAST_SHARE;
        let score = log_odds(looked.weights, self.heard).abs();
        if !is_enough || !looked.is_whole(&self.lexicon) || score < LEAST_SCORE {
            return false;
        }
        if looked.tagged > 0 {
            return looked.says_more_of_its_side();
        }
        let said = Surroundings::of(looked, &self.lexicon);
        let is_strong = share >= LEAST_SHARE_OF_WORD && score >= LEAST_SCORE_OF_WORD;
        (said.judges() || gram.is_clause() && !said.is_judged()) && (!gram.is_word() || said.grades >= GRADED || is_strong)
    }

    /// The best proposals, best first, each unlike those before it. `is_known` tells which are no news.
    pub fn proposals(self, most: usize, is_known: impl Fn(&str) -> bool) -> Vec<Proposal> {
        let mut left: Vec<(Gram, &Looked, f64)> = self
            .looked_at
            .iter()
            .filter(|(gram, looked)| self.is_telling(**gram, looked))
            .map(|(gram, looked)| (*gram, looked, log_odds(looked.weights, self.heard).abs()))
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
    /// Whether it begins and ends where people begin and end: no single word stands beside it nearly always.
    fn is_whole(&self, lexicon: &Lexicon) -> bool {
        let limit = f64::from(self.places) * SAME_NEIGHBOUR;
        // What no saying begins with may stand before it as often as it likes (`is`, `very`).
        let before = self.before.usual(|word| {
            let word = lexicon.known(word);
            word.may_begin && !word.grades
        });
        f64::from(before) <= limit && f64::from(self.behind.usual(|_| true)) <= limit
    }

    /// Whether it says more of what is tagged in it, for its own side.
    fn says_more_of_its_side(&self) -> bool {
        f64::from(self.tagged) >= f64::from(self.places) * MOSTLY
    }

    fn note(&mut self, number: i64, side: Side, weight: f64, stand: &Stand<'_>) {
        let first_here = self.last.replace(number) != Some(number);
        if first_here {
            self.counts[side.index()] += 1;
            self.weights[side.index()] += weight;
        }
        if side != self.side {
            return;
        }
        self.places += 1;
        self.tagged += u32::from(stand.tag == Some(side));
        self.before.count(stand.before);
        self.behind.count(stand.behind);
        if first_here && self.examples.len() < EXAMPLES {
            let (start, end) = stand.letters();
            self.examples.push(Place { voice: number, part: stand.part, start, end });
        }
    }
}

/// Which part of a group's places has what beside it.
#[derive(Debug)]
struct Surroundings {
    /// Before it: a word that leads up to a judgement (`very`, `is`), a clause's beginning, a word that introduces a topic (`the`,
    /// `of`), or something tagged, of which it is then the topic.
    leads: f64,
    /// Of those, words of degree.
    grades: f64,
    begins: f64,
    introduces: f64,
    judged_before: f64,
    /// Behind it: a word that goes on about a topic (`is`), or something tagged.
    follows: f64,
    judged_behind: f64,
}

impl Surroundings {
    fn of(looked: &Looked, lexicon: &Lexicon) -> Self {
        let part = |count: u32| f64::from(count) / f64::from(looked.places.max(1));
        Self {
            leads: part(looked.before.often(lexicon, |word| word.leads)),
            grades: part(looked.before.often(lexicon, |word| word.grades)),
            begins: part(looked.before.edges),
            introduces: part(looked.before.often(lexicon, |word| word.introduces)),
            judged_before: part(looked.before.found),
            follows: part(looked.behind.often(lexicon, |word| word.follows)),
            judged_behind: part(looked.behind.found),
        }
    }

    /// Whether it stands where judgements stand, and not where topics do.
    fn judges(&self) -> bool {
        self.leads + self.begins / 2.0 >= 0.3 && self.introduces <= 0.25 && !self.is_judged()
    }

    /// Whether something else is said of it.
    fn is_judged(&self) -> bool {
        self.judged_before > 0.2 || self.follows > 0.2 || self.judged_behind > 0.25
    }
}

/// What stands on one side of a group, and how often.
#[derive(Debug, Default)]
struct Neighbours {
    words: HashMap<u32, u32>,
    edges: u32,
    found: u32,
}

impl Neighbours {
    fn count(&mut self, beside: Beside) {
        match beside {
            Beside::Edge => self.edges += 1,
            Beside::Found => self.found += 1,
            Beside::Word(word) if self.words.len() < NEIGHBOURS || self.words.contains_key(&word) => {
                *self.words.entry(word).or_default() += 1;
            }
            Beside::Word(_) | Beside::Other => {}
        }
    }

    /// How often the word stands there that stands there most, of those that count.
    fn usual(&self, counts: impl Fn(u32) -> bool) -> u32 {
        self.words.iter().filter(|(word, _)| counts(**word)).map(|(_, count)| *count).max().unwrap_or_default()
    }

    /// How often a word of a kind stands there.
    fn often(&self, lexicon: &Lexicon, is_one: impl Fn(Known) -> bool) -> u32 {
        self.words.iter().filter(|(number, _)| is_one(lexicon.known(**number))).map(|(_, count)| count).sum()
    }
}

//! Everything that is looked for, in one automaton: phrases of the lists and their parts, names of products, cue words, and the
//! words that call a phrase or name in doubt.
//!
//! Scanning finds what stands where, in one pass; `overlap` and `ambiguity` settle what of it counts.

use std::collections::{HashMap, HashSet};

use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind};

use super::cues::{CUES, Cue, words};
use super::heads::Heads;
use super::lists::Lists;
use super::pattern::{GAP, parts};
use super::spelling::{ends_word, goes_on, is_drawn_out, name_spellings, spellings};
use crate::mention::Product;
use crate::text::Normalised;

/// What an item found in a text can mean.
#[derive(Debug, Default)]
pub(super) struct Sense {
    /// The phrase it is a form of, an index of the lists' phrases.
    pub phrase: Option<u32>,
    /// What it does to phrases around it.
    pub cues: Vec<Cue>,
    /// The word as the table of cues writes it.
    pub word: &'static str,
}

/// What else a pattern of the automaton is there for.
#[derive(Debug, Default)]
pub(super) struct Role {
    /// The product it names, an index of the lists' products.
    pub product: Option<u32>,
    /// The gapped forms it is the last part of, an index of [`Vocabulary::gapped`].
    pub closes: Vec<u32>,
    /// The phrases that do not count where it stands over them.
    pub spares: Vec<u32>,
    /// The products it tells something about.
    pub tells: Vec<(u32, Tells)>,
    is_part: bool,
    /// As a phrase it is one sign drawn out (赞赞赞), and is found only where that is so.
    drawn_out: bool,
}

/// What words tell about the name of a product that may mean something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tells {
    /// The product may be meant.
    Meant,
    /// A name they stand over does not mean it.
    OtherHere,
    /// No name in their sentence means it.
    OtherInSentence,
}

/// A form with gaps.
#[derive(Debug)]
pub(super) struct Gapped {
    /// What it means, an index of [`Vocabulary::senses`].
    pub meaning: u32,
    /// For each part the patterns that spell it.
    pub parts: Vec<Vec<u32>>,
}

/// A stretch of normalised text that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub start: u32,
    pub end: u32,
    /// An index of [`Vocabulary::senses`]; for names, of products; for all else, of [`Vocabulary::roles`].
    pub meaning: u32,
}

/// All that the automaton found in a text, ends ascending; nothing is settled yet.
#[derive(Debug, Default)]
pub(super) struct Finds {
    /// Phrases and cues.
    pub items: Vec<Found>,
    pub names: Vec<Found>,
    /// Parts of forms with gaps.
    pub parts: Vec<Found>,
    /// What keeps phrases from counting.
    pub spares: Vec<Found>,
    /// What tells something about names.
    pub telling: Vec<Found>,
}

/// A normalised text and what was found in it.
#[derive(Debug)]
pub(super) struct Scan<'t> {
    pub normalised: Normalised<'t>,
    pub finds: Finds,
}

/// What scanning must know of a pattern. Kept apart from its sense, and small, as much of what the automaton finds is passed over.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    length: u32,
    /// It ends in a letter of a word, so that no other may follow.
    ends_word: bool,
    is_item: bool,
    /// It has a [`Role`] that matters.
    has_role: bool,
}

/// States nearer the root than this take more room and less time. Few, as `heads` spares most ways from the root; measured on reviews.
const DENSE: usize = 2;

#[derive(Debug)]
pub(super) struct Vocabulary {
    automaton: NFA,
    heads: Heads,
    marks: Vec<Mark>,
    pub senses: Vec<Sense>,
    pub roles: Vec<Role>,
    pub gapped: Vec<Gapped>,
    words: HashSet<Box<[u8]>>,
    /// The products, ascending, whose names count only beside certain words.
    pub needy: Vec<u32>,
}

impl Vocabulary {
    pub(super) fn new(lists: &Lists) -> Self {
        let mut forms = Forms::default();
        for (at, phrase) in lists.phrases.iter().enumerate() {
            phrase.forms.iter().for_each(|form| forms.add_phrase(form, at as u32));
            for spelling in phrase.unless.iter().flat_map(|words| spellings(words)) {
                forms.entry(spelling).1.spares.push(at as u32);
            }
        }
        for (at, product) in lists.products.iter().enumerate() {
            forms.add_product(product, at as u32);
        }
        for (cue, entry) in CUES {
            for word in words(entry) {
                for form in spellings(word) {
                    let (sense, _) = forms.entry(form);
                    sense.cues.push(*cue);
                    sense.word = word;
                }
            }
        }
        let needy = lists.products.iter().enumerate().filter(|(_, product)| !product.required.is_empty());
        let needy = needy.map(|(at, _)| at as u32).collect();
        forms.compile(needy)
    }

    /// Normalises a text, with elongated words and hashtags brought to the words that are looked for, and finds all there is in it.
    /// `extra` are words of this text only, each behind a blank.
    pub(super) fn scan<'t>(&self, text: &'t str, extra: &[(Vec<u8>, u32)]) -> Scan<'t> {
        let is_extra = |word: &[u8]| extra.iter().any(|(form, _)| form.get(1..) == Some(word));
        let normalised = Normalised::new(text, &|word| self.words.contains(word) || is_extra(word));
        let mut finds = Finds::default();
        let bytes = normalised.bytes();
        let start = self.automaton.start_state(Anchored::No).expect("the automaton is built for unanchored search");
        let (mut state, mut at) = (start, 0);
        loop {
            if state == start {
                at = self.heads.next(bytes, at);
            }
            let Some(byte) = bytes.get(at) else { break };
            at += 1;
            state = self.automaton.next_state(Anchored::No, state, *byte);
            if self.automaton.is_match(state) {
                for index in 0..self.automaton.match_len(state) {
                    self.keep(self.automaton.match_pattern(state, index).as_u32(), at, &normalised, &mut finds);
                }
            }
        }
        Scan { normalised, finds }
    }

    /// Keeps what was found to end at `end`.
    fn keep(&self, meaning: u32, end: usize, normalised: &Normalised<'_>, finds: &mut Finds) {
        let Some(mark) = self.marks.get(meaning as usize) else { return };
        if mark.ends_word && goes_on(normalised.bytes().get(end..).unwrap_or_default()) {
            return;
        }
        let end = end as u32;
        let found = Found { start: end - mark.length, end, meaning };
        if mark.has_role {
            self.keep_role(found, normalised, finds);
        } else {
            finds.items.push(found);
        }
    }

    fn keep_role(&self, found: Found, normalised: &Normalised<'_>, finds: &mut Finds) {
        let (Some(mark), Some(role)) = (self.marks.get(found.meaning as usize), self.roles.get(found.meaning as usize)) else { return };
        if mark.is_item && (!role.drawn_out || normalised.is_wide(found.start)) {
            finds.items.push(found);
        }
        if let Some(product) = role.product {
            finds.names.push(Found { meaning: product, ..found });
        }
        if role.is_part {
            finds.parts.push(found);
        }
        if !role.spares.is_empty() {
            finds.spares.push(found);
        }
        if !role.tells.is_empty() {
            finds.telling.push(found);
        }
    }
}

/// The patterns of the automaton as they come together, each once.
#[derive(Default)]
struct Forms {
    places: HashMap<Vec<u8>, usize>,
    entries: Vec<(Sense, Role)>,
    gapped: Vec<(u32, Vec<Vec<u32>>)>,
}

impl Forms {
    fn place(&mut self, form: Vec<u8>) -> usize {
        let entries = &mut self.entries;
        *self.places.entry(form).or_insert_with(|| {
            entries.push(Default::default());
            entries.len() - 1
        })
    }

    fn entry(&mut self, form: Vec<u8>) -> &mut (Sense, Role) {
        let place = self.place(form);
        &mut self.entries[place]
    }

    fn add_phrase(&mut self, form: &str, phrase: u32) {
        if form.contains(GAP) {
            return self.add_gapped(form, phrase);
        }
        let drawn_out = is_drawn_out(form);
        for spelling in spellings(form) {
            let (sense, role) = self.entry(spelling);
            role.drawn_out = drawn_out && (role.drawn_out || sense.phrase.is_none());
            sense.phrase.get_or_insert(phrase);
        }
    }

    fn add_gapped(&mut self, form: &str, phrase: u32) {
        let mut patterns = Vec::new();
        for part in parts(form) {
            let places: Vec<u32> = spellings(part).into_iter().map(|spelling| self.place(spelling) as u32).collect();
            places.iter().for_each(|place| self.entries[*place as usize].1.is_part = true);
            patterns.push(places);
        }
        let number = self.gapped.len() as u32;
        for place in patterns.last().into_iter().flatten() {
            self.entries[*place as usize].1.closes.push(number);
        }
        self.gapped.push((phrase, patterns));
    }

    fn add_product(&mut self, product: &Product, number: u32) {
        let names: Vec<Vec<u8>> = product.all_names().flat_map(name_spellings).collect();
        for words in product.required.iter().flat_map(|words| spellings(words)) {
            self.entry(words).1.tells.push((number, Tells::Meant));
        }
        for words in product.excluded.iter().flat_map(|words| spellings(words)) {
            let holds_name = names.iter().any(|name| words.windows(name.len()).any(|stretch| stretch == name));
            let tells = if holds_name { Tells::OtherHere } else { Tells::OtherInSentence };
            self.entry(words).1.tells.push((number, tells));
        }
        for name in names {
            self.entry(name).1.product.get_or_insert(number);
        }
    }

    fn compile(self, needy: Vec<u32>) -> Vocabulary {
        let mut patterns = vec![&[][..]; self.entries.len()];
        for (form, at) in &self.places {
            patterns[*at] = form;
        }
        let marks = patterns.iter().zip(&self.entries).map(|(form, (sense, role))| Mark::of(form, sense, role)).collect();
        let is_letter = |byte: &u8| *byte > b' ';
        let words = patterns.iter().flat_map(|form| form.split(|byte| !is_letter(byte))).filter(|word| !word.is_empty());
        let words = words.map(Box::from).collect();
        let automaton = NFA::builder()
            .dense_depth(DENSE)
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .expect("lists of phrases are smaller than an automaton may be");
        let heads = Heads::of(&patterns);
        let (mut senses, roles): (Vec<Sense>, Vec<Role>) = self.entries.into_iter().unzip();
        let mut gapped = Vec::new();
        for (phrase, parts) in self.gapped {
            gapped.push(Gapped { meaning: senses.len() as u32, parts });
            senses.push(Sense { phrase: Some(phrase), ..Sense::default() });
        }
        Vocabulary { automaton, heads, marks, senses, roles, gapped, words, needy }
    }
}

impl Mark {
    fn of(form: &[u8], sense: &Sense, role: &Role) -> Self {
        let has_role = role.drawn_out || role.product.is_some() || role.is_part || !role.spares.is_empty() || !role.tells.is_empty();
        let is_item = sense.phrase.is_some() || !sense.cues.is_empty();
        Self { length: form.len() as u32, ends_word: ends_word(form), is_item, has_role }
    }
}

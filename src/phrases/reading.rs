//! A text cut into sentences and clauses, with the phrases, cues and names that stand in each.
//!
//! Says where things stand to one another; what that means is for `scope`, `comparison` and `join` to say.

use super::ambiguity::Doubts;
use super::cues::Cue;
use super::overlap::{keep_longest, settled_items};
use super::spelling::{ends_word, goes_on};
use super::vocabulary::{Found, Scan, Sense, Vocabulary};
use crate::text::{Normalised, QUESTION, SENTENCE};

/// A phrase or cue, and the clause it stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub start: u32,
    pub end: u32,
    sense: u32,
    pub clause: u32,
}

/// A product's name, and the clause it stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    pub start: u32,
    pub end: u32,
    pub product: u32,
    pub clause: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Clause {
    pub start: u32,
    pub end: u32,
    pub sentence: u32,
    /// The item that opened it, if a contrast did.
    pub opened_by: Option<u32>,
    /// The break that ends it; none if a contrast or the text's end does.
    ended_by: Option<u8>,
}

/// Only so many items around one are looked at, so that a text without punctuation takes no longer than another.
const SIGHT: usize = 24;

#[derive(Debug)]
pub(super) struct Reading<'t, 'v> {
    pub normalised: Normalised<'t>,
    vocabulary: &'v Vocabulary,
    pub items: Vec<Item>,
    pub names: Vec<Name>,
    pub clauses: Vec<Clause>,
    /// At least one product is named, and no other.
    pub names_one_product: bool,
}

impl<'t, 'v> Reading<'t, 'v> {
    /// Reads what was scanned; `extra` are names that count here only: their normalised spellings and product.
    pub(super) fn new(vocabulary: &'v Vocabulary, scan: Scan<'t>, doubts: &Doubts<'_>, extra: &[(Vec<u8>, u32)]) -> Self {
        let names = settled_names(&scan, doubts, extra);
        let mut items = settled_items(vocabulary, &scan);
        leave_out_phrases_in_names(&mut items, &names);
        let normalised = scan.normalised;
        let mut reading =
            Self { normalised, vocabulary, items: Vec::new(), names: Vec::new(), clauses: Vec::new(), names_one_product: false };
        reading.cut(&items, &names);
        reading
    }

    /// Cuts the text at breaks and contrasts, and gives every item and name its clause.
    fn cut(&mut self, items: &[Found], names: &[Found]) {
        let length = self.normalised.bytes().len() as u32;
        self.items = items.iter().map(|found| Item { start: found.start, end: found.end, sense: found.meaning, clause: 0 }).collect();
        let mut open = Clause { start: 0, end: length, sentence: 0, opened_by: None, ended_by: None };
        let breaks: Vec<(u32, u8)> = self.normalised.breaks().collect();
        let mut breaks = breaks.into_iter().peekable();
        for at in 0..self.items.len() {
            let start = self.items[at].start;
            while let Some((place, kind)) = breaks.next_if(|(place, _)| *place < start) {
                self.close(&mut open, place, Some(kind));
            }
            if self.is(at, Cue::Contrasts) || self.is(at, Cue::Concedes) {
                self.close(&mut open, start, None);
                open.opened_by = Some(at as u32);
            }
            self.items[at].clause = self.clauses.len() as u32;
        }
        for (place, kind) in breaks {
            self.close(&mut open, place, Some(kind));
        }
        self.clauses.push(open);
        let clauses = &self.clauses;
        let clause_of = |start: u32| clauses.partition_point(|clause| clause.end <= start).min(clauses.len() - 1) as u32;
        let name = |found: &Found| Name { start: found.start, end: found.end, product: found.meaning, clause: clause_of(found.start) };
        self.names = names.iter().map(name).collect();
        self.names_one_product = !self.names.is_empty() && self.names.windows(2).all(|pair| pair[0].product == pair[1].product);
    }

    /// Ends the open clause at `place`, and its sentence if the break does.
    fn close(&mut self, open: &mut Clause, place: u32, kind: Option<u8>) {
        let start = place + u32::from(kind.is_some());
        self.clauses.push(Clause { end: start, ended_by: kind, ..*open });
        let sentence = open.sentence + u32::from(kind.is_some_and(|kind| kind >= SENTENCE));
        *open = Clause { start, end: open.end, sentence, opened_by: None, ended_by: None };
    }

    pub(super) fn sense(&self, item: usize) -> &'v Sense {
        &self.vocabulary.senses[self.items[item].sense as usize]
    }

    /// Whether the item at `item` is a cue of this kind.
    pub(super) fn is(&self, item: usize, cue: Cue) -> bool {
        self.sense(item).cues.contains(&cue)
    }

    pub(super) fn clause(&self, clause: u32) -> &Clause {
        &self.clauses[clause as usize]
    }

    /// Whether the clause is what a question mark ends.
    pub(super) fn ends_in_question(&self, clause: u32) -> bool {
        self.clause(clause).ended_by == Some(QUESTION)
    }

    pub(super) fn sentence_of(&self, clause: u32) -> u32 {
        self.clause(clause).sentence
    }

    /// The items of the sentence in which `item` stands, as far as they are not too far off.
    pub(super) fn sentence_items(&self, item: usize) -> std::ops::Range<usize> {
        let sentence = self.sentence_of(self.items[item].clause);
        let here = |other: &usize| self.sentence_of(self.items[*other].clause) == sentence;
        let first = (item.saturating_sub(SIGHT)..item).rev().take_while(here).last().unwrap_or(item);
        let last = (item..self.items.len().min(item + SIGHT)).take_while(here).last().unwrap_or(item);
        first..last + 1
    }

    /// The normalised text from `start` to `end`.
    pub(super) fn bytes(&self, start: u32, end: u32) -> &[u8] {
        self.normalised.bytes().get(start as usize..end as usize).unwrap_or_default()
    }

    /// How many words stand between `end` and `start`; a bare character is a word. No more than `most` are counted.
    pub(super) fn words_between(&self, end: u32, start: u32, most: usize) -> usize {
        let is_head = |byte: &u8| *byte == b' ' || *byte >= 0xe2;
        self.bytes(end, start).iter().filter(|byte| is_head(byte)).take(most + 1).count()
    }
}

/// The names that count and stay, those among them that count for this text only.
fn settled_names(scan: &Scan<'_>, doubts: &Doubts<'_>, extra: &[(Vec<u8>, u32)]) -> Vec<Found> {
    let mut settled = Vec::new();
    let counting = scan.finds.names.iter().filter(|name| doubts.count(scan, name)).copied();
    if extra.is_empty() {
        counting.for_each(|name| keep_longest(&mut settled, name, |_| 0, |_| false));
        return settled;
    }
    let mut names: Vec<Found> = counting.collect();
    extra.iter().for_each(|(form, product)| add_names(&mut names, scan.normalised.bytes(), form, *product));
    names.sort_unstable_by_key(|name| (name.end, name.start));
    names.into_iter().for_each(|name| keep_longest(&mut settled, name, |_| 0, |_| false));
    settled
}

/// Adds the places where a name stands that the vocabulary does not have.
fn add_names(names: &mut Vec<Found>, bytes: &[u8], form: &[u8], product: u32) {
    let Some(first) = form.first() else { return };
    let word = ends_word(form);
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| byte == first)) {
        let start = at + found;
        let end = start + form.len();
        if bytes.get(start..end) == Some(form) && !(word && goes_on(bytes.get(end..).unwrap_or_default())) {
            names.push(Found { start: start as u32, end: end as u32, meaning: product });
        }
        at = start + 1;
    }
}

/// A name says nothing for or against: phrases inside one are left out.
fn leave_out_phrases_in_names(items: &mut Vec<Found>, names: &[Found]) {
    if !names.is_empty() {
        items.retain(|item| {
            let name = names.get(names.partition_point(|name| name.end < item.end));
            name.is_none_or(|name| name.start > item.start)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::Lists;

    fn read<'t, 'v>(vocabulary: &'v Vocabulary, text: &'t str, extra: &[(Vec<u8>, u32)]) -> Reading<'t, 'v> {
        let scan = vocabulary.scan(text, extra);
        let doubts = Doubts::about(vocabulary, &[&scan], &[]);
        Reading::new(vocabulary, scan, &doubts, extra)
    }

    #[test]
    fn breaks_and_contrasts_cut_a_text() {
        let vocabulary = Vocabulary::new(&Lists::default());
        let reading = read(&vocabulary, "Fine but dear, is it? 不错但是贵。", &[]);
        let clauses: Vec<_> =
            reading.clauses.iter().map(|clause| (reading.bytes(clause.start, clause.end).to_vec(), clause.sentence)).collect();
        let shown: Vec<_> = clauses.iter().map(|(bytes, sentence)| (String::from_utf8_lossy(bytes).into_owned(), *sentence)).collect();
        let expected = [(" fine", 0), (" but dear\u{1}", 0), (" is it\u{3}", 0), ("不错", 1), ("但是贵\u{2}", 1), ("", 2)]
            .map(|(text, at)| (text.to_owned(), at));
        assert_eq!(shown, expected);
        assert_eq!((0..6).filter(|clause| reading.ends_in_question(*clause)).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_name_for_one_text_is_found_in_it() {
        let vocabulary = Vocabulary::new(&Lists::default());
        let reading = read(&vocabulary, "Acme's phones, acmes, ACME", &[(b" acme".to_vec(), 7)]);
        let places: Vec<_> = reading.names.iter().map(|name| (name.start, name.product, name.clause)).collect();
        assert_eq!(places, [(0, 7, 0), (22, 7, 2)]);
    }
}

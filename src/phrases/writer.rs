//! Writes the tags of one part of a mention: phrases as they are meant, both sides of comparisons, points listed as good or bad.
//!
//! What is meant and what is joined is judged elsewhere; here it becomes tags with their evidence.

use super::cast::Cast;
use super::join::{Around, Joined, join, side_by_side};
use super::reading::{Name, Reading};
use super::scope::{Meant, compared};
use super::sides::{self, Comparison};
use super::tagger::{Entry, Tagger};
use crate::mention::{Field, JoinedBy, Note, Polarity, Tag};

/// Named as the list of what no list has.
const BUILT_IN: &str = concat!("goodword@", env!("CARGO_PKG_VERSION"));

/// Writes the tags of one part of a mention.
pub(super) struct Writer<'a, 't> {
    pub(super) tagger: &'a Tagger,
    pub(super) field: Field,
    pub(super) reading: &'a Reading<'t, 'a>,
    /// The comparisons by where their second name stands.
    pub(super) topics: Vec<(u32, &'a Comparison)>,
    pub(super) cast: &'a Cast<'a>,
    pub(super) around: Around,
    pub(super) tags: &'a mut Vec<Tag>,
    /// Where words of harm stand that are meant so.
    pub(super) harm: &'a mut Vec<(Field, usize)>,
    /// Where the tags of this part begin.
    pub(super) first: usize,
}

impl Writer<'_, '_> {
    /// The products a phrase is said of; one place for none at all.
    pub(super) fn joined(&self, item: usize) -> Vec<Option<Joined>> {
        let joined = join(self.reading, item, self.around);
        match joined.first().and_then(|first| self.topic_instead(item, first.name?)) {
            Some(topic) => vec![topic],
            None if joined.is_empty() => vec![None],
            None => joined.into_iter().map(Some).collect(),
        }
    }

    /// Behind `A is better than B` the talk is still of A.
    fn topic_instead(&self, item: usize, name: Name) -> Option<Option<Joined>> {
        let phrase = self.reading.items[item];
        if phrase.start < name.start {
            return None;
        }
        let found = self.topics.binary_search_by_key(&name.start, |(start, _)| *start).ok()?;
        let (_, comparison) = self.topics.get(found)?;
        let left = comparison.left.map(|left| self.said_of(left, phrase.clause));
        Some(left.or_else(|| self.unnamed(name)))
    }

    pub(super) fn compare(&mut self, comparison: &Comparison) {
        let decider = comparison.decider.map(|decider| (self.reading.items[decider], self.reading.sense(decider)));
        let Some(span) = comparison.words.or(decider.map(|(item, _)| (item.start, item.end))) else { return };
        let listed = decider.and_then(|(_, sense)| sense.phrase).filter(|_| comparison.words.is_none());
        let listed = listed.map(|phrase| &self.tagger.phrases[phrase as usize]);
        let built_in;
        let entry = match listed {
            Some(entry) => entry,
            None => {
                built_in = self.built_in(span, decider.map_or("", |(_, sense)| sense.word));
                &built_in
            }
        };
        let Some(meant) = self.compared(comparison, entry.polarity) else { return };
        let alike = comparison.alike || (comparison.verdict == sides::Verdict::AsGood && !meant.negated);
        let clause = decider.map(|(item, _)| item.clause).or(comparison.left.map(|left| left.clause)).unwrap_or_default();
        let other = if alike { meant.clone() } else { Meant { polarity: meant.polarity.flipped(), ..meant.clone() } };
        self.write_side(entry, span, &meant, clause, (comparison.left, comparison.right));
        if comparison.right.is_some() {
            self.write_side(entry, span, &other, clause, (comparison.right, comparison.left));
        }
    }

    /// How a comparison comes out for its left side.
    fn compared(&self, comparison: &Comparison, listed: Polarity) -> Option<Meant> {
        let (judged, said) = match comparison.verdict {
            sides::Verdict::Fixed(polarity) => (comparison.decider, polarity),
            sides::Verdict::AsMeant | sides::Verdict::AsGood => (comparison.decider, listed),
            sides::Verdict::Opposite => (comparison.cue, listed.flipped()),
        };
        let rule = comparison.rule.clone();
        match judged {
            None => Some(Meant { polarity: said, rule, negated: false }),
            Some(item) => compared(self.reading, item, said).map(|meant| Meant { rule, ..meant }),
        }
    }

    /// Writes what is said of one side and of the names set beside it; without a name, of what the title or page is about.
    fn write_side(&mut self, entry: &Entry, span: (u32, u32), meant: &Meant, clause: u32, (side, other): (Option<Name>, Option<Name>)) {
        let Some(side) = side else {
            let unnamed = other.and_then(|other| self.unnamed(other));
            return self.write(entry, span, meant, unnamed);
        };
        for name in side_by_side(self.reading, side).filter(|name| other.is_none_or(|other| other.product != name.product)) {
            let joined = self.said_of(name, clause);
            self.write(entry, span, meant, Some(joined));
        }
    }

    /// The entry of a comparative that no list has.
    fn built_in(&self, span: (u32, u32), word: &str) -> Entry {
        let words = String::from_utf8_lossy(self.reading.bytes(span.0, span.1)).trim().to_owned();
        Entry {
            written: if word.is_empty() { words } else { word.to_owned() },
            theme: "comparison".into(),
            polarity: Polarity::Praise,
            severe: false,
            list: BUILT_IN.into(),
        }
    }

    fn said_of(&self, name: Name, clause: u32) -> Joined {
        let by = match name.clause == clause {
            true => JoinedBy::Clause,
            false if self.reading.sentence_of(name.clause) == self.reading.sentence_of(clause) => JoinedBy::Sentence,
            false => JoinedBy::Nearby,
        };
        Joined { product: name.product, by, name: Some(name) }
    }

    /// The side of a comparison that is not named: what the title or page is about, if that is not the other side.
    fn unnamed(&self, other: Name) -> Option<Joined> {
        let title = self.around.title.map(|product| (product, JoinedBy::Title));
        let subject = self.around.subject.map(|product| (product, JoinedBy::Subject));
        let (product, by) = title.or(subject).filter(|(product, _)| *product != other.product)?;
        Some(Joined { product, by, name: None })
    }

    pub(super) fn write(&mut self, entry: &Entry, span: (u32, u32), meant: &Meant, joined: Option<Joined>) {
        let normalised = &self.reading.normalised;
        let bytes = normalised.original_bytes(span.0 as usize..span.1 as usize);
        let (start, end) = normalised.letters(&bytes);
        let name = joined
            .and_then(|joined| joined.name)
            .map(|name| normalised.letters(&normalised.original_bytes(name.start as usize..name.end as usize)));
        if entry.severe && meant.polarity == Polarity::Complaint && !meant.negated {
            self.harm.push((self.field, start));
        }
        self.tags.push(Tag {
            polarity: meant.polarity,
            phrase: entry.written.clone(),
            theme: entry.theme.to_string(),
            product: joined.map(|joined| self.cast.name(joined.product).to_owned()),
            field: self.field,
            start,
            end,
            text: normalised.original(bytes).to_owned(),
            product_start: name.map(|(start, _)| start),
            product_end: name.map(|(_, end)| end),
            joined_by: joined.map(|joined| joined.by),
            rule: meant.rule.clone(),
            negated: meant.negated,
            list: entry.list.to_string(),
        });
    }

    /// Points that the author listed count as listed: phrases inside take the side, and a point without one is a tag itself.
    pub(super) fn note(&mut self, notes: &[Note]) {
        for note in notes {
            let rule = match note.polarity {
                Polarity::Praise => "listed as good point",
                Polarity::Complaint => "listed as bad point",
            };
            let first = self.first;
            let mut inside = self.tags.iter_mut().skip(first).filter(|tag| tag.start >= note.start && tag.end <= note.end).peekable();
            if inside.peek().is_some() {
                inside.for_each(|tag| {
                    tag.polarity = note.polarity;
                    tag.negated = false;
                    rule.clone_into(&mut tag.rule);
                });
            } else if let Some(tag) = self.whole_note(note, rule) {
                self.tags.push(tag);
            }
        }
        if !notes.is_empty() {
            self.tags[self.first..].sort_by_key(|tag| tag.start);
        }
    }

    fn whole_note(&self, note: &Note, rule: &str) -> Option<Tag> {
        let words = self.reading.normalised.letters_slice(note.start, note.end)?;
        let joined =
            self.around.title.map(|product| (product, JoinedBy::Title)).or(self.around.subject.map(|product| (product, JoinedBy::Subject)));
        Some(Tag {
            polarity: note.polarity,
            phrase: words.to_owned(),
            theme: "pros and cons".to_owned(),
            product: joined.map(|(product, _)| self.cast.name(product).to_owned()),
            field: self.field,
            start: note.start,
            end: note.end,
            text: words.to_owned(),
            product_start: None,
            product_end: None,
            joined_by: joined.map(|(_, by)| by),
            rule: rule.to_owned(),
            negated: false,
            list: BUILT_IN.to_owned(),
        })
    }
}

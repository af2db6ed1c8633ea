//! The tagger: text in, tags with their evidence and a verdict out.
//!
//! Puts the steps together: read, judge, compare, join, weigh. Knows nothing of where texts come from or tags go.

use std::collections::HashMap;
use std::sync::Arc;

use super::ambiguity::{Doubt, Doubts};
use super::comparison::comparisons;
use super::join::{Around, Joined, join, side_by_side};
use super::lists::{Lists, Phrase};
use super::reading::{Name, Reading};
use super::scope::{Meant, compared, is_ironic, meant};
use super::sides::{self, Comparison};
use super::spelling::name_spellings;
use super::verdict::{Severe, severe, verdict};
use super::vocabulary::{self, Scan, Vocabulary};
use crate::mention::{Field, JoinedBy, Lang, Note, Polarity, Rating, Tag, Verdict};
use crate::text::{fold, language};

/// A text to tag, and what is known beside it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// The body.
    pub text: &'a str,
    /// The title.
    pub title: Option<&'a str>,
    /// What the page is about; may be a name that no list has.
    pub product: Option<&'a str>,
    /// Names that count for this text only.
    pub products: &'a [String],
    /// The stars or points given with it.
    pub rating: Option<Rating>,
    /// Its language, if known.
    pub lang: Option<&'a Lang>,
    /// Stretches of the text that its author listed as good or bad points.
    pub notes: &'a [Note],
}

/// What was found in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Tagging {
    /// Its language, as known or guessed.
    pub lang: Lang,
    /// The tags: of the title, then of the text, in the order they stand there.
    pub tags: Vec<Tag>,
    /// What it says in all.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub why: String,
    /// Whether it is a severe complaint: the worst rating, many complaints at once, or words of harm.
    pub ugly: bool,
    /// Every product that it names or is about.
    pub products: Vec<String>,
}

/// A name of a product that stands in a mention and does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// The product it would name.
    pub product: String,
    /// The part of the mention it stands in.
    pub field: Field,
    /// Where it begins, in characters.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The name as it stands there.
    pub text: String,
    /// Why it does not count.
    pub why: Doubt,
}

/// Finds the phrases of the lists in texts and joins them to products.
#[derive(Debug)]
pub struct Tagger {
    vocabulary: Vocabulary,
    phrases: Vec<Entry>,
    products: Vec<String>,
    /// The products by their folded names.
    by_name: HashMap<String, u32>,
}

/// Named as the list of what no list has.
const BUILT_IN: &str = concat!("goodword@", env!("CARGO_PKG_VERSION"));

/// What a tag tells of the phrase it found.
#[derive(Clone, Debug)]
struct Entry {
    written: String,
    /// One text for all entries of the theme, so that it is at hand when a tag is written.
    theme: Arc<str>,
    polarity: Polarity,
    list: Arc<str>,
    /// Whether a mention is severe in which it is meant as a complaint.
    severe: bool,
}

/// A theme that is called so holds phrases that make a mention severe, of the theme behind it.
const SEVERE: &str = "severe:";

impl Tagger {
    /// Builds the tagger for these lists.
    pub fn new<'l>(lists: &'l Lists) -> Self {
        let mut themes: HashMap<&str, Arc<str>> = HashMap::new();
        let mut entry = |phrase: &'l Phrase| {
            let list = &lists.lists[phrase.list];
            let severe = phrase.theme.strip_prefix(SEVERE);
            let theme = severe.unwrap_or(&phrase.theme).trim();
            Entry {
                severe: severe.is_some(),
                written: phrase.written.clone(),
                theme: Arc::clone(themes.entry(theme).or_insert_with(|| theme.into())),
                polarity: list.polarity,
                list: format!("{}@{}", list.name, phrase.version()).into(),
            }
        };
        let mut by_name = HashMap::new();
        for (at, product) in lists.products.iter().enumerate() {
            for name in product.all_names() {
                by_name.entry(fold(name)).or_insert(at as u32);
            }
        }
        Self {
            vocabulary: Vocabulary::new(lists),
            phrases: lists.phrases.iter().map(&mut entry).collect(),
            products: lists.products.iter().map(|product| product.name.clone()).collect(),
            by_name,
        }
    }

    /// Tags one text.
    pub fn tag(&self, subject: &Subject<'_>) -> Tagging {
        let cast = Cast::new(self, subject);
        let (title, text) = self.read(subject, &cast);
        let in_title = title.as_ref().and_then(|title| title.names.first()).map(|name| name.product);
        let around = Around { title: in_title, subject: cast.subject };
        let mut tags = Vec::new();
        let mut harm = Vec::new();
        if let Some(title) = &title {
            self.tag_field(Field::Title, title, &[], around, &cast, (&mut tags, &mut harm));
        }
        self.tag_field(Field::Text, &text, subject.notes, around, &cast, (&mut tags, &mut harm));
        let (verdict, why) = verdict(&tags, subject.rating);
        let severe = severe(&Severe { tags: &tags, harm: &harm, rating: subject.rating, verdict });
        let ugly = severe.is_some();
        let why = severe.map_or_else(|| why.clone(), |severe| format!("{why}; severe: {severe}"));
        let named = title.iter().flat_map(|title| &title.names).chain(&text.names).map(|name| name.product);
        let products = cast.named(named.chain(cast.subject));
        let lang = subject.lang.cloned().unwrap_or_else(|| language(subject.text));
        Tagging { lang, tags, verdict, why, ugly, products }
    }

    /// The first product of the lists that `text` names.
    pub fn product_in(&self, text: &str) -> Option<&str> {
        let subject = Subject { text, ..Subject::default() };
        let (_, reading) = self.read(&subject, &Cast::new(self, &subject));
        let name = reading.names.first()?;
        self.products.get(name.product as usize).map(String::as_str)
    }

    /// The names of products that stand in a mention but do not count, as they seem to mean something else.
    pub fn passed_over(&self, subject: &Subject<'_>) -> Vec<PassedOver> {
        let cast = Cast::new(self, subject);
        let title = subject.title.map(|title| (Field::Title, self.vocabulary.scan(title, &cast.spellings)));
        let text = (Field::Text, self.vocabulary.scan(subject.text, &cast.spellings));
        let parts: Vec<(Field, Scan<'_>)> = title.into_iter().chain([text]).collect();
        let doubts = Doubts::about(&self.vocabulary, &parts.iter().map(|(_, scan)| scan).collect::<Vec<_>>(), &cast.given);
        let passed = |field: Field, scan: &Scan<'_>, name: &vocabulary::Found| {
            let why = doubts.doubt(scan, name)?;
            let bytes = scan.normalised.original_bytes(name.start as usize..name.end as usize);
            let (start, end) = scan.normalised.letters(&bytes);
            let text = scan.normalised.original(bytes).to_owned();
            Some(PassedOver { product: cast.name(name.meaning).to_owned(), field, start, end, text, why })
        };
        parts.iter().flat_map(|(field, scan)| scan.finds.names.iter().filter_map(|name| passed(*field, scan, name))).collect()
    }

    /// Reads the title and text of a mention.
    fn read<'t>(&self, subject: &Subject<'t>, cast: &Cast<'_>) -> (Option<Reading<'t, '_>>, Reading<'t, '_>) {
        let title = subject.title.map(|title| self.vocabulary.scan(title, &cast.spellings));
        let text = self.vocabulary.scan(subject.text, &cast.spellings);
        let doubts = match &title {
            Some(title) => Doubts::about(&self.vocabulary, &[title, &text], &cast.given),
            None => Doubts::about(&self.vocabulary, &[&text], &cast.given),
        };
        let reading = |scan| Reading::new(&self.vocabulary, scan, &doubts, &cast.spellings);
        (title.map(reading), reading(text))
    }

    fn tag_field(&self, field: Field, reading: &Reading<'_, '_>, notes: &[Note], around: Around, cast: &Cast<'_>, found: Found<'_>) {
        let (tags, harm) = found;
        let comparisons = comparisons(reading);
        let mut by_decider: Vec<(usize, &Comparison)> =
            comparisons.iter().filter_map(|comparison| Some((comparison.decider?, comparison))).collect();
        by_decider.sort_by_key(|(decider, _)| *decider);
        by_decider.dedup_by_key(|(decider, _)| *decider);
        let mut topics: Vec<(u32, &Comparison)> =
            comparisons.iter().filter_map(|comparison| Some((comparison.right?.start, comparison))).collect();
        topics.sort_by_key(|(start, _)| *start);
        let first = tags.len();
        let mut writer = Writer { tagger: self, field, reading, topics, cast, around, tags, harm, first };
        comparisons.iter().filter(|comparison| comparison.decider.is_none()).for_each(|comparison| writer.compare(comparison));
        let by_sign = writer.tags.len() > first;
        let mut deciders = by_decider.into_iter().peekable();
        for item in 0..reading.items.len() {
            if let Some((_, comparison)) = deciders.next_if(|(decider, _)| *decider == item) {
                writer.compare(comparison);
            } else if let Some(phrase) = reading.sense(item).phrase {
                let entry = &self.phrases[phrase as usize];
                let listed = |item| reading.sense(item).phrase.map(|phrase| self.phrases[phrase as usize].polarity);
                if let Some(meant) = meant(reading, item, entry.polarity).filter(|_| !is_ironic(reading, item, listed)) {
                    let span = (reading.items[item].start, reading.items[item].end);
                    for joined in writer.joined(item) {
                        writer.write(entry, span, &meant, joined);
                    }
                }
            }
        }
        if by_sign {
            writer.tags[first..].sort_by_key(|tag| tag.start);
        }
        writer.note(notes);
    }
}

/// The products that can be named in one text: those of the lists, and those that count for it only.
struct Cast<'a> {
    listed: &'a [String],
    extra: Vec<&'a str>,
    spellings: Vec<(Vec<u8>, u32)>,
    subject: Option<u32>,
    /// All products that the mention is known to be about.
    given: Vec<u32>,
}

impl<'a> Cast<'a> {
    fn new(tagger: &'a Tagger, subject: &Subject<'a>) -> Self {
        let mut cast = Self { listed: &tagger.products, extra: Vec::new(), spellings: Vec::new(), subject: None, given: Vec::new() };
        for name in subject.products {
            let number = cast.add(tagger, name);
            cast.given.push(number);
        }
        cast.subject = subject.product.filter(|name| !name.trim().is_empty()).map(|name| cast.add(tagger, name));
        cast.given.extend(cast.subject);
        cast
    }

    /// The number of the product called `name`, which is a new one if no list has it.
    fn add(&mut self, tagger: &Tagger, name: &'a str) -> u32 {
        if !tagger.by_name.is_empty()
            && let Some(known) = tagger.by_name.get(&fold(name.trim()))
        {
            return *known;
        }
        if let Some(known) = self.extra.iter().position(|known| *known == name) {
            return (self.listed.len() + known) as u32;
        }
        let number = (self.listed.len() + self.extra.len()) as u32;
        self.extra.push(name);
        self.spellings.extend(name_spellings(name).into_iter().map(|spelling| (spelling, number)));
        number
    }

    fn name(&self, product: u32) -> &str {
        let listed = self.listed.get(product as usize).map(String::as_str);
        listed.or_else(|| self.extra.get(product as usize - self.listed.len()).copied()).unwrap_or_default()
    }

    /// The names of these products, each once.
    fn named(&self, products: impl Iterator<Item = u32>) -> Vec<String> {
        let mut numbers: Vec<u32> = products.collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().map(|product| self.name(product).to_owned()).collect()
    }
}

/// The tags, and where words of harm stand.
type Found<'a> = (&'a mut Vec<Tag>, &'a mut Vec<(Field, usize)>);

/// Writes the tags of one part of a mention.
struct Writer<'a, 't> {
    tagger: &'a Tagger,
    field: Field,
    reading: &'a Reading<'t, 'a>,
    /// The comparisons by where their second name stands.
    topics: Vec<(u32, &'a Comparison)>,
    cast: &'a Cast<'a>,
    around: Around,
    tags: &'a mut Vec<Tag>,
    /// Where words of harm stand that are meant so.
    harm: &'a mut Vec<(Field, usize)>,
    /// Where the tags of this part begin.
    first: usize,
}

impl Writer<'_, '_> {
    /// The products a phrase is said of; one place for none at all.
    fn joined(&self, item: usize) -> Vec<Option<Joined>> {
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

    fn compare(&mut self, comparison: &Comparison) {
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

    fn write(&mut self, entry: &Entry, span: (u32, u32), meant: &Meant, joined: Option<Joined>) {
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
    fn note(&mut self, notes: &[Note]) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::trial::lists;

    fn tagged(subject: Subject<'_>) -> Tagging {
        Tagger::new(&lists()).tag(&subject)
    }

    #[test]
    fn a_tag_shows_its_evidence_in_characters_of_the_original() {
        let text = "Ça va — Acme’s app is EASY‑to‑use 👍🏽";
        let tagging = tagged(Subject { text, ..Subject::default() });
        let tag = &tagging.tags[0];
        let letters: Vec<char> = text.chars().collect();
        assert_eq!(tag.text, "EASY‑to‑use");
        assert_eq!(letters[tag.start..tag.end].iter().collect::<String>(), tag.text);
        assert_eq!(letters[tag.product_start.unwrap()..tag.product_end.unwrap()].iter().collect::<String>(), "Acme");
        assert_eq!((tag.phrase.as_str(), tag.joined_by), ("easy to use", Some(JoinedBy::Clause)));
        assert!(tag.list.starts_with("praise.en@"), "{}", tag.list);
    }

    #[test]
    fn points_listed_as_good_or_bad_count_as_listed() {
        let text = "Pros: the slow start\nCons: none of note, fast";
        let notes = [
            Note { polarity: Polarity::Praise, start: 6, end: 20 },
            Note { polarity: Polarity::Complaint, start: 27, end: 39 },
            Note { polarity: Polarity::Complaint, start: 400, end: 500 },
        ];
        let tagging = tagged(Subject { text, notes: &notes, product: Some("Acme"), ..Subject::default() });
        let shown: Vec<_> =
            tagging.tags.iter().map(|tag| (tag.polarity, tag.text.as_str(), tag.theme.as_str(), tag.rule.as_str())).collect();
        let expected = [
            (Polarity::Praise, "slow", "theme", "listed as good point"),
            (Polarity::Complaint, "none of note", "pros and cons", "listed as bad point"),
            (Polarity::Praise, "fast", "theme", "plain"),
        ];
        assert_eq!(shown, expected);
        assert!(tagging.tags.iter().all(|tag| tag.product.as_deref() == Some("Acme")));
    }

    #[test]
    fn a_given_language_is_kept_and_another_guessed() {
        let lang = Lang::parse("ja").unwrap();
        assert_eq!(tagged(Subject { text: "很好", lang: Some(&lang), ..Subject::default() }).lang, lang);
        assert_eq!(tagged(Subject { text: "很好", ..Subject::default() }).lang, Lang::chinese());
    }

    proptest::proptest! {
        #[test]
        fn offsets_hold_in_any_text(text in "(fast|slow|not | |Acme|Bolt|than|better|比|爱可米|没有|问题|不|好用|[.,!?。，\n'’-]|\u{301}|👍🏽|é|\\PC){0,30}") {
            let products = ["é".to_owned(), "不好".to_owned()];
            let tagging = tagged(Subject { text: &text, title: Some(&text), products: &products, ..Subject::default() });
            let letters: Vec<char> = text.chars().collect();
            for tag in &tagging.tags {
                let stands: Option<String> = letters.get(tag.start..tag.end).map(|letters| letters.iter().collect());
                proptest::prop_assert_eq!(stands.as_deref(), Some(tag.text.as_str()));
                proptest::prop_assert!(!tag.text.is_empty());
                if let (Some(start), Some(end)) = (tag.product_start, tag.product_end) {
                    proptest::prop_assert!(start < end && end <= letters.len());
                }
            }
        }
    }
}

//! Texts to tags, against the automaton alone over text that somebody else has normalised.

use std::hint::black_box;
use std::time::{Duration, Instant};

use aho_corasick::AhoCorasick;
use goodword::mention::Mention;
use goodword::phrases::{Lists, Subject};
use goodword::text::{Normalised, SENTENCE};

use crate::measure::{Bound, Row, in_turn};
use crate::setup::Setup;

pub(crate) fn run(setup: &Setup) -> anyhow::Result<Vec<Row>> {
    let mentions = setup.mentions(setup.size.mentions)?;
    let bytes: usize = mentions.iter().map(|mention| mention.text.len()).sum();
    let bare = Bare::new(&setup.lists, &mentions)?;
    let ours = || {
        let started = Instant::now();
        for mention in &mentions {
            black_box(setup.tagger.tag(&Subject { text: &mention.text, ..Subject::default() }));
        }
        Ok(started.elapsed())
    };
    let took = in_turn(setup.size.rounds, ours, || Ok(bare.scan()))?;
    let lines = took.iter().map(|(ours, _)| mentions.len() as f64 / ours.as_secs_f64()).collect();
    Ok(vec![
        Row::rates("tag, against aho-corasick (overlapping)", "MB/s", bytes as f64 / 1e6, &took, Bound::AtLeast(0.25, 0.5)),
        Row::alone("tag: texts of 100–600 characters, one core", "texts/s", lines, Bound::Alone(50_000.0, 200_000.0)),
    ])
}

/// The bare automaton with the lists' patterns, and the texts as it wants them.
pub(crate) struct Bare {
    automaton: AhoCorasick,
    texts: Vec<Vec<u8>>,
}

impl Bare {
    pub(crate) fn new(lists: &Lists, mentions: &[Mention]) -> anyhow::Result<Self> {
        let names = lists.products.iter().flat_map(|product| product.all_names());
        let forms = lists.phrases.iter().flat_map(|phrase| &phrase.forms).map(String::as_str);
        let patterns = forms.chain(names).map(|form| {
            let mut bytes = Normalised::plain(form).bytes().to_vec();
            bytes.truncate(bytes.iter().rposition(|byte| *byte > SENTENCE).map_or(0, |last| last + 1));
            bytes
        });
        let automaton = AhoCorasick::new(patterns)?;
        let texts = mentions.iter().map(|mention| Normalised::plain(&mention.text).bytes().to_vec()).collect();
        Ok(Self { automaton, texts })
    }

    /// How long finding every match takes, overlapping ones too: the tagger needs them to choose among.
    pub(crate) fn scan(&self) -> Duration {
        let started = Instant::now();
        for text in &self.texts {
            black_box(self.automaton.find_overlapping_iter(text).count());
        }
        started.elapsed()
    }
}

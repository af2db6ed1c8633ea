//! Proposing phrases from what happy and unhappy customers write, and remembering which proposals were turned down.

use std::collections::{BTreeMap, HashMap, HashSet};

use indicatif::ProgressBar;
use jiff::Timestamp;
use serde::Serialize;

use super::{Excerpt, key};
use crate::app::App;
use crate::mention::{Field, Lang, Polarity, Tag, Verdict};
use crate::phrases::Subject;
use crate::phrases::discovery::{Part, Place, Proposal, Shortlist, Side, Stretch, Survey, Voice};
use crate::store::Wording;
use crate::suggestions::{self, Rejected};
use crate::text::fold;

/// Mentions read at once.
const AT_ONCE: i64 = 2_000;
/// From this part of the scale on a rating is a happy customer's.
const HAPPY: f64 = 0.75;
/// Up to this part of the scale it is an unhappy customer's.
const UNHAPPY: f64 = 0.4;

/// Which proposals are asked for.
#[derive(Clone, Debug, Default)]
pub struct SuggestRequest {
    /// Of this polarity only.
    pub polarity: Option<Polarity>,
    /// From mentions of this product only.
    pub product: Option<String>,
    /// From mentions written since.
    pub since: Option<Timestamp>,
    /// In this language only; else in every language that has a list.
    pub lang: Option<Lang>,
    /// From so many of the latest mentions only; from all if none. Pages must not read all.
    pub latest: Option<i64>,
    /// The most to give.
    pub limit: usize,
}

/// A phrase proposed for the lists.
#[derive(Clone, Debug, Serialize)]
pub struct Suggestion {
    /// The phrase.
    pub phrase: String,
    /// What it would be listed as.
    pub polarity: Polarity,
    /// Its language.
    pub lang: Lang,
    /// How many happy customers say it.
    pub happy: u32,
    /// How many unhappy ones do.
    pub unhappy: u32,
    /// How telling it is: the difference in log-odds, in standard deviations.
    pub score: f64,
    /// Sentences in which it is said.
    pub examples: Vec<Heard>,
}

/// A sentence of a mention.
#[derive(Clone, Debug, Serialize)]
pub struct Heard {
    /// The mention.
    pub id: String,
    /// The sentence.
    #[serde(flatten)]
    pub excerpt: Excerpt,
}

/// What was proposed, and from how many voices.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    /// The proposals, best first.
    pub proposed: Vec<Suggestion>,
    /// Happy customers heard.
    pub happy: u32,
    /// Unhappy customers heard.
    pub unhappy: u32,
}

/// Who says a phrase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Leaning {
    /// How many happy customers.
    pub happy: u32,
    /// How many unhappy ones.
    pub unhappy: u32,
}

impl Leaning {
    /// What the phrase should be listed as, if one side says it clearly more often.
    pub fn polarity(self) -> Option<Polarity> {
        match (self.happy, self.unhappy) {
            (happy, unhappy) if happy > 2 * unhappy => Some(Polarity::Praise),
            (happy, unhappy) if unhappy > 2 * happy => Some(Polarity::Complaint),
            _ => None,
        }
    }
}

impl App {
    /// Proposes phrases for the lists. Stored mentions are read twice.
    pub async fn suggest(&self, request: &SuggestRequest, progress: &ProgressBar) -> anyhow::Result<Suggestions> {
        let all = self.store.counts().await?.mentions;
        progress.set_length(2 * u64::try_from(request.latest.map_or(all, |latest| latest.min(all)))?);
        let names: Vec<String> = self.config().lists.products.iter().flat_map(|product| product.all_names()).map(str::to_owned).collect();
        let mut surveys: BTreeMap<Lang, Survey> = BTreeMap::new();
        self.each_voice(request, progress, |wording, voice| {
            surveys.entry(wording.lang.clone()).or_insert_with(|| Survey::new(&names)).hear(voice);
        })
        .await?;
        let mut told = Suggestions::default();
        for survey in surveys.values() {
            let [happy, unhappy] = survey.voices();
            told.happy += happy;
            told.unhappy += unhappy;
        }
        let side = request.polarity.map(side_of);
        let mut shortlists: BTreeMap<Lang, Shortlist> = surveys.into_iter().map(|(lang, survey)| (lang, survey.shortlist(side))).collect();
        self.each_voice(request, progress, |wording, voice| {
            if let Some(shortlist) = shortlists.get_mut(&wording.lang) {
                shortlist.hear(wording.row, voice);
            }
        })
        .await?;
        progress.finish_and_clear();
        let is_known = self.known_phrases().await?;
        let mut proposed: Vec<(Lang, Proposal)> = Vec::new();
        for (lang, shortlist) in shortlists {
            proposed.extend(shortlist.proposals(request.limit, &is_known).into_iter().map(|proposal| (lang.clone(), proposal)));
        }
        proposed.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
        proposed.truncate(request.limit);
        told.proposed = self.with_sentences(proposed).await?;
        Ok(told)
    }

    /// How many happy and unhappy customers say a phrase, given by its forms.
    pub async fn leaning(&self, forms: &[String]) -> anyhow::Result<Leaning> {
        let mut leaning = Leaning::default();
        for rows in self.affected(forms).await?.chunks(500) {
            for stored in self.store.mentions(rows).await? {
                let rating = stored.mention.rating.map(|rating| rating.share());
                match side(rating, stored.tagging.verdict) {
                    Some(Side::Happy) => leaning.happy += 1,
                    Some(Side::Unhappy) => leaning.unhappy += 1,
                    None => {}
                }
            }
        }
        Ok(leaning)
    }

    /// Turns a proposal down for good; tells whether it was not before.
    pub async fn reject_suggestion(&self, phrase: &str) -> anyhow::Result<bool> {
        let mut tx = self.store.begin().await?;
        let new = suggestions::reject(&mut tx, phrase.trim(), self.clock.now()).await?;
        tx.commit().await?;
        Ok(new)
    }

    /// Lets a proposal that was turned down come again; tells whether it was turned down.
    pub async fn unreject_suggestion(&self, phrase: &str) -> anyhow::Result<bool> {
        let mut tx = self.store.begin().await?;
        let was = suggestions::unreject(&mut tx, phrase.trim()).await?;
        tx.commit().await?;
        Ok(was)
    }

    /// The proposals that were turned down.
    pub async fn rejected_suggestions(&self) -> anyhow::Result<Vec<Rejected>> {
        suggestions::rejected(&self.store).await
    }

    /// Calls `each` with every mention that a request is about and whose side is clear.
    async fn each_voice(
        &self,
        request: &SuggestRequest,
        progress: &ProgressBar,
        mut each: impl FnMut(&Wording, &Voice<'_>),
    ) -> anyhow::Result<()> {
        let config = self.config();
        let langs: HashSet<&Lang> = match &request.lang {
            Some(lang) => HashSet::from([lang]),
            None => config.lists.lists.iter().map(|list| &list.lang).collect(),
        };
        let mut after = match request.latest {
            Some(latest) => self.store.last_row().await?.saturating_sub(latest),
            None => 0,
        };
        loop {
            let batch = self.store.wordings(after, AT_ONCE).await?;
            let Some(last) = batch.last() else { return Ok(()) };
            after = last.row;
            for wording in batch.iter().filter(|wording| langs.contains(&wording.lang) && request.is_about(wording)) {
                if let Some(side) = side(wording.rating.map(|rating| rating.share()), wording.verdict) {
                    with_voice(wording, side, &mut each);
                }
            }
            progress.inc(batch.len() as u64);
        }
    }

    /// Tells which phrases need not be proposed: those of the lists, what is tagged already, and what was turned down.
    async fn known_phrases(&self) -> anyhow::Result<impl Fn(&str) -> bool> {
        let listed: HashSet<Vec<u8>> = self.config().lists.phrases.iter().flat_map(|phrase| &phrase.forms).map(|form| key(form)).collect();
        let rejected: HashSet<String> = self.rejected_suggestions().await?.iter().map(|rejected| fold(&rejected.phrase)).collect();
        let tagger = self.crawler().rules.tagger();
        Ok(move |phrase: &str| {
            rejected.contains(&fold(phrase))
                || listed.contains(&key(phrase))
                || tagger.tag(&Subject { text: phrase, ..Subject::default() }).tags.iter().any(|tag| is_all_of(phrase, tag))
        })
    }

    /// Fetches the sentences of the examples.
    async fn with_sentences(&self, proposed: Vec<(Lang, Proposal)>) -> anyhow::Result<Vec<Suggestion>> {
        let mut rows: Vec<i64> = proposed.iter().flat_map(|(_, proposal)| &proposal.examples).map(|place| place.voice).collect();
        rows.sort_unstable();
        rows.dedup();
        let stored: HashMap<i64, _> = self.store.mentions(&rows).await?.into_iter().map(|stored| (stored.row, stored)).collect();
        let heard = |place: &Place| {
            let stored = stored.get(&place.voice)?;
            let title = stored.mention.title.as_deref().filter(|_| place.part == TITLE);
            let excerpt = Excerpt::of(title.unwrap_or(&stored.mention.text), place.start, place.end);
            Some(Heard { id: stored.id.clone(), excerpt })
        };
        let suggestion = |(lang, proposal): (Lang, Proposal)| Suggestion {
            polarity: if proposal.side == Side::Happy { Polarity::Praise } else { Polarity::Complaint },
            lang,
            happy: proposal.happy,
            unhappy: proposal.unhappy,
            score: (proposal.score * 100.0).round() / 100.0,
            examples: proposal.examples.iter().filter_map(heard).collect(),
            phrase: proposal.phrase,
        };
        Ok(proposed.into_iter().map(suggestion).collect())
    }
}

impl SuggestRequest {
    fn is_about(&self, wording: &Wording) -> bool {
        self.since.is_none_or(|since| wording.at >= since)
            && self.product.as_ref().is_none_or(|product| wording.products.iter().any(|named| fold(named) == fold(product)))
    }
}

/// Whether a tag covers all of a phrase.
fn is_all_of(phrase: &str, tag: &Tag) -> bool {
    tag.start == 0 && tag.end == phrase.chars().count()
}

/// The part of a voice that is its title; the text comes before it.
const TITLE: usize = 1;

fn with_voice(wording: &Wording, side: Side, each: &mut impl FnMut(&Wording, &Voice<'_>)) {
    let tagged = |field: Field| -> Vec<Stretch> {
        let here = wording.tagged.iter().filter(|tag| tag.field == field);
        here.map(|tag| Stretch { start: tag.start, end: tag.end, side: side_of(tag.polarity) }).collect()
    };
    let (in_text, in_title) = (tagged(Field::Text), tagged(Field::Title));
    let parts =
        [Part { text: &wording.text, tagged: &in_text }, Part { text: wording.title.as_deref().unwrap_or_default(), tagged: &in_title }];
    // What a page is about everything on it is said of; a product that is only named is spoken of where it is named.
    let only_near_names = wording.subject.is_none() && !wording.products.is_empty();
    let place = format!("{}\n{}", wording.source, wording.subject.as_deref().unwrap_or_default());
    each(wording, &Voice { side, place: &place, parts: &parts, names: &wording.products, only_near_names });
}

/// Whose voice it is: by the rating; where there is none, by a verdict that is clear.
fn side(rating_share: Option<f64>, verdict: Verdict) -> Option<Side> {
    match (rating_share, verdict) {
        (Some(share), _) if share >= HAPPY => Some(Side::Happy),
        (Some(share), _) if share <= UNHAPPY => Some(Side::Unhappy),
        (None, Verdict::Praise) => Some(Side::Happy),
        (None, Verdict::Complaint) => Some(Side::Unhappy),
        _ => None,
    }
}

fn side_of(polarity: Polarity) -> Side {
    match polarity {
        Polarity::Praise => Side::Happy,
        Polarity::Complaint => Side::Unhappy,
    }
}

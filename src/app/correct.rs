//! Corrections: people say "not this", "wrong product", "wrong polarity"; what they say is kept, applied, exported and tried on the lists.

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::App;
use super::retag::{product_of, products_of};
use crate::mention::{Lang, Rating};
use crate::phrases::{Correction, Place, Says, Subject, Tagging};
use crate::store::{Judgement, Stored};

/// A corrected mention as a test case: the text, and what people said of its tags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectedCase {
    /// The mention's id.
    pub id: String,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it says.
    pub text: String,
    /// What it was taken to be about before anybody corrected that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The points given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<f64>,
    /// The lowest and highest that could be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<(f64, f64)>,
    /// Its language.
    pub lang: String,
    /// What people said.
    pub corrections: Vec<Correction>,
}

/// How a corrected mention fares with the lists alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseOutcome {
    /// The mention's id.
    pub id: String,
    /// Corrections that the lists get right by themselves.
    pub right: usize,
    /// Those they do not, each in words.
    pub wrong: Vec<String>,
}

impl App {
    /// The mention of this id, as it stands now.
    pub async fn mention(&self, id: &str) -> anyhow::Result<Stored> {
        let found = self.store.find(id).await?;
        found.with_context(|| format!("there is no mention `{id}`; `goodword search --json` prints the ids"))
    }

    /// Keeps what a person says of tag `number` (from 1) of a mention, or of all of it; returns the mention as it stands then.
    pub async fn correct(&self, id: &str, number: Option<usize>, says: Says, by: Option<String>) -> anyhow::Result<Stored> {
        let stored = self.mention(id).await?;
        let place = number.map(|number| place(&stored, number)).transpose()?;
        let correction = Correction { place, says, by, at: self.clock.now() };
        let corrections = stored.corrections.iter().cloned().chain([correction]).collect();
        self.keep_corrections(stored, corrections).await
    }

    /// Takes back correction `number` (from 1) of a mention; returns the mention as it stands then.
    pub async fn undo_correction(&self, id: &str, number: usize) -> anyhow::Result<Stored> {
        let stored = self.mention(id).await?;
        let mut corrections = stored.corrections.clone();
        if number == 0 || number > corrections.len() {
            bail!("mention `{id}` has {} corrections; `goodword corrections` lists them", corrections.len());
        }
        corrections.remove(number - 1);
        self.keep_corrections(stored, corrections).await
    }

    async fn keep_corrections(&self, stored: Stored, corrections: Vec<Correction>) -> anyhow::Result<Stored> {
        let judgement = self.judged_anew(&stored);
        let mut tx = self.store.begin().await?;
        tx.correct(&stored, corrections, judgement).await?;
        self.reconsider_replies(&mut tx, &[stored.row]).await?;
        tx.commit().await?;
        self.mention(&stored.id).await
    }

    /// What the lists alone make of a stored mention.
    pub(super) fn judged_anew(&self, stored: &Stored) -> Judgement {
        let config = self.config();
        let products = products_of(&config.sources);
        self.crawler().rules.judge(product_of(stored, &products), &stored.mention)
    }

    /// All corrected mentions as test cases.
    pub async fn corrected_cases(&self) -> anyhow::Result<Vec<CorrectedCase>> {
        let stored = self.store.corrected().await?;
        Ok(stored.into_iter().map(|stored| CorrectedCase { product: self.judged_anew(&stored).subject, ..case(stored) }).collect())
    }

    /// How the lists, without corrections, fare with a test case.
    pub fn try_case(&self, case: &CorrectedCase) -> CaseOutcome {
        let lang = Lang::parse(&case.lang);
        let scale = case.scale.unwrap_or((1.0, 5.0));
        let tagging = self.crawler().rules.tagger().tag(&Subject {
            text: &case.text,
            title: case.title.as_deref(),
            product: case.product.as_deref(),
            rating: case.rating.and_then(|value| Rating::new(value, scale.0, scale.1)),
            lang: lang.as_ref(),
            ..Subject::default()
        });
        let wrong: Vec<String> = case.corrections.iter().filter(|correction| !met(correction, case, &tagging)).map(in_words).collect();
        CaseOutcome { id: case.id.clone(), right: case.corrections.len() - wrong.len(), wrong }
    }
}

fn met(correction: &Correction, case: &CorrectedCase, tagging: &Tagging) -> bool {
    match (&correction.place, &correction.says) {
        (None, Says::Product(product)) => *product == case.product,
        _ => correction.is_met(tagging),
    }
}

fn place(stored: &Stored, number: usize) -> anyhow::Result<Place> {
    let tag = number.checked_sub(1).and_then(|at| stored.tagging.tags.get(at));
    let count = stored.tagging.tags.len();
    tag.map(Place::from).with_context(|| format!("mention `{}` has {count} tags; `goodword correct {}` shows them", stored.id, stored.id))
}

fn case(stored: Stored) -> CorrectedCase {
    let rating = stored.mention.rating;
    CorrectedCase {
        id: stored.id,
        title: stored.mention.title,
        text: stored.mention.text,
        product: None,
        rating: rating.map(|rating| rating.value()),
        scale: rating.map(|rating| (rating.worst(), rating.best())),
        lang: stored.tagging.lang.as_str().to_owned(),
        corrections: stored.corrections,
    }
}

/// What a person said, in words.
pub fn in_words(correction: &Correction) -> String {
    let said = match &correction.says {
        Says::NotThis => "says no such thing".to_owned(),
        Says::Product(Some(product)) => format!("is about {product}"),
        Says::Product(None) => "is about no product".to_owned(),
        Says::Polarity(polarity) => format!("is a {polarity}"),
        Says::Verdict(verdict) => format!("is {verdict}"),
    };
    let by = correction.by.as_deref().map(|by| format!(" ({by}, {})", correction.at.strftime("%F"))).unwrap_or_default();
    match &correction.place {
        Some(place) => {
            let product = place.product.as_deref().map(|product| format!(" of {product}")).unwrap_or_default();
            format!("“{}”{product} {said}{by}", place.text)
        }
        None => format!("the mention {said}{by}"),
    }
}

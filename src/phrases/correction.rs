//! What people say against tags: "not this", "wrong product", "wrong polarity".
//!
//! Corrections are kept with the mention and laid over whatever the tagger finds, so they outlive changed lists and edited texts. They are
//! pure values: who may correct, and where corrections are kept, is not known here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::tagger::Tagging;
use super::verdict::verdict;
use crate::mention::{Field, JoinedBy, Polarity, Rating, Tag, Verdict};

/// The rule that a corrected tag shows.
const RULE: &str = "corrected by a person";

/// What a person said of a tag, or of a mention as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The tag it is about; none for the mention as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What is right.
    pub says: Says,
    /// Who said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Which tag is meant: the words that stand there and the product they were joined to, as the person saw them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The part of the mention.
    pub field: Field,
    /// The words.
    pub text: String,
    /// Where they stood, in characters; after an edit the nearest such words are meant.
    pub start: usize,
    /// The product the tag was joined to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The phrase as its list wrote it, for those who mend the lists.
    pub phrase: String,
}

impl From<&Tag> for Place {
    fn from(tag: &Tag) -> Self {
        Self { field: tag.field, text: tag.text.clone(), start: tag.start, product: tag.product.clone(), phrase: tag.phrase.clone() }
    }
}

/// What is right instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Says {
    /// It says no such thing. Of a whole mention: nothing in it counts.
    NotThis,
    /// It is said of this product; of none of ours or our competitors' if none is given.
    Product(Option<String>),
    /// It is meant this way.
    Polarity(Polarity),
    /// The mention as a whole says this.
    Verdict(Verdict),
}

/// The product that people said a mention is about, if they did: `Some(None)` if they said about none.
pub fn corrected_subject(corrections: &[Correction]) -> Option<Option<&str>> {
    corrections.iter().rev().filter(|correction| correction.place.is_none()).find_map(|correction| match &correction.says {
        Says::Product(product) => Some(product.as_deref()),
        _ => None,
    })
}

impl Correction {
    /// Whether `tagging` says what the person said without being told.
    pub fn is_met(&self, tagging: &Tagging) -> bool {
        let Some(place) = &self.place else {
            return match &self.says {
                Says::Product(product) => product.as_ref().is_none_or(|product| tagging.products.contains(product)),
                says => said_verdict(says).is_none_or(|verdict| verdict == tagging.verdict),
            };
        };
        // A longer phrase over the same words may say what is right.
        let end = place.start + place.text.chars().count();
        let over = |tag: &&Tag| tag.field == place.field && tag.start <= place.start && tag.end >= end;
        let mut here = tagging.tags.iter().filter(over);
        match &self.says {
            Says::NotThis => !here.any(|tag| tag.text == place.text && tag.product == place.product),
            Says::Product(product) => here.any(|tag| tag.product == *product),
            Says::Polarity(polarity) => here.any(|tag| tag.polarity == *polarity),
            Says::Verdict(verdict) => *verdict == tagging.verdict,
        }
    }
}

impl Tagging {
    /// Lays `corrections` over what the tagger found, in the order they were made, and weighs the rest anew.
    pub fn correct(&mut self, corrections: &[Correction], rating: Option<Rating>) {
        if corrections.is_empty() {
            return;
        }
        for correction in corrections {
            match &correction.place {
                Some(place) => self.correct_tag(place, &correction.says),
                None => self.correct_whole(&correction.says),
            }
        }
        (self.verdict, self.why) = verdict(&self.tags, rating);
        let whole = corrections.iter().rev().filter(|correction| correction.place.is_none());
        let last = whole.filter_map(|correction| Some((said_verdict(&correction.says)?, correction))).next();
        if let Some((verdict, correction)) = last {
            let by = correction.by.as_deref().unwrap_or("a person");
            (self.verdict, self.why) = (verdict, format!("{by} said so; the phrases said {}", self.verdict));
        }
    }

    /// What is said of the mention's subject is said of the right one; nothing in a mention that says nothing counts.
    fn correct_whole(&mut self, says: &Says) {
        match says {
            Says::NotThis => self.tags.clear(),
            Says::Product(product) => {
                let of_subject = |tag: &Tag| tag.product.is_none() || tag.joined_by == Some(JoinedBy::Subject);
                for tag in self.tags.iter_mut().filter(|tag| of_subject(tag)) {
                    tag.product.clone_from(product);
                    tag.joined_by = product.as_ref().map(|_| JoinedBy::Subject);
                }
                self.products.extend(product.iter().filter(|product| !self.products.contains(product)).cloned().collect::<Vec<_>>());
            }
            Says::Polarity(_) | Says::Verdict(_) => {}
        }
    }

    fn correct_tag(&mut self, place: &Place, says: &Says) {
        let Some(at) = place.find(&self.tags) else { return };
        match says {
            Says::NotThis => {
                self.tags.remove(at);
            }
            Says::Product(product) => self.set_product(at, product.as_ref()),
            Says::Polarity(polarity) => {
                let tag = &mut self.tags[at];
                (tag.polarity, tag.rule) = (*polarity, RULE.to_owned());
            }
            Says::Verdict(_) => {}
        }
    }

    fn set_product(&mut self, at: usize, product: Option<&String>) {
        let corrected = Tag {
            product: product.cloned(),
            product_start: None,
            product_end: None,
            joined_by: None,
            rule: RULE.to_owned(),
            ..self.tags[at].clone()
        };
        let same = |tag: &Tag| (tag.field, tag.start, &tag.product) == (corrected.field, corrected.start, &corrected.product);
        if self.tags.iter().any(same) {
            self.tags.remove(at);
        } else {
            self.products.extend(product.filter(|product| !self.products.contains(product)).cloned());
            self.tags[at] = corrected;
        }
    }
}

impl Place {
    /// The tag that is meant, among those found now.
    fn find(&self, tags: &[Tag]) -> Option<usize> {
        let meant = |tag: &Tag| tag.field == self.field && tag.text == self.text && tag.product == self.product;
        let found = tags.iter().enumerate().filter(|(_, tag)| meant(tag));
        found.min_by_key(|(_, tag)| tag.start.abs_diff(self.start)).map(|(at, _)| at)
    }
}

fn said_verdict(says: &Says) -> Option<Verdict> {
    match says {
        Says::Verdict(verdict) => Some(*verdict),
        Says::NotThis => Some(Verdict::Neutral),
        Says::Polarity(Polarity::Praise) => Some(Verdict::Praise),
        Says::Polarity(Polarity::Complaint) => Some(Verdict::Complaint),
        Says::Product(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::trial::lists;
    use crate::phrases::{Subject, Tagger};

    fn tagging(text: &str) -> Tagging {
        Tagger::new(&lists()).tag(&Subject { text, ..Subject::default() })
    }

    fn correction(place: Option<Place>, says: Says) -> Correction {
        Correction { place, says, by: None, at: Timestamp::UNIX_EPOCH }
    }

    fn shown(tagging: &Tagging) -> Vec<(Polarity, &str, Option<&str>)> {
        tagging.tags.iter().map(|tag| (tag.polarity, &*tag.text, tag.product.as_deref())).collect()
    }

    #[test]
    fn a_struck_tag_counts_no_more_and_its_twin_does() {
        let mut found = tagging("Acme is great. The weather is great.");
        let second = Place::from(&found.tags[1]);
        found.correct(&[correction(Some(second), Says::NotThis)], None);
        assert_eq!(shown(&found), [(Polarity::Praise, "great", Some("Acme"))]);
        assert_eq!(found.tags[0].start, 8);
    }

    #[test]
    fn a_correction_outlives_an_edit_of_the_text() {
        let place = Place::from(&tagging("Acme has bad beats.").tags[0]);
        let mut edited = tagging("Oh my: Acme has bad beats.");
        edited.correct(&[correction(Some(place), Says::Polarity(Polarity::Praise))], None);
        assert_eq!(shown(&edited), [(Polarity::Praise, "bad", Some("Acme"))]);
        assert_eq!((edited.verdict, &*edited.tags[0].rule), (Verdict::Praise, RULE));
    }

    #[test]
    fn a_wrong_product_is_put_right_and_named_once() {
        let mut found = tagging("Acme is red. Bolt is great.");
        let place = Place { product: found.tags[0].product.clone(), ..Place::from(&found.tags[0]) };
        found.correct(&[correction(Some(place), Says::Product(Some("Acme".to_owned())))], None);
        assert_eq!(shown(&found), [(Polarity::Praise, "great", Some("Acme"))]);
        assert_eq!(found.products, ["Acme", "Bolt"]);
    }

    #[test]
    fn the_last_word_on_the_whole_mention_counts() {
        let mut found = tagging("Acme is great");
        let said = [correction(None, Says::NotThis), correction(None, Says::Verdict(Verdict::Mixed))];
        found.correct(&said, None);
        assert_eq!((found.verdict, found.tags.len()), (Verdict::Mixed, 0));
        assert!(found.why.contains("a person said so"), "{}", found.why);
        assert_eq!(corrected_subject(&[correction(None, Says::Product(None))]), Some(None));
        assert_eq!(corrected_subject(&said), None);
    }

    #[test]
    fn what_is_said_of_the_subject_follows_a_corrected_subject() {
        let subject = Subject { text: "So slow. I waited. I waited. Bolt is great.", product: Some("Acme"), ..Subject::default() };
        let mut found = Tagger::new(&lists()).tag(&subject);
        found.correct(&[correction(None, Says::Product(Some("Cargo".to_owned())))], None);
        assert_eq!(shown(&found), [(Polarity::Complaint, "slow", Some("Cargo")), (Polarity::Praise, "great", Some("Bolt"))]);
        assert!(found.products.contains(&"Cargo".to_owned()));
    }

    #[test]
    fn a_correction_of_words_that_are_gone_changes_nothing() {
        let place = Place::from(&tagging("Acme is great").tags[0]);
        let mut edited = tagging("Acme is slow");
        let before = edited.clone();
        edited.correct(&[correction(Some(place), Says::NotThis)], None);
        assert_eq!(edited, before);
    }
}

//! What is made of a mention: the product it is taken to be about, its tags and its verdict.

use crate::mention::Mention;
use crate::phrases::{Subject, Tagger};
use crate::store::Judgement;

/// Tags `mention`; `product` is what its source's pages are about.
///
/// What the page itself says it is about counts first where it names a known product: a shop's page may hold several.
pub fn judge(tagger: &Tagger, product: Option<&str>, mention: &Mention) -> Judgement {
    let about = mention.about.as_deref();
    let known = about.and_then(|about| tagger.product_in(about));
    let subject = known.or(product).or(about).map(str::to_owned);
    let tagging = tagger.tag(&Subject {
        text: &mention.text,
        title: mention.title.as_deref(),
        product: subject.as_deref(),
        products: &[],
        rating: mention.rating,
        lang: mention.lang.as_ref(),
        notes: &mention.notes,
    });
    Judgement { subject, tagging, filtered: None, flags: Vec::new() }
}

//! What is made of a mention: the product it is taken to be about, its tags and its verdict, and whether it is noise.

use crate::mention::Mention;
use crate::noise::{Post, Rules, Ruling};
use crate::phrases::{Subject, Tagger, Tagging};
use crate::store::Judgement;

/// What is made of `mention`; `product` is what its source's pages are about.
pub fn judge(tagger: &Tagger, noise: &Rules, product: Option<&str>, mention: &Mention) -> Judgement {
    let (subject, tagging) = tagged(tagger, product, mention);
    // A source that is about a product is heard whole, whatever is named there.
    let is_at_large = product.is_none() && tagging.products.is_empty();
    let other_sense = if is_at_large { passed_over(tagger, mention) } else { Vec::new() };
    let post = Post { mention, verdict: tagging.verdict, products: &tagging.products, other_sense: &other_sense };
    let Ruling { filtered, flags } = noise.rule(post);
    Judgement { subject, tagging, filtered, flags }
}

/// What `mention` is about, and its tags; `product` is what its source's pages are about.
///
/// What the page itself says it is about counts first where it names a known product: a shop's page may hold several.
pub fn tagged(tagger: &Tagger, product: Option<&str>, mention: &Mention) -> (Option<String>, Tagging) {
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
    (subject, tagging)
}

/// The products whose names stand in `mention` but mean something else there.
fn passed_over(tagger: &Tagger, mention: &Mention) -> Vec<String> {
    let subject = Subject { text: &mention.text, title: mention.title.as_deref(), ..Subject::default() };
    let mut names: Vec<String> = tagger.passed_over(&subject).into_iter().map(|passed| passed.product).collect();
    names.dedup();
    names
}

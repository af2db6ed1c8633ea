//! What answers about phrases look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// An entry of a list.
#[derive(ToSchema)]
pub(in crate::web::api) struct Phrase {
    /// As it is written.
    phrase: String,
    /// `praise` or `complaint`.
    polarity: String,
    /// Its language.
    lang: String,
    /// Its theme.
    theme: String,
    /// The list it stands in.
    list: String,
    /// The plain forms it stands for.
    forms: Vec<String>,
    /// Of a new one: its forms that another phrase has already.
    known: Option<Vec<String>>,
}

/// Entries of the lists.
#[derive(ToSchema)]
pub(in crate::web::api) struct Phrases {
    /// In the order of the files.
    phrases: Vec<Phrase>,
}

/// Verdicts that would change.
#[derive(ToSchema)]
pub(in crate::web::api) struct VerdictChange {
    /// The verdict with the lists as they are.
    from: String,
    /// The verdict with the phrase.
    to: String,
    /// How many mentions.
    mentions: u64,
}

/// How often it would be said of a product.
#[derive(ToSchema)]
pub(in crate::web::api) struct SaidOf {
    /// The product; null if it is not known.
    product: Option<String>,
    /// In how many mentions.
    mentions: u64,
}

/// A mention that would be tagged.
#[derive(ToSchema)]
pub(in crate::web::api) struct WouldTag {
    /// The mention.
    id: String,
    /// Whether it would count for or against.
    polarity: String,
    /// The product it would be said of.
    product: Option<String>,
    /// The rule that decides the polarity.
    rule: String,
    /// The verdict with the lists as they are.
    from: String,
    /// The verdict with the phrase.
    to: String,
    /// The sentence; a long one is cut.
    sentence: String,
    /// Where in it the phrase begins, in characters.
    start: u64,
    /// Where it ends.
    end: u64,
}

/// A sentence in which a phrase is said.
#[derive(ToSchema)]
pub(in crate::web::api) struct Heard {
    /// The mention.
    id: String,
    /// The sentence; a long one is cut.
    sentence: String,
    /// Where in it the phrase begins, in characters.
    start: u64,
    /// Where it ends.
    end: u64,
}

/// What a phrase would tag.
#[derive(ToSchema)]
pub(in crate::web::api) struct PhrasePreview {
    /// As it would be written.
    phrase: String,
    /// `praise` or `complaint`.
    polarity: String,
    /// Its language.
    lang: String,
    /// Its theme.
    theme: String,
    /// The list it would stand in.
    list: String,
    /// The plain forms it stands for.
    forms: Vec<String>,
    /// Its forms that another phrase has already.
    known: Vec<String>,
    /// Mentions that would get a tag of it.
    mentions: u64,
    /// Those of them in which it is negated each time.
    negated: u64,
    /// Those whose verdict would be another.
    other_verdict: u64,
    /// How many verdicts would change from what to what.
    verdicts: Vec<VerdictChange>,
    /// How many say it of which product.
    products: Vec<SaidOf>,
    /// The first mentions.
    examples: Vec<WouldTag>,
}

/// A phrase proposed for the lists.
#[derive(ToSchema)]
pub(in crate::web::api) struct Suggestion {
    /// The phrase.
    phrase: String,
    /// What it would be listed as.
    polarity: String,
    /// Its language.
    lang: String,
    /// How many happy customers say it.
    happy: u32,
    /// How many unhappy ones do.
    unhappy: u32,
    /// How telling it is.
    score: f64,
    /// Sentences in which it is said.
    examples: Vec<Heard>,
}

/// What customers write and no list has.
#[derive(ToSchema)]
pub(in crate::web::api) struct Suggestions {
    /// Happy customers heard.
    happy: u32,
    /// Unhappy customers heard.
    unhappy: u32,
    /// The proposals, best first.
    suggestions: Vec<Suggestion>,
}

/// A phrase that an assistant proposed.
#[derive(ToSchema)]
pub(in crate::web::api) struct Proposal {
    /// The phrase.
    phrase: String,
    /// What it would be listed as.
    polarity: String,
    /// Its language, if it was said.
    lang: Option<String>,
    /// Its theme, if it was said.
    theme: Option<String>,
    /// Why.
    why: String,
    /// The mentions it was found in.
    mentions: Vec<String>,
    /// Who proposed it.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

/// What waits for a person.
#[derive(ToSchema)]
pub(in crate::web::api) struct Proposals {
    /// The newest first.
    proposals: Vec<Proposal>,
}

/// A proposal that was turned down.
#[derive(ToSchema)]
pub(in crate::web::api) struct Rejection {
    /// The phrase.
    phrase: String,
    /// When it was turned down.
    #[schema(format = DateTime)]
    at: String,
}

/// What was turned down.
#[derive(ToSchema)]
pub(in crate::web::api) struct Rejections {
    /// In the order of their letters.
    rejections: Vec<Rejection>,
}

/// A mistake in a file.
#[derive(ToSchema)]
pub(in crate::web::api) struct Mistake {
    /// The file.
    file: String,
    /// The line it stands on; null if it concerns the whole file.
    line: Option<u64>,
    /// What it concerns.
    thing: String,
    /// What is wrong.
    what: String,
    /// What to do about it.
    remedy: String,
}

/// Something about a phrase that its keeper may want to know.
#[derive(ToSchema)]
pub(in crate::web::api) struct Finding {
    /// `mistake`, `shadowed`, `collides` or `never-found`.
    finding: String,
    /// The file.
    file: String,
    /// The line it stands on.
    line: Option<u64>,
    /// The phrase.
    thing: String,
    /// What was found.
    what: String,
    /// What to do about it.
    remedy: String,
}

/// What was found in the lists.
#[derive(ToSchema)]
pub(in crate::web::api) struct Findings {
    /// One by one.
    findings: Vec<Finding>,
}

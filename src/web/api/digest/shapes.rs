//! What answers about the digest look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// A digest as it would go out.
#[derive(ToSchema)]
pub(in crate::web::api) struct Digest {
    /// Whom it is for.
    to: String,
    /// Its subject.
    subject: String,
    /// It as plain text.
    text: String,
    /// What it is made of.
    content: DigestContent,
}

/// What a digest says, without the words of any language.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestContent {
    /// Which it is.
    edition: DigestEdition,
    /// The products it is about.
    products: Vec<String>,
    /// How much was said.
    figures: Vec<DigestFigure>,
    /// Mentions that praise as well as complain: they are among both.
    both: u64,
    /// What was praised and complained of most.
    themes: Vec<DigestTheme>,
    /// What people loved, what hurt, and what hurt most.
    lanes: Vec<DigestLane>,
    /// What saved searches found.
    searches: Vec<DigestLane>,
    /// Unusual days.
    unusual: Vec<DigestUnusual>,
    /// Words that come up.
    rising: Vec<DigestRising>,
    /// Our products against others'.
    voice: Vec<DigestShare>,
    /// What waits to be answered.
    replies: Option<DigestReplies>,
    /// What we changed, and what became of it.
    changes: Vec<DigestChange>,
    /// The days up to this one.
    trend: Vec<DigestDay>,
    /// What was not heard.
    unseen: Vec<DigestUnseen>,
    /// How many sources there are.
    sources: u64,
}

/// One digest among those of a reader.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestEdition {
    /// `daily`, `weekly` or `monthly`.
    every: String,
    /// Its first day.
    #[schema(format = Date)]
    from: String,
    /// Its last day.
    #[schema(format = Date)]
    until: String,
}

/// A count, and what is usual.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestFigure {
    /// `mentions`, `praise`, `complaints` or `ugly`.
    of: String,
    /// So many.
    count: u64,
    /// What is usual; null if too little is known.
    usual: Option<DigestUsual>,
    /// Finds them.
    query: String,
}

/// What is usual.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestUsual {
    /// So many.
    count: f64,
    /// Whether the same weekdays tell it, rather than all days.
    of_weekday: bool,
}

/// The theme that was praised, or complained of, most.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestTheme {
    /// Its name.
    name: String,
    /// `praise` or `complaint`.
    polarity: String,
    /// In so many mentions.
    count: u64,
    /// The product that most of them are about, where there are several.
    product: Option<String>,
}

/// What a lane holds: `good`, `bad`, `ugly`, or what the saved search of a name found.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub(in crate::web::api) enum DigestSaid {
    /// What people loved.
    Good,
    /// What hurt.
    Bad,
    /// Severe complaints.
    Ugly,
    /// What the saved search of this name found.
    Search(String),
}

/// Some quotes, and how many there are.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestLane {
    /// What it holds.
    of: DigestSaid,
    /// Those worth showing.
    quotes: Vec<DigestQuote>,
    /// All that there are.
    total: u64,
    /// Finds all.
    query: String,
}

/// A piece of a quoted text.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestPiece {
    /// Its words.
    text: String,
    /// `praise`, `complaint` or `found`; null if they are no evidence.
    tone: Option<String>,
}

/// A mention, quoted.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestQuote {
    /// Its row in the store.
    row: i64,
    /// Which revision of it this is.
    revision: i64,
    /// The mention's id.
    id: String,
    /// Its title, where evidence stands in it.
    title: Option<Vec<DigestPiece>>,
    /// What it says.
    text: Vec<DigestPiece>,
    /// The product that the evidence is joined to.
    product: Option<String>,
    /// The theme of the evidence.
    theme: Option<String>,
    /// Who wrote it.
    author: Option<String>,
    /// Where it was seen.
    source: String,
    /// When it was written, or first seen.
    #[schema(format = Date)]
    day: String,
    /// The points given, and the most that could be.
    rating: Option<Vec<f64>>,
    /// Where a person can open it there.
    url: Option<String>,
    /// The segment of the customer who wrote it.
    segment: Option<String>,
    /// Whether its author has changed it.
    edited: bool,
    /// Whether it is older than the digest's days and was only heard in them.
    late: bool,
    /// Others who wrote just the same.
    twins: u64,
}

/// An unusual day, or some.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestUnusual {
    /// The product.
    product: String,
    /// Praise or complaints; all mentions if null.
    polarity: Option<String>,
    /// The theme, if it is about one.
    theme: Option<String>,
    /// Its first day.
    #[schema(format = Date)]
    from: String,
    /// Its last day so far.
    #[schema(format = Date)]
    until: String,
    /// What was counted.
    count: u64,
    /// What would have been usual.
    usual: f64,
    /// Finds them.
    query: String,
}

/// A word that comes up.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestRising {
    /// The word or phrase.
    term: String,
    /// In so many mentions.
    count: u64,
    /// The same in the period before.
    before: u64,
    /// Finds them.
    query: String,
}

/// A product among all.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestShare {
    /// The product.
    name: String,
    /// Whether it is ours.
    ours: bool,
    /// So many mentions.
    count: u64,
    /// Its share of those of all products.
    share: f64,
    /// Praise in praise and complaints together.
    positive: Option<f64>,
    /// Finds them.
    query: String,
}

/// Where the replies stand.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestReplies {
    /// Waiting for somebody.
    waiting: u64,
    /// Waiting beyond their deadline.
    overdue: u64,
    /// Sent in these days.
    sent: u64,
    /// Ratings raised after a reply in these days.
    raised: u64,
    /// Ratings lowered after a reply in these days.
    lowered: u64,
    /// Those ratings one by one, the most raised first.
    outcomes: Vec<DigestOutcome>,
}

/// A rating that its author changed after our reply.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestOutcome {
    /// The row of the mention.
    row: i64,
    /// The mention's id.
    id: String,
    /// Who wrote it.
    author: Option<String>,
    /// Where it was first seen.
    source: String,
    /// The stars before.
    before: f64,
    /// The stars since.
    after: f64,
}

/// Something that we changed, and what became of it.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestChange {
    /// Its number.
    number: i64,
    /// What was changed.
    what: String,
    /// The product.
    product: String,
    /// The theme it is about.
    theme: String,
    /// The first day on which people had it.
    #[schema(format = Date)]
    on: String,
    /// Complaints of the theme per hundred mentions of the product, before.
    before: Option<f64>,
    /// The same since.
    after: Option<f64>,
    /// `more`, `fewer`, `no clear difference` or `too few to tell`.
    verdict: String,
}

/// A day of the trend.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestDay {
    /// The day.
    #[schema(format = Date)]
    day: String,
    /// Mentions with praise.
    praise: u64,
    /// Mentions with a complaint.
    complaints: u64,
    /// Whether enough was heard on it.
    heard: bool,
}

/// A source that did not show what it has.
#[derive(ToSchema)]
pub(in crate::web::api) struct DigestUnseen {
    /// The source.
    source: String,
    /// `blocked`, `failing`, `stale` or `partial`.
    state: String,
    /// Why, and what to do.
    reason: Option<String>,
    /// For how many hours of these days.
    hours: u64,
}

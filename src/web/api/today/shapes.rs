//! What the answer about these days looks like, for the description alone: nothing here is ever made. The tests hold real answers
//! against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

use crate::web::api::insight::shapes::Period;
use crate::web::api::replies::shapes::{QueueSummary, Reply};

/// What these days brought.
#[derive(ToSchema)]
pub(in crate::web::api) struct Today {
    /// `today`, `yesterday` or `week`.
    span: String,
    /// The first and the last day.
    period: Period,
    /// Whether they are over.
    is_over: bool,
    /// How much was said.
    figures: Vec<Figure>,
    /// What was praised and complained of most.
    themes: Vec<TopTheme>,
    /// What people loved, what hurt, and what hurt most.
    lanes: Vec<VoicesLane>,
    /// Unusual days.
    unusual: Vec<UnusualDays>,
    /// What was not heard.
    unseen: Vec<Unheard>,
    /// How the queue of replies stands.
    replies: QueueSummary,
    /// The replies that somebody should look at first.
    due: Vec<Reply>,
}

/// A count, and what is usual.
#[derive(ToSchema)]
pub(in crate::web::api) struct Figure {
    /// `mentions`, `praise`, `complaints` or `ugly`.
    of: String,
    /// So many.
    count: u64,
    /// What is usual; null if too little is known.
    usual: Option<Usual>,
    /// Finds them.
    query: String,
}

/// What is usual.
#[derive(ToSchema)]
pub(in crate::web::api) struct Usual {
    /// So many.
    count: f64,
    /// Whether the same weekdays tell it, rather than all days.
    of_weekday: bool,
}

/// A theme that was praised, or complained of, most.
#[derive(ToSchema)]
pub(in crate::web::api) struct TopTheme {
    /// Its name.
    name: String,
    /// `praise` or `complaint`.
    polarity: String,
    /// In so many mentions.
    count: u64,
}

/// Some quotes, and how many mentions there are.
#[derive(ToSchema)]
pub(in crate::web::api) struct VoicesLane {
    /// `good`, `bad` or `ugly`.
    of: String,
    /// Those worth showing.
    quotes: Vec<Voiced>,
    /// All that there are.
    total: u64,
    /// Finds all.
    query: String,
}

/// A mention, quoted.
#[derive(ToSchema)]
pub(in crate::web::api) struct Voiced {
    /// The mention's id.
    id: String,
    /// The number of its row in the store.
    row: i64,
    /// Which revision of it this is.
    revision: i64,
    /// Its title, where evidence stands in it.
    title: Option<Vec<Stretch>>,
    /// What it says.
    text: Vec<Stretch>,
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
    /// Where a person can open it.
    url: Option<String>,
    /// The segment of the customer who wrote it.
    segment: Option<String>,
    /// Whether its author has changed it.
    edited: bool,
    /// Whether it is older than these days and was only heard in them.
    late: bool,
    /// Others who wrote just the same.
    twins: u64,
}

/// A stretch of a quote.
#[derive(ToSchema)]
pub(in crate::web::api) struct Stretch {
    /// The words.
    text: String,
    /// `praise`, `complaint` or `found`; none if they are only words.
    tone: Option<String>,
}

/// An unusual day, or some.
#[derive(ToSchema)]
pub(in crate::web::api) struct UnusualDays {
    /// The product.
    product: String,
    /// `praise` or `complaint`; all mentions if null.
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

/// A source that did not show what it has.
#[derive(ToSchema)]
pub(in crate::web::api) struct Unheard {
    /// The source.
    source: String,
    /// `blocked`, `failing`, `stale` or `partial`.
    state: String,
    /// Why, and what to do.
    reason: Option<String>,
    /// For how many hours of these days.
    hours: u64,
}

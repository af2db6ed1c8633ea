//! What answers about figures look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// Whole days, the first and the last included.
#[derive(ToSchema)]
pub(in crate::web::api) struct Period {
    /// The first.
    #[schema(format = Date)]
    from: String,
    /// The last.
    #[schema(format = Date)]
    until: String,
}

/// A count in a part of a period.
#[derive(ToSchema)]
pub(in crate::web::api) struct Point {
    /// What is counted.
    series: String,
    /// The first day.
    #[schema(format = Date)]
    from: String,
    /// The last day.
    #[schema(format = Date)]
    until: String,
    /// Mentions, each once.
    mentions: u64,
    /// Each once for every source that showed it.
    sightings: u64,
    /// Its share of all that was asked for.
    share: Option<f64>,
    /// The share of sources × time that was not heard.
    blind: f64,
    /// What the mentions weigh.
    weighted: Option<f64>,
    /// The share of mentions whose customer is known.
    match_rate: Option<f64>,
    /// Finds these mentions.
    query: String,
}

/// One row of counts.
#[derive(ToSchema)]
pub(in crate::web::api) struct Series {
    /// The whole period.
    total: Point,
    /// Its parts.
    points: Vec<Point>,
}

/// How something stands in a period.
#[derive(ToSchema)]
pub(in crate::web::api) struct Standing {
    /// What.
    name: String,
    /// `ours`, `competitor` or nothing.
    whose: String,
    /// Mentions.
    mentions: u64,
    /// Each once for every source.
    sightings: u64,
    /// Its share of the mentions of all products.
    share: Option<f64>,
    /// Mentions with praise.
    praise: u64,
    /// Its share of all praise.
    praise_share: Option<f64>,
    /// Mentions with a complaint.
    complaints: u64,
    /// Praise in praise and complaints together.
    positive: Option<f64>,
    /// The lower end of its 95 % interval.
    positive_low: Option<f64>,
    /// The upper end.
    positive_high: Option<f64>,
    /// Praises to a complaint.
    ratio: Option<f64>,
    /// Mentions with a rating.
    rated: u64,
    /// Their average, as one to five stars.
    stars: Option<f64>,
    /// The lower end of its 95 % interval.
    stars_low: Option<f64>,
    /// The upper end.
    stars_high: Option<f64>,
    /// Its share, mentions weighed by their customers.
    weighted_share: Option<f64>,
    /// Praise in praise and complaints together, weighed.
    weighted_positive: Option<f64>,
    /// Finds these mentions.
    query: String,
    /// Finds those with praise.
    praise_query: String,
    /// Finds those with a complaint.
    complaint_query: String,
    /// Finds those with a rating.
    rated_query: String,
    /// The share of mentions whose customer is known.
    match_rate: Option<f64>,
}

/// Counts over time.
#[derive(ToSchema)]
pub(in crate::web::api) struct Trend {
    /// The days looked at.
    period: Period,
    /// What was not heard in each part: 0 nothing was missed, 1 all.
    blind: Vec<f64>,
    /// First all mentions, then what they are told apart into.
    series: Vec<Series>,
    /// All mentions of the period.
    standing: Standing,
    /// What was not understood.
    notes: Vec<String>,
}

/// Share of voice.
#[derive(ToSchema)]
pub(in crate::web::api) struct Voice {
    /// The days looked at.
    period: Period,
    /// Ours together and competitors' together.
    groups: Vec<Standing>,
    /// Each product.
    products: Vec<Standing>,
    /// The share of sources × time that was not heard.
    blind: f64,
    /// What was not understood.
    notes: Vec<String>,
}

/// A theme in a period and in the one before.
#[derive(ToSchema)]
pub(in crate::web::api) struct ThemeRow {
    /// The theme.
    theme: String,
    /// Mentions that praise it.
    praise: u64,
    /// Before.
    praise_before: u64,
    /// Mentions that complain of it.
    complaints: u64,
    /// Before.
    complaints_before: u64,
    /// What the praise weighs.
    weighted_praise: Option<f64>,
    /// What the complaints weigh.
    weighted_complaints: Option<f64>,
    /// The share of mentions whose customer is known.
    match_rate: Option<f64>,
    /// Finds the praise.
    praise_query: String,
    /// Finds that of before.
    praise_before_query: String,
    /// Finds the complaints.
    complaint_query: String,
    /// Finds those of before.
    complaint_before_query: String,
}

/// A word or phrase that comes up.
#[derive(ToSchema)]
pub(in crate::web::api) struct EmergingRow {
    /// It.
    term: String,
    /// Mentions that have it.
    mentions: u64,
    /// Before.
    before: u64,
    /// The logarithm of the odds ratio.
    log_odds: f64,
    /// How many standard errors that lies from none.
    z: f64,
    /// Finds the mentions.
    query: String,
    /// Finds those of before.
    before_query: String,
    /// Some of them.
    examples: Vec<Example>,
}

/// A time in which much more was said than usual.
#[derive(ToSchema)]
pub(in crate::web::api) struct SpikeRow {
    /// The product.
    product: String,
    /// Praise or complaints; all if null.
    polarity: Option<String>,
    /// The theme.
    theme: Option<String>,
    /// Its first day.
    #[schema(format = Date)]
    from: String,
    /// Its last day so far.
    #[schema(format = Date)]
    until: String,
    /// What was counted.
    mentions: u64,
    /// What would have been usual.
    usual: f64,
    /// The chance of so many or more.
    chance: f64,
    /// All that in a sentence.
    words: String,
    /// Finds the mentions.
    query: String,
    /// Some of them.
    examples: Vec<Example>,
}

/// Themes by praise and complaint.
#[derive(ToSchema)]
pub(in crate::web::api) struct Themes {
    /// The days looked at.
    period: Period,
    /// Row by row.
    rows: Vec<ThemeRow>,
    /// What was not understood.
    notes: Vec<String>,
}

/// What comes up.
#[derive(ToSchema)]
pub(in crate::web::api) struct Emerging {
    /// The days looked at.
    period: Period,
    /// Row by row.
    rows: Vec<EmergingRow>,
    /// What was not understood.
    notes: Vec<String>,
}

/// Unusual days.
#[derive(ToSchema)]
pub(in crate::web::api) struct Spikes {
    /// The days looked at.
    period: Period,
    /// Row by row.
    rows: Vec<SpikeRow>,
    /// What was not understood.
    notes: Vec<String>,
}

/// A mention behind a figure.
#[derive(ToSchema)]
pub(in crate::web::api) struct Example {
    /// Its id.
    id: String,
    /// What it says, on one line.
    says: String,
}

/// Something that we changed because of what people said.
#[derive(ToSchema)]
pub(in crate::web::api) struct NotedChange {
    /// Its number.
    number: i64,
    /// What was changed.
    what: String,
    /// The product.
    product: String,
    /// The theme.
    theme: String,
    /// The first day on which people had it.
    #[schema(format = Date)]
    on: String,
}

/// What was counted on one side of a change.
#[derive(ToSchema)]
pub(in crate::web::api) struct Side {
    /// The first day.
    #[schema(format = Date)]
    from: String,
    /// The last day.
    #[schema(format = Date)]
    until: String,
    /// Mentions of the product, whatever they are about.
    product_mentions: u64,
    /// Mentions that praise the product's theme or complain of it.
    mentions: u64,
    /// Those that praise.
    praise: u64,
    /// Those that complain.
    complaints: u64,
    /// What the praise weighs.
    weighted_praise: Option<f64>,
    /// What the complaints weigh.
    weighted_complaints: Option<f64>,
    /// The share of the theme's mentions whose customer is known.
    match_rate: Option<f64>,
    /// Days on which more than a fifth of what is listened to was not heard.
    blind_days: u64,
    /// Finds the mentions of the product.
    product_query: String,
    /// Finds the mentions of its theme.
    query: String,
    /// Finds the praise.
    praise_query: String,
    /// Finds the complaints.
    complaint_query: String,
}

/// A rate before and after, per hundred.
#[derive(ToSchema)]
pub(in crate::web::api) struct Difference {
    /// Before.
    before: Option<f64>,
    /// After.
    after: Option<f64>,
    /// The lower end of the difference's 95 % interval.
    low: Option<f64>,
    /// Its upper end.
    high: Option<f64>,
    /// `more`, `fewer`, `no clear difference` or `too few to tell`.
    verdict: String,
}

/// What became of a change.
#[derive(ToSchema)]
pub(in crate::web::api) struct Effect {
    /// The change's number.
    number: i64,
    /// What was changed.
    what: String,
    /// The product.
    product: String,
    /// The theme.
    theme: String,
    /// The first day on which people had it.
    #[schema(format = Date)]
    on: String,
    /// Whole days on either side.
    days: i64,
    /// What was said before it.
    before: Side,
    /// What was said after it.
    after: Side,
    /// Praise per hundred mentions of the product's theme.
    praise: Difference,
    /// Complaints per hundred mentions of the product's theme.
    complaints: Difference,
    /// Complaints of the theme per hundred mentions of the product.
    complaints_of_product: Difference,
}

/// What became of a group of people.
#[derive(ToSchema)]
pub(in crate::web::api) struct Group {
    /// People.
    people: u64,
    /// Those who wrote again.
    wrote_again: u64,
    /// Those whose rating is known before and after.
    rated_twice: u64,
    /// Those of them whose rating rose.
    rose: u64,
}

/// People replied to against people not replied to.
#[derive(ToSchema)]
pub(in crate::web::api) struct Replied {
    /// Replied to.
    replied: Group,
    /// Not replied to.
    not: Group,
    /// Who wrote again, per hundred people; `after` are those replied to.
    wrote_again: Difference,
    /// Whose rating rose, per hundred rated twice; `after` are those replied to.
    rose: Difference,
}

/// A change with what was said before and after it.
#[derive(ToSchema)]
pub(in crate::web::api) struct ChangeEffect {
    /// The change.
    change: NotedChange,
    /// What was said; null as long as nothing can be told.
    effect: Option<Effect>,
}

/// Whether it helped.
#[derive(ToSchema)]
pub(in crate::web::api) struct Loop {
    /// Each noted change.
    changes: Vec<ChangeEffect>,
    /// People replied to against people who waited in vain; null before a reply has gone out.
    replied: Option<Replied>,
}

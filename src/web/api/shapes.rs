//! What answers look like, for `openapi.json` alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use utoipa::ToSchema;

/// A phrase found in a mention, with its evidence. Offsets are in characters.
#[derive(ToSchema)]
pub(super) struct Tag {
    /// `praise` or `complaint`.
    polarity: String,
    /// The entry of the list.
    phrase: String,
    /// Its theme.
    theme: String,
    /// What it was joined to; null if no known product is near.
    product: Option<String>,
    /// Which part it stands in.
    field: String,
    /// Where the words begin.
    start: u64,
    /// Where they end.
    end: u64,
    /// The words that stand there.
    text: String,
    /// Where the product is named, if in the same part.
    product_start: Option<u64>,
    /// Where that name ends.
    product_end: Option<u64>,
    /// How the two were joined.
    joined_by: Option<String>,
    /// The rule that decided the polarity.
    rule: String,
    /// Whether a negation turned it round.
    negated: bool,
    /// The list and the version of its entry.
    list: String,
}

/// A place where a mention was seen.
#[derive(ToSchema)]
pub(super) struct Sighting {
    /// The source.
    source: String,
    /// Its kind.
    kind: String,
    /// Where a person can open it there.
    url: Option<String>,
    /// Since when it is no longer shown there.
    gone: Option<String>,
}

/// A mention, as `goodword search --json` prints it.
#[derive(ToSchema)]
pub(super) struct Mention {
    /// Its lasting id.
    id: String,
    /// Where a person can open it.
    url: Option<String>,
    /// Who wrote it.
    author: Option<String>,
    /// Its title.
    title: Option<String>,
    /// What it says.
    text: String,
    /// When it was written: a time, or a day where no time is known.
    published: Option<String>,
    /// The points given.
    rating: Option<f64>,
    /// The lowest that could be given.
    worst_rating: Option<f64>,
    /// The highest that could be given.
    best_rating: Option<f64>,
    /// Its language.
    lang: String,
    /// What it is about.
    product: Option<String>,
    /// Every product named in it or being its subject.
    products: Vec<String>,
    /// `praise`, `complaint`, `mixed` or `neutral`.
    verdict: String,
    /// Why, in a sentence.
    why: String,
    /// Whether it is a severe complaint.
    ugly: bool,
    /// The phrases found.
    tags: Vec<Tag>,
    /// What people said against its tags.
    corrections: Option<Vec<serde_json::Value>>,
    /// The country or region it comes from.
    region: Option<String>,
    /// The version of the product that it speaks of.
    version: Option<String>,
    /// The discussion it belongs to.
    thread: Option<String>,
    /// What it answers.
    parent: Option<String>,
    /// Who liked it.
    likes: Option<u64>,
    /// Who answered it.
    replies: Option<u64>,
    /// Who passed it on.
    shares: Option<u64>,
    /// Who saw it.
    views: Option<u64>,
    /// What the company answered.
    answer: Option<serde_json::Value>,
    /// Where it was seen.
    sightings: Vec<Sighting>,
    /// When it was first seen.
    #[schema(format = DateTime)]
    first_seen: String,
    /// When its author last changed it.
    edited: Option<String>,
    /// 1, and one more for each time its author changed it.
    revision: i64,
    /// What it said before, oldest first.
    revisions: Option<Vec<serde_json::Value>>,
    /// Since when it is no longer shown anywhere.
    gone: Option<String>,
    /// Why it is put aside as noise.
    filtered: Option<String>,
    /// Whether a person released it from being noise.
    released: Option<bool>,
    /// What it is marked with.
    flags: Option<Vec<String>>,
    /// The customer who wrote it.
    customer: Option<serde_json::Value>,
    /// Where the query's words stand in its text, in characters.
    highlights: Option<Vec<Vec<u64>>>,
    /// Where they stand in its title.
    title_highlights: Option<Vec<Vec<u64>>>,
}

/// A page of mentions.
#[derive(ToSchema)]
pub(super) struct FoundMentions {
    /// How many match in all, each once.
    total: u64,
    /// The places where those were seen.
    sightings: u64,
    /// Those on this page.
    mentions: Vec<Mention>,
    /// Where the next page goes on: give it as `after`; null behind the last.
    next: Option<String>,
    /// How often each value occurs among all that match, by facet.
    facets: std::collections::HashMap<String, Vec<FacetCount>>,
    /// What was not understood of the query.
    notes: Vec<String>,
}

/// How often a value occurs.
#[derive(ToSchema)]
pub(super) struct FacetCount {
    /// The value.
    value: String,
    /// Mentions that have it.
    mentions: u64,
    /// The places where those were seen.
    sightings: u64,
}

/// What a source did and did not show.
#[derive(ToSchema)]
pub(super) struct Source {
    /// Its name.
    source: String,
    /// Its kind.
    kind: String,
    /// Whether it is listened to.
    enabled: bool,
    /// `fresh`, `unchanged`, `partial`, `blocked`, `failing`, `stale`; null before the first round.
    coverage: Option<String>,
    /// Why, if not all is well, and what to do.
    reason: Option<String>,
    /// What else to know of it.
    notes: Vec<String>,
    /// When it was last asked.
    last_run: Option<String>,
    /// When it last showed what it has.
    last_good: Option<String>,
    /// When it is due next.
    next_due: Option<String>,
    /// Why then, if not by its own interval.
    next_why: Option<String>,
    /// Rounds in a row that failed.
    failures: i64,
    /// Pages known of that come with the next rounds.
    left: u64,
    /// Mentions seen today, UTC.
    seen_today: i64,
    /// Those never heard before.
    new_today: i64,
    /// Mentions seen a day, on average.
    seen_a_day: Option<f64>,
    /// Those never heard before.
    new_a_day: Option<f64>,
}

/// All sources.
#[derive(ToSchema)]
pub(super) struct Sources {
    /// In the order of sources.toml.
    sources: Vec<Source>,
}

/// A mention that would be read.
#[derive(ToSchema)]
pub(super) struct TriedMention {
    /// Where a person can open it.
    url: Option<String>,
    /// Who wrote it.
    author: Option<String>,
    /// Its title.
    title: Option<String>,
    /// What it says.
    text: String,
    /// What it says in all.
    verdict: String,
}

/// What trying a source showed.
#[derive(ToSchema)]
pub(super) struct Trial {
    /// The source.
    source: String,
    /// Its kind.
    kind: Option<String>,
    /// The coverage a round would note.
    coverage: Option<String>,
    /// Why, if not all is well.
    reason: Option<String>,
    /// Mentions that would be read.
    seen: u64,
    /// How many are older than the source reaches back.
    too_old: u64,
    /// Entries that could not be read.
    refused: Vec<String>,
    /// The first of the mentions.
    mentions: Vec<TriedMention>,
}

/// Whole days, the first and the last included.
#[derive(ToSchema)]
pub(super) struct Period {
    /// The first.
    #[schema(format = Date)]
    from: String,
    /// The last.
    #[schema(format = Date)]
    until: String,
}

/// A count in a part of a period.
#[derive(ToSchema)]
pub(super) struct Point {
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
pub(super) struct Series {
    /// The whole period.
    total: Point,
    /// Its parts.
    points: Vec<Point>,
}

/// How something stands in a period.
#[derive(ToSchema)]
pub(super) struct Standing {
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
}

/// Counts over time.
#[derive(ToSchema)]
pub(super) struct Trend {
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
pub(super) struct Voice {
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
pub(super) struct ThemeRow {
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
    /// Finds the praise.
    praise_query: String,
    /// Finds the complaints.
    complaint_query: String,
}

/// A word or phrase that comes up.
#[derive(ToSchema)]
pub(super) struct EmergingRow {
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
    /// Some of them.
    examples: Vec<Example>,
}

/// A time in which much more was said than usual.
#[derive(ToSchema)]
pub(super) struct SpikeRow {
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
pub(super) struct Themes {
    /// The days looked at.
    period: Period,
    /// Row by row.
    rows: Vec<ThemeRow>,
    /// What was not understood.
    notes: Vec<String>,
}

/// What comes up.
#[derive(ToSchema)]
pub(super) struct Emerging {
    /// The days looked at.
    period: Period,
    /// Row by row.
    rows: Vec<EmergingRow>,
    /// What was not understood.
    notes: Vec<String>,
}

/// Unusual days.
#[derive(ToSchema)]
pub(super) struct Spikes {
    /// The days looked at.
    period: Period,
    /// Row by row.
    rows: Vec<SpikeRow>,
    /// What was not understood.
    notes: Vec<String>,
}

/// A mention behind a figure.
#[derive(ToSchema)]
pub(super) struct Example {
    /// Its id.
    id: String,
    /// What it says, on one line.
    says: String,
}

/// Something that we changed because of what people said.
#[derive(ToSchema)]
pub(super) struct NotedChange {
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

/// A change with what was said before and after it.
#[derive(ToSchema)]
pub(super) struct ChangeEffect {
    /// The change.
    change: NotedChange,
    /// What was said; null as long as nothing can be told.
    effect: Option<serde_json::Value>,
}

/// Whether it helped.
#[derive(ToSchema)]
pub(super) struct Loop {
    /// Each noted change.
    changes: Vec<ChangeEffect>,
    /// People replied to against people who waited in vain; null before a reply has gone out.
    replied: Option<serde_json::Value>,
}

/// An entry of a list.
#[derive(ToSchema)]
pub(super) struct Phrase {
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
pub(super) struct Phrases {
    /// In the order of the files.
    phrases: Vec<Phrase>,
}

/// What a phrase would tag.
#[derive(ToSchema)]
pub(super) struct PhrasePreview {
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
    verdicts: Vec<serde_json::Value>,
    /// How many say it of which product.
    products: Vec<serde_json::Value>,
    /// The first mentions.
    examples: Vec<serde_json::Value>,
}

/// A phrase proposed for the lists.
#[derive(ToSchema)]
pub(super) struct Suggestion {
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
    examples: Vec<serde_json::Value>,
}

/// What customers write and no list has.
#[derive(ToSchema)]
pub(super) struct Suggestions {
    /// Happy customers heard.
    happy: u32,
    /// Unhappy customers heard.
    unhappy: u32,
    /// The proposals, best first.
    suggestions: Vec<Suggestion>,
}

/// A phrase that an assistant proposed.
#[derive(ToSchema)]
pub(super) struct Proposal {
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
pub(super) struct Proposals {
    /// The newest first.
    proposals: Vec<Proposal>,
}

/// A saved search.
#[derive(ToSchema)]
pub(super) struct SavedSearch {
    /// Its name.
    name: String,
    /// What it searches for.
    query: String,
    /// Whose it is.
    owner: Option<String>,
    /// Whether others are shown it too.
    shared: bool,
    /// `off`, `now`, `hourly` or `daily`.
    alert: String,
    /// Whether the digest has it.
    digest: bool,
    /// When it was saved.
    #[schema(format = DateTime)]
    made: String,
}

/// Saved searches.
#[derive(ToSchema)]
pub(super) struct SavedSearches {
    /// By name.
    searches: Vec<SavedSearch>,
}

/// What a query would have found in the last 30 days.
#[derive(ToSchema)]
pub(super) struct SearchPreview {
    /// All of them.
    total: Point,
    /// Day by day.
    days: Vec<Point>,
    /// The newest.
    examples: Vec<Example>,
    /// What was not understood.
    notes: Vec<String>,
}

/// Somebody's hold on a reply.
#[derive(ToSchema)]
pub(super) struct ReplyClaim {
    /// Who.
    by: String,
    /// Until when.
    #[schema(format = DateTime)]
    until: String,
}

/// A text that is to go out.
#[derive(ToSchema)]
pub(super) struct ReplyDraft {
    /// The text.
    text: String,
    /// Who wrote it.
    by: String,
    /// The template it was made with.
    template: Option<String>,
}

/// What may be said.
#[derive(ToSchema)]
pub(super) struct ReplyText {
    /// The template.
    template: String,
    /// The text.
    text: String,
}

/// An item of the reply queue, known by the id of its mention.
#[derive(ToSchema)]
pub(super) struct Reply {
    /// The mention's id.
    id: String,
    /// One more with every change.
    version: i64,
    /// `urgent`, `complaint` or `praise`.
    lane: String,
    /// `waiting`, `claimed`, `drafted`, `approved`, `sent`, `verified`, `answered`, `dismissed` or `withdrawn`.
    status: String,
    /// Who holds it.
    claim: Option<ReplyClaim>,
    /// The text that is to go out.
    draft: Option<ReplyDraft>,
    /// Who approved that.
    approved_by: Option<String>,
    /// What went out.
    sent: Option<serde_json::Value>,
    /// Why it is where it is.
    reason: Option<String>,
    /// When it entered the queue.
    #[schema(format = DateTime)]
    opened: String,
    /// When it is due.
    #[schema(format = DateTime)]
    due: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    changed: String,
    /// The team it is with.
    team: Option<String>,
    /// The person it is with.
    person: Option<String>,
    /// Why it is with them.
    why: String,
    /// When a reply first went out.
    first_sent: Option<String>,
    /// The stars that stood then.
    stars_before: Option<f64>,
    /// The stars given since.
    stars_after: Option<f64>,
    /// How soon somebody should look at it: more is sooner.
    score: f64,
    /// What it answers.
    mention: Mention,
    /// Of one reply that was asked for: what may be said.
    texts: Option<Vec<ReplyText>>,
    /// Of one reply: what can be done about it at its site now, and what was done there.
    at_site: Option<ReplyAtSite>,
}

/// What an account of the house can do about a reply now, and what became of what it did.
#[derive(ToSchema)]
pub(super) struct ReplyAtSite {
    /// The source whose account posts it; none where people copy the text and post it by hand.
    account: Option<String>,
    /// Whether what is approved goes out by itself.
    on_approval: bool,
    /// Whether it can be posted now.
    can_post: bool,
    /// Whether what stands there can be changed.
    can_revise: bool,
    /// Whether what stands there can be taken away from here.
    can_withdraw: bool,
    /// Whether it may be going out right now.
    under_way: bool,
    /// Whether nobody knows if it arrived: then a person has to look.
    unclear: bool,
    /// All that went there, or was to, oldest first.
    attempts: Vec<ReplyAttempt>,
}

/// Something that went to a site, or was to.
#[derive(ToSchema)]
pub(super) struct ReplyAttempt {
    /// Counts up for each reply.
    number: i64,
    /// `post`, `revise` or `withdraw`.
    deed: String,
    /// The source whose site it goes to.
    source: String,
    /// The source's kind.
    kind: String,
    /// The text; why, if one is taken away.
    text: String,
    /// Who let it.
    by: String,
    /// Tells it from all others.
    key: String,
    /// `ready`, `calling`, `posted`, `seen`, `refused`, `stuck`, `unclear` or `dropped`.
    stage: String,
    /// When it was begun.
    #[schema(format = DateTime)]
    begun: String,
    /// When it is looked at next.
    #[schema(format = DateTime)]
    due: String,
    /// How often it was tried, or looked for since.
    tries: i64,
    /// The site's own id of it.
    remote: Option<String>,
    /// Where a person can open it.
    url: Option<String>,
    /// Why it is where it is.
    reason: Option<String>,
}

/// The replies that are wanted.
#[derive(ToSchema)]
pub(super) struct Replies {
    /// How many there are in all.
    total: u64,
    /// What should come first comes first.
    replies: Vec<Reply>,
}

/// One change of a reply.
#[derive(ToSchema)]
pub(super) struct ReplyEntry {
    /// The version that the change made.
    version: i64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who.
    who: String,
    /// What.
    action: String,
    /// Why.
    why: Option<String>,
    /// The text.
    text: Option<String>,
    /// The template it was made with.
    template: Option<String>,
    /// Why.
    reason: Option<String>,
    /// To whom.
    to: Option<String>,
    /// Who answered.
    by: Option<String>,
    /// What was heard.
    what: Option<String>,
    /// The lane it moved to.
    lane: Option<String>,
    /// Where it stood before.
    before: serde_json::Value,
    /// Where it stood after.
    after: serde_json::Value,
}

/// What was done to a reply.
#[derive(ToSchema)]
pub(super) struct ReplyAudit {
    /// Oldest first.
    entries: Vec<ReplyEntry>,
}

/// How mentions of a customer were found.
#[derive(ToSchema)]
pub(super) struct FoundBy {
    /// How.
    how: String,
    /// How many.
    mentions: u64,
}

/// A customer.
#[derive(ToSchema)]
pub(super) struct Customer {
    /// The id in the records it was imported from.
    id: String,
    /// Its name.
    name: Option<String>,
    /// The segment it belongs to.
    segment: Option<String>,
    /// `user` or `executive`.
    role: Option<String>,
    /// What it is worth.
    value: Option<f64>,
    /// Where it is.
    region: Option<String>,
    /// Who looks after it.
    owner: Option<String>,
    /// Products it has.
    products: Option<Vec<String>>,
    /// Of one customer that was asked for: how its mentions were found.
    found_by: Option<Vec<FoundBy>>,
}

/// How many mentions are customers'.
#[derive(ToSchema)]
pub(super) struct MatchRate {
    /// Customers on record.
    customers: i64,
    /// Mentions whose customer is known.
    matched: i64,
    /// All mentions.
    mentions: i64,
    /// The share of them.
    match_rate: f64,
}

/// A page of customers.
#[derive(ToSchema)]
pub(super) struct Customers {
    /// By id.
    customers: Vec<Customer>,
    /// Where the next page goes on: give it as `after`; null behind the last.
    next: Option<String>,
    /// How many mentions are customers'.
    match_rate: MatchRate,
}

/// What came of it.
#[derive(ToSchema)]
pub(super) struct Changed {
    /// Mentions that changed hands.
    changed: u64,
}

/// Words that we may or may not quote.
#[derive(ToSchema)]
pub(super) struct Quote {
    /// The mention's id.
    id: String,
    /// `asked`, `cleared` or `refused`.
    leave: String,
    /// The words.
    words: String,
    /// Who noted it.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// How the leave was given.
    note: Option<String>,
    /// Who said it.
    author: Option<String>,
    /// Of what.
    product: Option<String>,
    /// Where it stands.
    url: Option<String>,
    /// Whether the mention does not say these words any more.
    changed: Option<bool>,
}

/// The library of quotes.
#[derive(ToSchema)]
pub(super) struct Quotes {
    /// The latest first.
    quotes: Vec<Quote>,
}

/// A digest as it would go out.
#[derive(ToSchema)]
pub(super) struct Digest {
    /// Whom it is for.
    to: String,
    /// Its subject.
    subject: String,
    /// It as plain text.
    text: String,
    /// What it is made of.
    content: serde_json::Value,
}

/// Who you are to us.
#[derive(ToSchema)]
pub(super) struct Me {
    /// Your name.
    name: String,
    /// What you may do here.
    role: Option<String>,
    /// `session` or `token`.
    by: String,
    /// Of a session: what changes need in the header `X-Form-Token`.
    form_token: Option<String>,
}

/// Somebody who may use this installation.
#[derive(ToSchema)]
pub(super) struct Person {
    /// The name they sign in with.
    name: String,
    /// What they may do.
    role: String,
    /// Where mail reaches them.
    mail: Option<String>,
    /// Whether they have chosen a password.
    can_sign_in: bool,
    /// When they were added.
    #[schema(format = DateTime)]
    made: String,
    /// When they last signed in.
    signed_in: Option<String>,
}

/// Everybody.
#[derive(ToSchema)]
pub(super) struct People {
    /// By name.
    people: Vec<Person>,
}

/// Somebody new.
#[derive(ToSchema)]
pub(super) struct AddedPerson {
    /// They.
    person: Person,
    /// The path under which they choose a password within two days; null if they only get mail.
    link: Option<String>,
}

/// A link to choose a password.
#[derive(ToSchema)]
pub(super) struct ResetLink {
    /// Its path; it opens once, within two days.
    link: String,
}

/// Something that somebody did.
#[derive(ToSchema)]
pub(super) struct Deed {
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who.
    who: String,
    /// What.
    what: String,
    /// To whom or what, and how.
    about: String,
}

/// What people did.
#[derive(ToSchema)]
pub(super) struct Audit {
    /// The newest first.
    deeds: Vec<Deed>,
}

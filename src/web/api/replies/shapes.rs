//! What answers about replies look like, for the description alone: nothing here is ever made. The tests hold real answers against it.
#![expect(dead_code, reason = "these are read by the macro that describes them")]

use std::collections::HashMap;

use utoipa::ToSchema;

use crate::web::api::mentions::shapes::Mention;
use crate::web::api::problem::Problem;

/// Somebody's hold on a reply.
#[derive(ToSchema)]
pub(in crate::web::api) struct ReplyClaim {
    /// Who.
    by: String,
    /// Until when.
    #[schema(format = DateTime)]
    until: String,
}

/// A text that is to go out.
#[derive(ToSchema)]
pub(in crate::web::api) struct ReplyDraft {
    /// The text.
    text: String,
    /// Who wrote it.
    by: String,
    /// The template it was made with.
    template: Option<String>,
}

/// A text that went out.
#[derive(ToSchema)]
pub(in crate::web::api) struct ReplySent {
    /// The text.
    text: String,
    /// Who sent it.
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// The template it was made with.
    template: Option<String>,
}

/// Where a reply stands, with all that belongs to it.
#[derive(ToSchema)]
pub(in crate::web::api) struct ReplyState {
    /// The word for it.
    status: String,
    /// Who holds it.
    claim: Option<ReplyClaim>,
    /// The text that is to go out.
    draft: Option<ReplyDraft>,
    /// Who approved that.
    approved_by: Option<String>,
    /// What went out.
    sent: Option<ReplySent>,
    /// Why it is where it is.
    reason: Option<String>,
}

/// What may be said.
#[derive(ToSchema)]
pub(in crate::web::api) struct ReplyText {
    /// The template.
    template: String,
    /// The text.
    text: String,
}

/// An item of the reply queue, known by the id of its mention.
#[derive(ToSchema)]
pub(in crate::web::api) struct Reply {
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
    sent: Option<ReplySent>,
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
pub(in crate::web::api) struct ReplyAtSite {
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
pub(in crate::web::api) struct ReplyAttempt {
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
pub(in crate::web::api) struct Replies {
    /// How many there are in all.
    total: u64,
    /// What should come first comes first.
    replies: Vec<Reply>,
    /// Where the next page goes on: give it as `skip`; null behind the last.
    next: Option<u64>,
}

/// One change of a reply.
#[derive(ToSchema)]
pub(in crate::web::api) struct ReplyEntry {
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
    before: ReplyState,
    /// Where it stood after.
    after: ReplyState,
}

/// What was done to a reply.
#[derive(ToSchema)]
pub(in crate::web::api) struct ReplyAudit {
    /// Oldest first.
    entries: Vec<ReplyEntry>,
}

/// A reply to which nothing was done.
#[derive(ToSchema)]
pub(in crate::web::api) struct RefusedReply {
    /// The mention's id.
    id: String,
    /// Why.
    problem: Problem,
}

/// What was done to several replies.
#[derive(ToSchema)]
pub(in crate::web::api) struct DoneToSeveral {
    /// Those it was done to, as they stand now.
    done: Vec<Reply>,
    /// Those that are as they were.
    refused: Vec<RefusedReply>,
}

/// How the queue stands.
#[derive(ToSchema)]
pub(in crate::web::api) struct QueueSummary {
    /// Replies that somebody still has something to do about, by lane.
    open: HashMap<String, u64>,
    /// All replies, by where they stand.
    by_status: HashMap<String, u64>,
    /// Open ones whose deadline has passed.
    overdue: u64,
    /// Open ones that are due within four hours.
    due_soon: u64,
    /// Those that went out since.
    sent: u64,
    /// Those of them whose author gave a better rating afterwards.
    raised: u64,
    /// Those whose author gave a worse one.
    lowered: u64,
    /// Sent two days ago or longer, and still not seen at the site.
    unseen: u64,
}

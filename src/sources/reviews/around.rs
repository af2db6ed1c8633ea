//! What stands around a review: how many found it helpful or answered it, and what the company answered.

use super::graph::{Graph, Value};
use crate::mention::{Answer, Context, Reach};
use crate::sources::dates;
use crate::sources::markup::{absolute, plain, plain_line};

/// What a page tells around the review at `review`.
pub(super) fn context(graph: &Graph, review: usize) -> Context {
    let number = |names: &[&str]| {
        let values = names.iter().flat_map(|name| graph.values(review, &[name]));
        values.filter_map(|value| graph.words(value)).find_map(|words| words.trim().parse::<u64>().ok())
    };
    Context {
        reach: Reach {
            likes: counted(graph, review, &["LikeAction", "AgreeAction", "EndorseAction"]).or_else(|| number(&["upvoteCount"])),
            replies: counted(graph, review, &["CommentAction", "ReplyAction"]).or_else(|| number(&["commentCount"])),
            shares: counted(graph, review, &["ShareAction"]),
            views: counted(graph, review, &["ViewAction", "ReadAction"]),
        },
        answer: answer(graph, review),
        ..Context::default()
    }
}

/// The number of an `InteractionCounter` for one of some actions.
fn counted(graph: &Graph, review: usize, actions: &[&str]) -> Option<u64> {
    let counters = graph.values(review, &["interactionStatistic"]).into_iter().filter_map(|value| graph.item_at(value));
    counters.into_iter().find_map(|counter| {
        let is_one = graph.values(counter, &["interactionType"]).into_iter().any(|kind| {
            let types = graph.item_at(kind).and_then(|item| graph.get(item)).map(|item| item.types.clone()).unwrap_or_default();
            let named = graph.address(kind).or_else(|| graph.words(kind)).unwrap_or_default();
            actions.iter().any(|action| types.iter().any(|kind| kind == action) || named.trim_end_matches('/').ends_with(action))
        });
        let told = graph.values(counter, &["userInteractionCount"]).into_iter().find_map(|value| graph.words(value))?;
        is_one.then(|| told.trim().parse().ok()).flatten()
    })
}

/// The comment under a review that an organisation wrote.
fn answer(graph: &Graph, review: usize) -> Option<Answer> {
    let comments = graph.values(review, &["comment"]).into_iter().filter_map(|value| graph.item_at(value));
    comments.into_iter().find_map(|comment| {
        let author = graph.values(comment, &["author", "creator"]).into_iter().find(|author| is_organisation(graph, author))?;
        let words = |names: &[&str]| graph.values(comment, names).into_iter().find_map(|value| graph.words(value));
        let text = words(&["text", "description", "commentText"]).map(|text| plain(&text)).filter(|text| !text.is_empty())?;
        let at = words(&["dateModified"]).or_else(|| words(&["datePublished"])).or_else(|| words(&["dateCreated"]));
        let url = graph.values(comment, &["url"]).into_iter().find_map(|value| absolute(&graph.base, &graph.address(value)?));
        let by = graph.words(author).and_then(|name| plain_line(&name));
        Some(Answer { text, by, at: at.and_then(|at| dates::read(&at)).map(|date| date.at), url })
    })
}

/// Whether an author is a company and not a person.
fn is_organisation(graph: &Graph, author: &Value) -> bool {
    let item = graph.item_at(author).and_then(|item| graph.get(item));
    item.is_some_and(|item| {
        item.is(|kind| matches!(kind, "Organization" | "Corporation" | "LocalBusiness" | "Store" | "OnlineStore" | "Brand"))
    })
}

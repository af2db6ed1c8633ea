//! How APIs that answer with JSON word a page of their list, each in its documented shape.

use serde_json::{Value, json};

use super::{Said, Shown};

pub(super) fn hacker_news(shown: &Shown<'_>) -> String {
    let hit = |said: &Said| {
        json!({"objectID": said.number.to_string(), "created_at_i": said.at(), "comment_text": said.text, "author": "ann", "story_id": 1,
            "parent_id": 1})
    };
    json!({"hits": shown.each(hit), "hitsPerPage": 2}).to_string()
}

pub(super) fn github(shown: &Shown<'_>) -> String {
    let issue = |said: &Said| {
        json!({"id": said.number, "node_id": format!("I_{}", said.number), "title": "Acme Desk", "body": said.text, "user": {"login": "ann"},
            "html_url": format!("https://github.com/a/b/issues/{}", said.number), "created_at": said.date(), "comments": 0})
    };
    json!({"total_count": 5, "incomplete_results": false, "items": shown.each(issue)}).to_string()
}

pub(super) fn discussions(shown: &Shown<'_>) -> String {
    let discussion = |said: &Said| {
        json!({"id": format!("D_{}", said.number), "title": "Acme Desk?", "body": said.text, "author": {"login": "ann"}, "authorAssociation": "NONE",
            "url": format!("https://github.com/a/b/discussions/{}", said.number), "createdAt": said.date(), "upvoteCount": 1,
            "comments": {"totalCount": 0, "nodes": []}})
    };
    let page = json!({"hasNextPage": shown.next.is_some(), "endCursor": shown.token()});
    json!({"data": {"search": {"pageInfo": page, "nodes": shown.each(discussion)}}}).to_string()
}

pub(super) fn youtube(shown: &Shown<'_>) -> String {
    let thread = |said: &Said| {
        let snippet = json!({"videoId": "v", "textOriginal": said.text, "authorDisplayName": "@ann", "publishedAt": said.date(),
            "updatedAt": said.changed(), "likeCount": 1});
        json!({"id": format!("Ug{}", said.number), "snippet": {"videoId": "v", "totalReplyCount": 0,
            "topLevelComment": {"id": format!("Ug{}", said.number), "snippet": snippet}}})
    };
    json!({"kind": "youtube#commentThreadListResponse", "items": shown.each(thread), "nextPageToken": shown.token()}).to_string()
}

pub(super) fn v2ex(shown: &Shown<'_>) -> String {
    let topic = |said: &Said| {
        json!({"id": said.number, "title": format!("topic {}", said.number), "content": said.text, "created": said.at(), "last_modified": said.edited.unwrap_or(said.at()),
            "member": {"username": "ann"}, "replies": 0, "node": {"name": "nas"}})
    };
    Value::Array(shown.each(topic)).to_string()
}

pub(super) fn app_store(shown: &Shown<'_>) -> String {
    let label = |words: String| json!({ "label": words });
    let review = |said: &Said| {
        json!({"author": {"name": label("ann".to_owned())}, "updated": label(said.changed()), "im:rating": label("4".to_owned()),
            "id": label(said.number.to_string()), "title": label("Fine".to_owned()), "content": label(said.text.clone())})
    };
    let last = format!("http://{}/us/rss/customerreviews/page={}/id=7/json", shown.address, shown.last);
    json!({"feed": {"entry": shown.each(review), "link": [{"attributes": {"rel": "last", "href": last}}]}}).to_string()
}

pub(super) fn steam(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"recommendationid": said.number.to_string(), "author": {"steamid": "7"}, "language": "english", "review": said.text,
            "timestamp_created": said.at(), "timestamp_updated": said.edited.unwrap_or(said.at()), "voted_up": true})
    };
    json!({"response": {"success": 1, "reviews": shown.each(review), "cursor": shown.token()}}).to_string()
}

pub(super) fn mastodon(shown: &Shown<'_>) -> String {
    let post = |said: &Said| {
        json!({"id": said.number.to_string(), "uri": format!("https://home.example/users/ann/statuses/{}", said.number), "content": format!("<p>{}</p>", said.text),
            "account": {"acct": "ann@home.example"}, "created_at": said.date(), "edited_at": said.edited.map(|_| said.changed())})
    };
    Value::Array(shown.each(post)).to_string()
}

pub(super) fn lemmy(shown: &Shown<'_>) -> String {
    let comment = |said: &Said| {
        json!({"comment": {"ap_id": format!("https://home.example/comment/{}", said.number), "content": said.text, "path": "0.1",
                "published": said.date(), "updated": said.edited.map(|_| said.changed())},
            "post": {"ap_id": "https://home.example/post/1", "name": "Acme Desk"}, "creator": {"name": "ann", "actor_id": "https://home.example/u/ann"},
            "counts": {"score": 1, "child_count": 0}})
    };
    json!({"type_": "All", "posts": [], "comments": shown.each(comment)}).to_string()
}

pub(super) fn discourse(shown: &Shown<'_>) -> String {
    let post = |said: &Said| {
        json!({"id": said.number, "username": "ann", "topic_id": 7, "topic_title": "Acme Desk", "post_number": said.number, "post_type": 1,
            "cooked": format!("<p>{}</p>", said.text), "created_at": said.date(), "updated_at": said.changed(),
            "version": if said.edited.is_some() { 2 } else { 1 }})
    };
    json!({"latest_posts": shown.each(post)}).to_string()
}

pub(super) fn stack_exchange(shown: &Shown<'_>) -> String {
    let question = |said: &Said| {
        json!({"question_id": said.number, "title": "Acme Desk?", "body": format!("<p>{}</p>", said.text), "creation_date": said.at(),
            "last_edit_date": said.edited, "owner": {"display_name": "ann"}})
    };
    json!({"items": shown.each(question), "has_more": shown.next.is_some(), "quota_remaining": 200}).to_string()
}

pub(super) fn trustpilot(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"id": format!("r{}", said.number), "stars": 4, "text": said.text, "createdAt": said.date(), "updatedAt": said.edited.map(|_| said.changed()),
            "consumer": {"displayName": "Ann"}})
    };
    json!({"reviews": shown.each(review)}).to_string()
}

pub(super) fn google_play(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"reviewId": said.number.to_string(), "authorName": "Ann", "comments": [{"userComment": {"text": said.text, "starRating": 4,
            "lastModified": {"seconds": said.edited.unwrap_or(said.at()).to_string()}}}]})
    };
    json!({"reviews": shown.each(review), "tokenPagination": {"nextPageToken": shown.token()}}).to_string()
}

pub(super) fn google_business(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"reviewId": said.number.to_string(), "reviewer": {"displayName": "Ann"}, "starRating": "FOUR", "comment": said.text,
            "createTime": said.date(), "updateTime": said.changed()})
    };
    json!({"reviews": shown.each(review), "nextPageToken": shown.token()}).to_string()
}

pub(super) fn app_store_connect(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"type": "customerReviews", "id": said.number.to_string(), "attributes": {"rating": 4, "title": "Fine", "body": said.text,
            "reviewerNickname": "ann", "createdDate": said.date(), "territory": "USA"}})
    };
    let next = shown.next.map(|next| format!("http://{}/v1/apps/7/customerReviews?cursor={next}", shown.address));
    json!({"data": shown.each(review), "links": {"next": next}}).to_string()
}

pub(super) fn tickets(shown: &Shown<'_>) -> String {
    let ticket = |said: &Said| json!({"id": said.number, "body": said.text, "at": said.date(), "changed": said.changed()});
    json!({"tickets": shown.each(ticket), "next": shown.token()}).to_string()
}

pub(super) fn reddit(shown: &Shown<'_>) -> String {
    let post = |said: &Said| {
        json!({"kind": "t3", "data": {"name": format!("t3_{}", said.number), "title": format!("Post {}", said.number), "selftext": said.text, "author": "ann",
            "created_utc": said.at(), "edited": said.edited, "permalink": format!("/r/a/comments/{}/", said.number)}})
    };
    json!({"kind": "Listing", "data": {"after": shown.token(), "children": shown.each(post)}}).to_string()
}

pub(super) fn x(shown: &Shown<'_>) -> String {
    let post = |said: &Said| {
        let ids = said.snowflakes();
        json!({"id": ids.last(), "edit_history_tweet_ids": ids, "text": said.text, "author_id": "1", "created_at": said.date()})
    };
    let users = json!([{"id": "1", "name": "Ann", "username": "ann"}]);
    let meta = json!({"result_count": shown.items.len(), "next_token": shown.token()});
    json!({"data": shown.each(post), "includes": {"users": users}, "meta": meta}).to_string()
}

pub(super) fn slack(shown: &Shown<'_>) -> String {
    let message = |said: &Said| {
        json!({"type": "message", "user": "U0000000A", "text": said.text, "ts": format!("{}.000100", said.at()),
            "edited": said.edited.map(|at| json!({"user": "U0000000A", "ts": format!("{at}.000000")}))})
    };
    json!({"ok": true, "messages": shown.each(message), "response_metadata": {"next_cursor": shown.token().unwrap_or_default()}})
        .to_string()
}

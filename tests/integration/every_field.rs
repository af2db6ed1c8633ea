//! What every kind tells of a mention beside its words: all that its site documents, and nothing of it is left lying. With
//! `--nocapture` it prints the table of kinds and fields.

use goodword::mention::Mention;

use crate::source_contract::{KINDS, fixtures, kind, read};

/// What can be told, with whether a mention tells it.
const FIELDS: [(&str, fn(&Mention) -> bool); 17] = [
    ("url", |mention| mention.url.is_some()),
    ("author", |mention| mention.author.is_some()),
    ("handle", |mention| mention.author.as_ref().is_some_and(|author| author.handle.is_some())),
    ("published", |mention| mention.published.is_some()),
    ("edited", |mention| mention.edited.is_some()),
    ("rating", |mention| mention.rating.is_some()),
    ("lang", |mention| mention.lang.is_some()),
    ("about", |mention| mention.about.is_some()),
    ("region", |mention| mention.context.region.is_some()),
    ("version", |mention| mention.context.version.is_some()),
    ("thread", |mention| mention.context.thread.is_some()),
    ("parent", |mention| mention.context.parent.is_some()),
    ("likes", |mention| mention.context.reach.likes.is_some()),
    ("replies", |mention| mention.context.reach.replies.is_some()),
    ("shares", |mention| mention.context.reach.shares.is_some()),
    ("views", |mention| mention.context.reach.views.is_some()),
    ("answer", |mention| mention.context.answer.is_some()),
];

/// What the site of each kind has to tell; what is not named here it does not have.
const TOLD: &[(&str, &str)] = &[
    ("feed", "url author handle published edited rating lang parent replies"),
    ("reviews", "url author handle published edited rating lang about likes replies answer"),
    ("page", "url author handle published edited rating lang about region version thread parent likes replies shares views answer"),
    ("hacker-news", "url author handle published thread parent likes replies"),
    // What an issue's own words were last changed is not told, only what a comment's were.
    ("github", "url author handle published edited thread parent likes replies"),
    // The channel's answer is told where a channel is listened to.
    ("youtube", "url author handle published edited thread parent likes replies"),
    ("v2ex", "url author handle published edited thread parent likes replies"),
    ("wordpress-org", "url author handle published rating lang replies"),
    ("telegram", "url author handle published parent likes views"),
    ("app-store", "url author handle published rating region version likes"),
    ("steam", "url author handle published edited rating lang likes replies answer"),
    ("mastodon", "url author handle published edited lang parent likes replies shares"),
    ("lemmy", "url author handle published edited thread parent likes replies"),
    ("discourse", "url author handle published edited thread parent likes replies views"),
    ("stack-exchange", "url author handle published edited likes replies views"),
    ("trustpilot", "url author handle published edited rating lang about region likes answer"),
    ("google-play", "url author published rating lang version likes answer"),
    // No review of a place has an address of its own.
    ("google-business", "author published edited rating thread answer"),
    ("app-store-connect", "url author published rating region answer"),
    ("json", "url author handle published edited rating lang"),
    ("webhook", "author published rating"),
    // The private feed; the API tells score, comments, crossposts, thread and parent as well.
    ("reddit", "url author handle published edited"),
    ("x", "url author handle published edited lang region thread parent likes replies shares views"),
    ("google-news", "url author handle published lang"),
    ("google-alerts", "url published"),
    ("rsshub", "url author published lang"),
    ("mailbox", "author handle published rating thread parent"),
    ("slack", "author handle published edited thread parent likes replies"),
    ("survey", "author handle published rating thread"),
    ("file", "url author handle published edited rating lang about region version thread parent likes replies shares views answer"),
];

#[test]
fn each_kind_tells_all_that_its_site_has() {
    let mut wrong = Vec::new();
    for (word, keys) in KINDS {
        let kind = kind(word, keys);
        let mentions: Vec<Mention> =
            fixtures(word).into_iter().flat_map(|(name, body)| read(&kind, &name, &body).unwrap().mentions).collect();
        let told: Vec<&str> = FIELDS.iter().filter(|(_, tells)| mentions.iter().any(tells)).map(|(name, _)| *name).collect();
        let want = TOLD.iter().find(|(kind, _)| kind == word).map_or("", |(_, fields)| fields);
        println!("{word}: {}", FIELDS.map(|(name, _)| if told.contains(&name) { name } else { "–" }).join(" "));
        if told.join(" ") != want {
            wrong.push(format!("{word} tells `{}`, not `{want}`", told.join(" ")));
        }
    }
    assert_eq!(TOLD.len(), KINDS.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! What becomes of replies after they went out: rejected, changed, taken away, overtaken, or nobody knows.

use std::time::Duration;

use goodword::app::{App, PostRequest};
use goodword::mention::{Answer, Context, Mention, Rating};
use goodword::replies::posting::Stage;
use goodword::replies::{Action, Actor, Status};

use super::cases::case;
use super::{TEXT, actions, approve, approved, hear, post, refused, reply};
use crate::database::Database;

#[tokio::test]
async fn what_a_site_rejects_after_a_while_is_reopened_with_its_reason() {
    let (site, test, id) = approved(case("google-business"), "on approval").await;
    site.inner.lock().unwrap().state = "PENDING";
    assert_eq!(test.app.post_due().await.unwrap(), 1);
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Sent);
    test.later(Duration::from_mins(11));
    test.app.post_due().await.unwrap();
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Sent, "it still looks at it");
    site.inner.lock().unwrap().state = "REJECTED";
    test.later(Duration::from_mins(61));
    test.app.post_due().await.unwrap();
    let state = reply(&test.app, &id).await.state;
    assert_eq!((state.status, state.reason.as_deref()), (Status::Waiting, Some("Google rejected it (OFF_TOPIC)")));
    // The next one takes its place, and is shown.
    site.inner.lock().unwrap().state = "ACTIVE";
    site.inner.lock().unwrap().texts.clear();
    approve(&test.app, &id, "Sorry. Please tell us more.").await;
    test.app.post_due().await.unwrap();
    test.later(Duration::from_mins(11));
    test.app.post_due().await.unwrap();
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Verified);
    assert_eq!(actions(&test.app, &id).await, "open draft approve post refuse draft approve post verify");
    test.app.close().await;
}

#[tokio::test]
async fn what_stands_there_is_changed_and_taken_away_and_every_text_is_kept() {
    let acts = [
        ("discourse", "PUT /posts/60.json", "DELETE /posts/60.json"),
        ("mastodon", "PUT /api/v1/statuses/88", "DELETE /api/v1/statuses/88"),
        ("github", "PATCH /repos/acme/desk/issues/comments/99", "DELETE /repos/acme/desk/issues/comments/99"),
        ("reddit", "POST /api/editusertext", "POST /api/del"),
        ("google-business", "PUT /v4/accounts/1/locations/2/reviews/rev1/reply", "DELETE /v4/accounts/1/locations/2/reviews/rev1/reply"),
        ("app-store-connect", "POST /v1/customerReviewResponses", "DELETE /v1/customerReviewResponses/resp1"),
        ("trustpilot", "POST /v1/private/reviews/tp1/reply", "DELETE /v1/private/reviews/tp1/reply"),
    ];
    for (kind, revise, withdraw) in acts {
        let (site, test, id) = approved(case(kind), "by hand").await;
        post(&test.app, &id).await;
        let ann = Actor { who: "ann", seen: None };
        let change = Action::Revise { text: "Sorry, Bob! Version 3 mends it.".to_owned() };
        test.app.act_on_reply(&id, change, ann).await.unwrap();
        let request = PostRequest { ids: vec![id.clone()], ..PostRequest::default() };
        assert!(refused(&test.app, request).await.contains("it is drafted; only what is approved can be posted"), "{kind}");
        test.app.act_on_reply(&id, Action::Approve, Actor { who: "bo", seen: None }).await.unwrap();
        assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Posted), "{kind}");
        let going = test.app.withdraw_reply(&id, "we were wrong", "bo").await.unwrap();
        assert_eq!(going.stage, Some(Stage::Seen), "{kind}: {going:?}");
        let done: Vec<String> = site.acts().into_iter().map(|act| act.what).collect();
        assert_eq!(done, [case(kind).act, revise, withdraw], "{kind}");
        assert_eq!(actions(&test.app, &id).await, "open draft approve post revise approve post retract", "{kind}");
        let stored = test.app.mention(&id).await.unwrap();
        let texts: Vec<String> = test.app.postings(&stored).await.unwrap().into_iter().map(|posting| posting.text).collect();
        assert_eq!(texts, [TEXT, "Sorry, Bob! Version 3 mends it.", "we were wrong"]);
        let state = reply(&test.app, &id).await.state;
        assert_eq!((state.status, state.reason.as_deref()), (Status::Waiting, Some("withdrawn by bo: we were wrong")), "{kind}");
        assert_eq!(site.texts().len(), 0, "{kind}");
        test.app.close().await;
    }
}

#[tokio::test]
async fn what_a_site_cannot_do_is_said_and_not_tried() {
    let (site, test, id) = approved(case("bluesky"), "by hand").await;
    post(&test.app, &id).await;
    test.app.act_on_reply(&id, Action::Revise { text: "Other words".to_owned() }, Actor { who: "ann", seen: None }).await.unwrap();
    test.app.act_on_reply(&id, Action::Approve, Actor { who: "bo", seen: None }).await.unwrap();
    let request = PostRequest { ids: vec![id.clone()], ..PostRequest::default() };
    assert!(refused(&test.app, request).await.contains("withdraw the reply, and post another"));
    // The change is dropped: what went out stands.
    test.app.act_on_reply(&id, Action::Dismiss { reason: "as it is".to_owned() }, Actor { who: "ann", seen: None }).await.unwrap();
    assert_eq!(reply(&test.app, &id).await.state.sent.unwrap().text, TEXT);
    test.app.withdraw_reply(&id, "wrong", "bo").await.unwrap();
    assert_eq!(site.acts()[1].what, "POST /xrpc/com.atproto.repo.deleteRecord");
    test.app.close().await;
    let (_, test, id) = approved(case("google-play"), "by hand").await;
    post(&test.app, &id).await;
    assert!(test.app.withdraw_reply(&id, "wrong", "bo").await.unwrap_err().to_string().contains("Play Console"));
    test.app.close().await;
}

#[tokio::test]
async fn only_the_text_that_was_approved_goes_out() {
    let (site, test, id) = approved(case("discourse"), "on approval").await;
    let mut tx = test.app.store().begin().await.unwrap();
    sqlx::query("UPDATE reply SET state = REPLACE(state, 'Which version', 'What nonsense')").execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    let request = PostRequest { ids: vec![id.clone()], ..PostRequest::default() };
    assert!(refused(&test.app, request).await.contains("not the one that was approved"));
    assert_eq!((test.app.post_due().await.unwrap(), site.acts().len()), (0, 0));
    // What is already on record cannot be changed either.
    approve_again(&test.app, &id).await;
    site.answers(&[(429, Some("60"))]);
    post(&test.app, &id).await;
    let mut tx = test.app.store().begin().await.unwrap();
    sqlx::query("UPDATE reply_post SET text = 'Nonsense'").execute(tx.connection()).await.unwrap();
    tx.commit().await.unwrap();
    test.later(Duration::from_mins(5));
    assert_eq!((test.app.post_due().await.unwrap(), site.texts().len()), (0, 0));
    test.app.close().await;
}

async fn approve_again(app: &App, id: &str) {
    app.act_on_reply(id, Action::Reject { reason: "odd".to_owned() }, Actor { who: "bo", seen: None }).await.unwrap();
    approve(app, id, TEXT).await;
}

async fn two_post_at_once(store: Option<&str>) {
    let (site, test, id) = approved(case("mastodon"), "on approval").await;
    let test = match store {
        Some(url) => {
            let settings = std::fs::read_to_string(test.dir().join("settings.toml")).unwrap();
            std::fs::write(test.dir().join("settings.toml"), format!("{settings}\n[store]\nurl = \"{url}\"\n")).unwrap();
            test.again().await
        }
        None => test,
    };
    let case = site.case;
    let id = if store.is_some() {
        let id = hear(&test.app, case.kind, case.mention("127.0.0.1:1".parse().unwrap(), test.clock.now(), "Acme Desk crashes")).await;
        approve(&test.app, &id, TEXT).await;
        id
    } else {
        id
    };
    let other = App::open(test.dir(), test.clock.clone()).await.unwrap();
    let (one, two) = tokio::join!(test.app.post_due(), other.post_due());
    // Whoever comes second may find it taken, and may find nothing.
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    test.app.post_due().await.unwrap();
    assert_eq!((site.acts().len(), reply(&test.app, &id).await.state.status), (1, Status::Sent));
    other.close().await;
    test.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_post_at_once_post_once() {
    two_post_at_once(None).await;
    if let Some(database) = Database::fresh("posting").await {
        two_post_at_once(Some(&database.url)).await;
        database.remove().await;
    }
}

#[tokio::test]
async fn a_customer_who_writes_while_it_goes_out_reopens_it() {
    let (site, test, id) = approved(case("discourse"), "on approval").await;
    site.inner.lock().unwrap().does_it_anyway = true;
    site.answers(&[(500, None)]);
    test.app.post_due().await.unwrap();
    let stored = test.app.mention(&id).await.unwrap();
    let own_id = Some(case("discourse").target.0.to_owned());
    let edited = Mention { own_id, rating: Rating::new(2.0, 1.0, 5.0), ..stored.mention };
    assert_eq!(hear(&test.app, "discourse", edited).await, id);
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Drafted);
    test.later(Duration::from_mins(2));
    test.app.post_due().await.unwrap();
    let state = reply(&test.app, &id).await.state;
    assert!(state.status == Status::Waiting && state.reason.as_ref().unwrap().contains("lowered the rating"), "{state:?}");
    assert_eq!((actions(&test.app, &id).await.as_str(), site.acts().len()), ("open draft approve hear post reopen", 1));
    test.app.close().await;
}

#[tokio::test]
async fn what_nobody_can_find_out_waits_for_a_person_or_the_next_round() {
    let (site, test, id) = approved(case("discourse"), "on approval").await;
    site.answers(&[(500, None)]);
    test.app.post_due().await.unwrap();
    // From now on the forum is not to be had at all.
    let settings = std::fs::read_to_string(test.dir().join("settings.toml")).unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lines: Vec<String> = settings
        .lines()
        .map(|line| if line.starts_with("endpoint") { format!("endpoint = \"http://{closed}\"") } else { line.to_owned() })
        .collect();
    std::fs::write(test.dir().join("settings.toml"), lines.join("\n")).unwrap();
    let test = test.again().await;
    for _ in 0..8 {
        test.later(Duration::from_hours(1));
        test.app.post_due().await.unwrap();
    }
    assert_eq!(test.app.postings_in_trouble().await.unwrap()[0].stage, Stage::Unclear);
    let request = PostRequest { ids: vec![id.clone()], ..PostRequest::default() };
    assert!(refused(&test.app, request).await.contains("--again"));
    // The next round sees it there.
    let stored = test.app.mention(&id).await.unwrap();
    let answer = Answer { text: TEXT.to_owned(), by: None, at: None, url: None };
    let shown = Mention { context: Context { answer: Some(answer), ..stored.mention.context.clone() }, ..stored.mention };
    hear(&test.app, "discourse", shown).await;
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Verified);
    assert_eq!(test.app.postings_in_trouble().await.unwrap(), []);
    test.app.close().await;
}

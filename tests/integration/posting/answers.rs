//! The request that each site documents, and what becomes of a reply after each answer: taken, refused, late, or none at all.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use goodword::replies::posting::{KINDS, Stage};
use goodword::replies::{Action, Actor, Status};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

use super::cases::{AT, CASES, Case, case};
use super::site::{Manner, Seen};
use super::{TEXT, actions, approved, post, reply};

/// The body of the call, and its signature where the site asks for one.
fn carries_what_is_documented(case: &Case, act: &Seen) {
    let body: Value = serde_json::from_slice(&act.body).unwrap_or_default();
    match case.kind {
        "bluesky" => {
            assert_eq!((&body["repo"], &body["collection"]), (&json!("did:plc:acme"), &json!("app.bsky.feed.post")));
            assert_eq!(body["rkey"].as_str().unwrap().len(), 13);
            let parent = json!({"uri": AT, "cid": "bobcid"});
            let root = json!({"uri": "at://did:plc:eve/app.bsky.feed.post/3kaaa", "cid": "rootcid"});
            assert_eq!((&body["record"]["text"], &body["record"]["reply"]), (&json!(TEXT), &json!({"root": root, "parent": parent})));
        }
        "reddit" => {
            let pairs: Vec<(String, String)> = url::form_urlencoded::parse(&act.body).into_owned().collect();
            let want =
                [("api_type", "json"), ("thing_id", "t1_abc"), ("text", TEXT)].map(|(key, value)| (key.to_owned(), value.to_owned()));
            assert_eq!(pairs, want);
        }
        _ => assert_eq!(body, case.documented(), "{}", case.kind),
    }
    if case.kind == "app-store-connect" {
        is_signed_with_the_key_of_the_account(act);
    }
}

/// Apple tells by the public key that the token is of whoever has the private one.
fn is_signed_with_the_key_of_the_account(act: &Seen) {
    let token = act.headers["authorization"].to_str().unwrap().strip_prefix("Bearer ").unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let pem: String = include_str!("../../fixtures/keys/connect.p8").lines().filter(|line| !line.starts_with("---")).collect();
    let key = STANDARD.decode(pem).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key, &SystemRandom::new()).unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key().as_ref()).verify(message.as_bytes(), &signature).unwrap();
    let part = |place: usize| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(message.split('.').nth(place).unwrap()).unwrap()).unwrap()
    };
    assert_eq!(part(0), json!({"alg": "ES256", "kid": "2X9R4HXF34", "typ": "JWT"}));
    assert_eq!(part(1)["aud"], "appstoreconnect-v1");
}

#[tokio::test]
async fn each_site_gets_the_request_that_it_documents() {
    assert_eq!(CASES.len(), KINDS.len());
    for case in CASES {
        let (site, test, id) = approved(case, "by hand").await;
        assert_eq!(test.app.post_due().await.unwrap(), 0, "{}: nothing goes out by itself", case.kind);
        let going = post(&test.app, &id).await;
        assert_eq!(going.stage, Some(Stage::Posted), "{}: {going:?}", case.kind);
        let [act] = &site.acts()[..] else { panic!("{}: {:?}", case.kind, site.acts()) };
        assert_eq!(act.what, case.act);
        for (name, value) in case.headers {
            assert_eq!(act.headers.get(*name).unwrap(), value, "{}", case.kind);
        }
        carries_what_is_documented(&case, act);
        assert_eq!(case.kind == "mastodon", act.headers.contains_key("idempotency-key"));
        let reply = reply(&test.app, &id).await;
        assert_eq!((reply.state.status, reply.state.sent.unwrap().by), (Status::Sent, "ann".to_owned()));
        // Later it is looked whether it stands there.
        test.later(Duration::from_mins(11));
        assert_eq!(test.app.post_due().await.unwrap(), 1);
        assert_eq!(actions(&test.app, &id).await, "open draft approve post verify", "{}", case.kind);
        assert_eq!(test.app.post_due().await.unwrap(), 0);
        test.app.close().await;
    }
}

#[tokio::test]
async fn what_a_site_answers_decides_what_becomes_of_a_reply() {
    for case in CASES {
        for (status, retry) in [(401, None), (409, None), (422, None), (429, Some("120")), (500, None), (503, Some("120"))] {
            let name = format!("{} answers {status}", case.kind);
            let (site, test, id) = approved(case, "on approval").await;
            // A token that is not taken is traded for another, once.
            site.answers(&[(status, retry), (status, retry)][..if status == 401 { 2 } else { 1 }]);
            let going = post(&test.app, &id).await;
            let state = reply(&test.app, &id).await.state;
            match status {
                401 => assert_eq!((going.stage, state.status), (Some(Stage::Stuck), Status::Approved), "{name}: {going:?}"),
                422 => {
                    assert_eq!((going.stage, state.status), (Some(Stage::Refused), Status::Waiting), "{name}: {going:?}");
                    assert!(state.reason.unwrap().contains("the site says no"), "{name}");
                    assert_eq!(state.draft.unwrap().text, TEXT);
                }
                429 => {
                    assert_eq!((going.stage, going.next), (Some(Stage::Ready), Some(test.clock.now() + Duration::from_secs(120))), "{name}")
                }
                _ => assert_eq!((going.stage, state.status), (Some(Stage::Calling), Status::Approved), "{name}: {going:?}"),
            }
            assert_eq!(site.texts().len(), 0, "{name}");
            site.answers(&[]);
            test.later(Duration::from_secs(121));
            test.app.post_due().await.unwrap();
            let posts = usize::from(!matches!(status, 401 | 422));
            assert_eq!(site.texts().len(), posts, "{name}: {:?}", site.inner.lock().unwrap().seen);
            let keys: Vec<String> =
                site.acts().iter().filter_map(|act| act.headers.get("idempotency-key")).map(|key| format!("{key:?}")).collect();
            assert!(keys.windows(2).all(|two| two[0] == two[1]), "{name}: each try carries the key of the first: {keys:?}");
            if status == 401 {
                assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Posted), "{name}: once the secret is renewed");
            }
            test.app.close().await;
        }
    }
}

#[tokio::test]
async fn what_may_have_arrived_is_looked_for_before_it_is_posted_again() {
    for case in CASES {
        let (site, test, id) = approved(case, "on approval").await;
        site.inner.lock().unwrap().does_it_anyway = true;
        site.answers(&[(500, None)]);
        assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Calling), "{}", case.kind);
        let draft = Action::Draft { text: "Other words".to_owned(), template: None };
        let held = test.app.act_on_reply(&id, draft, Actor { who: "bo", seen: None }).await;
        assert!(held.is_err(), "nobody changes what may be out");
        test.later(Duration::from_mins(2));
        test.app.post_due().await.unwrap();
        assert_eq!((site.acts().len(), site.texts()), (1, vec![TEXT.to_owned()]), "{}", case.kind);
        assert_eq!(reply(&test.app, &id).await.state.status, Status::Sent, "{}", case.kind);
        test.app.close().await;
    }
}

/// A site that does not answer in time, whether or not it does what it is told, is asked before anything goes out again.
async fn a_site_that_does_not_answer(case: Case, manner: Manner) {
    let (site, test, id) = approved(case, "on approval").await;
    site.behaves(manner);
    assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Calling), "{} {manner:?}", case.kind);
    site.behaves(Manner::Answers);
    let arrived = site.texts().len();
    assert_eq!(arrived, usize::from(manner == Manner::HoldsAfter), "{} {manner:?}", case.kind);
    test.later(Duration::from_mins(2));
    test.app.post_due().await.unwrap();
    assert_eq!(site.texts(), [TEXT], "{} {manner:?}", case.kind);
    assert_eq!(reply(&test.app, &id).await.state.status, Status::Sent, "{} {manner:?}", case.kind);
    test.app.close().await;
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_asked_for_later() {
    let runs = CASES.into_iter().flat_map(|case| [Manner::HoldsBefore, Manner::HoldsAfter].map(|manner| (case, manner)));
    futures_util::future::join_all(runs.map(|(case, manner)| a_site_that_does_not_answer(case, manner))).await;
}

#[tokio::test]
async fn a_change_that_may_have_arrived_is_asked_for_before_it_is_made_again() {
    for kind in ["discourse", "mastodon", "github", "reddit", "google-business", "app-store-connect", "trustpilot"] {
        let (site, test, id) = approved(case(kind), "by hand").await;
        post(&test.app, &id).await;
        let revise = Action::Revise { text: "Sorry, Bob! Version 3 mends it.".to_owned() };
        for action in [revise, Action::Approve] {
            test.app.act_on_reply(&id, action, Actor { who: "ann", seen: None }).await.unwrap();
        }
        site.inner.lock().unwrap().does_it_anyway = true;
        site.answers(&[(503, None)]);
        assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Calling), "{kind}");
        test.later(Duration::from_mins(2));
        test.app.post_due().await.unwrap();
        assert_eq!((site.acts().len(), reply(&test.app, &id).await.state.status), (2, Status::Sent), "{kind}: it was there already");
        site.answers(&[(502, None)]);
        assert_eq!(test.app.withdraw_reply(&id, "wrong", "bo").await.unwrap().stage, Some(Stage::Calling), "{kind}");
        test.later(Duration::from_mins(2));
        test.app.post_due().await.unwrap();
        assert_eq!((site.acts().len(), reply(&test.app, &id).await.state.status), (3, Status::Waiting), "{kind}: it was gone already");
        test.app.close().await;
    }
}

#[tokio::test]
async fn an_answer_of_somebody_else_is_not_overwritten() {
    for kind in ["google-play", "app-store-connect", "google-business", "trustpilot"] {
        let (site, test, id) = approved(case(kind), "on approval").await;
        site.inner.lock().unwrap().texts = vec!["We called you about this yesterday.".to_owned()];
        assert_eq!(post(&test.app, &id).await.stage, Some(Stage::Refused), "{kind}");
        let state = reply(&test.app, &id).await.state;
        assert!(state.status == Status::Waiting && state.reason.as_ref().unwrap().contains("We called you"), "{kind}: {state:?}");
        assert_eq!(site.acts().len(), 0, "{kind}");
        test.app.close().await;
    }
}

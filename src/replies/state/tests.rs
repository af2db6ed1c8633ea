//! The state machine, by example and by random sequences of actions.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

const MANNER: Manner = Manner { lease: Duration::from_secs(1800), four_eyes: false };

fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

fn action(word: &str) -> Action {
    let reason = "because".to_owned();
    match word {
        "claim" => Action::Claim,
        "release" => Action::Release,
        "lapse" => Action::Lapse,
        "draft" => Action::Draft { text: "Thank you!".to_owned(), template: None },
        "approve" => Action::Approve,
        "reject" => Action::Reject { reason },
        "send" => Action::Send,
        "verify" => Action::Verify,
        "refuse" => Action::Refuse { reason },
        "dismiss" => Action::Dismiss { reason },
        "answer" => Action::Answer { by: None },
        "withdraw" => Action::Withdraw { reason },
        "reopen" => Action::Reopen { reason },
        "hear" => Action::Hear { what: reason },
        _ => panic!("{word}"),
    }
}

/// Runs steps such as `ann claim, bo draft`, a minute each; tells where it ends, or what the last step is refused with.
fn run(steps: &str, manner: Manner) -> String {
    let mut state = State::default();
    let steps: Vec<&str> = steps.split(", ").collect();
    for (minute, step) in (0..).zip(&steps) {
        let (who, word) = step.split_once(' ').unwrap();
        match next(&state, &action(word), who, manner, at(minute)) {
            Ok(after) => state = after,
            Err(refusal) if usize::try_from(minute).unwrap() + 1 == steps.len() => return refusal.to_string(),
            Err(refusal) => panic!("{step}: {refusal}"),
        }
    }
    state.status.to_string()
}

#[test]
fn a_reply_goes_its_way_and_nothing_else_goes() {
    let cases = [
        ("ann claim, ann draft, bo approve, ann send, - verify", "verified"),
        ("ann draft, ann approve, ann send", "sent"),
        ("ann claim, bo claim", "ann holds it until 1970-01-01 00:30 UTC"),
        ("ann claim, bo draft", "ann holds it until 1970-01-01 00:30 UTC"),
        ("ann claim, bo dismiss", "ann holds it until 1970-01-01 00:30 UTC"),
        ("ann claim, ann release, bo claim", "claimed"),
        ("ann claim, bo release", "ann holds it until 1970-01-01 00:30 UTC"),
        ("ann release", "nobody holds it"),
        ("ann claim, ann send", "it is claimed; only what is approved can be sent"),
        ("ann draft, ann send", "it is drafted; only what is approved can be sent"),
        ("ann draft, bo approve, ann send, ann send", "it is sent; only what is approved can be sent"),
        ("ann draft, bo reject", "waiting"),
        ("ann draft, bo approve, bo reject, cy claim", "claimed"),
        ("ann draft, bo approve, ann draft", "drafted"),
        ("ann draft, bo approve, - hear", "drafted"),
        ("ann draft, bo approve, ann send, - hear", "waiting"),
        ("ann draft, bo approve, ann send, - refuse", "waiting"),
        ("ann dismiss, - hear", "dismissed"),
        ("ann dismiss, bo reopen", "waiting"),
        ("ann claim, - answer", "answered"),
        ("- withdraw, - reopen", "waiting"),
        ("ann claim, - withdraw", "it is claimed; only what is waiting can be withdrawn"),
    ];
    for (steps, want) in cases {
        assert_eq!(run(steps, MANNER), want, "{steps}");
    }
    let four_eyes = Manner { four_eyes: true, ..MANNER };
    assert_eq!(run("ann draft, ann approve", four_eyes), "somebody other than its writer has to approve it");
    assert_eq!(run("ann draft, bo approve", four_eyes), "approved");
}

#[test]
fn a_claim_ends_with_its_lease() {
    let claimed = next(&State::default(), &Action::Claim, "ann", MANNER, at(0)).unwrap();
    assert!(next(&claimed, &Action::Claim, "bo", MANNER, at(29)).is_err());
    assert!(next(&claimed, &Action::Lapse, "-", MANNER, at(29)).is_err());
    let taken = next(&claimed, &Action::Claim, "bo", MANNER, at(30)).unwrap();
    assert_eq!(taken.held(at(31)).map(|claim| claim.by.as_str()), Some("bo"));
    assert_eq!(next(&claimed, &Action::Lapse, "-", MANNER, at(30)).unwrap(), State::default());
}

#[test]
fn what_a_site_refused_keeps_its_text() {
    let mut state = State::default();
    for word in ["draft", "approve", "send", "refuse"] {
        state = next(&state, &action(word), "ann", MANNER, at(0)).unwrap();
    }
    assert_eq!(state.draft.map(|draft| draft.text).as_deref(), Some("Thank you!"));
    assert_eq!(state.reason.as_deref(), Some("because"));
}

#[test]
fn blank_words_are_refused() {
    let blank = Action::Draft { text: " \n".to_owned(), template: None };
    assert_eq!(next(&State::default(), &blank, "ann", MANNER, at(0)).unwrap_err().to_string(), "a reply cannot be blank");
}

const WORDS: [&str; 14] = [
    "claim", "release", "lapse", "draft", "approve", "reject", "send", "verify", "refuse", "dismiss", "answer", "withdraw", "reopen",
    "hear",
];

proptest! {
    #[test]
    fn whatever_people_try_a_reply_has_one_holder_and_goes_out_once(
        steps in prop::collection::vec((0..WORDS.len(), 0..3_usize, 0..20_i64), 1..60),
        four_eyes: bool,
    ) {
        let manner = Manner { four_eyes, ..MANNER };
        let (mut state, mut minute, mut is_out) = (State::default(), 0, false);
        let mut audit = Vec::new();
        for (word, who, wait) in steps {
            minute += wait;
            let (action, who, now) = (action(WORDS[word]), ["ann", "bo", "cy"][who], at(minute));
            let holder = state.held(now).map(|claim| claim.by.clone());
            let Ok(after) = next(&state, &action, who, manner, now) else { continue };
            audit.push((action.clone(), who, now));
            match action {
                Action::Claim | Action::Draft { .. } | Action::Send | Action::Dismiss { .. } | Action::Release => {
                    prop_assert!(holder.is_none_or(|holder| holder == who), "{who} overtook somebody");
                }
                Action::Approve => prop_assert!(!four_eyes || state.draft.as_ref().unwrap().by != who),
                _ => {}
            }
            if action == Action::Send {
                prop_assert!(!is_out, "it went out twice");
                prop_assert_eq!(state.status, Status::Approved);
            }
            // Only what is back among the open ones can go out again.
            is_out = after.sent.is_some();
            prop_assert_eq!(is_out, matches!(after.status, Status::Sent | Status::Verified));
            prop_assert!(!matches!(after.status, Status::Drafted | Status::Approved) || after.draft.is_some());
            prop_assert_eq!(after.status == Status::Approved, after.approved_by.is_some() && !is_out);
            prop_assert!(after.status != Status::Claimed || after.claim.is_some());
            prop_assert!(after.status != Status::Waiting || after.claim.is_none());
            state = after;
        }
        let replayed = audit.iter().try_fold(State::default(), |state, (action, who, now)| next(&state, action, who, manner, *now));
        prop_assert_eq!(replayed.unwrap(), state);
    }
}

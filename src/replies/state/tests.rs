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
        // What an account posts is the text that was approved, else one that somebody overtook.
        "post" => Action::Post { text: "Thank you!".to_owned(), by: "bo".to_owned() },
        "post-other" => Action::Post { text: "Thanks".to_owned(), by: "bo".to_owned() },
        "revise" => Action::Revise { text: "Thank you very much!".to_owned() },
        "retract" => Action::Retract { reason },
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
        ("ann draft, bo approve, - post, - verify", "verified"),
        ("ann draft, bo approve, - post, - post", "sent"),
        ("ann draft, bo approve, - post, ann send", "it is sent; only what is approved can be sent"),
        ("ann draft, bo approve, - post, ann revise, ann send", "it is drafted; only what is approved can be sent"),
        ("ann draft, bo approve, - post, ann revise, bo approve, - post", "sent"),
        ("ann draft, bo approve, - post, ann revise, ann dismiss", "sent"),
        ("ann draft, bo approve, - post, ann revise, bo reject", "waiting"),
        ("ann claim, ann revise", "it is claimed; only what is sent, verified can be revised"),
        ("ann draft, bo approve, - post, - retract", "waiting"),
        ("ann draft, bo approve, - retract", "it is approved; only what is sent, verified can be withdrawn"),
        ("ann draft, bo approve, ann dismiss, - post", "sent"),
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

#[test]
fn what_is_to_be_changed_keeps_what_stands_until_the_change_is_out() {
    let mut state = State::default();
    for word in ["draft", "approve", "post", "revise"] {
        state = next(&state, &action(word), "ann", MANNER, at(0)).unwrap();
    }
    let texts = |state: &State| (state.sent.as_ref().map(|sent| sent.text.clone()), state.draft.as_ref().map(|draft| draft.text.clone()));
    let (stands, change) = (Some("Thank you!".to_owned()), Some("Thank you very much!".to_owned()));
    assert_eq!(texts(&state), (stands.clone(), change.clone()));
    let dropped = next(&state, &action("dismiss"), "ann", MANNER, at(1)).unwrap();
    assert_eq!((dropped.status, texts(&dropped)), (Status::Sent, (stands, None)));
    let taken_away = next(&state, &action("retract"), "goodword", MANNER, at(1)).unwrap();
    assert_eq!((taken_away.status, texts(&taken_away)), (Status::Waiting, (None, change)));
}

const WORDS: [&str; 18] = [
    "claim",
    "release",
    "lapse",
    "draft",
    "approve",
    "reject",
    "send",
    "verify",
    "refuse",
    "dismiss",
    "answer",
    "withdraw",
    "reopen",
    "hear",
    "post",
    "post-other",
    "revise",
    "retract",
];

/// What holds of a state that `action` led to from `before`, whoever did it.
fn holds(before: &State, action: &Action, after: &State) -> Result<(), TestCaseError> {
    let (was_out, is_out) = (before.sent.is_some(), after.sent.is_some());
    match action {
        // People send what is approved, and a change of what stands there is approved as the first text was.
        Action::Send => {
            prop_assert_eq!(before.status, Status::Approved);
            prop_assert_eq!(after.sent.as_ref().map(|sent| &sent.text), before.draft.as_ref().map(|draft| &draft.text));
        }
        Action::Post { text, .. } => {
            prop_assert_eq!(after.sent.as_ref().map(|sent| &sent.text), Some(text));
            prop_assert!(after.draft.is_none() && after.status == Status::Sent);
        }
        Action::Revise { .. } => prop_assert!(was_out && is_out && after.draft.is_some() && after.approved_by.is_none()),
        Action::Retract { .. } => prop_assert!(was_out && !is_out && after.draft.is_some()),
        _ => prop_assert!(was_out || !is_out, "{action:?} sent something"),
    }
    // What is out and still open has a change beside it.
    prop_assert!(!(is_out && after.status.is_open()) || after.draft.is_some());
    prop_assert!(is_out || !matches!(after.status, Status::Sent | Status::Verified));
    prop_assert!(!matches!(after.status, Status::Drafted | Status::Approved) || after.draft.is_some());
    prop_assert!(after.status != Status::Approved || after.approved_by.is_some());
    prop_assert!(after.status != Status::Claimed || after.claim.is_some());
    prop_assert!(after.status != Status::Waiting || after.claim.is_none());
    Ok(())
}

proptest! {
    #[test]
    fn whatever_people_and_sites_do_a_reply_has_one_holder_and_goes_out_once_for_each_approval(
        steps in prop::collection::vec((0..WORDS.len(), 0..3_usize, 0..20_i64), 1..80),
        four_eyes: bool,
    ) {
        let manner = Manner { four_eyes, ..MANNER };
        let (mut state, mut minute, mut approvals, mut sendings) = (State::default(), 0, 0, 0);
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
            approvals += usize::from(action == Action::Approve);
            sendings += usize::from(action == Action::Send);
            prop_assert!(sendings <= approvals, "it went out oftener than it was approved");
            holds(&state, &action, &after)?;
            state = after;
        }
        let replayed = audit.iter().try_fold(State::default(), |state, (action, who, now)| next(&state, action, who, manner, *now));
        prop_assert_eq!(replayed.unwrap(), state);
    }
}

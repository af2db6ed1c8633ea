//! When something that goes to a site is tried or looked at again, and when it is left to a person. Pure.

use std::time::Duration;

use jiff::Timestamp;

use super::outcome::{Placed, Standing};
use super::{Attempt, Deed, Stage};
use crate::clock::later;

/// The first pause before another try; each doubles it, up to the longest.
const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_hours(1);
/// What has failed more often is left to a person.
const MOST_TRIES: i64 = 12;
/// What may have arrived holds up whoever wants to change it: it is left to a person sooner.
const MOST_QUESTIONS: i64 = 6;
/// When it is looked whether the site shows what it took.
const LOOKS: [Duration; 4] = [Duration::from_mins(10), Duration::from_hours(1), Duration::from_hours(6), Duration::from_hours(24)];

impl Attempt {
    /// Takes up where it stands at the site.
    pub fn place(&mut self, placed: &Placed, now: Timestamp) {
        self.stage = match (self.deed, &placed.standing) {
            (Deed::Withdraw, _) => Stage::Seen,
            (_, Standing::Rejected(_)) => Stage::Refused,
            _ => Stage::Posted,
        };
        self.reason = match &placed.standing {
            Standing::Shown => None,
            Standing::Pending => Some("the site looks at it before it shows it".to_owned()),
            Standing::Rejected(why) => Some(why.clone()),
        };
        self.remote = placed.remote.clone().or(self.remote.take());
        self.url = placed.url.as_ref().map(ToString::to_string).or(self.url.take());
        (self.tries, self.due) = (0, later(now, LOOKS[0]));
    }

    /// Puts it off, not before `after`, or leaves it to a person if that has been done often.
    pub fn put_off(&mut self, why: String, after: Option<Timestamp>, now: Timestamp) {
        let doublings = u32::try_from(self.tries.clamp(1, 16) - 1).unwrap_or_default();
        let pause = FIRST.saturating_mul(1 << doublings).min(LONGEST);
        self.due = later(now, pause).max(after.unwrap_or(now));
        self.reason = Some(why);
        self.stage = match self.stage {
            Stage::Calling if self.tries >= MOST_QUESTIONS => Stage::Unclear,
            Stage::Ready if self.tries >= MOST_TRIES => Stage::Stuck,
            stage => stage,
        };
    }

    /// Decides when it is looked next whether the site shows it; the tries count the looks from when it was posted on.
    pub fn look_later(&mut self, now: Timestamp) {
        let looked = usize::try_from(self.tries).unwrap_or_default();
        self.due = LOOKS.get(looked).map_or(Timestamp::MAX, |pause| later(now, *pause));
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn tried(deed: Deed, stage: Stage, tries: i64) -> Attempt {
        let mut attempt = Attempt::example();
        (attempt.deed, attempt.stage, attempt.tries) = (deed, stage, tries);
        attempt
    }

    #[test]
    fn each_pause_is_twice_the_last_and_the_site_may_ask_for_more() {
        for (tries, after, want) in
            [(1, None, 30), (2, None, 60), (5, None, 480), (11, None, 3600), (1, Some(at(120)), 120), (3, Some(at(5)), 120)]
        {
            let mut attempt = tried(Deed::Post, Stage::Ready, tries);
            attempt.put_off("busy".to_owned(), after, at(0));
            assert_eq!((attempt.due, attempt.stage), (at(want), Stage::Ready), "{tries} {after:?}");
        }
    }

    #[test]
    fn what_goes_on_failing_is_left_to_a_person() {
        for (stage, tries, want) in [
            (Stage::Ready, 11, Stage::Ready),
            (Stage::Ready, 12, Stage::Stuck),
            (Stage::Calling, 5, Stage::Calling),
            (Stage::Calling, 6, Stage::Unclear),
        ] {
            let mut attempt = tried(Deed::Post, stage, tries);
            attempt.put_off("busy".to_owned(), None, at(0));
            assert_eq!(attempt.stage, want, "{stage:?} {tries}");
        }
    }

    #[test]
    fn what_a_site_took_is_looked_for_four_times() {
        let mut attempt = tried(Deed::Post, Stage::Calling, 3);
        attempt.place(&Placed { remote: Some("7".to_owned()), url: None, standing: Standing::Pending }, at(0));
        assert_eq!((attempt.stage, attempt.due, attempt.remote.as_deref()), (Stage::Posted, at(600), Some("7")));
        let looks: Vec<Timestamp> = (1..=4)
            .map(|tries| {
                attempt.tries = tries;
                attempt.look_later(at(0));
                attempt.due
            })
            .collect();
        assert_eq!(looks, [at(3600), at(6 * 3600), at(24 * 3600), Timestamp::MAX]);
        for (deed, standing, want) in [
            (Deed::Withdraw, Standing::Shown, Stage::Seen),
            (Deed::Revise, Standing::Shown, Stage::Posted),
            (Deed::Post, Standing::Rejected("spam".to_owned()), Stage::Refused),
        ] {
            let mut attempt = tried(deed, Stage::Calling, 1);
            attempt.place(&Placed { remote: None, url: None, standing }, at(0));
            assert_eq!((attempt.stage, attempt.remote.as_deref()), (want, Some("60")), "{deed:?}: the site's id is kept");
        }
    }
}

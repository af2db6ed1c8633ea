//! Whether replying helped: people who were replied to against people who were not.
//!
//! Works on cases that are handed in. Without a reply there is nothing to compare, and nothing is said. The two groups are
//! not drawn by lot (who gets a reply is somebody's choice), so a difference is a hint and no proof. Pure.

use serde::Serialize;

use super::before_after::Difference;

/// One person who wrote.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Case {
    /// Whether a reply went out.
    pub replied: bool,
    /// Whether the person wrote again afterwards.
    pub wrote_again: bool,
    /// The stars given before, if any.
    pub stars_before: Option<f64>,
    /// The stars that stand now or were given next, if any.
    pub stars_after: Option<f64>,
}

/// What became of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// People.
    pub people: u64,
    /// Those who wrote again.
    pub wrote_again: u64,
    /// Those whose rating is known before and after.
    pub rated_twice: u64,
    /// Those of them whose rating rose.
    pub rose: u64,
}

/// People replied to against people not replied to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replied {
    /// Replied to.
    pub replied: Group,
    /// Not replied to.
    pub not: Group,
    /// Who wrote again, per hundred people; `after` are those replied to.
    pub wrote_again: Difference,
    /// Whose rating rose, per hundred rated twice; `after` are those replied to.
    pub rose: Difference,
}

/// The comparison; none before a reply has gone out.
pub fn replied_against_not(cases: &[Case]) -> Option<Replied> {
    let (replied, not) = (group(cases, true), group(cases, false));
    (replied.people > 0).then(|| Replied {
        wrote_again: Difference::between((not.wrote_again, not.people), (replied.wrote_again, replied.people)),
        rose: Difference::between((not.rose, not.rated_twice), (replied.rose, replied.rated_twice)),
        replied,
        not,
    })
}

fn group(cases: &[Case], replied: bool) -> Group {
    let mut group = Group::default();
    for case in cases.iter().filter(|case| case.replied == replied) {
        group.people += 1;
        group.wrote_again += u64::from(case.wrote_again);
        if let (Some(before), Some(after)) = (case.stars_before, case.stars_after) {
            group.rated_twice += 1;
            group.rose += u64::from(after > before);
        }
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_replied_to_are_set_against_those_who_were_not() {
        let case = |replied, wrote_again, stars: Option<(f64, f64)>| Case {
            replied,
            wrote_again,
            stars_before: stars.map(|stars| stars.0),
            stars_after: stars.map(|stars| stars.1),
        };
        assert_eq!(replied_against_not(&[case(false, true, None)]), None);
        let mut cases = vec![case(true, true, Some((2.0, 4.0))); 15];
        cases.extend([case(true, false, Some((4.0, 4.0))); 5]);
        cases.extend([case(false, false, Some((2.0, 1.0))); 20]);
        cases.push(case(false, true, None));
        let told = replied_against_not(&cases).unwrap();
        assert_eq!(told.replied, Group { people: 20, wrote_again: 15, rated_twice: 20, rose: 15 });
        assert_eq!(told.not, Group { people: 21, wrote_again: 1, rated_twice: 20, rose: 0 });
        assert_eq!((told.wrote_again.verdict, told.rose.verdict), ("more", "more"));
    }
}

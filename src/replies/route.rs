//! Who gets a reply: the first route that fits, the next in turn in its team, a deputy for whoever is away. Pure.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::customer::Customer;
use super::hours::is_in;
use super::reply::Reply;
use super::settings::{Lane, OWNER, Route, Settings, Team};
use crate::store::Stored;

/// What routes look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked<'a> {
    products: Vec<&'a str>,
    themes: Vec<&'a str>,
    lang: &'a str,
    region: Option<&'a str>,
    segment: Option<&'a str>,
    sources: Vec<&'a str>,
    owner: Option<&'a str>,
    lane: Lane,
    now: Timestamp,
}

impl<'a> Asked<'a> {
    /// What they see of a mention, written by `customer` if that is known.
    pub fn of(stored: &'a Stored, lane: Lane, customer: Option<&'a Customer>, now: Timestamp) -> Self {
        Self {
            products: stored.tagging.products.iter().chain(&stored.subject).map(String::as_str).collect(),
            themes: stored.tagging.tags.iter().map(|tag| tag.theme.as_str()).collect(),
            lang: stored.tagging.lang.as_str(),
            region: customer.and_then(|customer| customer.region.as_deref()).or(stored.mention.context.region.as_deref()),
            segment: customer.and_then(|customer| customer.segment.as_deref()),
            sources: stored.sightings.iter().map(|sighting| sighting.source.as_str()).collect(),
            owner: customer.and_then(|customer| customer.owner.as_deref()),
            lane,
            now,
        }
    }
}

/// Who gets it, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    /// The team.
    pub team: Option<String>,
    /// The person; none if anybody may take it.
    pub person: Option<String>,
    /// Why, in words.
    pub why: String,
}

/// Who had the last turn in each team.
pub type Turns = HashMap<String, String>;

/// Who gets it. The turn of a team that gives it to one of its people moves on.
pub fn route(asked: &Asked<'_>, settings: &Settings, turns: &mut Turns) -> Assigned {
    given_by(target(asked, settings), asked, settings, turns)
}

/// Who gets a reply now that more is known of its customer; none if it stays where it is.
pub(super) fn reroute(reply: &Reply, asked: &Asked<'_>, settings: &Settings, turns: &mut Turns) -> Option<Assigned> {
    let target = target(&Asked { now: reply.opened, ..asked.clone() }, settings);
    // Whoever had the turn keeps it, and whoever stands in; only the owner may be somebody else now.
    if target.as_ref().is_some_and(|(to, by)| *to != OWNER && goes_by(&reply.why, by)) {
        return None;
    }
    let assigned = given_by(target, asked, settings, turns);
    (assigned.team != reply.team || assigned.person != reply.person).then_some(assigned)
}

/// Whether `why` names the rule `by`: `route 1`, and not `route 12`.
fn goes_by(why: &str, by: &str) -> bool {
    why.strip_prefix(by).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
}

/// Where it goes and by which rule; none if no rule fits.
fn target<'s>(asked: &Asked<'_>, settings: &'s Settings) -> Option<(&'s str, String)> {
    let found = settings.routes.iter().zip(1..).find(|(route, _)| fits(route, asked));
    match found {
        Some((route, number)) => Some((route.to.as_str(), format!("route {number}"))),
        // Without a route there is only one team that can be meant, if there is one.
        None => match settings.teams.as_slice() {
            [only] => Some((only.name.as_str(), "the only team".to_owned())),
            _ => None,
        },
    }
}

fn given_by(target: Option<(&str, String)>, asked: &Asked<'_>, settings: &Settings, turns: &mut Turns) -> Assigned {
    let Some((to, by)) = target else { return Assigned { why: "no route fits".to_owned(), ..Assigned::default() } };
    if to == OWNER {
        return match asked.owner {
            Some(owner) => given(owner, None, format!("{by}: looks after the customer"), settings, asked.now),
            None => Assigned { why: format!("{by}, but nobody is known to look after the customer"), ..Assigned::default() },
        };
    }
    match settings.team(to) {
        Some(team) => in_turn(team, &by, asked, settings, turns),
        None => given(to, None, by, settings, asked.now),
    }
}

fn fits(route: &Route, asked: &Asked<'_>) -> bool {
    let same = |wanted: &Option<String>, is: &[&str]| {
        wanted.as_deref().is_none_or(|wanted| is.iter().any(|is| is.to_lowercase() == wanted.to_lowercase()))
    };
    let at = asked.now.to_zoned(route.zone.clone());
    same(&route.product, &asked.products)
        && same(&route.theme, &asked.themes)
        && same(&route.lang, &[asked.lang])
        && same(&route.region, asked.region.as_slice())
        && same(&route.segment, asked.segment.as_slice())
        && same(&route.source, &asked.sources)
        && route.lane.is_none_or(|wanted| wanted == asked.lane)
        && route.weekdays.is_none_or(|days| days.hold(at.weekday()))
        && route.hours.is_none_or(|hours| hours.holds(at.time()))
}

/// The next in turn who is there: on days off whoever is on duty, if it cannot wait.
fn in_turn(team: &Team, by: &str, &Asked { lane, now, .. }: &Asked<'_>, settings: &Settings, turns: &mut Turns) -> Assigned {
    let on_duty = lane == Lane::Urgent && !team.weekend.is_empty() && team.hours().is_day_off(now);
    let (people, duty) = if on_duty { (&team.weekend, ", on duty") } else { (&team.members, "") };
    let after = turns.get(&team.name).and_then(|last| people.iter().position(|name| name == last)).map_or(0, |place| place + 1);
    let today = now.to_zoned(team.hours().zone.clone()).date();
    let next = people.iter().cycle().skip(after).take(people.len()).find(|name| away(settings, name, today).is_none());
    let nobody = || Assigned { team: Some(team.name.clone()), person: None, why: format!("{by}; everybody in {} is away", team.name) };
    let Some(next) = next else { return nobody() };
    turns.insert(team.name.clone(), next.clone());
    Assigned { team: Some(team.name.clone()), person: Some(next.clone()), why: format!("{by}{duty}") }
}

/// Given to `name`, or to whoever stands in.
pub(super) fn given(name: &str, team: Option<&str>, why: String, settings: &Settings, now: Timestamp) -> Assigned {
    let team = team.map(str::to_owned);
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let Some(until) = away(settings, name, today) else { return Assigned { team, person: Some(name.to_owned()), why } };
    let deputy = settings.people.iter().find(|person| person.name == name).and_then(|person| person.deputy.clone());
    match deputy.filter(|deputy| away(settings, deputy, today).is_none()) {
        Some(deputy) => Assigned { team, person: Some(deputy), why: format!("{why}; stands in for {name}, away until {until}") },
        None => Assigned { team, person: None, why: format!("{why}; {name} is away until {until}") },
    }
}

/// The last day of an absence that `day` lies in.
fn away(settings: &Settings, name: &str, day: Date) -> Option<Date> {
    let person = settings.people.iter().find(|person| person.name == name)?;
    person.away.iter().find(|stretch| is_in(std::slice::from_ref(stretch), day)).map(|(_, last)| *last)
}

const NEAR: &str = "its deadline is near";
const PASSED: &str = "its deadline has passed";

/// Whether `why` says that a reply was handed on because of its deadline.
pub(super) fn is_escalation(why: &str) -> bool {
    why.starts_with(NEAR) || why.starts_with(PASSED)
}

/// To whom it goes when its deadline nears; none if it stays where it is.
pub fn escalate(team: Option<&str>, person: Option<&str>, due: Timestamp, settings: &Settings, now: Timestamp) -> Option<Assigned> {
    let team = settings.team(team?)?;
    let to = team.escalate_to.as_deref().filter(|to| Some(*to) != person)?;
    let near = jiff::SignedDuration::try_from(team.escalate_before).ok()?;
    let begins = due.checked_sub(near).ok()?;
    let why = if now >= due { PASSED } else { NEAR };
    (now >= begins).then(|| given(to, Some(&team.name), why.to_owned(), settings, now)).filter(|given| given.person.as_deref() != person)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replies::read::settings_of;

    const SETTINGS: &str = r#"
[[team]]
name = "support"
members = ["ann", "bo", "cy"]
weekdays = "mon-fri"
weekend = ["wil"]
escalate_to = "mia"

[[person]]
name = "bo"
away = "2026-03-02..2026-03-06"

[[person]]
name = "kim"
away = ["2026-03-03"]
deputy = "lee"

[[route]]
segment = "enterprise"
to = "owner"

[[route]]
lang = "zh"
to = "kim"

[[route]]
product = "acme desk"
theme = "billing"
to = "fay"

[[route]]
lane = "praise"
hours = "18:00-22:00"
to = "lee"

[[route]]
to = "support"

[[person]]
name = "fay"
"#;

    fn asked(lane: Lane, now: &str) -> Asked<'static> {
        let now = now.parse().unwrap();
        Asked {
            products: vec!["Acme Desk"],
            themes: vec![],
            lang: "en",
            region: None,
            segment: None,
            sources: vec![],
            owner: None,
            lane,
            now,
        }
    }

    #[test]
    fn the_first_route_that_fits_decides() {
        let settings = settings_of(SETTINGS);
        let monday = asked(Lane::Complaint, "2026-03-02T10:00:00Z");
        let chinese = |day: &str| Asked { lang: "zh", now: day.parse().unwrap(), ..monday.clone() };
        let cases = [
            (
                "an account",
                Asked { segment: Some("Enterprise"), owner: Some("ola"), ..monday.clone() },
                "ola: route 1: looks after the customer",
            ),
            (
                "without owner",
                Asked { segment: Some("enterprise"), ..monday.clone() },
                "-: route 1, but nobody is known to look after the customer",
            ),
            ("a language", chinese("2026-03-02T10:00:00Z"), "kim: route 2"),
            ("out of office", chinese("2026-03-03T10:00:00Z"), "lee: route 2; stands in for kim, away until 2026-03-03"),
            ("a theme", Asked { themes: vec!["speed", "billing"], ..monday.clone() }, "fay: route 3"),
            ("an evening", asked(Lane::Praise, "2026-03-02T19:00:00Z"), "lee: route 4"),
            ("the rest", monday.clone(), "ann: route 5"),
            ("cannot wait on a Sunday", asked(Lane::Urgent, "2026-03-01T10:00:00Z"), "wil: route 5, on duty"),
            ("can wait on a Sunday", asked(Lane::Praise, "2026-03-01T10:00:00Z"), "ann: route 5"),
        ];
        for (name, asked, want) in cases {
            let assigned = route(&asked, &settings, &mut Turns::new());
            assert_eq!(format!("{}: {}", assigned.person.as_deref().unwrap_or("-"), assigned.why), want, "{name}");
        }
        assert_eq!(route(&monday, &Settings::default(), &mut Turns::new()).why, "no route fits");
    }

    #[test]
    fn a_team_takes_turns_and_passes_over_whoever_is_away() {
        let settings = settings_of(SETTINGS);
        let mut turns = Turns::new();
        let mut next = |day: &str| route(&asked(Lane::Complaint, day), &settings, &mut turns).person.unwrap();
        let order: Vec<String> = ["02", "03", "04", "05", "09", "10", "11"].map(|day| next(&format!("2026-03-{day}T10:00:00Z"))).into();
        assert_eq!(order, ["ann", "cy", "ann", "cy", "ann", "bo", "cy"]);
    }

    #[test]
    fn a_deadline_that_nears_goes_up() {
        let settings = settings_of(SETTINGS);
        let at = |time: &str| format!("2026-03-02T{time}:00Z").parse::<Timestamp>().unwrap();
        let to =
            |person, now| escalate(Some("support"), Some(person), at("12:00"), &settings, at(now)).map(|given| (given.person, given.why));
        assert_eq!(to("ann", "10:59"), None);
        assert_eq!(to("ann", "11:00"), Some((Some("mia".to_owned()), "its deadline is near".to_owned())));
        assert_eq!(to("ann", "12:00"), Some((Some("mia".to_owned()), "its deadline has passed".to_owned())));
        assert_eq!(to("mia", "12:00"), None);
        assert_eq!(escalate(None, Some("ann"), at("12:00"), &settings, at("12:00")), None);
    }
}

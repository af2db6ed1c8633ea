//! What people configure of replies: `[replies]`, `[[team]]`, `[[route]]` and `[[person]]` in settings.toml.
//!
//! Here they are only read; what they mean is decided in `opening`, `hours` and `route`.

use std::fmt;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize};

use super::hours::{Days, Hours, Span, days, read_days, read_span, read_zone};
use super::state::Manner;
use crate::clock;

/// The queue that a reply waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// Severe complaints and the worst ratings.
    Urgent,
    /// Complaints.
    Complaint,
    /// Praise.
    Praise,
}

impl Lane {
    /// Every lane, most urgent first.
    pub const ALL: [Self; 3] = [Self::Urgent, Self::Complaint, Self::Praise];

    /// The word used in columns, settings and labels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Urgent => "urgent",
            Self::Complaint => "complaint",
            Self::Praise => "praise",
        }
    }

    /// The lane of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.as_str() == word.trim().to_lowercase())
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// All that is configured of replies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// `[replies]`.
    pub queue: Queue,
    /// `[[team]]`.
    pub teams: Vec<Team>,
    /// `[[route]]`, in their order.
    pub routes: Vec<Route>,
    /// `[[person]]`.
    pub people: Vec<Person>,
}

/// `[replies]`: what opens a reply, and what people agreed on.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Queue {
    /// The lanes that replies open in; none switches the queue off.
    pub lanes: Vec<Lane>,
    /// Mentions older than this open none.
    #[serde(deserialize_with = "duration")]
    pub newer_than: Duration,
    /// Complaints with so many of five stars or fewer are urgent.
    pub urgent_stars: f64,
    /// Sources whose mentions open none.
    pub except_sources: Vec<String>,
    /// How long a claim holds.
    #[serde(deserialize_with = "duration")]
    pub lease: Duration,
    /// Whether nobody approves a text of their own.
    pub four_eyes: bool,
    /// How soon each lane is to be answered, in hours of work.
    pub within: Within,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            lanes: Lane::ALL.to_vec(),
            newer_than: Duration::from_secs(14 * 86_400),
            urgent_stars: 1.0,
            except_sources: Vec::new(),
            lease: Duration::from_secs(30 * 60),
            four_eyes: false,
            within: Within::default(),
        }
    }
}

impl Queue {
    /// What people agreed on for the work at the queue.
    pub fn manner(&self) -> Manner {
        Manner { lease: self.lease, four_eyes: self.four_eyes }
    }
}

/// How soon each lane is to be answered, in hours of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Within {
    #[serde(deserialize_with = "duration")]
    urgent: Duration,
    #[serde(deserialize_with = "duration")]
    complaint: Duration,
    #[serde(deserialize_with = "duration")]
    praise: Duration,
}

impl Default for Within {
    fn default() -> Self {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        Self { urgent: hours(4), complaint: hours(24), praise: hours(72) }
    }
}

impl Within {
    /// How soon a reply of this lane is due.
    pub fn of(&self, lane: Lane) -> Duration {
        match lane {
            Lane::Urgent => self.urgent,
            Lane::Complaint => self.complaint,
            Lane::Praise => self.praise,
        }
    }
}

/// `[[team]]`: people who share the work, and when they work.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// The names of its people, in the order in which they take turns.
    #[serde(default)]
    pub members: Vec<String>,
    #[serde(default = "utc", deserialize_with = "zone")]
    zone: TimeZone,
    #[serde(default, deserialize_with = "span")]
    hours: Span,
    #[serde(default = "Days::all", deserialize_with = "weekdays")]
    weekdays: Days,
    #[serde(default, deserialize_with = "dates")]
    holidays: Vec<(Date, Date)>,
    /// Who is on duty on days off; then urgent replies are due on those days too.
    #[serde(default)]
    pub weekend: Vec<String>,
    /// Who takes over when a deadline nears.
    pub escalate_to: Option<String>,
    /// How long before the deadline that is.
    #[serde(default = "an_hour", deserialize_with = "duration")]
    pub escalate_before: Duration,
}

impl Team {
    /// When it works.
    pub fn hours(&self) -> Hours<'_> {
        Hours { zone: &self.zone, span: self.hours, days: self.weekdays, holidays: &self.holidays, on_duty: !self.weekend.is_empty() }
    }
}

/// `[[route]]`: who gets the replies that fit.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Names the product or is about it.
    pub product: Option<String>,
    /// Has a tag of this theme.
    pub theme: Option<String>,
    /// Is in this language.
    pub lang: Option<String>,
    /// Comes from this region, or its customer does.
    pub region: Option<String>,
    /// Its customer is of this segment.
    pub segment: Option<String>,
    /// Was seen in this source.
    pub source: Option<String>,
    /// Waits in this lane.
    pub lane: Option<Lane>,
    /// Comes on these days.
    #[serde(default, deserialize_with = "some_weekdays")]
    pub weekdays: Option<Days>,
    /// Comes at these hours.
    #[serde(default, deserialize_with = "some_span")]
    pub hours: Option<Span>,
    /// The zone of days and hours.
    #[serde(default = "utc", deserialize_with = "zone")]
    pub zone: TimeZone,
    /// A team, a person, or `owner`: whoever looks after the customer.
    pub to: String,
}

/// `[[person]]`: when somebody is away, and where alerts reach them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name, as teams and routes write it.
    pub name: String,
    /// Away from the first day to the last.
    #[serde(default, deserialize_with = "dates")]
    pub away: Vec<(Date, Date)>,
    /// Who stands in meanwhile.
    pub deputy: Option<String>,
    /// The mail address that alerts go to.
    pub mail: Option<String>,
    /// The `[[destination]]` that alerts go to, in the place of mail.
    pub destination: Option<String>,
}

/// The target of a route that means whoever looks after the customer.
pub const OWNER: &str = "owner";

impl Settings {
    /// The names of all people that are configured anywhere.
    pub fn names(&self) -> Vec<&str> {
        let teams = self.teams.iter().flat_map(|team| team.members.iter().chain(&team.weekend).chain(&team.escalate_to));
        let people = self.people.iter().flat_map(|person| std::iter::once(&person.name).chain(&person.deputy));
        let mut names: Vec<&str> = teams.chain(people).map(String::as_str).collect();
        names.extend(self.routes.iter().map(|route| route.to.as_str()).filter(|to| *to != OWNER && self.team(to).is_none()));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The team of this name.
    pub fn team(&self, name: &str) -> Option<&Team> {
        self.teams.iter().find(|team| team.name == name)
    }

    /// What does not fit together, each with the name of the thing.
    pub fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        for team in &self.teams {
            if team.members.is_empty() && team.weekend.is_empty() {
                problems.push((format!("team `{}`", team.name), "has nobody in it; add `members = [\"…\"]`".to_owned()));
            }
        }
        // A target that is no team is a person; a slip shows as a name that stands nowhere else.
        let people = self.people.iter().flat_map(|person| std::iter::once(&person.name).chain(&person.deputy));
        let members = self.teams.iter().flat_map(|team| std::iter::once(&team.name).chain(&team.members).chain(&team.weekend));
        let mut known: Vec<&str> = members.chain(people).map(String::as_str).chain([OWNER]).collect();
        known.sort_unstable();
        known.dedup();
        for route in self.routes.iter().filter(|route| !known.contains(&route.to.as_str())) {
            let valid = crate::tomlfile::name_the_valid(&route.to, &known);
            problems.push((format!("route to `{}`", route.to), format!("there is no such team or person; {valid}")));
        }
        problems
    }
}

fn utc() -> TimeZone {
    TimeZone::UTC
}

fn an_hour() -> Duration {
    Duration::from_secs(3600)
}

fn text<'de, D: Deserializer<'de>, T>(from: D, read: impl FnOnce(&str) -> Result<T, String>) -> Result<T, D::Error> {
    read(&String::deserialize(from)?).map_err(serde::de::Error::custom)
}

fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    text(from, clock::parse_duration)
}

fn zone<'de, D: Deserializer<'de>>(from: D) -> Result<TimeZone, D::Error> {
    text(from, read_zone)
}

fn span<'de, D: Deserializer<'de>>(from: D) -> Result<Span, D::Error> {
    text(from, read_span)
}

fn some_span<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Span>, D::Error> {
    span(from).map(Some)
}

fn weekdays<'de, D: Deserializer<'de>>(from: D) -> Result<Days, D::Error> {
    text(from, read_days)
}

fn some_weekdays<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Days>, D::Error> {
    weekdays(from).map(Some)
}

/// One day or stretch of days, or a list of them.
fn dates<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(Date, Date)>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(String),
        Many(Vec<String>),
    }
    let written = match Written::deserialize(from)? {
        Written::One(one) => vec![one],
        Written::Many(many) => many,
    };
    written.iter().map(|written| days(written)).collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}

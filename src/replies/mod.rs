//! The queue of replies: what opens one, who gets it, when it is due, where it stands, and what came of it.
//!
//! `state` says what leads where, `opening` what opens a reply, `route` and `hours` to whom it goes and when it is due,
//! `templates` what may be said; all of those are pure. `act` and `following` write, in the caller's transaction, the tables
//! that are owned here. How a text gets to a site by its API, between `approved` and `sent`, says `posting`.

mod act;
mod audit;
mod counts;
mod customer;
mod desk;
mod following;
mod forget;
mod hours;
mod known;
mod opening;
mod outcome;
pub mod posting;
mod priority;
mod quotes;
mod read;
mod refusal;
mod reply;
mod route;
mod settings;
mod state;
mod templates;
mod turns;
mod upkeep;

pub use act::{Actor, act, check_seen, last_texts_at};
pub use audit::{Entry, SYSTEM, Which};
pub use customer::Customer;
pub use desk::Desk;
pub use following::{follow, open_by_hand, reconsider};
pub use forget::forget_mentions;
pub use hours::{Days, Hours, Span};
pub use known::weigh_anew;
pub use opening::opens;
pub use outcome::{Outcome, outcomes, sent_between};
pub use priority::{Facts, Priority, deadline, priority};
pub use quotes::{Leave, Quote};
pub use read::{SECTIONS, read_settings};
pub use refusal::Refusal;
pub use reply::{Place, Ranked, Reply};
pub use route::{Asked, Assigned, Turns, escalate, route};
pub use settings::{Lane, OWNER, Person, Queue, Route, Settings, Team, Within};
pub use state::{Action, Claim, Draft, Manner, Sent, State, Status, next};
pub use templates::{Filled, Occasion, Purpose, Template, Templates};
pub use upkeep::{Summary, Tended, assign, due, needs_tending, summary, tend};

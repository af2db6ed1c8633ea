//! People: who may use an installation, in which role, and what they are signed in with.
//!
//! Owns the tables of people, sessions, links, tokens, whom a sign-in service knows them as, and the audit of what people changed. Rules (who may do what, when a session ends, when
//! a password is too weak, how often a wrong one may be tried) are pure. Knows nothing of pages or cookies.

mod attempts;
mod audit;
mod identity;
mod link;
mod password;
mod person;
mod role;
mod secret;
pub mod service;
mod session;
mod token;

pub use attempts::Attempts;
pub use audit::{Deed, Which, note, noted};
pub use identity::{bind, bound, subject_of};
pub use link::{Link, Purpose};
pub use password::{Weakness, fits, hash, weakness};
pub use person::{Person, is_name, set_up, tidy_name};
pub use role::{Role, Scope};
pub use secret::{Secret, is_same, kept};
pub use session::{Lasting, Session};
pub use token::Token;

//! Telling people: messages and mails, the outbox they go out from, and where they go.
//!
//! What is to be told is queued in the transaction of what it tells of, and delivered later, at least once and with the same
//! id at every try, so that a receiver can drop a second copy. Rules and what an answer means are pure functions; the postman
//! does the rest. A new kind of destination is a variant of [`Kind`] with its arms in `flavour`, and an example in
//! `docs/alerts.md`.

mod carrier;
mod destination;
mod flavour;
mod forget;
mod letter;
mod mail;
mod message;
mod outbox;
mod postman;
mod quiet;
mod routed;
mod rule;
mod server;
mod settings;
mod shift;
mod signature;
mod telling;
mod template;
mod ticket;
mod verdict;
mod wording;

pub use carrier::Mailbox;
pub use destination::{Destination, Kind};
pub use forget::forget_mentions;
pub use mail::{Attachment, Mail, mailbox, masked};
pub use message::{Fact, Message, Topic};
pub use outbox::{Backlog, Body, MAIL, Outbox, Outgoing, Queued, State};
pub use postman::{Delivered, Postman};
pub use routed::{Reached, reached};
pub use rule::{Rule, When};
pub use settings::{MailSettings, Settings, Transport, read};
pub use telling::Told;
pub use verdict::Verdict;
pub use wording::{of_mention, of_reply, of_spike};

//! Telling people: messages and mails, the outbox they go out from, and where they go.
//!
//! What is to be told is queued in the transaction of what it tells of, and delivered later, at least once and with the same
//! id at every try, so that a receiver can drop a second copy. Knows nothing of who decides what a digest says.

mod mail;
mod message;
mod outbox;

pub use mail::{Attachment, Mail, mailbox, masked};
pub use message::{Fact, Message, Topic};
pub use outbox::{Backlog, Body, MAIL, Outbox, Outgoing, Queued, State};

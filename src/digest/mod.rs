//! The digest: what people said in a day, a week or a month, as a mail that is read in ten seconds.
//!
//! Says which quotes are worth showing, to whom and when, and gives them their form; owns the tables of what was shown to
//! whom. Knows nothing of how figures are counted, mentions found or mails carried: `app` gathers, `notify` delivers.

mod advice;
mod brief;
mod choice;
mod content;
mod edition;
mod headline;
mod html;
mod labels;
mod mail;
mod page;
mod picture;
mod plain;
mod quote;
mod recipient;
mod schedule;
mod sent;
mod settings;
mod subject;
mod usual;
mod words;

pub use brief::brief;
pub use choice::{Candidate, choose, clearest_first};
pub use content::{Change, Digest, Figure, Lane, Measure, Outcome, Replies, Rising, Said, Share, Theme, TrendDay, Unseen, Unusual};
pub use edition::{Edition, Every};
pub use mail::{Addressed, Rendered, draw, key_of, render};
pub use quote::{Piece, Quote, Tone, quote};
pub use recipient::{Language, Recipient, Section};
pub use schedule::{covering, due};
pub use sent::{Reader, Sent, Shown, forget};
pub use settings::{Settings, read};
pub use usual::{Counted, Usual, usual};

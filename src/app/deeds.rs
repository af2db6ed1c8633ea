//! Who did what and when: deeds of people and changes of replies in one row, the newest first.

use jiff::Timestamp;

use super::App;
use crate::people::{self, Deed};
use crate::replies::{self, Entry};

/// Which deeds are wanted.
#[derive(Clone, Debug, Default)]
pub struct DoneRequest {
    /// Only this person's.
    pub who: Option<String>,
    /// Only of this kind: the key of a deed, or `reply-` and the word of an action.
    pub what: Option<String>,
    /// Only about this: a mention's id, or words that are told of it.
    pub about: Option<String>,
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// So many of the newest are left out.
    pub skip: usize,
    /// At most so many.
    pub limit: usize,
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    /// By a person, to what has no audit of its own.
    Deed(Deed),
    /// To a reply.
    Reply {
        /// The id of its mention.
        id: String,
        /// What.
        entry: Box<Entry>,
    },
}

impl Done {
    /// When.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Deed(deed) => deed.at,
            Self::Reply { entry, .. } => entry.at,
        }
    }
}

impl App {
    /// What was done, the newest first.
    pub async fn done(&self, wanted: &DoneRequest) -> anyhow::Result<Vec<Done>> {
        let most = i64::try_from(wanted.skip.saturating_add(wanted.limit))?;
        let action = wanted.what.as_deref().map(|what| what.strip_prefix("reply-"));
        let mut done = Vec::new();
        if action.is_none_or(|action| action.is_none()) {
            let period = (wanted.from.unwrap_or(Timestamp::MIN), wanted.until.unwrap_or(Timestamp::MAX));
            let which = people::Which { who: wanted.who.as_deref(), what: wanted.what.as_deref(), about: wanted.about.as_deref(), period };
            let deeds = people::noted(&mut *self.store.connection().await?, which, most).await?;
            done.extend(deeds.into_iter().map(Done::Deed));
        }
        if action.is_none_or(|action| action.is_some()) {
            done.extend(self.done_to_replies(wanted, action.flatten(), most).await?);
        }
        // A stable order: what was done in the same moment stays as it is.
        done.sort_by_key(|done| std::cmp::Reverse(done.at()));
        Ok(done.into_iter().skip(wanted.skip).take(wanted.limit).collect())
    }

    async fn done_to_replies(&self, wanted: &DoneRequest, action: Option<&str>, most: i64) -> anyhow::Result<Vec<Done>> {
        let mention = match &wanted.about {
            Some(about) => self.store.row_of(about).await?,
            None => None,
        };
        let which = replies::Which {
            who: wanted.who.as_deref(),
            action,
            mention,
            saying: wanted.about.as_deref().filter(|_| mention.is_none()),
            period: (wanted.from.unwrap_or(Timestamp::MIN), wanted.until.unwrap_or(Timestamp::MAX)),
        };
        let entries = Entry::newest(&mut *self.store.connection().await?, which, most).await?;
        let rows: Vec<i64> = entries.iter().map(|entry| entry.mention).collect();
        let mentions = self.store.mentions(&rows).await?;
        let id = |row: i64| mentions.iter().find(|stored| stored.row == row).map_or_else(|| row.to_string(), |stored| stored.id.clone());
        Ok(entries.into_iter().map(|entry| Done::Reply { id: id(entry.mention), entry: Box::new(entry) }).collect())
    }
}

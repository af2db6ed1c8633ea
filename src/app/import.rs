//! Taking in a file once, row by row.

use std::io::Read;

use serde::Serialize;

use super::App;
use crate::mention::Mention;
use crate::sources::{Columns, Privacy, RowError, Taken, rows};
use crate::store::{Origin, Saved};

/// Rows kept in one transaction.
const AT_ONCE: usize = 1000;

/// What an import did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Imported {
    /// Rows that hold a mention.
    pub seen: usize,
    /// Mentions never heard before.
    pub new: usize,
    /// Mentions that have changed, or of which more is known now.
    pub updated: usize,
    /// Rows that could not be read.
    pub refused: usize,
}

impl App {
    /// Keeps the mentions of a CSV or JSON Lines file or a mailbox named `name` under the source `source`. A row that cannot be read is
    /// given to `refused`, the rest go in; the same file again changes nothing.
    pub async fn import(
        &self,
        name: &str,
        file: impl Read + Send,
        source: &str,
        columns: &Columns,
        mut refused: impl FnMut(&RowError),
    ) -> anyhow::Result<Imported> {
        let mut imported = Imported::default();
        let mut batch = Vec::with_capacity(AT_ONCE);
        let Taken { rows, is_mail } = rows(name, file, columns)?;
        for row in rows {
            match row {
                Ok(row) => batch.push(row.mention),
                Err(error) => {
                    imported.refused += 1;
                    refused(&error);
                }
            }
            if batch.len() == AT_ONCE {
                self.keep(source, std::mem::take(&mut batch), is_mail, &mut imported).await?;
            }
        }
        self.keep(source, batch, is_mail, &mut imported).await?;
        Ok(imported)
    }

    async fn keep(&self, source: &str, mentions: Vec<Mention>, is_mail: bool, imported: &mut Imported) -> anyhow::Result<()> {
        let (now, crawler) = (self.clock.now(), self.crawler());
        let config = self.config();
        let configured = config.sources.iter().find(|configured| configured.name == source);
        let product = configured.and_then(|source| source.product.as_deref());
        let unconfigured = || if is_mail { Privacy::of_private_place() } else { Privacy::default() };
        let privacy = configured.map_or_else(unconfigured, |source| source.privacy);
        let dated = |mention: Mention| Mention { published: mention.published.map(|published| published.not_after(now)), ..mention };
        let mentions: Vec<Mention> =
            mentions.into_iter().map(dated).map(|mention| privacy.cover(mention, &crawler.reader.address_key)).collect();
        let origin = Origin { source, kind: "file", namespace: source, keeps_ids: true, list: None, now };
        let mut tx = self.store.begin().await?;
        let kept = tx.save(origin, mentions, |mention| crawler.rules.judge(product, mention)).await?;
        crawler.after_saving(&mut tx, &kept).await?;
        let Saved { seen, new, updated } = kept.saved;
        tx.commit().await?;
        imported.seen += seen;
        imported.new += new;
        imported.updated += updated;
        Ok(())
    }
}

//! The library of words that we may quote.

use std::collections::HashMap;

use anyhow::bail;
use serde::Serialize;

use super::{App, Sheet};
use crate::mention::{Field, Polarity};
use crate::replies::{Leave, Quote};
use crate::store::Stored;

/// Words that we may or may not quote, with whose they are.
#[derive(Clone, Debug, Serialize)]
pub struct QuoteView {
    /// The mention's id.
    pub id: String,
    /// What is noted.
    #[serde(flatten)]
    pub quote: Quote,
    /// Who said it.
    pub author: Option<String>,
    /// Of what.
    pub product: Option<String>,
    /// Where it stands.
    pub url: Option<String>,
    /// Whether the mention does not say these words any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub changed: bool,
}

impl App {
    /// What is noted of quotes, the latest first.
    pub async fn quotes(&self, leave: Option<Leave>) -> anyhow::Result<Vec<QuoteView>> {
        let mut quotes = Quote::all(&mut *self.store.connection().await?).await?;
        quotes.retain(|quote| leave.is_none_or(|leave| quote.leave == leave));
        self.with_mentions(quotes).await
    }

    /// Some of what is noted so, or of all; the latest first, behind the first `skip`.
    pub async fn some_quotes(&self, leave: Option<Leave>, skip: usize, most: usize) -> anyhow::Result<Vec<QuoteView>> {
        let quotes = Quote::some(&mut *self.store.connection().await?, leave, skip, most).await?;
        self.with_mentions(quotes).await
    }

    /// How many quotes are noted so.
    pub async fn count_quotes(&self, leave: Leave) -> anyhow::Result<usize> {
        Quote::count(&mut *self.store.connection().await?, leave).await
    }

    async fn with_mentions(&self, quotes: Vec<Quote>) -> anyhow::Result<Vec<QuoteView>> {
        let rows: Vec<i64> = quotes.iter().map(|quote| quote.mention).collect();
        let mentions: HashMap<i64, Stored> = self.store.mentions(&rows).await?.into_iter().map(|stored| (stored.row, stored)).collect();
        Ok(quotes.into_iter().filter_map(|quote| Some(view(mentions.get(&quote.mention)?, quote))).collect())
    }

    /// What is noted of quoting one mention.
    pub async fn quote_of(&self, stored: &Stored) -> anyhow::Result<Option<QuoteView>> {
        let quote = Quote::of(&mut *self.store.connection().await?, stored.row).await?;
        Ok(quote.map(|quote| view(stored, quote)))
    }

    /// A table of what we may quote.
    pub async fn quotes_sheet(&self) -> anyhow::Result<Sheet> {
        let columns = vec!["id", "text", "author", "product", "cleared_on", "noted_by", "note", "url", "changed"];
        Ok(Sheet { columns, rows: self.quotes(Some(Leave::Cleared)).await?.iter().map(cells).collect() })
    }

    /// Notes that we may, or may not, quote a mention: all of it, or `words` that it says.
    pub async fn note_quote(
        &self,
        id: &str,
        leave: Leave,
        words: Option<&str>,
        by: &str,
        note: Option<String>,
    ) -> anyhow::Result<QuoteView> {
        let stored = self.mention(id).await?;
        let words = words.map_or(stored.mention.text.as_str(), str::trim);
        if !says(&stored, words) {
            bail!("mention `{id}` does not say “{words}”; quote what it says, word for word");
        }
        let quote = Quote { mention: stored.row, leave, words: words.to_owned(), by: by.to_owned(), at: self.clock.now(), note };
        let mut tx = self.store.begin().await?;
        quote.keep(tx.connection()).await?;
        tx.commit().await?;
        Ok(view(&stored, quote))
    }
}

fn says(stored: &Stored, words: &str) -> bool {
    let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = spaced(words);
    let title = stored.mention.title.as_deref().unwrap_or_default();
    !words.is_empty() && (spaced(&stored.mention.text).contains(&words) || spaced(title).contains(&words))
}

fn cells(view: &QuoteView) -> Vec<serde_json::Value> {
    let quote = &view.quote;
    vec![
        view.id.as_str().into(),
        quote.words.as_str().into(),
        view.author.clone().into(),
        view.product.clone().into(),
        quote.at.strftime("%F").to_string().into(),
        quote.by.as_str().into(),
        quote.note.clone().into(),
        view.url.clone().into(),
        if view.changed { "yes" } else { "no" }.into(),
    ]
}

fn view(stored: &Stored, quote: Quote) -> QuoteView {
    let praised = stored.tagging.tags.iter().find(|tag| tag.polarity == Polarity::Praise && tag.field == Field::Text);
    QuoteView {
        id: stored.id.clone(),
        author: stored.mention.author.as_ref().map(|author| author.name.clone()),
        product: praised.and_then(|tag| tag.product.clone()).or_else(|| stored.tagging.products.first().cloned()),
        url: stored.mention.url.as_ref().map(ToString::to_string),
        changed: !quote.words.is_empty() && !says(stored, &quote.words),
        quote,
    }
}

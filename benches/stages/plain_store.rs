//! The raw side of the store: the same rows into the same tables, by statements with many rows each, and nothing decided.
//!
//! Nothing is looked up, so it could not be used twice; it shows what the database itself costs.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use goodword::mention::Tag;
use goodword::store::{Sighting, Stored};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Arguments, AssertSqlSafe, ConnectOptions, Connection, Encode, Row as _, Sqlite, SqliteConnection, Type};
use xxhash_rust::xxh3::xxh3_64;

/// The store's own tables and indexes.
const SCHEMA: [&str; 3] = [
    include_str!("../../migrations/0001_mentions.sql"),
    include_str!("../../migrations/0002_ugly.sql"),
    include_str!("../../migrations/0003_copies.sql"),
];
/// Most rows in one statement: longer ones gain nothing and take long to prepare.
const MOST_ROWS: usize = 64;

/// The tables written, with their columns.
const MENTION: Table = Table {
    name: "mention (row_id, id, changed, content, content_source, title, text, url, author, author_handle, published_at, \
        published_precision, edited_at, rating_value, rating_worst, rating_best, stated_lang, about, subject, notes, lang, products, \
        verdict, why, ugly, first_seen_at, revision, tags, sightings)",
    columns: 29,
};
const KEY: Table = Table { name: "mention_key", columns: 2 };
const TRACE: Table = Table { name: "mention_trace", columns: 2 };
const SIGHTING: Table = Table { name: "sighting (mention, source, own_id, kind, url, seen_at)", columns: 6 };

#[derive(Clone, Copy)]
struct Table {
    name: &'static str,
    columns: usize,
}

/// A plain database being filled.
#[derive(Debug)]
pub(crate) struct PlainStore {
    connection: SqliteConnection,
    statements: HashMap<(&'static str, usize), String>,
}

impl PlainStore {
    pub(crate) async fn create(dir: &Path) -> anyhow::Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(dir.join("plain.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .pragma("cache_size", "-16000")
            .disable_statement_logging();
        let mut connection = SqliteConnection::connect_with(&options).await?;
        for schema in SCHEMA {
            sqlx::raw_sql(schema).execute(&mut connection).await?;
        }
        Ok(Self { connection, statements: HashMap::new() })
    }

    /// Writes pages, each in one transaction; returns how long that took.
    pub(crate) async fn write(&mut self, pages: &[&[Stored]]) -> anyhow::Result<Duration> {
        let started = Instant::now();
        for page in pages {
            sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut self.connection).await?;
            for part in page.chunks(MOST_ROWS) {
                self.mentions(part).await?;
            }
            let reached = page.last().map(|stored| stored.row);
            sqlx::query("UPDATE change_sequence SET reached = ? WHERE one = 1").bind(reached).execute(&mut self.connection).await?;
            sqlx::raw_sql("COMMIT").execute(&mut self.connection).await?;
        }
        Ok(started.elapsed())
    }

    async fn mentions(&mut self, mentions: &[Stored]) -> anyhow::Result<()> {
        let mut rows = Values::default();
        mentions.iter().try_for_each(|stored| mention_row(&mut rows, stored))?;
        self.insert(MENTION, rows, mentions.len()).await?;

        let mut rows = Values::default();
        for stored in mentions {
            let looks = xxh3_64(stored.mention.text.as_bytes()).cast_signed();
            rows.add(xxh3_64(stored.id.as_bytes()).cast_signed()).add(stored.row).add(looks).add(stored.row);
        }
        self.insert(KEY, rows, 2 * mentions.len()).await?;

        let (mut rows, mut count) = (Values::default(), 0);
        for stored in mentions {
            // As many as a text of so many words leaves.
            for number in 0..if stored.mention.text.len() > 130 { 4_u8 } else { 3 } {
                rows.add(xxh3_64(&[stored.id.as_bytes(), &[number]].concat()).cast_signed()).add(stored.row);
                count += 1;
            }
        }
        self.insert(TRACE, rows, count).await?;

        let mut rows = Values::default();
        let sightings = mentions.iter().flat_map(|stored| stored.sightings.iter().map(move |sighting| (stored.row, sighting)));
        let mut count = 0;
        for (row, sighting) in sightings {
            rows.add(row).add(&*sighting.source).add(&*sighting.own_id).add(&*sighting.kind);
            rows.add(sighting.url.as_deref()).add(sighting.seen.as_millisecond());
            count += 1;
        }
        self.insert(SIGHTING, rows, count).await
    }

    async fn insert(&mut self, table: Table, values: Values, rows: usize) -> anyhow::Result<()> {
        if rows > 0 {
            let sql = self.statements.entry((table.name, rows)).or_insert_with(|| table.statement(rows));
            sqlx::query_with(AssertSqlSafe(sql.as_str()), values.0).execute(&mut self.connection).await?;
        }
        Ok(())
    }

    /// Mentions, sightings and tags held, to be compared with what the store holds.
    pub(crate) async fn counts(&mut self) -> anyhow::Result<[i64; 3]> {
        let sql =
            "SELECT (SELECT COUNT(*) FROM mention), (SELECT COUNT(*) FROM sighting), (SELECT SUM(json_array_length(tags)) FROM mention)";
        let row = sqlx::query(sql).fetch_one(&mut self.connection).await?;
        Ok([row.try_get(0)?, row.try_get(1)?, row.try_get(2)?])
    }

    pub(crate) async fn close(self) -> anyhow::Result<()> {
        Ok(self.connection.close().await?)
    }
}

impl Table {
    fn statement(self, rows: usize) -> String {
        let row = format!("({})", vec!["?"; self.columns].join(","));
        format!("INSERT INTO {} VALUES {}", self.name, vec![row.as_str(); rows].join(","))
    }
}

/// The values of rows, in the order of their columns.
#[derive(Default)]
struct Values(SqliteArguments);

impl Values {
    fn add<'t>(&mut self, value: impl Encode<'t, Sqlite> + Type<Sqlite>) -> &mut Self {
        self.0.add(value).expect("plain values always encode");
        self
    }
}

fn mention_row(rows: &mut Values, stored: &Stored) -> anyhow::Result<()> {
    let mention = &stored.mention;
    let author = mention.author.as_ref();
    let rating = mention.rating;
    rows.add(stored.row).add(&*stored.id).add(stored.changed).add(xxh3_64(mention.text.as_bytes()).cast_signed()).add("forum");
    rows.add(mention.title.as_deref()).add(&*mention.text).add(mention.url.as_ref().map(|url| url.as_str()));
    rows.add(author.map(|author| &*author.name)).add(author.and_then(|author| author.handle.as_deref()));
    rows.add(mention.published.map(|published| published.at.as_millisecond()));
    rows.add(mention.published.map(|published| published.precision.as_str()));
    rows.add(mention.edited.map(|edited| edited.as_millisecond()));
    rows.add(rating.map(|rating| rating.value())).add(rating.map(|rating| rating.worst())).add(rating.map(|rating| rating.best()));
    rows.add(mention.lang.as_ref().map(|lang| lang.as_str())).add(mention.about.as_deref()).add(stored.subject.as_deref());
    rows.add(None::<&str>).add(stored.tagging.lang.as_str()).add(serde_json::to_string(&stored.tagging.products)?);
    rows.add(stored.tagging.verdict.as_str()).add(&*stored.tagging.why);
    rows.add(i64::from(stored.tagging.ugly)).add(stored.first_seen.as_millisecond()).add(stored.revision);
    rows.add(tags(stored)?).add(sightings(stored)?);
    Ok(())
}

/// The tags as the store writes them, beside their mention.
fn tags(stored: &Stored) -> serde_json::Result<String> {
    let value = |tag: &Tag| {
        let found = (tag.field, tag.start, tag.end, tag.text.clone());
        let product = (tag.product.clone(), tag.product_start, tag.product_end, tag.joined_by);
        (tag.polarity, tag.phrase.clone(), tag.theme.clone(), found, product, tag.rule.clone(), tag.negated, tag.list.clone())
    };
    serde_json::to_string(&stored.tagging.tags.iter().map(value).collect::<Vec<_>>())
}

fn sightings(stored: &Stored) -> serde_json::Result<String> {
    let value =
        |sighting: &Sighting| (sighting.source.clone(), sighting.kind.clone(), sighting.own_id.clone(), "", sighting.seen.as_millisecond());
    serde_json::to_string(&stored.sightings.iter().map(value).collect::<Vec<_>>())
}

//! Many rows in one statement, for both databases.
//!
//! Rows go in by powers of two, so that few different statements have to be prepared.

use std::fmt::Write;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::{Any, AnyConnection, Arguments, AssertSqlSafe, Encode, Type};

use super::Tx;

/// Most rows in one statement; with the widest table it stays below SQLite's 32,766 placeholders.
const MOST: usize = 512;

/// Rows waiting to be inserted into one table.
pub(super) struct Rows {
    head: &'static str,
    tail: &'static str,
    columns: usize,
    rows: Vec<AnyArguments>,
}

impl Rows {
    /// Rows for `head` (`INSERT INTO t (a, b)`), whose statement ends with `tail` (` ON CONFLICT …`).
    pub(super) fn new(head: &'static str, tail: &'static str) -> Self {
        let columns = 1 + head.matches(',').count();
        Self { head, tail, columns, rows: Vec::new() }
    }

    /// Starts a row; its values are then given in the order of the columns.
    pub(super) fn row(&mut self) -> Row<'_> {
        self.rows.push(AnyArguments::default());
        Row(self.rows.last_mut().expect("a row has just been pushed"))
    }

    /// Inserts them; none are left waiting.
    pub(super) async fn insert(&mut self, tx: &mut Tx<'_>) -> sqlx::Result<()> {
        self.insert_returning(tx).await.map(drop)
    }

    /// Inserts them and returns what a tail that ends in `RETURNING` says of those that went in.
    pub(super) async fn insert_returning(&mut self, tx: &mut Tx<'_>) -> sqlx::Result<Vec<AnyRow>> {
        let mut returned = Vec::new();
        let mut rows = std::mem::take(&mut self.rows).into_iter();
        let mut left = rows.len();
        while left > 0 {
            let take = (1 << left.ilog2()).min(MOST);
            let mut values = AnyArguments::default();
            for row in rows.by_ref().take(take) {
                values.values.0.extend(row.values.0);
            }
            let sql = statement(self.head, self.tail, self.columns, take, tx.signs);
            returned.extend(sqlx::query_with(AssertSqlSafe(sql), values).fetch_all(&mut *tx.inner).await?);
            left -= take;
        }
        Ok(returned)
    }
}

/// A row being filled.
pub(super) struct Row<'a>(&'a mut AnyArguments);

impl Row<'_> {
    /// Adds the next column's value.
    pub(super) fn with<'t, T: Encode<'t, Any> + Type<Any>>(self, value: T) -> Self {
        self.0.add(value).expect("plain values always encode");
        self
    }
}

fn statement(head: &str, tail: &str, columns: usize, rows: usize, signs: Placeholders) -> String {
    let mut sql = format!("{head} VALUES ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        signs.write(&mut sql, row * columns, columns);
        sql.push(')');
    }
    sql.push_str(tail);
    sql
}

/// How a database wants the places of values written in long statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placeholders {
    /// `$1, $2, …`, the only way PostgreSQL knows.
    Numbered,
    /// `?, ?, …`: SQLite looks numbered ones up by name, one after the other, whenever a value is bound.
    Nameless,
}

impl Placeholders {
    /// Those that the database behind `connection` wants.
    pub(super) fn of(connection: &AnyConnection) -> Self {
        if connection.backend_name() == "SQLite" { Self::Nameless } else { Self::Numbered }
    }

    /// Writes `count` of them, after `before` that stand in the statement already.
    pub(super) fn write(self, sql: &mut String, before: usize, count: usize) {
        for number in before + 1..=before + count {
            sql.push_str(if number == before + 1 { "" } else { ", " });
            match self {
                Self::Nameless => sql.push('?'),
                Self::Numbered => write!(sql, "${number}").expect("a string takes all that is written to it"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_writes_its_placeholders_as_the_database_wants_them() {
        let sql = |signs| statement("INSERT INTO t (a, b)", " X", 2, 2, signs);
        assert_eq!(sql(Placeholders::Numbered), "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) X");
        assert_eq!(sql(Placeholders::Nameless), "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) X");
    }
}

//! Whom a sign-in service knows a person as: bound at their first sign-in there, so that a changed mail address changes nobody.

use sqlx::{AnyConnection, Row};

/// The name here of whom the service `issuer` knows as `subject`.
pub async fn bound(connection: &mut AnyConnection, issuer: &str, subject: &str) -> anyhow::Result<Option<String>> {
    let sql = "SELECT person FROM person_identity WHERE issuer = $1 AND subject = $2";
    let row = sqlx::query(sql).bind(issuer).bind(subject).fetch_optional(connection).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Whom the service `issuer` knows this person as, if they ever came by it.
pub async fn subject_of(connection: &mut AnyConnection, issuer: &str, person: &str) -> anyhow::Result<Option<String>> {
    let sql = "SELECT subject FROM person_identity WHERE issuer = $1 AND person = $2";
    let row = sqlx::query(sql).bind(issuer).bind(person).fetch_optional(connection).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Notes whom the service `issuer` knows this person as.
pub async fn bind(connection: &mut AnyConnection, issuer: &str, subject: &str, person: &str) -> sqlx::Result<()> {
    let sql = "INSERT INTO person_identity (issuer, subject, person) VALUES ($1, $2, $3) ON CONFLICT (issuer, subject) DO NOTHING";
    sqlx::query(sql).bind(issuer).bind(subject).bind(person).execute(connection).await?;
    Ok(())
}

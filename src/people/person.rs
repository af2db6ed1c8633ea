//! A person: name, role, address, language and zone, and whether a password is set.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::role::Role;

/// Somebody who may use this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name they sign in with, in small letters.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Where mail reaches them.
    pub mail: Option<String>,
    /// What is kept of their password; none before they chose one.
    pub password: Option<String>,
    /// The language they read the page in (`en`, `zh`); none for their browser's.
    pub lang: Option<String>,
    /// The time zone dates are shown in (`Europe/Berlin`); none for UTC.
    pub zone: Option<String>,
    /// When they were added.
    pub made: Timestamp,
    /// When they last signed in.
    pub signed_in: Option<Timestamp>,
}

/// A name as it is kept: without space around it, in small letters.
pub fn tidy_name(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Whether a tidy name can be given: letters of any script, digits and `. _ - @ +`.
pub fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_alphanumeric() || "._-@+".contains(letter);
    (1..=80).contains(&name.chars().count()) && name.chars().all(fits)
}

/// Whether somebody can sign in who may decide over people.
pub async fn set_up(connection: &mut AnyConnection) -> anyhow::Result<bool> {
    let sql = "SELECT COUNT(*) FROM person p WHERE p.role = 'admin'
        AND (p.password IS NOT NULL OR EXISTS (SELECT 1 FROM person_identity i WHERE i.person = p.name))";
    Ok(sqlx::query(sql).fetch_one(connection).await?.try_get::<i64, _>(0)? > 0)
}

impl Person {
    /// Somebody new, without a password.
    pub fn new(name: &str, role: Role, mail: Option<String>, now: Timestamp) -> Self {
        Self { name: tidy_name(name), role, mail, password: None, lang: None, zone: None, made: now, signed_in: None }
    }

    /// Whether this is their name or their mail address.
    pub fn is_reached_at(&self, address: &str) -> bool {
        self.name == tidy_name(address) || self.mail.as_deref().is_some_and(|mail| tidy_name(mail) == tidy_name(address))
    }

    /// All of them, by name.
    pub async fn all(connection: &mut AnyConnection) -> anyhow::Result<Vec<Self>> {
        let rows = sqlx::query("SELECT * FROM person ORDER BY name").fetch_all(connection).await?;
        rows.iter().map(person).collect()
    }

    /// The one of this name.
    pub async fn named(connection: &mut AnyConnection, name: &str) -> anyhow::Result<Option<Self>> {
        let row = sqlx::query("SELECT * FROM person WHERE name = $1").bind(tidy_name(name)).fetch_optional(connection).await?;
        row.as_ref().map(person).transpose()
    }

    /// Keeps them, in place of what was kept under their name.
    pub async fn keep(&self, connection: &mut AnyConnection) -> sqlx::Result<()> {
        let sql = "INSERT INTO person (name, role, mail, password, lang, zone, made_at, signed_in_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (name) DO UPDATE SET role = excluded.role, mail = excluded.mail, password = excluded.password,
            lang = excluded.lang, zone = excluded.zone, signed_in_at = excluded.signed_in_at";
        sqlx::query(sql)
            .bind(&self.name)
            .bind(self.role.as_str())
            .bind(&self.mail)
            .bind(&self.password)
            .bind(&self.lang)
            .bind(&self.zone)
            .bind(self.made.as_millisecond())
            .bind(self.signed_in.map(Timestamp::as_millisecond))
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Forgets them, and all that they are signed in with.
    pub async fn remove(&self, connection: &mut AnyConnection) -> sqlx::Result<()> {
        for sql in [
            "DELETE FROM person_session WHERE person = $1",
            "DELETE FROM person_link WHERE person = $1",
            "DELETE FROM person_token WHERE person = $1",
            "DELETE FROM person_identity WHERE person = $1",
            "DELETE FROM person WHERE name = $1",
        ] {
            sqlx::query(sql).bind(&self.name).execute(&mut *connection).await?;
        }
        Ok(())
    }
}

fn person(row: &AnyRow) -> anyhow::Result<Person> {
    let role: String = row.try_get("role")?;
    let signed_in: Option<i64> = row.try_get("signed_in_at")?;
    Ok(Person {
        name: row.try_get("name")?,
        role: Role::parse(&role).ok_or_else(|| anyhow::anyhow!("`{role}` is not a role"))?,
        mail: row.try_get("mail")?,
        password: row.try_get("password")?,
        lang: row.try_get("lang")?,
        zone: row.try_get("zone")?,
        made: Timestamp::from_millisecond(row.try_get("made_at")?)?,
        signed_in: signed_in.map(Timestamp::from_millisecond).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_any_script_and_hold_no_space() {
        for name in ["ann", "ann.smith@acme.example", "李雷", "a-b_c"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "a b", "a/b", "<b>", "a\u{202e}b"] {
            assert!(!is_name(name), "{name}");
        }
        assert_eq!(tidy_name(" Ann "), "ann");
    }
}

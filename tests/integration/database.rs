//! PostgreSQL databases for single tests, on the server that `tests/run` starts.

use sqlx::{AssertSqlSafe, Executor};

/// A database of a test's own.
pub struct Database {
    pub url: String,
    server: String,
    name: String,
}

/// Tells long names apart that begin alike.
fn fold(name: &str) -> u32 {
    name.bytes().fold(7, |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
}

impl Database {
    /// Makes one. None, said aloud, where no server is named in `GOODWORD_TEST_POSTGRES`; under `CI=true` that is a failure.
    pub async fn fresh(test: &str) -> Option<Self> {
        let Ok(server) = std::env::var("GOODWORD_TEST_POSTGRES") else {
            assert!(std::env::var("CI").is_err(), "no PostgreSQL: run the tests with ./tests/run");
            eprintln!("NOT RUN on PostgreSQL: {test}; run the tests with ./tests/run");
            return None;
        };
        sqlx::any::install_default_drivers();
        // The server knows a name by its first 63 letters.
        let short: String = test.chars().take(40).collect();
        let name = format!("goodword_{short}_{}_{:x}", std::process::id(), fold(test));
        let pool = sqlx::AnyPool::connect(&format!("{server}/postgres")).await.unwrap();
        pool.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        pool.close().await;
        Some(Self { url: format!("{server}/{name}"), server, name })
    }

    pub async fn remove(self) {
        let pool = sqlx::AnyPool::connect(&format!("{}/postgres", self.server)).await.unwrap();
        // An installation that was opened again leaves connections behind.
        pool.execute(AssertSqlSafe(format!("DROP DATABASE {} WITH (FORCE)", self.name))).await.unwrap();
        pool.close().await;
    }
}

/// Tests that take a store, each with a store of its own in every database that there is.
macro_rules! on_every_database {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let dir = tempfile::tempdir().unwrap();
                let store = goodword::store::Store::open(dir.path()).await.unwrap();
                super::$name(&store).await;
                store.close().await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                let Some(database) = crate::database::Database::fresh(stringify!($name)).await else { return };
                let store = goodword::store::Store::connect(&database.url).await.unwrap();
                super::$name(&store).await;
                store.close().await;
                database.remove().await;
            })*
        }
    };
}
pub(crate) use on_every_database;

/// Tests that take the `[store]` of their settings.toml, each with an installation on every database that there is.
macro_rules! installed_on_every_database {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name("").await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                let Some(database) = crate::database::Database::fresh(stringify!($name)).await else { return };
                super::$name(&format!("[store]\nurl = \"{}\"\n", database.url)).await;
                database.remove().await;
            })*
        }
    };
}
pub(crate) use installed_on_every_database;

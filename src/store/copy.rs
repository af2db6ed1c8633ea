//! A copy of the store as it is at one moment, while others go on writing.
//!
//! SQLite only: PostgreSQL has its own tools for this.

use std::path::Path;

use anyhow::{Context, bail};

use super::Store;

impl Store {
    /// Writes the store as it is now into the new file `to`.
    pub async fn copy_into(&self, to: &Path) -> anyhow::Result<()> {
        if self.pool.acquire().await?.backend_name() != "SQLite" {
            bail!("the store is a PostgreSQL database; back it up with `pg_dump`, and copy sources.toml, settings.toml and phrases/");
        }
        let path = to.to_str().with_context(|| format!("`{}` is not a name in UTF-8; choose another", to.display()))?;
        sqlx::query("VACUUM INTO $1").bind(path).execute(&self.pool).await.with_context(|| {
            format!("the store cannot be copied to `{}`; is there room for it, and may the folder be written?", to.display())
        })?;
        Ok(())
    }
}

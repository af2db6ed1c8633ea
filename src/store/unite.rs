//! Two stored mentions that turn out to be one: the older keeps its id, the other's id stays good as an alias.
//!
//! Sightings and revisions move; keys and traces lead on through the alias. Those who follow the store are told which row
//! is gone.

use super::Tx;
use super::identity;
use super::read::Stored;
use super::revisions::Revision;
use super::save::{Decision, Judgement, merged};
use super::standing::Standing;
use super::writing::Writing;
use crate::mention::Mention;

impl Tx<'_> {
    /// Makes the stored mentions `kept` and `gone` one. What was gathered so far is written first.
    pub(super) async fn unite(
        &mut self,
        (kept, gone): (i64, i64),
        standing: &mut Standing,
        writing: &mut Writing,
        judge: &impl Fn(&Mention) -> Judgement,
    ) -> anyhow::Result<()> {
        self.write(writing, &mut standing.rows).await?;
        let not_at_hand = |row| move || anyhow::anyhow!("mention {row} is not at hand");
        let other = standing.rows.remove(&gone).ok_or_else(not_at_hand(gone))?;
        let stands = standing.rows.get_mut(&kept).ok_or_else(not_at_hand(kept))?;
        self.count(super::Counts::default(), other.counted);
        for sql in ["DELETE FROM mention WHERE row_id = $1", "DELETE FROM sighting WHERE mention = $1"] {
            sqlx::query(sql).bind(gone).execute(&mut *self.inner).await?;
        }
        sqlx::query("DELETE FROM revision WHERE mention IN ($1, $2)").bind(gone).bind(kept).execute(&mut *self.inner).await?;
        sqlx::query("UPDATE mention_alias SET mention = $1 WHERE mention = $2").bind(kept).bind(gone).execute(&mut *self.inner).await?;
        let changed = self.next_change();
        sqlx::query("INSERT INTO mention_alias (row_id, id, mention, changed) VALUES ($1, $2, $3, $4)")
            .bind(gone)
            .bind(&*other.id)
            .bind(kept)
            .bind(changed)
            .execute(&mut *self.inner)
            .await?;
        take_over(stands, other, judge);
        for revision in &stands.revisions {
            writing.revision(kept, revision);
        }
        writing.changed.insert(kept);
        standing.unite(gone, kept);
        self.united.push((gone, kept));
        Ok(())
    }
}

/// Gives `stands` all that `other` has; the longer text is shown.
fn take_over(stands: &mut Stored, other: Stored, judge: &impl Fn(&Mention) -> Judgement) {
    let mut revisions: Vec<Revision> = stands.revisions.drain(..).chain(other.revisions).collect();
    revisions.sort_by_key(|revision| revision.replaced);
    for (number, revision) in (1..).zip(&mut revisions) {
        revision.revision = number;
    }
    stands.revision = 1 + i64::try_from(revisions.len()).unwrap_or(i64::MAX);
    stands.revisions = revisions;
    for sighting in other.sightings {
        let known = stands.sightings.iter().any(|known| known.source == sighting.source && known.own_id == sighting.own_id);
        if !known {
            stands.sightings.push(sighting);
        }
    }
    stands.sightings.sort_by(|a, b| a.seen.cmp(&b.seen).then_with(|| a.source.cmp(&b.source)));
    stands.first_seen = stands.first_seen.min(other.first_seen);
    // A person who let one of them through has let through what it says.
    stands.decided = match (stands.decided, other.decided) {
        (Some(Decision::Released), _) | (_, Some(Decision::Released)) => Some(Decision::Released),
        (one, other) => one.or(other),
    };
    stands.corrections.extend(other.corrections);
    stands.corrections.sort_by_key(|correction| correction.at);
    let richer = other.mention.text.chars().count() > stands.mention.text.chars().count();
    let mention = if richer { merged(&other.mention, &stands.mention) } else { merged(&stands.mention, &other.mention) };
    if richer {
        (stands.content_source, stands.content_own_id) = (other.content_source, other.content_own_id);
    }
    stands.content = identity::content(&mention);
    stands.mention = mention;
    stands.judged(judge(&stands.mention));
}

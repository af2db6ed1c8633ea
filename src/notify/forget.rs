//! Forgetting what was told of mentions that are erased: alerts of them, and what waits or is stuck and quotes one.

use std::collections::HashSet;

use sqlx::{AnyConnection, Row};

use super::message::{Message, Topic};
use super::outbox::{Body, Outbox};

/// What stands in the place of quotes that were erased before they went out.
const ERASED: &str = "What was quoted here has been erased meanwhile.";

/// Forgets what the outbox says of these mentions, each as its row and its public id: alerts of them, sent or waiting, and the
/// quotes in what speaks of others too, which goes out without any.
pub async fn forget_mentions(connection: &mut AnyConnection, mentions: &[(i64, &str)]) -> anyhow::Result<()> {
    for (row, _) in mentions {
        let subject = row.to_string();
        let sql = "SELECT number FROM outbox WHERE key IN (SELECT rule || ':' || subject FROM told WHERE subject = $1)";
        for alert in sqlx::query(sql).bind(&subject).fetch_all(&mut *connection).await? {
            Outbox::erase(connection, alert.try_get(0)?).await?;
        }
        sqlx::query("DELETE FROM told WHERE subject = $1").bind(&subject).execute(&mut *connection).await?;
    }
    let rows: HashSet<i64> = mentions.iter().map(|(row, _)| *row).collect();
    for kept in sqlx::query("SELECT number, body, ended_at FROM outbox WHERE body <> ''").fetch_all(&mut *connection).await? {
        let (number, body): (i64, String) = (kept.try_get(0)?, kept.try_get(1)?);
        let has_ended = kept.try_get::<Option<i64>, _>(2)?.is_some();
        if has_ended && mentions.iter().any(|(_, id)| body.contains(id)) {
            Outbox::erase(connection, number).await?;
            continue;
        }
        // Mails are finished; whoever made one takes it back.
        let Ok(Body::Message(message)) = serde_json::from_str::<Body>(&body) else { continue };
        match without(message, &rows) {
            Left::All => {}
            Left::Some(message) => Outbox::replace(connection, number, &Body::Message(message)).await?,
            Left::Nothing => Outbox::erase(connection, number).await?,
        }
    }
    Ok(())
}

/// What is left of a message.
#[derive(Debug, PartialEq)]
enum Left {
    All,
    Some(Message),
    Nothing,
}

/// A message without its quotes, if one of them is of a mention in `rows`; nothing, if all are.
fn without(message: Message, rows: &HashSet<i64>) -> Left {
    let is_erased = |row: &i64| rows.contains(row);
    if !message.about.iter().any(is_erased) {
        return Left::All;
    }
    if message.about.iter().all(is_erased) {
        return Left::Nothing;
    }
    // The subject of a digest quotes too.
    let subject = if message.topic == Topic::Digest { ERASED.to_owned() } else { message.subject };
    Left::Some(Message { subject, lines: vec![ERASED.to_owned()], about: Vec::new(), ..message })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_message_loses_its_quotes_with_one_of_its_mentions_and_goes_with_all() {
        let told = |about: &[i64]| {
            let message = Message::new("m", Topic::Search, "desk: 3 new", Timestamp::UNIX_EPOCH).line("Ann wrote this");
            Message { about: about.to_vec(), ..message }
        };
        let rows = HashSet::from([1, 2]);
        assert_eq!(without(told(&[3]), &rows), Left::All);
        assert_eq!(without(told(&[]), &rows), Left::All);
        assert_eq!(without(told(&[1, 2]), &rows), Left::Nothing);
        let Left::Some(left) = without(told(&[1, 3]), &rows) else { panic!("it speaks of another too") };
        assert_eq!((left.subject.as_str(), left.lines.as_slice()), ("desk: 3 new", [ERASED.to_owned()].as_slice()));
        let digest = Message { topic: Topic::Digest, ..told(&[1, 3]) };
        assert!(matches!(without(digest, &rows), Left::Some(left) if left.subject == ERASED), "its subject quotes too");
    }
}

//! Access tokens, kept in memory while they are good, and asked for anew when they are not.
//!
//! Sources that share a secret share a token. What is traded for one, and how its answer reads, the source says.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex;

use super::Reader;
use super::answer::Failure;
use crate::clock::later;
use crate::fetch::{Call, Method};
use crate::sources::{Grant, Source, Step, Token, Trade};

/// Whoever hands out tokens answers at once or not at all.
const TIMEOUT: Duration = Duration::from_secs(30);
/// After a refusal that gives no time, it is asked again after this long.
const PATIENCE: Duration = Duration::from_mins(5);

/// The tokens at hand, by what they were traded for.
#[derive(Debug, Default)]
pub struct Tokens(std::sync::Mutex<HashMap<u64, Arc<Mutex<Option<Token>>>>>);

/// Why no access token could be had.
#[derive(Clone, Debug)]
pub struct NoToken {
    /// In words, with what to do.
    pub what: String,
    /// Whether there may be one later.
    pub is_passing: bool,
}

impl Tokens {
    /// The place of a grant's token. Who holds it trades for all who wait.
    fn place(&self, grant: &Grant) -> Arc<Mutex<Option<Token>>> {
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(grant.mark()).or_default())
    }
}

impl Reader {
    /// The token that requests of `source` carry; none if it needs none. The error says what to do.
    pub async fn token(&self, source: &Source) -> anyhow::Result<Option<Token>> {
        match &source.grant {
            Some(grant) => Ok(Some(self.token_for(source, grant, None).await.map_err(|failure| anyhow::anyhow!(failure.what))?)),
            None => Ok(None),
        }
    }

    /// A token of a grant that belongs to no source alone, another than the one that was `refused`; none in time is none now.
    pub async fn token_of(&self, grant: &Grant, allow_private: bool, refused: Option<&Token>) -> Result<Token, NoToken> {
        let had = self.traded(grant, allow_private, refused).await;
        had.map_err(|failure| NoToken { is_passing: failure.is_passing(), what: failure.what })
    }

    /// A token for a grant of `source`; another than `refused`, which its site did not take.
    pub(super) async fn token_for(&self, source: &Source, grant: &Grant, refused: Option<&Token>) -> Result<Token, Failure> {
        self.traded(grant, source.allow_private, refused).await
    }

    async fn traded(&self, grant: &Grant, allow_private: bool, refused: Option<&Token>) -> Result<Token, Failure> {
        let place = self.tokens.place(grant);
        let mut kept = place.lock().await;
        let is_other = |token: &Token| refused.is_none_or(|refused| refused.reveal() != token.reveal());
        if let Some(token) = kept.as_ref().filter(|token| token.is_good(self.clock.now()) && is_other(token)) {
            return Ok(token.clone());
        }
        *kept = None;
        let token = match grant.step(self.clock.now()).map_err(Failure::shut_out)? {
            Step::Have(token) => token,
            Step::Send(trade) => self.trade(allow_private, grant, trade).await?,
        };
        *kept = Some(token.clone());
        Ok(token)
    }

    async fn trade(&self, allow_private: bool, grant: &Grant, trade: Trade) -> Result<Token, Failure> {
        let Trade { url, form, authorization } = trade;
        let usual = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")];
        let usual = usual.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let call = Call {
            method: Method::Post,
            url,
            headers: usual.into_iter().chain(authorization.map(|value| ("Authorization".to_owned(), value))).collect(),
            body: form.into_bytes(),
            timeout: Some(TIMEOUT),
            allow_private,
        };
        let called = self.fetcher.call(&call).await.map_err(|error| Failure::passing(format!("no access token could be had: {error}")))?;
        let now = self.clock.now();
        match called.status {
            200..300 => grant.token(&called.body, now).ok_or_else(|| {
                let host = call.url.host_str().unwrap_or_default();
                Failure::shut_out(format!("`{host}` answered without an access token; {}", grant.remedy()))
            }),
            429 | 500.. => {
                let what =
                    format!("no access token could be had: `{}` answered {}", call.url.host_str().unwrap_or_default(), called.status);
                Err(Failure::slow_down(what, called.retry_after(now).unwrap_or_else(|| later(now, PATIENCE))))
            }
            _ => Err(Failure::shut_out(grant.refusal(&called.body))),
        }
    }
}

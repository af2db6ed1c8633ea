//! News while a page is open: how many mentions there are, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_util::stream::unfold;

use super::Web;

/// The store is looked at this often.
const EVERY: Duration = Duration::from_secs(2);

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/events", get(events))
}

async fn events(State(web): State<Web>) -> impl IntoResponse {
    let told = unfold((web, None), |(web, told)| async move {
        let now = next_count(&web, told).await?;
        let event = Event::default().event("mentions").data(now.to_string());
        Some((Ok::<_, Infallible>(event), (web, Some(now))))
    });
    Sse::new(told).keep_alive(KeepAlive::new().interval(Duration::from_secs(30)))
}

/// The number of mentions as soon as it is other than `told`; none when the page ends.
async fn next_count(web: &Web, told: Option<i64>) -> Option<i64> {
    loop {
        match web.app.store().counts().await {
            Ok(counts) if Some(counts.mentions) != told => return Some(counts.mentions),
            Ok(_) => {}
            Err(error) => tracing::warn!("mentions could not be counted: {error:#}"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = web.stop.cancelled() => return None,
        }
    }
}

//! What pages load: the stylesheet and the scripts, held in the program, under names that change with what they hold.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use xxhash_rust::xxh3::xxh3_64;

use super::Web;

const ASSETS: [(&str, &str, &str); 7] = [
    ("style.css", "text/css; charset=utf-8", include_str!("assets/style.css")),
    ("live.js", JAVASCRIPT, include_str!("assets/live.js")),
    ("keys.js", JAVASCRIPT, include_str!("assets/keys.js")),
    ("replies.js", JAVASCRIPT, include_str!("assets/replies.js")),
    ("filters.js", JAVASCRIPT, include_str!("assets/filters.js")),
    ("copy.js", JAVASCRIPT, include_str!("assets/copy.js")),
    ("narrow.js", JAVASCRIPT, include_str!("assets/narrow.js")),
];
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// The name, path, type and text of each.
static SERVED: LazyLock<Vec<(&str, String, &str, &str)>> = LazyLock::new(|| {
    let served = |(name, kind, text): (&'static str, &'static str, &'static str)| {
        let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
        (name, format!("/assets/{stem}-{:016x}.{ending}", xxh3_64(text.as_bytes())), kind, text)
    };
    ASSETS.into_iter().map(served).collect()
});

pub(super) fn routes() -> Router<Web> {
    // Browsers ask for an icon in any case.
    Router::new().route("/assets/{file}", get(asset)).route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
}

/// The path of an asset.
pub(super) fn path(name: &str) -> &'static str {
    SERVED.iter().find(|(known, ..)| *known == name).map_or("", |(_, path, ..)| path)
}

async fn asset(Path(file): Path<String>) -> Response {
    let wanted = format!("/assets/{file}");
    match SERVED.iter().find(|(_, path, ..)| *path == wanted) {
        Some((_, _, kind, text)) => {
            let headers = [(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, *text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

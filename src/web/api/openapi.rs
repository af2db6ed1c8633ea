//! The description of the API, `OpenAPI` 3.1, as `/api/v1/openapi.json`.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use utoipa::OpenApi;

use super::problem::Problem;
use super::{
    audit, changes, customers, digest, insight, me, mentions, outbox, people, phrases, products, quotes, replies, searches, settings,
    sources, today,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Goodword",
        description = "What people say about your products: the same as on the page, for programs. Changes that a browser sends in a \
            session need the header `X-Form-Token` (see /api/v1/me). Whoever asks too often is answered 429 with `Retry-After`."
    ),
    paths(
        today::today,
        mentions::search,
        mentions::one,
        mentions::correct,
        mentions::undo,
        sources::ledger,
        sources::one,
        sources::pause,
        sources::resume,
        sources::test,
        sources::remove,
        sources::history,
        sources::adding::look,
        sources::adding::add,
        sources::adding::packs,
        sources::adding::preview_pack,
        sources::adding::pack,
        insight::trend,
        insight::voice,
        insight::themes,
        insight::emerging,
        insight::spikes,
        insight::closed_loop,
        changes::note,
        changes::forget,
        phrases::list,
        phrases::add,
        phrases::remove,
        phrases::preview,
        phrases::suggestions,
        phrases::proposals,
        phrases::rejections,
        phrases::reject,
        phrases::unreject,
        phrases::check,
        products::list,
        products::add,
        products::remove,
        searches::list,
        searches::add,
        searches::one,
        searches::edit,
        searches::remove,
        searches::renew,
        searches::preview,
        replies::list,
        replies::summary,
        replies::several::act,
        replies::one,
        replies::audit,
        replies::act,
        customers::list,
        customers::one,
        customers::mentions,
        customers::nobodys,
        customers::link,
        customers::unlink,
        customers::remove,
        quotes::list,
        quotes::note,
        digest::preview,
        settings::settings,
        outbox::list,
        me::me,
        me::prefer,
        me::tokens,
        me::make_token,
        me::remove_token,
        me::sessions,
        me::sign_out,
        people::list,
        people::add,
        people::edit,
        people::remove,
        people::reset,
        people::sign_out,
        people::tokens,
        people::remove_token,
        audit::audit,
    ),
    components(schemas(Problem))
)]
struct Described;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| completed(serde_json::to_value(Described::openapi()).unwrap_or_default()));

/// The whole description.
fn document() -> &'static Value {
    &DOCUMENT
}

/// The description with what holds of every route: how one signs in, and how one is refused.
fn completed(mut described: Value) -> Value {
    described["components"]["securitySchemes"] = json!({
        "token": { "type": "http", "scheme": "bearer", "description": "A token of the page `You`, or of `goodword user token`." },
        "session": { "type": "apiKey", "in": "cookie", "name": "goodword_session", "description": "What a browser has that is signed in." },
    });
    described["security"] = json!([{ "token": [] }, { "session": [] }]);
    let Some(paths) = described["paths"].as_object_mut() else { return described };
    for operation in paths.values_mut().filter_map(Value::as_object_mut).flat_map(serde_json::Map::values_mut) {
        // Whoever generates a client makes functions of these names.
        operation["operationId"] = json!(format!("{}_{}", words(&operation["tags"][0]), words(&operation["operationId"])));
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for (status, words) in REFUSALS {
            let content = json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
            responses.insert(status.to_owned(), json!({ "description": words, "content": content }));
        }
        for (status, response) in responses.iter_mut() {
            if response["description"] == "" {
                response["description"] = json!(if status == "204" { "Done" } else { "As asked" });
            }
        }
    }
    described
}

fn words(name: &Value) -> String {
    name.as_str().unwrap_or_default().replace('-', "_")
}

const REFUSALS: [(&str, &str); 10] = [
    ("400", "The body is not JSON"),
    ("401", "Nobody is signed in, or the token holds no more"),
    ("403", "The role, or the token's scope, does not reach so far"),
    ("404", "There is nothing of this name"),
    ("409", "It stands otherwise than was thought; `changes` tells what others did"),
    ("412", "It was changed since the version in `If-Match`"),
    ("413", "The body is too large"),
    ("415", "The body is not said to be JSON"),
    ("422", "What was asked cannot be; `detail` says why"),
    ("429", "Too many requests; `Retry-After` says how long to wait"),
];

pub(super) async fn serve() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document().to_string()).into_response()
}

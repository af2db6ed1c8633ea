//! The digest as it would go out; nothing is sent by looking at it.

pub(super) mod shapes;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::json;
use super::problem::Problem;
use super::taken::Asked;
use crate::app::App;
use crate::digest::Every;
use crate::web::Web;

/// Who reads a preview where nobody is named.
const NOBODY: &str = "reader@goodword.invalid";

/// Which digest.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Whose; one that is in no `[[recipient]]` gets the usual digest.
    to: Option<String>,
    /// Which edition.
    #[serde(default)]
    #[param(inline)]
    edition: Kind,
    /// The day it ends with, or for a week or month a day in it; the latest that is over if not given.
    #[param(format = Date)]
    date: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Daily,
    Weekly,
    Monthly,
}

impl From<Kind> for Every {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Daily => Self::Daily,
            Kind::Weekly => Self::Weekly,
            Kind::Monthly => Self::Monthly,
        }
    }
}

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/api/v1/digest", get(preview))
}

/// The digest as it would go out.
#[utoipa::path(get, path = "/api/v1/digest", tag = "digest", params(Wanted), responses((status = 200, body = shapes::Digest)))]
pub(super) async fn preview(State(app): State<Arc<App>>, Asked(wanted): Asked<Wanted>) -> Result<Response, Problem> {
    let read = |day: &str| day.parse::<Date>().map_err(|_| Problem::wrong(format!("`{day}` is not a day; write for example 2026-11-01")));
    let day = wanted.date.as_deref().map(read).transpose()?;
    let recipients = app.digest_recipients(Some(wanted.to.as_deref().unwrap_or(NOBODY))).await?;
    let recipient = recipients.first().ok_or_else(|| Problem::wrong("nobody gets a digest"))?;
    let edition = app.edition(recipient, wanted.edition.into(), day)?;
    let digest = app.digest(recipient, edition).await?;
    let rendered = app.digest_mail(recipient, &digest).await?;
    json(&json!({ "to": recipient.named(), "subject": rendered.mail.subject, "text": rendered.mail.text, "content": digest }))
}

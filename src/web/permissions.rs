//! Who may ask for what: every route with the least role it needs, in one table. A route that is not listed here is refused.

use axum::http::Method;

use crate::people::Role;

/// What a route asks of whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: signing in, assets. What changes something still needs a form of ours.
    Nothing,
    /// A token of its own, looked at behind the route: feeds, pushes. Programs come here, without forms.
    OwnToken,
    /// A sign-in with at least this role.
    Role(Role),
}

/// A route and what it asks.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The path as the router has it.
    pub path: &'static str,
    /// What it asks.
    pub need: Need,
}

const fn get(path: &'static str, need: Need) -> Rule {
    Rule { method: "GET", path, need }
}

const fn post(path: &'static str, need: Need) -> Rule {
    Rule { method: "POST", path, need }
}

const fn put(path: &'static str, need: Need) -> Rule {
    Rule { method: "PUT", path, need }
}

const fn patch(path: &'static str, need: Need) -> Rule {
    Rule { method: "PATCH", path, need }
}

const fn delete(path: &'static str, need: Need) -> Rule {
    Rule { method: "DELETE", path, need }
}

const VIEWER: Need = Need::Role(Role::Viewer);
const RESPONDER: Need = Need::Role(Role::Responder);
const MANAGER: Need = Need::Role(Role::Manager);
const ADMIN: Need = Need::Role(Role::Admin);

/// Every route.
pub const TABLE: &[Rule] = &[
    get("/", VIEWER),
    get("/today", VIEWER),
    get("/mentions", VIEWER),
    get("/mentions/{id}", VIEWER),
    get("/export/mentions", RESPONDER),
    get("/searches", VIEWER),
    post("/searches", RESPONDER),
    post("/searches/change", RESPONDER),
    post("/searches/remove", RESPONDER),
    post("/searches/renew", RESPONDER),
    get("/insight", VIEWER),
    get("/insight/voice", VIEWER),
    get("/insight/themes", VIEWER),
    get("/insight/emerging", VIEWER),
    get("/insight/spikes", VIEWER),
    get("/insight/loop", VIEWER),
    post("/insight/changes", MANAGER),
    post("/insight/changes/remove", MANAGER),
    get("/phrases", VIEWER),
    post("/phrases", MANAGER),
    post("/phrases/remove", MANAGER),
    get("/phrases/preview", MANAGER),
    get("/phrases/suggestions", MANAGER),
    post("/phrases/suggestions", MANAGER),
    get("/phrases/check", VIEWER),
    get("/phrases/products", VIEWER),
    post("/phrases/products", MANAGER),
    post("/phrases/products/remove", MANAGER),
    post("/mentions/{id}/correct", RESPONDER),
    post("/mentions/{id}/undo", RESPONDER),
    get("/replies", VIEWER),
    post("/replies", RESPONDER),
    get("/replies/export", RESPONDER),
    post("/replies/{id}", RESPONDER),
    get("/quotes", VIEWER),
    get("/quotes/export", VIEWER),
    post("/quotes/{id}", RESPONDER),
    get("/customers", RESPONDER),
    get("/customers/{id}", RESPONDER),
    post("/customer/link", RESPONDER),
    post("/customer/unlink", RESPONDER),
    get("/sources", VIEWER),
    post("/sources/{name}/pause", MANAGER),
    post("/sources/{name}/resume", MANAGER),
    get("/sources/{name}", VIEWER),
    post("/sources/{name}/test", MANAGER),
    post("/sources/{name}/remove", MANAGER),
    get("/new-source", MANAGER),
    post("/new-source", MANAGER),
    post("/new-source/confirm", MANAGER),
    post("/new-source/pack", MANAGER),
    get("/settings", MANAGER),
    get("/events", VIEWER),
    get("/you", VIEWER),
    post("/you/settings", VIEWER),
    post("/you/password", VIEWER),
    post("/you/sign-out-everywhere", VIEWER),
    post("/you/tokens", VIEWER),
    post("/you/tokens/remove", VIEWER),
    get("/people", ADMIN),
    post("/people", ADMIN),
    post("/people/{name}/role", ADMIN),
    post("/people/{name}/mail", ADMIN),
    post("/people/{name}/reset", ADMIN),
    post("/people/{name}/sign-out", ADMIN),
    post("/people/{name}/remove", ADMIN),
    post("/people/{name}/tokens/remove", ADMIN),
    get("/audit", MANAGER),
    get("/sign-in", Need::Nothing),
    post("/sign-in", Need::Nothing),
    get("/sign-in/service", Need::Nothing),
    get("/sign-in/back", Need::Nothing),
    get("/forgotten", Need::Nothing),
    post("/forgotten", Need::Nothing),
    post("/sign-out", Need::Nothing),
    get("/setup/{secret}", Need::Nothing),
    post("/setup/{secret}", Need::Nothing),
    get("/password/{secret}", Need::Nothing),
    post("/password/{secret}", Need::Nothing),
    get("/enter/{secret}", Need::Nothing),
    post("/language", Need::Nothing),
    get("/digest/unsubscribe/{token}", Need::Nothing),
    post("/digest/unsubscribe/{token}", Need::OwnToken),
    get("/assets/{file}", Need::Nothing),
    get("/favicon.ico", Need::Nothing),
    get("/healthz", Need::Nothing),
    get("/api/v1/openapi.json", Need::Nothing),
    get("/api/v1/me", VIEWER),
    patch("/api/v1/me", VIEWER),
    get("/api/v1/me/tokens", VIEWER),
    post("/api/v1/me/tokens", VIEWER),
    delete("/api/v1/me/tokens/{label}", VIEWER),
    get("/api/v1/me/sessions", VIEWER),
    post("/api/v1/me/sign-out-everywhere", VIEWER),
    get("/api/v1/today", VIEWER),
    get("/api/v1/mentions", VIEWER),
    get("/api/v1/mentions/{id}", VIEWER),
    post("/api/v1/mentions/{id}/corrections", RESPONDER),
    delete("/api/v1/mentions/{id}/corrections/{number}", RESPONDER),
    get("/api/v1/sources", VIEWER),
    post("/api/v1/sources", MANAGER),
    post("/api/v1/source-looks", MANAGER),
    get("/api/v1/source-packs", MANAGER),
    post("/api/v1/source-packs/{name}", MANAGER),
    post("/api/v1/source-packs/{name}/preview", MANAGER),
    get("/api/v1/sources/{name}", VIEWER),
    delete("/api/v1/sources/{name}", MANAGER),
    get("/api/v1/sources/{name}/history", VIEWER),
    post("/api/v1/sources/{name}/pause", MANAGER),
    post("/api/v1/sources/{name}/resume", MANAGER),
    post("/api/v1/sources/{name}/test", MANAGER),
    get("/api/v1/insight/trend", VIEWER),
    get("/api/v1/insight/voice", VIEWER),
    get("/api/v1/insight/themes", VIEWER),
    get("/api/v1/insight/emerging", VIEWER),
    get("/api/v1/insight/spikes", VIEWER),
    get("/api/v1/insight/loop", VIEWER),
    post("/api/v1/insight/changes", MANAGER),
    delete("/api/v1/insight/changes/{number}", MANAGER),
    get("/api/v1/phrases", VIEWER),
    post("/api/v1/phrases", MANAGER),
    delete("/api/v1/phrases", MANAGER),
    post("/api/v1/phrases/preview", MANAGER),
    get("/api/v1/phrases/suggestions", MANAGER),
    get("/api/v1/phrases/proposals", MANAGER),
    post("/api/v1/phrases/rejections", MANAGER),
    get("/api/v1/phrases/rejections", MANAGER),
    delete("/api/v1/phrases/rejections", MANAGER),
    get("/api/v1/phrases/check", VIEWER),
    get("/api/v1/products", VIEWER),
    post("/api/v1/products", MANAGER),
    delete("/api/v1/products/{name}", MANAGER),
    get("/api/v1/searches", VIEWER),
    post("/api/v1/searches", RESPONDER),
    get("/api/v1/searches/{name}", VIEWER),
    patch("/api/v1/searches/{name}", RESPONDER),
    delete("/api/v1/searches/{name}", RESPONDER),
    post("/api/v1/searches/{name}/renew", RESPONDER),
    get("/api/v1/search-preview", VIEWER),
    get("/api/v1/replies", VIEWER),
    post("/api/v1/replies", RESPONDER),
    get("/api/v1/replies/summary", VIEWER),
    get("/api/v1/replies/{id}", VIEWER),
    get("/api/v1/replies/{id}/audit", VIEWER),
    post("/api/v1/replies/{id}/{action}", RESPONDER),
    get("/api/v1/customers", RESPONDER),
    get("/api/v1/customers/{id}", RESPONDER),
    get("/api/v1/customers/{id}/mentions", RESPONDER),
    post("/api/v1/nobodys", RESPONDER),
    post("/api/v1/customers/{id}/link", RESPONDER),
    post("/api/v1/customers/{id}/unlink", RESPONDER),
    delete("/api/v1/customers/{id}", MANAGER),
    get("/api/v1/quotes", VIEWER),
    put("/api/v1/quotes/{id}", RESPONDER),
    get("/api/v1/digest", MANAGER),
    get("/api/v1/settings", MANAGER),
    get("/api/v1/outbox", MANAGER),
    get("/api/v1/people", ADMIN),
    post("/api/v1/people", ADMIN),
    patch("/api/v1/people/{name}", ADMIN),
    delete("/api/v1/people/{name}", ADMIN),
    post("/api/v1/people/{name}/reset", ADMIN),
    post("/api/v1/people/{name}/sign-out", ADMIN),
    get("/api/v1/people/{name}/tokens", ADMIN),
    delete("/api/v1/people/{name}/tokens/{label}", ADMIN),
    get("/api/v1/audit", MANAGER),
    post("/mcp", VIEWER),
    get("/metrics", VIEWER),
    get("/readyz", Need::Nothing),
    get("/feeds/{file}", Need::OwnToken),
    post("/hooks/{source}", Need::OwnToken),
];

impl Need {
    /// Whether somebody of this role is let in; none is whoever is not signed in.
    pub fn lets_in(self, role: Option<Role>) -> bool {
        match self {
            Self::Nothing | Self::OwnToken => true,
            Self::Role(least) => role.is_some_and(|role| role >= least && role > Role::EmailOnly),
        }
    }
}

/// What a route asks; none if it is not listed.
pub(super) fn need(method: &Method, path: &str) -> Option<Need> {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    TABLE.iter().find(|rule| rule.method == method && rule.path == path).map(|rule| rule.need)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_route_is_listed_twice_and_changes_are_never_made_by_looking() {
        for (at, rule) in TABLE.iter().enumerate() {
            assert!(!TABLE[at + 1..].iter().any(|other| (other.method, other.path) == (rule.method, rule.path)), "{}", rule.path);
        }
        assert_eq!(need(&Method::HEAD, "/mentions"), Some(VIEWER));
        assert_eq!(need(&Method::DELETE, "/mentions"), None);
    }

    #[test]
    fn mail_only_opens_no_door() {
        for rule in TABLE.iter().filter(|rule| matches!(rule.need, Need::Role(_))) {
            assert!(!rule.need.lets_in(Some(Role::EmailOnly)) && !rule.need.lets_in(None), "{}", rule.path);
            assert!(rule.need.lets_in(Some(Role::Admin)), "{}", rule.path);
        }
    }

    /// What of the page a program does by asking for what of the API.
    const ALIKE: &[(&str, &str)] = &[
        ("GET /today", "GET /api/v1/today"),
        ("GET /mentions", "GET /api/v1/mentions"),
        ("GET /mentions/{id}", "GET /api/v1/mentions/{id}"),
        ("GET /searches", "GET /api/v1/searches"),
        ("POST /searches", "POST /api/v1/searches"),
        ("POST /searches/change", "PATCH /api/v1/searches/{name}"),
        ("POST /searches/remove", "DELETE /api/v1/searches/{name}"),
        ("POST /searches/renew", "POST /api/v1/searches/{name}/renew"),
        ("GET /insight", "GET /api/v1/insight/trend"),
        ("GET /insight/voice", "GET /api/v1/insight/voice"),
        ("GET /insight/themes", "GET /api/v1/insight/themes"),
        ("GET /insight/emerging", "GET /api/v1/insight/emerging"),
        ("GET /insight/spikes", "GET /api/v1/insight/spikes"),
        ("GET /insight/loop", "GET /api/v1/insight/loop"),
        ("POST /insight/changes", "POST /api/v1/insight/changes"),
        ("POST /insight/changes/remove", "DELETE /api/v1/insight/changes/{number}"),
        ("GET /phrases", "GET /api/v1/phrases"),
        ("POST /phrases", "POST /api/v1/phrases"),
        ("POST /phrases/remove", "DELETE /api/v1/phrases"),
        ("GET /phrases/preview", "POST /api/v1/phrases/preview"),
        ("GET /phrases/suggestions", "GET /api/v1/phrases/suggestions"),
        ("GET /phrases/suggestions", "GET /api/v1/phrases/proposals"),
        ("GET /phrases/suggestions", "GET /api/v1/phrases/rejections"),
        ("POST /phrases/suggestions", "POST /api/v1/phrases/rejections"),
        ("POST /phrases/suggestions", "DELETE /api/v1/phrases/rejections"),
        ("GET /phrases/check", "GET /api/v1/phrases/check"),
        ("GET /phrases/products", "GET /api/v1/products"),
        ("POST /phrases/products", "POST /api/v1/products"),
        ("POST /phrases/products/remove", "DELETE /api/v1/products/{name}"),
        ("POST /mentions/{id}/correct", "POST /api/v1/mentions/{id}/corrections"),
        ("POST /mentions/{id}/undo", "DELETE /api/v1/mentions/{id}/corrections/{number}"),
        ("GET /replies", "GET /api/v1/replies"),
        ("GET /replies", "GET /api/v1/replies/summary"),
        ("POST /replies", "POST /api/v1/replies"),
        ("POST /replies/{id}", "POST /api/v1/replies/{id}/{action}"),
        ("GET /quotes", "GET /api/v1/quotes"),
        ("POST /quotes/{id}", "PUT /api/v1/quotes/{id}"),
        ("GET /customers", "GET /api/v1/customers"),
        ("GET /customers/{id}", "GET /api/v1/customers/{id}"),
        ("GET /customers/{id}", "GET /api/v1/customers/{id}/mentions"),
        ("POST /customer/link", "POST /api/v1/customers/{id}/link"),
        ("POST /customer/unlink", "POST /api/v1/customers/{id}/unlink"),
        ("POST /customer/unlink", "POST /api/v1/nobodys"),
        ("GET /sources", "GET /api/v1/sources"),
        ("POST /sources/{name}/pause", "POST /api/v1/sources/{name}/pause"),
        ("POST /sources/{name}/resume", "POST /api/v1/sources/{name}/resume"),
        ("GET /sources/{name}", "GET /api/v1/sources/{name}"),
        ("GET /sources/{name}", "GET /api/v1/sources/{name}/history"),
        ("POST /sources/{name}/test", "POST /api/v1/sources/{name}/test"),
        ("POST /sources/{name}/remove", "DELETE /api/v1/sources/{name}"),
        ("GET /new-source", "GET /api/v1/source-packs"),
        ("POST /new-source", "POST /api/v1/source-looks"),
        ("POST /new-source/confirm", "POST /api/v1/sources"),
        ("POST /new-source/pack", "POST /api/v1/source-packs/{name}"),
        ("POST /new-source/pack", "POST /api/v1/source-packs/{name}/preview"),
        ("GET /settings", "GET /api/v1/settings"),
        ("GET /you", "GET /api/v1/me"),
        ("GET /you", "GET /api/v1/me/tokens"),
        ("GET /you", "GET /api/v1/me/sessions"),
        ("POST /you/settings", "PATCH /api/v1/me"),
        ("POST /you/sign-out-everywhere", "POST /api/v1/me/sign-out-everywhere"),
        ("POST /you/tokens", "POST /api/v1/me/tokens"),
        ("POST /you/tokens/remove", "DELETE /api/v1/me/tokens/{label}"),
        ("GET /people", "GET /api/v1/people"),
        ("GET /people", "GET /api/v1/people/{name}/tokens"),
        ("POST /people", "POST /api/v1/people"),
        ("POST /people/{name}/role", "PATCH /api/v1/people/{name}"),
        ("POST /people/{name}/mail", "PATCH /api/v1/people/{name}"),
        ("POST /people/{name}/reset", "POST /api/v1/people/{name}/reset"),
        ("POST /people/{name}/sign-out", "POST /api/v1/people/{name}/sign-out"),
        ("POST /people/{name}/remove", "DELETE /api/v1/people/{name}"),
        ("POST /people/{name}/tokens/remove", "DELETE /api/v1/people/{name}/tokens/{label}"),
        ("GET /audit", "GET /api/v1/audit"),
    ];

    /// What of the page is a browser's, or is a file that a token is given as it is.
    const OF_BROWSERS: &[&str] =
        &["GET /", "GET /events", "POST /you/password", "GET /export/mentions", "GET /replies/export", "GET /quotes/export"];

    #[test]
    fn whatever_the_page_shows_and_does_the_api_does_for_the_same_people() {
        let need_of = |route: &str| {
            let (method, path) = route.split_once(' ').unwrap();
            TABLE.iter().find(|rule| rule.method == method && rule.path == path).map(|rule| rule.need)
        };
        for (page, api) in ALIKE {
            assert!(need_of(page).is_some() && need_of(page) == need_of(api), "{page} {:?}, {api} {:?}", need_of(page), need_of(api));
        }
        let is_page = |rule: &&Rule| !["/api/", "/mcp", "/metrics"].iter().any(|other| rule.path.starts_with(other));
        for rule in TABLE.iter().filter(|rule| matches!(rule.need, Need::Role(_))).filter(is_page) {
            let route = format!("{} {}", rule.method, rule.path);
            let has_twin = ALIKE.iter().any(|(page, _)| *page == route) || OF_BROWSERS.contains(&route.as_str());
            assert!(has_twin, "{route} cannot be asked for in JSON");
        }
    }
}

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
    get("/api/v1/mentions", VIEWER),
    get("/api/v1/mentions/{id}", VIEWER),
    post("/api/v1/mentions/{id}/corrections", RESPONDER),
    delete("/api/v1/mentions/{id}/corrections/{number}", RESPONDER),
    get("/api/v1/sources", VIEWER),
    get("/api/v1/sources/{name}", VIEWER),
    post("/api/v1/sources/{name}/pause", MANAGER),
    post("/api/v1/sources/{name}/resume", MANAGER),
    post("/api/v1/sources/{name}/test", MANAGER),
    get("/api/v1/insight/trend", VIEWER),
    get("/api/v1/insight/voice", VIEWER),
    get("/api/v1/insight/themes", VIEWER),
    get("/api/v1/insight/emerging", VIEWER),
    get("/api/v1/insight/spikes", VIEWER),
    get("/api/v1/insight/loop", VIEWER),
    get("/api/v1/phrases", VIEWER),
    post("/api/v1/phrases", MANAGER),
    delete("/api/v1/phrases", MANAGER),
    post("/api/v1/phrases/preview", MANAGER),
    get("/api/v1/phrases/suggestions", MANAGER),
    get("/api/v1/phrases/proposals", VIEWER),
    post("/api/v1/phrases/rejections", MANAGER),
    get("/api/v1/searches", VIEWER),
    post("/api/v1/searches", RESPONDER),
    get("/api/v1/searches/{name}", VIEWER),
    patch("/api/v1/searches/{name}", RESPONDER),
    delete("/api/v1/searches/{name}", RESPONDER),
    get("/api/v1/search-preview", VIEWER),
    get("/api/v1/replies", VIEWER),
    get("/api/v1/replies/{id}", VIEWER),
    get("/api/v1/replies/{id}/audit", VIEWER),
    post("/api/v1/replies/{id}/{action}", RESPONDER),
    get("/api/v1/customers", VIEWER),
    get("/api/v1/customers/{id}", VIEWER),
    post("/api/v1/customers/{id}/link", MANAGER),
    post("/api/v1/customers/{id}/unlink", MANAGER),
    delete("/api/v1/customers/{id}", MANAGER),
    get("/api/v1/quotes", VIEWER),
    put("/api/v1/quotes/{id}", RESPONDER),
    get("/api/v1/digest", MANAGER),
    get("/api/v1/people", ADMIN),
    post("/api/v1/people", ADMIN),
    patch("/api/v1/people/{name}", ADMIN),
    delete("/api/v1/people/{name}", ADMIN),
    post("/api/v1/people/{name}/reset", ADMIN),
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
}

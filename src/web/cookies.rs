//! Cookies: read from a request, and written so that scripts and other sites cannot use them.

use axum::http::{HeaderMap, HeaderValue, header};

/// Who is signed in.
pub(super) const SESSION: &str = "goodword_session";
/// Which browser a form was shown to, before anybody is signed in.
pub(super) const VISIT: &str = "goodword_visit";
/// A sign-in at the sign-in service that is under way.
pub(super) const ATTEMPT: &str = "goodword_attempt";
/// The language chosen.
pub(super) const LANG: &str = "goodword_lang";

/// The value of a cookie.
pub(super) fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| {
        let (found, value) = pair.trim().split_once('=')?;
        (found == name).then_some(value)
    })
}

/// The header that sets a cookie for the browser's session, or for `days`; `https` keeps it off unencrypted ways.
pub(super) fn set(name: &str, value: &str, days: Option<u32>, https: bool) -> Option<HeaderValue> {
    let lasts = days.map(|days| format!("; Max-Age={}", days * 86_400)).unwrap_or_default();
    let secure = if https { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{lasts}{secure}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_kept_from_scripts() {
        let headers = HeaderMap::from_iter([(header::COOKIE, "a=1; goodword_session=xy ; b=2".parse().unwrap())]);
        assert_eq!(read(&headers, SESSION), Some("xy"));
        assert_eq!(read(&headers, VISIT), None);
        assert_eq!(set(SESSION, "s", Some(1), true).unwrap(), "goodword_session=s; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400; Secure");
        assert_eq!(set(SESSION, "a\nb", None, true), None);
    }
}

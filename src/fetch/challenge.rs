//! Pages that guard a site instead of being it, known by the marks of those who make them.
//!
//! Only recognises them, so that a blocked site is called blocked; nothing here gets past one. A new guard is a line in a table.

use reqwest::header::{CONTENT_TYPE, HeaderMap};

/// Guards' pages are small: no more of a body than this is looked at, and a larger page that came with 200 is the site's own.
pub(super) const MOST_BYTES: usize = 64 * 1024;

/// A header that only a guard sends, with what its value holds.
const HEADERS: [(&str, &str, &str); 4] = [
    ("cf-mitigated", "challenge", "a Cloudflare challenge"),
    ("x-vercel-mitigated", "challenge", "a Vercel challenge"),
    ("x-amzn-waf-action", "", "an AWS WAF challenge"),
    ("x-sucuri-block", "", "Sucuri's firewall"),
];

/// What only a guard's page holds, whatever its status.
const MARKS: [(&str, &str); 10] = [
    ("window._cf_chl_opt", "a Cloudflare challenge"),
    ("captcha-delivery.com/", "a DataDome challenge"),
    ("id=\"px-captcha\"", "a PerimeterX (HUMAN) challenge"),
    ("/_Incapsula_Resource?SWUDNSAI", "an Imperva Incapsula challenge"),
    ("AwsWafIntegration.", "an AWS WAF challenge"),
    ("acw_sc__v2", "an Alibaba Cloud challenge"),
    ("/.within.website/x/cmd/anubis/", "an Anubis challenge"),
    ("/sec_cpt/challenge", "an Akamai challenge"),
    ("<title>Vercel Security Checkpoint", "a Vercel challenge"),
    ("<title>DDoS-Guard</title>", "a DDoS-Guard challenge"),
];

/// What a refusal holds when a guard wrote it; on other pages these may be part of the site.
const MARKS_OF_REFUSALS: [(&str, &str); 10] = [
    ("<title>Just a moment...", "a Cloudflare challenge"),
    ("<title>Attention Required! | Cloudflare", "Cloudflare's firewall"),
    ("cf-error-details", "Cloudflare's firewall"),
    ("_pxAppId", "a PerimeterX (HUMAN) challenge"),
    ("Incapsula incident ID", "Imperva Incapsula's firewall"),
    ("errors.edgesuite.net", "Akamai's firewall"),
    ("hcaptcha.com/", "an hCaptcha challenge"),
    ("google.com/recaptcha/", "a reCAPTCHA challenge"),
    ("challenges.cloudflare.com/turnstile", "a Cloudflare challenge"),
    ("Sucuri WebSite Firewall", "Sucuri's firewall"),
];

/// A header of refusals by guards that also send it with the site's own pages.
const HEADERS_OF_REFUSALS: [(&str, &str, &str); 6] = [
    ("x-kpsdk-ct", "", "a Kasada challenge"),
    ("x-datadome", "", "DataDome"),
    ("x-iinfo", "", "Imperva Incapsula's firewall"),
    ("server", "AkamaiGHost", "Akamai's firewall"),
    ("server", "ddos-guard", "DDoS-Guard"),
    ("server", "Sucuri", "Sucuri's firewall"),
];

/// Statuses that guards refuse with.
pub(super) fn is_refusal(status: u16) -> bool {
    matches!(status, 401 | 403 | 405 | 429 | 503)
}

/// The guard that sent this answer instead of the site, if one did.
pub(super) fn guard(status: u16, headers: &HeaderMap, body: &[u8]) -> Option<&'static str> {
    by_header(&HEADERS, headers).or_else(|| by_mark(&MARKS, headers, body)).or_else(|| {
        let refused = is_refusal(status);
        refused.then(|| by_mark(&MARKS_OF_REFUSALS, headers, body).or_else(|| by_header(&HEADERS_OF_REFUSALS, headers))).flatten()
    })
}

fn by_header(table: &[(&str, &str, &'static str)], headers: &HeaderMap) -> Option<&'static str> {
    let sent = |name: &str, part: &str| headers.get(name).is_some_and(|value| String::from_utf8_lossy(value.as_bytes()).contains(part));
    table.iter().find(|(name, part, _)| sent(name, part)).map(|(_, _, guard)| *guard)
}

fn by_mark(table: &[(&str, &'static str)], headers: &HeaderMap, body: &[u8]) -> Option<&'static str> {
    let html = headers.get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().to_ascii_lowercase().starts_with(b"text/html"));
    if !html || body.len() > MOST_BYTES {
        return None;
    }
    let text = String::from_utf8_lossy(body);
    table.iter().find(|(mark, _)| text.contains(mark)).map(|(_, guard)| *guard)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Headers = &'static [(&'static str, &'static str)];

    const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");

    fn guard_of(status: u16, headers: Headers, body: &str) -> Option<&'static str> {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        guard(status, &headers, body.as_bytes())
    }

    #[test]
    fn guards_are_known_by_their_marks() {
        let cases: [(u16, Headers, &str, &str); 9] = [
            (403, &[("cf-mitigated", "challenge")], "", "Cloudflare"),
            (503, &[("server", "cloudflare"), HTML], "<title>Just a moment...</title>", "Cloudflare"),
            (200, &[HTML], "<script>window._cf_chl_opt = {};</script>", "Cloudflare"),
            (403, &[("x-datadome", "protected")], "", "DataDome"),
            (200, &[HTML], "<script src='https://ct.captcha-delivery.com/c.js'></script>", "DataDome"),
            (403, &[HTML], "<script>window._pxAppId = 'PX1';</script>", "PerimeterX"),
            (403, &[("server", "AkamaiGHost"), HTML], "<h1>Access Denied</h1>", "Akamai"),
            (429, &[HTML], "<script src=\"https://js.hcaptcha.com/1/api.js\"></script>", "hCaptcha"),
            (202, &[("x-amzn-waf-action", "challenge")], "", "AWS"),
        ];
        for (status, headers, body, name) in cases {
            let guard = guard_of(status, headers, body).unwrap_or_default();
            assert!(guard.contains(name), "{status} {headers:?} {body}: {guard}");
        }
    }

    #[test]
    fn the_sites_own_pages_are_not_taken_for_guards() {
        let long = format!("{}window._cf_chl_opt", "reviews ".repeat(MOST_BYTES / 8));
        let cases: [(u16, Headers, &str); 6] = [
            (200, &[("server", "cloudflare"), ("x-datadome", "protected"), HTML], "<p>Just a moment... and it was set up!</p>"),
            (200, &[HTML], "<form><script src=\"https://js.hcaptcha.com/1/api.js\"></script></form>"),
            (200, &[("content-type", "application/json")], "{\"text\": \"they use window._cf_chl_opt\"}"),
            (200, &[HTML], &long),
            (403, &[("server", "nginx"), HTML], "<h1>403 Forbidden</h1>"),
            (404, &[("server", "AkamaiGHost"), HTML], "<h1>Not Found</h1>"),
        ];
        for (status, headers, body) in cases {
            assert_eq!(guard_of(status, headers, body), None, "{status} {headers:?}");
        }
    }
}

//! What came in the place of a page: a challenge, a login, a shell that scripts would fill, something that is no page.
//!
//! Asked only of pages without anything to read, so it may take its time; it errs on the side of saying nothing.

use url::Url;

use crate::fetch;
use crate::text::html_to_text;

/// Marks that bot protections leave in the page they show instead.
const CHALLENGE_MARKS: [&str; 11] = [
    "cf_chl_opt",
    "cf-chl-",
    "/cdn-cgi/challenge-platform",
    "_incapsula_resource",
    "px-captcha",
    "captcha-delivery.com",
    "awswafintegration",
    "g-recaptcha",
    "h-captcha",
    "cf-turnstile",
    "geetest",
];
/// What such pages are headed with.
const CHALLENGE_TITLES: [&str; 12] = [
    "just a moment",
    "attention required",
    "access denied",
    "are you a robot",
    "are you human",
    "robot check",
    "security check",
    "captcha",
    "verify you are human",
    "pardon our interruption",
    "安全验证",
    "人机验证",
];
/// What they say.
const CHALLENGE_WORDS: [&str; 8] = [
    "verify you are human",
    "verifying you are human",
    "unusual traffic",
    "are not a robot",
    "you are a robot",
    "checking your browser",
    "enable javascript and cookies",
    "请完成验证",
];
const LOGIN_TITLES: [&str; 8] = ["log in", "login", "sign in", "sign-in", "登录", "登入", "anmelden", "connexion"];
/// Pages with more letters than this have something to say of their own.
const FEW_WORDS: usize = 1_500;

/// What to do about it.
const REMEDY: &str = "export the reviews to a file and read it with `kind = \"file\"`, or use the site's API";

/// What came instead of the page asked for, and what to do, if `html` has the looks of it.
pub(super) fn instead(page: &fetch::Page, html: &str) -> Option<String> {
    if html.trim().is_empty() {
        return Some("an empty page came".to_owned());
    }
    if let Some(kind) = no_page(page, html) {
        return Some(format!("{kind} came instead of a page; check the address, or {REMEDY}"));
    }
    if !has_markup(html) {
        let start: String = html.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(40).collect();
        return Some(format!("something without any markup came instead of a page (`{start}`); check the address, or {REMEDY}"));
    }
    if says_much(html) {
        return None;
    }
    let (low, words) = (html.to_lowercase(), html_to_text(html).to_lowercase());
    let title = low.split_once("<title").and_then(|(_, rest)| rest.split_once('>')).and_then(|(_, rest)| rest.split('<').next());
    let title = title.unwrap_or_default().trim();
    let titled = |titles: &[&str]| titles.iter().any(|start| title.starts_with(start));
    let challenged = CHALLENGE_MARKS.iter().any(|mark| low.contains(mark)) || CHALLENGE_WORDS.iter().any(|said| words.contains(said));
    if titled(&CHALLENGE_TITLES) || challenged {
        return Some(format!("a challenge for robots came instead of the page; {REMEDY}"));
    }
    let asks_password = low.contains("type=\"password\"") || low.contains("type='password'") || low.contains("type=password");
    if titled(&LOGIN_TITLES) || leads_to_login(&page.url) || (asks_password && words.chars().count() < 600) {
        return Some(format!("a login page came instead of the page; {REMEDY}"));
    }
    let shell = low.contains("<script") && words.chars().count() < 200;
    let wants_script = words.contains("enable javascript") || low.contains("enable javascript") || low.contains("requires javascript");
    if shell && (wants_script || has_mount(&low)) {
        return Some(format!("an empty page came that scripts would fill; {REMEDY}"));
    }
    None
}

/// Whether a page has more than a few words to show; looks no further than it must.
fn says_much(html: &str) -> bool {
    let mut letters = 0;
    let mut hidden = None;
    for piece in html.split('<') {
        let starts = |name: &str| piece.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        match hidden {
            Some(end) if starts(end) => hidden = None,
            Some(_) => continue,
            None => {
                hidden = [("script", "/script"), ("style", "/style"), ("noscript", "/noscript")]
                    .into_iter()
                    .find(|(open, _)| starts(open))
                    .map(|(_, end)| end)
            }
        }
        if hidden.is_none() {
            let shown = piece.split_once('>').map_or("", |(_, text)| text);
            letters += shown.chars().filter(|letter| letter.is_alphanumeric()).count();
        }
        if letters > FEW_WORDS {
            return true;
        }
    }
    false
}

/// The kind of thing that is no page at all.
fn no_page(page: &fetch::Page, html: &str) -> Option<String> {
    let kind = page.content_type.as_deref()?.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let text = kind.is_empty() || kind.starts_with("text/") || kind.ends_with("html") || kind.ends_with("+xml") || kind.ends_with("/xml");
    (!text && !html.trim_start().starts_with('<')).then_some(format!("`{kind}`"))
}

/// Whether a tag stands anywhere in it.
fn has_markup(html: &str) -> bool {
    html.split('<').skip(1).any(|piece| piece.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '!' | '/' | '?')))
}

fn leads_to_login(url: &Url) -> bool {
    let login = |part: &str| matches!(part, "login" | "signin" | "sign-in" | "log-in" | "sign_in" | "authorize" | "sso");
    url.path_segments().is_some_and(|mut parts| parts.any(|part| login(part.split('.').next().unwrap_or_default())))
}

/// Whether the page has the empty element that scripts put everything into.
fn has_mount(low: &str) -> bool {
    ["id=\"root\"></div", "id=\"app\"></div", "id=root></div", "id=app></div", "id=\"__next\"></div", "<app-root"]
        .iter()
        .any(|mount| low.contains(mount))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(url: &str, content_type: &str, html: &str) -> Option<String> {
        let page =
            fetch::Page { url: Url::parse(url).unwrap(), content_type: Some(content_type.to_owned()), body: html.as_bytes().to_vec() };
        instead(&page, html)
    }

    #[test]
    fn what_came_is_named_with_its_remedy() {
        let long = format!("<p>{}</p><div class=g-recaptcha></div>", "Our lamps are made by hand. ".repeat(100));
        let cases = [
            ("<title>Just a moment...</title>", Some("a challenge")),
            ("<p>Checking your browser before you go on</p>", Some("a challenge")),
            ("<script>window._cf_chl_opt={}</script>", Some("a challenge")),
            ("<title>Sign in – Shop</title><form>", Some("a login page")),
            ("<form><input type=\"password\"></form>", Some("a login page")),
            ("<div id=\"root\"></div><script src=app.js></script>", Some("an empty page came that scripts")),
            (
                "<noscript>You need to enable JavaScript to run this app.</noscript><script src=a.js></script>",
                Some("an empty page came that"),
            ),
            ("  ", Some("an empty page came")),
            ("{\"what\": [1, 2", Some("something without any markup came instead of a page (`{\"what\": [1, 2`)")),
            ("slow down, 1 < 2", Some("something without any markup")),
            ("<title>Lamp</title><p>Nobody has reviewed this lamp yet.</p><script>x()</script>", None),
            (long.as_str(), None),
        ];
        for (html, want) in cases {
            let got = told("https://shop.example/p", "text/html", html);
            assert_eq!(got.is_some(), want.is_some(), "{html}: {got:?}");
            assert!(got.unwrap_or_default().starts_with(want.unwrap_or_default()), "{html}");
        }
        assert!(told("https://shop.example/account/login?next=p", "text/html", "<p>Welcome").is_some());
        assert!(told("https://shop.example/p", "application/pdf", "%PDF-1.7").unwrap().contains("`application/pdf`"));
    }
}

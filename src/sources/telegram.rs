//! Posts of public Telegram channels, by the preview page that Telegram shows to anyone (`t.me/s/…`).
//!
//! A channel may switch its preview off: Telegram then leads to a page without posts, which is told, never taken for silence.
//! Groups and private channels have no preview.

use std::time::Duration;

use scraper::{ElementRef, Selector};
use serde::Deserialize;
use url::Url;

use super::markup::{CUT, Texts, plain, plain_line, shown_count, tree};
use super::paging::Progress;
use super::terms::Terms;
use super::{Ask, ParseError, Parsed, api, dates, wall};
use crate::fetch;
use crate::mention::{Author, Context, Mention, Reach};

/// The channels whose posts are read.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub struct Settings {
    channels: Vec<String>,
    query: Option<String>,
    max_pages: u32,
    endpoint: Url,
    marks: Marks,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    channels: Vec<String>,
    query: Option<String>,
    #[serde(default = "usual_pages")]
    max_pages: u32,
    #[serde(default = "telegram")]
    endpoint: Url,
}

fn usual_pages() -> u32 {
    10
}

fn telegram() -> Url {
    Url::parse("https://t.me").expect("it is a constant, and an address")
}

impl TryFrom<Keys> for Settings {
    type Error = String;

    fn try_from(keys: Keys) -> Result<Self, String> {
        if keys.channels.is_empty() {
            return Err("`channels` is empty; write `channels = [\"the_name_after_t.me\"]`".to_owned());
        }
        if keys.max_pages == 0 {
            return Err("`max_pages` must be at least 1".to_owned());
        }
        let channels = keys.channels.iter().map(|given| name_in(given)).collect::<Result<_, _>>()?;
        let query = keys.query.filter(|query| !query.trim().is_empty());
        Ok(Self { channels, query, max_pages: keys.max_pages, endpoint: keys.endpoint, marks: Marks::new() })
    }
}

/// The name of a channel, given as such, with `@`, or as the address of its page.
fn name_in(given: &str) -> Result<String, String> {
    let after = given.split_once("t.me/").map_or(given, |(_, rest)| rest);
    let after = after.strip_prefix("s/").unwrap_or(after).trim_start_matches('@');
    let name = after.split(['/', '?']).next().unwrap_or_default();
    let fits = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let remedy = "write what follows `t.me/` in its address; private channels and groups cannot be read";
    fits.then(|| name.to_owned()).ok_or_else(|| format!("`{given}` is no public channel; {remedy}"))
}

/// Pages are made for people who scroll.
pub(super) const TERMS: Terms = Terms { min_interval: Duration::from_secs(5), headers: &[], needs_key: None };

/// Where things stand on the page.
#[derive(Clone, Debug)]
struct Marks {
    post: Selector,
    text: Selector,
    date: Selector,
    signature: Selector,
    forwarded: Selector,
    owner: Selector,
    older: Selector,
    nothing_found: Selector,
    views: Selector,
    reactions: Selector,
    answered: Selector,
}

impl Marks {
    fn new() -> Self {
        let selector = |css: &str| Selector::parse(css).expect("it is a constant, and a selector");
        Self {
            post: selector(".tgme_widget_message[data-post]"),
            // What a post answers to stands in `js-message_reply_text`: it is another's.
            text: selector(".js-message_text"),
            date: selector(".tgme_widget_message_date time[datetime]"),
            signature: selector(".tgme_widget_message_from_author"),
            forwarded: selector(".tgme_widget_message_forwarded_from_name"),
            owner: selector(".tgme_widget_message_owner_name"),
            older: selector("a.tme_messages_more[data-before]"),
            nothing_found: selector(".tme_no_messages_found"),
            views: selector(".tgme_widget_message_views"),
            reactions: selector(".tgme_reaction"),
            answered: selector("a.tgme_widget_message_reply[href]"),
        }
    }
}

impl Settings {
    pub(super) fn asks(&self) -> Vec<Ask> {
        let address = |channel: &String| {
            let mut url = api::at(&self.endpoint, &format!("/s/{channel}"));
            if let Some(query) = &self.query {
                url.query_pairs_mut().append_pair("q", query);
            }
            Ask::Get(url)
        };
        self.channels.iter().map(address).collect()
    }

    pub(super) fn parse(&self, ask: &Ask, page: &fetch::Page) -> Result<Parsed, ParseError> {
        let html = page.text();
        let tree = tree(&html);
        let root = tree.html.root_element();
        let mut texts = Texts::of_page(&tree.html);
        let mut parsed = Parsed::default();
        let mut posts = 0;
        for post in root.select(&self.marks.post) {
            posts += 1;
            if post.attr("class").is_some_and(|class| class.split_whitespace().any(|word| word == "service_message")) {
                continue;
            }
            match self.mention(post, &mut texts) {
                Some(mention) => parsed.mentions.push(mention),
                None => parsed.refused.push(format!("post `{}` has no text", post.attr("data-post").unwrap_or_default())),
            }
        }
        if posts == 0 && (self.query.is_none() || root.select(&self.marks.nothing_found).next().is_none()) {
            return Err(ParseError::Instead(wall::instead(page, &html).unwrap_or_else(|| no_preview(page))));
        }
        parsed.mentions.reverse();
        parsed.refused.extend(tree.cut.then(|| CUT.to_owned()));
        super::name_some(&mut parsed.refused);
        self.go_on(ask, root, posts, &mut parsed);
        Ok(parsed)
    }

    fn mention(&self, post: ElementRef<'_>, texts: &mut Texts) -> Option<Mention> {
        let mut find = |mark: &Selector| post.select(mark).next().map(|found| (texts.own_words(found), found));
        let (text, _) = find(&self.marks.text)?;
        let mut mention = Mention::new(plain(&text))?;
        let forwarded = find(&self.marks.forwarded).map(|(name, from)| (name, from.attr("href").and_then(handle_in)));
        let id = post.attr("data-post")?.trim();
        let channel = id.split('/').next().map(str::to_owned);
        let author = forwarded
            .or_else(|| find(&self.marks.signature).map(|(name, _)| (name, None)))
            .or_else(|| find(&self.marks.owner).map(|(name, _)| (name, channel)));
        mention.author = author.and_then(|(name, handle)| Some(Author { handle, ..Author::named(&plain_line(&name)?)? }));
        mention.published = post.select(&self.marks.date).filter_map(|time| dates::read(time.attr("datetime")?)).last();
        mention.url = Url::parse(&format!("https://t.me/{id}")).ok();
        mention.own_id = Some(id.to_owned()).filter(|id| !id.is_empty());
        mention.context = self.context(post);
        Some(mention)
    }

    fn context(&self, post: ElementRef<'_>) -> Context {
        let shown =
            |mark: &Selector| post.select(mark).filter_map(|found| shown_count(&found.text().collect::<String>())).collect::<Vec<_>>();
        let reactions = shown(&self.marks.reactions);
        let parent = post.select(&self.marks.answered).find_map(|link| Url::parse(link.attr("href")?).ok());
        let parent = parent.map(|url| url.path().trim_start_matches('/').trim_start_matches("s/").to_owned());
        Context {
            parent: parent.filter(|parent| !parent.is_empty()),
            reach: Reach {
                likes: reactions.iter().copied().reduce(u64::saturating_add),
                views: shown(&self.marks.views).first().copied(),
                ..Reach::default()
            },
            ..Context::default()
        }
    }

    /// Asks for the posts before these, or says that there are more.
    fn go_on(&self, ask: &Ask, root: ElementRef<'_>, posts: usize, parsed: &mut Parsed) {
        let before = root.select(&self.marks.older).filter_map(|more| more.attr("data-before")?.trim().parse::<u64>().ok()).min();
        let asked = api::asked(ask, "before").and_then(|before| before.parse::<u64>().ok());
        let Some(before) = before.filter(|before| asked.is_none_or(|asked| *before < asked)) else { return };
        let progress = Progress::at(ask);
        if progress.page < self.max_pages {
            let older = api::asking(ask, "before", &before.to_string());
            parsed.next.extend(older.and_then(|older| if let Ask::Get(url) = older { Some(progress.next(&url, posts)) } else { None }));
        } else {
            let seen = progress.seen.saturating_add(posts);
            parsed.partial = Some(format!("shows {seen} posts; raise `max_pages` ({}) for more", self.max_pages));
        }
    }
}

/// The handle in the address of a channel or person.
fn handle_in(href: &str) -> Option<String> {
    let url = Url::parse(href).ok()?;
    url.path_segments()?.find(|part| !part.is_empty() && *part != "s").map(str::to_owned)
}

/// Why there is no post on a page, and what to do.
fn no_preview(page: &fetch::Page) -> String {
    let led_away = !page.url.path().contains("/s/");
    let what = if led_away { "Telegram leads away from the channel's preview" } else { "Telegram's page shows no post of the channel" };
    format!("{what}: it is switched off, empty, a group, or the name is wrong; open `https://t.me/s/NAME` in a browser to see")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(keys: &str) -> Result<Settings, String> {
        toml::from_str(keys).map_err(|error| error.message().to_owned())
    }

    fn read(keys: &str, address: &str, body: &str) -> Result<Parsed, ParseError> {
        let url: Url = address.parse().unwrap();
        settings(keys).unwrap().parse(&Ask::Get(url.clone()), &fetch::Page { url, content_type: None, body: body.into() })
    }

    fn post(id: u32, inner: &str) -> String {
        format!(
            "<div class='tgme_widget_message js-widget_message' data-post='acme/{id}'>{inner}\
             <a class='tgme_widget_message_date' href='https://t.me/acme/{id}'><time datetime='2026-02-0{id}T08:00:00+00:00'>08:00</time></a></div>"
        )
    }

    #[test]
    fn a_channel_is_given_by_name_or_address() {
        for (given, want) in [
            ("acme_news", Some("acme_news")),
            ("@acme", Some("acme")),
            ("https://t.me/acme", Some("acme")),
            ("https://t.me/s/acme?before=7", Some("acme")),
            ("https://t.me/+AbCd", None),
            ("acme news", None),
        ] {
            assert_eq!(name_in(given).ok().as_deref(), want, "{given}");
        }
        assert!(settings("channels = []").unwrap_err().contains("`channels`"));
    }

    #[test]
    fn what_a_post_answers_to_or_quotes_is_not_its_own_words() {
        let body = post(
            1,
            "<a class='tgme_widget_message_reply'><div class='tgme_widget_message_text js-message_reply_text'>awful</div></a>\
             <div class='tgme_widget_message_text js-message_text'><blockquote>crashes</blockquote>Works <b>fine</b>.<br/>Really</div>",
        );
        let parsed = read("channels = ['acme']", "https://t.me/s/acme", &body).unwrap();
        assert_eq!(parsed.mentions[0].text, "Works fine.\nReally");
    }

    #[test]
    fn a_forwarded_post_has_its_first_author() {
        let body = post(
            1,
            "<a class='tgme_widget_message_owner_name' href='https://t.me/acme'>Acme</a>\
             <div class='tgme_widget_message_forwarded_from'>from <a class='tgme_widget_message_forwarded_from_name' href='https://t.me/fern/9'>Fern</a></div>\
             <div class='js-message_text'>好用</div>",
        );
        let author = read("channels = ['acme']", "https://t.me/s/acme", &body).unwrap().mentions.remove(0).author.unwrap();
        assert_eq!((author.name.as_str(), author.handle.as_deref()), ("Fern", Some("fern")));
    }

    #[test]
    fn a_page_without_posts_is_never_silence() {
        let of = |keys: &str, address: &str, body: &str| read(keys, address, body);
        let off = of("channels = ['acme']", "https://t.me/acme", "<div class='tgme_page'>Acme</div>").unwrap_err();
        assert!(matches!(&off, ParseError::Instead(said) if said.contains("leads away")), "{off}");
        let empty = of("channels = ['acme']", "https://t.me/s/acme", "<main class='tgme_main'></main>").unwrap_err();
        assert!(matches!(&empty, ParseError::Instead(said) if said.contains("shows no post")), "{empty}");
        let nothing = "<div class='tme_no_messages_found'>No posts found</div>";
        assert!(of("channels = ['acme']\nquery = 'desk'", "https://t.me/s/acme?q=desk", nothing).unwrap().mentions.is_empty());
        assert!(of("channels = ['acme']", "https://t.me/s/acme", nothing).is_err());
    }

    #[test]
    fn older_posts_are_asked_for_as_far_as_the_settings_say() {
        let body = format!("<a class='tme_messages_more' data-before='40'></a>{}", post(1, "<div class='js-message_text'>a</div>"));
        let next = |keys: &str, address: &str| read(keys, address, &body).unwrap();
        let first = next("channels = ['acme']", "https://t.me/s/acme");
        assert_eq!(first.next, [Ask::Get("https://t.me/s/acme?before=40#goodword-page=2&seen=1".parse().unwrap())]);
        assert!(next("channels = ['acme']", "https://t.me/s/acme?before=40").next.is_empty(), "it does not go round in circles");
        let last = next("channels = ['acme']\nmax_pages = 1", "https://t.me/s/acme");
        assert!(last.next.is_empty() && last.partial.unwrap().contains("max_pages"));
    }
}

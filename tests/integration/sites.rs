//! Sites on loopback that play the documented API of each kind: lists of the newest first, page by page.
//!
//! Knows how each site words a page and how it is asked for the next one; what a listener makes of it is for
//! [`crate::every_kind`]. A new kind adds a row to [`SITES`].

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::owners::service_account_of;

/// A day before the tests' clocks stand.
const NEWEST: i64 = 1_773_050_000;

/// A kind, and how its site shows a list.
pub struct Kind {
    /// What the row is called: the kind, and which way of it where there are several.
    pub name: &'static str,
    /// The word in `sources.toml`.
    pub word: &'static str,
    /// Its keys beside the common ones; `SITE` stands for the address, `KEY` for a secret.
    keys: &'static str,
    /// How its pages are asked for.
    pub pages: Pages,
    /// How many items a page shows.
    per_page: usize,
    show: fn(&Shown<'_>) -> String,
    /// Whether what changed there is shown again.
    pub edits: bool,
    /// Whether a list that lacks an item tells that it is gone.
    pub tells_gone: bool,
}

impl Kind {
    /// What somebody says there, in words so much its own that nobody takes it for a copy of what stands elsewhere.
    pub fn says(&self, which: &str, what: &str) -> String {
        let own: String = (1..9).map(|number| format!(" {}{number}", self.name)).collect();
        format!("{} {which}: {what},{own}", self.name)
    }
}

/// How the pages of a list are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// There is one.
    One,
    /// By number, under this key.
    Number(&'static str),
    /// By what the page before told, under this key.
    Token(&'static str),
    /// By the number of an item, under this key: those before it.
    Before(&'static str),
    /// By a time, as Hacker News has it: no later than that.
    Until,
    /// By number, in the path.
    InPath,
    /// By a cursor within a question in JSON.
    InQuestion,
    /// By a cursor within what is posted.
    Posted,
}

/// Something that was said there.
#[derive(Clone, Debug)]
pub struct Said {
    pub number: i64,
    pub text: String,
    pub edited: Option<i64>,
}

impl Said {
    fn at(&self) -> i64 {
        NEWEST + self.number * 60
    }

    fn date(&self) -> String {
        Timestamp::from_second(self.at()).unwrap().to_string()
    }

    fn rfc2822(&self) -> String {
        Timestamp::from_second(self.at()).unwrap().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
    }

    fn changed(&self) -> String {
        Timestamp::from_second(self.edited.unwrap_or(self.at())).unwrap().to_string()
    }

    /// Ids that grow with time, as X has them: one for each version.
    fn snowflakes(&self) -> Vec<String> {
        [Some(self.at()), self.edited].into_iter().flatten().map(|at| ((at * 1000 - 1_288_834_974_657) << 22).to_string()).collect()
    }
}

/// A page of a list.
struct Shown<'a> {
    items: &'a [Said],
    /// Where the next page begins, if there is one.
    next: Option<usize>,
    /// How many pages there are.
    last: usize,
    address: SocketAddr,
}

impl Shown<'_> {
    fn each(&self, item: impl Fn(&Said) -> Value) -> Vec<Value> {
        self.items.iter().map(item).collect()
    }

    fn words(&self, item: impl Fn(&Said) -> String) -> String {
        self.items.iter().map(item).collect()
    }

    fn token(&self) -> Option<String> {
        self.next.map(|next| next.to_string())
    }
}

/// What a site does where its second page is asked for.
#[derive(Clone, Debug, Default)]
pub enum Trouble {
    #[default]
    None,
    /// It answers this in its place.
    Answers(u16, Option<&'static str>, &'static str),
    /// It does not answer.
    Hangs,
}

/// A site that plays a kind.
#[derive(Clone)]
pub struct Player {
    pub kind: &'static Kind,
    state: Arc<Mutex<Playing>>,
    /// Told when a page behind the first is asked for.
    pub asked_for_more: Arc<Notify>,
}

struct Playing {
    items: Vec<Said>,
    trouble: Trouble,
    asked: Vec<String>,
    address: Option<SocketAddr>,
}

impl Player {
    /// A site where as much was said as fills two pages and one item more; five items where there is one page.
    pub fn of(kind: &'static Kind) -> Self {
        let count = if kind.pages == Pages::One { 5 } else { 2 * kind.per_page + 1 };
        let items = (0..count).rev().map(|number| {
            let number = i64::try_from(number).unwrap() + 1;
            Said { number, text: kind.says(&number.to_string(), "Acme Desk is easy to use"), edited: None }
        });
        let state = Playing { items: items.collect(), trouble: Trouble::None, asked: Vec::new(), address: None };
        Self { kind, state: Arc::new(Mutex::new(state)), asked_for_more: Arc::default() }
    }

    pub async fn serve(&self) -> SocketAddr {
        // A host of its own, as hosts that ask for patience are left alone.
        let number = SITES.iter().position(|kind| kind.name == self.kind.name).unwrap();
        let listener = tokio::net::TcpListener::bind(format!("127.0.7.{}:0", number + 1)).await.unwrap();
        let address = listener.local_addr().unwrap();
        self.state.lock().unwrap().address = Some(address);
        let router = Router::new().fallback(play).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    /// The entry that listens to it.
    pub fn entry(&self) -> String {
        let address = self.state.lock().unwrap().address.unwrap();
        let key = format!("{{ file = \"{}\" }}", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/example.key"));
        let p8 = format!("{{ file = \"{}\" }}", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/keys/connect.p8"));
        let mut keys = self.kind.keys.replace("SITE", &format!("http://{address}/")).replace("P8", &p8).replace("KEY", &key);
        if keys.contains("ACCOUNT") {
            keys = keys.replace("ACCOUNT", &format!("{{ file = \"{}\" }}", service_account_of(address)));
        }
        format!(
            "[[source]]\nname = \"{}\"\nkind = \"{}\"\nevery = \"15m\"\nmin_interval = \"0s\"\nallow_private = true\n{keys}\n\n",
            self.kind.name, self.kind.word
        )
    }

    pub fn count(&self) -> usize {
        self.state.lock().unwrap().items.len()
    }

    /// How many items its first page shows.
    pub fn on_first_page(&self) -> usize {
        self.count().min(if self.kind.pages == Pages::One { usize::MAX } else { self.kind.per_page })
    }

    pub fn trouble(&self, trouble: Trouble) {
        self.state.lock().unwrap().trouble = trouble;
    }

    pub fn change(&self, change: impl FnOnce(&mut Vec<Said>)) {
        change(&mut self.state.lock().unwrap().items);
    }

    pub fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }

    fn from(&self, asked: &Asked, items: &[Said]) -> usize {
        let before = |number: i64| items.iter().position(|item| item.number < number).unwrap_or(items.len());
        match self.kind.pages {
            Pages::One => 0,
            Pages::Number(key) => asked.number(key).map_or(0, |page| (page - 1) * self.kind.per_page),
            Pages::Token(key) => asked.number(key).unwrap_or(0),
            Pages::Before(key) => asked.number(key).map_or(0, |number| before(number as i64)),
            Pages::Until => {
                let filters = asked.pairs.get("numericFilters").cloned().unwrap_or_default();
                let until: Option<i64> = filters.split(',').find_map(|filter| filter.strip_prefix("created_at_i<=")?.parse().ok());
                until.map_or(0, |until| items.iter().position(|item| item.at() <= until).unwrap_or(items.len()))
            }
            Pages::InPath => {
                let page = asked.path.split('/').find_map(|part| part.strip_prefix("page=")?.parse::<usize>().ok());
                page.map_or(0, |page| (page - 1) * self.kind.per_page)
            }
            Pages::InQuestion => {
                let question: Value = serde_json::from_str(&asked.pairs["input_json"]).unwrap();
                question["cursor"].as_str().unwrap().parse().unwrap_or(0)
            }
            Pages::Posted => {
                let question: Value = serde_json::from_str(&asked.body).unwrap();
                question["variables"]["after"].as_str().and_then(|after| after.parse().ok()).unwrap_or(0)
            }
        }
    }
}

/// A request, taken apart.
struct Asked {
    path: String,
    pairs: BTreeMap<String, String>,
    body: String,
}

impl Asked {
    fn number(&self, key: &str) -> Option<usize> {
        self.pairs.get(key)?.parse().ok()
    }
}

fn answer(status: u16, retry_after: Option<&str>, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
    if let Some(wait) = retry_after {
        response = response.header("retry-after", wait);
    }
    response.body(body.into()).unwrap()
}

async fn play(State(player): State<Player>, request: Request) -> Response<Body> {
    let uri = request.uri().clone();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let asked = Asked { path: uri.path().to_owned(), pairs, body: String::from_utf8(body.to_vec()).unwrap() };
    if asked.path == "/robots.txt" {
        return answer(404, None, "");
    }
    if asked.path == "/token" {
        return answer(200, None, "{\"access_token\": \"ya29.example\", \"expires_in\": 3600}");
    }
    // The issues of a project whose discussions are asked for.
    if player.kind.pages == Pages::Posted && asked.body.is_empty() {
        return answer(200, None, "[]");
    }
    let (page, trouble) = {
        let mut state = player.state.lock().unwrap();
        state.asked.push(format!("{uri} {}", asked.body));
        let from = player.from(&asked, &state.items).min(state.items.len());
        let end = if player.kind.pages == Pages::One { state.items.len() } else { (from + player.kind.per_page).min(state.items.len()) };
        let shown = Shown {
            items: &state.items[from..end],
            next: (end < state.items.len()).then_some(end),
            last: state.items.len().div_ceil(player.kind.per_page.max(1)),
            address: state.address.unwrap(),
        };
        let trouble = if from > 0 { state.trouble.clone() } else { Trouble::None };
        if from > 0 {
            player.asked_for_more.notify_one();
        }
        ((player.kind.show)(&shown), trouble)
    };
    match trouble {
        Trouble::None => answer(200, None, page),
        Trouble::Answers(status, retry_after, body) => answer(status, retry_after, body),
        Trouble::Hangs => std::future::pending().await,
    }
}

fn rss(shown: &Shown<'_>) -> String {
    let item = |said: &Said| {
        format!(
            "<item><guid isPermaLink=\"false\">{0}</guid><link>https://{3}.example/{0}</link><dc:creator>ann</dc:creator><pubDate>{1}</pubDate>\
             <description>{2}</description></item>",
            said.number,
            said.rfc2822(),
            said.text,
            shown.address.ip().to_string().replace('.', "-")
        )
    };
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>t</title>{}</channel></rss>",
        shown.words(item)
    )
}

fn wordpress(shown: &Shown<'_>) -> String {
    let item = |said: &Said| {
        format!(
            "<item><guid>https://wordpress.org/support/topic/{0}/</guid><title>Review (4 stars)</title><link>https://wordpress.org/support/topic/{0}/</link>\
             <pubDate>{1}</pubDate><dc:creator>ann</dc:creator><description>&lt;p&gt;Replies: 0&lt;/p&gt;&lt;p&gt;Rating: 4 stars&lt;/p&gt;&lt;p&gt;{2}&lt;/p&gt;\
             </description></item>",
            said.number,
            said.rfc2822(),
            said.text
        )
    };
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>[Acme Desk] Reviews</title>{}</channel></rss>",
        shown.words(item)
    )
}

fn news(shown: &Shown<'_>) -> String {
    let item = |said: &Said| {
        format!(
            "<item><title>{1} - The Herald</title><link>https://news.google.com/rss/articles/{0}?oc=5</link><guid isPermaLink=\"false\">{0}</guid>\
             <pubDate>{2}</pubDate><source url=\"https://herald.example\">The Herald</source></item>",
            said.number,
            said.text,
            said.rfc2822()
        )
    };
    format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>news</title>{}</channel></rss>", shown.words(item))
}

fn atom(shown: &Shown<'_>) -> String {
    let entry = |said: &Said| {
        format!(
            "<entry><id>t3_f{0}</id><title>Post {0}</title><link href=\"https://{4}.example/{0}/\"/><published>{1}</published>\
             <updated>{2}</updated><author><name>/u/ann</name></author><content type=\"html\">{3}</content></entry>",
            said.number,
            said.date(),
            said.changed(),
            said.text,
            shown.address.ip().to_string().replace('.', "-")
        )
    };
    format!("<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title><id>x</id>{}</feed>", shown.words(entry))
}

fn reviews(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"@type": "Review", "@id": format!("https://shop.example/r/{}", said.number), "reviewBody": said.text, "author": "Ann",
            "datePublished": said.date(), "reviewRating": {"ratingValue": 4}})
    };
    let product = json!({"@context": "https://schema.org", "@type": "Product", "name": "Acme Desk", "review": shown.each(review)});
    let next = shown.next.map(|next| format!("<link rel=\"next\" href=\"/?from={next}\">")).unwrap_or_default();
    format!("<html><head>{next}<script type=\"application/ld+json\">{product}</script></head><body></body></html>")
}

fn board(shown: &Shown<'_>) -> String {
    let post = |said: &Said| {
        format!(
            "<article class=\"post\" data-id=\"{0}\"><b class=\"who\">ann</b><time datetime=\"{1}\"></time><p class=\"words\">{2}</p></article>",
            said.number,
            said.date(),
            said.text
        )
    };
    let next = shown.next.map(|next| format!("<a class=\"next\" href=\"/?from={next}\">older</a>")).unwrap_or_default();
    format!("<html><body>{}{next}</body></html>", shown.words(post))
}

fn hacker_news(shown: &Shown<'_>) -> String {
    let hit = |said: &Said| {
        json!({"objectID": said.number.to_string(), "created_at_i": said.at(), "comment_text": said.text, "author": "ann", "story_id": 1,
            "parent_id": 1})
    };
    json!({"hits": shown.each(hit), "hitsPerPage": 2}).to_string()
}

fn github(shown: &Shown<'_>) -> String {
    let issue = |said: &Said| {
        json!({"id": said.number, "node_id": format!("I_{}", said.number), "title": "Acme Desk", "body": said.text, "user": {"login": "ann"},
            "html_url": format!("https://github.com/a/b/issues/{}", said.number), "created_at": said.date(), "comments": 0})
    };
    json!({"total_count": 5, "incomplete_results": false, "items": shown.each(issue)}).to_string()
}

fn discussions(shown: &Shown<'_>) -> String {
    let discussion = |said: &Said| {
        json!({"id": format!("D_{}", said.number), "title": "Acme Desk?", "body": said.text, "author": {"login": "ann"}, "authorAssociation": "NONE",
            "url": format!("https://github.com/a/b/discussions/{}", said.number), "createdAt": said.date(), "upvoteCount": 1,
            "comments": {"totalCount": 0, "nodes": []}})
    };
    let page = json!({"hasNextPage": shown.next.is_some(), "endCursor": shown.token()});
    json!({"data": {"search": {"pageInfo": page, "nodes": shown.each(discussion)}}}).to_string()
}

fn youtube(shown: &Shown<'_>) -> String {
    let thread = |said: &Said| {
        let snippet = json!({"videoId": "v", "textOriginal": said.text, "authorDisplayName": "@ann", "publishedAt": said.date(),
            "updatedAt": said.changed(), "likeCount": 1});
        json!({"id": format!("Ug{}", said.number), "snippet": {"videoId": "v", "totalReplyCount": 0,
            "topLevelComment": {"id": format!("Ug{}", said.number), "snippet": snippet}}})
    };
    json!({"kind": "youtube#commentThreadListResponse", "items": shown.each(thread), "nextPageToken": shown.token()}).to_string()
}

fn v2ex(shown: &Shown<'_>) -> String {
    let topic = |said: &Said| {
        json!({"id": said.number, "title": format!("topic {}", said.number), "content": said.text, "created": said.at(), "last_modified": said.edited.unwrap_or(said.at()),
            "member": {"username": "ann"}, "replies": 0, "node": {"name": "nas"}})
    };
    Value::Array(shown.each(topic)).to_string()
}

fn telegram(shown: &Shown<'_>) -> String {
    // The newest stands at the end.
    let post = |said: &Said| {
        format!(
            "<div class=\"tgme_widget_message\" data-post=\"acme/{0}\"><a class=\"tgme_widget_message_owner_name\">Acme</a>\
             <div class=\"tgme_widget_message_text js-message_text\">{1}</div><a class=\"tgme_widget_message_date\"><time datetime=\"{2}\"></time></a></div>",
            said.number,
            said.text,
            said.date()
        )
    };
    let posts: String = shown.items.iter().rev().map(post).collect();
    let oldest = shown.items.last().map(|said| said.number).filter(|_| shown.next.is_some());
    let more =
        oldest.map(|number| format!("<a class=\"tme_messages_more js-messages_more\" data-before=\"{number}\"></a>")).unwrap_or_default();
    format!("<html><body><section class=\"tgme_channel_history\">{more}{posts}</section></body></html>")
}

fn app_store(shown: &Shown<'_>) -> String {
    let label = |words: String| json!({ "label": words });
    let review = |said: &Said| {
        json!({"author": {"name": label("ann".to_owned())}, "updated": label(said.changed()), "im:rating": label("4".to_owned()),
            "id": label(said.number.to_string()), "title": label("Fine".to_owned()), "content": label(said.text.clone())})
    };
    let last = format!("http://{}/us/rss/customerreviews/page={}/id=7/json", shown.address, shown.last);
    json!({"feed": {"entry": shown.each(review), "link": [{"attributes": {"rel": "last", "href": last}}]}}).to_string()
}

fn steam(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"recommendationid": said.number.to_string(), "author": {"steamid": "7"}, "language": "english", "review": said.text,
            "timestamp_created": said.at(), "timestamp_updated": said.edited.unwrap_or(said.at()), "voted_up": true})
    };
    json!({"response": {"success": 1, "reviews": shown.each(review), "cursor": shown.token()}}).to_string()
}

fn mastodon(shown: &Shown<'_>) -> String {
    let post = |said: &Said| {
        json!({"id": said.number.to_string(), "uri": format!("https://home.example/users/ann/statuses/{}", said.number), "content": format!("<p>{}</p>", said.text),
            "account": {"acct": "ann@home.example"}, "created_at": said.date(), "edited_at": said.edited.map(|_| said.changed())})
    };
    Value::Array(shown.each(post)).to_string()
}

fn lemmy(shown: &Shown<'_>) -> String {
    let comment = |said: &Said| {
        json!({"comment": {"ap_id": format!("https://home.example/comment/{}", said.number), "content": said.text, "path": "0.1",
                "published": said.date(), "updated": said.edited.map(|_| said.changed())},
            "post": {"ap_id": "https://home.example/post/1", "name": "Acme Desk"}, "creator": {"name": "ann", "actor_id": "https://home.example/u/ann"},
            "counts": {"score": 1, "child_count": 0}})
    };
    json!({"type_": "All", "posts": [], "comments": shown.each(comment)}).to_string()
}

fn discourse(shown: &Shown<'_>) -> String {
    let post = |said: &Said| {
        json!({"id": said.number, "username": "ann", "topic_id": 7, "topic_title": "Acme Desk", "post_number": said.number, "post_type": 1,
            "cooked": format!("<p>{}</p>", said.text), "created_at": said.date(), "updated_at": said.changed(),
            "version": if said.edited.is_some() { 2 } else { 1 }})
    };
    json!({"latest_posts": shown.each(post)}).to_string()
}

fn stack_exchange(shown: &Shown<'_>) -> String {
    let question = |said: &Said| {
        json!({"question_id": said.number, "title": "Acme Desk?", "body": format!("<p>{}</p>", said.text), "creation_date": said.at(),
            "last_edit_date": said.edited, "owner": {"display_name": "ann"}})
    };
    json!({"items": shown.each(question), "has_more": shown.next.is_some(), "quota_remaining": 200}).to_string()
}

fn trustpilot(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"id": format!("r{}", said.number), "stars": 4, "text": said.text, "createdAt": said.date(), "updatedAt": said.edited.map(|_| said.changed()),
            "consumer": {"displayName": "Ann"}})
    };
    json!({"reviews": shown.each(review)}).to_string()
}

fn google_play(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"reviewId": said.number.to_string(), "authorName": "Ann", "comments": [{"userComment": {"text": said.text, "starRating": 4,
            "lastModified": {"seconds": said.edited.unwrap_or(said.at()).to_string()}}}]})
    };
    json!({"reviews": shown.each(review), "tokenPagination": {"nextPageToken": shown.token()}}).to_string()
}

fn google_business(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"reviewId": said.number.to_string(), "reviewer": {"displayName": "Ann"}, "starRating": "FOUR", "comment": said.text,
            "createTime": said.date(), "updateTime": said.changed()})
    };
    json!({"reviews": shown.each(review), "nextPageToken": shown.token()}).to_string()
}

fn app_store_connect(shown: &Shown<'_>) -> String {
    let review = |said: &Said| {
        json!({"type": "customerReviews", "id": said.number.to_string(), "attributes": {"rating": 4, "title": "Fine", "body": said.text,
            "reviewerNickname": "ann", "createdDate": said.date(), "territory": "USA"}})
    };
    let next = shown.next.map(|next| format!("http://{}/v1/apps/7/customerReviews?cursor={next}", shown.address));
    json!({"data": shown.each(review), "links": {"next": next}}).to_string()
}

fn tickets(shown: &Shown<'_>) -> String {
    let ticket = |said: &Said| json!({"id": said.number, "body": said.text, "at": said.date(), "changed": said.changed()});
    json!({"tickets": shown.each(ticket), "next": shown.token()}).to_string()
}

fn reddit(shown: &Shown<'_>) -> String {
    let post = |said: &Said| {
        json!({"kind": "t3", "data": {"name": format!("t3_{}", said.number), "title": format!("Post {}", said.number), "selftext": said.text, "author": "ann",
            "created_utc": said.at(), "edited": said.edited, "permalink": format!("/r/a/comments/{}/", said.number)}})
    };
    json!({"kind": "Listing", "data": {"after": shown.token(), "children": shown.each(post)}}).to_string()
}

fn x(shown: &Shown<'_>) -> String {
    let post = |said: &Said| {
        let ids = said.snowflakes();
        json!({"id": ids.last(), "edit_history_tweet_ids": ids, "text": said.text, "author_id": "1", "created_at": said.date()})
    };
    let users = json!([{"id": "1", "name": "Ann", "username": "ann"}]);
    let meta = json!({"result_count": shown.items.len(), "next_token": shown.token()});
    json!({"data": shown.each(post), "includes": {"users": users}, "meta": meta}).to_string()
}

fn slack(shown: &Shown<'_>) -> String {
    let message = |said: &Said| {
        json!({"type": "message", "user": "U0000000A", "text": said.text, "ts": format!("{}.000100", said.at()),
            "edited": said.edited.map(|at| json!({"user": "U0000000A", "ts": format!("{at}.000000")}))})
    };
    json!({"ok": true, "messages": shown.each(message), "response_metadata": {"next_cursor": shown.token().unwrap_or_default()}})
        .to_string()
}

const fn kind(
    name: &'static str,
    word: &'static str,
    keys: &'static str,
    pages: Pages,
    per_page: usize,
    show: fn(&Shown<'_>) -> String,
) -> Kind {
    Kind { name, word, keys, pages, per_page, show, edits: true, tells_gone: true }
}

/// Every kind that asks the web, in every way it does.
pub const SITES: &[Kind] = &[
    kind("feed", "feed", "url = \"SITE\"", Pages::One, 0, rss),
    kind("reviews", "reviews", "url = \"SITE\"", Pages::Token("from"), 2, reviews),
    kind(
        "page",
        "page",
        "url = \"SITE\"\nitem = \"article.post\"\nnext = \"a.next\"\n\
         fields = { text = \".words\", author = \".who\", date = \"time@datetime\", id = \"@data-id\" }",
        Pages::Token("from"),
        2,
        board,
    ),
    // What it asks for begins at what it heard last, so that no two answers show the same list.
    Kind {
        tells_gone: false,
        ..kind("hacker-news", "hacker-news", "query = \"acme\"\nhits_per_page = 2\nendpoint = \"SITE\"", Pages::Until, 2, hacker_news)
    },
    kind("github", "github", "query = \"acme\"\nper_page = 2\nendpoint = \"SITE\"", Pages::Number("page"), 2, github),
    kind(
        "github-discussions",
        "github",
        "repos = [\"a/b\"]\ncomments = false\ndiscussions = true\nendpoint = \"SITE\"\nsecret = KEY",
        Pages::Posted,
        2,
        discussions,
    ),
    kind("youtube", "youtube", "videos = [\"v\"]\nendpoint = \"SITE\"\nsecret = KEY", Pages::Token("pageToken"), 2, youtube),
    kind("v2ex", "v2ex", "endpoint = \"SITE\"", Pages::One, 0, v2ex),
    kind("wordpress-org", "wordpress-org", "plugin = \"acme-desk\"\nendpoint = \"SITE\"", Pages::One, 0, wordpress),
    kind("telegram", "telegram", "channels = [\"acme\"]\nendpoint = \"SITE\"", Pages::Before("before"), 2, telegram),
    kind("app-store", "app-store", "app = 7\nendpoint = \"SITE\"", Pages::InPath, 2, app_store),
    kind("steam", "steam", "app = 7\nendpoint = \"SITE\"\nstore = \"SITE\"", Pages::InQuestion, 2, steam),
    kind("mastodon", "mastodon", "tags = [\"acme\"]\nserver = \"SITE\"", Pages::Before("max_id"), 2, mastodon),
    kind("lemmy", "lemmy", "query = \"acme\"\nserver = \"SITE\"", Pages::Number("page"), 50, lemmy),
    kind("discourse", "discourse", "server = \"SITE\"", Pages::Before("before"), 2, discourse),
    kind("stack-exchange", "stack-exchange", "query = \"acme\"\nendpoint = \"SITE\"", Pages::Number("page"), 2, stack_exchange),
    kind(
        "trustpilot",
        "trustpilot",
        "business_unit = \"46a0000000006400050000e5\"\nendpoint = \"SITE\"\nsecret = KEY",
        Pages::Number("page"),
        100,
        trustpilot,
    ),
    kind(
        "google-play",
        "google-play",
        "package = \"com.example.desk\"\nendpoint = \"SITE\"\nsecret = ACCOUNT",
        Pages::Token("token"),
        2,
        google_play,
    ),
    kind(
        "google-business",
        "google-business",
        "account = \"7\"\nlocations = [\"1\"]\nendpoint = \"SITE\"\nsecret = ACCOUNT",
        Pages::Token("pageToken"),
        2,
        google_business,
    ),
    kind(
        "app-store-connect",
        "app-store-connect",
        "app = 7\nkey_id = \"2X9R4HXF34\"\nendpoint = \"SITE\"\nsecret = P8",
        Pages::Token("cursor"),
        2,
        app_store_connect,
    ),
    kind(
        "json",
        "json",
        "url = \"SITEtickets?cursor={cursor}\"\nitems = \"tickets\"\nnext = { cursor = \"next\" }\n\
         fields = { text = \"body\", id = \"id\", date = \"at\", edited = \"changed\" }",
        Pages::Token("cursor"),
        2,
        tickets,
    ),
    kind("reddit", "reddit", "subreddits = [\"a\"]\ncomments = false\nendpoint = \"SITE\"\nsecret = KEY", Pages::Token("after"), 2, reddit),
    kind("reddit-feed", "reddit", "feed = \"https://www.reddit.com/r/a/.rss?feed=a&user=b\"\nendpoint = \"SITE\"", Pages::One, 0, atom),
    // Each round asks only for what is newer: each post is paid for once.
    Kind { tells_gone: false, ..kind("x", "x", "query = \"acme\"\nendpoint = \"SITE\"\nsecret = KEY", Pages::Token("next_token"), 2, x) },
    // An article goes by its headline.
    Kind { edits: false, ..kind("google-news", "google-news", "query = \"acme\"\nendpoint = \"SITE\"", Pages::One, 0, news) },
    kind("google-alerts", "google-alerts", "feed = \"https://www.google.com/alerts/feeds/1/2\"\nendpoint = \"SITE\"", Pages::One, 0, atom),
    kind("rsshub", "rsshub", "instance = \"SITE\"\nroute = \"/weibo/keyword/acme\"", Pages::One, 0, rss),
    kind("slack", "slack", "channels = [\"C0123456789\"]\nendpoint = \"SITE\"\nsecret = KEY", Pages::Token("cursor"), 2, slack),
];

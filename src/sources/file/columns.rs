//! Which column of a table, or key of a record, tells what of a mention.
//!
//! People's exports name them as they like, in their own language; the names known here need no `map`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use crate::mention::{Answer, Author, Context, Lang, Mention, Rating, Reach};
use crate::sources::{ParseError, dates};
use crate::tomlfile::name_the_valid;

/// Which column holds what: pairs of our key and the file's column name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Columns(pub BTreeMap<String, String>);

/// Our keys, each with the names it has elsewhere, the likeliest first; blanks, `_` and `-` in those do not count.
const KEYS: [(&str, &[&str]); 25] = [
    ("id", &["id", "reviewid", "commentid", "编号", "评论id"]),
    ("url", &["url", "link", "permalink", "reviewurl", "链接", "网址"]),
    ("author", &["author", "reviewer", "username", "user", "name", "reviewername", "autor", "verfasser", "作者", "用户名", "用户", "昵称"]),
    ("handle", &["handle", "profile"]),
    ("title", &["title", "subject", "headline", "titel", "betreff", "überschrift", "标题", "主题"]),
    ("text", TEXT),
    (
        "published",
        &[
            "published",
            "date",
            "datetime",
            "createdat",
            "created",
            "timestamp",
            "reviewdate",
            "time",
            "datum",
            "日期",
            "时间",
            "评论时间",
            "发布时间",
            "发表时间",
        ],
    ),
    ("rating", &["rating", "stars", "score", "star", "starrating", "sterne", "bewertung", "punkte", "评分", "星级", "分数", "打分"]),
    ("best_rating", &["bestrating", "maxrating", "满分"]),
    ("worst_rating", &["worstrating", "minrating"]),
    ("lang", &["lang", "language", "locale", "sprache", "语言"]),
    ("product", &["product", "productname", "item", "app", "produkt", "artikel", "产品", "商品", "产品名称", "商品名称"]),
    ("region", &["region", "country", "territory", "countrycode", "land", "国家", "地区"]),
    ("version", &["version", "appversion", "productversion", "版本"]),
    ("thread", &["thread", "threadid"]),
    ("parent", &["parent", "parentid", "inreplyto"]),
    ("likes", &["likes", "helpful", "helpfulvotes", "upvotes", "点赞", "点赞数"]),
    ("replies", &["replies", "replycount", "commentcount", "回复数", "评论数"]),
    ("shares", &["shares", "reposts", "retweets", "转发数"]),
    ("views", &["views", "impressions", "viewcount", "阅读数", "浏览量"]),
    ("answer", &["answer", "companyreply", "ownerreply", "developerreply", "ownerresponse", "developerresponse", "商家回复", "官方回复"]),
    ("answer_by", &["answerby"]),
    ("answer_at", &["answerat", "replydate", "responsedate", "回复时间"]),
    ("answer_url", &["answerurl"]),
    ("updated", &["updated", "updatedat", "edited", "geändert", "更新时间"]),
];
const TEXT: &[&str] = &[
    "text",
    "review",
    "reviewtext",
    "reviewbody",
    "body",
    "comment",
    "comments",
    "content",
    "message",
    "feedback",
    "kommentar",
    "rezension",
    "bewertungstext",
    "inhalt",
    "评论",
    "评论内容",
    "内容",
    "正文",
    "评价",
    "评价内容",
    "反馈",
    "留言",
];

/// Our keys with the places of the columns of `names` that usually hold them.
pub(super) fn usual(names: &[&str]) -> Vec<(&'static str, usize)> {
    let plain: Vec<String> = names.iter().map(|name| simple(name)).collect();
    let place = |usual: &[&str]| usual.iter().find_map(|name| plain.iter().position(|plain| plain == name));
    KEYS.iter().filter_map(|(key, usual)| Some((*key, place(usual)?))).collect()
}

/// Where each of our keys stands among the names of a file.
pub(super) struct Layout([Option<usize>; KEYS.len()]);

impl Layout {
    /// Finds our keys among `names`: as `columns` says, else by the names they usually have. The text must be there.
    pub(super) fn find(names: &[&str], columns: &Columns) -> Result<Self, ParseError> {
        let plain: Vec<String> = names.iter().map(|name| simple(name)).collect();
        let keys: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
        if let Some(unknown) = columns.0.keys().find(|key| !keys.contains(&key.as_str())) {
            return Err(ParseError::Unreadable(format!("`map` names the key `{unknown}`; {}", name_the_valid(unknown, &keys))));
        }
        let mut places = [None; KEYS.len()];
        for (place, (key, usual)) in places.iter_mut().zip(KEYS) {
            *place = match columns.0.get(key) {
                Some(told) => Some(find_told(told, names, &plain)?),
                None => usual.iter().find_map(|name| plain.iter().position(|plain| plain == name)),
            };
        }
        let layout = Self(places);
        if layout.place("text").is_none() {
            let told = names.iter().take(20).map(|name| format!("`{}`", name.trim())).collect::<Vec<_>>().join(", ");
            return Err(ParseError::Unreadable(format!(
                "no column holds the text; the columns are {told}; name it with `map` (text = \"…\")"
            )));
        }
        Ok(layout)
    }

    fn place(&self, key: &str) -> Option<usize> {
        KEYS.iter().zip(self.0).find(|((known, _), _)| *known == key).and_then(|(_, place)| place)
    }

    /// The mention in a row whose cells `cell` gives; else what is wrong with it.
    pub(super) fn mention<'a>(&self, cell: impl Fn(usize) -> Option<Cow<'a, str>>) -> Result<Mention, String> {
        let told = |key: &str| cell(self.place(key)?).filter(|told| !told.trim().is_empty());
        let mut mention = told("text").and_then(Mention::new).ok_or("it has no text")?;
        mention.own_id = told("id").map(|id| id.trim().to_owned());
        mention.url = told("url").and_then(|url| address(url.trim()));
        mention.author = told("author").and_then(|name| Author::named(&name));
        if let (Some(author), Some(handle)) = (&mut mention.author, told("handle")) {
            author.handle = Some(handle.trim().to_owned());
        }
        mention.title = told("title").map(|title| title.split_whitespace().collect::<Vec<_>>().join(" "));
        mention.published = told("published").and_then(|date| dates::read(&date));
        mention.edited = told("updated").and_then(|date| dates::read(&date)).map(|edited| edited.at);
        mention.rating =
            told("rating").and_then(|rating| Rating::parse(&rating, told("worst_rating").as_deref(), told("best_rating").as_deref()));
        mention.lang = told("lang").and_then(|lang| Lang::parse(&lang));
        mention.about = told("product").map(|product| product.trim().to_owned());
        let line = |key: &str| told(key).map(|told| told.split_whitespace().collect::<Vec<_>>().join(" "));
        let number = |key: &str| told(key).and_then(|told| told.trim().replace([',', '\u{a0}', ' '], "").parse().ok());
        mention.context = Context {
            region: line("region").map(|region| if region.len() == 2 { region.to_ascii_uppercase() } else { region }),
            version: line("version"),
            thread: line("thread"),
            parent: line("parent"),
            reach: Reach { likes: number("likes"), replies: number("replies"), shares: number("shares"), views: number("views") },
            answer: told("answer").map(|text| Answer {
                text: text.trim().to_owned(),
                by: line("answer_by"),
                at: told("answer_at").and_then(|date| dates::read(&date)).map(|at| at.at),
                url: told("answer_url").and_then(|url| address(url.trim())),
            }),
        };
        Ok(mention)
    }
}

/// Where the column stands that `map` names.
fn find_told(told: &str, names: &[&str], plain: &[String]) -> Result<usize, ParseError> {
    let exact = names.iter().position(|name| name.trim() == told.trim());
    exact.or_else(|| plain.iter().position(|name| *name == simple(told))).ok_or_else(|| {
        let names: Vec<&str> = names.iter().take(20).map(|name| name.trim()).collect();
        ParseError::Unreadable(format!("there is no column `{told}`; {}", name_the_valid(told, &names)))
    })
}

fn simple(name: &str) -> String {
    name.chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// An address, also where its beginning was left out.
fn address(told: &str) -> Option<Url> {
    let url = Url::parse(told).or_else(|_| Url::parse(&format!("https://{told}"))).ok()?;
    let usual = matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.contains('.') || host == "localhost");
    usual.then_some(url)
}

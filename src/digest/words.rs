//! The words of a digest, English and Chinese: every sentence that it can say. Of the reasons of sources, what their sites said
//! stays as it was, and so do themes that people named themselves.

use jiff::civil::{Date, Weekday};

use super::content::{Change, Digest, Figure, Measure, Outcome, Replies, Rising, Said, Share, Unseen, Unusual};
use super::edition::{Edition, Every};
use super::recipient::Language;
use crate::mention::Polarity;
use crate::phrases::chinese_theme;
use crate::sources::reasons;

impl Language {
    /// Which digest it is.
    pub(super) fn kind(self, every: Every) -> &'static str {
        match (self, every) {
            (Self::En, Every::Daily) => "Goodword daily",
            (Self::En, Every::Weekly) => "Goodword weekly",
            (Self::En, Every::Monthly) => "Goodword monthly",
            (Self::Zh, Every::Daily) => "Goodword 日报",
            (Self::Zh, Every::Weekly) => "Goodword 周报",
            (Self::Zh, Every::Monthly) => "Goodword 月报",
        }
    }

    /// Its days.
    pub(super) fn days(self, edition: Edition) -> String {
        let Edition { every, from, until } = edition;
        match self {
            Self::En if every == Every::Monthly => until.strftime("%B %Y").to_string(),
            Self::En if from == until => until.strftime("%A, %-d %B %Y").to_string(),
            Self::En if from.month() == until.month() => format!("{}–{}", from.day(), until.strftime("%-d %B %Y")),
            Self::En => format!("{} – {}", from.strftime("%-d %B"), until.strftime("%-d %B %Y")),
            Self::Zh if every == Every::Monthly => format!("{}年{}月", until.year(), until.month()),
            Self::Zh if from == until => format!("{}年{} {}", until.year(), self.day(until), weekday(until)),
            Self::Zh => format!("{}年{}至{}", until.year(), self.day(from), self.day(until)),
        }
    }

    /// A day without its year.
    pub(super) fn day(self, day: Date) -> String {
        match self {
            Self::En => day.strftime("%-d %b").to_string(),
            Self::Zh => format!("{}月{}日", day.month(), day.day()),
        }
    }

    /// The names of products, joined.
    pub(super) fn listed(self, names: &[String]) -> String {
        match (self, names) {
            (_, []) => String::new(),
            (_, [one]) => one.clone(),
            (Self::En, [all @ .., last]) => format!("{} and {last}", all.join(", ")),
            (Self::Zh, all) => all.join("、"),
        }
    }

    /// A theme by its name in this language.
    pub(super) fn theme(self, name: &str) -> &str {
        match self {
            Self::En => name,
            Self::Zh => chinese_theme(name).unwrap_or(name),
        }
    }

    /// The days in a sentence.
    pub(super) fn sentence(self, digest: &Digest) -> String {
        let products = self.listed(&digest.products);
        let all = digest.count(Measure::Mentions);
        if all == 0 {
            return match self {
                Self::En => format!("A quiet {}: nobody spoke of {products}.", english_span(digest.edition)),
                Self::Zh => format!("{}很安静：没有人谈到 {products}。", chinese_span(digest.edition)),
            };
        }
        let above_all = |polarity| digest.theme(polarity).map(|theme| self.theme(&theme.name));
        let loved = match (self, digest.count(Measure::Praise), above_all(Polarity::Praise)) {
            (Self::En, 0, _) => "no praise".to_owned(),
            (Self::En, count, Some(theme)) => format!("{count} with praise, above all for {theme}"),
            (Self::En, count, None) => format!("{count} with praise"),
            (Self::Zh, 0, _) => "没有赞扬".to_owned(),
            (Self::Zh, count, Some(theme)) => format!("{count} 条赞扬，多为“{theme}”"),
            (Self::Zh, count, None) => format!("{count} 条赞扬"),
        };
        let hurt = match (self, digest.count(Measure::Complaints), above_all(Polarity::Complaint)) {
            (Self::En, 0, _) => "no complaint".to_owned(),
            (Self::En, count, Some(theme)) => format!("{count} with a complaint, above all about {theme}"),
            (Self::En, count, None) => format!("{count} with a complaint"),
            (Self::Zh, 0, _) => "没有抱怨".to_owned(),
            (Self::Zh, count, Some(theme)) => format!("{count} 条抱怨，多为“{theme}”"),
            (Self::Zh, count, None) => format!("{count} 条抱怨"),
        };
        let severe = match (self, digest.count(Measure::Ugly)) {
            (_, 0) => String::new(),
            (Self::En, count) => format!("; {count} severe"),
            (Self::Zh, count) => format!("，其中 {count} 条严重"),
        };
        let both = match (self, digest.both) {
            (_, 0) => String::new(),
            (Self::En, 1) => "; 1 says both".to_owned(),
            (Self::En, count) => format!("; {count} say both"),
            (Self::Zh, count) => format!("；{count} 条褒贬都有"),
        };
        match self {
            Self::En => format!("{} of {products}: {loved}; {hurt}{severe}{both}.", counted(all, "mention")),
            Self::Zh => format!("{products} 共被提到 {all} 次：{loved}；{hurt}{severe}{both}。"),
        }
    }

    /// What was heard and what was not, in a line.
    pub(super) fn heard(self, digest: &Digest) -> String {
        let (open, close, comma) = if self == Self::En { (" (", ")", ", ") } else { ("（", "）", "、") };
        let named = |unseen: &Unseen| format!("{}{open}{}{close}", unseen.source, self.state(&unseen.state));
        let not: Vec<String> = digest.unseen.iter().map(named).collect();
        let shown = not.iter().take(3).cloned().collect::<Vec<_>>().join(comma);
        let more = not.len().saturating_sub(3);
        match self {
            Self::En if digest.sources == 0 => "No source is listened to; add one to sources.toml.".to_owned(),
            Self::En if not.is_empty() => format!("{} could be heard.", all_of(digest.sources)),
            Self::En => {
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("Not everything was heard: {shown}{more}.")
            }
            Self::Zh if digest.sources == 0 => "没有监听任何来源；请在 sources.toml 中添加。".to_owned(),
            Self::Zh if not.is_empty() => format!("{} 个来源全部听到了。", digest.sources),
            Self::Zh => {
                let more = if more > 0 { format!(" 等 {} 个", not.len()) } else { String::new() };
                format!("有来源没能听全：{shown}{more}。")
            }
        }
    }

    /// The days, as short as they can be said.
    pub(super) fn short_days(self, edition: Edition) -> String {
        match self {
            _ if edition.every == Every::Monthly => self.days(edition),
            _ if edition.from == edition.until => self.day(edition.until),
            Self::En => format!("{} – {}", self.day(edition.from), self.day(edition.until)),
            Self::Zh => format!("{}至{}", self.day(edition.from), self.day(edition.until)),
        }
    }

    /// The name of a figure.
    pub(super) fn measure(self, of: Measure) -> &'static str {
        match (self, of) {
            (Self::En, Measure::Mentions) => "mentions",
            (Self::En, Measure::Praise) => "with praise",
            (Self::En, Measure::Complaints) => "with a complaint",
            (Self::En, Measure::Ugly) => "severe",
            (Self::Zh, Measure::Mentions) => "提及",
            (Self::Zh, Measure::Praise) => "赞扬",
            (Self::Zh, Measure::Complaints) => "抱怨",
            (Self::Zh, Measure::Ugly) => "严重",
        }
    }

    /// How a figure stands to what is usual.
    pub(super) fn change(self, figure: &Figure, edition: Edition) -> String {
        let Some(usual) = figure.usual else { return String::new() };
        let arrow = match figure.count as f64 - usual.count {
            more if more >= 0.5 => "▲",
            fewer if fewer <= -0.5 => "▼",
            _ => "=",
        };
        let (of_weekday, usual) = (usual.of_weekday, number(usual.count));
        let one = edition.from == edition.until;
        match (self, edition.every) {
            (Self::En, Every::Daily) if !of_weekday && one => format!("{arrow} usually {usual} a day"),
            (Self::En, Every::Daily) if !of_weekday => format!("{arrow} usually {usual} in {} days", edition.period().days()),
            (Self::Zh, Every::Daily) if !of_weekday && one => format!("{arrow} 平时每天 {usual}"),
            (Self::Zh, Every::Daily) if !of_weekday => format!("{arrow} 平时 {} 天 {usual}", edition.period().days()),
            (Self::En, Every::Daily) if one => {
                format!("{arrow} usually {usual} on a {}", edition.until.strftime("%A"))
            }
            (Self::En, Every::Daily) => format!("{arrow} usually {usual} on the same weekdays"),
            (Self::En, Every::Weekly) => format!("{arrow} usually {usual} a week"),
            (Self::En, Every::Monthly) => format!("{arrow} usually {usual} a month"),
            (Self::Zh, Every::Daily) if one => format!("{arrow} {}平时 {usual}", weekday(edition.until)),
            (Self::Zh, Every::Daily) => format!("{arrow} 同样的星期平时 {usual}"),
            (Self::Zh, Every::Weekly) => format!("{arrow} 平时每周 {usual}"),
            (Self::Zh, Every::Monthly) => format!("{arrow} 平时每月 {usual}"),
        }
    }

    /// The heading of a lane.
    pub(super) fn lane(self, of: &Said, total: u64) -> String {
        let name = match (self, of) {
            (Self::En, Said::Good) => "The good: what people loved".to_owned(),
            (Self::En, Said::Bad) => "The bad: what hurt".to_owned(),
            (Self::En, Said::Ugly) => "The ugly: severe complaints".to_owned(),
            (Self::En, Said::Search(name)) => format!("Saved search: {name}"),
            (Self::Zh, Said::Good) => "好：大家喜欢什么".to_owned(),
            (Self::Zh, Said::Bad) => "坏：哪里让人不快".to_owned(),
            (Self::Zh, Said::Ugly) => "丑：严重的抱怨".to_owned(),
            (Self::Zh, Said::Search(name)) => format!("保存的搜索：{name}"),
        };
        match self {
            // What is shown then was written before.
            _ if total == 0 => name,
            Self::En => format!("{name} ({total})"),
            Self::Zh => format!("{name}（{total}）"),
        }
    }

    /// So many more than are shown.
    pub(super) fn more(self, more: u64) -> String {
        match self {
            Self::En => format!("and {more} more"),
            Self::Zh => format!("还有 {more} 条"),
        }
    }

    /// So many, of which none is quoted.
    pub(super) fn none_quoted(self, total: u64) -> String {
        match self {
            Self::En => format!("see {}", counted(total, "mention")),
            Self::Zh => format!("查看 {total} 条"),
        }
    }

    /// What is said beside a quote: rating, theme, twins, and whether it was edited or is late.
    pub(super) fn beside(self, quote: &super::quote::Quote) -> String {
        let mut said = Vec::new();
        said.extend(quote.product.clone());
        said.extend(quote.theme.as_deref().map(|theme| self.theme(theme).to_owned()));
        if let Some(segment) = &quote.segment {
            said.push(match self {
                Self::En => format!("segment {segment}"),
                Self::Zh => format!("客户群 {segment}"),
            });
        }
        said.extend(quote.edited.then(|| self.pick("edited since", "已修改")));
        said.extend(quote.late.then(|| self.pick("older, heard now", "较早，现在才听到")));
        if quote.twins > 0 {
            said.push(match self {
                Self::En => format!("{} more say the same", quote.twins),
                Self::Zh => format!("另有 {} 条内容相同", quote.twins),
            });
        }
        said.join(" · ")
    }

    /// Points given, as stars where there are five.
    pub(super) fn stars(self, (value, best): (f64, f64)) -> String {
        if best == 5.0 && value.fract() == 0.0 && (0.0..=5.0).contains(&value) {
            let full = value as usize;
            return format!("{}{}", "★".repeat(full), "☆".repeat(5 - full));
        }
        match self {
            Self::En => format!("{} of {}", number(value), number(best)),
            Self::Zh => format!("{}/{}", number(value), number(best)),
        }
    }

    /// Who wrote it, if nobody knows.
    pub(super) fn somebody(self) -> String {
        self.pick("somebody", "某人")
    }

    /// An unusual day.
    pub(super) fn unusual(self, unusual: &Unusual) -> (String, String) {
        let days = if unusual.from == unusual.until {
            self.day(unusual.until)
        } else {
            format!("{} – {}", self.day(unusual.from), self.day(unusual.until))
        };
        let theme = unusual.theme.as_deref().map(|theme| self.theme(theme));
        match self {
            Self::En => {
                let what = match unusual.polarity {
                    Some(Polarity::Praise) => format!("{} times praise of {}", unusual.count, unusual.product),
                    Some(Polarity::Complaint) => format!("{} about {}", counted(unusual.count, "complaint"), unusual.product),
                    None => format!("{} of {}", counted(unusual.count, "mention"), unusual.product),
                };
                let theme = theme.map(|theme| format!(", {theme}")).unwrap_or_default();
                (format!("{what}{theme}"), format!("{days}; usually {}", number(unusual.usual)))
            }
            Self::Zh => {
                let theme = theme.map(|theme| format!("“{theme}”")).unwrap_or_default();
                let what = chinese_kind(unusual.polarity);
                (format!("{} {theme}{what} {} 条", unusual.product, unusual.count), format!("{days}；平时 {}", number(unusual.usual)))
            }
        }
    }

    /// A word that comes up.
    pub(super) fn rising(self, rising: &Rising) -> (String, String) {
        match self {
            Self::En => {
                let before = if rising.before == 0 { "new".to_owned() } else { format!("{} the week before", rising.before) };
                (format!("“{}”", rising.term), format!("{} in the last 7 days, {before}", counted(rising.count, "mention")))
            }
            Self::Zh => {
                let before = if rising.before == 0 { "前一周没有".to_owned() } else { format!("前一周 {} 条", rising.before) };
                (format!("“{}”", rising.term), format!("最近 7 天 {} 条，{before}", rising.count))
            }
        }
    }

    /// A product among all.
    pub(super) fn share(self, share: &Share) -> (String, String) {
        let percent = |share: f64| format!("{}%", (share * 100.0).round());
        let positive = share.positive.map(percent);
        match self {
            Self::En => {
                let positive = positive.map(|positive| format!(", {positive} of what is judged is praise")).unwrap_or_default();
                let ours = if share.ours { " (ours)" } else { "" };
                (format!("{}{ours}: {}", share.name, percent(share.share)), format!("{}{positive}", counted(share.count, "mention")))
            }
            Self::Zh => {
                let positive = positive.map(|positive| format!("，评价中 {positive} 为赞扬")).unwrap_or_default();
                let ours = if share.ours { "（我们）" } else { "" };
                (format!("{}{ours}：{}", share.name, percent(share.share)), format!("{} 条提及{positive}", share.count))
            }
        }
    }

    /// Where the replies stand.
    pub(super) fn replies(self, replies: &Replies) -> (String, String) {
        let Replies { waiting, overdue, sent, .. } = replies;
        let standing = match (self, waiting, overdue) {
            (Self::En, 0, _) => "Nobody waits for a reply".to_owned(),
            (Self::En, 1, 0) => "1 waits for a reply, not overdue".to_owned(),
            (Self::En, 1, _) => "1 waits for a reply, overdue".to_owned(),
            (Self::En, waiting, 0) => format!("{waiting} wait for a reply, none overdue"),
            (Self::En, waiting, overdue) => format!("{waiting} wait for a reply, {overdue} overdue"),
            (Self::Zh, 0, _) => "没有人在等待回复".to_owned(),
            (Self::Zh, waiting, 0) => format!("{waiting} 条等待回复，没有超时"),
            (Self::Zh, waiting, overdue) => format!("{waiting} 条等待回复，其中 {overdue} 条超时"),
        };
        let sent = match self {
            _ if *sent == 0 => String::new(),
            Self::En => format!("{sent} sent in these days"),
            Self::Zh => format!("这几天已发送 {sent} 条"),
        };
        (standing, sent)
    }

    /// A rating that moved after our reply.
    pub(super) fn outcome(self, outcome: &Outcome) -> String {
        let who = outcome.author.as_deref().map_or_else(|| self.somebody(), super::quote::clean);
        let (before, after) = (number(outcome.before), number(outcome.after));
        let raised = outcome.after > outcome.before;
        match self {
            Self::En => {
                let moved = if raised { "raised" } else { "lowered" };
                format!("{who} {moved} the rating from {before} to {after} stars after our reply · {}", outcome.source)
            }
            Self::Zh => {
                let moved = if raised { "提高" } else { "降低" };
                format!("我们回复后，{who} 把评分从 {before} 星{moved}到 {after} 星 · {}", outcome.source)
            }
        }
    }

    /// A change of ours.
    pub(super) fn changed(self, change: &Change) -> (String, String) {
        let rate = |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), number);
        let (before, after) = (rate(change.before), rate(change.after));
        let when = self.day(change.on);
        let theme = self.theme(&change.theme);
        match self {
            Self::En => (
                format!("{} ({}, {})", change.what, change.product, when),
                format!("complaints about {theme} in 100 mentions: {before} before, {after} since; {}", change.verdict),
            ),
            Self::Zh => {
                let verdict = match change.verdict.as_str() {
                    "more" => "变多了",
                    "fewer" => "变少了",
                    "no clear difference" => "没有明显差别",
                    _ => "还太少，说不准",
                };
                (
                    format!("{}（{}，{when}）", change.what, change.product),
                    format!("每 100 条提及中抱怨“{theme}”：之前 {before}，之后 {after}；{verdict}"),
                )
            }
        }
    }

    /// A source that was not heard.
    pub(super) fn unseen(self, unseen: &Unseen) -> (String, String) {
        let state = self.state(&unseen.state);
        let hours = match (self, unseen.hours) {
            (_, 0) => String::new(),
            (Self::En, hours) => format!(" for {}", counted(hours, "hour")),
            (Self::Zh, hours) => format!(" {hours} 小时"),
        };
        let reason = unseen.reason.as_deref().map(super::quote::clean).unwrap_or_default();
        match self {
            Self::En => (format!("{}: {state}{hours}", unseen.source), reason),
            Self::Zh => (format!("{}：{state}{hours}", unseen.source), reasons::in_chinese(&reason).unwrap_or(reason)),
        }
    }

    fn state(self, state: &str) -> String {
        match (self, state) {
            (Self::En, state) => state.to_owned(),
            (Self::Zh, "blocked") => "被拒".to_owned(),
            (Self::Zh, "failing") => "出错".to_owned(),
            (Self::Zh, "stale") => "过时".to_owned(),
            (Self::Zh, "partial") => "不全".to_owned(),
            (Self::Zh, state) => state.to_owned(),
        }
    }

    pub(super) fn pick(self, english: &str, chinese: &str) -> String {
        match self {
            Self::En => english.to_owned(),
            Self::Zh => chinese.to_owned(),
        }
    }
}

/// `1 mention`, `2 mentions`.
pub(super) fn counted(count: u64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// A number without a needless `.0`.
pub(super) fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.1}") }
}

fn all_of(sources: usize) -> String {
    match sources {
        1 => "The one source".to_owned(),
        sources => format!("All {sources} sources"),
    }
}

fn english_span(edition: Edition) -> String {
    match edition.every {
        Every::Daily if edition.from == edition.until => edition.until.strftime("%A").to_string(),
        Every::Daily => "few days".to_owned(),
        Every::Weekly => "week".to_owned(),
        Every::Monthly => "month".to_owned(),
    }
}

fn chinese_span(edition: Edition) -> &'static str {
    match edition.every {
        Every::Daily if edition.from == edition.until => weekday(edition.until),
        Every::Daily => "这几天",
        Every::Weekly => "这一周",
        Every::Monthly => "这个月",
    }
}

pub(super) fn chinese_kind(polarity: Option<Polarity>) -> &'static str {
    match polarity {
        Some(Polarity::Praise) => "赞扬",
        Some(Polarity::Complaint) => "抱怨",
        None => "提及",
    }
}

fn weekday(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "星期一",
        Weekday::Tuesday => "星期二",
        Weekday::Wednesday => "星期三",
        Weekday::Thursday => "星期四",
        Weekday::Friday => "星期五",
        Weekday::Saturday => "星期六",
        Weekday::Sunday => "星期日",
    }
}

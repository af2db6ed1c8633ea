//! What a digest advises to do, what its picture shows and how it ends, in both languages.

use super::content::{Digest, Unusual};
use super::edition::Edition;
use super::recipient::Language;
use super::words::{counted, number};

impl Language {
    /// Something to do: overdue replies.
    pub(super) fn answer_overdue(self, overdue: u64) -> String {
        match self {
            Self::En => format!("Send {}: {overdue} overdue", if overdue == 1 { "the late reply" } else { "the late replies" }),
            Self::Zh => format!("发出超时的回复：{overdue} 条"),
        }
    }

    /// Something to do: severe complaints; the first is named, and what it is about.
    pub(super) fn answer_severe(self, author: Option<&str>, theme: Option<&str>, total: u64) -> String {
        match (self, author, total) {
            (Self::En, Some(author), 1) => format!("Answer {author}: a severe complaint{}", self.about(theme)),
            (Self::En, _, 1) => format!("Answer a severe complaint{}", self.about(theme)),
            (Self::En, Some(author), total) => format!("Answer {total} severe complaints, first that of {author}{}", self.about(theme)),
            (Self::En, None, total) => format!("Answer {total} severe complaints"),
            (Self::Zh, Some(author), 1) => format!("回应 {author} 的严重抱怨{}", self.about(theme)),
            (Self::Zh, _, 1) => format!("回应 1 条严重抱怨{}", self.about(theme)),
            (Self::Zh, Some(author), total) => format!("回应 {total} 条严重抱怨，先回应 {author}{}", self.about(theme)),
            (Self::Zh, None, total) => format!("回应 {total} 条严重抱怨"),
        }
    }

    /// Something to do: complaints of which none is severe.
    pub(super) fn answer(self, author: Option<&str>, theme: Option<&str>, total: u64) -> String {
        match (self, author, total) {
            (Self::En, Some(author), 0 | 1) => format!("Answer {author}{}", self.about(theme)),
            (Self::En, None, 0 | 1) => format!("Answer a complaint{}", self.about(theme)),
            (Self::En, Some(author), total) => format!("Answer {author}{} and {} more who complained", self.about(theme), total - 1),
            (Self::En, None, total) => format!("Answer {total} complaints"),
            (Self::Zh, Some(author), 0 | 1) => format!("回应 {author}{}", self.about(theme)),
            (Self::Zh, None, 0 | 1) => format!("回应 1 条抱怨{}", self.about(theme)),
            (Self::Zh, Some(author), total) => format!("回应 {author}{} 和另外 {} 位抱怨者", self.about(theme), total - 1),
            (Self::Zh, None, total) => format!("回应 {total} 条抱怨"),
        }
    }

    fn about(self, theme: Option<&str>) -> String {
        match (self, theme) {
            (_, None) => String::new(),
            (Self::En, Some(theme)) => format!(" ({theme})"),
            (Self::Zh, Some(theme)) => format!("（{}）", self.theme(theme)),
        }
    }

    /// Something to do: a wave of complaints.
    pub(super) fn look_into(self, unusual: &Unusual, edition: Edition) -> String {
        let since = self.since(unusual, edition);
        let theme = unusual.theme.as_deref().map_or(unusual.product.as_str(), |theme| self.theme(theme));
        match self {
            Self::En => format!("Look into {theme}: {}{since}, usually {}", counted(unusual.count, "complaint"), number(unusual.usual)),
            Self::Zh => format!("查一查“{theme}”：抱怨{since} {} 条，平时 {}", unusual.count, number(unusual.usual)),
        }
    }

    /// Since when something is unusual, where that is longer than the digest tells of.
    pub(super) fn since(self, unusual: &Unusual, edition: Edition) -> String {
        match self {
            _ if unusual.from >= edition.from => String::new(),
            Self::En => format!(" since {}", self.day(unusual.from)),
            Self::Zh => format!("自{}起", self.day(unusual.from)),
        }
    }

    /// Something to do: sources that show nothing.
    pub(super) fn mend(self, sources: &[&str]) -> String {
        match self {
            Self::En => format!("Get heard again: {}", sources.join(", ")),
            Self::Zh => format!("恢复监听：{}", sources.join("、")),
        }
    }

    /// Something to do: praise.
    pub(super) fn thank(self, name: Option<&str>, more: u64) -> String {
        match (self, name, more) {
            (Self::En, Some(name), 0) => format!("Thank {name}"),
            (Self::En, Some(name), more) => format!("Thank {name} and {more} more who praised"),
            (Self::En, None, more) => format!("Thank {} who praised", counted(more + 1, "customer")),
            (Self::Zh, Some(name), 0) => format!("感谢 {name}"),
            (Self::Zh, Some(name), more) => format!("感谢 {name} 和另外 {more} 位赞扬者"),
            (Self::Zh, None, more) => format!("感谢 {} 位赞扬者", more + 1),
        }
    }

    /// What the picture shows, for those who do not see it.
    pub(super) fn picture(self, digest: &Digest) -> String {
        let (praise, complaints) =
            digest.trend.iter().fold((0, 0), |(praise, complaints), day| (praise + day.praise, complaints + day.complaints));
        let days = digest.trend.len();
        match self {
            Self::En => format!("Praise (above) and complaints (below) day by day: {praise} and {complaints} in {days} days"),
            Self::Zh => format!("每天的赞扬（上）与抱怨（下）：{days} 天里分别为 {praise} 条和 {complaints} 条"),
        }
    }

    /// The last lines: whose they are, where more is, and how to end it.
    pub(super) fn foot(self, name: &str) -> [String; 3] {
        match self {
            Self::En => [
                format!("For {name}. Days are days in UTC; every figure opens the mentions behind it."),
                "Everything that was heard:".to_owned(),
                "No more of these mails:".to_owned(),
            ],
            Self::Zh => [
                format!("写给 {name}。日期按 UTC 计；每个数字都能打开它背后的原话。"),
                "查看听到的一切：".to_owned(),
                "不再接收这些邮件：".to_owned(),
            ],
        }
    }
}

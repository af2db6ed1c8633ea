//! The subject of a digest: the news in a line, the products and days before it. Of both languages.

use super::content::{Digest, Measure, Theme, Unusual};
use super::recipient::Language;
use super::words::{chinese_kind, counted, number};
use crate::mention::Polarity;

impl Language {
    /// The subject: the news first.
    pub(super) fn subject(self, digest: &Digest) -> String {
        let news = match digest.unusual.first() {
            Some(unusual) => self.subject_of(unusual),
            None if digest.is_quiet() && !digest.unseen.is_empty() => match self {
                Self::En => format!("quiet, but {} not heard", counted(digest.unseen.len() as u64, "source")),
                Self::Zh => format!("很安静，但有 {} 个来源没听到", digest.unseen.len()),
            },
            None if digest.count(Measure::Mentions) == 0 => match self {
                Self::En => "quiet".to_owned(),
                Self::Zh => "很安静".to_owned(),
            },
            None => self.loved_and_hurt(digest),
        };
        let products = match digest.products.as_slice() {
            products @ [_] | products @ [_, _] => self.listed(products),
            _ => "Goodword".to_owned(),
        };
        match self {
            Self::En => format!("{products}, {}: {news}", self.short_days(digest.edition)),
            Self::Zh => format!("{products} {}：{news}", self.short_days(digest.edition)),
        }
    }

    /// What is severe, what was loved and what hurt, by theme where several people speak of one.
    fn loved_and_hurt(self, digest: &Digest) -> String {
        // A theme that is loved and hurts stands where more people put it.
        let is_more_of = |theme: &Theme, other: &Theme| {
            theme.name == other.name && theme.polarity != other.polarity && (theme.count, theme.polarity) > (other.count, other.polarity)
        };
        let alone = |theme: &&Theme| theme.count > 1 && !digest.themes.iter().any(|other| is_more_of(other, theme));
        let theme = |polarity| digest.themes.iter().filter(alone).find(|theme| theme.polarity == polarity);
        let (praise, complaints) = (digest.count(Measure::Praise), digest.count(Measure::Complaints));
        let ugly = digest.count(Measure::Ugly);
        let severe = (ugly > 0).then(|| match self {
            Self::En => counted(ugly, "severe complaint"),
            Self::Zh => format!("{ugly} 条严重抱怨"),
        });
        let loved = match (self, theme(Polarity::Praise)) {
            (Self::En, Some(theme)) => format!("{} loved ({})", theme.name, theme.count),
            (Self::Zh, Some(theme)) => format!("“{}”受好评（{}）", theme.name, theme.count),
            (Self::En, None) if praise == 0 => "no praise".to_owned(),
            (Self::Zh, None) if praise == 0 => "没有赞扬".to_owned(),
            (Self::En, None) => format!("{praise} with praise"),
            (Self::Zh, None) => format!("{praise} 条赞扬"),
        };
        let hurt = match (self, theme(Polarity::Complaint)) {
            (Self::En, Some(theme)) => format!("{} hurts ({})", theme.name, theme.count),
            (Self::Zh, Some(theme)) => format!("“{}”遭抱怨（{}）", theme.name, theme.count),
            (Self::En, None) if complaints == 0 => "no complaint".to_owned(),
            (Self::Zh, None) if complaints == 0 => "没有抱怨".to_owned(),
            (Self::En, None) => counted(complaints, "complaint"),
            (Self::Zh, None) => format!("{complaints} 条抱怨"),
        };
        let said: Vec<String> = severe.into_iter().chain([loved, hurt]).collect();
        said.join(if self == Self::En { ", " } else { "，" })
    }

    fn subject_of(self, unusual: &Unusual) -> String {
        let theme = unusual.theme.as_deref();
        match self {
            Self::En => {
                let what = match unusual.polarity {
                    Some(Polarity::Praise) => format!("{} praise", unusual.count),
                    Some(Polarity::Complaint) => counted(unusual.count, "complaint"),
                    None => counted(unusual.count, "mention"),
                };
                let about = theme.map(|theme| format!(" about {theme}")).unwrap_or_default();
                format!("{what}{about}, usually {}", number(unusual.usual))
            }
            Self::Zh => {
                let what = chinese_kind(unusual.polarity);
                let about = theme.map(|theme| format!("“{theme}”")).unwrap_or_default();
                format!("{about}{what} {} 条，平时 {}", unusual.count, number(unusual.usual))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::{Edition, Figure};

    fn digest(products: &[&str], figures: [u64; 4], themes: &[(&str, Polarity, u64)]) -> Digest {
        let day = "2026-03-09".parse().unwrap();
        let measures = [Measure::Mentions, Measure::Praise, Measure::Complaints, Measure::Ugly];
        let figure = |(of, count)| Figure { of, count, usual: None, query: String::new() };
        let theme =
            |(name, polarity, count): &(&str, Polarity, u64)| Theme { name: (*name).to_owned(), polarity: *polarity, count: *count };
        Digest {
            edition: Edition::daily(day, day),
            products: products.iter().map(|name| (*name).to_owned()).collect(),
            figures: measures.into_iter().zip(figures).map(figure).collect(),
            themes: themes.iter().map(theme).collect(),
            lanes: Vec::new(),
            searches: Vec::new(),
            unusual: Vec::new(),
            rising: Vec::new(),
            voice: Vec::new(),
            replies: None,
            changes: Vec::new(),
            trend: Vec::new(),
            unseen: Vec::new(),
            sources: 1,
        }
    }

    #[test]
    fn the_subject_tells_the_news() {
        let (loved, hurt) = (("support", Polarity::Praise, 4), ("price", Polarity::Complaint, 3));
        let alone = ("support", Polarity::Praise, 1);
        for (products, figures, themes, english, chinese) in [
            (
                &["A"][..],
                [9, 5, 4, 1],
                &[loved, hurt][..],
                "A, 9 Mar: 1 severe complaint, support loved (4), price hurts (3)",
                "A 3月9日：1 条严重抱怨，“support”受好评（4），“price”遭抱怨（3）",
            ),
            (&["A", "B"], [3, 1, 2, 0], &[alone], "A and B, 9 Mar: 1 with praise, 2 complaints", "A、B 3月9日：1 条赞扬，2 条抱怨"),
            (&["A", "B", "C"], [3, 0, 1, 0], &[], "Goodword, 9 Mar: no praise, 1 complaint", "Goodword 3月9日：没有赞扬，1 条抱怨"),
            (&["A"], [2, 2, 0, 0], &[], "A, 9 Mar: 2 with praise, no complaint", "A 3月9日：2 条赞扬，没有抱怨"),
            (
                &["A"],
                [9, 5, 6, 0],
                &[("price", Polarity::Praise, 2), hurt],
                "A, 9 Mar: 5 with praise, price hurts (3)",
                "A 3月9日：5 条赞扬，“price”遭抱怨（3）",
            ),
            (&["A"], [0, 0, 0, 0], &[], "A, 9 Mar: quiet", "A 3月9日：很安静"),
        ] {
            let digest = digest(products, figures, themes);
            assert_eq!(Language::En.subject(&digest), english);
            assert_eq!(Language::Zh.subject(&digest), chinese);
        }
    }
}

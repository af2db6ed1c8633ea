//! The subject of a digest: what happened, in a line that says it to somebody who reads no further. Of both languages.

use super::content::{Digest, Measure, Said, Unusual};
use super::headline::words_of;
use super::recipient::Language;
use super::words::{chinese_kind, counted, number};
use crate::mention::Polarity;

/// What happened to a product.
struct News<'a> {
    product: Option<&'a str>,
    said: String,
}

impl Language {
    /// The subject: what is unusual, else what is severe; then what was loved and what hurt, and which product is meant.
    pub(super) fn subject(self, digest: &Digest) -> String {
        let (alone, several) = match digest.products.as_slice() {
            [product] => (Some(product.as_str()), false),
            _ => (None, true),
        };
        let wave = digest.unusual.iter().max_by_key(|unusual| (unusual.polarity == Some(Polarity::Complaint), unusual.count));
        let is_of_complaints = wave.is_some_and(|wave| wave.polarity == Some(Polarity::Complaint));
        let severe = self.severe(digest, several);
        // What hurts has been said then, but for a theme that several speak of.
        let hurt = self.said(digest, Polarity::Complaint).filter(|(_, is_theme)| !is_of_complaints && (severe.is_none() || *is_theme));
        let told = wave.map(|wave| self.wave(digest, wave, several)).into_iter().chain(severe);
        let told: Vec<String> = told.chain(self.loved_and_hurt(digest, hurt.map(|(hurt, _)| hurt), several)).collect();
        let news = if told.is_empty() { self.quiet(digest) } else { told.join(&self.pick("; ", "；")) };
        let names_one = several && digest.products.iter().any(|product| news.contains(product.as_str()));
        let days = self.short_days(digest.edition);
        match (self, alone.or((!names_one).then_some("Goodword"))) {
            (Self::En, Some(head)) => format!("{head}, {days}: {news}"),
            (Self::En, None) => format!("{days}: {news}"),
            (Self::Zh, Some(head)) => format!("{head} {days}：{news}"),
            (Self::Zh, None) => format!("{days}：{news}"),
        }
    }

    fn quiet(self, digest: &Digest) -> String {
        let unheard = digest.unseen.len();
        match self {
            Self::En if unheard > 0 => format!("quiet, but {} not heard", counted(unheard as u64, "source")),
            Self::En if digest.count(Measure::Mentions) > 0 => counted(digest.count(Measure::Mentions), "mention"),
            Self::En => "quiet".to_owned(),
            Self::Zh if unheard > 0 => format!("很安静，但有 {unheard} 个来源没听到"),
            Self::Zh if digest.count(Measure::Mentions) > 0 => format!("{} 条提及", digest.count(Measure::Mentions)),
            Self::Zh => "很安静".to_owned(),
        }
    }

    /// The severe complaints, in the words of the first.
    fn severe(self, digest: &Digest, several: bool) -> Option<String> {
        let lane = digest.lane(&Said::Ugly).filter(|lane| lane.news() > 0);
        let count = lane.map_or(digest.count(Measure::Ugly), |lane| lane.news());
        let first = lane.and_then(|lane| lane.first());
        let words = first.map(words_of).filter(|words| !words.is_empty());
        let words = words.map(|words| format!("{}“{words}”", self.pick(": ", "："))).unwrap_or_default();
        let product = first.and_then(|quote| quote.product.as_deref()).filter(|_| several);
        match (self, count, product) {
            (_, 0, _) => None,
            (Self::En, 1, Some(product)) => Some(format!("severe complaint about {product}{words}")),
            (Self::En, count, _) => Some(format!("{}{words}", counted(count, "severe complaint"))),
            (Self::Zh, 1, Some(product)) => Some(format!("{product} 有 1 条严重抱怨{words}")),
            (Self::Zh, count, _) => Some(format!("{count} 条严重抱怨{words}")),
        }
    }

    /// What was loved, or what hurt, and whether it is a theme that several speak of: else it is told in somebody's words, or counted.
    fn said(self, digest: &Digest, polarity: Polarity) -> Option<(News<'_>, bool)> {
        let is_praise = polarity == Polarity::Praise;
        if let Some(theme) = digest.theme(polarity) {
            let (name, count) = (self.theme(&theme.name), theme.count);
            let said = match self {
                Self::En => format!("{} for {name} ({count})", if is_praise { "loved" } else { "criticised" }),
                Self::Zh => format!("因“{name}”{}（{count}）", if is_praise { "受好评" } else { "遭抱怨" }),
            };
            return Some((News { product: theme.product.as_deref(), said }, true));
        }
        let (lane, measure) = if is_praise { (Said::Good, Measure::Praise) } else { (Said::Bad, Measure::Complaints) };
        let lane = digest.lane(&lane);
        let mut quotes = lane.iter().flat_map(|lane| &lane.quotes);
        // One that says what is good or bad, if any does.
        let first = quotes.find(|quote| quote.theme.is_some() && !quote.late).or_else(|| lane.and_then(|lane| lane.first()));
        if let Some((quote, words)) = first.map(|quote| (quote, words_of(quote))).filter(|(_, words)| !words.is_empty()) {
            let said = match self {
                Self::En => format!("{}: “{words}”", if is_praise { "loved" } else { "criticised" }),
                Self::Zh => format!("{}：“{words}”", if is_praise { "受好评" } else { "遭抱怨" }),
            };
            return Some((News { product: quote.product.as_deref(), said }, false));
        }
        let said = match (self, digest.count(measure)) {
            (_, 0) => return None,
            (Self::En, count) if is_praise => format!("{count} with praise"),
            (Self::En, count) => counted(count, "complaint"),
            (Self::Zh, count) => format!("{count} 条{}", chinese_kind(Some(polarity))),
        };
        Some((News { product: None, said }, false))
    }

    /// Both, of one product in one breath; and that there was none of one of them.
    fn loved_and_hurt(self, digest: &Digest, hurt: Option<News<'_>>, several: bool) -> Vec<String> {
        let loved = self.said(digest, Polarity::Praise).map(|(loved, _)| loved);
        let none = |measure, english: &str, chinese: &str| (digest.count(measure) == 0).then(|| self.pick(english, chinese));
        match (loved, hurt) {
            (Some(loved), Some(hurt)) if loved.product == hurt.product => {
                let said = format!("{}{}{}", loved.said, self.pick(", ", "，"), hurt.said);
                vec![self.named(News { said, ..loved }, several)]
            }
            (Some(loved), Some(hurt)) => vec![self.named(loved, several), self.named(hurt, several)],
            (Some(loved), None) => {
                std::iter::once(self.named(loved, several)).chain(none(Measure::Complaints, "no complaint", "没有抱怨")).collect()
            }
            (None, Some(hurt)) => none(Measure::Praise, "no praise", "没有赞扬").into_iter().chain([self.named(hurt, several)]).collect(),
            (None, None) => Vec::new(),
        }
    }

    /// What happened, with the product before it where there are several.
    fn named(self, news: News<'_>, several: bool) -> String {
        match news.product.filter(|_| several) {
            Some(product) => format!("{product} {}", news.said),
            None => news.said,
        }
    }

    fn wave(self, digest: &Digest, unusual: &Unusual, several: bool) -> String {
        let since = self.since(unusual, digest.edition);
        let theme = unusual.theme.as_deref().map(|theme| self.theme(theme));
        let product = Some(unusual.product.as_str()).filter(|_| several);
        match self {
            Self::En => {
                let what = match unusual.polarity {
                    Some(Polarity::Praise) => format!("{} with praise", unusual.count),
                    Some(Polarity::Complaint) => counted(unusual.count, "complaint"),
                    None => counted(unusual.count, "mention"),
                };
                let about = match (product, theme) {
                    (Some(product), Some(theme)) => format!(" about {theme} of {product}"),
                    (Some(one), None) | (None, Some(one)) => format!(" about {one}"),
                    (None, None) => String::new(),
                };
                format!("{what}{about}{since}, usually {}", number(unusual.usual))
            }
            Self::Zh => {
                let what = chinese_kind(unusual.polarity);
                let product = product.map(|product| format!("{product} ")).unwrap_or_default();
                let about = theme.map(|theme| format!("“{theme}”")).unwrap_or_default();
                format!("{product}{about}{what}{since} {} 条，平时 {}", unusual.count, number(unusual.usual))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::{Edition, Figure, Lane, Piece, Quote, Theme, Tone};

    /// A digest of so many mentions, with praise, with complaints and severe ones; of these themes; with these quotes.
    fn digest(products: &[&str], figures: [u64; 4], themes: &[(&str, Polarity, u64)], quotes: &[(Said, &str, &str)]) -> Digest {
        let day = "2026-03-09".parse().unwrap();
        let measures = [Measure::Mentions, Measure::Praise, Measure::Complaints, Measure::Ugly];
        let figure = |(of, count)| Figure { of, count, usual: None, query: String::new() };
        let theme = |(name, polarity, count): &(&str, Polarity, u64)| Theme {
            name: (*name).to_owned(),
            polarity: *polarity,
            count: *count,
            product: products.last().filter(|_| products.len() > 1).map(|product| (*product).to_owned()),
        };
        let lane = |(of, product, text): &(Said, &str, &str)| Lane {
            of: of.clone(),
            quotes: vec![said(product, text)],
            total: 1,
            query: String::new(),
        };
        Digest {
            edition: Edition::daily(day, day),
            products: products.iter().map(|name| (*name).to_owned()).collect(),
            figures: measures.into_iter().zip(figures).map(figure).collect(),
            both: 0,
            themes: themes.iter().map(theme).collect(),
            lanes: quotes.iter().map(lane).collect(),
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

    fn said(product: &str, text: &str) -> Quote {
        Quote {
            row: 1,
            revision: 1,
            id: "m1".to_owned(),
            title: Vec::new(),
            text: vec![Piece { text: text.to_owned(), tone: Some(Tone::Praise) }],
            product: Some(product.to_owned()),
            theme: None,
            author: None,
            source: "shop".to_owned(),
            day: "2026-03-09".parse().unwrap(),
            rating: None,
            url: None,
            segment: None,
            edited: false,
            late: false,
            twins: 0,
        }
    }

    fn wave_of(digest: &Digest) -> Unusual {
        Unusual {
            product: "A".to_owned(),
            polarity: Some(Polarity::Complaint),
            theme: None,
            from: digest.edition.from,
            until: digest.edition.until,
            count: 12,
            usual: 2.5,
            query: String::new(),
        }
    }

    fn both(digest: &Digest) -> [String; 2] {
        [Language::En.subject(digest), Language::Zh.subject(digest)]
    }

    const LOVED: (&str, Polarity, u64) = ("support", Polarity::Praise, 4);
    const HURT: (&str, Polarity, u64) = ("price", Polarity::Complaint, 3);

    #[test]
    fn the_subject_tells_what_was_loved_and_what_hurt() {
        let one_each = [(Said::Good, "A", "So easy, thanks"), (Said::Bad, "B", "Too dear for us")];
        for (products, figures, themes, quotes, english, chinese) in [
            (
                &["A"][..],
                [9, 5, 4, 0],
                &[LOVED, HURT][..],
                &[][..],
                "A, 9 Mar: loved for support (4), criticised for price (3)",
                "A 3月9日：因“客服”受好评（4），因“价格”遭抱怨（3）",
            ),
            (
                &["A", "B"],
                [9, 5, 4, 0],
                &[LOVED, HURT],
                &[],
                "9 Mar: B loved for support (4), criticised for price (3)",
                "3月9日：B 因“客服”受好评（4），因“价格”遭抱怨（3）",
            ),
            (
                &["A", "B"],
                [3, 1, 2, 0],
                &[("support", Polarity::Praise, 1)],
                &one_each,
                "9 Mar: A loved: “So easy, thanks”; B criticised: “Too dear for us”",
                "3月9日：A 受好评：“So easy, thanks”；B 遭抱怨：“Too dear for us”",
            ),
            (&["A", "B", "C"], [3, 0, 1, 0], &[], &[], "Goodword, 9 Mar: no praise; 1 complaint", "Goodword 3月9日：没有赞扬；1 条抱怨"),
            (&["A"], [2, 2, 0, 0], &[], &[], "A, 9 Mar: 2 with praise; no complaint", "A 3月9日：2 条赞扬；没有抱怨"),
            (
                &["A"],
                [9, 5, 6, 0],
                &[("price", Polarity::Praise, 2), HURT],
                &[],
                "A, 9 Mar: 5 with praise, criticised for price (3)",
                "A 3月9日：5 条赞扬，因“价格”遭抱怨（3）",
            ),
            (&["A"], [0, 0, 0, 0], &[], &[], "A, 9 Mar: quiet", "A 3月9日：很安静"),
            (&["A", "B"], [2, 0, 0, 0], &[], &[], "Goodword, 9 Mar: 2 mentions", "Goodword 3月9日：2 条提及"),
        ] {
            assert_eq!(both(&digest(products, figures, themes, quotes)), [english, chinese]);
        }
    }

    #[test]
    fn what_is_severe_and_what_is_unusual_comes_first() {
        let severe = [(Said::Ugly, "A", "It ate my mail. Never again"), (Said::Bad, "A", "Slow")];
        let one = digest(&["A", "B"], [3, 1, 2, 1], &[], &severe);
        let earlier = Unusual { from: "2026-03-08".parse().unwrap(), ..wave_of(&one) };
        let since = Digest { unusual: vec![earlier], ..digest(&["A"], [3, 1, 2, 0], &[], &[]) };
        assert_eq!(Language::En.subject(&since), "A, 9 Mar: 12 complaints since 8 Mar, usually 2.5; 1 with praise");
        assert_eq!(Language::Zh.subject(&since), "A 3月9日：抱怨自3月8日起 12 条，平时 2.5；1 条赞扬");
        assert_eq!(Language::En.subject(&one), "9 Mar: severe complaint about A: “It ate my mail. Never again”; 1 with praise");
        let wave = |polarity, theme: Option<&str>| Unusual { polarity, theme: theme.map(str::to_owned), ..wave_of(&one) };
        let of = |products: &[&str], polarity, theme| Digest {
            unusual: vec![wave(polarity, theme)],
            ..digest(products, [14, 1, 12, 1], &[HURT], &severe)
        };
        let complaint = Some(Polarity::Complaint);
        for (products, polarity, theme, english, chinese) in [
            (
                &["A", "B"][..],
                complaint,
                Some("price"),
                "9 Mar: 12 complaints about price of A, usually 2.5; severe complaint about A: “It ate my mail. Never again”; 1 with praise",
                "3月9日：A “价格”抱怨 12 条，平时 2.5；A 有 1 条严重抱怨：“It ate my mail. Never again”；1 条赞扬",
            ),
            (
                &["A"],
                None,
                None,
                "A, 9 Mar: 12 mentions, usually 2.5; 1 severe complaint: “It ate my mail. Never again”; 1 with praise, criticised for price (3)",
                "A 3月9日：提及 12 条，平时 2.5；1 条严重抱怨：“It ate my mail. Never again”；1 条赞扬，因“价格”遭抱怨（3）",
            ),
        ] {
            assert_eq!(both(&of(products, polarity, theme)), [english, chinese]);
        }
    }
}

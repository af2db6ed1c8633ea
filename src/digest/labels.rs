//! The headings of a digest and the words on its links, in both languages.

use super::recipient::Language;

/// Headings and labels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Labels {
    pub(super) todo: &'static str,
    pub(super) figures: &'static str,
    pub(super) unusual: &'static str,
    pub(super) rising: &'static str,
    pub(super) voice: &'static str,
    pub(super) replies: &'static str,
    pub(super) changes: &'static str,
    pub(super) unseen: &'static str,
    pub(super) trend: &'static str,
    pub(super) links: &'static str,
    pub(super) here: &'static str,
    pub(super) there: &'static str,
    pub(super) quotation: (char, char),
}

const ENGLISH: Labels = Labels {
    todo: "To do today",
    figures: "In figures",
    unusual: "Unusual",
    rising: "Words that come up",
    voice: "Share of voice",
    replies: "Replies",
    changes: "You said, we did",
    unseen: "What we could not hear",
    trend: "The last weeks",
    links: "Links",
    here: "Open here",
    there: "Read it there",
    quotation: ('“', '”'),
};

const CHINESE: Labels = Labels {
    todo: "今日待办",
    figures: "数字",
    unusual: "异常",
    rising: "新冒出的词",
    voice: "声量占比",
    replies: "回复",
    changes: "你们说的，我们做了",
    unseen: "没能听到的",
    trend: "最近几周",
    links: "链接",
    here: "在此查看",
    there: "查看原文",
    quotation: ('“', '”'),
};

impl Language {
    pub(super) fn labels(self) -> Labels {
        match self {
            Self::En => ENGLISH,
            Self::Zh => CHINESE,
        }
    }
}

//! Why a verdict is what it is, and why a source was not heard, in the reader's words. Both are said in English and once, when a
//! mention is tagged or a round ends; here they are put into the words of the catalogue part by part. A part that is not known,
//! such as somebody's own words, stays as it is.

use super::frame::Frame;
use crate::sources::reasons;

impl Frame {
    /// Why a source was not heard, as the reader would say it.
    pub(super) fn told(&self, reason: &str) -> String {
        self.in_own_words(reason).unwrap_or_else(|| reason.to_owned())
    }

    /// The language that [`Self::told`] says it in.
    pub(super) fn told_in(&self, reason: &str) -> &str {
        if self.in_own_words(reason).is_some() { self.lang() } else { "en" }
    }

    fn in_own_words(&self, reason: &str) -> Option<String> {
        if self.lang() == "en" { None } else { reasons::in_chinese(reason) }
    }

    /// `rated 1 of 5; 2 complaints (slow, broken); severe: …` as the reader would say it.
    pub(super) fn why(&self, why: &str) -> String {
        if self.lang() == "en" {
            return why.to_owned();
        }
        why.split("; ").map(|part| self.part(part)).collect::<Vec<_>>().join(self.say("reason.and"))
    }

    fn part(&self, part: &str) -> String {
        if let Some(severe) = part.strip_prefix("severe: ") {
            return self.of("reason.severe", self.severe(severe));
        }
        let rated = part.strip_prefix("rated ").and_then(|rest| rest.split_once(" of "));
        let Some((value, rest)) = rated else { return self.said(part) };
        let best: String = rest.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '.').collect();
        let rated = self.of2("reason.rated", value, &best);
        match rest.strip_prefix(best.as_str()).unwrap_or_default() {
            "" => rated,
            ", without a phrase of the lists" => self.of("reason.bare", rated),
            more => self.of2("reason.although", rated, self.said(more.strip_prefix(" although ").unwrap_or(more))),
        }
    }

    fn severe(&self, why: &str) -> String {
        match why.split_once(" complaints at once") {
            Some((count, "")) => self.of("reason.many", count),
            _ if why == "the worst rating, with complaints" => self.say("reason.worst").to_owned(),
            _ => why.to_owned(),
        }
    }

    /// `2 praise phrases (fast, great) against 1 complaint (slow)`.
    fn said(&self, said: &str) -> String {
        if said == "no phrase of the lists" {
            return self.say("reason.nothing").to_owned();
        }
        match said.split_once(") against ") {
            Some((praise, complaints)) => self.of2("reason.against", self.counted(&format!("{praise})")), self.counted(complaints)),
            None => self.counted(said),
        }
    }

    fn counted(&self, counted: &str) -> String {
        let Some((count, rest)) = counted.split_once(' ') else { return counted.to_owned() };
        for (words, key) in [
            ("praise phrases ", "reason.praise"),
            ("praise phrase ", "reason.praise"),
            ("complaints ", "reason.complaints"),
            ("complaint ", "reason.complaints"),
        ] {
            if let Some(listed) = rest.strip_prefix(words) {
                return self.of2(key, count, listed);
            }
        }
        counted.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::visitor::Visitor;
    use crate::web::words::Lang;

    #[test]
    fn every_part_of_a_reason_is_said_in_chinese_but_the_words_that_were_found() {
        let f = Frame::new(Visitor::nobody(Lang::Zh), "");
        for (why, want) in [
            ("no phrase of the lists", "没有词表中的短语"),
            ("1 praise phrase (fast)", "1 个表扬短语 (fast)"),
            ("rated 1 of 5, without a phrase of the lists", "评分 1（满分 5），没有词表中的短语"),
            ("rated 1 of 5 although 1 praise phrase (great)", "评分 1（满分 5），尽管有1 个表扬短语 (great)"),
            (
                "rated 2.5 of 5; 2 praise phrases (fast, I (really) like) against 1 complaint (slow)",
                "评分 2.5（满分 5）；2 个表扬短语 (fast, I (really) like)，另有1 个抱怨 (slow)",
            ),
            ("4 complaints (a, b, c, …); severe: 4 complaints at once", "4 个抱怨 (a, b, c, …)；严重：一次 4 个抱怨"),
            ("2 complaints (a, b); severe: the worst rating, with complaints", "2 个抱怨 (a, b)；严重：最低评分，并有抱怨"),
            ("2 complaints (a, b); severe: caught fire", "2 个抱怨 (a, b)；严重：caught fire"),
            ("somebody's own words", "somebody's own words"),
        ] {
            assert_eq!(f.why(why), want);
        }
        assert_eq!((f.told("the file is empty"), f.told_in("the file is empty")), ("文件是空的".to_owned(), f.lang()));
        assert_eq!((f.told("no such key"), f.told_in("no such key")), ("no such key".to_owned(), "en"));
        let english = Frame::new(Visitor::nobody(Lang::En), "");
        assert_eq!((english.told("the file is empty"), english.told_in("the file is empty")), ("the file is empty".to_owned(), "en"));
        assert_eq!(english.why("1 praise phrase (fast)"), "1 praise phrase (fast)");
    }
}

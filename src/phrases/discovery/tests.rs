use super::*;

/// What people say, each with the place; words in brackets are tagged.
#[derive(Default)]
struct Crowd(Vec<(Side, String, String)>);

/// Words for the beginnings and ends of sentences, so that they differ.
const BEGIN: [&str; 5] = ["we think", "yesterday", "honestly", "so far", "my sister says"];
const END: [&str; 5] = ["indeed", "again", "for us", "in the office", "at home"];

impl Crowd {
    /// `count` people on a side who say `saying` in the middle of something.
    fn say(&mut self, side: Side, place: &str, count: usize, saying: &str) -> &mut Self {
        for number in 0..count {
            let text = format!("{}, {saying}, {}.", BEGIN[number % 5], END[number / 5 % 5]);
            self.0.push((side, place.to_owned(), text));
        }
        self
    }

    fn each(&self, mut each: impl FnMut(i64, &Voice<'_>)) {
        for ((side, place, text), number) in self.0.iter().zip(0..) {
            let mut tagged = Vec::new();
            let mut plain = String::new();
            for letter in text.chars() {
                match letter {
                    '[' => tagged.push(Stretch { start: plain.chars().count(), end: 0, side: *side }),
                    ']' => tagged.last_mut().unwrap().end = plain.chars().count(),
                    _ => plain.push(letter),
                }
            }
            let parts = [Part { text: &plain, tagged: &tagged }];
            each(number, &Voice { side: *side, place, parts: &parts, names: &[], only_near_names: false });
        }
    }

    /// What is proposed, as `+phrase happy/unhappy`.
    fn proposals(&self, side: Option<Side>) -> Vec<String> {
        let mut survey = Survey::new(&["Acme Desk".to_owned()]);
        self.each(|_, voice| survey.hear(voice));
        let mut shortlist = survey.shortlist(side);
        self.each(|number, voice| shortlist.hear(number, voice));
        let proposals = shortlist.proposals(20, |phrase| phrase == "known already");
        for proposal in &proposals {
            for place in &proposal.examples {
                let plain: Vec<char> = self.0[place.voice as usize].2.chars().filter(|letter| !"[]".contains(*letter)).collect();
                assert_eq!(plain[place.start..place.end].iter().collect::<String>().to_lowercase(), proposal.phrase);
            }
        }
        let mut proposals = proposals;
        proposals.sort_by(|a, b| a.phrase.cmp(&b.phrase));
        let sign = |side| if side == Side::Happy { '+' } else { '-' };
        proposals.iter().map(|told| format!("{}{} {}/{}", sign(told.side), told.phrase, told.happy, told.unhappy)).collect()
    }
}

use Side::{Happy, Unhappy};

#[test]
fn what_one_side_says_is_proposed_whole_and_what_both_say_is_not() {
    let mut crowd = Crowd::default();
    crowd.say(Happy, "a", 30, "worth every penny").say(Unhappy, "a", 2, "worth every penny");
    crowd.say(Unhappy, "a", 30, "keeps crashing").say(Happy, "a", 40, "bought last week").say(Unhappy, "a", 40, "bought last week");
    assert_eq!(crowd.proposals(None), ["-keeps crashing 0/30", "+worth every penny 30/2"]);
    assert_eq!(crowd.proposals(Some(Unhappy)), ["-keeps crashing 0/30"]);
}

#[test]
fn chinese_is_proposed_without_fragments() {
    let mut crowd = Crowd::default();
    for (begin, end) in [("这个价格，", "推荐"), ("真是", "会再来"), ("东西，", "谢谢"), ("确实", "好评"), ("绝对，", "喜欢")]
    {
        crowd.say(Happy, "a", 8, &format!("{begin}物美价廉，{end}"));
        crowd.say(Unhappy, "a", 8, &format!("{begin}，{end}，漏水严重"));
    }
    let proposals = crowd.proposals(None);
    assert_eq!(proposals, ["-漏水严重 0/40", "+物美价廉 40/0"]);
}

#[test]
fn what_is_tagged_is_no_news_unless_more_is_said() {
    let mut crowd = Crowd::default();
    crowd.say(Happy, "a", 30, "it is very [great]").say(Happy, "a", 30, "[great] battery life").say(Unhappy, "a", 60, "it arrived");
    crowd.say(Happy, "a", 30, "known already");
    let proposals = crowd.proposals(Some(Happy));
    assert_eq!(proposals, ["+great battery life 30/0"]);
}

#[test]
fn names_and_topics_are_not_proposed() {
    let mut crowd = Crowd::default();
    crowd.say(Unhappy, "a", 20, "the printer").say(Unhappy, "a", 20, "my printer").say(Unhappy, "a", 20, "Acme Desk");
    crowd.say(Happy, "a", 60, "it arrived on monday");
    assert_eq!(crowd.proposals(Some(Unhappy)), [""; 0]);
}

#[test]
fn the_words_of_an_unhappy_place_are_no_complaints() {
    let mut crowd = Crowd::default();
    crowd.say(Unhappy, "airline", 160, "very turbulent").say(Happy, "airline", 40, "very turbulent");
    crowd.say(Happy, "shop", 160, "very wooden").say(Unhappy, "shop", 40, "very wooden").say(Unhappy, "shop", 20, "very wobbly");
    assert_eq!(crowd.proposals(None), ["-wobbly 0/20"]);
}

#[test]
fn only_sentences_beside_a_name_count_where_that_is_asked() {
    let mut survey = Survey::new(&["Acme Desk".to_owned()]);
    let mut lexicon = grams::Lexicon::new(&["Acme Desk".to_owned()]);
    let text = "far off words. next words. Acme Desk it is. other words. last things.";
    let parts = [Part { text, tagged: &[] }];
    let voice = Voice { side: Happy, place: "a", parts: &parts, names: &[], only_near_names: true };
    survey.hear(&voice);
    let mut heard = Vec::new();
    Clauses::of(&voice, &mut lexicon).each_gram(|gram, _| heard.push(gram));
    let heard: Vec<String> = heard.into_iter().map(|gram| lexicon.written(gram)).collect();
    assert!(heard.contains(&"next words".to_owned()) && heard.contains(&"other words".to_owned()), "{heard:?}");
    assert!(!heard.iter().any(|gram| gram.contains("far") || gram.contains("last") || gram.contains("acme")), "{heard:?}");
}

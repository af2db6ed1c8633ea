//! The words and short phrases of a text that could be news: one to three English words, two to six Chinese characters.
//!
//! Words that every text has are left out at either end. There is no dictionary: what hangs together in Chinese shows by how
//! often it is written. Knows nothing of counting.

use std::collections::BTreeSet;

use crate::text;

/// Words in a phrase.
const MOST_WORDS: usize = 3;
/// Characters in a Chinese phrase.
const CHARACTERS: std::ops::RangeInclusive<usize> = 2..=6;
/// Longer texts are looked at only so far, in characters.
const ENOUGH: usize = 4_000;

/// Words that say nothing by themselves.
const STOP_WORDS: &str = "a about above after again against all also although always am an and another any anyone anything are \
    aren't around as at away back be because been before being below between both but by can can't cannot come comes coming could \
    couldn't did didn't do does doesn't doing don't done down during each either else even ever every everything few first for from \
    further get gets getting give given go goes going gone got had hadn't has hasn't have haven't having he her here hers him his how \
    however i i'd i'll i'm i've if in instead into is isn't it it's its itself just keep kept know last least less let like little \
    long lot lots made make makes making many may maybe me might more most much must my myself need never new no non nor not nothing \
    now of off often ok on once one only onto or other others our ours out over own per perhaps put quite rather re really said same \
    say says see seems seen she should shouldn't since so some someone something soon still such sure take than that that's the their \
    them themselves then there there's these they they're thing things think this those though through thus till time to today too \
    took toward towards try two under until up upon us used uses using very via want was wasn't way we we're we've week well went \
    were weren't what when where whether which while who whole whom whose why will with within without won't would wouldn't yes yet \
    you you'd you'll you're you've your yours yourself http https www com org net html amp quot nbsp";

/// Words that may stand inside a phrase: `easy to use`, but not `mode is broken`.
const JOINING_WORDS: &str = "a an at by for from in of on the to with";

/// Chinese words that say nothing by themselves.
const STOP_PHRASES: &str = "我们 你们 他们 她们 它们 大家 自己 这个 那个 这些 那些 这样 那样 这么 那么 这里 那里 哪里 什么 怎么 怎样 为什么 一个 一些 \
    一下 一点 一样 一直 一次 两个 就是 不是 可以 没有 还是 但是 可是 不过 因为 所以 如果 虽然 而且 或者 以及 然后 之后 以后 之前 以前 时候 \
    现在 今天 昨天 明天 已经 正在 非常 真的 比较 特别 感觉 觉得 知道 出来 起来 下来 过来 东西 问题 用了 使用 需要 应该 能够 可能 其实 \
    只是 只有 还有 都是 也是 的话 里面 上面 下面 很多 不少 有点 一定 不会 不能 不要 希望";

/// Characters that begin or end no word worth telling.
const STOP_CHARACTERS: &str =
    "的了着过是在和与及也就都还很太又再才只把被让给对向从到为以而且或吗呢吧啊呀哦嗯哈啦嘛么我你他她它们这那哪谁之其此个些";

/// Knows which words say nothing.
#[derive(Debug)]
pub(super) struct Cutter {
    words: BTreeSet<&'static str>,
    joining: BTreeSet<&'static str>,
    phrases: BTreeSet<&'static str>,
}

impl Cutter {
    pub(super) fn new() -> Self {
        let set = |words: &'static str| words.split_whitespace().collect();
        Self { words: set(STOP_WORDS), joining: set(JOINING_WORDS), phrases: set(STOP_PHRASES) }
    }

    /// The terms of `text`, each once.
    pub(super) fn terms(&self, text: &str) -> BTreeSet<String> {
        let head: String = text.chars().take(ENOUGH).collect();
        let mut terms = BTreeSet::new();
        for stretch in stretches(&text::fold(&head)) {
            match stretch {
                Stretch::Words(words) => self.add_words(&words, &mut terms),
                Stretch::Characters(characters) => self.add_characters(&characters, &mut terms),
            }
        }
        terms
    }

    fn add_words(&self, words: &[String], terms: &mut BTreeSet<String>) {
        for length in 1..=MOST_WORDS {
            for words in words.windows(length) {
                let edge = |at: usize| at == 0 || at + 1 == length;
                let fits = |(at, word): (usize, &String)| self.tells(word) || (!edge(at) && self.joining.contains(word.as_str()));
                if words.iter().enumerate().all(fits) {
                    terms.insert(words.join(" "));
                }
            }
        }
    }

    fn tells(&self, word: &str) -> bool {
        word.chars().count() > 1 && !word.chars().all(|letter| letter.is_ascii_digit()) && !self.words.contains(word)
    }

    fn add_characters(&self, characters: &[char], terms: &mut BTreeSet<String>) {
        let stops = |character: Option<&char>| character.is_none_or(|character| STOP_CHARACTERS.contains(*character));
        for length in CHARACTERS {
            for run in characters.windows(length) {
                let term: String = run.iter().collect();
                if !stops(run.first()) && !stops(run.last()) && !self.phrases.contains(term.as_str()) {
                    terms.insert(term);
                }
            }
        }
    }
}

/// What stands together between two marks of punctuation.
#[derive(Debug, PartialEq, Eq)]
enum Stretch {
    Words(Vec<String>),
    Characters(Vec<char>),
}

fn stretches(text: &str) -> Vec<Stretch> {
    let mut found = Vec::new();
    let (mut words, mut word, mut characters) = (Vec::new(), String::new(), Vec::new());
    let letters: Vec<char> = text.chars().map(|letter| if letter == '’' { '\'' } else { letter }).collect();
    for (at, letter) in letters.iter().copied().enumerate() {
        let han = matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}');
        let next_is_letter = letters.get(at + 1).is_some_and(|next| next.is_alphanumeric());
        // `don't` and `e-mail` are one word, `dark-mode` is two.
        let joins = letter == '\'' || (letter == '-' && word.chars().count() == 1);
        let inside = joins && !word.is_empty() && next_is_letter;
        if !han && (letter.is_alphanumeric() || inside) {
            word.push(letter);
        } else {
            end_word(&mut word, &mut words);
            if !han && letter != ' ' && letter != '-' && !words.is_empty() {
                found.push(Stretch::Words(std::mem::take(&mut words)));
            }
        }
        if han {
            if !words.is_empty() {
                found.push(Stretch::Words(std::mem::take(&mut words)));
            }
            characters.push(letter);
        } else if !characters.is_empty() {
            found.push(Stretch::Characters(std::mem::take(&mut characters)));
        }
    }
    end_word(&mut word, &mut words);
    found.extend((!words.is_empty()).then_some(Stretch::Words(words)));
    found.extend((!characters.is_empty()).then_some(Stretch::Characters(characters)));
    found
}

/// A possessive `'s` is no part of its word; the search holds it so too.
fn end_word(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        let ended = std::mem::take(word);
        let contracted = matches!(ended.as_str(), "it's" | "that's" | "there's");
        words.push(if contracted { ended } else { ended.strip_suffix("'s").unwrap_or(&ended).to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_words_and_short_phrases_that_tell_something() {
        for (text, want) in [
            ("It crashes on the login page!", "crashes|login|login page|page"),
            ("Easy to use. Sync failed", "easy|easy to use|failed|sync|sync failed|use"),
            ("The app's dark-mode", "app|app dark|app dark mode|dark|dark mode|mode"),
            ("I don't 42 x", ""),
            ("自动回复", "动回|动回复|回复|自动|自动回|自动回复"),
            ("E-mail works - a bit", "bit|e-mail|e-mail works|works|works a bit"),
            ("我们的价格", "价格"),
            ("Acme 闪退了", "acme|闪退"),
        ] {
            let terms: Vec<String> = Cutter::new().terms(text).into_iter().collect();
            let want: Vec<&str> = want.split('|').filter(|term| !term.is_empty()).collect();
            assert_eq!(terms, want, "{text}");
        }
    }
}

//! Words that steer how a phrase is to be read: negations, contrasts, conditions, wishes, questions, comparisons.
//!
//! Tables only, English and Chinese, written like the forms of a list. What each kind does is for `scope` and `comparison` to know.

use crate::mention::Polarity;

/// What a word does to the phrases around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    /// Turns round a phrase that follows after at most so many words (in Chinese, characters).
    Negates(u8),
    /// Does nothing, but keeps shorter words inside it from being read.
    Shields,
    /// Begins a clause that stands against the one before.
    Contrasts,
    /// Begins a clause that is granted, and weighs less.
    Concedes,
    /// Makes what follows a small matter.
    Softens,
    /// A courtesy that weighs less than an opinion, where a list has it.
    Courtesy,
    /// What follows in the clause may not be so.
    Supposes,
    /// Praise that follows in the clause is wanted, not found.
    Wishes,
    /// What precedes is wanted, not found.
    Wished,
    /// What follows in the clause was so, and is no more.
    WasOnce,
    /// Makes its clause a question whether something holds.
    Asks,
    /// `A is better than B`.
    Than,
    /// `A 比 B 好`.
    Versus,
    /// The name before it wins over the name behind it.
    Beats,
    /// The name before it loses against the name behind it.
    Loses,
    /// `compared to B`: what the clause says holds against B.
    Against,
    /// `prefer A to B`.
    Prefers,
    /// The word between the two names of `prefer A over B`.
    Over,
    /// `from B to A`: B was left for A.
    LeftFor,
    /// Says that two things are alike.
    Alike,
    /// A comparative that decides which side of a comparison is better, whether or not a list has it.
    Comparative(Polarity),
}

/// The words of each kind, separated by commas.
pub(super) const CUES: &[(Cue, &str)] = &[
    (
        Cue::Negates(4),
        "\
         not, isn't, aren't, wasn't, weren't, don't, doesn't, didn't, can't, cannot, can not, couldn't, won't, wouldn't, shouldn't, \
         haven't, hasn't, hadn't, ain't, never, no longer, hardly, barely, scarcely, rarely, seldom, nothing, nobody, no one, none, \
         neither, nor, far from, anything but, lack, lacks, lacked, lacking, lack of, absence of, fails to, failed to, fail to, \
         nowhere near, not even, not at all, without any, by no means",
    ),
    (
        Cue::Negates(3),
        "\
         no, without, zero, less, least, stop, stopped, avoid, avoids, eliminates, eliminated, fixes, fixed, solved, free of, free from",
    ),
    (Cue::Negates(3), "不, 没, 未, 无, 毫无, 缺乏, 缺少, 欠, 欠缺, 勿"),
    (
        Cue::Negates(6),
        "\
         不太, 不是, 不是很, 不怎么, 不算, 不够, 不会, 不能, 没有, 没什么, 没啥, 没那么, 没有那么, 没有什么, 没有任何, 没任何, 并不, \
         并不是, 并没有, 并没, 不再, 从不, 从未, 从没, 从来没, 从来没有, 毫不, 绝不, 绝非, 并非, 未必, 不见得, 不觉得, 没觉得, 没感觉, \
         没感觉到, 感觉不到, 看不出, 谈不上, 说不上, 算不上, 称不上, 不可能, 不咋, 远没有, 远不是, 别想, 一点不, 一点都不, 一点也不, \
         根本不, 根本没, 根本没有, 根本就不, 完全不, 完全没有, 丝毫没有, 丝毫不, 没发现, 没有发现, 不存在, 没出现, 没有出现, 没遇到, \
         不像, 没见到",
    ),
    (
        Cue::Shields,
        "\
         not only, not just, not merely, not simply, not to mention, no doubt, no wonder, no matter, why not, if not, whether or not, \
         or not, can't help but, cannot help but, not until, don't get me wrong, not because, without doubt, without a doubt, \
         without question, no question, never mind, never thought, never knew, didn't know, didn't realize, didn't expect, no offense, \
         nothing more, can't believe how, can't believe, couldn't believe, no less, at least, none the less, nonetheless, \
         last but not least, more or less, thank god, good morning, good night, good evening, good afternoon, goodbye, happy birthday, \
         happy new year, happy hour, happy holidays, best regards, kind regards, best wishes, best western, best buy, hard drive, \
         hard drives, hard disk, fast food, fine print, a good deal of, a great deal of, a good amount of, good amount of, \
         a good while, quick question, fresh start, great britain, as good as it gets, for good measure, pretty much, kind of, sort of, \
         why is it, why are they, why does it, why is this, why is there, why do they, why are there, free time, real time, full stop, \
         dead line",
    ),
    (
        Cue::Shields,
        "\
         不仅, 不仅仅, 不但, 不光, 不只, 不止, 不管, 不论, 不得不, 不得不说, 不愧, 不知不觉, 不少, 不断, 不同, 不一样, 不用, 不用说, \
         不由得, 不得了, 不好意思, 对不起, 差不多, 要不是, 要不然, 了不起, 不久, 不限, 不禁, 不失, 不说, 不然, 不亏, 没事, 没想到, \
         没得说, 没话说, 没准, 没多久, 没几天, 没错, 无论, 无比, 无线, 无意, 无数, 无非, 无关, 无时无刻, 无所谓, 未来, 好像, 好久, \
         好多, 好几, 只好, 你好, 您好, 爱好, 好奇, 好在, 恰好, 正好, 刚好, 幸好, 好不容易, 好坏, 不要太, 不能更, 不必, 不比, 再好不过, \
         不外乎, 不知道, 不明白, 从不失望, 不要钱, 不二之选, 美中不足, 不懂, 想不到, 意想不到, 忍不住, 停不下来, 不妨, 要不, 不一会, \
         不到, 没用过, 性价比, 比较, 比如, 比例, 比赛, 好比, 比方, 比率, 比重, 比特, 比拼, 非常, 特别, 没用的, 主要是, 只要是, 要求, \
         追求, 没吃过, 没买过, 没来得及, 没收到, 还没",
    ),
    (
        Cue::Contrasts,
        "\
         but, however, whereas, yet, nevertheless, on the other hand, unfortunately, sadly, until, because, still though, 但是, 但, \
         不过, 然而, 可是, 可惜, 却, 反而, 倒是, 遗憾的是, 美中不足的是, 而且, 因为, 所以, 结果",
    ),
    (
        Cue::Concedes,
        "\
         although, though, even though, except, except for, except that, despite, in spite of, while, apart from, aside from, \
         other than that, other than, 虽然, 虽说, 尽管, 除了, 只是, 就是, 只不过, 唯一",
    ),
    (
        Cue::Softens,
        "\
         a bit, a little, a little bit, slightly, somewhat, a tad, a touch, kinda, minor, bit, 有点, 有点儿, 有一点, 有一点点, 有些, \
         稍微, 稍稍, 稍, 略, 略微, 略显, 一点点",
    ),
    (
        Cue::Courtesy,
        "thank, thanks, thank you, thank u, thanks so much, many thanks, thx, thanx, ty, appreciated, much appreciated, 谢谢, 感谢, 辛苦了, 辛苦",
    ),
    (Cue::Supposes, "if, unless, in case, assuming, provided that, whether, 如果, 要是, 假如, 倘若, 若是, 万一, 是否"),
    (
        Cue::Wishes,
        "\
         would be, would have been, would've been, could be, could have been, could've been, should be, should have been, \
         should've been, might be, supposed to be, meant to be, claims to be, advertised as, pretends to be, tries to be, trying to be, \
         tried to be, wants to be, aims to be, ought to be, depends on, would have, would've, could have, could've, might have, \
         should have, would think, would expect, wish, wishes, wished, wishing, hope, hopes, hoped, hoping, hopefully, if only, \
         would like to see, would love to see, looking for, in search of, looking to, expecting, expected, need a, needed a, want a, \
         wanted a, searching for, want something, wanted something, need something, please make, please add, needs to be, need to be, \
         needs more, 希望, 但愿, 盼望, 建议, 应当, 最好能, 最好是, 要是能, 想买, 想找, 祝愿, 请问, 本来以为, 本以为, 原以为, 还以为, \
         以为, 号称",
    ),
    (Cue::Wished, "就好了, 就更好了, 就完美了, 就更完美了, 该多好, 会更好, 的话"),
    (Cue::WasOnce, "used to, used to be, was once, were once, once was, back when"),
    (
        Cue::Asks,
        "\
         is it, is there, are there, are they, does it, does anyone, do they, has anyone, anyone, will it, does this, is this, 有没有, \
         会不会, 好不好, 是不是, 请问, 求问, 会, 算",
    ),
    (Cue::Than, "than"),
    (Cue::Versus, "比, 较之, 相较于, 相对于"),
    (
        Cue::Beats,
        "\
         beats, beat, outperforms, outperform, outperformed, outclasses, outshines, surpasses, surpass, surpassed, trumps, destroys, \
         crushes, blows away, blow away, puts to shame, outdoes, outlasts, outmatches, bests, leaps ahead of, light years ahead of, leagues ahead of, head and shoulders above, a step up from, a notch above, steps above, superior to, ahead of, preferable to, eats, tops, 胜过, 胜于, 优于, 强于, 好于, \
         高于, 大于, 领先于, 领先, 超过, 超越, 完胜, 秒杀, 碾压, 吊打, 甩开, 完爆, 完虐, 好过, 强过, 赢过, 打败, 击败, 快于, 远超",
    ),
    (
        Cue::Loses,
        "\
         no match for, can't compete with, cannot compete with, can't compare to, can't compare with, cannot compare to, \
         doesn't compare to, don't compare to, does not compare to, doesn't hold a candle to, can't hold a candle to, \
         pales in comparison to, pales compared to, loses to, lost to, inferior to, lags behind, behind, falls short of, \
         nowhere near as good as, can't touch, cannot touch, can't keep up with, could not keep up with, couldn't keep up with, cannot keep up with, not up to, doesn't come close to, don't come close to, can't come close to, comes nowhere near, not in the same league as, doesn't match, can't match, cannot match, doesn't measure up to, not comparable to, no comparison to, takes a back seat to, worse off than, 不如, 不及, 比不上, 比不过, 比不了, 赶不上, 输给, 逊色于, 逊于, 差于, 弱于, 低于, \
         小于, 落后于, 不敌, 没法跟, 没法和, 无法与, 不能跟, 不能和, 没得比, 稍逊于, 略逊于, 远不如",
    ),
    (
        Cue::Against,
        "\
         compared to, compared with, in comparison to, in comparison with, comparing to, unlike, as opposed to, relative to, \
         in contrast to, compare to, compare with, against, 相比于, 相比, 比起, 对比, 相对, 相较, 比较起来, 相对比",
    ),
    (
        Cue::Prefers,
        "\
         prefer, prefers, preferred, i'd rather have, would choose, i'd choose, would pick, would take, recommend, chose, choose, \
         宁愿选, 更喜欢, 更偏爱",
    ),
    (Cue::Over, "over, rather than, instead of, 而不是"),
    (
        Cue::LeftFor,
        "\
         switched from, moved from, migrated from, upgraded from, switching from, moving from, coming from, came from, ditched, replaced",
    ),
    (
        Cue::Alike,
        "\
         same as, the same as, similar to, identical to, equal to, on par with, comparable to, as well as, no different from, \
         no different than, just like, 一样, 差不多, 同样, 相同, 类似, 不相上下, 没什么区别, 没区别, 没有区别, 相当于, 持平, 一致, \
         旗鼓相当",
    ),
    (
        Cue::Comparative(Polarity::Praise),
        "\
         better, superior, faster, quicker, easier, simpler, cheaper, safer, stronger, smoother, lighter, smarter, cleaner, brighter, \
         sharper, quieter, sturdier, cooler, nicer, richer, larger, bigger, longer, higher, wider, deeper, healthier, tastier, \
         friendlier, more, greater, newer, softer, warmer, finer, clearer, prettier, thinner, tougher, happier, improvement over, \
         upgrade over, step up from, improvement on, advantage over, prefer, further",
    ),
    (
        Cue::Comparative(Polarity::Complaint),
        "\
         worse, inferior, slower, harder, heavier, louder, weaker, costlier, pricier, dirtier, dumber, uglier, \
         noisier, poorer, bulkier, duller",
    ),
];

/// What follows the second name of `A 比 B 好` and decides. Looked for there only, as such short words stand inside many others.
pub(super) const AFTER_VERSUS: &[(Polarity, &str)] = &[
    (
        Polarity::Praise,
        "\
         好, 强, 快, 大, 高, 便宜, 舒服, 清晰, 漂亮, 好看, 轻, 薄, 省, 稳, 宽, 长, 亮, 多, 实惠, 划算, 舒适, 优秀, 先进, 流畅, 精致, \
         耐用, 好用, 实用, 安静, 全, 成熟, 明显, 出色, 有优势, 占优, 扎实, 厚道, 灵敏, 细腻, 丰富, 大气, 时尚, 硬朗, 真实, 省油, 值",
    ),
    (Polarity::Complaint, "差, 贵, 慢, 小, 重, 厚, 吵, 低, 弱, 费, 短, 窄, 少, 逊色, 难, 费油, 丑, 暗, 落后"),
];

/// The words of a table's entry.
pub(super) fn words(entry: &'static str) -> impl Iterator<Item = &'static str> {
    entry.split(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cue_stands_twice_under_one_kind() {
        for (kind, entry) in CUES {
            let mut seen = std::collections::HashSet::new();
            for word in words(entry) {
                assert!(seen.insert(word) && word.trim() == word && !word.is_empty(), "{word} under {kind:?}");
            }
        }
    }
}

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
    /// Praise that follows in the clause is expected, not found; a comparison says it all the same (`A would be better than B`).
    Expects,
    /// Praise that follows in the clause is what the seller says.
    Promises,
    /// What follows in the clause is what others say.
    Reports,
    /// What precedes is wanted, not found.
    Wished,
    /// What follows in the clause was so, and is no more.
    WasOnce,
    /// What follows in the clause was so, if the sentence says further on what is [`Cue::Now`] so.
    Before,
    /// What follows is so at last.
    Now,
    /// Makes its clause a question whether something holds.
    Asks,
    /// Makes its clause a question that takes for granted what it asks about (`why is it so good?`).
    TakesForGranted,
    /// `A is better than B`.
    Than,
    /// `A 比 B 好`.
    Versus,
    /// The name before it wins over the name behind it.
    Beats,
    /// The name before it loses against the name behind it.
    Loses,
    /// Both names before it: `和 B 没法比`.
    LosesBehind,
    /// The name before it is as good as the name behind it.
    Matches,
    /// The first word of `blows B away`.
    BeatsApart,
    /// `A 不比 B 好`.
    NotMore,
    /// `compared to B`: what the clause says holds against B.
    Against,
    /// `prefer A to B`.
    Prefers,
    /// The word between the two names of `prefer A over B`.
    Over,
    /// `from B to A`: B was left for A.
    LeftFor,
    /// The name behind it was taken where another could have been.
    Chooses,
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
         not, could not, isn't, aren't, wasn't, weren't, don't, doesn't, didn't, can't, cannot, can not, couldn't, won't, wouldn't, shouldn't, \
         haven't, hasn't, hadn't, ain't, never, no longer, hardly, barely, scarcely, rarely, seldom, nothing, nobody, no one, none, \
         neither, nor, far from, anything but, lack, lacks, lacked, lacking, lack of, absence of, fails to, failed to, fail to, \
         nowhere near, not even, not at all, without any, by no means",
    ),
    (
        Cue::Negates(3),
        "\
         no, without, zero, less, least, stop, stopped, avoid, avoids, eliminates, eliminated, fixes, fixed, solved, free of, free from",
    ),
    (Cue::Negates(6), "at no time, in no case, no case in which, under no circumstances, in no way, by no stretch"),
    (Cue::Negates(2), "不, 勿"),
    (Cue::Negates(3), "没, 未, 无, 毫无, 缺乏, 缺少, 欠, 欠缺"),
    (
        Cue::Negates(6),
        "\
         不太, 不是, 不是很, 不怎么, 不算, 不够, 不会, 不能, 没有, 没什么, 没啥, 没那么, 没有那么, 没有什么, 没有任何, 没任何, 并不, \
         并不是, 并没有, 并没, 不再, 从不, 从未, 从没, 从来没, 从来没有, 毫不, 绝不, 绝非, 并非, 未必, 不见得, 不觉得, 不认为, 不感觉, 没那麽, 没觉得, 没感觉, \
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
         dead line, no worries, would love to, i'd love to, would love it if, would love if, we'd love to, love to know, love to have, love to see if, cannot miss, can't miss, not miss, don't miss, never miss, \
         not enough good things, enough good things, like it or not, not only that, no exaggeration, no exception, no joke, no kidding, no words, better off, better late than never, if you like, if you liked, if you love, if you loved, if you enjoy, if you enjoyed, if you hate, if you hated, if you prefer, \
         if you ask me",
    ),
    (
        Cue::Shields,
        "\
         不仅, 不仅仅, 不但, 不光, 不只, 不止, 不管, 不论, 不得不, 不得不说, 不愧, 不知不觉, 不少, 不断, 不同, 不一样, 不用, 不用说, \
         不由得, 不得了, 不好意思, 对不起, 差不多, 要不是, 要不然, 了不起, 不久, 不限, 不禁, 不失, 不说, 不然, 不亏, 没事, 没想到, \
         没得说, 没话说, 没准, 没多久, 没几天, 没错, 无论, 无疑, 无疑是, 无比, 无线, 无意, 无数, 无非, 无关, 无时无刻, 无所谓, 未来, 好像, 好久, \
         好多, 好几, 只好, 你好, 您好, 爱好, 好奇, 好在, 恰好, 正好, 刚好, 幸好, 好不容易, 好坏, 不要太, 不能更, 不必, 再好不过, \
         不外乎, 不知道, 不明白, 从不失望, 不要钱, 不二之选, 不要, 千万不要, 切勿, 请勿, 该不会, 该不会是, 不属于, 无理由, 无条件, 无缘无故, 无故, 不停, 不接受, 美中不足, 不懂, 想不到, 意想不到, 忍不住, 停不下来, 不妨, 要不, 不一会, \
         不到, 没用过, 性价比, 比较, 比如, 比一比, 比比, 比美, 评比, 占比, 百分比, 环比, 同比, 对比度, 比分, 比划, 比起来说, 相比之下, 可比性, 比例, 比赛, 好比, 比方, 比率, 比重, 比特, 比拼, 非常, 特别, 没用的, 主要是, 只要是, 要求, \
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
    (
        Cue::Supposes,
        "i doubt, doubt that, skeptical that, skeptical about, not convinced that, not sure if, not sure whether, wonder if, wonder whether, wondering if, debating whether, unlikely that, even if, as if, as though, imagine if, suppose, if, unless, in case, assuming, provided that, whether, 如果, 要是, 假如, 倘若, 若是, 万一, 是否",
    ),
    (
        Cue::Wishes,
        "\
         should be, should have been, \
         should've been, supposed to be, meant to be, pretends to be, tries to be, trying to be, \
         tried to be, wants to be, aims to be, ought to be, depends on, would have, would've, could have, could've, might have, \
         should have, would think, would expect, wish, wishes, wished, wishing, hope, hopes, hoped, hoping, hopefully, if only, \
         would like to see, would love to see, looking for, in search of, looking to, expecting, expected, need a, needed a, want a, \
         wanted a, searching for, want something, wanted something, need something, please make, please add, needs to be, need to be, \
         needs more, 希望, 但愿, 盼望, 建议, 应当, 最好能, 最好是, 要是能, 想买, 想找, 祝愿, 请问, 本来以为, 本以为, 原以为, 还以为, \
         以为",
    ),
    (
        Cue::Expects,
        "would be, would have been, would've been, could be, could have been, could've been, might be, might have been, may be, probably be",
    ),
    (
        Cue::Promises,
        "\
         claims to be, claimed to be, claim to be, claims that, claimed that, they claim, it claims, advertised as, advertised to be, \
         marketed as, touted as, billed as, described as, promised, promises, promise, promising, according to the seller, \
         according to the ad, according to the website, the ad says, the ads say, the website says, the box says, the seller says, \
         the seller said, the description says, they say it, they said it, they told me it, so-called, so called, 号称, 宣称, 声称, \
         宣传, 商家说, 卖家说, 客服说, 广告说, 所谓的, 自称, 吹嘘, 承诺",
    ),
    (
        Cue::Reports,
        "\
         some people say, some say, people say, others say, other people say, some people complain, people complain, \
         people complained, some complained, some complain, others complain, others complained, other reviewers, other reviews say, \
         some reviewers, some reviews, many reviews, reviews say, reviews said, i read that, i had read, i heard that, i've heard, heard good things, heard great things, i heard, we heard, had heard, recommended by, anticipating, friend recommended, friends recommended, \
         i have heard, i had heard, heard that, rumor has it, who complain, who complained, \
         those who say, whoever says, anyone who says, 听说, 据说, 有人说, 别人说, 网上说, 听别人说, 听人说, 有些人说, 有人抱怨, 有人吐槽, \
         传言, 谣传",
    ),
    (Cue::Wished, "就好了, 就更好了, 就完美了, 就更完美了, 该多好, 会更好, 的话"),
    (Cue::WasOnce, "used to, used to be, was once, were once, once was, back when"),
    (Cue::Before, "以前, 之前, 从前, 原来, 原先, 起初, 刚开始, 当初, 过去, previously, in the past, back then, at first"),
    (Cue::Now, "现在, 如今, 后来, 更新后, 更新之后, 升级后, 升级之后, now, nowadays, these days, since the update, not anymore, lately"),
    (
        Cue::Asks,
        "\
         is it, is there, are there, are they, should i, should we, can i, can you, could you, do you, did you, will i, am i, anyone know, is that, does it, does anyone, do they, has anyone, anyone, will it, does this, is this, 有没有, \
         会不会, 好不好, 是不是, 请问, 求问, 会, 算",
    ),
    (
        Cue::TakesForGranted,
        "\
         why, how come, tell me why, why is it, why are they, why does it, why is this, why is there, why do they, why are there, \
         why is, why are, why does, why do, 为什么, 为何, 怎么这么, 怎么那么, 凭什么, 咋这么",
    ),
    (Cue::Than, "than, then"),
    (Cue::Versus, "比, 较之, 相较于, 相对于"),
    (Cue::NotMore, "不比, 并不比, 也不比, 不会比, 未必比, 不见得比, 不一定比, 没有比, 没比"),
    (
        Cue::Beats,
        "\
         beats, beat, outperforms, outperform, outperformed, outclasses, outshines, surpasses, surpass, surpassed, trumps, destroys, \
         crushes, blows away, blow away, puts to shame, outdoes, outlasts, outmatches, bests, leaps ahead of, miles ahead of, years ahead of, way ahead of, light years ahead of, leagues ahead of, head and shoulders above, a step up from, a notch above, steps above, superior to, ahead of, preferable to, \
         blows past, runs circles around, runs rings around, wipes the floor with, mops the floor with, \
         wins over, wins against, won over, an edge over, edge over, advantage over, advantages over, improvement over, \
         improvement on, improvement from, improvements over, upgrade over, upgrade from, step up from, step up over, huge jump from, \
         to replace my, to replace our, replaces my, superior than, \
         more than a match for, far ahead of, beats the pants off, beats the crap out of, beat out, surpassing, outperforming, beating, \
          胜过, 胜于, 优于, 强于, 好于, \
         高于, 大于, 领先于, 领先, 超过, 超越, 完胜, 秒杀, 碾压, 吊打, 甩开, 完爆, 完吊打了, 秒了, 胜了, 远胜, 远胜于, 远胜过, 优胜于, 甩了, 甩, 高出, 远好于, 明显好于, 明显优于, 要好于, 优越于, 不止打爆, 暴打, 超越了, 打赢, 力压, 战胜, 胜出, 好过, 强过, 赢过, 打败, 击败, 快于, 远超",
    ),
    (
        Cue::Loses,
        "\
         no match for, can't compete with, cannot compete with, can't compare to, can't compare with, cannot compare to, \
         doesn't compare to, don't compare to, does not compare to, doesn't hold a candle to, can't hold a candle to, \
         pales in comparison to, pales compared to, loses to, lost to, inferior to, lags behind, lagging behind, falls behind, far behind, way behind, years behind, miles behind, light years behind, falls short of, \
         nowhere near as good as, can't touch, cannot touch, can't keep up with, could not keep up with, couldn't keep up with, cannot keep up with, not up to, doesn't come close to, don't come close to, can't come close to, comes nowhere near, not in the same league as, doesn't match, can't match, cannot match, doesn't measure up to, nowhere near, nowhere close to, not as well as, not as much as, not quite as well as, has nothing on, have nothing on, had nothing on, catch up with, catch up to, catching up to, catching up with, trails, trailing, step down from, downgrade from, step back from, a far cry from, not comparable to, no comparison to, takes a back seat to, worse off than, 不如, 不及, 比不上, 比不过, 比不了, 赶不上, 输给, 逊色于, 逊于, 差于, 弱于, 低于, \
         小于, 落后于, 不敌, 没法跟, 没法和, 没法与, 无法与, 无法和, 无法跟, 不能跟, 不能和, 不能与, 不能同, 别想跟, 别想和, 稍逊于, 略逊于, 远不如, 还不如, 都不如, 也不如, 真不如, 感觉不如, 反不如, 明显不如, 远远不如, 远不及, 远逊于, 还比不上, 差过, 落后, 慢于, 劣于, 比不得, 跟不上",
    ),
    (
        Cue::LosesBehind,
        "\
         没法比, 没的比, 没得比, 不能比, 不能相比, 无法相比, 没法相比, 无法比, 根本没法比, 差远了, 差得远, 差的远, 差太远, 差太多, 差多了, \
         差很多, 有差距, 还有差距, 还是有差距, 有一定差距, 有一定的差距, 有一定差距的, 存在差距, 有较大差距, 有很大差距, 还有一定的差距, \
         处于下风, 稍占下风, 占下风, 落下风, 不是对手, 天差地别, 一个天一个地, 天上地下",
    ),
    (
        Cue::Matches,
        "\
         rivals, on par with, on a par with, every bit as good as, holds its own against, gives the same quality as, 不输, 不输给, 不输于, \
         不逊于, 不逊色于, 毫不逊色于, 丝毫不逊于, 丝毫不输, 丝毫不输给, 不亚于, 媲美, 可媲美, 堪比, 比肩, 不弱于",
    ),
    (Cue::BeatsApart, "blows, blew, blow, blowing, puts, put, leaves, left, knocks, kicks, kicked, eats, makes, made"),
    (
        Cue::Against,
        "\
         compared to, compared with, in comparison to, in comparison with, comparing to, unlike, as opposed to, relative to, \
         in contrast to, compare to, compare with, compares to, when compared to, as compared to, as compared with, 相比于, 相比, 比起, 比起来, 相比起来, 相比较, 对比, 相对, 相较, 比较起来, 相对比",
    ),
    (
        Cue::Prefers,
        "\
         prefer, prefers, preferred, i'd rather have, would choose, i'd choose, would pick, would take, recommend, chose, choose, \
         宁愿选, 宁愿要, 宁可选, 更喜欢, 更偏爱, 偏爱",
    ),
    (Cue::Over, "over, rather than, instead of, 而不是"),
    (
        Cue::LeftFor,
        "\
         switched from, moved from, migrated from, upgraded from, switching from, moving from, coming from, came from, ditched, replaced, dumped, left, dropped, traded, swapped, traded in, moved away from, moving away from, switched away from, jumped from, changed from, went from, 从",
    ),
    (
        Cue::Chooses,
        "\
         switched to, switched over to, switching to, switch to, moved to, moved over to, went with, going with, go with, opted for, \
         settled on, decided on, ended up with, ended up buying, ended up purchasing, ended up getting, ended up going with, \
         switch back to, switched back to, switching back to, \
         returned to, stick with, sticking with, stuck with, stay with, sticking to, stick to, leaning towards, bought instead, \
         换成了, 换成, 换到, 换到了, 转投, 改用, 改用了, 最终选择了, 最后选择了, 最后选了, 最终选了, 最后还是选择了, 果断选了, \
         果断选择了, 还是选择了, 还是选了, 选择了, 敲定了, 入手了, 还是买了, 最后买了",
    ),
    (
        Cue::Alike,
        "\
         same as, the same as, similar to, identical to, equal to, comparable to, as well as, no different from, \
         no different than, just like, 一样, 差不多, 同样, 相同, 类似, 不相上下, 没什么区别, 没区别, 没有区别, 相当于, 持平, 一致, \
         旗鼓相当, 差不了多少, 差不了, 差不到哪, 相差无几, 相差不大, 差别不大, 区别不大, 有得一拼, 有一拼, 有的一拼, 一个档次, 没差别, 没什么差别, \
         便宜不了多少, 小不了多少, 好不了多少, 好不到哪, 强不了多少, 不吃亏, 各有千秋, 各有所长",
    ),
    (
        Cue::Comparative(Polarity::Praise),
        "\
         better, superior, faster, quicker, easier, simpler, cheaper, safer, stronger, smoother, lighter, smarter, cleaner, brighter, \
         sharper, quieter, sturdier, cooler, nicer, richer, larger, bigger, longer, higher, wider, deeper, healthier, tastier, \
         friendlier, more, greater, newer, softer, warmer, finer, clearer, prettier, thinner, tougher, happier, improvement over, \
         prefer, further",
    ),
    (
        Cue::Comparative(Polarity::Complaint),
        "\
         worse, inferior, lower, fewer, slower, harder, heavier, louder, weaker, costlier, pricier, dirtier, dumber, uglier, \
         noisier, poorer, bulkier, duller",
    ),
];

/// What follows the second name of `A 比 B 好` and decides. Looked for there only, as such short words stand inside many others.
pub(super) const AFTER_VERSUS: &[(Polarity, &str)] = &[
    (
        Polarity::Praise,
        "\
         好, 强, 快, 大, 高, 便宜, 舒服, 清晰, 漂亮, 好看, 轻, 省, 稳, 宽, 长, 亮, 多, 实惠, 划算, 舒适, 优秀, 先进, 流畅, 精致, \
         耐用, 好用, 实用, 安静, 全, 成熟, 明显, 出色, 有优势, 占优, 扎实, 厚道, 灵敏, 细腻, 丰富, 大气, 时尚, 硬朗, 真实, 省油, 值, \
         浑厚, 厚实, 耐看, 坚固, 坚硬, 专业, 合适, 适合, 清爽, 自然, 紧凑, 平稳, 灵活, 顺滑, 给力, 好听, 好吃, 新鲜, 干净, 卫生, 热情, \
         贴心, 周到, 靠谱, 可靠, 牢固, 结实, 皮实, 方便, 简单, 幸福, 到位, 均衡, 通透, 豪华, 强悍, 过瘾, 胜一筹, 胜出, 更胜, 更具, \
         优越, 完善, 齐全, 健康, 安全, 正宗, 地道, 亲民, 用心, 良心, 人性化, 智能, 顺手, 精细, 精准, 准确, 准, 敏捷, 饱满, 圆润, 醇厚, \
         提升, 大方, 柔软, 透气, 省电, 省心, 省事, 省钱, 优惠, 优",
    ),
    (
        Polarity::Complaint,
        "\
         差, 贵, 慢, 小, 重, 吵, 低, 弱, 费, 短, 窄, 少, 逊色, 难, 费油, 丑, 暗, 落后, 寒碜, 可怕, 垃圾, 麻烦, 粗糙, 单薄, 廉价, 耗电, \
         耗油, 脏, 烂, 糟, 笨重, 刺耳, 危险, 老气, 模糊, 拥挤, 嘈杂, 逊, 缩水, 不足, 劣势, 复杂, 软, 苦, 硬邦邦, 臭",
    ),
];

/// The words of [`AFTER_VERSUS`] that tell a size: of a price or a noise, more is worse.
pub(super) const OF_SIZE: &str = "高, 大, 多, 长, 重, 低, 小, 少, 短, 轻, 明显";

/// Things of which less is better.
pub(super) const LESS_IS_BETTER: &[&str] = &[
    "price, prices, cost, costs, fee, fees, noise, latency, lag, weight, errors, bugs, crashes, delay, delays, wait, risk, consumption, \
     emissions, vibration, maintenance, failure, returns, downtime",
    "价格, 价钱, 售价, 价位, 成本, 费用, 运费, 首付, 油耗, 耗油量, 噪音, 噪声, 胎噪, 风噪, 耗电, 功耗, 能耗, 故障率, 返修率, 维修率, 几率, 概率, \
     风险, 重量, 自重, 误差, 延迟, 缺点, 毛病, 问题, 故障, 异响, 损耗, 发热, 热量, 辐射, 排放, 磨损, 异味, 投诉, 差评, 杂音, 底噪",
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

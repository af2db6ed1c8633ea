//! Words that say nothing by themselves, and words that no saying begins or ends with.
//!
//! Small on purpose: counting finds most of it. Two languages; in others every word counts.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that a phrase cannot be made of alone.
static IDLE: Lazy = LazyLock::new(|| {
    "a about after again all also am an and any anything are aren't as at be because been before being both but by \
    came can can't cannot come could couldn't day days did didn't do does doesn't doing don't down each else even ever every few first for from \
    get gets getting give go going gone got guys absolutely actually definitely especially extremely fairly highly incredibly overall pretty quite rather simply so super totally truly had hadn't has hasn't have haven't having he her here him his hour hours how i i'd i'll i'm i've if \
    im in into is isn't it it's its just know last left let like ll made make many me more most much my need never new next no nor not now of off \
    ok on once one ones only or other our out over own people put re really said same saw says saying say see seen she should since so some someone \
    something still such take than that that's the their them then there these they they're thing things think this those though through \
    time times to today told too took try two under until up us use used using very via want was wasn't way we we'll we're we've well went were \
    weren't what when where which while who why will with without won't would wouldn't yeah year years yes yet you you're your yours \
    的 了 是 我 你 他 她 它 们 在 有 和 就 都 也 很 还 又 这 那 个 不 没 啊 吧 吗 呢 哦 呀 嘛 哈 着 过 给 跟 与 及 被 把 让 对 从 到 为 \
    以 于 之 而 或 但 并 所 一 二 两 三 几 些 么 什 怎 去 来 上 下 里 中 后 前 时 候 要 会 能 可 说 买 用 吃 点 家 次 天 年 月 日 太 真 挺 超 最 更 比 较 感 觉 实 特 别 非 常 总 体 得 好 算 再 才 只 没 多 少 四 五 六 七 八 九 十 百 千 半 昨 今 明 早 晚 午 分 钟 周 号 块 钱 元 大 小 过 起 想 叫 觉"
    .split_ascii_whitespace()
    .collect()
});

/// Words that no saying begins with: what would stand before them is missing.
static NEVER_FIRST: Lazy = LazyLock::new(|| {
    "a also an and are as at because been but by did do does for from had has have her his i'm i i'd i'll i've if in is it \
    it's its my of or our she he so than that that's the their them then there these they they're this those to us was we we're we've were when \
    where which who will with would you you're your me some am be being into just could can should very really about after before while \
    的 了 们 个 么 得 着 过 吗 呢 吧 啊 和 与 及 而 但 是 在 就 都 也 又 给 我 你 他 她 它 这 那 于 以 之 到 里 家 把 被 让 对 从 为 候 还 些 点 跟 所 且"
    .split_ascii_whitespace()
    .collect()
});

/// Words that no saying ends with: something must follow.
static NEVER_LAST: Lazy = LazyLock::new(|| {
    "a also am an and are as at be because been but by can could did do does for from get had has have he her his i i'm i've if \
    in is it's its just like my no not of on or our really she should so some than that that's the their then there these they this those to too \
    very was we were when where which who will with would you your i'd i'll they're we're we've you're what how even any another being having \
    got getting make makes made more most much me us him only into about after before while \
    的 很 太 我 你 他 她 它 在 和 是 就 都 也 又 还 不 没 这 那 个 与 及 被 把 让 对 从 为 以 而 但 并 或 给 跟 有 非 真 更 最 比 挺 一 所 且 特 会 要 能 可 说 感 因 如"
    .split_ascii_whitespace()
    .collect()
});

/// Words before what is said of something.
static LEADS: Lazy = LazyLock::new(|| {
    "very so too really extremely super pretty quite absolutely totally completely incredibly rather fairly is was are were \
    be been it's i'm i'd i'll i've they're we're he's she's isn't wasn't keeps kept always never constantly not n't just still don't didn't doesn't won't can't couldn't \
    looks feels seems felt looked sounds became gets got get i we you it they he she who would will could to and has had have \
    很 太 真 超 挺 更 最 不 没 别 都 也 就 又 还 好 常 总 非 分 较 直 是 会 能 我 有 点 得 么 别 实 再"
    .split_ascii_whitespace()
    .collect()
});

/// Words of degree: what they stand before can be more or less so.
static DEGREES: Lazy = LazyLock::new(|| {
    "very so too really extremely super pretty quite absolutely totally completely incredibly rather fairly bit more most less how \
    很 太 真 超 挺 更 最 好 够 常 别 点 么 较 越"
        .split_ascii_whitespace()
        .collect()
});

/// Chinese words of several characters that say nothing by themselves.
static IDLE_HAN: Lazy = LazyLock::new(|| {
    "结果 说实话 请问 告诉 居然 竟然 根本 明明 重新 继续 第一次 不知道 为什么 因为 所以 但是 可是 不过 而且 还有 然后 现在 以后 以前 \
    之前 之后 时候 已经 可以 应该 需要 可能 如果 虽然 即使 只是 就是 还是 或者 其实 当然 终于 一直 一样 这样 那样 这么 那么 怎么 什么 \
    自己 我们 你们 他们 大家 东西 问题 事情 地方 意思 今天 昨天 明天 最后 开始 出来 出去 起来 下来 回来 过来 拿到 收到 知道 觉得 感觉 \
    表示 导致 完全 简直 直接 特意 本来 原来 后来 反正 甚至 尤其 包括 关于 对于 除了 那个 这个 真的 的话 的人 区别 几个 几天 不知道为什么 为什么要 不明白 搞活动 做活动 有活动 刚买回来"
    .split_ascii_whitespace()
    .collect()
});

/// Words before what is talked about.
static INTRODUCES: Lazy = LazyLock::new(|| {
    "the my your our their his her this these that those its any all some another each every of on in for with from at via by \
    的 个 这 那 款 条 本 件 把 被 给 对 打 用 从 在 到 跟 和 与 家 位 种 次 些 张 份"
        .split_ascii_whitespace()
        .collect()
});

/// Words behind what is talked about.
static FOLLOWS: Lazy = LazyLock::new(|| {
    "is was are were has have had isn't wasn't will would can can't doesn't didn't says said that for of \
    是 有 不 没 很 太 也 都 就 和 与 说 还 比 真 非 被 上 里 给 到 在"
        .split_ascii_whitespace()
        .collect()
});

/// What is known of a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub idle: bool,
    pub may_begin: bool,
    pub may_end: bool,
    pub leads: bool,
    pub grades: bool,
    pub introduces: bool,
    pub follows: bool,
}

impl Known {
    pub(super) fn of(word: &str) -> Self {
        let is_in = |list: &Lazy| list.contains(word);
        Self {
            idle: is_in(&IDLE),
            may_begin: !is_in(&NEVER_FIRST),
            may_end: !is_in(&NEVER_LAST),
            leads: is_in(&LEADS),
            grades: is_in(&DEGREES),
            introduces: is_in(&INTRODUCES),
            follows: is_in(&FOLLOWS),
        }
    }
}

/// Whether a group of Han characters is one word that says nothing.
pub(super) fn is_idle_han(written: &str) -> bool {
    IDLE_HAN.contains(written)
}

type Lazy = LazyLock<HashSet<&'static str>>;

//! Words that say nothing by themselves, and words that no saying begins or ends with.
//!
//! Small on purpose: counting finds most of it. Two languages; in others every word counts.

/// Words that a phrase cannot be made of alone.
const IDLE: &str = "a about after again all also am an and any anything are aren't as at be because been before being both but by \
    came can can't cannot come could couldn't day days did didn't do does doesn't doing don't down each else even ever every few first for from \
    get gets getting give go going gone got guys had hadn't has hasn't have haven't having he her here him his hour hours how i i'd i'll i'm i've if \
    im in into is isn't it it's its just know last left let like ll made make many me more most much my need never new next no nor not now of off \
    ok on once one ones only or other our out over own people put re really said same saw say see seen she should since so some someone \
    something still such take than that that's the their them then there these they they're thing things think this those though through \
    time times to today told too took try two under until up us use used using very via want was wasn't way we we'll we're we've well went were \
    weren't what when where which while who why will with without won't would wouldn't yeah year years yes yet you you're your yours \
    的 了 是 我 你 他 她 它 们 在 有 和 就 都 也 很 还 又 这 那 个 不 没 啊 吧 吗 呢 哦 呀 嘛 哈 着 过 给 跟 与 及 被 把 让 对 从 到 为 \
    以 于 之 而 或 但 并 所 一 二 两 三 几 些 么 什 怎 去 来 上 下 里 中 后 前 时 候 要 会 能 可 说 买 用 吃 点 家 次 天 年 月 日";

/// Words that no saying begins with: what would stand before them is missing.
const NEVER_FIRST: &str = "a also an and are as at because been but by did do does for from had has have her his i'm i i'd i'll i've if in is it \
    it's its my of or our she he so than that that's the their them then there these they they're this those to us was we we're we've were when \
    where which who will with would you you're your me some am be being into just could can should very really about after before while \
    的 了 们 个 么 得 着 过 吗 呢 吧 啊 和 与 及 而 但 是 在 就 都 也 又 给 我 你 他 她 它 这 那 于 以 之 到 里 家 把 被 让 对 从 为 候 还 些 点 跟 所 且";

/// Words that no saying ends with: something must follow.
const NEVER_LAST: &str = "a also am an and are as at be because been but by can could did do does for from get had has have he her his i i'm i've if \
    in is it's its just like my no not of on or our really she should so some than that that's the their then there these they this those to too \
    very was we were when where which who will with would you your i'd i'll they're we're we've you're what how even any another being having \
    got getting make makes made more most much me us him only into about after before while \
    的 很 太 我 你 他 她 它 在 和 是 就 都 也 又 还 不 没 这 那 个 与 及 被 把 让 对 从 为 以 而 但 并 或 给 跟 有 非 真 更 最 比 挺 一 所 且 特 会 要 能 可 说 感 因 如";

pub(super) fn is_idle(word: &str) -> bool {
    contains(IDLE, word)
}

pub(super) fn may_begin(word: &str) -> bool {
    !contains(NEVER_FIRST, word)
}

pub(super) fn may_end(word: &str) -> bool {
    !contains(NEVER_LAST, word)
}

fn contains(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|known| known == word)
}

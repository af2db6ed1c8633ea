//! The words that the generated voices are made of. Made up for this purpose; the tail of rarer words is made from syllables.
//!
//! Knows nothing of how they are put together.

/// English words, the most frequent first.
pub(crate) const ENGLISH: &str = "the and i it to a is of this for my was with in that but not have on you as so very they we at \
    are be had all just when out up from or if one me what there no get would after about like time been more can use which them \
    than only then into back also your even because two got day bought week still first now since really other some over before \
    never again down make work off could much well how any few where too made take why works while year month today yesterday \
    home office team order orders came went sent said asked told found tried took gave kept left turned opened read wrote called \
    waited paid saw heard looks feels sounds seems needs wants helps starts stops runs keeps arrived ordered returned replaced \
    although however without instead maybe perhaps honestly almost already once twice every both another someone nobody anything \
    nothing something everything hour minute morning evening weekend kitchen garden desk room bag box phone laptop window door \
    sister brother friend colleague neighbour customer people family children dog cat bus train trip holiday school shop town";

/// Chinese words, the most frequent first.
pub(crate) const CHINESE: &str = "的 了 是 我 很 在 也 不 就 都 和 用 有 这 那 到 说 还 买 给 没 没有 但是 因为 所以 已经 可以 觉得 时候 一个 我们 他们 \
    自己 什么 怎么 这个 那个 现在 之前 之后 今天 昨天 朋友 家里 公司 收到 打开 发现 感觉 东西 问题 比较 有点 一直 还是 不过 如果 \
    虽然 而且 然后 真的 特别 非常 第一次 第二天 星期 一个月 半年 孩子 妈妈 同事 办公室 厨房 房间 门口 快递 店家 下单 付款 退货 换货 \
    联系 回复 等了 试了 看了 听了 想要 需要 希望 建议 推荐 喜欢 担心 习惯 开始 结束 每天 晚上 早上 周末 出差 旅行 学校 城市 路上";

/// What is praised or blamed, in English.
pub(crate) const ENGLISH_ASPECTS: &str = "battery screen keyboard hinge charger cable speaker microphone camera lens button strap zip handle \
    lid cover frame pedal brake saddle wheel motor pump filter nozzle thermostat timer alarm sensor display menu search export import \
    login backup editor calendar reminder invoice refund delivery packaging manual support hotline warranty update gasket mirror";

/// Good things said in English.
pub(crate) const ENGLISH_PRAISE: &str = "lovely superb splendid flawless sturdy elegant speedy tidy crisp quiet smooth dependable thoughtful \
    generous clever comfy brilliant gorgeous impeccable effortless responsive durable solid precise graceful polished handy snappy neat \
    roomy bright vivid gentle robust silky trusty painless intuitive delightful marvellous outstanding stellar seamless spotless swift \
    capable charming peerless refined wonderful";

/// Bad things said in English.
pub(crate) const ENGLISH_COMPLAINT: &str = "dreadful flimsy sluggish noisy clumsy wobbly scratchy leaky rusty blurry laggy grubby stiff brittle \
    shoddy useless hopeless awful horrid wretched pathetic annoying baffling misleading overpriced unstable unsafe dim dull greasy sticky \
    smelly squeaky jerky crooked cracked dented faulty defective worthless tiresome messy confusing buggy patchy gloomy mediocre broken \
    lousy rotten";

/// What is praised or blamed, in Chinese.
pub(crate) const CHINESE_ASPECTS: &str = "电池 屏幕 键盘 转轴 充电器 数据线 喇叭 麦克风 镜头 按键 表带 拉链 把手 盖子 外壳 支架 踏板 刹车 坐垫 轮子 电机 水泵 滤芯 \
    喷头 温控 定时 闹钟 传感器 界面 菜单 搜索 导出 导入 登录 备份 编辑器 日历 提醒 发票 退款 物流 包装 说明书 客服 热线 保修 更新 音质 做工 手感";

/// Good things said in Chinese.
pub(crate) const CHINESE_PRAISE: &str = "出色 一流 完美 结实 优雅 飞快 整洁 清晰 安静 流畅 可靠 贴心 大方 聪明 舒服 漂亮 无可挑剔 省力 灵敏 耐用 扎实 精准 \
    精致 顺手 利落 宽敞 明亮 鲜艳 柔和 强劲 细腻 稳当 轻松 直观 惊喜 超值 优秀 顶级 顺畅 干净 迅速 能干 迷人 无敌 考究 好看 厚道 专业 周到 满分";

/// Bad things said in Chinese.
pub(crate) const CHINESE_COMPLAINT: &str = "糟糕 单薄 迟钝 吵闹 笨重 摇晃 刺耳 漏水 生锈 模糊 卡顿 肮脏 僵硬 易碎 粗糙 没用 失望 可怕 恶心 可恶 差劲 烦人 费解 误导 \
    偏贵 不稳 危险 昏暗 沉闷 油腻 发黏 难闻 作响 抖动 歪斜 开裂 凹陷 故障 残次 垃圾 累人 凌乱 混乱 崩溃 断续 敷衍 平庸 损坏 低劣 变质";

/// Beginnings and ends of the names of products.
pub(crate) const ENGLISH_NAMES: (&str, &str) = (
    "Brindle Corvane Dapplewood Ellforth Fennick Galdor Hearthly Isobarn Jorvel Kestrin Lumarre Mossgate Norvand Ostrel Pellworth Quillon \
     Ravensby Sorrelle Tamberg Umbrix",
    "Kit Pad Lamp Cycle Brew Board Note Cast Frame Pump",
);

/// The same in Chinese, in the same order.
pub(crate) const CHINESE_NAMES: (&str, &str) = (
    "柏灵 科凡 达普 艾福 芬尼 加朵 赫利 艾索 乔薇 凯斯 露玛 莫盖 诺凡 欧斯 佩沃 奎伦 瑞文 索蕾 坦博 安布",
    "套装 平板 台灯 单车 咖啡机 滑板 笔记 投影 画框 水泵",
);

/// Syllables of rarer English words.
pub(crate) const SYLLABLES: &str = "ba ber can cor dal den dis el fer fin gar gle hal hin jor kel lan lom mar mel nor num or pel pin quor ran \
    rel san ser sto tam tel tor ul ver vin wel win yar zen";

/// Characters of rarer Chinese words.
pub(crate) const CHARACTERS: &str = "山 水 风 云 花 草 树 林 石 沙 江 河 湖 海 岛 桥 街 巷 楼 塔 门 窗 墙 灯 桌 椅 床 柜 杯 盘 碗 刀 叉 锅 炉 壶 米 面 茶 酒 \
    糖 盐 油 醋 鱼 鸟 马 牛 羊 兔 虎 龙 春 夏 秋 冬 日 月 星 雪 雨 雷 金 银 铜 铁 木 竹 纸 笔 书 画 琴 棋 歌 舞 衣 帽 鞋 袜 布 线 红 橙 黄 绿 青 蓝 紫 白 黑";

//! What private pieces look like, the surest first, each with the mark that stands for it.
//!
//! A pattern finds candidates; its check decides. Where a pattern has a part named `x`, only that is the piece.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::checks::{address, always, card, chinese_address, chinese_id, iban, ip_v4, ip_v6, key_word, mail, phone, secret};

/// Whether a candidate is a piece, and how much of it.
type Check = fn(&str, Range<usize>) -> Option<Range<usize>>;

pub(super) struct Rule {
    pub(super) mark: &'static str,
    pub(super) pattern: Regex,
    pub(super) holds: Check,
}

/// Marks, patterns and checks. `(?-u:\b)` is a border of ASCII words: Chinese is written without blanks around numbers.
const PATTERNS: &[(&str, &str, Check)] = &[
    ("[key]", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)", always),
    ("[key]", r"(?i)(?-u:\b)(?:bearer|basic)\s+(?P<x>[a-z0-9._~+/=-]{12,})", secret),
    ("[key]", r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?", always),
    (
        "[key]",
        r"(?-u:\b)(?:[spr]k_(?:live_|test_)?[A-Za-z0-9]{12,}|sk-[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}(?-u:\b)|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{10,})",
        always,
    ),
    (
        "[key]",
        r"(?i)[?&;](?:access_?token|api_?key|auth|code|key|passw(?:or)?d|secret|sig|signature|token)=(?P<x>[^&\s#<>\x22']{6,})",
        always,
    ),
    (
        "[key]",
        r"(?i)(?-u:\b)(?:password|passwort|passwd|pwd|passcode|api[ _-]?key|secret(?: key)?|access[ _-]?token|token)(?-u:\b)\s*(?:is|lautet|ist)?\s*[:=：]\s*[\x22'`]?(?P<x>[^\s\x22'`，。；]{4,})",
        key_word,
    ),
    ("[key]", r"(?:密码|口令|密钥|令牌)\s*(?:是|为|[:：=])\s*(?P<x>[!-~]{4,})", always),
    ("[e-mail]", r"(?i)[a-z0-9._%+-]+\s?[\[(（]\s?at\s?[\])）]\s?[a-z0-9-]+(?:(?:\s?[\[(（]\s?dot\s?[\])）]\s?|\.)[a-z0-9-]+)+", always),
    (
        "[e-mail]",
        r"[A-Za-z0-9À-ɏ._%+'-]+(?:@|\s?[\[(]at[\])]\s?)[A-Za-z0-9À-ɏ](?:[A-Za-z0-9À-ɏ-]*[A-Za-z0-9À-ɏ])?(?:\.[A-Za-z0-9À-ɏ-]+)*\.[A-Za-zÀ-ɏ]{2,}",
        mail,
    ),
    ("[e-mail]", r"[A-Za-z0-9._%+-]+＠[A-Za-z0-9-]+(?:[．.][A-Za-z0-9-]+)+", always),
    ("[account]", r"(?-u:\b)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?-u:\b)", iban),
    ("[id]", r"(?-u:\b)[1-9]\d{16}[0-9Xx](?-u:\b)", chinese_id),
    ("[id]", r"身[份分][证證](?:号码?|號碼?|是|为|為|：|:| ){0,4}(?P<x>[1-9]\d{16}[0-9Xx]|[1-9]\d{14})(?-u:\b)", always),
    ("[id]", r"(?i)(?:护照|護照|(?-u:\b)passport)(?:号码?|號碼?|no\.?|number|is|是|：|:|#| ){0,4}(?P<x>[a-z]{1,2}\d{7,8})(?-u:\b)", always),
    ("[id]", r"(?i)(?-u:\b)(?:ssn|social security(?: number| no\.?)?)(?:is|:|#| ){0,3}(?P<x>\d{3}[- ]?\d{2}[- ]?\d{4})(?-u:\b)", always),
    ("[account]", r"(?i)(?-u:\b)qq(?:号码?|號碼?|群)?(?:是|：|:| ){0,2}(?P<x>[1-9]\d{4,10})(?-u:\b)", always),
    (
        "[account]",
        r"(?i)(?:微信|(?-u:\b)wechat)(?:(?:号|號| ?id)(?:是|为|為|：|:| ){0,2}|[：:] ?)(?P<x>[a-z][a-z0-9_-]{5,19})(?-u:\b)",
        secret,
    ),
    ("[card]", r"(?-u:\b)\d(?:[ -]?\d){12,18}(?-u:\b)", card),
    ("[ip]", r"(?-u:\b)\d{1,3}(?:\.\d{1,3}){3}(?-u:\b)", ip_v4),
    ("[ip]", r"[0-9A-Fa-f:]{6,39}", ip_v6),
    ("[phone]", r"(?:\+|(?-u:\b)00)[1-9]\d{0,2}[ ./-]?(?:\(0?\d*\)[ ./-]?)?\d(?:[ ./()-]{0,2}\d){5,12}", phone),
    ("[phone]", r"(?:\+86|(?-u:\b)0086)?[ -]?1[3-9]\d(?:[ -]?\d{4}){2}(?-u:\b)", phone),
    ("[phone]", r"(?:\([2-9]\d{2}\) ?|(?-u:\b)(?:1[-. ])?[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?-u:\b)", phone),
    (
        "[phone]",
        r"(?-u:\b)(?:0\d{2,3}-\d{7,8}|400-\d{3,4}-\d{3,4}|0\d{2,5} ?[/-] ?\d{5,9}|0[1-9]\d{1,4} \d{6,9}|0[1-9]\d{1,3} \d{3,4} \d{3,4})(?-u:\b)",
        phone,
    ),
    (
        "[phone]",
        r"(?i)(?:(?-u:\b)(?:tel|phone|telephone|telefon|mobile|mobil|handy|fax|whatsapp|call me (?:at|on))|电话|電話|手机号?|手機號?|联系方式|聯繫方式|微信)(?:\.|:|：|是|为|号码| |number|no\.?|nr\.?){0,3}(?P<x>[+(]?\d[\d ()/-]{5,17}\d)(?-u:\b)",
        phone,
    ),
    (
        "[address]",
        r"(?-u:\b)\d{1,5}[A-Za-z]? (?:[NSEW]\.? )?(?:[A-Z][A-Za-z'-]+ ){1,3}(?:Street|St\.|Avenue|Ave|Road|Rd|Lane|Ln|Boulevard|Blvd|Highway|Hwy)(?-u:\b)\.?(?: [NSEW]{1,2}(?-u:\b))?(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat)\.? ?#?[\w-]+)?(?:, [A-Z][A-Za-z .'-]{1,30}?,? (?:[A-Z]{2},? \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?-u:\b)))?",
        address,
    ),
    (
        "[address]",
        r"(?-u:\b)\d{1,5}[A-Za-z]? (?:[A-Z][A-Za-z'-]+ ){1,3}(?:Drive|Dr\.?|Way|Place|Court|Ct|Square|Terrace|Close|Crescent|St|Parkway|Pkwy|Circle|Trail|Plaza|Row|Walk|Mews|Gardens|Park|Hill),? [A-Z][A-Za-z .'-]{1,30}?,? (?:[A-Z]{2},? \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?-u:\b)",
        address,
    ),
    (
        "[address]",
        r"(?-u:\b)(?:P\.? ?O\.? ?|Post Office )(?:Box|BOX|box) \d{1,6}(?:, [A-Z][A-Za-z .'-]{1,30}?,? [A-Z]{2},? \d{5}(?:-\d{4})?)?",
        address,
    ),
    ("[address]", r"Postfach \d{1,2}(?: ?\d{2}){0,2}(?:,? (?:D-)?\d{5} \p{Lu}[\p{L}-]+)?", address),
    (
        "[address]",
        r"(?:\p{Lu}[\p{L}.-]* )?\p{Lu}?[\p{L}-]*(?:[Ss]traße|[Ss]trasse|[Ss]tr\.|[Gg]asse|[Aa]llee) \d{1,4} ?(?:[a-z](?-u:\b))?(?:,? (?:D-)?\d{5} \p{Lu}[\p{L}-]+)?",
        address,
    ),
    ("[address]", r"\p{Lu}[\p{L}-]*(?:platz|weg|ring|damm|ufer|markt) \d{1,4} ?[a-z]?,? (?:D-)?\d{5} \p{Lu}[\p{L}-]+", address),
    (
        "[address]",
        r"(?:\p{Han}{2,3}(?:省|自治区))?\p{Han}{2,3}市(?:\p{Han}{1,4}[区县镇])(?:[\p{Han}0-9A-Za-z]{1,16}?(?:路|街|道|巷|弄|村|小区|大厦|广场|花园)(?:(?:\p{Han}{1,10}?(?:[园苑城府]|小区|大厦|广场|中心|公寓))?[0-9A-Z]{1,4}(?:栋|幢|座|单元|号楼)(?:\d{3,4}(?-u:\b)室?)?|\p{Han}{0,4}\d{1,5}(?:号|弄|栋|幢|室|楼|单元|座|层)?(?:楼|院)?){0,5})?",
        chinese_address,
    ),
    (
        "[address]",
        r"(?:\p{Han}{1,3}[区县镇])?\p{Han}{2,4}(?:路|街|大道|巷|胡同)\d{1,5}[号弄](?:(?:\p{Han}{1,10}?(?:[园苑城府]|小区|大厦|广场|中心|公寓))?[0-9A-Z]{1,4}(?:栋|幢|座|单元|号楼)(?:\d{3,4}(?-u:\b)室?)?|\p{Han}{0,4}\d{1,5}(?:号|弄|栋|幢|室|楼|单元|座|层)){0,4}",
        chinese_address,
    ),
    // As it is written in Hong Kong and Taiwan, often with blanks.
    (
        "[address]",
        r"(?:\p{Han}{2,3}[市縣])?(?:\p{Han}{1,3}[區鎮])?\p{Han}{2,6}[路街道巷里](?:\p{Han}{1,2}段)? ?\d{1,5} ?[號弄](?: ?\p{Han}{0,6}[0-9A-Z]{1,5} ?[樓室層座棟號]){0,4}",
        chinese_address,
    ),
    ("[address]", r"(?:邮编|郵編|邮政编码)(?:是|：|:| ){0,2}(?P<x>\d{6})(?-u:\b)", always),
];

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let compiled = |(mark, pattern, holds): &(&'static str, &str, Check)| Rule {
        mark,
        pattern: Regex::new(pattern).expect("the pattern is a constant that a test compiles"),
        holds: *holds,
    };
    PATTERNS.iter().map(compiled).collect()
});

//! What is nobody's business in a text, behind readable marks: addresses, numbers and keys of people, never what they think.
//!
//! Pure, and made for texts that were not published: it rather covers a number too many than one too few, but leaves versions,
//! dates, prices and other figures as they are.

mod checks;
mod rules;

use std::ops::Range;

use rules::RULES;

/// A text without its private pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// What is left, with a mark in the place of each piece.
    pub text: String,
    /// Where pieces stood, and how long their marks are, in characters.
    pieces: Vec<(Range<usize>, usize)>,
}

impl Masked {
    /// Where the character at `offset` of the original stands now; within a piece, where its mark begins.
    pub fn place(&self, offset: usize) -> usize {
        let mut place = offset;
        for (piece, mark) in self.pieces.iter().rev() {
            if offset >= piece.end {
                place = place + mark - piece.len();
            } else if offset > piece.start {
                place -= offset - piece.start;
            }
        }
        place
    }
}

/// The text with marks for what is private in it; none if nothing is.
pub fn mask(text: &str) -> Option<Masked> {
    let mut found: Vec<(Range<usize>, &'static str)> = Vec::new();
    for rule in RULES.iter() {
        for hit in rule.pattern.captures_iter(text) {
            let Some(piece) = hit.name("x").or_else(|| hit.get(0)) else { continue };
            let Some(piece) = (rule.holds)(text, piece.range()) else { continue };
            let is_free = found.iter().all(|(taken, _)| piece.end <= taken.start || piece.start >= taken.end);
            if is_free && !piece.is_empty() {
                found.push((piece, rule.mark));
            }
        }
    }
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|(piece, _)| piece.start);
    Some(put_marks(text, &found))
}

/// The text where only marks are left of a text that holds something private.
pub fn masked(text: String) -> String {
    mask(&text).map_or(text, |masked| masked.text)
}

fn put_marks(text: &str, found: &[(Range<usize>, &'static str)]) -> Masked {
    let mut masked = Masked { text: String::with_capacity(text.len()), pieces: Vec::with_capacity(found.len()) };
    let (mut from, mut characters) = (0, 0);
    for (piece, mark) in found {
        let before = text.get(from..piece.start).unwrap_or_default();
        let length = text.get(piece.clone()).unwrap_or_default().chars().count();
        characters += before.chars().count();
        masked.text.push_str(before);
        masked.text.push_str(mark);
        masked.pieces.push((characters..characters + length, mark.chars().count()));
        characters += length;
        from = piece.end;
    }
    masked.text.push_str(text.get(from..).unwrap_or_default());
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_private_is_marked() {
        for (text, want) in [
            // e-mail addresses
            ("Write to Ann.Lee+shop@mail.acme.example, please", "Write to [e-mail], please"),
            ("请联系ann@acme.example谢谢", "请联系[e-mail]谢谢"),
            ("jürgen@müller.example schrieb", "[e-mail] schrieb"),
            ("ann [at] acme.example", "[e-mail]"),
            ("<mailto:ann@acme.example>", "<mailto:[e-mail]>"),
            // phone numbers
            ("call +49 (0)151 234 567 89 now", "call [phone] now"),
            ("+1 (415) 555-2671", "[phone]"),
            ("Ring 415-555-2671 or (415) 555-2671.", "Ring [phone] or [phone]."),
            ("0049 151 23456789", "[phone]"),
            ("Tel.: 030 / 1234567", "Tel.: [phone]"),
            ("我的手机号是13812345678，很好用", "我的手机号是[phone]，很好用"),
            ("打138-1234-5678或+86 13912345678", "打[phone]或[phone]"),
            ("客服电话：010-62345678", "客服电话：[phone]"),
            ("phone 5552671 ext", "phone [phone] ext"),
            // cards, accounts and ids
            ("my card 4111 1111 1111 1111 was charged", "my card [card] was charged"),
            ("5500-0000-0000-0004", "[card]"),
            ("卡号6222021234567890128", "卡号[card]"),
            ("IBAN DE89 3704 0044 0532 0130 00 BITTE", "IBAN [account] BITTE"),
            ("GB82WEST12345698765432.", "[account]."),
            ("身份证11010519491231002X没通过", "身份证[id]没通过"),
            // keys
            ("Authorization: Bearer abcdef1234567890XYZ", "Authorization: Bearer [key]"),
            ("key sk_live_4eC39HqLyjWDarjtT1zdp7dc leaked", "key [key] leaked"),
            ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "[key]"),
            ("AKIAIOSFODNN7EXAMPLE", "[key]"),
            ("xoxb-123456789012-abcdefABCDEF", "[key]"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_123 fails", "[key] fails"),
            ("my password: hunter2!", "my password: [key]"),
            ("Password: swordfish\nit fails", "Password: [key]\nit fails"),
            ("密码是abc12345登录不了", "密码是[key]登录不了"),
            ("see https://a.example/x?token=abc123def&p=2", "see https://a.example/x?token=[key]&p=2"),
            // postal addresses
            ("Send it to 221B Baker Street, London, please", "Send it to [address], London, please"),
            ("at 1600 Pennsylvania Avenue NW, Washington, DC 20500", "at [address]"),
            ("Ich wohne in der Berliner Straße 12a, 10115 Berlin.", "Ich wohne in der [address]."),
            ("Hauptstr. 5 ist es", "[address] ist es"),
            ("我住在北京市朝阳区建国路88号6栋1203室，快递慢", "我住在[address]，快递慢"),
            ("寄到广东省深圳市南山区科技南路16号", "寄到[address]"),
            // IP addresses
            ("10 Downing Street, London SW1A 2AA. Great", "[address]. Great"),
            ("Ship it to 1600 Amphitheatre Parkway, Mountain View, CA 94043.", "Ship it to [address]."),
            ("P.O. Box 1234, Springfield, IL 62701-1234 or Postfach 12 34 56, 10115 Berlin", "[address] or [address]"),
            ("深圳市南山区科技园南路18号深圳湾科技生态园10栋A座2301 邮编518057 很好用", "[address] 邮编[address] 很好用"),
            ("九龍彌敦道 88 號 5 樓 B 室, 電話 2345 6789", "[address], 電話 [phone]"),
            ("台北市信義區信義路五段 7 號 89 樓", "[address]"),
            ("建国路88号物业服务很差，3栋没水", "[address]物业服务很差，3栋没水"),
            // written so that programs do not see them
            ("ann (at) example (dot) com or ann＠example．com", "[e-mail] or [e-mail]"),
            ("ann [at] mail.example [dot] com!", "[e-mail]!"),
            // numbers and names of accounts
            ("身份证号码：110105194912310021，护照E12345678", "身份证号码：[id]，护照[id]"),
            ("my SSN is 078-05-1120", "my SSN is [id]"),
            ("微信号 wx_zhangsan88，QQ：12345678", "微信号 [account]，QQ：[account]"),
            ("WeChat: zhang_san88 or 020 7946 0958", "WeChat: [account] or [phone]"),
            ("from 203.0.113.42 since today", "from [ip] since today"),
            ("2001:db8:0:0:8:800:200c:417a blocked", "[ip] blocked"),
        ] {
            assert_eq!(masked(text.to_owned()), want, "{text}");
        }
    }

    #[test]
    fn figures_that_are_nobodys_stay() {
        for text in [
            "version 1.2.3.4 is broken, 10.0.19045.3803 too, v2.0.1.7 is fine",
            "Chrome/120.0.6099.109 crashes",
            "on 2024-05-01 at 10:20:30, 01.05.2024, 5/13/2024 and 2024/05/01 10:20",
            "it costs $1,234,567.89, €12.99 or 1 299 000 ¥",
            "100,000,000 downloads, +1.000.000 users, +25% and 1000000000000 rows",
            "ticket #13812345678, order 1714558830500 and 20240501102030",
            "order 1234567890123456 took 3 days",
            "550e8400-e29b-41d4-a716-446655440000",
            "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
            "icon@2x.png and react@18.2.0, @acme/desk@1.2.3",
            "Password: reset does not work",
            "the token: invalid error comes up",
            "password reset, API key page and secret menu are fine",
            "we bought 5 Google Drive licences and 10 Best Way points",
            "20 GB Speicherplatz, Speicherplatz 20 GB, Arbeitsplatz 2",
            "5 Star Service, 3 Acme Court cases",
            "评分5分，价格1299元，版本3.2.1，2024年5月1日，共100000000次",
            "走高速公路1小时，这条路88公里",
            "std::vec::Vec at 12:30:45, aa:bb:cc:dd:ee:ff",
            "call 911 or 10086, extension 4711",
            "easy to use, 4/5, 9 of 10, 1-800 people",
            "微信 Android 版闪退，微信iPhone15上也是，QQ音乐很好用，wechat login fails",
            "我不知道怎么用，护照功能很好，passport control is slow",
            "a box 12 cm wide, Post Malone, room 12 of 15",
        ] {
            assert_eq!(mask(text), None, "{text}");
        }
    }

    #[test]
    fn a_masked_text_is_not_masked_again() {
        let once = masked("Ann, ann@acme.example, +49 151 23456789, password: hunter2".to_owned());
        assert_eq!(mask(&once), None, "{once}");
    }

    #[test]
    fn places_move_with_the_marks() {
        let masked = mask("好 ann@acme.example fast 13812345678!").unwrap();
        assert_eq!(masked.text, "好 [e-mail] fast [phone]!");
        let place = |word: &str, text: &str| text.find(word).map(|at| text.chars().count() - text.get(at..).unwrap().chars().count());
        let original = "好 ann@acme.example fast 13812345678!";
        for word in ["好", "fast", "!"] {
            assert_eq!(Some(masked.place(place(word, original).unwrap())), place(word, &masked.text), "{word}");
        }
        assert_eq!(masked.place(5), 2, "within a piece");
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC{0,60}", digits in "[0-9@.:+ a-f/()-]{0,60}") {
            for text in [text, digits] {
                if let Some(masked) = mask(&text) {
                    let end = masked.place(text.chars().count());
                    proptest::prop_assert_eq!(end, masked.text.chars().count());
                }
            }
        }
    }
}

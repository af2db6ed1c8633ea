//! How often a feed wants to be read: `ttl`, `skipHours` and `skipDays` of RSS 2.0, and the syndication module's
//! `updatePeriod` and `updateFrequency`. They stand before the first entry; the rest is not looked at.

use std::time::Duration;

use super::vocabulary::{local_name, same};
use super::xml::{Token, Tokens};
use crate::sources::Wishes;

/// What the feed in `document` says of it.
pub(super) fn read(document: &str) -> Wishes {
    let mut wishes = Wishes::default();
    let (mut period, mut frequency, mut ttl) = (None, None, None);
    let mut within = "";
    for token in Tokens::of(document) {
        let said = match token {
            Token::Start(tag) if ["item", "entry"].iter().any(|entry| same(local_name(tag.name), entry)) => break,
            Token::Start(tag) => {
                within = local_name(tag.name);
                continue;
            }
            Token::End(_) => {
                within = "";
                continue;
            }
            Token::Text(said) | Token::Cdata(said) => said.trim(),
        };
        match within {
            "ttl" => ttl = said.parse().ok().map(|minutes: u64| Duration::from_secs(minutes.saturating_mul(60))),
            "updatePeriod" => period = length_of(said),
            "updateFrequency" => frequency = said.parse::<u32>().ok().filter(|times| *times > 0),
            // Early versions counted the hours from 1 to 24.
            "hour" => wishes.skip_hours.extend(said.parse::<i8>().ok().filter(|hour| (0..=24).contains(hour)).map(|hour| hour % 24)),
            "day" => wishes.skip_day(said),
            _ => {}
        }
    }
    // A frequency alone is one by the day, as the module says.
    let period = period.or(frequency.map(|_| Duration::from_hours(24)));
    wishes.good_for = ttl.or(period.map(|period| period / frequency.unwrap_or(1))).filter(|length| !length.is_zero());
    wishes
}

fn length_of(period: &str) -> Option<Duration> {
    let hours = match period.to_ascii_lowercase().as_str() {
        "hourly" => 1,
        "daily" => 24,
        "weekly" => 24 * 7,
        "monthly" => 24 * 30,
        "yearly" => 24 * 365,
        _ => return None,
    };
    Some(Duration::from_hours(hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_say_how_often_they_want_to_be_read() {
        let minutes = |minutes| Some(Duration::from_mins(minutes));
        let cases = [
            ("<ttl>60</ttl>", minutes(60)),
            ("<ttl><![CDATA[ 30 ]]></ttl>", minutes(30)),
            ("<ttl>0</ttl>", None),
            ("<ttl>soon</ttl>", None),
            ("<sy:updatePeriod>\n hourly </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", minutes(30)),
            ("<sy:updatePeriod>daily</sy:updatePeriod>", minutes(24 * 60)),
            ("<sy:updateFrequency>4</sy:updateFrequency>", minutes(6 * 60)),
            ("<sy:updatePeriod>daily</sy:updatePeriod><ttl>15</ttl>", minutes(15)),
            ("<item><ttl>60</ttl></item>", None),
            ("<image><title>60</title></image>", None),
        ];
        for (inner, good_for) in cases {
            assert_eq!(read(&format!("<rss><channel>{inner}<item/></channel></rss>")).good_for, good_for, "{inner}");
        }
    }

    #[test]
    fn hours_and_days_to_skip_are_read() {
        let wishes = read(
            "<rss><channel><skipHours><hour>0</hour><hour>24</hour><hour>7</hour><hour>25</hour></skipHours>\
             <skipDays><day>Sunday</day><day>Noday</day></skipDays></channel></rss>",
        );
        assert_eq!((wishes.skip_hours, wishes.skip_days), (vec![0, 0, 7], vec![7]));
    }
}

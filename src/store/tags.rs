//! A mention's tags as they stand beside it: JSON, short lists of numbers and words rather than objects with names.
//!
//! They are read with every mention, and there are several on each: what the mention says itself is not written again, and a
//! word that stood before is written as its number. Stores of earlier versions hold longer lists, which are read as well.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::places::Places;
use crate::mention::{Field, JoinedBy, Mention, Polarity, Tag};

/// What tags stand in.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said<'a> {
    pub(super) title: Option<&'a str>,
    pub(super) text: &'a str,
}

impl<'a> From<&'a Mention> for Said<'a> {
    fn from(mention: &'a Mention) -> Self {
        Self { title: mention.title.as_deref(), text: &mention.text }
    }
}

/// The parts of a mention, as tags are cut out of them one after the other.
struct Parts<'a> {
    title: Option<Places<'a>>,
    text: Places<'a>,
}

impl<'a> From<Said<'a>> for Parts<'a> {
    fn from(said: Said<'a>) -> Self {
        Self { title: said.title.map(Places::of), text: Places::of(said.text) }
    }
}

impl<'a> Parts<'a> {
    /// So many characters from `start` on of what a part says.
    fn slice(&mut self, field: Field, start: usize, length: usize) -> Option<&'a str> {
        match field {
            Field::Text => self.text.slice(start, length),
            Field::Title => self.title.as_mut()?.slice(start, length),
        }
    }
}

/// How a tag came about, in bits; where it starts and its length; the words that stand there (none as they are read there), the
/// phrase (none if it is these words), the theme, the rule, its list and the version there, the product; where that is named, and
/// the name's length.
#[derive(Serialize, Deserialize)]
struct Short<'a>(
    u8,
    usize,
    usize,
    #[serde(borrow)] Word<'a>,
    #[serde(borrow)] Word<'a>,
    #[serde(borrow)] Word<'a>,
    #[serde(borrow)] Word<'a>,
    #[serde(borrow)] Word<'a>,
    #[serde(borrow)] Word<'a>,
    #[serde(borrow)] Word<'a>,
    usize,
    usize,
);

/// A word in a list of tags.
enum Word<'a> {
    None,
    /// It stood before, as the word of this number, from 1.
    Again(usize),
    New(Cow<'a, str>),
}

/// What earlier versions wrote: a tag's values, in the order of [`Tag`]'s fields.
#[derive(Deserialize)]
struct Long(
    Polarity,
    String,
    String,
    Option<String>,
    Field,
    usize,
    usize,
    String,
    Option<usize>,
    Option<usize>,
    Option<JoinedBy>,
    String,
    bool,
    String,
);

pub(super) fn write_tags(tags: &[Tag], said: Said<'_>) -> serde_json::Result<String> {
    let (mut parts, mut words) = (Parts::from(said), Vec::new());
    serde_json::to_string(&tags.iter().map(|tag| short(tag, &mut parts, &mut words)).collect::<Vec<_>>())
}

pub(super) fn read_tags(json: &str, said: Said<'_>) -> serde_json::Result<Vec<Tag>> {
    if json.starts_with("[[\"") {
        return Ok(serde_json::from_str::<Vec<Long>>(json)?.into_iter().map(long).collect());
    }
    let (mut parts, mut words) = (Parts::from(said), Vec::new());
    serde_json::from_str::<Vec<Short<'_>>>(json)?.into_iter().map(|short| tag(short, &mut parts, &mut words)).collect()
}

fn short<'t>(tag: &'t Tag, parts: &mut Parts<'_>, words: &mut Vec<&'t str>) -> Short<'t> {
    let length = tag.end.saturating_sub(tag.start);
    let as_it_stands = parts.slice(tag.field, tag.start, length) == Some(tag.text.as_str());
    let found = if as_it_stands { Word::None } else { word(&tag.text, words) };
    let phrase = if tag.phrase == tag.text { Word::None } else { word(&tag.phrase, words) };
    let (list, version) = tag.list.rsplit_once('@').unwrap_or((&tag.list, ""));
    let (product_start, product_end) = tag.product_start.zip(tag.product_end).unwrap_or_default();
    Short(
        bits(tag),
        tag.start,
        length,
        found,
        phrase,
        word(&tag.theme, words),
        word(&tag.rule, words),
        word(list, words),
        word(version, words),
        tag.product.as_deref().map_or(Word::None, |product| word(product, words)),
        product_start,
        product_end.saturating_sub(product_start),
    )
}

fn word<'t>(text: &'t str, words: &mut Vec<&'t str>) -> Word<'t> {
    if let Some(place) = words.iter().position(|word| *word == text) {
        return Word::Again(place + 1);
    }
    words.push(text);
    Word::New(Cow::Borrowed(text))
}

fn tag<'t>(short: Short<'t>, parts: &mut Parts<'_>, words: &mut Vec<Cow<'t, str>>) -> serde_json::Result<Tag> {
    let Short(how, start, length, found, phrase, theme, rule, list, version, product, product_start, product_length) = short;
    let (polarity, field, negated, joined_by) =
        of_bits(how).ok_or_else(|| serde_json::Error::custom("a tag came about in no known way"))?;
    let mut read = |word: Word<'t>| -> serde_json::Result<Option<String>> {
        match word {
            Word::None => Ok(None),
            Word::Again(number) => match words.get(number.wrapping_sub(1)) {
                Some(word) => Ok(Some(word.to_string())),
                None => Err(serde_json::Error::custom("a tag names a word that never stood")),
            },
            Word::New(text) => {
                words.push(text.clone());
                Ok(Some(text.into_owned()))
            }
        }
    };
    let text = read(found)?.unwrap_or_else(|| parts.slice(field, start, length).unwrap_or_default().to_owned());
    Ok(Tag {
        polarity,
        phrase: read(phrase)?.unwrap_or_else(|| text.clone()),
        theme: read(theme)?.unwrap_or_default(),
        rule: read(rule)?.unwrap_or_default(),
        list: match (read(list)?.unwrap_or_default(), read(version)?.unwrap_or_default()) {
            (list, version) if version.is_empty() => list,
            (list, version) => format!("{list}@{version}"),
        },
        product: read(product)?,
        field,
        start,
        end: start + length,
        text,
        product_start: (product_length > 0).then_some(product_start),
        product_end: (product_length > 0).then_some(product_start + product_length),
        joined_by,
        negated,
    })
}

fn long(values: Long) -> Tag {
    let Long(polarity, phrase, theme, product, field, start, end, text, product_start, product_end, joined_by, rule, negated, list) =
        values;
    Tag { polarity, phrase, theme, product, field, start, end, text, product_start, product_end, joined_by, rule, negated, list }
}

const JOINED: [Option<JoinedBy>; 6] =
    [None, Some(JoinedBy::Clause), Some(JoinedBy::Sentence), Some(JoinedBy::Nearby), Some(JoinedBy::Title), Some(JoinedBy::Subject)];

/// One bit each for a complaint, a title and a negation; above them how it was joined.
fn bits(tag: &Tag) -> u8 {
    let joined = JOINED.iter().position(|joined| *joined == tag.joined_by).unwrap_or_default() as u8;
    u8::from(tag.polarity == Polarity::Complaint) | u8::from(tag.field == Field::Title) << 1 | u8::from(tag.negated) << 2 | joined << 3
}

fn of_bits(bits: u8) -> Option<(Polarity, Field, bool, Option<JoinedBy>)> {
    let polarity = if bits & 1 == 0 { Polarity::Praise } else { Polarity::Complaint };
    let field = if bits & 2 == 0 { Field::Text } else { Field::Title };
    Some((polarity, field, bits & 4 != 0, *JOINED.get(usize::from(bits >> 3))?))
}

impl Serialize for Word<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_u64(0),
            Self::Again(number) => serializer.serialize_u64(*number as u64),
            Self::New(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Words)
    }
}

struct Words;

impl<'de> Visitor<'de> for Words {
    type Value = Word<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word or its number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Word<'de>, E> {
        Ok(if number == 0 { Word::None } else { Word::Again(usize::try_from(number).map_err(E::custom)?) })
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Word<'de>, E> {
        Ok(Word::New(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Word<'de>, E> {
        Ok(Word::New(Cow::Owned(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: Said<'_> = Said { title: Some("Easy to use"), text: "\"Acme\" 很好用, it isn't slow" };

    fn tags() -> Vec<Tag> {
        let tag = Tag {
            polarity: Polarity::Praise,
            phrase: "好用".to_owned(),
            theme: "ease of use".to_owned(),
            product: Some("Acme".to_owned()),
            field: Field::Text,
            start: 8,
            end: 10,
            text: "好用".to_owned(),
            product_start: Some(1),
            product_end: Some(5),
            joined_by: Some(JoinedBy::Clause),
            rule: "plain".to_owned(),
            negated: false,
            list: "praise.zh@1f0c".to_owned(),
        };
        let title = Tag {
            phrase: "easy to use".to_owned(),
            field: Field::Title,
            start: 0,
            end: 11,
            text: "Easy to use".to_owned(),
            product_start: None,
            product_end: None,
            joined_by: Some(JoinedBy::Subject),
            list: "praise.en@02ab".to_owned(),
            ..tag.clone()
        };
        let alone = Tag {
            polarity: Polarity::Complaint,
            phrase: "\"slow\"\n".to_owned(),
            theme: String::new(),
            product: None,
            start: 100,
            end: 104,
            text: "slow".to_owned(),
            joined_by: None,
            rule: "negation: isn't".to_owned(),
            negated: true,
            list: "goodword".to_owned(),
            ..title.clone()
        };
        vec![tag, title, alone]
    }

    #[test]
    fn tags_are_read_as_they_were_written() {
        let json = write_tags(&tags(), SAID).unwrap();
        assert_eq!(read_tags(&json, SAID).unwrap(), tags());
        assert_eq!(write_tags(&[], SAID).unwrap(), "[]");
        assert_eq!(read_tags("[]", SAID).unwrap(), []);
    }

    #[test]
    fn what_stood_before_or_stands_in_the_mention_is_not_written_again() {
        let two = tags().into_iter().take(1).cycle().take(2).collect::<Vec<_>>();
        let json = write_tags(&two, SAID).unwrap();
        assert_eq!(json, r#"[[8,8,2,0,0,"ease of use","plain","praise.zh","1f0c","Acme",1,4],[8,8,2,0,0,1,2,3,4,5,1,4]]"#);
    }

    #[test]
    fn lists_of_earlier_versions_are_read() {
        let json = r#"[["praise","好用","ease of use","Acme","text",8,10,"好用",1,5,"clause","plain",false,"praise.zh@1f0c"]]"#;
        assert_eq!(read_tags(json, SAID).unwrap().as_slice(), &tags()[..1]);
    }

    #[test]
    fn a_list_that_makes_no_sense_is_an_error() {
        for json in ["", "[[8,8]]", "[[250,8,2,0,0,0,0,0,0,0,1,4]]", "[[8,8,2,0,7,0,0,0,0,0,1,4]]", "[[8,8,2,0,-1,0,0,0,0,0,1,4]]"] {
            assert!(read_tags(json, SAID).is_err(), "{json}");
        }
    }
}

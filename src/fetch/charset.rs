//! Which characters a page's bytes stand for.
//!
//! Byte order mark, then the HTTP header, then what the page declares of itself, then its looks; whatever is plainly
//! wrong yields to what the bytes say. Knows nothing of feeds or HTML beyond where they declare their encoding.

use std::borrow::Cow;
use std::io::{self, Cursor, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Decoder, EUC_KR, Encoding, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

/// How far into a page its own declaration is looked for, as browsers do (and a little more for feeds with long prologues).
const DECLARED_WITHIN: usize = 2048;
/// How much of a page is looked at to guess its encoding.
const GUESSED_FROM: usize = 256 * 1024;

/// The text of `body`, which came with the header `content_type`.
pub fn decode<'a>(body: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    if let Some(text) = by_mark(body) {
        return text;
    }
    if let Some(text) = by_zeros(body) {
        return text;
    }
    let named = || content_type.and_then(header_label).into_iter().chain(declared_label(body)).filter_map(encoding);
    match std::str::from_utf8(body) {
        Ok(text) if !body.contains(&0x1b) && (text.len() < 3 || !might_be_chance(text) || !named().any(|named| named != UTF_8)) => {
            Cow::Borrowed(text)
        }
        // Bytes of ASCII only may still stand for Japanese, set off by escapes.
        Ok(text) => {
            let escapes = || Some(guess(body)).filter(|guess| *guess == ISO_2022_JP && text.is_ascii());
            named().chain(escapes()).find_map(|named| plausibly(named, body)).unwrap_or(Cow::Borrowed(text))
        }
        // Hardly any other text is UTF-8 but for a few characters.
        Err(_) => plausibly(UTF_8, body)
            .or_else(|| named().find_map(|named| plausibly(named, body)))
            .unwrap_or_else(|| guess(body).decode_without_bom_handling(body).0),
    }
}

/// Reads text that is not UTF-8 as such, guessing its encoding from its mark or looks; UTF-8 passes through, broken or not.
pub fn decoding<'a>(mut reader: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut head = Vec::new();
    reader.by_ref().take(GUESSED_FROM as u64).read_to_end(&mut head)?;
    // A character may be cut at the end of the head.
    let is_utf8 =
        std::str::from_utf8(&head).map_or_else(|error| error.error_len().is_none(), |_| true) || plausibly(UTF_8, &head).is_some();
    let encoding = match Encoding::for_bom(&head) {
        Some((encoding, _)) if encoding != UTF_8 => Some(encoding),
        None if !is_utf8 => Some(guess(&head)),
        _ => None,
    };
    let whole = Cursor::new(head).chain(reader);
    Ok(match encoding {
        Some(encoding) => Box::new(Decoding { reader: whole, decoder: encoding.new_decoder(), text: Vec::new(), given: 0, ended: false }),
        None => Box::new(whole),
    })
}

/// A reader of text in another encoding.
struct Decoding<R> {
    reader: R,
    decoder: Decoder,
    text: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, wanted: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() && !self.ended {
            let mut raw = [0; 8192];
            let length = self.reader.read(&mut raw)?;
            self.ended = length == 0;
            let raw = raw.get(..length).unwrap_or_default();
            let mut text = String::with_capacity(self.decoder.max_utf8_buffer_length(length).unwrap_or(length * 4));
            let _read = self.decoder.decode_to_string(raw, &mut text, self.ended);
            (self.text, self.given) = (text.into_bytes(), 0);
        }
        let mut rest = self.text.get(self.given..).unwrap_or_default();
        let length = rest.read(wanted)?;
        self.given += length;
        Ok(length)
    }
}

/// By byte order mark. UTF-32 comes first, for its mark begins with that of UTF-16.
fn by_mark(body: &[u8]) -> Option<Cow<'_, str>> {
    match body {
        [0xff, 0xfe, 0, 0, rest @ ..] => Some(utf32(rest, u32::from_le_bytes).into()),
        [0, 0, 0xfe, 0xff, rest @ ..] => Some(utf32(rest, u32::from_be_bytes).into()),
        _ => {
            let (encoding, length) = Encoding::for_bom(body)?;
            Some(encoding.decode_without_bom_handling(body.get(length..)?).0)
        }
    }
}

/// UTF-16 and UTF-32 without a mark, by where the zeros of their ASCII characters stand.
fn by_zeros(body: &[u8]) -> Option<Cow<'_, str>> {
    let head = body.get(..body.len().min(256))?;
    if head.len() < 4 || !head.contains(&0) {
        return None;
    }
    let mut zeros = [0_usize; 4];
    for quad in head.as_chunks::<4>().0 {
        for (count, byte) in zeros.iter_mut().zip(quad) {
            *count += usize::from(*byte == 0);
        }
    }
    let quads = head.len() / 4;
    let [a, b, c, d] = zeros.map(|count| count * 10 > quads * 7);
    let never = |places: [usize; 2]| places.iter().all(|place| zeros.get(*place).is_some_and(|count| count * 10 <= quads));
    match (a, b, c, d) {
        (false, true, true, true) => Some(utf32(body, u32::from_le_bytes).into()),
        (true, true, true, false) => Some(utf32(body, u32::from_be_bytes).into()),
        (_, true, _, true) if never([0, 2]) => Some(UTF_16LE.decode_without_bom_handling(body).0),
        (true, _, true, _) if never([1, 3]) => Some(UTF_16BE.decode_without_bom_handling(body).0),
        _ => None,
    }
}

fn utf32(body: &[u8], value: fn([u8; 4]) -> u32) -> String {
    body.as_chunks::<4>().0.iter().map(|quad| char::from_u32(value(*quad)).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Whether text that is valid UTF-8 might be so by chance: its non-ASCII characters are few, and all of two bytes.
fn might_be_chance(text: &str) -> bool {
    let mut few = 0;
    for letter in text.chars().filter(|letter| !letter.is_ascii()) {
        few += 1;
        if few > 2 || letter.len_utf8() > 2 {
            return false;
        }
    }
    few > 0
}

/// The text in the encoding a header or declaration names, unless it is plainly wrong. A few broken characters are not:
/// feeds cut summaries in the middle of one.
fn plausibly<'a>(encoding: &'static Encoding, body: &'a [u8]) -> Option<Cow<'a, str>> {
    let (text, broken) = encoding.decode_without_bom_handling(body);
    (!broken || mostly_whole(&text)).then_some(text)
}

fn mostly_whole(text: &str) -> bool {
    let (mut foreign, mut broken) = (0_usize, 0_usize);
    for letter in text.chars().filter(|letter| !letter.is_ascii()) {
        foreign += 1;
        broken += usize::from(letter == char::REPLACEMENT_CHARACTER);
    }
    broken * 20 <= foreign
}

/// The likeliest encoding of text that is not UTF-8.
fn guess(body: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    let head = body.get(..GUESSED_FROM).unwrap_or(body);
    detector.feed(head, head.len() == body.len());
    detector.guess(None, Utf8Detection::Allow)
}

/// The encoding of a label as sites write them; none for labels that cannot be true of a page read this far.
fn encoding(label: &[u8]) -> Option<&'static Encoding> {
    let label = label.trim_ascii();
    let found = match label.to_ascii_lowercase().as_slice() {
        b"cp949" | b"uhc" => Some(EUC_KR),
        b"cp936" | b"ms936" => Some(GBK),
        b"cp950" => Some(BIG5),
        b"cp932" => Some(SHIFT_JIS),
        b"iso2022jp" => Some(ISO_2022_JP),
        label => Encoding::for_label_no_replacement(label),
    };
    found.filter(|found| *found != UTF_16LE && *found != UTF_16BE)
}

/// `charset` of a `Content-Type`.
fn header_label(content_type: &str) -> Option<&[u8]> {
    value_after(content_type.as_bytes(), b"charset")
}

/// What a page declares of itself: the XML declaration's `encoding`, else a `<meta>` element's `charset`.
fn declared_label(body: &[u8]) -> Option<&[u8]> {
    let head = body.get(..DECLARED_WITHIN).unwrap_or(body);
    let xml = head.trim_ascii_start().strip_prefix(b"<?xml").and_then(|rest| rest.split(|byte| *byte == b'>').next());
    if let Some(label) = xml.and_then(|declaration| value_after(declaration, b"encoding")) {
        return Some(label);
    }
    let mut tags = head.split(|byte| *byte == b'<').skip(1);
    tags.find_map(|tag| {
        let is_meta = tag.get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"));
        is_meta.then(|| value_after(tag.split(|byte| *byte == b'>').next()?, b"charset")).flatten()
    })
}

/// The value in `name = "value"`, quoted or not.
fn value_after<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut windows = text.windows(name.len()).enumerate();
    windows.find_map(|(at, window)| {
        let rest = window.eq_ignore_ascii_case(name).then(|| text.get(at + name.len()..))??;
        let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let value = rest.split(|byte| matches!(byte, b'"' | b'\'' | b';' | b'>' | b',') || byte.is_ascii_whitespace());
        value.into_iter().find(|value| !value.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHINESE: &str = "这个软件很好用，客服回复也快，我们全公司都在用。";

    fn bytes(label: &str, text: &str) -> Vec<u8> {
        Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
    }

    #[test]
    fn a_page_reads_the_same_in_whatever_encoding_it_says_it_has() {
        let cases = [
            ("gb2312", CHINESE),
            ("GBK", CHINESE),
            ("gb18030", "𠀀字也有"),
            ("big5", "這個軟體很好用"),
            ("shift_jis", "とても使いやすいです"),
            ("euc-jp", "とても使いやすいです"),
            ("iso-2022-jp", "とても使いやすいです"),
            ("euc-kr", "정말 쓰기 편해요"),
            ("koi8-r", "Очень удобно"),
            ("windows-1251", "Очень удобно"),
            ("windows-1252", "Sehr nützlich – für alle"),
            ("iso-8859-2", "Nagyon jó, őszintén"),
        ];
        for (label, text) in cases {
            let body = bytes(label, text);
            assert_eq!(decode(&body, Some(&format!("text/plain; charset=\"{label}\""))), text, "header {label}");
            let xml = format!("<?xml version='1.0' encoding='{label}'?><t>{text}</t>");
            assert_eq!(decode(&bytes(label, &xml), Some("text/xml")), xml, "declaration {label}");
            for meta in ["<meta charset=LABEL>", "<META http-equiv=Content-Type content=\"text/html; charset=LABEL\">"] {
                let html = format!("<html><head>{}</head>{text}", meta.replace("LABEL", label));
                assert_eq!(decode(&bytes(label, &html), None), html, "meta {label}");
            }
        }
    }

    #[test]
    fn a_label_that_is_plainly_wrong_yields_to_the_bytes() {
        let utf8 = CHINESE.as_bytes();
        assert_eq!(decode(utf8, Some("text/html; charset=gb2312")), CHINESE);
        assert_eq!(decode(utf8, Some("text/html; charset=iso-8859-1")), CHINESE);
        let gbk = bytes("gbk", &format!("<?xml version=\"1.0\" encoding=\"gb2312\"?>{CHINESE}"));
        assert!(decode(&gbk, Some("text/xml; charset=utf-8")).ends_with(CHINESE));
        assert!(decode(&bytes("gbk", &CHINESE.repeat(4)), Some("text/xml; charset=utf-8")).starts_with(CHINESE));
        assert_eq!(decode(CHINESE.as_bytes(), Some("text/html; charset=klingon")), CHINESE);
        assert_eq!(decode(&bytes("iso-2022-jp", "とても使いやすいです"), None), "とても使いやすいです");
    }

    #[test]
    fn a_cut_character_does_not_make_the_label_wrong() {
        let mut body = bytes("gbk", &CHINESE.repeat(3));
        body.pop();
        assert!(decode(&body, Some("text/html; charset=gbk")).starts_with(CHINESE));
        let utf8 = CHINESE.repeat(3).into_bytes();
        assert!(decode(&utf8[..utf8.len() - 1], None).starts_with(CHINESE));
    }

    #[test]
    fn wide_encodings_with_and_without_their_mark() {
        let text = "<rss>好用 café</rss>";
        let wide = |little: bool, length: usize, mark: bool| -> Vec<u8> {
            let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
            let units: Vec<u32> = match length {
                2 => marked.encode_utf16().map(u32::from).collect(),
                _ => marked.chars().map(u32::from).collect(),
            };
            let cut = |unit: u32| match little {
                true => unit.to_le_bytes()[..length].to_vec(),
                false => unit.to_be_bytes()[4 - length..].to_vec(),
            };
            units.into_iter().flat_map(cut).collect()
        };
        for little in [true, false] {
            for length in [2, 4] {
                for mark in [true, false] {
                    assert_eq!(decode(&wide(little, length, mark), None), text, "{little} {length} {mark}");
                }
            }
        }
    }

    #[test]
    fn utf8_is_not_copied() {
        assert!(matches!(decode(CHINESE.as_bytes(), Some("text/xml; charset=utf-8")), Cow::Borrowed(_)));
        assert!(matches!(decode(b"\xef\xbb\xbfplain", None), Cow::Borrowed("plain")));
        assert!(matches!(decode(b"", Some("text/html; charset=gbk")), Cow::Borrowed("")));
    }
}

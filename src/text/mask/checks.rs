//! Whether what looks like a private piece is one: sums of digits, what stands around it, and what else it may be.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

type Piece = Option<Range<usize>>;

fn told<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or_default()
}

fn before(text: &str, range: &Range<usize>) -> Option<char> {
    text.get(..range.start)?.chars().next_back()
}

fn after(text: &str, range: &Range<usize>) -> Option<char> {
    text.get(range.end..)?.chars().next()
}

fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|letter| letter.to_digit(10)).collect()
}

pub(super) fn always(_text: &str, range: Range<usize>) -> Piece {
    Some(range)
}

/// What follows `Bearer` is a key unless it is a word.
pub(super) fn secret(text: &str, range: Range<usize>) -> Piece {
    told(text, &range).chars().any(|letter| letter.is_ascii_digit()).then_some(range)
}

/// What follows `password:` is one if it is no plain word, or ends its line.
pub(super) fn key_word(text: &str, range: Range<usize>) -> Piece {
    let value = told(text, &range).trim_end_matches(['.', ',', ';', '?', ')']);
    let end = range.start + value.len();
    let is_word = value.chars().all(|letter| letter.is_alphabetic() || matches!(letter, '-' | '\''));
    let ends_line = text.get(end..).is_some_and(|rest| rest.trim_start_matches([' ', '\t', '.']).starts_with(['\n', '\r']));
    let is_mark = value.starts_with('[');
    let is_key = value.chars().count() >= 4 && !is_mark && (!is_word || (ends_line && value.chars().count() >= 6));
    is_key.then_some(range.start..end)
}

pub(super) fn mail(text: &str, range: Range<usize>) -> Piece {
    let mail = told(text, &range);
    let start = range.start + (mail.len() - mail.trim_start_matches(['.', '\'', '-', '%', '+']).len());
    let domain = mail.rsplit(['@', ' ', ']', ')']).next().unwrap_or_default();
    // `icon@2x.png`, `git@github.com:acme/desk`
    let is_scale = domain.split('.').next().is_some_and(|first| first.ends_with('x') && first.starts_with(|c: char| c.is_ascii_digit()));
    let is_repository = mail.starts_with("git@") && after(text, &range) == Some(':');
    (!is_scale && !is_repository).then_some(start..range.end)
}

/// An IBAN and nothing after it: a text in capitals may go on at once.
pub(super) fn iban(text: &str, range: Range<usize>) -> Piece {
    let candidate = told(text, &range);
    let ends = candidate.char_indices().map(|(at, letter)| at + letter.len_utf8()).rev();
    for end in ends {
        let account: String = told(candidate, &(0..end)).chars().filter(|letter| *letter != ' ').collect();
        if account.len() < 15 {
            return None;
        }
        if told(candidate, &(end..candidate.len())).starts_with(|next: char| next.is_ascii_alphanumeric()) {
            continue;
        }
        if account.len() <= 34 && remainder_of_97(&account) == Some(1) {
            return Some(range.start..range.start + end);
        }
    }
    None
}

fn remainder_of_97(account: &str) -> Option<u32> {
    let (head, tail) = account.split_at_checked(4)?;
    tail.chars().chain(head.chars()).try_fold(0, |rest, letter| {
        let value = letter.to_digit(36)?;
        Some(if value < 10 { (rest * 10 + value) % 97 } else { (rest * 100 + value) % 97 })
    })
}

/// The number of an identity card of China: a day of birth in the middle, a check digit at the end.
pub(super) fn chinese_id(text: &str, range: Range<usize>) -> Piece {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let number = told(text, &range).to_ascii_uppercase();
    let digits = digits(number.get(..17)?);
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    let check = "10X98765432".chars().nth(usize::try_from(sum % 11).ok()?)?;
    let month: u32 = number.get(10..12)?.parse().ok()?;
    let day: u32 = number.get(12..14)?.parse().ok()?;
    let is_born = matches!(number.get(6..8), Some("18" | "19" | "20")) && (1..=12).contains(&month) && (1..=31).contains(&day);
    (is_born && number.ends_with(check)).then_some(range)
}

/// A number of a payment card: the digits it begins with, as many as its brand has, and Luhn's sum.
pub(super) fn card(text: &str, range: Range<usize>) -> Piece {
    let number = told(text, &range);
    let digits = digits(number);
    let start = |count: usize| digits.iter().take(count).fold(0, |start, digit| start * 10 + digit);
    let is_brand = matches!(
        (digits.len(), start(1), start(2), start(4)),
        (13 | 16 | 19, 4, ..)
            | (16, _, 51..=55 | 35, _)
            | (16, _, _, 2221..=2720)
            | (15, _, 34 | 37, _)
            | (14, _, 36 | 38 | 39, _)
            | (14, _, _, 3000..=3059)
            | (16..=19, _, 62 | 65, _)
            | (16..=19, _, _, 6011 | 6440..=6499)
    );
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits.iter().rev().enumerate().map(|(place, digit)| if place % 2 == 1 { doubled(*digit) } else { *digit }).sum();
    (is_brand && sum.is_multiple_of(10) && !is_part(text, &range)).then_some(range)
}

/// Whether it belongs to something longer: an id, an address of a page, a ticket.
fn is_part(text: &str, range: &Range<usize>) -> bool {
    matches!(before(text, range), Some('#' | '/' | '=' | '_' | '-' | '.' | ','))
        || matches!(after(text, range), Some('_' | '/' | '='))
        || (matches!(after(text, range), Some('.' | ',' | '-'))
            && text.get(range.end + 1..).is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit())))
}

/// Four numbers are an address unless they are a version.
pub(super) fn ip_v4(text: &str, range: Range<usize>) -> Piece {
    told(text, &range).parse::<Ipv4Addr>().ok()?;
    let lead: String = text.get(..range.start)?.chars().rev().take(16).collect::<Vec<_>>().into_iter().rev().collect();
    let lead = lead.to_lowercase();
    let lead = lead.trim_end_matches([' ', ':', '：', '/', '-', '(']);
    let is_version = ["version", "ver", "v", "ver.", "release", "build", "firmware", "update", "版本", "版"].iter().any(|word| {
        lead.strip_suffix(word).is_some_and(|rest| !word.is_ascii() || !rest.ends_with(|letter: char| letter.is_ascii_alphanumeric()))
    });
    let goes_on = matches!(before(text, &range), Some('.' | '/' | '-' | '_' | 'v'))
        || (after(text, &range) == Some('.') && text.get(range.end + 1..)?.starts_with(|next: char| next.is_ascii_digit()));
    (!is_version && !goes_on).then_some(range)
}

pub(super) fn ip_v6(text: &str, range: Range<usize>) -> Piece {
    let candidate = told(text, &range);
    let is_whole = candidate.matches(':').count() >= 3 && candidate.parse::<Ipv6Addr>().is_ok();
    let is_apart = [before(text, &range), after(text, &range)].iter().flatten().all(|letter| !letter.is_ascii_alphanumeric());
    (is_whole && is_apart).then_some(range)
}

pub(super) fn phone(text: &str, range: Range<usize>) -> Piece {
    let candidate = told(text, &range);
    let start = range.start + (candidate.len() - candidate.trim_start().len());
    let range = start..range.end;
    let candidate = candidate.trim();
    let count = digits(candidate).len();
    let is_number = before(text, &range).is_some_and(|letter| letter.is_ascii_alphanumeric())
        || after(text, &range).is_some_and(|letter| letter.is_ascii_alphanumeric());
    (7..=15).contains(&count).then_some(())?;
    (!is_number && !is_part(text, &range) && !is_date(candidate) && !is_grouped(candidate)).then_some(range)
}

/// A day, however it is written.
fn is_date(candidate: &str) -> bool {
    let parts: Vec<&str> = candidate.split(['-', '/', '.', ' ']).collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let year = |part: &str| part.parse().is_ok_and(|year: u32| (1900..=2100).contains(&year));
    match lengths.as_slice() {
        [4, 1 | 2, 1 | 2, ..] => parts.first().is_some_and(|part| year(part)),
        [1 | 2, 1 | 2, 4] => parts.last().is_some_and(|part| year(part)),
        _ => false,
    }
}

/// A large figure: `+1.000.000`.
fn is_grouped(candidate: &str) -> bool {
    let parts: Vec<&str> = candidate.trim_start_matches('+').split('.').collect();
    parts.len() > 1 && parts.iter().skip(1).all(|part| part.len() == 3 && part.chars().all(|letter| letter.is_ascii_digit()))
        || candidate.trim_start_matches(['+', '1']).chars().all(|letter| matches!(letter, '0' | ' '))
}

pub(super) fn address(text: &str, range: Range<usize>) -> Piece {
    let address = told(text, &range);
    Some(range.start..range.start + address.trim_end().len())
}

/// The words that lead to a place in China are none of it: `我住在…`, `寄到…`.
pub(super) fn chinese_address(text: &str, range: Range<usize>) -> Piece {
    const LEADS: [char; 8] = ['在', '到', '是', '址', '为', '往', '住', '去'];
    let address = told(text, &range);
    let lead = address.char_indices().take(6).filter(|(_, letter)| LEADS.contains(letter)).last();
    let start = range.start + lead.map_or(0, |(at, letter)| at + letter.len_utf8());
    let address = told(text, &(start..range.end));
    // `这条路`, `高速公路`: a street by itself is no address.
    let is_one = address.chars().count() >= 6 && address.contains(['号', '號', '市', '弄']);
    is_one.then_some(start..range.end)
}

//! Mails of a server as the bytes of one page, so that they are remembered and read like any other.

use std::io::Write;

use crate::fetch::Mails;

const MARK: &str = "goodword-mails";

/// The mails as bytes.
pub(in crate::sources) fn write(mails: &Mails) -> Vec<u8> {
    let mut bytes = format!("{MARK} {} {} {}\n", mails.validity, mails.last, mails.left).into_bytes();
    for (number, mail) in &mails.messages {
        writeln!(bytes, "{number} {}", mail.len()).expect("memory takes all that is written to it");
        bytes.extend_from_slice(mail);
    }
    bytes
}

/// The mails that are written so; none if the bytes are something else, or break off.
pub(super) fn read(bytes: &[u8]) -> Option<Mails> {
    let (head, mut rest) = line(bytes)?;
    let [mark, validity, last, left] = head.split(' ').collect::<Vec<_>>().try_into().ok()?;
    if mark != MARK {
        return None;
    }
    let mut mails = Mails { validity: validity.parse().ok()?, last: last.parse().ok()?, left: left.parse().ok()?, messages: Vec::new() };
    while !rest.is_empty() {
        let (head, after) = line(rest)?;
        let (number, length) = head.split_once(' ')?;
        let (mail, after) = after.split_at_checked(length.parse().ok()?)?;
        mails.messages.push((number.parse().ok()?, mail.to_vec()));
        rest = after;
    }
    Some(mails)
}

fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at_checked(end)?;
    Some((std::str::from_utf8(line).ok()?, rest.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_breaks_off_is_not() {
        let mails = Mails { validity: 7, last: 12, left: 3, messages: vec![(11, b"a\n\xff b".to_vec()), (12, Vec::new())] };
        let bytes = write(&mails);
        assert_eq!(read(&bytes).as_ref(), Some(&mails));
        assert_eq!(read(&bytes[..bytes.len() - 3]), None);
        assert_eq!(read(b"From ann@a.example\nSubject: x\n"), None);
    }
}

//! How a list writes a phrase. Turns what is written into the forms it stands for; knows nothing of lists and matching.
//!
//! ```text
//! easy to use            these words, in any case, with any hyphens or none
//! {love,loves} it        any one of these
//! (really) easy          the words in brackets may be there or not
//! worth … money          a few words may stand between (three, or six Chinese characters), in one clause; `...` means the same
//! ```
//!
//! They may be put inside one another: `{waste,loss} of (my) {time,money}`, `worth … {money,price}`.

use std::fmt;

use crate::text::Normalised;

/// A phrase may stand for at most so many forms.
pub const MOST_FORMS: usize = 500;

/// Stands in a form, between blanks, where a few words may stand in a text.
pub const GAP: &str = "…";

/// The parts of a form that its gaps set apart; the whole form if it has none.
pub fn parts(form: &str) -> impl Iterator<Item = &str> {
    form.split(GAP).map(str::trim)
}

/// Why a written phrase cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing is left to look for.
    Empty,
    /// A bracket is not opened or not closed.
    Unbalanced(char),
    /// A gap has nothing before or behind it.
    LooseGap,
    /// It stands for more than [`MOST_FORMS`] forms.
    TooManyForms,
}

impl Unreadable {
    /// What to do about it.
    pub fn remedy(self) -> String {
        match self {
            Self::Empty => "write words between the quotes, or delete the entry".to_owned(),
            Self::Unbalanced(bracket) => {
                format!("give every `{bracket}` its partner: {{a,b}} for alternatives, (word) for words that may be missing")
            }
            Self::LooseGap => "write at least one word before and behind every `…`, and not only in brackets".to_owned(),
            Self::TooManyForms => format!("split it into several phrases of at most {MOST_FORMS} forms each"),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("says nothing"),
            Self::Unbalanced(bracket) => write!(f, "`{bracket}` has no partner"),
            Self::LooseGap => f.write_str("has a gap `…` that is not between words"),
            Self::TooManyForms => write!(f, "stands for more than {MOST_FORMS} forms"),
        }
    }
}

/// The forms that a written phrase stands for, each once, blanks tidied, gaps written as [`GAP`].
pub fn forms(written: &str) -> Result<Vec<String>, Unreadable> {
    let written = written.replace("...", GAP);
    let mut reader = Reader { letters: written.chars().collect(), at: 0 };
    let expanded = reader.sequence(None)?;
    let mut forms: Vec<String> = Vec::with_capacity(expanded.len());
    for form in expanded {
        let tidy = form.replace(GAP, " … ").split_whitespace().collect::<Vec<_>>().join(" ");
        if tidy.contains(GAP) && !parts(&tidy).all(says_something) {
            return Err(Unreadable::LooseGap);
        }
        if says_something(&tidy) && !forms.contains(&tidy) {
            forms.push(tidy);
        }
    }
    if forms.is_empty() { Err(Unreadable::Empty) } else { Ok(forms) }
}

/// Whether words, characters or emoji are left of a form when it is looked for.
fn says_something(form: &str) -> bool {
    Normalised::plain(form).bytes().iter().any(|byte| *byte > b' ')
}

struct Reader {
    letters: Vec<char>,
    at: usize,
}

impl Reader {
    /// Reads up to the end, or up to what closes `open`, which is left standing.
    fn sequence(&mut self, open: Option<char>) -> Result<Vec<String>, Unreadable> {
        let mut forms = vec![String::new()];
        while let Some(letter) = self.letters.get(self.at).copied() {
            match (letter, open) {
                ('}' | ',', Some('{')) | (')', Some('(')) => return Ok(forms),
                ('}' | ')', _) => return Err(Unreadable::Unbalanced(letter)),
                ('{', _) => {
                    let choices = self.alternatives()?;
                    forms = combined(&forms, &choices)?;
                }
                ('(', _) => {
                    self.at += 1;
                    let mut choices = self.sequence(Some('('))?;
                    self.at += 1;
                    choices.push(String::new());
                    forms = combined(&forms, &choices)?;
                }
                _ => {
                    forms.iter_mut().for_each(|form| form.push(letter));
                    self.at += 1;
                }
            }
        }
        open.map_or(Ok(forms), |bracket| Err(Unreadable::Unbalanced(bracket)))
    }

    fn alternatives(&mut self) -> Result<Vec<String>, Unreadable> {
        let mut choices = Vec::new();
        loop {
            self.at += 1;
            choices.extend(self.sequence(Some('{'))?);
            if self.letters.get(self.at) == Some(&'}') {
                self.at += 1;
                return Ok(choices);
            }
        }
    }
}

fn combined(heads: &[String], tails: &[String]) -> Result<Vec<String>, Unreadable> {
    if heads.len() * tails.len() > MOST_FORMS {
        return Err(Unreadable::TooManyForms);
    }
    Ok(heads.iter().flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}"))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_phrase_stands_for_its_forms() {
        let cases: [(&str, Result<&[&str], Unreadable>); 20] = [
            ("easy to use", Ok(&["easy to use"])),
            ("{love,loves} it", Ok(&["love it", "loves it"])),
            ("(really) easy", Ok(&["really easy", "easy"])),
            ("(very) (so) good", Ok(&["very so good", "very good", "so good", "good"])),
            ("{a,b}{c,d}", Ok(&["ac", "ad", "bc", "bd"])),
            ("{a (big),no} fan", Ok(&["a big fan", "a fan", "no fan"])),
            ("非常(很)好用", Ok(&["非常很好用", "非常好用"])),
            ("well, done", Ok(&["well, done"])),
            ("worth … money", Ok(&["worth … money"])),
            ("worth...{money,price}", Ok(&["worth … money", "worth … price"])),
            ("keep … on … crashing", Ok(&["keep … on … crashing"])),
            ("性价比…高", Ok(&["性价比 … 高"])),
            ("… money", Err(Unreadable::LooseGap)),
            ("worth … (!) … money", Err(Unreadable::LooseGap)),
            ("worth … (much)", Err(Unreadable::LooseGap)),
            ("!!", Err(Unreadable::Empty)),
            ("{a,b", Err(Unreadable::Unbalanced('{'))),
            ("a)", Err(Unreadable::Unbalanced(')'))),
            (" ( ) ", Err(Unreadable::Empty)),
            ("{1,2,3,4,5,6,7}{1,2,3,4,5,6,7}{1,2,3,4,5,6,7}{1,2}", Err(Unreadable::TooManyForms)),
        ];
        for (written, want) in cases {
            let want = want.map(|forms| forms.iter().map(|form| (*form).to_owned()).collect());
            assert_eq!(forms(written), want, "{written}");
        }
    }
}

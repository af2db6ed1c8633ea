//! How a list writes a phrase: `{love,loves} it` for alternatives, `(really) easy` for words that may be missing.
//!
//! Turns the written phrase into the plain forms it stands for; knows nothing of lists and matching.

use std::fmt;

/// A phrase may stand for at most so many forms.
pub const MOST_FORMS: usize = 200;

/// Why a written phrase cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing is left to look for.
    Empty,
    /// A bracket is not opened or not closed.
    Unbalanced(char),
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
            Self::TooManyForms => format!("split it into several phrases of at most {MOST_FORMS} forms each"),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("says nothing"),
            Self::Unbalanced(bracket) => write!(f, "`{bracket}` has no partner"),
            Self::TooManyForms => write!(f, "stands for more than {MOST_FORMS} forms"),
        }
    }
}

/// The forms that a written phrase stands for, each once, blanks tidied.
pub fn forms(written: &str) -> Result<Vec<String>, Unreadable> {
    let mut reader = Reader { letters: written.chars().collect(), at: 0 };
    let expanded = reader.sequence(None)?;
    let mut forms: Vec<String> = Vec::with_capacity(expanded.len());
    for form in expanded {
        let tidy = form.split_whitespace().collect::<Vec<_>>().join(" ");
        if tidy.chars().any(|letter| !letter.is_whitespace()) && !forms.contains(&tidy) {
            forms.push(tidy);
        }
    }
    if forms.is_empty() { Err(Unreadable::Empty) } else { Ok(forms) }
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
        let cases: [(&str, Result<&[&str], Unreadable>); 12] = [
            ("easy to use", Ok(&["easy to use"])),
            ("{love,loves} it", Ok(&["love it", "loves it"])),
            ("(really) easy", Ok(&["really easy", "easy"])),
            ("(very) (so) good", Ok(&["very so good", "very good", "so good", "good"])),
            ("{a,b}{c,d}", Ok(&["ac", "ad", "bc", "bd"])),
            ("{a (big),no} fan", Ok(&["a big fan", "a fan", "no fan"])),
            ("非常(很)好用", Ok(&["非常很好用", "非常好用"])),
            ("well, done", Ok(&["well, done"])),
            ("{a,b", Err(Unreadable::Unbalanced('{'))),
            ("a)", Err(Unreadable::Unbalanced(')'))),
            (" ( ) ", Err(Unreadable::Empty)),
            ("{1,2,3,4,5,6,7}{1,2,3,4,5,6,7}{1,2,3,4,5,6,7}", Err(Unreadable::TooManyForms)),
        ];
        for (written, want) in cases {
            let want = want.map(|forms| forms.iter().map(|form| (*form).to_owned()).collect());
            assert_eq!(forms(written), want, "{written}");
        }
    }
}

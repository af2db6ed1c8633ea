//! Fields of the mails that sites send of each new review: what stands after a label, on its line or below.

use serde::Deserialize;

/// The labels after which fields stand.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Labels {
    author: Option<String>,
    product: Option<String>,
    rating: Option<String>,
    title: Option<String>,
    /// After it stands what was said, up to the next label or `end`.
    text: Option<String>,
    end: Option<String>,
}

/// The fields that were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) author: Option<String>,
    pub(super) product: Option<String>,
    pub(super) rating: Option<String>,
    pub(super) title: Option<String>,
    pub(super) text: Option<String>,
}

impl Labels {
    /// Whether mails are read as they come.
    pub(super) fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        [&self.author, &self.product, &self.rating, &self.title, &self.text, &self.end].into_iter().flatten().map(String::as_str)
    }

    /// The fields in the body of a mail.
    pub(super) fn find(&self, body: &str) -> Found {
        let lines: Vec<&str> = body.lines().map(str::trim).collect();
        let line = |label: &Option<String>| self.after(&lines, label.as_deref()?, true);
        Found {
            author: line(&self.author),
            product: line(&self.product),
            rating: line(&self.rating),
            title: line(&self.title),
            text: self.text.as_deref().and_then(|label| self.after(&lines, label, false)),
        }
    }

    /// What stands after a label: the rest of its line, or the line below; or all up to the next label.
    fn after(&self, lines: &[&str], label: &str, one_line: bool) -> Option<String> {
        let (at, rest) = lines.iter().enumerate().find_map(|(at, line)| Some((at, after_label(line, label)?)))?;
        let below = lines.iter().skip(at + 1).copied();
        let is_other = |line: &&str| self.all().any(|other| other != label && after_label(line, other).is_some());
        let told = if one_line {
            std::iter::once(rest).chain(below.take_while(|line| !is_other(line)).take(2)).find(|line| !line.is_empty())?.to_owned()
        } else {
            std::iter::once(rest).chain(below.take_while(|line| !is_other(line))).collect::<Vec<_>>().join("\n")
        };
        Some(told.trim().to_owned()).filter(|told| !told.is_empty())
    }
}

/// What follows a label on its line; none if the line does not begin with it.
fn after_label<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    let label = label.trim().trim_end_matches([':', '：']);
    let head = line.get(..label.len())?;
    let rest = line.get(label.len()..)?;
    let is_label = head.to_lowercase() == label.to_lowercase() && !rest.starts_with(char::is_alphanumeric);
    is_label.then(|| rest.trim_start_matches([':', '：', ' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_stands_after_its_label() {
        let labels: Labels =
            toml::from_str("author = 'Reviewer:'\nproduct = 'Product'\nrating = 'Rating'\ntext = 'What they said'\nend = 'View review'")
                .unwrap();
        let body = "New review!\nReviewer: Ann L.\nPRODUCT\nAcme Desk\nRating: 4 out of 5\nProducts we like\nWhat they said:\nEasy to use.\n\n\
                    It crashes.\nView review on our site\nfooter";
        let want = Found {
            author: Some("Ann L.".to_owned()),
            product: Some("Acme Desk".to_owned()),
            rating: Some("4 out of 5".to_owned()),
            title: None,
            text: Some("Easy to use.\n\nIt crashes.".to_owned()),
        };
        assert_eq!(labels.find(body), want);
        assert_eq!(labels.find("nothing of the kind"), Found::default());
    }
}

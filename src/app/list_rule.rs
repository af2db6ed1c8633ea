//! A correction made into a rule of the lists, so that the next such mention is right by itself.
//!
//! Words in which a phrase says no such thing become its `unless`; words that mean the opposite become a phrase of the other list.

use anyhow::{Context, bail};

use super::{App, NewPhrase, Phrasebook, Which, in_words};
use crate::mention::{Field, Lang, Polarity};
use crate::phrases::edit::quoted;
use crate::phrases::{Correction, Phrase, Place, Says};
use crate::store::Stored;

/// A rule that was written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ListRule {
    /// The list it stands in.
    pub list: String,
    /// The entry as it is written there now.
    pub entry: String,
}

impl App {
    /// Makes correction `number` (from 1) of a mention a rule of the lists. `words` are those around the phrase that make the
    /// difference; the word before it, or behind it, if none are given. The files are written; mentions follow as after any edit.
    pub async fn make_rule(&self, id: &str, number: usize, words: Option<&str>) -> anyhow::Result<ListRule> {
        let stored = self.mention(id).await?;
        let correction = number.checked_sub(1).and_then(|at| stored.corrections.get(at));
        let count = stored.corrections.len();
        let correction =
            correction.with_context(|| format!("mention `{id}` has {count} corrections; `goodword corrections` lists them"))?;
        let place = correction.place.as_ref().with_context(|| no_rule(correction, "it is about the mention as a whole"))?;
        let words = match words {
            Some(words) => words.to_owned(),
            None => around(&stored, place).with_context(|| no_rule(correction, "the words stand alone; name others with --words"))?,
        };
        if !words.to_lowercase().contains(&place.text.to_lowercase()) {
            bail!("`{words}` does not hold `{}`; name it together with the words around it", place.text);
        }
        let mut book = Phrasebook::read(self.dir())?;
        let rule = match &correction.says {
            Says::NotThis => except(&mut book, place, &stored.tagging.lang, &words)?,
            Says::Polarity(polarity) => opposite(&mut book, place, &stored.tagging.lang, *polarity, words)?,
            Says::Product(_) | Says::Verdict(_) => {
                bail!("{}", no_rule(correction, "give the product `required` or `excluded` words in phrases/products.toml"))
            }
        };
        book.save()?;
        Ok(rule)
    }
}

fn no_rule(correction: &Correction, why: &str) -> String {
    format!("no rule can be made of “{}”: {why}", in_words(correction))
}

/// The corrected words with the word before them, or behind them if they begin their sentence; Chinese with two characters.
fn around(stored: &Stored, place: &Place) -> Option<String> {
    let text: Vec<char> = match place.field {
        Field::Text => stored.mention.text.chars().collect(),
        Field::Title => stored.mention.title.as_deref()?.chars().collect(),
    };
    let end = place.start + place.text.chars().count();
    let (before, behind) = (text.get(..place.start)?, text.get(end..)?);
    let lead = neighbour(before.iter().rev().copied()).map(|word| format!("{}{}", word.chars().rev().collect::<String>(), place.text));
    lead.or_else(|| neighbour(behind.iter().copied()).map(|word| format!("{}{word}", place.text)))
}

/// The next word with the blank before it, or two characters of a script without blanks; none at a mark of punctuation or an end.
fn neighbour(letters: impl Iterator<Item = char>) -> Option<String> {
    let han = |letter: char| matches!(letter, '\u{3400}'..='\u{9fff}');
    let mut word = String::new();
    for letter in letters {
        let started = word.chars().any(char::is_alphanumeric);
        match letter {
            ' ' if word.is_empty() => word.push(letter),
            letter if han(letter) && word.chars().filter(|letter| han(*letter)).count() < 2 => word.push(letter),
            letter if !han(letter) && (letter.is_alphanumeric() || (started && matches!(letter, '\'' | '’' | '-'))) => word.push(letter),
            _ => break,
        }
    }
    word.chars().any(char::is_alphanumeric).then_some(word)
}

/// The phrase of a tag, as its list writes it.
fn listed<'b>(book: &'b Phrasebook, place: &Place, lang: &Lang) -> anyhow::Result<&'b Phrase> {
    let lists = book.lists();
    let named = lists.phrases.iter().filter(|phrase| phrase.written == place.phrase);
    let in_lang = |phrase: &&Phrase| lists.lists.get(phrase.list).is_some_and(|list| list.lang == *lang);
    let found = named.clone().find(in_lang).or_else(|| named.clone().next());
    found.with_context(|| format!("`{}` is in no list any more", place.phrase))
}

/// Adds `words` to those in which the phrase does not count.
fn except(book: &mut Phrasebook, place: &Place, lang: &Lang, words: &str) -> anyhow::Result<ListRule> {
    let phrase = listed(book, place, lang)?.clone();
    let list = book.lists().lists.get(phrase.list).context("a phrase stands in a list")?.clone();
    let unless: Vec<String> = phrase.unless.iter().map(String::as_str).chain([words]).map(quoted).collect();
    let inflect = if phrase.inflect || list.lang != Lang::english() { "" } else { ", inflect = false" };
    let entry = format!("{{ phrase = {}, unless = [{}]{inflect} }}", quoted(&phrase.written), unless.join(", "));
    let which = Which { polarity: Some(list.polarity), lang: Some(list.lang.clone()), theme: Some(phrase.theme.clone()) };
    book.remove(&phrase.written, &which)?;
    book.add(&NewPhrase {
        written: phrase.written,
        polarity: list.polarity,
        lang: Some(list.lang),
        theme: Some(phrase.theme),
        entry: Some(entry.clone()),
    })?;
    Ok(ListRule { list: list.name, entry })
}

/// Adds `words` to the list of the other polarity, under the theme of the phrase.
fn opposite(book: &mut Phrasebook, place: &Place, lang: &Lang, polarity: Polarity, words: String) -> anyhow::Result<ListRule> {
    let phrase = listed(book, place, lang)?;
    let (theme, list) = (phrase.theme.clone(), phrase.list);
    let lang = book.lists().lists.get(list).context("a phrase stands in a list")?.lang.clone();
    let added = book.add(&NewPhrase { written: words, polarity, lang: Some(lang), theme: Some(theme), entry: None })?;
    Ok(ListRule { list: added.listed.list.clone(), entry: quoted(&added.listed.phrase) })
}

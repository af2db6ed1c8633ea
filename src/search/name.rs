//! Names as the index keeps them: folded as a whole, one term each.
//!
//! Knows nothing of which names there are.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::text::fold;

const LONGEST: usize = 200;

/// A name folded as a whole: blanks joined, control characters gone, at most 200 characters.
pub(super) fn fold_name(name: &str) -> String {
    let folded = fold(name).replace(char::is_control, " ");
    folded.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

/// Takes a whole name as one folded term.
#[derive(Clone, Debug, Default)]
pub(super) struct WholeName;

impl Tokenizer for WholeName {
    type TokenStream<'a> = OneToken;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> OneToken {
        let text = fold_name(text);
        OneToken { left: usize::from(!text.is_empty()), token: Token { text, position: 0, ..Token::default() } }
    }
}

/// The stream of [`WholeName`].
#[derive(Debug)]
pub(super) struct OneToken {
    left: usize,
    token: Token,
}

impl TokenStream for OneToken {
    fn advance(&mut self) -> bool {
        let there = self.left > 0;
        self.left = 0;
        there
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_folds_as_a_whole() {
        assert_eq!(fold_name("  Acme \u{1f} Désk\n"), "acme desk");
        assert_eq!(fold_name("手機"), "手机");
        assert_eq!(fold_name(&"x".repeat(500)).len(), 200);
    }
}

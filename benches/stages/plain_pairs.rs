//! tantivy's n-gram tokeniser, with each pair of characters at a place of its own so that phrases can be asked for.

use tantivy::tokenizer::{NgramTokenizer, Token, TokenStream, Tokenizer};

/// Every two neighbouring characters as a term.
#[derive(Clone)]
pub(crate) struct Pairs(NgramTokenizer);

impl Pairs {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self(NgramTokenizer::all_ngrams(2, 2)?))
    }
}

impl Tokenizer for Pairs {
    type TokenStream<'a> = Numbered<<NgramTokenizer as Tokenizer>::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        Numbered { pairs: self.0.token_stream(text), next: 0 }
    }
}

/// Terms numbered as they come.
pub(crate) struct Numbered<S> {
    pairs: S,
    next: usize,
}

impl<S: TokenStream> TokenStream for Numbered<S> {
    fn advance(&mut self) -> bool {
        let more = self.pairs.advance();
        if more {
            self.pairs.token_mut().position = self.next;
            self.next += 1;
        }
        more
    }

    fn token(&self) -> &Token {
        self.pairs.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.pairs.token_mut()
    }
}

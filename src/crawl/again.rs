//! Asking again for a page that was read before, with what this process remembers of it: while it is as it was, the store
//! need not be read.
//!
//! Only the most ordinary of rounds ends here. Whenever anything but times and the count of rounds would change, the round begins
//! with what the store holds, and the answer that came counts for that if it still can.

use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::answer::Answer;
use super::ending::Ended;
use super::walk::Walk;
use super::{Crawler, LOOK_DEEPER_AFTER, Round};
use crate::sources::{Ask, Source};
use crate::store::{Day, PageState, SourceState};

/// What is remembered of a source that starts with one page, has been read, and waits for its next turn.
#[derive(Debug)]
pub(super) struct Remembered {
    pub(super) state: SourceState,
    pub(super) ask: Ask,
    pub(super) page: PageState,
}

/// What came of asking again.
pub(super) enum Again {
    /// Nothing has changed, and the round is over.
    Quiet(Box<Ended>),
    /// An answer that a round makes something of.
    Asked(Box<Asked>),
    /// It was not asked: the round is not an ordinary one, or it was told to stop.
    NotAsked,
}

/// An answer, and what it answers.
pub(super) struct Asked {
    ask: Ask,
    page: PageState,
    answer: Answer,
}

impl Asked {
    /// The answer, if it is one to `ask` when `known` is what the store holds of the page.
    pub(super) fn answer_to(self, ask: &Ask, known: Option<&PageState>) -> Option<Answer> {
        let Self { page, answer, .. } = if self.ask == *ask { self } else { return None };
        match answer {
            Answer::Page(_, stamp) if known.is_some_and(|known| known.body == stamp.body) => {
                Some(Answer::Unchanged { good_until: stamp.good_until })
            }
            // It is as it was for us; another process has read another since.
            Answer::Unchanged { .. } if known.is_none_or(|known| known.body != page.body) => None,
            answer => Some(answer),
        }
    }
}

impl Crawler {
    /// Asks for the page of a source that is `remembered`; ends the round if it shows that nothing has changed.
    pub(super) async fn ask_again(
        &self,
        source: &Arc<Source>,
        remembered: Remembered,
        began: Timestamp,
        stop: &CancellationToken,
    ) -> anyhow::Result<Again> {
        if !self.is_ordinary(source, &remembered, began) {
            return Ok(Again::NotAsked);
        }
        let Remembered { state, ask, page } = remembered;
        let answer = tokio::select! {
            answer = self.reader.answer(source, &ask, Some(&page)) => answer,
            () = stop.cancelled() => return Ok(Again::NotAsked),
        };
        let Answer::Unchanged { good_until } = answer else { return Ok(Again::Asked(Box::new(Asked { ask, page, answer }))) };
        let walk = Walk::new(vec![ask.clone()], Vec::new(), state.walked, false);
        let mut round = Round::new(began, Some(state.clone()), state, walk);
        if let Some(step) = round.walk.take() {
            round.outcome.unchanged(step.first, good_until);
            self.pass(&step, Some(page.clone()), &mut round)?;
        }
        let closed = self.close_round(source, round)?;
        if closed.is_quiet() {
            self.progress.page(&source.name, 0, 0);
            return Ok(Again::Quiet(Box::new(closed.into_quiet())));
        }
        Ok(Again::Asked(Box::new(Asked { ask, page, answer })))
    }

    /// Whether a round that begins now asks for what is remembered and nothing else, and may end quietly.
    fn is_ordinary(&self, source: &Source, remembered: &Remembered, began: Timestamp) -> bool {
        let Remembered { state, ask, page } = remembered;
        let is_shallow = state.read_through.is_some_and(|read| began.duration_since(read) < LOOK_DEEPER_AFTER);
        let is_good = page.good_until.is_some_and(|good| good > began);
        is_shallow
            && !is_good
            && state.today.date == Day::of(began).date
            && source.every.missed_since(state.next_due, began).is_none()
            && self.reader.asks(source, state.cursor.as_deref()).is_ok_and(|asks| asks == std::slice::from_ref(ask))
    }
}

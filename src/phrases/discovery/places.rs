//! How many happy and unhappy voices every place has, and what a voice weighs so that both sides weigh the same in each.
//!
//! Without it the words of a place where people are unhappy ("flight") would pass for complaints.

use std::collections::HashMap;

use super::Voice;

/// A place with fewer voices is taken for one of all places.
const FEW: u32 = 40;
/// Nobody weighs more than so many others.
const MOST: f32 = 4.0;

/// The voices of every place, happy and unhappy.
#[derive(Debug, Default)]
pub(super) struct Places {
    by_name: HashMap<String, [u32; 2]>,
    pub all: [u32; 2],
}

impl Places {
    pub(super) fn count(&mut self, voice: &Voice<'_>) {
        let side = voice.side.index();
        self.all[side] += 1;
        match self.by_name.get_mut(voice.place) {
            Some(voices) => voices[side] += 1,
            None => {
                let mut voices = [0, 0];
                voices[side] = 1;
                self.by_name.insert(voice.place.to_owned(), voices);
            }
        }
    }

    /// What a voice weighs: half of its place, shared by those of its side.
    pub(super) fn weight(&self, voice: &Voice<'_>) -> f32 {
        let own = self.by_name.get(voice.place).filter(|voices| voices[0] + voices[1] >= FEW);
        let voices = own.unwrap_or(&self.all);
        let half = (voices[0] + voices[1]) as f32 / 2.0;
        (half / voices[voice.side.index()].max(1) as f32).clamp(1.0 / MOST, MOST)
    }
}

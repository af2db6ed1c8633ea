//! What a site asks of whoever listens there: how much time between two requests, and a key.
//!
//! A kind tells its terms; the keys every source takes are filled in from them. Knows no secret.

use std::time::Duration;

/// The terms of a kind's site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    /// The floor between two requests where the source sets none.
    pub(super) min_interval: Duration,
    /// Headers of every request, unless the source sets the same; one with `{secret}` is left out where there is none.
    pub(super) headers: &'static [(&'static str, &'static str)],
    /// How to come by the key without which the site tells nothing; none if it does not need one.
    pub(super) needs_key: Option<&'static str>,
}

/// The terms of sites that ask for nothing.
pub(super) const USUAL: Terms = Terms { min_interval: Duration::from_secs(1), headers: &[], needs_key: None };

//! How often a caller may ask: a bucket each, which fills again with time. Pure; the clock is passed in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Callers remembered at once; those whose buckets are full again are forgotten first.
const REMEMBERED: usize = 4096;

/// The buckets of all callers.
#[derive(Debug)]
pub(in crate::web) struct Pace {
    /// Requests a minute; as many may come at once.
    per_minute: u32,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Timestamp,
}

impl Pace {
    pub(in crate::web) fn new(per_minute: u32) -> Self {
        Self { per_minute, buckets: Mutex::default() }
    }

    /// Lets a caller ask once more; else how many seconds they have to wait.
    pub(in crate::web) fn take(&self, caller: &str, now: Timestamp) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, bucket| self.filled(*bucket, now).left < f64::from(self.per_minute));
        }
        let full = Bucket { left: f64::from(self.per_minute), at: now };
        let bucket = buckets.entry(caller.to_owned()).or_insert(full);
        *bucket = self.filled(*bucket, now);
        if bucket.left < 1.0 {
            let seconds = (1.0 - bucket.left) * 60.0 / f64::from(self.per_minute.max(1));
            return Err(seconds.ceil().max(1.0) as u64);
        }
        bucket.left -= 1.0;
        Ok(())
    }

    fn filled(&self, bucket: Bucket, now: Timestamp) -> Bucket {
        let passed = now.duration_since(bucket.at).as_secs_f64().max(0.0);
        let most = f64::from(self.per_minute);
        Bucket { left: (bucket.left + passed * most / 60.0).min(most), at: now.max(bucket.at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_waits_when_the_bucket_is_empty_and_others_do_not() {
        let at = |second: i64| Timestamp::from_second(1_000_000 + second).unwrap();
        let pace = Pace::new(3);
        let asked: Vec<_> = (0..4).map(|_| pace.take("a", at(0))).collect();
        assert_eq!(asked, [Ok(()), Ok(()), Ok(()), Err(20)]);
        assert_eq!(pace.take("b", at(0)), Ok(()));
        assert_eq!((pace.take("a", at(10)), pace.take("a", at(20)), pace.take("a", at(21))), (Err(10), Ok(()), Err(19)));
    }
}

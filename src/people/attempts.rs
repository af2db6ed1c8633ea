//! How often a wrong password may be tried: per account and per address, each slower and slower. Pure; the time is handed in.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

/// Tries in a row that cost no waiting.
const FREE_OF_AN_ACCOUNT: u32 = 5;
const FREE_OF_AN_ADDRESS: u32 = 20;
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// After this long without a try all is forgotten.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(1);
/// So many are remembered; then those longest quiet go.
const REMEMBERED: usize = 10_000;

/// The tries to sign in that have failed lately.
#[derive(Debug, Default)]
pub struct Attempts {
    of_account: HashMap<String, Failures>,
    of_address: HashMap<IpAddr, Failures>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Attempts {
    /// Counts a try as failed before it is made, so that many at once count too; else how long to wait before the next.
    pub fn begin(&mut self, account: &str, address: Option<IpAddr>, now: Timestamp) -> Result<(), SignedDuration> {
        let address = address.map(network);
        let waits = [
            wait(self.of_account.get(account), FREE_OF_AN_ACCOUNT, now),
            address.and_then(|address| wait(self.of_address.get(&address), FREE_OF_AN_ADDRESS, now)),
        ];
        if let Some(longest) = waits.into_iter().flatten().max() {
            return Err(longest);
        }
        count(&mut self.of_account, account.to_owned(), now);
        if let Some(address) = address {
            count(&mut self.of_address, address, now);
        }
        Ok(())
    }

    /// Takes back what [`Attempts::begin`] counted: it was the right password.
    pub fn succeeded(&mut self, account: &str, address: Option<IpAddr>) {
        self.of_account.remove(account);
        if let Some(failures) = address.and_then(|address| self.of_address.get_mut(&network(address))) {
            failures.count = failures.count.saturating_sub(1);
        }
    }
}

/// An address as it counts: of IPv6 the network, since one machine has all of it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
        address => address,
    }
}

/// How long there still is to wait at `now`; none if a try is free.
fn wait(failures: Option<&Failures>, free: u32, now: Timestamp) -> Option<SignedDuration> {
    let failures = failures.filter(|failures| failures.count >= free && now.duration_since(failures.last) < FORGOTTEN)?;
    let minutes = 1_i64.checked_shl(failures.count - free).unwrap_or(i64::MAX).min(LONGEST_WAIT.as_mins());
    let left = SignedDuration::from_mins(minutes).checked_sub(now.duration_since(failures.last))?;
    left.is_positive().then_some(left)
}

fn count<K: Hash + Eq + Clone>(all: &mut HashMap<K, Failures>, key: K, now: Timestamp) {
    if all.len() >= REMEMBERED {
        let mut ages: Vec<Timestamp> = all.values().map(|failures| failures.last).collect();
        ages.sort_unstable();
        let middle = ages.get(REMEMBERED / 2).copied().unwrap_or(now);
        all.retain(|_, failures| failures.last > middle);
    }
    let failures = all.entry(key).or_insert(Failures { count: 0, last: now });
    if now.duration_since(failures.last) >= FORGOTTEN {
        failures.count = 0;
    }
    *failures = Failures { count: failures.count.saturating_add(1), last: now };
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn minutes(minutes: i64) -> Timestamp {
        AT + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn an_account_waits_longer_with_each_wrong_password() {
        let mut attempts = Attempts::default();
        for _ in 0..5 {
            attempts.begin("ann", None, AT).unwrap();
        }
        assert_eq!(attempts.begin("ann", None, AT), Err(SignedDuration::from_mins(1)));
        assert_eq!(attempts.begin("bob", None, AT), Ok(()), "others do not wait");
        attempts.begin("ann", None, minutes(1)).unwrap();
        assert_eq!(attempts.begin("ann", None, minutes(1)), Err(SignedDuration::from_mins(2)));
        for round in 0..10 {
            attempts.begin("ann", None, minutes(20 + 20 * round)).unwrap();
        }
        assert_eq!(attempts.begin("ann", None, minutes(200)), Err(SignedDuration::from_mins(15)), "never longer than this");
        attempts.begin("ann", None, minutes(300)).unwrap();
        attempts.begin("ann", None, minutes(300)).unwrap();
    }

    #[test]
    fn the_right_password_clears_the_account() {
        let mut attempts = Attempts::default();
        for _ in 0..5 {
            attempts.begin("ann", None, AT).unwrap();
        }
        attempts.succeeded("ann", None);
        assert_eq!(attempts.begin("ann", None, AT), Ok(()));
    }

    #[test]
    fn one_address_cannot_try_many_accounts() {
        let mut attempts = Attempts::default();
        let (here, same, elsewhere) = ("2001:db8::1".parse().unwrap(), "2001:db8::2".parse().unwrap(), "2001:db8:0:1::1".parse().unwrap());
        for number in 0..20 {
            attempts.begin(&format!("a{number}"), Some(here), AT).unwrap();
        }
        assert!(attempts.begin("ann", Some(same), AT).is_err());
        assert!(attempts.begin("ann", Some(elsewhere), AT).is_ok());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut attempts = Attempts::default();
        for number in 0..25_000 {
            attempts.begin(&format!("a{number}"), None, AT + SignedDuration::from_millis(number)).unwrap();
        }
        assert!(attempts.of_account.len() <= REMEMBERED);
    }
}

//! What the machine tells of this process.

use std::time::Duration;

/// Ticks a second in which Linux counts a process's time, on every architecture it runs on.
const TICKS: f64 = 100.0;

/// Time that all threads of this process have spent computing; none where the machine does not tell as Linux does.
pub(crate) fn cpu_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in brackets may hold anything; the numbers come behind it.
    let mut numbers = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || numbers.next()?.parse::<f64>().ok();
    Some(Duration::from_secs_f64((ticks()? + ticks()?) / TICKS))
}

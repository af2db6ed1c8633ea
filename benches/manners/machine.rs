//! What the machine tells of this process; nothing where it does not tell as Linux does.

use std::fs;
use std::time::Duration;

/// Ticks a second in which Linux counts the time of threads.
const TICKS: f64 = 100.0;

/// Computing time of all threads but those whose name begins with `except`.
pub(crate) fn cpu_time(except: &str) -> Option<Duration> {
    let mut ticks = 0.0;
    for task in fs::read_dir("/proc/self/task").ok()?.flatten() {
        let Ok(stat) = fs::read_to_string(task.path().join("stat")) else { continue };
        let (name, numbers) = stat.rsplit_once(')')?;
        if name.split_once('(').is_some_and(|(_, name)| name.starts_with(except)) {
            continue;
        }
        let numbers: Vec<f64> = numbers.split_whitespace().skip(11).take(2).filter_map(|number| number.parse().ok()).collect();
        ticks += numbers.iter().sum::<f64>();
    }
    Some(Duration::from_secs_f64(ticks / TICKS))
}

/// The most memory this process has held so far, in MiB.
pub(crate) fn peak_memory() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<f64>().ok()? / 1024.0)
}

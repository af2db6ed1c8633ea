//! What the machine tells of this process; nothing where it does not tell as Linux does.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// Ticks a second in which Linux counts the time of threads.
const TICKS: f64 = 100.0;

/// Computing time of this process, without that of the threads whose name begins with `except`; those must not have ended.
pub(crate) fn cpu_time(except: &str) -> Option<Duration> {
    // Threads that have ended count for the process only.
    let (_, mut ticks) = read(Path::new("/proc/self/stat"))?;
    for task in fs::read_dir("/proc/self/task").ok()?.flatten() {
        // A thread may end between the two.
        let Some((name, own)) = read(&task.path().join("stat")) else { continue };
        ticks -= if name.starts_with(except) { own } else { 0.0 };
    }
    Some(Duration::from_secs_f64(ticks.max(0.0) / TICKS))
}

/// The name and the ticks of a process or thread.
fn read(stat: &Path) -> Option<(String, f64)> {
    let stat = fs::read_to_string(stat).ok()?;
    let (name, numbers) = stat.rsplit_once(')')?;
    let ticks = numbers.split_whitespace().skip(11).take(2).filter_map(|number| number.parse::<f64>().ok()).sum();
    Some((name.split_once('(')?.1.to_owned(), ticks))
}

/// The most memory this process has held so far, in MiB.
pub(crate) fn peak_memory() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").trim().parse::<f64>().ok()? / 1024.0)
}

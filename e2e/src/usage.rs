//! What processes use, read from `/proc`: processor time, memory, bytes written.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;

/// What a process and its children use; processor time and bytes since they began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Processor time, of ended children too.
    #[serde(skip)]
    pub cpu: Duration,
    /// Resident memory: memory that several of them share is counted once.
    pub resident_bytes: u64,
    /// Of it, memory of their own, which does not stand for parts of a file.
    pub private_bytes: u64,
    /// Bytes handed to the disk.
    #[serde(skip)]
    pub written_bytes: u64,
}

impl Usage {
    /// That of one process.
    ///
    /// # Errors
    /// When it is gone.
    pub fn of(process: u32) -> anyhow::Result<Self> {
        let folder = Path::new("/proc").join(process.to_string());
        let read = |name: &str| {
            std::fs::read_to_string(folder.join(name))
                .with_context(|| format!("process {process} is gone"))
        };
        let stat = Stat::parse(&read("stat")?).context("an unknown format of /proc")?;
        let status = read("status")?;
        Ok(Self {
            cpu: stat.cpu,
            resident_bytes: kib(&status, "VmRSS:") * 1_024,
            private_bytes: kib(&status, "RssAnon:") * 1_024,
            written_bytes: number(&read("io").unwrap_or_default(), "write_bytes:"),
        })
    }

    /// That of a process and its children. A child's share of memory that it shares is counted.
    ///
    /// # Errors
    /// When the process is gone.
    pub fn of_family(process: u32) -> anyhow::Result<Self> {
        let mut all = Self::of(process)?;
        all.resident_bytes = proportional(process).unwrap_or(all.resident_bytes);
        for child in children(process)? {
            // Children come and go while they are counted.
            let Ok(one) = Self::of(child) else { continue };
            all.cpu += one.cpu;
            all.resident_bytes += proportional(child).unwrap_or(one.resident_bytes);
            all.private_bytes += one.private_bytes;
            all.written_bytes += one.written_bytes;
        }
        Ok(all)
    }

    /// What was used since, with the memory that is used now.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(before.cpu),
            written_bytes: self.written_bytes.saturating_sub(before.written_bytes),
            ..self
        }
    }
}

/// Processor time of the calling thread.
#[must_use]
pub fn of_this_thread() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap_or_default();
    Stat::parse(&stat).map(|stat| stat.cpu).unwrap_or_default()
}

/// Processor time of the whole machine that was not idle, with what its host took away; none where
/// `/proc` does not say.
#[must_use]
pub fn of_machine() -> Option<Duration> {
    busy(&std::fs::read_to_string("/proc/stat").ok()?)
}

/// Bytes of memory that the machine has; a gigabyte where `/proc` does not say.
#[must_use]
pub fn memory_of_machine() -> u64 {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    match kib(&text, "MemTotal:") {
        0 => 1 << 30,
        kib => kib * 1_024,
    }
}

/// In the first line: user, nice, system, idle, waiting for the disk, interrupts of two kinds, stolen.
/// A guest's time is a part of a user's.
fn busy(stat: &str) -> Option<Duration> {
    let fields = stat.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<u64> = fields
        .split_ascii_whitespace()
        .map_while(|field| field.parse().ok())
        .collect();
    let of = |places: &[usize]| -> u64 { places.iter().filter_map(|at| ticks.get(*at)).sum() };
    Some(of_ticks(of(&[0, 1, 2, 5, 6, 7])))
}

fn of_ticks(ticks: u64) -> Duration {
    let per_second = rustix::param::clock_ticks_per_second().max(1);
    Duration::from_millis(ticks.saturating_mul(1_000) / per_second)
}

#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    cpu: Duration,
}

impl Stat {
    /// The fields behind the program's name, which may contain anything.
    fn parse(text: &str) -> Option<Self> {
        let (_, fields) = text.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
        let number = |place: usize| fields.get(place)?.parse::<u64>().ok();
        // User and system time, of the process and of the children that it has waited for.
        let ticks = number(11)? + number(12)? + number(13)? + number(14)?;
        Some(Self {
            parent: u32::try_from(number(1)?).ok()?,
            cpu: of_ticks(ticks),
        })
    }
}

fn children(process: u32) -> anyhow::Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        if Stat::parse(&stat).is_some_and(|stat| stat.parent == process) {
            found.push(id);
        }
    }
    Ok(found)
}

/// A process's share of the memory that it is in.
fn proportional(process: u32) -> Option<u64> {
    let path = format!("/proc/{process}/smaps_rollup");
    let text = std::fs::read_to_string(path).ok()?;
    Some(kib(&text, "Pss:") * 1_024)
}

fn kib(text: &str, name: &str) -> u64 {
    number(text, name)
}

/// The number behind a name at the start of a line; 0 without it.
fn number(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_ascii_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_parenthesis_does_not_shift_the_fields() {
        let stat = "7 (a) b) S 41 7 7 0 -1 4194304 9 8 7 6 100 50 30 20 20 0 1 0 5 6 7";
        let stat = Stat::parse(stat).unwrap();
        assert_eq!(stat.parent, 41);
        assert_eq!(stat.cpu, Duration::from_secs(2));
    }

    #[test]
    fn a_machine_is_busy_when_it_is_neither_idle_nor_waiting() {
        let stat = "cpu  100 20 30 4000 500 6 7 8 99 0\ncpu0 1 2 3 4";
        assert_eq!(busy(stat), Some(of_ticks(171)));
        assert_eq!(busy("intr 1 2 3"), None);
    }

    #[test]
    fn this_process_uses_memory_and_time() {
        let usage = Usage::of(std::process::id()).unwrap();
        assert!(usage.resident_bytes > 0 && usage.resident_bytes >= usage.private_bytes);
        let family = Usage::of_family(std::process::id()).unwrap();
        assert!(family.cpu >= usage.cpu);
        assert!(Usage::of(u32::MAX).is_err());
    }
}

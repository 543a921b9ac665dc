//! The machine: which processors there are, how many files may be open, and what processes use, from `/proc`.

use std::fs;

use crate::clock;

/// What stays the same for the whole run.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    cpus: Vec<usize>,
    /// How many files a process may have open.
    pub(crate) open_files: u64,
}

impl Machine {
    /// Looks, and raises the limit of open files to what it may be.
    pub(crate) fn look() -> Self {
        Self { cpus: affinity::allowed(), open_files: raise_open_files() }
    }

    /// One processor for the server and one for this program, if there are two.
    pub(crate) fn pair(&self) -> Option<(usize, usize)> {
        match self.cpus[..] {
            [server, generator, ..] => Some((server, generator)),
            _ => None,
        }
    }
}

/// Keeps this thread, and the processes that it starts from now on, on one processor.
pub(crate) fn pin(cpu: usize) -> bool {
    affinity::pin(cpu)
}

#[cfg(target_os = "linux")]
mod affinity {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    pub(super) fn allowed() -> Vec<usize> {
        let Ok(set) = sched_getaffinity(None) else { return Vec::new() };
        (0..CpuSet::MAX_CPU).filter(|cpu| set.is_set(*cpu)).collect()
    }

    pub(super) fn pin(cpu: usize) -> bool {
        let mut set = CpuSet::new();
        set.set(cpu);
        sched_setaffinity(None, &set).is_ok()
    }
}

#[cfg(not(target_os = "linux"))]
mod affinity {
    pub(super) fn allowed() -> Vec<usize> {
        Vec::new()
    }

    pub(super) fn pin(_cpu: usize) -> bool {
        false
    }
}

fn raise_open_files() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// A process whose use of the machine is asked for; none where that is not known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub(crate) Option<u32>);

impl Process {
    /// This program.
    pub(crate) fn own() -> Self {
        Self(Some(std::process::id()))
    }

    /// User and system time so far, in seconds.
    pub(crate) fn cpu_seconds(self) -> Option<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0?)).ok()?;
        // The name, in parentheses, may hold anything; utime and stime are the 14th and 15th field of all.
        let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
        let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
        Some(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
    }

    /// Resident memory.
    pub(crate) fn rss_kib(self) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }
}

/// A stretch of time, and what was used in it.
#[derive(Debug)]
pub(crate) struct Span {
    began: u64,
    server: Process,
    server_cpu: Option<f64>,
    own_cpu: Option<f64>,
    busy: Option<f64>,
}

/// What was used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Used {
    /// Seconds of the clock on the wall.
    pub(crate) seconds: f64,
    /// Seconds of the server's processor time.
    pub(crate) server_cpu: Option<f64>,
    /// Of one processor, in per cent: what neither the server nor this program used.
    pub(crate) foreign_pct: Option<f64>,
}

impl Span {
    /// Begins now.
    pub(crate) fn begin(server: Process) -> Self {
        Self {
            began: clock::now(),
            server,
            server_cpu: server.cpu_seconds(),
            own_cpu: Process::own().cpu_seconds(),
            busy: busy_seconds(),
        }
    }

    /// Ends now.
    pub(crate) fn end(&self) -> Used {
        let now = Self::begin(self.server);
        let seconds = clock::seconds(self.began, now.began);
        let since = |then: Option<f64>, now: Option<f64>| Some(now? - then?);
        let server_cpu = since(self.server_cpu, now.server_cpu);
        let foreign = || {
            let foreign = since(self.busy, now.busy)? - server_cpu? - since(self.own_cpu, now.own_cpu)?;
            Some((100.0 * foreign / seconds).max(0.0))
        };
        Used { seconds, server_cpu, foreign_pct: foreign() }
    }
}

/// Seconds that all processors together were busy since the machine started.
fn busy_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let numbers = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace();
    let ticks: Vec<u64> = numbers.map_while(|ticks| ticks.parse().ok()).collect();
    let &[user, nice, system, _idle, _waiting, irq, softirq, ..] = ticks.as_slice() else { return None };
    Some((user + nice + system + irq + softirq) as f64 / rustix::param::clock_ticks_per_second() as f64)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_something() {
        let own = Process::own();
        assert!(own.rss_kib().unwrap() > 100.0);
        let before = own.cpu_seconds().unwrap();
        while own.cpu_seconds().unwrap() == before {
            std::hint::black_box(0);
        }
        assert!(busy_seconds().unwrap() > 0.0);
    }
}

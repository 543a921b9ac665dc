//! A large file as it is served, beside nginx with the same bytes; and many uploads at once, and what they take of memory.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use anyhow::Context as _;

use crate::{
    baseline::nginx::{self, Nginx},
    clock,
    download::Download,
    machine::{self, Process, Span},
    row::Row,
    setting::Setting,
};

/// Bytes of the file that is served.
const SERVED: usize = 64 * 1024 * 1024;
/// Uploads at once, and the bytes of each.
const UPLOADS: usize = 64;
const UPLOADED: usize = 8 * 1024 * 1024;
/// By turns, so that both meet the same machine.
const TURNS: usize = 3;
/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(2);
const MIB: f64 = 1024.0 * 1024.0;

pub(super) fn run(setting: &Setting<'_>) -> anyhow::Result<Vec<Row>> {
    let token = setting.rest.users(1)?.remove(0);
    let mut rows = vec![uploads(setting, &token)?];
    let bytes = setting.options.scaled(SERVED, 1024 * 1024);
    let content: &'static [u8] = noise(bytes, 1).leak();
    let id = setting.rest.upload(&token, content)?;
    let mut ours = Download::open(setting.address(), &format!("/api/uploads/{id}/file"), Some(&token))?;
    let file = tempfile::NamedTempFile::new_in(setting.dir())?;
    std::fs::write(file.path(), content)?;
    let nginx = match nginx::find() {
        Some(program) => {
            // It takes the server's place on the processors, too.
            setting.cpus.map(|(server, _)| machine::pin(server));
            let nginx = Nginx::serve(&program, file.path(), &setting.dir());
            setting.cpus.map(|(_, own)| machine::pin(own));
            Some(nginx?)
        }
        None => {
            setting.remark("files: nginx is not installed, so nothing stands beside the server".to_owned());
            None
        }
    };
    let mut theirs = nginx.as_ref().map(|nginx| Download::open(nginx.address, "/file", None)).transpose()?;
    let (mut served, mut beside) = (Served::default(), Served::default());
    for _ in 0..TURNS {
        let seconds = setting.options.seconds / TURNS as f64;
        served.measure(&mut ours, setting.process, seconds, bytes)?;
        if let (Some(nginx), Some(theirs)) = (&nginx, &mut theirs) {
            beside.measure(theirs, nginx.process(), seconds, bytes)?;
        }
    }
    let size = bytes / (1024 * 1024);
    let row = served.tell(format!("a file of {size} MiB"));
    rows.push(if nginx.is_some() { row.with("of_nginx", served.rate() / beside.rate()) } else { row });
    rows.extend(nginx.map(|_| beside.tell(format!("nginx, the same file of {size} MiB"))));
    setting.remark("files: the bars are of_nginx at least 0.5, and mib_more below 8".to_owned());
    Ok(rows)
}

/// What was served so far.
#[derive(Debug, Default)]
struct Served {
    seconds: f64,
    bytes: u64,
    times: u64,
    cpu: Option<f64>,
}

impl Served {
    fn measure(&mut self, file: &mut Download, of: Process, seconds: f64, size: usize) -> anyhow::Result<()> {
        let span = Span::begin(of);
        let (bytes, times) = file.run(seconds, size as u64)?;
        let used = span.end();
        self.seconds += used.seconds;
        self.bytes += bytes;
        self.times += times;
        self.cpu = used.server_cpu.map(|cpu| cpu + self.cpu.unwrap_or_default());
        Ok(())
    }

    fn rate(&self) -> f64 {
        self.bytes as f64 / self.seconds
    }

    fn tell(&self, name: String) -> Row {
        let mib = self.bytes as f64 / MIB;
        Row::new(name)
            .with("rate_per_s", self.times as f64 / self.seconds)
            .with("mib_per_s", self.rate() / MIB)
            .with_known("mib_per_cpu_s", self.cpu.filter(|cpu| *cpu > 0.0).map(|cpu| mib / cpu))
    }
}

/// Uploads that all begin together, while the server's memory is watched.
fn uploads(setting: &Setting<'_>, token: &str) -> anyhow::Result<Row> {
    let (count, bytes) = (setting.options.scaled(UPLOADS, 4), setting.options.scaled(UPLOADED, 256 * 1024));
    let content: &'static [u8] = noise(bytes, 2).leak();
    // The first one has the server do what it does once.
    setting.rest.upload(token, content)?;
    let idle = setting.process.rss_kib();
    let (is_over, process) = (AtomicBool::new(false), setting.process);
    let span = setting.span();
    let begun = clock::now();
    let (done, most) = thread::scope(|scope| {
        let watching = scope.spawn(|| {
            let mut most = None;
            while !is_over.load(Ordering::Relaxed) {
                most = larger(most, process.rss_kib());
                thread::sleep(LOOK);
            }
            most
        });
        let done = setting.rest.upload_at_once(token, content, count);
        is_over.store(true, Ordering::Relaxed);
        (done, watching.join())
    });
    done?;
    let seconds = clock::seconds(begun, clock::now());
    let most: Option<f64> = most.ok().context("the one who watches panicked")?;
    let total = (count * bytes) as f64;
    Ok(Row::new(format!("{count} uploads of {} MiB at once", bytes as f64 / MIB))
        .with("rate_per_s", count as f64 / seconds)
        .with("mib_per_s", total / MIB / seconds)
        .used(&span.end(), count as u64)
        .with_known("mib_more", most.zip(idle).map(|(most, idle)| (most - idle).max(0.0) / 1024.0)))
}

/// Bytes that no disk makes smaller.
fn noise(count: usize, seed: u64) -> Vec<u8> {
    let mut dice = crate::prose::Dice(seed);
    let mut bytes: Vec<u8> = (0..count.div_ceil(8)).flat_map(|_| dice.below(u64::MAX).to_le_bytes()).collect();
    bytes.truncate(count);
    bytes
}

fn larger(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.zip(other).map(|(one, other)| one.max(other)).or(one).or(other)
}

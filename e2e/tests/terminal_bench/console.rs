//! A terminal that notes when the program wrote what. Nothing is made of it while the clock runs.

use std::{
    collections::HashMap,
    ffi::OsString,
    fs,
    io::{Read, Write},
    num::NonZeroU16,
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use chat_e2e::{Shell, programs, shell};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use vt100::Parser;

/// Ends every picture that the program draws.
const FRAME_END: &[u8] = b"\x1b[?2026l";
const COLUMNS: u16 = 140;
const ROWS: u16 = 40;
const PATIENCE: Duration = Duration::from_secs(20);

/// A terminal with `chat-tui` in it, which ends when this is dropped.
pub(crate) struct Console {
    pub(crate) began: Instant,
    /// Pictures that were finished so far, as far as they were looked at.
    pub(crate) frames: usize,
    chunks: Receiver<Chunk>,
    screen: Parser,
    /// The last bytes of the chunk before: the end of a picture may come in two.
    rest: Vec<u8>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
}

struct Chunk {
    at: Instant,
    bytes: Vec<u8>,
}

impl Console {
    pub(crate) fn open(home: &Shell, args: &[&str]) -> Self {
        let mut command = CommandBuilder::new(programs::tui());
        command.args(["--server", home.server()]);
        command.args(args);
        command.env_clear();
        for (variable, value) in shell::environment(home.home()) {
            command.env(variable, value);
        }
        command.env("TERM", "xterm-256color");
        command.cwd(home.home());
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let (sender, chunks) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = vec![0; 64 * 1024];
            // The end of a terminal is an error on Linux.
            while let Ok(read @ 1..) = output.read(&mut bytes) {
                let chunk = Chunk { at: Instant::now(), bytes: bytes[..read].to_vec() };
                if sender.send(chunk).is_err() {
                    return;
                }
            }
        });
        let began = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        let (rows, columns) = (NonZeroU16::new(ROWS).unwrap(), NonZeroU16::new(COLUMNS).unwrap());
        let screen = Parser::new(rows, columns, 0);
        Self { began, frames: 0, chunks, screen, rest: vec![], keyboard, child, _master: pair.master }
    }

    pub(crate) fn press(&mut self, keys: &str) -> Instant {
        let pressed = Instant::now();
        self.keyboard.write_all(keys.as_bytes()).and_then(|()| self.keyboard.flush()).unwrap();
        pressed
    }

    /// When the first picture was finished that is as wanted.
    pub(crate) fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> Instant {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(chunk) = self.chunks.recv_timeout(left) else {
                panic!("the terminal never showed {what}:\n{}", self.text());
            };
            if self.take(&chunk) > 0 && wanted(&self.text()) {
                return chunk.at;
            }
        }
    }

    /// Takes in what was written by now.
    pub(crate) fn catch_up(&mut self) {
        while let Ok(chunk) = self.chunks.try_recv() {
            self.take(&chunk);
        }
    }

    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Voluntary context switches of each of its threads: each ends in a wake-up.
    pub(crate) fn sleeps(&self) -> HashMap<OsString, u64> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.pid())).unwrap();
        threads
            .filter_map(|thread| {
                let thread = thread.ok()?;
                let status = fs::read_to_string(thread.path().join("status")).ok()?;
                Some((thread.file_name(), field(&status, "voluntary_ctxt_switches:")))
            })
            .collect()
    }

    /// KiB of memory now, and at most so far.
    pub(crate) fn memory(&self) -> (u64, u64) {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        (field(&status, "VmRSS:"), field(&status, "VmHWM:"))
    }

    /// Asks it to end, and waits for that.
    pub(crate) fn end(mut self) {
        let pid = Pid::from_raw(self.pid().cast_signed()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        self.child.wait().unwrap();
    }

    fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Gives how many pictures a chunk finished.
    fn take(&mut self, chunk: &Chunk) -> usize {
        self.screen.process(&chunk.bytes);
        self.rest.extend_from_slice(&chunk.bytes);
        let finished = self.rest.windows(FRAME_END.len()).filter(|bytes| *bytes == FRAME_END).count();
        let done = self.rest.len().saturating_sub(FRAME_END.len() - 1);
        self.rest.drain(..done);
        self.frames += finished;
        finished
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        // It may have ended by itself.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn field(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

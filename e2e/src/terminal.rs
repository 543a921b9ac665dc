//! A terminal with a program in it: keys go in, and the screen is read as a person would see it.

mod emulator;

use std::{
    io::{Read, Write},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use portable_pty::{ChildKiller, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;

pub use self::emulator::Emulator;
use crate::{Shell, programs, shell, within};

/// What a terminal shows before the program in it begins.
pub const BEFORE: &str = "$ chat-tui";

/// A terminal and the program in it, which is killed when this is dropped.
pub struct Terminal {
    emulator: Arc<Mutex<Emulator>>,
    /// Goes up with everything that the program writes.
    changes: watch::Receiver<u64>,
    ended: watch::Receiver<Option<ExitStatus>>,
    keyboard: Arc<Mutex<Box<dyn Write + Send>>>,
    master: Box<dyn MasterPty + Send>,
    /// How the terminal treated what is typed before the program began.
    fresh: String,
    killer: Box<dyn ChildKiller + Send + Sync>,
    process: Pid,
}

impl Terminal {
    /// Opens a terminal of this size with `chat-tui --server … ARGS` in it.
    ///
    /// # Panics
    /// When the machine has no terminal left.
    pub fn chat(shell: &Shell, args: &[&str], columns: u16, rows: u16) -> Self {
        let command = [&["--server", shell.server()], args].concat();
        Self::run(shell, &programs::tui(), &command, columns, rows)
    }

    /// Opens a terminal of this size with any program of this user's in it.
    ///
    /// # Panics
    /// When the machine has no terminal left, or the program cannot be started.
    pub fn run(shell: &Shell, program: &Path, args: &[&str], columns: u16, rows: u16) -> Self {
        // What stood there before the program began must be there when it has ended.
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &format!("echo '{BEFORE}'; exec \"$@\""), "sh"]);
        command.arg(program);
        command.args(args);
        command.env_clear();
        for (variable, value) in shell::environment(shell.home()) {
            command.env(variable, value);
        }
        command.env("TERM", "xterm-256color");
        command.cwd(shell.home());
        Self::open(command, columns, rows)
    }

    fn open(command: CommandBuilder, columns: u16, rows: u16) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).expect("the machine has terminals");
        let fresh = line_discipline(&*pair.master);
        let mut child = pair.slave.spawn_command(command).expect("the program can be started");
        // The end of output is seen only when nobody holds this end any more.
        drop(pair.slave);
        let process = child.process_id().and_then(|id| Pid::from_raw(id.cast_signed())).expect("it has just begun");
        let killer = child.clone_killer();
        let output = pair.master.try_clone_reader().expect("a terminal can be read");
        let keyboard = Arc::new(Mutex::new(pair.master.take_writer().expect("a terminal can be written to")));
        let emulator = Arc::new(Mutex::new(Emulator::new(columns, rows)));

        let (changed, changes) = watch::channel(0);
        let (end, ended) = watch::channel(None);
        let screen = (Arc::clone(&emulator), Arc::clone(&keyboard));
        thread::spawn(move || {
            show(output, &screen.0, &screen.1, &changed);
            // All that it wrote is on the screen before its end is told.
            end.send_replace(child.wait().ok());
        });
        Self { emulator, changes, ended, keyboard, master: pair.master, fresh, killer, process }
    }

    /// Types: text, or what a terminal sends for a key ([`key`]).
    pub fn press(&self, keys: &str) {
        type_into(&self.keyboard, keys.as_bytes());
    }

    /// Types a line and Enter.
    pub fn enter(&self, line: &str) {
        self.press(line);
        self.press(key::ENTER);
    }

    /// Pastes, as a terminal does for a program that asked to be told of pastes.
    pub fn paste(&self, text: &str) {
        self.press(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Changes the size of the window.
    ///
    /// # Panics
    /// When the terminal is gone.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.emulator().resize(columns, rows);
        self.master.resize(size(columns, rows)).expect("a terminal can be resized");
    }

    /// The same, where the terminal says how many pixels a cell has.
    ///
    /// # Panics
    /// When the terminal is gone.
    pub fn resize_to_pixels(&self, columns: u16, rows: u16, cell: (u16, u16)) {
        self.emulator().resize(columns, rows);
        let size = PtySize { rows, cols: columns, pixel_width: columns * cell.0, pixel_height: rows * cell.1 };
        self.master.resize(size).expect("a terminal can be resized");
    }

    /// The screen as text, one line a row.
    pub fn text(&self) -> String {
        self.emulator().text()
    }

    /// The terminal itself.
    pub fn emulator(&self) -> MutexGuard<'_, Emulator> {
        lock(&self.emulator)
    }

    /// Waits until the screen shows this text on one of its rows.
    ///
    /// # Panics
    /// When it never does.
    pub async fn shows(&mut self, text: &str) {
        self.until(text, |screen| screen.contains(text)).await;
    }

    /// Waits until the screen shows this text nowhere.
    ///
    /// # Panics
    /// When it always does.
    pub async fn shows_no(&mut self, text: &str) {
        self.until(&format!("the end of {text}"), |screen| !screen.contains(text)).await;
    }

    /// Waits until the screen is as wanted.
    ///
    /// # Panics
    /// When it never is; the screen is printed.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) {
        self.until_drawn(what, |emulator| wanted(&emulator.text())).await;
    }

    /// The same of all that the terminal knows, such as colours.
    ///
    /// # Panics
    /// When it never is; the screen is printed.
    pub async fn until_drawn(&mut self, what: &str, wanted: impl Fn(&Emulator) -> bool) {
        let waiting = async {
            loop {
                self.changes.mark_unchanged();
                if wanted(&lock(&self.emulator)) {
                    return true;
                }
                if self.changes.changed().await.is_err() {
                    return wanted(&lock(&self.emulator));
                }
            }
        };
        let seen = tokio::time::timeout(crate::DEADLINE, waiting).await;
        assert!(matches!(seen, Ok(true)), "the terminal never showed {what}:\n{}", self.text());
    }

    /// How the program ended.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn ended(&mut self) -> ExitStatus {
        let mut ended = self.ended.clone();
        let status = within("the end of the program in the terminal", ended.wait_for(Option::is_some)).await;
        status.ok().and_then(|status| (*status).clone()).unwrap_or_else(|| panic!("nobody knows how it ended"))
    }

    /// Whether the program is still there.
    pub fn runs(&self) -> bool {
        self.ended.borrow().is_none()
    }

    /// The program in it.
    pub fn process(&self) -> Pid {
        self.process
    }

    /// Sends the program a signal.
    ///
    /// # Panics
    /// When it has ended.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.process, signal).expect("the program runs");
    }

    /// What the program has changed of the terminal and not put back.
    pub fn left_behind(&self) -> Vec<&'static str> {
        let mut left = self.emulator().left_behind();
        if line_discipline(&*self.master) != self.fresh {
            left.push("raw mode");
        }
        left
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended by itself.
        _ = self.killer.kill();
    }
}

/// What a terminal sends for keys that are no text.
pub mod key {
    /// Sends what is written.
    pub const ENTER: &str = "\r";
    /// Completes.
    pub const TAB: &str = "\t";
    /// Leaves.
    pub const ESCAPE: &str = "\x1b";
    /// Clears, or quits.
    pub const CTRL_C: &str = "\x03";
    /// A new line on every terminal.
    pub const CTRL_J: &str = "\n";
    /// The palette.
    pub const CTRL_K: &str = "\x0b";
    /// Connects now.
    pub const CTRL_R: &str = "\x12";
    /// Help.
    pub const F1: &str = "\x1bOP";
    /// Scrolls up.
    pub const PAGE_UP: &str = "\x1b[5~";
    /// Up.
    pub const UP: &str = "\x1b[A";
    /// ↓.
    pub const DOWN: &str = "\x1b[B";
}

/// Puts what the program writes on the screen until it ends.
fn show(
    mut output: Box<dyn Read + Send>,
    emulator: &Mutex<Emulator>,
    keyboard: &Mutex<Box<dyn Write + Send>>,
    changed: &watch::Sender<u64>,
) {
    let mut bytes = vec![0; 64 * 1024];
    // The end of a terminal is an error on Linux.
    while let Ok(read @ 1..) = output.read(&mut bytes) {
        let answers = lock(emulator).take_in(&bytes[..read]);
        if !answers.is_empty() {
            type_into(keyboard, &answers);
        }
        changed.send_modify(|count| *count += 1);
    }
}

fn type_into(keyboard: &Mutex<Box<dyn Write + Send>>, bytes: &[u8]) {
    let mut keyboard = lock(keyboard);
    // Nobody reads the keys of a program that has ended.
    _ = keyboard.write_all(bytes).and_then(|()| keyboard.flush());
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// How a terminal treats what is typed (echo, lines, signals), as text to be compared.
fn line_discipline(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios())
}

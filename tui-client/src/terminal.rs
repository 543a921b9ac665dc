//! The terminal itself: opened for drawing, and given back clean whatever happens.

#[cfg(unix)]
mod bursts;
#[cfg(any(not(unix), test))]
mod console;
#[cfg(unix)]
mod decode;
mod desktop;
mod diff;
mod event;
mod events;
pub(crate) mod graphics;
#[cfg(unix)]
mod hang_up;
mod jobs;
mod notify;
#[cfg(unix)]
mod reader;
mod renderer;
mod support;
mod writer;

use std::{
    io::{self, IsTerminal},
    panic,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use crossterm::{
    event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange},
    queue,
    style::{ResetColor, force_color_output},
    terminal::{
        self, BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, SetTitle,
        disable_raw_mode, enable_raw_mode,
    },
};

use desktop::Desktop;
pub(crate) use event::Event;
pub(crate) use events::Events;
#[cfg(unix)]
pub(crate) use hang_up::hang_up;
pub(crate) use jobs::{Job, Jobs};
use notify::{Kind, Notifier};
use renderer::Renderer;
pub(crate) use support::Support;

use crate::{
    program::output,
    screen::theme::Theme,
    state::{State, geometry::Size},
    update::{effect::Notification, input::Input},
};

/// Buttons and the wheel, in the coordinates of any size (modes 1000 and 1006). Not the mouse's every move, which would
/// wake the program for nothing.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";
/// Asks for keys such as Shift-Enter to be told apart, and for what keys type with Shift (kitty keyboard protocol, flags
/// 1 and 4); other terminals pass over it.
const KEYS_ON: &str = "\x1b[>5u";
const KEYS_OFF: &str = "\x1b[<u";
/// Asks for the colour of the background (OSC 11).
const WHAT_BACKGROUND: &str = "\x1b]11;?\x1b\\";
/// Asks the terminal what it is (DA1). Nobody waits for the answer but who leaves.
const WHAT_ARE_YOU: &str = "\x1b[c";
/// Asks whether the terminal knows the graphics protocol of kitty, and compressed data: a point that is not drawn.
const WHAT_GRAPHICS: &str = "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24,o=z;eJxjYGAAAAADAAE=\x1b\\";
/// Keeps the window's title, and brings it back.
const TITLE_KEEP: &str = "\x1b[22;2t";
const TITLE_BACK: &str = "\x1b[23;2t";
const FOCUS_OFF: &str = "\x1b[?1004l";
const CURSOR_ON: &str = "\x1b[?25h";
/// Text that turns out wider than thought must not go on in the next row.
const WRAP_OFF: &str = "\x1b[?7l";
const WRAP_ON: &str = "\x1b[?7h";

/// Whether the terminal is open: what gives it back does so once.
static IS_OPEN: AtomicBool = AtomicBool::new(false);

/// The terminal, open for drawing. Dropping it gives the terminal back.
pub(crate) struct Terminal {
    renderer: Renderer,
    title: String,
    /// What it is asked.
    asks: &'static [&'static str],
    notifier: Notifier,
    desktop: Desktop,
}

impl Terminal {
    /// Whether there is a terminal that can show a screen. To be asked before anything is done that cannot be undone, such
    /// as taking a name.
    ///
    /// # Errors
    /// When standard output is no terminal, or one that cannot place the cursor.
    pub(crate) fn check(support: &Support<'_>) -> io::Result<()> {
        if !io::stdout().is_terminal() {
            return Err(io::Error::other("standard output goes elsewhere"));
        }
        if support.is_dumb() {
            return Err(io::Error::other("TERM says that it cannot place the cursor"));
        }
        Ok(())
    }

    /// Opens the terminal for drawing.
    ///
    /// # Errors
    /// When it is gone.
    pub(crate) fn open(support: &Support<'_>) -> io::Result<Self> {
        // With NO_COLOR crossterm would write empty sequences that also reset bold and reverse; our own theme has no
        // colours then.
        force_color_output(true);
        give_back_on_panic();
        let asks: &[_] = match (support.tells_colours(), support.may_know_kitty()) {
            (true, true) => &[WHAT_BACKGROUND, WHAT_GRAPHICS],
            (true, false) => &[WHAT_BACKGROUND],
            (false, true) => &[WHAT_GRAPHICS],
            (false, false) => &[],
        };
        enter(asks)?;
        let notifier = support.notifier();
        Ok(Self { renderer: Renderer::default(), title: String::new(), asks, notifier, desktop: Desktop::default() })
    }

    /// The size in cells.
    pub(crate) fn size(&self) -> Size {
        size()
    }

    /// The pixels of a cell, if the terminal tells the system.
    pub(crate) fn cell(&self) -> Option<(u16, u16)> {
        let size = terminal::window_size().ok()?;
        let cell = (size.width.checked_div(size.columns)?, size.height.checked_div(size.rows)?);
        Some(cell).filter(|(width, height)| *width > 0 && *height > 0)
    }

    /// Asks the terminal to tell nothing more, and to say when it has heard that ([`Events::finish`]).
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(crate) fn quiet(&mut self) -> io::Result<()> {
        write(&[MOUSE_OFF, FOCUS_OFF, WHAT_ARE_YOU].concat())
    }

    /// Gives the terminal back for a while.
    pub(crate) fn leave(&mut self) {
        give_back();
    }

    /// Opens the terminal again: after [`Self::leave`], or after the program was stopped without being asked. The next
    /// picture is drawn as a whole.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(crate) fn reopen(&mut self, mouse: bool) -> io::Result<()> {
        // The program that had it meanwhile may have changed anything.
        give_back();
        enter(self.asks)?;
        if !mouse {
            write(MOUSE_OFF)?;
        }
        self.title.clear();
        self.repaint();
        Ok(())
    }

    /// Draws the state in one go.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(crate) fn draw(&mut self, state: &State, theme: Theme) -> io::Result<()> {
        let mut picture = Vec::new();
        queue!(picture, BeginSynchronizedUpdate)?;
        let title = state.title();
        if title != self.title {
            queue!(picture, SetTitle(&title))?;
            self.title = title;
        }
        self.renderer.draw(state, theme, &mut picture)?;
        queue!(picture, EndSynchronizedUpdate)?;
        output::write(&picture)
    }

    /// Forgets what is on the screen: the next picture is drawn as a whole.
    pub(crate) fn repaint(&mut self) {
        self.renderer = Renderer::default();
    }

    /// The input that an event is, if it is one for the loop. A click is one on what was drawn there.
    pub(crate) fn input(&self, event: Event) -> Option<Input> {
        event::input(event, |x, y| self.renderer.spot(x, y))
    }

    /// Takes the mouse, or leaves it to the terminal.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(crate) fn mouse(&mut self, enabled: bool) -> io::Result<()> {
        write(if enabled { MOUSE_ON } else { MOUSE_OFF })
    }

    /// Rings, and tells a user who looks elsewhere.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(crate) fn notify(&mut self, notification: &Notification) -> io::Result<()> {
        let is_for_desktop = self.notifier.kind == Kind::Desktop && !notification.title.is_empty();
        if is_for_desktop && !self.desktop.show(notification) {
            self.notifier.kind = Kind::Osc9;
        }
        write(&self.notifier.bytes(notification))
    }

    /// Puts text into the clipboard (OSC 52), where the terminal allows it.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(crate) fn copy(&mut self, text: &str) -> io::Result<()> {
        write(&format!("\x1b]52;c;{}\x07", STANDARD.encode(text)))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

fn write(sequence: &str) -> io::Result<()> {
    output::write(sequence.as_bytes())
}

/// The size of the terminal in cells.
fn size() -> Size {
    let (width, height) = terminal::size().unwrap_or_default();
    Size { width, height }
}

/// Opens the terminal for drawing.
fn enter(asks: &[&str]) -> io::Result<()> {
    enable_raw_mode()?;
    IS_OPEN.store(true, Ordering::SeqCst);
    let mut bytes = TITLE_KEEP.as_bytes().to_vec();
    queue!(bytes, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange)?;
    bytes.extend([MOUSE_ON, KEYS_ON, WRAP_OFF, &asks.concat(), WHAT_ARE_YOU].concat().bytes());
    output::write(&bytes)
}

/// Gives the terminal back, if it is open. Nothing can be done about failures here.
fn give_back() {
    if IS_OPEN.swap(false, Ordering::SeqCst) {
        _ = output::write(&farewell());
        _ = disable_raw_mode();
    }
}

/// Gives the terminal back for a program that is stuck, as far as that goes without waiting for anyone: neither for
/// who else writes, nor for a terminal that takes nothing.
#[cfg(unix)]
pub(crate) fn abandon() {
    use std::{sync::mpsc, time::Duration};

    /// Some bytes are written by then, or never.
    const PATIENCE: Duration = Duration::from_millis(200);
    let (done, waits) = mpsc::channel();
    thread::spawn(move || {
        // First what works always.
        _ = disable_raw_mode();
        if IS_OPEN.swap(false, Ordering::SeqCst) {
            _ = output::write(&farewell());
        }
        _ = done.send(());
    });
    _ = waits.recv_timeout(PATIENCE);
}

/// What gives the terminal back.
fn farewell() -> Vec<u8> {
    let mut bytes = [WRAP_ON, KEYS_OFF, MOUSE_OFF, &graphics::forget_all()].concat().into_bytes();
    // Writing into memory does not fail.
    _ = queue!(
        bytes,
        EndSynchronizedUpdate,
        DisableFocusChange,
        DisableBracketedPaste,
        ResetColor,
        LeaveAlternateScreen
    );
    bytes.extend([TITLE_BACK, CURSOR_ON].concat().bytes());
    bytes
}

/// A panic of the thread that draws gives the terminal back before it is reported. One of another thread ends a task only:
/// it goes to the log and leaves the screen alone.
fn give_back_on_panic() {
    let drawing = thread::current().id();
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == drawing || !IS_OPEN.load(Ordering::SeqCst) {
            give_back();
            tell(info);
        } else {
            tracing::error!("a task panicked: {info}");
        }
    }));
}

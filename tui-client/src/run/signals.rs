//! What ends the program from outside: a signal, or a terminal that is gone.
//!
//! It is watched in a thread of its own, which depends on nothing that the program does. The loop is asked to quit; if
//! it does not within a moment, because it is stuck writing to a terminal that takes nothing, the program ends without
//! it.

use std::{future, io};

use tokio::sync::watch;

/// Whether the program was asked to end.
#[derive(Debug)]
pub(crate) struct Termination {
    asked: watch::Receiver<bool>,
}

impl Termination {
    /// Begins to watch.
    ///
    /// # Errors
    /// When the system gives neither a thread nor signals.
    pub(crate) fn watch() -> io::Result<Self> {
        let (ask, asked) = watch::channel(false);
        start(ask)?;
        Ok(Self { asked })
    }

    /// Returns when the program was asked to end.
    pub(crate) async fn asked(&mut self) {
        if self.asked.wait_for(|asked| *asked).await.is_err() {
            future::pending().await
        }
    }
}

#[cfg(unix)]
use unix::start;

#[cfg(unix)]
mod unix {
    use std::{future, io, process, thread, time::Duration};

    use tokio::{
        runtime::Builder,
        signal::unix::{self, SignalKind, signal},
        sync::watch,
        task, time,
    };

    use futures_util::future::select_all;
    use rustix::process::Signal;

    use crate::{program::failure::Kind, terminal};

    /// What ends a program that does not look at it, and may come from outside.
    const DEADLY: [Signal; 13] = [
        Signal::TERM,
        Signal::HUP,
        Signal::INT,
        Signal::QUIT,
        Signal::USR1,
        Signal::USR2,
        Signal::ALARM,
        Signal::VTALARM,
        Signal::PROF,
        Signal::XCPU,
        Signal::TRAP,
        Signal::SYS,
        Signal::ABORT,
    ];

    /// So long the loop may take to keep what is being written and to say goodbye to the server: longer than the client
    /// waits for both together, so that what was not kept is still printed. A shutdown of the machine gives programs more.
    const GRACE: Duration = Duration::from_secs(4);

    pub(super) fn start(ask: watch::Sender<bool>) -> io::Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut signals = Vec::new();
        {
            let _entered = runtime.enter();
            for deadly in DEADLY {
                signals.push(signal(SignalKind::from_raw(deadly.as_raw()))?);
            }
            // A file that may not grow is reported by the write that fails; with a handler the signal does nothing.
            drop(signal(SignalKind::from_raw(Signal::XFSZ.as_raw()))?);
        }
        thread::Builder::new().name("ending".to_owned()).spawn(move || runtime.block_on(end(signals, ask)))?;
        Ok(())
    }

    async fn end(mut signals: Vec<unix::Signal>, ask: watch::Sender<bool>) {
        let any = select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv())));
        tokio::select! {
            _ = any => {}
            () = terminal_gone() => {}
        }
        ask.send_replace(true);
        time::sleep(GRACE).await;
        terminal::abandon();
        process::exit(Kind::Failed as i32);
    }

    async fn terminal_gone() {
        if !matches!(task::spawn_blocking(terminal::hang_up).await, Ok(true)) {
            future::pending().await
        }
    }
}

/// Elsewhere a closed console ends the program by itself.
#[cfg(not(unix))]
fn start(_: watch::Sender<bool>) -> io::Result<()> {
    Ok(())
}

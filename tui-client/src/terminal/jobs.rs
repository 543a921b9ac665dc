//! Job control: Ctrl-Z, `kill -TSTP`, `fg`. A program that draws has to give the terminal back before it stops, and to
//! take it again when it goes on.

#[cfg(unix)]
pub(crate) use unix::Jobs;

/// What job control asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Job {
    /// Give the terminal back, then [`Jobs::stop`].
    Stop,
    /// The program was stopped without being asked, and goes on: the terminal is not as it was left.
    GoesOn,
}

#[cfg(unix)]
mod unix {
    use std::{future, io};

    use rustix::process::{Pid, Signal, getpgrp, getpid, getppid, getsid, kill_current_process_group, kill_process};
    use tokio::signal::unix::{self, SignalKind, signal};

    use super::Job;

    /// The signals of job control, from when this is made.
    #[derive(Debug)]
    pub(crate) struct Jobs {
        stop: unix::Signal,
        go_on: unix::Signal,
        /// The program has stopped itself, so going on is no news.
        stopped: bool,
    }

    impl Jobs {
        /// Begins to watch.
        ///
        /// # Errors
        /// When the system gives no signals.
        pub(crate) fn watch() -> io::Result<Self> {
            let stop = signal(SignalKind::from_raw(Signal::TSTP.as_raw()))?;
            let go_on = signal(SignalKind::from_raw(Signal::CONT.as_raw()))?;
            Ok(Self { stop, go_on, stopped: false })
        }

        /// What the shell or another program asks for.
        pub(crate) async fn next(&mut self) -> Job {
            loop {
                tokio::select! {
                    Some(()) = self.stop.recv() => if has_shell() { return Job::Stop },
                    Some(()) = self.go_on.recv() => if !std::mem::take(&mut self.stopped) { return Job::GoesOn },
                    else => future::pending().await,
                }
            }
        }

        /// Asks this program and those that it belongs together with to stop, as Ctrl-Z does; false if no shell would
        /// let them go on.
        pub(crate) fn ask_to_stop() -> bool {
            has_shell() && kill_current_process_group(Signal::TSTP).is_ok()
        }

        /// Stops; returns when the shell lets the program go on.
        pub(crate) fn stop(&mut self) {
            self.stopped = kill_process(getpid(), Signal::STOP).is_ok();
        }
    }

    /// Whether a shell controls this job: shells begin sessions, and put each job into a group of its own.
    fn has_shell() -> bool {
        let session = |process: Option<Pid>| getsid(process).ok();
        let own = session(None);
        own.is_some() && own != Some(getpgrp()) && getppid().is_some_and(|parent| session(Some(parent)) == own)
    }
}

/// Elsewhere there is no job control.
#[cfg(not(unix))]
#[derive(Debug)]
pub(crate) struct Jobs;

#[cfg(not(unix))]
impl Jobs {
    /// There is nothing to watch.
    ///
    /// # Errors
    /// Never.
    pub(crate) fn watch() -> std::io::Result<Self> {
        Ok(Self)
    }

    /// Never asks for anything.
    pub(crate) async fn next(&mut self) -> Job {
        std::future::pending().await
    }

    /// Nobody could let the program go on.
    pub(crate) fn ask_to_stop() -> bool {
        false
    }

    /// Does nothing.
    pub(crate) fn stop(&mut self) {}
}

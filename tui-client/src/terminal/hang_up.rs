//! Notices that the terminal is gone: its window was closed, or the connection to this machine was lost. A signal says
//! so too, but not to every program.

use std::{
    io::{stderr, stdin, stdout},
    os::fd::AsFd,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
    termios::isatty,
};

/// Waits until the terminal is gone; false if that cannot be noticed.
pub(crate) fn hang_up() -> bool {
    let (input, output, errors) = (stdin(), stdout(), stderr());
    let Some(terminal) = [output.as_fd(), input.as_fd(), errors.as_fd()].into_iter().find(|fd| isatty(fd)) else {
        return false;
    };
    // A hang-up is always reported. Nothing else is asked for, so no key wakes this.
    let mut watched = [PollFd::new(&terminal, PollFlags::empty())];
    loop {
        match poll(&mut watched, None) {
            Ok(_) => return watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR),
            Err(Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

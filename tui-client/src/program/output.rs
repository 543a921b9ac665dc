//! Standard output and standard error, written past the buffers of the standard library.
//!
//! Another program may have made the pipe or the terminal non-blocking for all who share it. The standard library then
//! fails, and does not tell how much it has written; here a write waits until somebody reads.

use std::io;

/// Writes to standard output; waits as long as nobody reads.
///
/// # Errors
/// When nobody will ever read it.
pub(crate) fn write(bytes: &[u8]) -> io::Result<()> {
    wait_and_write(io::stdout(), bytes)
}

/// Writes to standard error; waits as long as nobody reads.
///
/// # Errors
/// When nobody will ever read it.
pub(crate) fn write_error(bytes: &[u8]) -> io::Result<()> {
    wait_and_write(io::stderr(), bytes)
}

/// Writes to standard output; something else may be done, or the program be ended, while nobody reads.
///
/// # Errors
/// When nobody will ever read it.
pub(crate) async fn print(text: String) -> io::Result<()> {
    // The thread ends with the program.
    tokio::task::spawn_blocking(move || write(text.as_bytes())).await.map_err(io::Error::other)?
}

#[cfg(unix)]
fn wait_and_write(out: impl std::os::fd::AsFd, mut bytes: &[u8]) -> io::Result<()> {
    use rustix::{
        event::{PollFd, PollFlags, poll},
        io::Errno,
    };
    while !bytes.is_empty() {
        match rustix::io::write(&out, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => match poll(&mut [PollFd::new(&out, PollFlags::OUT)], None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            },
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn wait_and_write(mut out: impl io::Write, bytes: &[u8]) -> io::Result<()> {
    out.write_all(bytes)?;
    out.flush()
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        io::{ErrorKind, Read, Write, pipe},
        thread,
    };

    use super::*;

    #[test]
    fn a_pipe_that_does_not_block_is_waited_for() {
        const SIZE: usize = 1024 * 1024;
        let (mut reader, mut writer) = pipe().unwrap();
        rustix::io::ioctl_fionbio(&writer, true).unwrap();
        let filled = std::iter::repeat_with(|| writer.write(&[b'x'; 4096])).map_while(Result::ok).sum::<usize>();
        assert_eq!(writer.write(b"y").unwrap_err().kind(), ErrorKind::WouldBlock);
        let writing = thread::spawn(move || wait_and_write(&writer, &vec![b'y'; SIZE]));
        let mut read = Vec::new();
        reader.read_to_end(&mut read).unwrap();
        writing.join().unwrap().unwrap();
        assert_eq!((read.len(), read.iter().filter(|byte| **byte == b'y').count()), (filled + SIZE, SIZE));
    }

    #[test]
    fn a_pipe_that_nobody_reads_any_more_is_an_error() {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        assert_eq!(wait_and_write(&writer, b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
    }
}

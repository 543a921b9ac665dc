//! A connection whose other end must take what is sent to it: one that accepts nothing for a while is let go.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// How long a client may accept nothing of an answer. A socket has longer: what waits for it is held elsewhere.
const PATIENCE: Duration = Duration::from_secs(20);

/// A stream that is written to with patience, but not without end.
#[derive(Debug)]
pub struct Patient<S> {
    stream: S,
    /// Ends when the client has had its time; there while it accepts nothing.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    /// Begins with all patience.
    pub fn new(stream: S) -> Self {
        Self { stream, waiting: None }
    }

    pub fn into_inner(self) -> S {
        self.stream
    }

    fn after(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
        ready!(waiting.as_mut().poll(context));
        waiting.as_mut().reset(Instant::now() + PATIENCE);
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.after(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        this.after(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_accepts_nothing_is_let_go() {
        let (server, _client) = duplex(1024);
        let begun = Instant::now();
        let failure = Patient::new(server).write_all(&[0; 4096]).await.unwrap_err();
        assert_eq!((failure.kind(), begun.elapsed()), (io::ErrorKind::TimedOut, PATIENCE));
    }

    #[tokio::test(start_paused = true)]
    async fn who_reads_slowly_gets_everything() {
        let (server, mut client) = duplex(1024);
        let read = tokio::spawn(async move {
            let mut all = 0;
            loop {
                sleep(PATIENCE * 9 / 10).await;
                match client.read(&mut [0; 100]).await.unwrap() {
                    0 => return all,
                    read => all += read,
                }
            }
        });
        let mut server = Patient::new(server);
        server.write_all(&[0; 4096]).await.unwrap();
        server.shutdown().await.unwrap();
        assert_eq!(read.await.unwrap(), 4096);
    }
}

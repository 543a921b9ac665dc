//! The answer to the upgrade, in one piece. The WebSocket library takes an answer that comes in many small pieces for an
//! attack, and of a refusal it keeps only what came with the end of the head: without the body nobody knows why.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What is read at once.
const PIECE: usize = 4096;
/// No answer to an upgrade is longer; what is, comes as it comes.
const LONGEST: usize = 16 * 1024;

/// A stream that begins with such an answer.
#[derive(Debug)]
pub(super) struct Whole<S> {
    stream: S,
    gathering: bool,
    /// Read, and not yet given on.
    answer: Vec<u8>,
}

impl<S> Whole<S> {
    /// Not where the answer is encrypted: there it comes in whole records, and this would not see its end.
    pub(super) fn new(stream: S, encrypted: bool) -> Self {
        Self { stream, gathering: !encrypted, answer: Vec::new() }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Whole<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.gathering {
            let mut piece = [0; PIECE];
            let mut piece = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut piece))?;
            this.answer.extend_from_slice(piece.filled());
            let goes_on = !piece.filled().is_empty() && this.answer.len() < LONGEST;
            this.gathering = goes_on && !is_whole(&this.answer);
        }
        if this.answer.is_empty() {
            return Pin::new(&mut this.stream).poll_read(cx, out);
        }
        let given = this.answer.len().min(out.remaining());
        out.put_slice(&this.answer[..given]);
        this.answer.drain(..given);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Whole<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

/// Whether the head is there, and the body that it promises.
fn is_whole(answer: &[u8]) -> bool {
    const END: &[u8] = b"\r\n\r\n";
    let Some(end) = answer.windows(END.len()).position(|window| window == END) else { return false };
    let head = String::from_utf8_lossy(&answer[..end]);
    let length = head.lines().filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok()).flatten()
    });
    answer.len() - end - END.len() >= length.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// What the first read gives of an answer that comes byte by byte.
    async fn first_read(answer: &str) -> String {
        let (mut server, client) = tokio::io::duplex(1);
        let answer = answer.to_owned();
        let writing = tokio::spawn(async move {
            server.write_all(answer.as_bytes()).await.unwrap();
            server
        });
        let mut read = [0; PIECE];
        let count = Whole::new(client, false).read(&mut read).await.unwrap();
        writing.abort();
        String::from_utf8(read[..count].to_vec()).unwrap()
    }

    #[tokio::test]
    async fn it_comes_at_once_with_its_body() {
        let switched = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";
        assert_eq!(first_read(&format!("{switched}frame")).await, switched);
        let refused = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\n{  }";
        assert_eq!(first_read(&format!("{refused}rest")).await, refused);
    }

    #[tokio::test]
    async fn one_that_breaks_off_comes_as_it_is() {
        let (mut server, client) = tokio::io::duplex(64);
        server.write_all(b"HTTP/1.1 101").await.unwrap();
        drop(server);
        let mut all = String::new();
        Whole::new(client, false).read_to_string(&mut all).await.unwrap();
        assert_eq!(all, "HTTP/1.1 101");
    }

    #[tokio::test]
    async fn what_is_encrypted_passes() {
        let (mut server, client) = tokio::io::duplex(1);
        let writing = tokio::spawn(async move { server.write_all(b"HTTP").await });
        let mut read = [0; 4];
        assert_eq!(Whole::new(client, true).read(&mut read).await.unwrap(), 1);
        writing.abort();
    }
}

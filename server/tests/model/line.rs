//! A line to the server that breaks after so many bytes, or takes only a few at a time.

use std::{
    io::{self, ErrorKind},
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
};

use socket2::{Domain, Socket, Type};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpSocket, TcpStream},
};

use crate::plan::Cut;

/// Bytes that a narrow line keeps unread on this side.
const NARROW: usize = 4_096;
/// Bytes of a packet on it: with more, the server's side would keep megabytes of its own.
const PACKET: u32 = 536;

/// Bytes read at once.
const PART: usize = 16 * 1024;

/// One end of a connection.
pub(crate) struct Line {
    stream: TcpStream,
    left: Left,
}

/// How many bytes still pass.
#[derive(Clone, Default)]
pub(crate) struct Left(Arc<Bytes>);

struct Bytes {
    read: AtomicU64,
    write: AtomicU64,
}

impl Default for Bytes {
    fn default() -> Self {
        Self { read: AtomicU64::new(u64::MAX), write: AtomicU64::new(u64::MAX) }
    }
}

impl Left {
    /// From now on only so many.
    pub(crate) fn cut(&self, cut: Cut) {
        match cut {
            Cut::Read(bytes) => self.0.read.store(bytes, Relaxed),
            Cut::Write(bytes) => self.0.write.store(bytes, Relaxed),
        }
    }

    /// Whether the line will be cut, or was.
    pub(crate) fn is_limited(&self) -> bool {
        self.0.read.load(Relaxed) != u64::MAX || self.0.write.load(Relaxed) != u64::MAX
    }
}

impl Line {
    pub(crate) async fn open(address: SocketAddr, narrow: bool, left: Left) -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        if narrow {
            socket.set_recv_buffer_size(NARROW)?;
            socket.set_tcp_mss(PACKET)?;
        }
        let stream = TcpSocket::from_std_stream(socket.into()).connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, left })
    }
}

fn cut() -> io::Error {
    io::Error::new(ErrorKind::ConnectionReset, "the line is cut here")
}

/// Takes from what is left; without a limit there is no end to it.
fn spend(left: &AtomicU64, bytes: usize) {
    if left.load(Relaxed) != u64::MAX {
        left.fetch_sub(bytes as u64, Relaxed);
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let left = self.left.0.read.load(Relaxed);
        if left == 0 {
            return Poll::Ready(Err(cut()));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.remaining());
        // What was read into a part is copied over: the other way is unsafe.
        let mut part = vec![0; most.min(PART)];
        let mut part = ReadBuf::new(&mut part);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut part))?;
        let read = part.filled().len();
        buffer.put_slice(part.filled());
        spend(&self.left.0.read, read);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let left = self.left.0.write.load(Relaxed);
        if left == 0 {
            return Poll::Ready(Err(cut()));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, &bytes[..most]))?;
        spend(&self.left.0.write, written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

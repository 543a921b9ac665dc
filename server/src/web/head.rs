//! Waits for the head of a connection's first request, and holds nothing of it: it stays with the system until it is
//! whole. Reading it takes 20 KiB a connection, and a client may never finish.

use std::io;

use tokio::net::TcpStream;

/// Bytes that are looked at. A longer head is read as it comes.
const LOOK: usize = 8 * 1024;

/// What has come of a first request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrived {
    /// Its whole head, or all that ever comes.
    Whole,
    /// So much of its head that the rest is read as it comes.
    Long,
}

/// Waits until there is a head to read.
///
/// # Errors
/// When the connection is broken.
#[cfg(unix)]
pub async fn arrived(stream: &TcpStream) -> io::Result<Arrived> {
    use rustix::net::{RecvFlags, recv};
    use tokio::io::Interest;

    loop {
        let ready = stream.ready(Interest::READABLE).await?;
        // Looking and saying that there is not enough are one step: what comes in between wakes this again.
        let looked = stream.try_io(Interest::READABLE, || {
            let mut bytes = [0; LOOK];
            let (read, _) = recv(stream, &mut bytes[..], RecvFlags::PEEK)?;
            match read {
                0 => Ok(Arrived::Whole),
                read if is_whole(&bytes[..read]) => Ok(Arrived::Whole),
                LOOK => Ok(Arrived::Long),
                _ => Err(io::ErrorKind::WouldBlock.into()),
            }
        });
        match looked {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if ready.is_read_closed() {
                    return Ok(Arrived::Whole);
                }
            }
            looked => return looked,
        }
    }
}

/// Waits until anything has come.
///
/// # Errors
/// When the connection is broken.
#[cfg(not(unix))]
pub async fn arrived(stream: &TcpStream) -> io::Result<Arrived> {
    stream.readable().await?;
    Ok(Arrived::Long)
}

/// Whether an empty line ends the head.
#[cfg(unix)]
fn is_whole(bytes: &[u8]) -> bool {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').skip_while(|line| is_empty(line));
    lines.any(is_empty)
}

#[cfg(unix)]
fn is_empty(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

#[cfg(all(test, unix))]
mod tests {
    use futures_util::poll;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;

    async fn pair() -> io::Result<(TcpStream, TcpStream)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let client = TcpStream::connect(listener.local_addr()?).await?;
        client.set_nodelay(true)?;
        Ok((client, listener.accept().await?.0))
    }

    #[tokio::test]
    async fn a_head_in_single_bytes_has_arrived_with_its_last_one() {
        let (mut client, mut server) = pair().await.unwrap();
        let head = b"\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let (last, first) = head.split_last().unwrap();
        let mut arrived_now = Box::pin(arrived(&server));
        for byte in first {
            client.write_all(&[*byte]).await.unwrap();
            tokio::task::yield_now().await;
            assert!(poll!(&mut arrived_now).is_pending());
        }
        client.write_all(&[*last]).await.unwrap();
        assert_eq!(arrived_now.await.unwrap(), Arrived::Whole);
        let mut read = vec![0; head.len()];
        server.read_exact(&mut read).await.unwrap();
        assert_eq!(read, head, "nothing was taken");
    }

    #[tokio::test]
    async fn a_long_head_and_one_that_is_broken_off_are_handed_on() {
        let (mut client, server) = pair().await.unwrap();
        client.write_all(&[b'x'; LOOK]).await.unwrap();
        assert_eq!(arrived(&server).await.unwrap(), Arrived::Long);
        let (mut client, server) = pair().await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        client.shutdown().await.unwrap();
        assert_eq!(arrived(&server).await.unwrap(), Arrived::Whole);
        let (client, server) = pair().await.unwrap();
        drop(client);
        assert_eq!(arrived(&server).await.unwrap(), Arrived::Whole);
    }
}

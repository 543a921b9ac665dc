//! Getting one file again and again over one connection, as fast as it comes; its bytes are counted and dropped.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use anyhow::{Context as _, bail};

use crate::clock;

/// What is read at once.
const PIECE: usize = 256 * 1024;
/// More than any head has.
const HEAD: usize = 16 * 1024;

/// One kept connection.
#[derive(Debug)]
pub(crate) struct Download {
    stream: TcpStream,
    request: String,
    buffer: Vec<u8>,
}

impl Download {
    /// Connects; each time, `path` will be asked for, as the owner of a token or as nobody.
    pub(crate) fn open(address: SocketAddr, path: &str, token: Option<&str>) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{token}\r\n");
        Ok(Self { stream, request, buffer: vec![0; PIECE] })
    }

    /// Gets the file for so many seconds, at least once; gives its bytes in all, and how often it came.
    pub(crate) fn run(&mut self, seconds: f64, size: u64) -> anyhow::Result<(u64, u64)> {
        let begun = clock::now();
        let (mut bytes, mut times) = (0, 0);
        while times == 0 || clock::seconds(begun, clock::now()) < seconds {
            let length = self.once()?;
            anyhow::ensure!(length == size, "{length} bytes came of a file of {size}");
            bytes += length;
            times += 1;
        }
        Ok((bytes, times))
    }

    fn once(&mut self) -> anyhow::Result<u64> {
        self.stream.write_all(self.request.as_bytes())?;
        let mut here = 0;
        let end = loop {
            let read = self.stream.read(&mut self.buffer[here..HEAD])?;
            here += read;
            match memchr::memmem::find(&self.buffer[..here], b"\r\n\r\n") {
                Some(end) => break end + 4,
                None if read == 0 || here == HEAD => bail!("no answer came"),
                None => {}
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
        anyhow::ensure!(head.starts_with("http/1.1 200"), "{}", head.lines().next().unwrap_or_default());
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: u64 = length.and_then(|length| length.trim().parse().ok()).context("no length")?;
        let mut left = length.saturating_sub((here - end) as u64);
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            match self.stream.read(&mut self.buffer[..most])? {
                0 => bail!("{left} bytes of the file did not come"),
                read => left -= read as u64,
            }
        }
        Ok(length)
    }
}

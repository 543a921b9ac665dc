//! How a connection is opened: from an address of one's choice, with a small buffer.

use std::{io, net::Ipv4Addr};

use chat_testing::{Socket, SocketError, Upgrade};
use serde_json::Value;
use tokio::net::TcpStream;

/// How it is opened.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Opening {
    /// Where from.
    pub(crate) from: Option<Ipv4Addr>,
    /// Bytes that the system keeps while nobody reads, roughly.
    pub(crate) receive_buffer: Option<u32>,
}

impl Opening {
    /// Connects, and asks for nothing yet.
    pub(crate) async fn connect(self, url: &str) -> io::Result<TcpStream> {
        self.upgrade(url).connect().await
    }

    /// Opens a WebSocket.
    pub(crate) async fn open(self, url: &str, token: &str) -> Result<Socket, SocketError> {
        self.upgrade(url).bearer(token).socket().await
    }

    /// Opens a WebSocket and says `Hello` without cursors; gives the `Welcome` too.
    pub(crate) async fn hello(self, url: &str, token: &str) -> (Socket, Value) {
        self.upgrade(url).bearer(token).hello().await
    }

    fn upgrade(self, url: &str) -> Upgrade {
        let mut upgrade = Upgrade::to(url);
        if let Some(address) = self.from {
            upgrade = upgrade.from(address);
        }
        if let Some(bytes) = self.receive_buffer {
            upgrade = upgrade.receive_buffer(bytes);
        }
        upgrade
    }
}

//! Frames and bytes as they are: what is not a command, and how a connection ends.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, timeout, timeout_at},
};
use tokio_tungstenite::tungstenite::Message as Frame;

use super::Connection;
use crate::{Closed, DEADLINE, within};

impl Connection {
    /// Sends one frame.
    pub async fn send(&mut self, frame: Value) {
        self.send_text(frame.to_string()).await;
    }

    /// Sends a text frame, whatever it says.
    pub async fn send_text(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.transcript.sent(&text);
        self.send_frame(Frame::text(text)).await;
    }

    /// Sends a frame of any kind. A server that has closed already is found when reading.
    pub async fn send_frame(&mut self, frame: Frame) {
        _ = self.socket.send(frame).await;
    }

    /// Waits for `Welcome`, or for the server to close instead.
    pub async fn welcomed(&mut self) -> Result<(), Closed> {
        match self.frame().await {
            Frame::Text(_) => Ok(()),
            Frame::Close(Some(frame)) => Err(Closed::of(frame)),
            other => panic!("{other:?}"),
        }
    }

    /// The next frame of any kind.
    pub async fn frame(&mut self) -> Frame {
        within("a frame", self.socket.next()).await.expect("an open socket").unwrap()
    }

    /// Sends what is due by itself, such as the answer to a protocol's ping that was read.
    pub async fn flush(&mut self) {
        self.socket.flush().await.unwrap();
    }

    /// Writes bytes that are no frame. A server that has closed already is found when reading.
    pub async fn write_bytes(&mut self, bytes: &[u8]) {
        _ = self.socket.get_mut().write_all(bytes).await;
    }

    /// Waits until the server closes; passes over what it says until then.
    pub async fn closed(&mut self) -> Closed {
        let by = Instant::now() + DEADLINE;
        loop {
            match timeout_at(by, self.socket.next()).await {
                Ok(Some(Ok(Frame::Text(text)))) => self.transcript.received(text.as_str()),
                Ok(Some(Ok(Frame::Close(Some(frame))))) => return Closed::of(frame),
                Ok(Some(Ok(_))) => {}
                other => panic!("the server did not close, but {other:?}{}", self.transcript),
            }
        }
    }

    /// Waits until the server has ended its side, which it does by itself: it is not answered.
    pub async fn ended(&mut self) {
        let mut byte = [0];
        let read = within("the connection's end", self.socket.get_mut().read(&mut byte)).await;
        assert_eq!(read.unwrap(), 0, "something came after the closing frame");
    }

    /// Reads what there still is, to the end of a connection that was cut off; gives how many events it was.
    pub async fn rest(&mut self) -> usize {
        let mut events = 0;
        while let Some(Ok(frame)) = within("the connection's end", self.socket.next()).await {
            events += usize::from(frame.is_text());
        }
        events
    }

    /// Closes, and waits until the server has done so too.
    pub async fn close(mut self) {
        self.socket.close(None).await.unwrap();
        while let Ok(Some(Ok(_))) = timeout(DEADLINE, self.socket.next()).await {}
    }
}

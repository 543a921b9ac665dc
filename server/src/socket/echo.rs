//! A socket that says back what it hears, for a conformance suite: the same reading, the same writing, no commands.
//!
//! It takes binary frames too, and answers what is too long for one frame in several.

use axum::{
    extract::{Request, State},
    response::Response,
};
use chat_protocol::{Role, SessionId, UserId};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame as Piece,
        coding::{Data, OpCode},
    },
};

use super::{begin, frame, reader::Reader};
use crate::{
    chat::Caller,
    web::{App, Error},
};

/// Payload of one frame at most: far below what a connection may keep waiting.
const PIECE: usize = 256 * 1024;

/// Switches protocols for anyone.
pub(crate) async fn upgrade(State(app): State<App>, request: Request) -> Result<Response, Error> {
    let (parts, _) = request.into_parts();
    let nobody = Caller {
        user: UserId::from(uuid::Uuid::nil()),
        session: SessionId::from(uuid::Uuid::nil()),
        role: Role::Guest,
    };
    begin(app, parts, nobody, Reader::echoing)
}

impl Reader {
    /// Says a message back. A failure shows when reading.
    pub(super) async fn echo(&mut self, message: Message) {
        let (payload, mut kind) = match message {
            Message::Text(text) if text.len() <= PIECE => {
                return self.connection.put(frame::text(text.as_bytes()));
            }
            Message::Text(text) => (text.into(), Data::Text),
            other => (other.into_data(), Data::Binary),
        };
        let mut rest = payload;
        loop {
            let piece = rest.split_to(rest.len().min(PIECE));
            let last = rest.is_empty();
            while self.connection.is_congested() && self.connection.session.ending().is_none() {
                self.connection.drained().await;
            }
            _ = self.socket.send(Message::Frame(Piece::message(piece, OpCode::Data(kind), last)));
            if last {
                return;
            }
            kind = Data::Continue;
        }
    }
}

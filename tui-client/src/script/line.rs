//! The line to the server, for commands that follow what happens: told when it is gone and when it is back.

use chat_client::Status;
use chat_protocol::terminal::SafeText;

use crate::program::failure::{Failure, Kind, print_notice};

/// Whether the user knows that the server is away.
#[derive(Debug, Default)]
pub(super) struct Line {
    away: bool,
}

impl Line {
    /// Tells the user what changed.
    ///
    /// # Errors
    /// When the session has ended.
    pub(super) fn changed(&mut self, status: &Status) -> Result<(), Failure> {
        match status {
            Status::SignedOut { detail } => {
                let message = format!("signed out: {detail}. Sign in again with --link or the password");
                return Err(Failure::new(Kind::Refused, message));
            }
            Status::Offline { reason, .. } if !self.away => {
                self.away = true;
                print_notice(&format!("{}; trying again until the server is back", SafeText::line(reason)));
            }
            Status::Connected { .. } if self.away => {
                self.away = false;
                print_notice("connected again");
            }
            _ => {}
        }
        Ok(())
    }
}

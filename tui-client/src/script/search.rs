//! `chat-tui search`: what was said, for scripts.

use std::{collections::HashMap, io};

use chat_client::{Account, Api};
use chat_protocol::{MessageId, RoomId, api::SearchHit};
use jiff::tz::TimeZone;

use super::{human, json, room};
use crate::{
    program::{
        args::Who,
        failure::{Failure, Kind, print_notice},
        output,
        retry::{Retries, TransientFailure},
    },
    sign_in,
};

/// Hits of one request, at most.
const PAGE: u32 = 100;

/// What to search for: the words of the command line, in one room where one is named.
pub(crate) fn query(words: &[String], room: Option<&str>) -> String {
    let query = words.join(" ");
    room.map_or_else(|| query.clone(), |room| format!("{query} in:{room}"))
}

/// Prints the messages that fit a query, the newest first: as lines, or as JSON.
///
/// # Errors
/// When the server refuses the query, or cannot be reached.
pub(crate) async fn search(who: Who, query: &str, limit: u32, json: bool) -> Result<(), Failure> {
    if query.trim().is_empty() {
        return Err(Failure::new(Kind::Usage, "give words to search for: chat-tui search disk full"));
    }
    let mut retries = Retries::to_start();
    let account = sign_in::for_script(who, &mut retries).await?.account;
    let api =
        Api::new(&account.server, Some(account.token()), account.insecure, &account.client).map_err(Failure::local)?;
    let mut printer = Printer { api: api.clone(), account, json, zone: TimeZone::system(), rooms: HashMap::new() };
    let (mut left, mut before) = (limit, None::<MessageId>);
    while left > 0 {
        let page = loop {
            match api.search(query, before, left.min(PAGE)).await.map_err(TransientFailure::of) {
                Ok(page) => break page,
                Err(Ok(failure)) => retries.wait(failure).await?,
                Err(Err(error)) => return Err(error.into()),
            }
        };
        left = left.saturating_sub(u32::try_from(page.hits.len()).unwrap_or(left));
        for hit in &page.hits {
            match printer.print(hit).await {
                Ok(()) => {}
                // Nobody reads on.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                Err(error) => return Err(Failure::new(Kind::Failed, format!("cannot write: {error}"))),
            }
        }
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    if left == limit {
        print_notice("nothing found");
    }
    Ok(())
}

struct Printer {
    api: Api,
    account: Account,
    json: bool,
    zone: TimeZone,
    /// Names of rooms, as they are shown.
    rooms: HashMap<RoomId, String>,
}

impl Printer {
    async fn print(&mut self, hit: &SearchHit) -> io::Result<()> {
        let line = if self.json {
            json::line(hit).map_err(io::Error::from)?
        } else {
            let room = self.room(hit.room).await;
            human::message(&hit.message, &format!(" {room}"), &self.zone)
        };
        output::print(line + "\n").await
    }

    /// The id where the room cannot be asked for.
    async fn room(&mut self, id: RoomId) -> String {
        if let Some(known) = self.rooms.get(&id) {
            return known.clone();
        }
        let name = match self.api.room(id).await {
            Ok(found) => room::shown_name(&found, self.account.user.id),
            Err(_) => id.to_string(),
        };
        self.rooms.insert(id, name.clone());
        name
    }
}

//! A reader on a bare WebSocket, which forgives nothing: an event that comes twice on a connection is a mistake, too.

use std::{sync::Arc, time::Duration};

use chat_e2e::Person;
use serde_json::{Value, json};
use tokio::{sync::watch, time::timeout};

use crate::{crowd::ROOM, follower::Followed, opening::Opening, scale::pick};

/// Opening takes no longer.
const OPENING: Duration = Duration::from_secs(10);

/// Where a reader is.
struct Place {
    epoch: Value,
    room: String,
    at: Value,
}

/// Reads until the goal, and connects again whenever nothing comes for as long as the protocol says.
pub(crate) async fn read(url: String, person: Arc<Person>, mut goal: watch::Receiver<Option<u64>>) -> Followed {
    let mut followed = Followed::default();
    let mut place = None;
    while connection(&url, &person, &mut place, &mut followed, &mut goal).await.is_none() {
        followed.reconnects += 1;
    }
    followed
}

/// One connection. Something, if the goal was reached on it.
async fn connection(
    url: &str,
    person: &Person,
    place: &mut Option<Place>,
    followed: &mut Followed,
    goal: &mut watch::Receiver<Option<u64>>,
) -> Option<()> {
    let silence = pick(Duration::from_secs(5), Duration::from_secs(45));
    let mut socket = timeout(OPENING, Opening::default().open(url, &person.token)).await.ok()?.ok()?;
    let mut hello = json!({ "type": "Hello", "client": "bare/1" });
    if let Some(Place { epoch, room, at }) = place {
        hello["epoch"] = epoch.clone();
        hello["cursors"] = json!({ &*room: { "seq": followed.last(), "at": at } });
    }
    socket.send(&hello).await.ok()?;
    let welcome = timeout(OPENING, socket.next()).await.ok()?.ok()?;
    assert_eq!(welcome["type"], "Welcome");
    let place = place.get_or_insert_with(|| {
        let lobby = welcome["rooms"].as_array().unwrap().iter().find(|room| room["name"] == ROOM).unwrap();
        followed.after = lobby["last_seq"].as_u64().unwrap();
        Place {
            epoch: welcome["epoch"].clone(),
            room: lobby["id"].as_str().unwrap().to_owned(),
            at: lobby["last_at"].clone(),
        }
    });
    loop {
        if goal.borrow_and_update().is_some_and(|last| followed.last() >= last) {
            return Some(());
        }
        let frame = tokio::select! {
            frame = timeout(silence, socket.next()) => frame.ok()?.ok()?,
            _ = goal.changed() => continue,
        };
        if frame["type"] == "Reset" {
            followed.resets += 1;
            page_up_to(person, frame["last_seq"].as_u64().unwrap(), followed).await;
            place.at = frame["at"].clone();
        } else if frame["seq"].is_u64() && frame["at"].is_string() && frame["room"] == *place.room {
            place.at = frame["at"].clone();
            followed.push(frame["seq"].as_u64().unwrap(), frame);
        }
    }
}

async fn page_up_to(person: &Person, last_seq: u64, followed: &mut Followed) {
    while followed.last() < last_seq {
        let path = format!("/api/rooms/{ROOM}/events?after={}&limit=1000", followed.last());
        let page = person.get(&path).await.is(200);
        for event in page["events"].as_array().unwrap() {
            let seq = event["seq"].as_u64().unwrap();
            if seq <= last_seq {
                followed.push(seq, event.clone());
            }
        }
    }
}

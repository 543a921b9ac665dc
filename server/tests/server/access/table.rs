//! Each way into a room, for each kind of room and each kind of person.

use std::collections::BTreeSet;

use chat_protocol::{Command, MessageId, RoomKind};
use chat_testing::TestServer;
use serde_json::json;

use super::{
    rows::{About, Deed, OTHERS, ROWS},
    scene::Scene,
    world::{Doing, Outcome, Place, Who},
};

#[tokio::test]
async fn every_route_and_every_command_stands_in_the_table() {
    let server = TestServer::start().await;
    let document = server.get("/api/openapi.json").await.is(200).json;
    let mut ways: BTreeSet<String> = Command::TYPES.iter().map(|name| (*name).to_owned()).collect();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let of_path = methods.as_object().unwrap().keys().filter(|key| *key != "parameters");
        ways.extend(of_path.map(|method| format!("{} {path}", method.to_uppercase())));
    }
    let known: BTreeSet<String> =
        (ROWS.iter().map(|row| row.way).chain(OTHERS)).map(|way| way.split('?').next().unwrap().to_owned()).collect();
    assert_eq!(ways, known, "say in `rows` what each of them does with a room, or that it concerns none");
}

/// What somebody is to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Stranger,
    Outside,
    Banned,
    Inside,
    Muted,
    Moderator,
    MutedModerator,
}

const STANDINGS: [Standing; 7] = [
    Standing::Stranger,
    Standing::Outside,
    Standing::Banned,
    Standing::Inside,
    Standing::Muted,
    Standing::Moderator,
    Standing::MutedModerator,
];

/// By number: whom a standing is tried for. The last two make the rooms, and are those to whom something is done.
const TRIED: [usize; 3] = [0, 1, 2];
const MAKER: usize = 3;
const TARGET: usize = 4;

async fn make(scene: &Scene, kind: RoomKind, archived: bool, who: usize, standing: Standing, name: &str) -> Place {
    let people = &scene.people;
    let (maker, person, roles) = (&people[MAKER], &people[who], &scene.roles);
    let names: Vec<&str> = [TARGET, who].iter().map(|member| &*people[*member].name).collect();
    let new = match kind {
        RoomKind::Direct => json!({ "kind": kind, "members": names }),
        _ => json!({ "kind": kind, "name": name, "members": names }),
    };
    let answer = maker.post("/api/rooms", new).await;
    assert!([200, 201].contains(&answer.status), "{}", answer.text);
    let id = answer["id"].as_str().unwrap().to_owned();
    let mut place = Place::new(id.clone(), kind, name);
    let members = [MAKER, TARGET, who];
    if kind == RoomKind::Direct {
        place.people = members.into();
    } else {
        members.into_iter().for_each(|member| place.enter(member));
    }
    for author in [MAKER, who] {
        let said = people[author].say(&id, "a word").await["id"].as_str().unwrap().to_owned();
        place.say(said, author, None);
    }
    let mut act = async |deed: Deed| {
        let doing = Doing { who: Some(MAKER), deed, message: None, user: who };
        if place.check(doing, roles) == Outcome::Yes {
            let row = ROWS.iter().find(|row| row.deed == deed && row.way.starts_with("POST")).unwrap();
            let about = About { room: &id, message: "", user: &person.name };
            scene.http(Some(MAKER), (row.ask)(&about)).await.is(204);
            place.does(doing, roles);
        } else {
            // Nobody moderates a direct room, and only admins act on one: they do it to themselves, or it is not so.
            assert!(kind == RoomKind::Direct || who == 1, "{deed:?}");
        }
    };
    match standing {
        Standing::Stranger | Standing::Inside => {}
        Standing::Outside => {
            person.leave(&id).await;
            place.does(Doing { who: Some(who), deed: Deed::Leave, message: None, user: who }, roles);
        }
        Standing::Banned => act(Deed::Ban).await,
        Standing::Muted => act(Deed::Mute).await,
        Standing::Moderator => act(Deed::Promote).await,
        Standing::MutedModerator => {
            act(Deed::Promote).await;
            act(Deed::Mute).await;
        }
    }
    if archived {
        maker.patch(&format!("/api/rooms/{id}"), json!({ "archived": true })).await.is(200);
        place.archived = true;
    }
    place
}

/// Tries every row on a room, in their order: what changes it comes late.
async fn try_all(scene: &mut Scene, place: &mut Place, who: Who) {
    let roles = scene.roles.clone();
    let mut is_gone = false;
    for row in &ROWS {
        let is_command = !row.way.contains('/');
        if is_command && who.is_none() || is_gone {
            continue;
        }
        // Of the two messages the second one is their own.
        let is_on_own = matches!(row.deed, Deed::Edit | Deed::React | Deed::Pin | Deed::Unpin | Deed::Edits);
        for message in if is_on_own || row.deed == Deed::Delete { vec![1, 0] } else { vec![0] } {
            let said = place.said[message].id.clone();
            let (room, user) = (place.id.clone(), scene.people[TARGET].name.clone());
            let about = About { room: &room, message: &said, user: &user };
            let doing = Doing { who, deed: row.deed, message: Some(message), user: TARGET };
            let (before, is_hidden) = (place.clone(), !place.is_seen_by(who));
            let expected = place.does(doing, &roles);
            let told = scene.ask(who, row, &about).await;
            assert_eq!(told.outcome, expected, "{} {:?} by {who:?}: {told:?}\n{before:?}", row.way, row.deed);
            if is_hidden && expected == Outcome::Nothing {
                // As where there is nothing at all.
                let nowhere = MessageId::now_v7().to_string();
                let about = About { room: &nowhere, message: &nowhere, user: &user };
                assert_eq!(scene.ask(who, row, &about).await, told, "{} by {who:?}", row.way);
            }
            is_gone = row.deed == Deed::Remove && expected == Outcome::Yes;
        }
    }
}

async fn try_kind(kind: RoomKind, archived: bool) {
    let mut scene = Scene::start(&["ann", "maker", "target"]).await;
    for standing in STANDINGS {
        for who in TRIED {
            let name = format!("room-{standing:?}-{who}");
            let mut place = make(&scene, kind, archived, who, standing, &name).await;
            let asks = (standing != Standing::Stranger).then_some(who);
            try_all(&mut scene, &mut place, asks).await;
        }
    }
}

#[tokio::test]
async fn public_rooms_are_as_the_table_says() {
    try_kind(RoomKind::Public, false).await;
}

#[tokio::test]
async fn archived_rooms_are_as_the_table_says() {
    try_kind(RoomKind::Public, true).await;
}

#[tokio::test]
async fn private_rooms_are_as_the_table_says() {
    try_kind(RoomKind::Private, false).await;
}

#[tokio::test]
async fn archived_private_rooms_are_as_the_table_says() {
    try_kind(RoomKind::Private, true).await;
}

#[tokio::test]
async fn direct_rooms_are_as_the_table_says() {
    try_kind(RoomKind::Direct, false).await;
}

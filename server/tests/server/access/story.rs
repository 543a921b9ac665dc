//! Random people do random things to random rooms; after each of them every way agrees with the model.

use std::collections::{BTreeMap, BTreeSet};

use chat_protocol::{Event, Role, Room, RoomKind, RoomRole};
use chat_testing::Answer;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    dice::Dice,
    files::Files,
    rows::{About, Ask, Deed, ROWS, Row},
    scene::{Scene, Told, hidden, nothing},
    world::{Doing, Outcome, Place, Who},
};

/// Things that are done in one run.
const STEPS: usize = 40;
/// One of so many is that somebody shares files, or has them go.
const FILES: usize = 3;
/// Names of rooms; few, so that they are wanted twice.
const NAMES: [&str; 3] = ["ops", "dev", "den"];
/// Rooms at once, beside the lobby.
const MOST_ROOMS: usize = 8;
/// Refusals that each person is tried with after each step.
const TRIES: usize = 6;

/// What is there, and who saw it.
struct Story {
    scene: Scene,
    places: Vec<Place>,
    files: Files,
    dice: Dice,
}

#[tokio::test]
async fn random_people_in_random_rooms_get_what_a_plain_model_says() {
    let scene = Scene::start(&["ann", "ben", "cat"]).await;
    let lobby: Room = scene.people[0].room("lobby").await;
    let mut place = Place::new(lobby.id.to_string(), RoomKind::Public, "lobby");
    for who in 0..scene.people.len() {
        place.enter(who);
    }
    let first = scene.people[0].messages("lobby").await[0]["id"].as_str().unwrap().to_owned();
    place.say(first, 0, None);
    // The guest said it before the others came.
    place.read.extend((1..scene.people.len()).map(|who| (who, 1)));
    let mut story = Story { scene, places: vec![place], files: Files::default(), dice: Dice::new() };
    for _ in 0..STEPS {
        let seen_before = story.members();
        let Story { scene, places, files, dice } = &mut story;
        let place = if places.len() < 3 || dice.one_in(8) {
            story.make().await
        } else if dice.one_in(FILES) {
            Some(files.step(scene, places, dice).await)
        } else {
            story.step().await
        };
        story.look_at_all(place.as_ref()).await;
        let Story { scene, places, files, dice } = &mut story;
        files.look(scene, places, place.as_ref().map(|place| &*place.id), dice).await;
        story.look_at_sockets(&seen_before).await;
        if let Some(place) = place {
            story.try_refusals(&place).await;
        }
    }
    story.files.look_at_all(&story.scene, &story.places).await;
}

impl Story {
    /// Who is in which room.
    fn members(&self) -> BTreeMap<String, BTreeSet<usize>> {
        self.places.iter().map(|place| (place.id.clone(), place.members.keys().copied().collect())).collect()
    }

    fn names_of(&self, who: impl IntoIterator<Item = usize>) -> Vec<String> {
        let mut names: Vec<_> = who.into_iter().map(|who| self.scene.people[who].name.to_lowercase()).collect();
        names.sort_unstable();
        names
    }

    /// Whether a name would be mistaken for one that somebody can see, of another room than `except`.
    fn is_taken(&self, name: &str, who: usize, except: Option<&str>) -> bool {
        let is_seen = |place: &Place| match place.kind {
            RoomKind::Public => true,
            RoomKind::Private => place.members.contains_key(&who),
            RoomKind::Direct => false,
        };
        self.places.iter().any(|place| place.name == name && Some(&*place.id) != except && is_seen(place))
    }

    /// Somebody makes a room.
    async fn make(&mut self) -> Option<Place> {
        if self.places.len() > MOST_ROOMS {
            return self.step().await;
        }
        let who = self.dice.below(self.scene.people.len());
        let others: BTreeSet<usize> =
            (0..2).map(|_| self.dice.below(self.scene.people.len())).filter(|other| *other != who).collect();
        let kind = *self.dice.pick(&[RoomKind::Public, RoomKind::Private, RoomKind::Private, RoomKind::Direct]);
        let name = (*self.dice.pick(&NAMES)).to_owned();
        let members: Vec<&str> = others.iter().map(|other| &*self.scene.people[*other].name).collect();
        let mut new = json!({ "kind": kind, "members": members });
        if kind != RoomKind::Direct {
            new["name"] = json!(name);
        }
        let answer = self.scene.people[who].post("/api/rooms", new.clone()).await;
        if kind == RoomKind::Direct {
            return Some(self.direct(who, others, &answer));
        }
        let expected = if self.is_taken(&name, who, None) { Outcome::Taken } else { Outcome::Yes };
        assert_eq!(Told::of(&answer).outcome, expected, "{new} by {who}");
        if expected == Outcome::Taken {
            return None;
        }
        let mut place = Place::new(answer["id"].as_str().unwrap().to_owned(), kind, &name);
        place.enter(who);
        others.into_iter().collect::<Vec<_>>().iter().for_each(|other| place.enter(*other));
        self.places.push(place.clone());
        Some(place)
    }

    fn direct(&mut self, who: usize, others: BTreeSet<usize>, answer: &Answer) -> Place {
        let mut people = others;
        people.insert(who);
        let found = self.places.iter_mut().find(|place| place.kind == RoomKind::Direct && place.people == people);
        if let Some(place) = found {
            assert_eq!(answer.status, if place.is_seen_by(Some(who)) { 200 } else { 201 });
            assert_eq!(answer["id"], json!(place.id));
            place.open(who);
            return place.clone();
        }
        let roles = &self.scene.roles;
        if roles[who] == Role::Guest && people.iter().any(|person| roles[*person] != Role::Guest) {
            assert_eq!(answer.status, 403, "{}", answer.text);
            return self.places[0].clone();
        }
        assert_eq!(answer.status, 201, "{}", answer.text);
        let mut place = Place::new(answer["id"].as_str().unwrap().to_owned(), RoomKind::Direct, "");
        place.people = people;
        place.open(who);
        self.places.push(place.clone());
        place
    }

    /// Somebody does something, mostly what they may.
    async fn step(&mut self) -> Option<Place> {
        let roles = self.scene.roles.clone();
        let everyone = self.scene.people.len();
        for _ in 0..20 {
            let at = self.dice.below(self.places.len());
            let who = self.dice.below(everyone);
            let user = self.dice.below(everyone);
            let row = self.dice.pick(&ROWS);
            let message = (!self.places[at].said.is_empty()).then(|| self.dice.below(self.places[at].said.len()));
            let reads = matches!(row.deed, Deed::Read | Deed::Follow | Deed::Edits | Deed::Invite);
            if reads || row.is_about_message() && message.is_none() || row.deed == Deed::Remove && !self.dice.one_in(4)
            {
                continue;
            }
            let doing = Doing { who: Some(who), deed: row.deed, message, user };
            let expected = self.places[at].clone().does(doing, &roles);
            if expected != Outcome::Yes && !self.dice.one_in(20) {
                continue;
            }
            return self.carry_out(at, row, doing, expected).await;
        }
        self.read().await
    }

    async fn carry_out(&mut self, at: usize, row: &Row, doing: Doing, expected: Outcome) -> Option<Place> {
        let roles = self.scene.roles.clone();
        let (who, before) = (doing.who.unwrap(), self.places[at].clone());
        let said = doing.message.map_or(String::new(), |message| before.said[message].id.clone());
        let user = self.scene.people[doing.user].name.clone();
        let about = About { room: &before.id, message: &said, user: &user };
        let ask = (row.ask)(&about);
        let mut id = None;
        let told = match ask {
            Ask::Socket(mut command) => {
                id = Some(chat_protocol::MessageId::now_v7().to_string());
                command["id"] = json!(id);
                self.scene.socket(who, command).await.0
            }
            ask => {
                let answer = self.scene.http(Some(who), ask).await;
                id = answer["id"].as_str().map(str::to_owned).or(id);
                Told::of(&answer)
            }
        };
        assert_eq!(told.outcome, expected, "{} {doing:?}: {told:?}\n{before:#?}", row.way);
        let place = &mut self.places[at];
        place.does(doing, &roles);
        if expected == Outcome::Yes {
            match (row.deed, row.way) {
                (Deed::Remove, _) => {
                    self.places.remove(at);
                    return Some(before);
                }
                (Deed::Write, "Message") => place.say(id.unwrap(), who, Some(doing.user)),
                (Deed::Write, "POST /api/messages") => place.say(id.unwrap(), who, None),
                (Deed::Edit, "EditMessage") => place.reword(doing.message.unwrap(), None),
                (Deed::Edit, _) => place.reword(doing.message.unwrap(), Some(doing.user)),
                _ => {}
            }
        }
        Some(place.clone())
    }

    /// Somebody reads up to the end of a room.
    async fn read(&mut self) -> Option<Place> {
        let at = self.dice.below(self.places.len());
        let place = &mut self.places[at];
        let members: Vec<usize> = place.members.keys().copied().collect();
        let who = *members.first()?;
        let last = self.scene.people[who].room(&place.id).await.last_seq;
        let read = json!({ "type": "Read", "room": place.id, "seq": last });
        assert_eq!(self.scene.socket(who, read).await.0.outcome, Outcome::Yes);
        place.read.insert(who, place.said.len());
        Some(place.clone())
    }

    /// Compares what everyone is shown with what they may see.
    async fn look_at_all(&self, place: Option<&Place>) {
        let everyone = (0..self.scene.people.len()).map(Some).chain([None]);
        join_all(everyone.map(|who| self.look_at_lists(who))).await;
        let place = place.filter(|place| self.places.iter().any(|other| other.id == place.id));
        if let Some(place) = place {
            join_all((0..self.scene.people.len()).map(Some).chain([None]).map(|who| self.look_at(place, who))).await;
        }
    }

    async fn get(&self, who: Who, path: &str) -> Answer {
        self.scene.http(who, Ask::Http(chat_testing::Method::GET, path.to_owned(), None)).await
    }

    /// What lists all rooms, or something of all rooms.
    async fn look_at_lists(&self, who: Who) {
        let rooms: Vec<Room> = self.get(who, "/api/rooms?limit=1000").await.is(200).read();
        let is_listed =
            |place: &&Place| place.kind == RoomKind::Public || who.is_some_and(|who| place.members.contains_key(&who));
        let listed: BTreeMap<&str, &Place> =
            self.places.iter().filter(is_listed).map(|place| (&*place.id, place)).collect();
        assert_eq!(
            rooms.iter().map(|room| room.id.to_string()).collect::<BTreeSet<_>>(),
            listed.keys().map(|id| (*id).to_owned()).collect(),
            "for {who:?}"
        );
        for room in &rooms {
            self.compare(room, listed[&*room.id.to_string()], who);
        }
        for name in NAMES {
            let named = |kind| {
                let mut found = self.places.iter().filter(move |place| place.kind == kind && place.name == name);
                found.find(|place| place.is_seen_by(who)).map(|place| json!(place.id))
            };
            let expected = named(RoomKind::Public).or_else(|| named(RoomKind::Private));
            let answer = self.get(who, &format!("/api/rooms/{name}")).await;
            match expected {
                Some(id) => assert_eq!(answer.is(200)["id"], id, "{name} for {who:?}"),
                None => hidden(&answer, false),
            }
        }
        let shown = self.get(who, "/api/users/boss").await.is(200).json;
        assert_eq!(shown, self.get(Some(0), "/api/users/boss").await.json, "the same for {who:?} as for all");
        let Some(me) = who else { return };
        let moderated = self.places.iter().filter(|place| place.moderates(me, &self.scene.roles));
        let reports: usize = moderated.map(|place| place.reports.len()).sum();
        assert_eq!(self.get(who, "/api/reports").await.is(200).json.as_array().unwrap().len(), reports, "for {me}");
        let audit = self.get(who, "/api/audit?limit=200").await;
        if self.scene.roles[me] != Role::Admin {
            audit.is_problem(403, "forbidden");
            return;
        }
        for entry in audit.is(200).json.as_array().unwrap() {
            let place = self.places.iter().find(|place| json!(place.id) == entry["room"]);
            assert!(place.is_none_or(|place| place.is_seen_by(who)), "{entry} for {me}");
        }
    }

    fn compare(&self, room: &Room, place: &Place, who: Who) {
        let member = who.filter(|who| place.members.contains_key(who));
        let context = format!("for {who:?}: {place:#?}");
        assert_eq!((&room.name, room.kind, room.archived), (&place.name, place.kind, place.archived), "{context}");
        assert_eq!(room.joined, member.is_some(), "{context}");
        assert_eq!(room.members, place.listed().len() as u64, "{context}");
        assert_eq!(room.pins, place.said.iter().filter(|said| said.pinned).count() as u64, "{context}");
        let unread = member.map(|who| place.unread(who));
        assert_eq!(room.unread.zip(room.mentions), unread, "{context}");
        let role = |who| match place.moderates(who, &self.scene.roles) {
            true => RoomRole::Moderator,
            false => RoomRole::Member,
        };
        assert_eq!(room.role, member.map(role), "{context}");
    }

    /// One room, by every way to look at it.
    async fn look_at(&self, place: &Place, who: Who) {
        let id = &place.id;
        let ids = |answer: Answer, key: Option<&str>| -> BTreeSet<String> {
            let list = key.map_or(&answer.json, |key| &answer.json[key]);
            list.as_array().unwrap().iter().map(|message| message["id"].as_str().unwrap().to_owned()).collect()
        };
        let shown = self.get(who, &format!("/api/rooms/{id}")).await;
        let members = self.get(who, &format!("/api/rooms/{id}/members")).await;
        let online = self.get(who, &format!("/api/rooms/{id}/members?online=true")).await;
        let events = self.get(who, &format!("/api/rooms/{id}/events?limit=1000")).await;
        let messages = self.get(who, &format!("/api/messages?room={id}&limit=200")).await;
        let pins = self.get(who, &format!("/api/rooms/{id}/pins")).await;
        if !place.is_seen_by(who) {
            [shown, members, online, events, messages, pins].iter().for_each(|answer| hidden(answer, false));
            for said in place.said.iter().take(2) {
                hidden(&self.get(who, &format!("/api/messages/{}", said.id)).await, true);
                hidden(&self.get(who, &format!("/api/messages?thread={}", said.id)).await, true);
            }
            return;
        }
        self.compare(&shown.is(200).read(), place, who);
        let names = self.names_of(place.listed());
        for listed in [members, online] {
            let listed = listed.is(200);
            let mut listed: Vec<_> = listed.names().iter().map(|name| name.to_lowercase()).collect();
            listed.sort_unstable();
            assert_eq!(listed, names, "for {who:?}: {place:#?}");
        }
        let is_message = |event: &&Value| event["type"] == "Message";
        let logged = events.is(200).json["events"].as_array().unwrap().iter().filter(is_message).count();
        assert_eq!(logged, place.said.len(), "for {who:?}");
        for message in messages.json["messages"].as_array().unwrap() {
            let said = place.said.iter().find(|said| json!(said.id) == message["id"]).unwrap();
            assert_eq!(message["deleted"] == true, said.deleted, "for {who:?}: {message}");
        }
        assert_eq!(ids(messages.is(200), Some("messages")).len(), place.said.len());
        let pinned = place.said.iter().filter(|said| said.pinned).map(|said| said.id.clone()).collect();
        assert_eq!(ids(pins.is(200), None), pinned, "for {who:?}");
    }

    /// Nobody hears of a room that they were in neither before the step nor after it.
    async fn look_at_sockets(&mut self, before: &BTreeMap<String, BTreeSet<usize>>) {
        let after = self.members();
        for (who, socket) in self.scene.sockets.iter_mut().enumerate() {
            for event in socket.settled().await {
                let room = match &event {
                    Event::Logged(entry) => Some(entry.room),
                    Event::RoomAdded { room } => Some(room.id),
                    Event::RoomRemoved { room_id, .. } => Some(*room_id),
                    Event::Presence { room, .. } | Event::Members { room, .. } => Some(*room),
                    Event::UserTyping { room, .. } | Event::UserStoppedTyping { room, .. } => Some(*room),
                    Event::ReadMarker { room, .. } | Event::RoomSettings { room, .. } => Some(*room),
                    _ => None,
                };
                let Some(room) = room.map(|room| room.to_string()) else { continue };
                let was_in = [before, &after].iter().any(|all| all.get(&room).is_some_and(|all| all.contains(&who)));
                // Of a direct room its people may look at what is there, also when they left it.
                let is_one_of = self.places.iter().any(|place| place.id == room && place.people.contains(&who));
                assert!(was_in || is_one_of, "{event:?} for {who}");
            }
        }
    }

    /// Has everyone try what they may not, and what changes nothing.
    async fn try_refusals(&mut self, place: &Place) {
        let roles = self.scene.roles.clone();
        if !self.places.iter().any(|other| other.id == place.id) {
            return;
        }
        let mut tries = Vec::new();
        for who in (0..self.scene.people.len()).map(Some).chain([None]) {
            for _ in 0..TRIES {
                let (row, user) = (self.dice.pick(&ROWS), self.dice.below(roles.len()));
                let message = (!place.said.is_empty()).then(|| self.dice.below(place.said.len()));
                if row.is_about_message() && message.is_none() {
                    continue;
                }
                let doing = Doing { who, deed: row.deed, message, user };
                let expected = place.clone().does(doing, &roles);
                let is_harmless = matches!(row.deed, Deed::Read | Deed::Follow | Deed::Edits);
                let is_command = !row.way.contains('/');
                if (expected != Outcome::Yes || is_harmless) && !(is_command && who.is_none()) {
                    tries.push((row, doing, expected));
                }
            }
        }
        for (row, doing, expected) in tries {
            let said = doing.message.map_or("", |message| &place.said[message].id).to_owned();
            let user = self.scene.people[doing.user].name.clone();
            let about = About { room: &place.id, message: &said, user: &user };
            let told = self.scene.ask(doing.who, row, &about).await;
            assert_eq!(told.outcome, expected, "{} {doing:?}: {told:?}\n{place:#?}", row.way);
            if !place.is_seen_by(doing.who) && expected == Outcome::Nothing {
                assert_eq!(told.refusal["detail"], nothing(row.is_about_message()), "{} {doing:?}", row.way);
            }
        }
    }
}

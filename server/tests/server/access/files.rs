//! Who gets a file: its uploader, and who may read the message that carries it, whatever becomes of both.

use chat_protocol::{Attachment, RoomKind};
use chat_testing::{Answer, Method};
use futures_util::future::join_all;
use serde_json::json;

use super::{
    dice::Dice,
    rows::Deed,
    scene::Scene,
    world::{Doing, Outcome, Place, Who},
};
use crate::files::{png, put};

/// What files say; few, so that several have the same bytes.
const TEXTS: [&str; 3] = ["the plan", "the bill", "the song"];
/// So often a private room is looked for in which somebody may write.
const TRIES: usize = 12;
/// Of the files of other rooms, so many are looked at beside what is in the room where something happened.
const OTHERS: usize = 3;

/// A file that was uploaded.
#[derive(Debug, Clone)]
struct File {
    attachment: Attachment,
    text: &'static str,
    uploader: usize,
    /// The room and the message that it belongs to, if it was sent.
    message: Option<(String, String)>,
}

/// All files of a story.
#[derive(Debug, Default)]
pub(super) struct Files(Vec<File>);

impl Files {
    /// Somebody shares files, or has them go.
    pub(super) async fn step(&mut self, scene: &Scene, places: &mut [Place], dice: &mut Dice) -> Place {
        let sent = self.0.iter().filter_map(|file| file.message.clone());
        let there = sent.filter(|(room, _)| places.iter().any(|place| place.id == *room));
        let there: Vec<_> = there.collect();
        if there.is_empty() || !dice.one_in(4) {
            return self.share(scene, places, dice).await;
        }
        let (room, id) = dice.pick(&there);
        let place = places.iter_mut().find(|place| place.id == *room).unwrap();
        let message = place.said.iter().position(|said| said.id == *id);
        let deletes = |who: usize| Doing { who: Some(who), deed: Deed::Delete, message, user: who };
        let may = |who: &usize| place.check(deletes(*who), &scene.roles) == Outcome::Yes;
        let Some(who) = (0..scene.people.len()).find(may) else { return place.clone() };
        scene.people[who].delete(&format!("/api/messages/{id}")).await.is(204);
        assert_eq!(place.does(deletes(who), &scene.roles), Outcome::Yes);
        place.clone()
    }

    /// Somebody uploads up to two files, and mostly says something with them, seldom where they may not.
    async fn share(&mut self, scene: &Scene, places: &mut [Place], dice: &mut Dice) -> Place {
        let writes = |who: usize| Doing { who: Some(who), deed: Deed::Write, message: None, user: who };
        let (mut at, mut who) = (0, 0);
        for _ in 0..TRIES {
            (at, who) = (dice.below(places.len()), dice.below(scene.people.len()));
            if places[at].check(writes(who), &scene.roles) == Outcome::Yes && places[at].kind != RoomKind::Public {
                break;
            }
        }
        let mut files = Vec::new();
        for _ in 0..=dice.below(2) {
            files.push(upload(scene, who, dice).await);
        }
        let place = &mut places[at];
        if dice.one_in(5) {
            self.0.extend(files);
            return place.clone();
        }
        let ids: Vec<_> = files.iter().map(|file| file.attachment.id).collect();
        let message = json!({ "room": place.id, "attachments": ids });
        let answer = scene.people[who].post("/api/messages", message).await;
        match place.does(writes(who), &scene.roles) {
            Outcome::Yes => {
                let id = answer.is(201)["id"].as_str().unwrap().to_owned();
                files.iter_mut().for_each(|file| file.message = Some((place.id.clone(), id.clone())));
                place.say(id, who, None);
            }
            Outcome::No => _ = answer.is_problem(403, "forbidden"),
            Outcome::Nothing => _ = answer.is_problem(404, "not_found"),
            other => panic!("{other:?}: {}", answer.text),
        }
        self.0.extend(files);
        place.clone()
    }

    /// Compares what everyone gets with what they may: of the files of this room, and of some others.
    pub(super) async fn look(&mut self, scene: &Scene, places: &[Place], room: Option<&str>, dice: &mut Dice) {
        let of_room = |file: &&File| match &file.message {
            Some((of, _)) => Some(&**of) == room,
            None => true,
        };
        let mut looked_at: Vec<&File> = self.0.iter().filter(of_room).collect();
        if !self.0.is_empty() {
            looked_at.extend((0..OTHERS).map(|_| dice.pick(&self.0)));
        }
        let everyone: Vec<Who> = (0..scene.people.len()).map(Some).chain([None]).collect();
        join_all(looked_at.iter().flat_map(|file| everyone.iter().map(|who| look_at(scene, places, file, *who)))).await;
    }

    /// The same, of all.
    pub(super) async fn look_at_all(&self, scene: &Scene, places: &[Place]) {
        for file in &self.0 {
            join_all((0..scene.people.len()).map(Some).chain([None]).map(|who| look_at(scene, places, file, who)))
                .await;
        }
    }
}

async fn upload(scene: &Scene, who: usize, dice: &mut Dice) -> File {
    let person = &scene.people[who];
    let text = *dice.pick(&TEXTS);
    let mut query = "name=file.txt".to_owned();
    if dice.one_in(2) {
        let preview = person.upload("small.png", png(1, 1)).await;
        query = format!("{query}&preview={}", preview.id);
    }
    let attachment = put(person, &query, text.as_bytes().to_vec()).await.is(201).read();
    File { attachment, text, uploader: who, message: None }
}

/// Whether somebody gets a file; `None` where that is a matter of time.
fn is_given(file: &File, places: &[Place], who: Who) -> Option<bool> {
    let is_uploader = who == Some(file.uploader);
    let Some((room, message)) = &file.message else { return Some(is_uploader) };
    let Some(place) = places.iter().find(|place| place.id == *room) else {
        // What is left of a removed room is erased in the background.
        return if is_uploader { None } else { Some(false) };
    };
    let said = place.said.iter().find(|said| said.id == *message).unwrap();
    Some(!said.deleted && (is_uploader || place.is_seen_by(who)))
}

async fn look_at(scene: &Scene, places: &[Place], file: &File, who: Who) {
    let Some(is_given) = is_given(file, places, who) else { return };
    let Attachment { id, preview, .. } = &file.attachment;
    for (id, is_file) in [(Some(*id), true), (*preview, false)] {
        let Some(id) = id else { continue };
        let path = format!("/api/uploads/{id}/x");
        if !is_given {
            // Also for those who know the bytes, and so how the server names them.
            let ways = [("If-None-Match", "*"), ("Range", "bytes=0-0"), ("Accept", "*/*")];
            for (header, value) in ways {
                let answer = ask(scene, who, &path, header, value).await;
                let missing =
                    ask(scene, who, "/api/uploads/01890000-0000-7000-8000-000000000000/x", header, value).await;
                assert_eq!((answer.status, &answer.json), (404, &missing.json), "{file:?} for {who:?}");
            }
            continue;
        }
        let answer = ask(scene, who, &path, "Accept", "*/*").await;
        assert_eq!(answer.status, 200, "{file:?} for {who:?}: {}", answer.text);
        if is_file {
            assert_eq!(answer.text, file.text, "for {who:?}");
        } else {
            assert_eq!(answer.header("content-type"), "image/png", "for {who:?}");
        }
    }
}

async fn ask(scene: &Scene, who: Who, path: &str, header: &str, value: &str) -> Answer {
    let request = match who {
        Some(who) => scene.people[who].request(Method::GET, path),
        None => scene.server.request(Method::GET, path),
    };
    Answer::to(request.header(header, value)).await
}

//! Direct and private rooms, and what moderators do, by commands.

use chat_protocol::{
    Event, ModerationAction, Role, Room, RoomChanges, RoomKind, RoomRole, Timestamp, User,
    api::{AdminUserPatch, NewModeration},
    testing::{body, user_ref},
};

use super::{current, draft};
use crate::{
    tests::scene::{MORNING, Scene, room_id, user, user_id},
    update::{
        effect::Effect,
        input::Answer,
        request::{Deed, Request},
    },
};

fn deed(scene: &Scene) -> Option<Deed> {
    scene.effects.iter().find_map(|effect| match effect {
        Effect::Ask(_, Request::Moderate { room, deed }) if *room == room_id("lobby") => Some(deed.clone()),
        _ => None,
    })
}

fn act(action: ModerationAction, until: Option<i64>, reason: Option<&str>) -> Deed {
    let until = until.map(|minutes| Timestamp::from_millis(MORNING + minutes * 60_000));
    let role = (action == ModerationAction::Role).then_some(RoomRole::Moderator);
    Deed::Act(NewModeration { id: None, action, user: "bob".into(), until, reason: reason.map(str::to_owned), role })
}

#[test]
fn each_command_of_moderators_asks_for_its_deed() {
    for (line, wanted) in [
        ("/add @bob", Deed::Add("bob".to_owned())),
        ("/kick bob too loud", Deed::Kick("bob".to_owned(), Some("too loud".to_owned()))),
        ("/ban bob", act(ModerationAction::Ban, None, None)),
        ("/ban @bob 2h spam and more", act(ModerationAction::Ban, Some(120), Some("spam and more"))),
        ("/unban bob", act(ModerationAction::Unban, None, None)),
        ("/mute bob 30m", act(ModerationAction::Mute, Some(30), None)),
        ("/mute bob shouting", act(ModerationAction::Mute, None, Some("shouting"))),
        ("/unmute bob", act(ModerationAction::Unmute, None, None)),
        ("/role bob moderator", act(ModerationAction::Role, None, None)),
        ("/delete-room lobby", Deed::Delete),
    ] {
        let mut scene = Scene::new(80, 24);
        scene.write(line).enter();
        assert_eq!(deed(&scene), Some(wanted), "{line}");
        assert_eq!(draft(&scene), "", "{line}");
    }
}

#[test]
fn what_changes_the_room_waits_in_the_outbox_also_offline() {
    let none = RoomChanges::default;
    let change = |changes| Effect::UpdateRoom { room: room_id("lobby"), changes };
    for (line, wanted) in [
        ("/slow 30", change(RoomChanges { slow_seconds: Some(30), ..none() })),
        ("/rename #launch", change(RoomChanges { name: Some("launch".to_owned()), ..none() })),
        ("/archive", change(RoomChanges { archived: Some(true), ..none() })),
        ("/retention 90d", change(RoomChanges { retention_days: Some(Some(90)), ..none() })),
        ("/retention default", change(RoomChanges { retention_days: Some(None), ..none() })),
        ("/unarchive", change(RoomChanges { archived: Some(false), ..none() })),
    ] {
        let mut scene = Scene::new(80, 24);
        scene.offline(std::time::Duration::from_secs(9));
        scene.write(line).enter();
        assert!(scene.effects.contains(&wanted), "{line}: {:?}", scene.effects);
        assert_eq!(draft(&scene), "", "{line}");
    }
}

#[test]
fn roles_are_taken_back_and_administrators_change_users() {
    let mut scene = Scene::new(80, 24);
    scene.write("/role @bob member").enter();
    let role = |deed| matches!(deed, Some(Deed::Act(NewModeration { role: Some(RoomRole::Member), .. })));
    assert!(role(deed(&scene)), "{:?}", scene.effects);
    scene.write("/role bob king").enter();
    assert!(deed(&scene).is_none() && scene.shows("usage: /role NAME"), "{}", scene.screen());
    let none = AdminUserPatch::default();
    for (change, patch) in [
        ("admin", AdminUserPatch { role: Some(Role::Admin), ..none }),
        ("member", AdminUserPatch { role: Some(Role::Member), ..none }),
        ("disable", AdminUserPatch { disabled: Some(true), ..none }),
        ("enable", AdminUserPatch { disabled: Some(false), ..none }),
    ] {
        scene.press(crate::keys::key::Key::ctrl('u')).write(&format!("/admin @bob {change}")).enter();
        let asks = Effect::Ask(scene.ticket(), Request::User { name: "bob".to_owned(), patch });
        assert!(scene.effects.contains(&asks), "{change}: {:?}", scene.effects);
    }
}

#[test]
fn a_room_is_deleted_only_by_its_name_and_slips_are_told() {
    for (line, told) in [
        ("/delete-room yes", "/delete-room lobby if you mean it"),
        ("/slow much", "usage: /slow SECONDS"),
        ("/retention 90", "usage: /retention 90d, off or default"),
    ] {
        let mut scene = Scene::new(80, 24);
        scene.write(line).enter();
        assert!(deed(&scene).is_none() && scene.shows(told), "{}", scene.screen());
        assert_eq!(draft(&scene), line);
    }
}

#[test]
fn a_direct_room_opens_and_what_was_to_be_said_is_said_there() {
    let mut scene = Scene::new(80, 24);
    scene.write("/msg @bob did you see this?").enter();
    let (name, text) = ("bob".to_owned(), "did you see this?".to_owned());
    let ticket = scene.ticket();
    assert!(scene.effects.contains(&Effect::Ask(ticket, Request::Direct { name, text: text.clone() })));
    let people = vec![user_ref("alice"), user_ref("bob")];
    let room = Room { name: String::new(), kind: RoomKind::Direct, people, ..scene.room("direct") };
    scene.answer(Answer::Direct(ticket, text, Ok(Box::new(room))));
    assert_eq!(current(&scene), "@bob");
    let said = Effect::Send { room: room_id("direct"), body: body("did you see this?"), reply_to: None };
    assert!(scene.effects.contains(&said), "{:?}", scene.effects);
    scene.write("/ban bob").enter();
    assert!(scene.shows("a direct room has its people for ever"), "{}", scene.screen());
    // What could not be said is nowhere else: it stays on the screen.
    let problem = Err("there is no such user".to_owned());
    scene.answer(Answer::Direct(ticket, "a secret".to_owned(), problem));
    scene.wait(std::time::Duration::from_secs(60));
    assert!(scene.shows("not said was: a secret"), "{}", scene.screen());
}

#[test]
fn what_is_said_to_someone_alone_while_offline_waits_in_the_outbox() {
    let mut scene = Scene::new(80, 24);
    scene.offline(std::time::Duration::from_secs(60));
    scene.write("/msg @bob did you see this?").enter();
    let (name, text) = ("bob".to_owned(), body("did you see this?"));
    assert!(scene.effects.contains(&Effect::SendDirect { name, body: text }), "{:?}", scene.effects);
    assert!(scene.shows("it goes to @bob when the server is back"), "{}", scene.screen());
    scene.write("/msg @carol").enter();
    assert!(scene.shows("/msg @carol TEXT waits here"), "{}", scene.screen());
    assert_eq!(draft(&scene), "/msg @carol");
}

#[test]
fn a_direct_room_that_is_known_opens_without_the_server() {
    let mut scene = Scene::new(80, 24);
    let people = vec![user_ref("alice"), user_ref("bob")];
    let room = Room { name: String::new(), kind: RoomKind::Direct, people, ..scene.room("direct") };
    scene.event(Event::RoomAdded { room });
    scene.offline(std::time::Duration::from_secs(60));
    scene.write("/msg @Bob did you see this?").enter();
    let said = Effect::Send { room: room_id("direct"), body: body("did you see this?"), reply_to: None };
    assert!(scene.effects.contains(&said), "{:?}", scene.effects);
    assert_eq!((current(&scene), draft(&scene)), ("@bob".to_owned(), ""));
}

#[test]
fn an_empty_private_room_says_how_to_let_others_in() {
    let mut scene = Scene::new(80, 24);
    scene.event(Event::RoomAdded { room: Room { kind: RoomKind::Private, ..scene.room("ops") } });
    scene.page("ops", Vec::new(), false);
    scene.write("/join ops").enter();
    assert!(scene.shows("/add NAME") && !scene.shows("/join ops"), "{}", scene.screen());
}

#[test]
fn the_people_pane_says_who_moderates_and_administers_where_there_is_room() {
    let mut scene = Scene::new(140, 40);
    let dave = User { role: Role::Admin, ..user("dave", true) };
    let members = vec![user("alice", true), user("bob", true), user("carol", false), dave];
    let moderators = vec![user_id("bob"), user_id("alice")];
    scene.event(Event::Members { room: room_id("lobby"), total: 4, online: 3, members, moderators });
    let row = |scene: &Scene, name: &str| {
        let people = |line: &str| line.rsplit('│').next().unwrap_or_default().trim().to_owned();
        scene.screen().lines().map(people).find(|line| line.contains(name)).unwrap_or_default()
    };
    assert!(row(&scene, "● alice").ends_with("mod you"), "{}", scene.screen());
    assert!(row(&scene, "● bob").ends_with("mod") && row(&scene, "● dave").ends_with("admin"), "{}", scene.screen());
    scene.moderates("alice", ModerationAction::Role, "carol", None);
    assert!(row(&scene, "○ carol").contains("mod"), "{}", scene.screen());
    scene.leaves("bob");
    scene.joins("bob");
    assert!(!row(&scene, "bob").contains("mod"), "{}", scene.screen());
    // A name is not cut for it.
    scene.resize(80, 24);
    scene.event(Event::Members {
        room: room_id("lobby"),
        total: 2,
        online: 2,
        members: vec![user("alice", true), user("bobby_the_long", true)],
        moderators: vec![user_id("bobby_the_long")],
    });
    assert!(scene.shows("● bobby_the_lo… │"), "{}", scene.screen());
}

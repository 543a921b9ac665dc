//! Reports, invites, the audit, earlier texts, reactions.

use chat_protocol::{
    Message, Reaction, Timestamp,
    api::{AuditEntry, Edit, Invite, MessagesPage, NewInvite, Report},
    testing::user_ref,
};

use super::{asked, draft, fetched};
use crate::{
    keys::key::{Code, Key},
    state::{EntryKey, Records},
    tests::scene::{MORNING, Scene, room_id},
    update::{
        effect::Effect,
        input::{Answer, Fetched},
        request::Request,
    },
};

fn report(message: Message, id: u64, reason: Option<&str>) -> Report {
    let at = Timestamp::from_millis(MORNING);
    Report { id, at, by: user_ref("carol"), room: message.room, message, reason: reason.map(str::to_owned) }
}

#[test]
fn reports_are_listed_gone_to_and_closed() {
    let mut scene = Scene::new(80, 24);
    let (rude, fine) = (scene.says("bob", "you are rude"), scene.says("bob", "hello"));
    scene.write("/reports").enter();
    let ticket = scene.ticket();
    assert_eq!(asked(&scene), Some(&Request::Records { records: Records::Reports, before: None }));
    assert!(scene.shows("asking the server"), "{}", scene.screen());
    let reports = vec![report(scene.said(rude), 7, Some("it hurts")), report(scene.said(fine), 8, None)];
    fetched(&mut scene, ticket, Fetched::Reports(reports));
    assert!(scene.shows("▸ bob: you are rude") && scene.shows("carol: it hurts · #lobby"), "{}", scene.screen());

    scene.write("jx");
    assert_eq!(asked(&scene), Some(&Request::EndRecord { records: Records::Reports, id: 8 }));
    scene.answer(Answer::Ended { records: Records::Reports, id: 8, result: Ok(()) });
    assert!(scene.shows("▸ bob: hello") && scene.shows("closed"), "no row moves\n{}", scene.screen());
    scene.write("x");
    assert_eq!(asked(&scene), None, "it is closed once");
    scene.write("k").enter();
    assert_eq!(scene.state.mode.selected(), Some(EntryKey::Logged(rude)), "{}", scene.screen());
}

#[test]
fn a_reported_message_that_is_further_up_is_loaded_and_selected_unless_the_user_goes_on() {
    for goes_on in [false, true] {
        let mut scene = Scene::unconnected(80, 24);
        let mut lobby = scene.room("lobby");
        lobby.last_seq = 300;
        scene.welcome(vec![lobby]);
        scene.client(chat_client::Update::Status(chat_client::Status::Connected { round_trip: None }));
        let new = (201..=300).map(|seq| scene.message("lobby", seq, "bob", "new")).collect();
        scene.page("lobby", new, true);
        let rude = scene.message("lobby", 150, "bob", "you are rude");
        scene.write("/reports").enter();
        let ticket = scene.ticket();
        fetched(&mut scene, ticket, Fetched::Reports(vec![report(rude.clone(), 7, None)]));
        scene.enter();
        let room = room_id("lobby");
        assert_eq!(asked(&scene), Some(&Request::Older { room, before: 201 }));
        if goes_on {
            scene.write("meanwhile");
        }
        let messages = vec![rude.clone(), scene.message("lobby", 200, "bob", "old")];
        let page = MessagesPage { room, messages, has_more_before: true, has_more_after: false };
        scene.answer(Answer::Older { room, result: Ok(page) });
        let selected = scene.state.mode.selected();
        assert_eq!(selected, (!goes_on).then_some(EntryKey::Logged(150)), "{}", scene.screen());
        assert_eq!(draft(&scene), if goes_on { "meanwhile" } else { "" });
    }
}

#[test]
fn invites_are_made_for_the_room_shown_once_and_ended() {
    let mut scene = Scene::new(140, 50);
    scene.press(Key::ctrl('n')).write("/invite 5 2d").enter();
    let rooms = vec![room_id("random")];
    let invite = NewInvite { uses: Some(5), expires_in: Some(172_800), rooms: rooms.clone() };
    assert_eq!(asked(&scene), Some(&Request::Invite(invite)));
    let made = Invite {
        id: 3,
        code: Some("ABCD-EFGH".to_owned()),
        url: Some("https://chat.example/#invite=ABCD-EFGH".to_owned()),
        qr: Vec::new(),
        uses_left: 5,
        expires_at: Timestamp::from_millis(MORNING),
        by: Some(user_ref("alice")),
        rooms,
    };
    let ticket = scene.ticket();
    scene.answer(Answer::Invite(ticket, Ok(Box::new(made.clone()))));
    for shown in [
        "invite someone",
        "chat-tui --invite ABCD-EFGH",
        "https://chat.example/#invite=ABCD-EFGH",
        "good for 5 people until 2026-11-24 09:00, into #random",
        "▀",
    ] {
        assert!(scene.shows(shown), "{shown}\n{}", scene.screen());
    }
    scene.press_code(Code::Esc).write("/invites").enter();
    let ticket = scene.ticket();
    fetched(&mut scene, ticket, Fetched::Invites(vec![made]));
    assert!(scene.shows("for 5 people, by alice · #random"), "{}", scene.screen());
    scene.write("x");
    assert_eq!(asked(&scene), Some(&Request::EndRecord { records: Records::Invites, id: 3 }));
    // A refusal is read to its end.
    scene.press_code(Code::Esc).write("/invite").enter();
    let refusal = "on this server only administrators make invites: ask one of them";
    scene.answer(Answer::Invite(scene.ticket(), Err(refusal.to_owned())));
    assert!(scene.shows("✗ on this server only") && scene.shows("of them"), "{}", scene.screen());
    scene.press_code(Code::Esc).write("/invite much").enter();
    assert!(scene.shows("usage: /invite [USES] [TIME]"), "{}", scene.screen());
}

#[test]
fn the_audit_goes_on_when_its_end_is_reached() {
    let mut scene = Scene::new(80, 24);
    scene.write("/audit").enter();
    let ticket = scene.ticket();
    let entry = |id| AuditEntry {
        id,
        at: Timestamp::from_millis(MORNING),
        by: Some(user_ref("carol")),
        action: "user_disabled".to_owned(),
        user: Some(user_ref("bob")),
        room: Some(room_id("lobby")),
        detail: Some("spam".to_owned()),
    };
    fetched(&mut scene, ticket, Fetched::Audit((0..100).map(|at| entry(200 - at)).collect()));
    assert!(scene.shows("carol: user disabled bob") && scene.shows("#lobby · spam"), "{}", scene.screen());
    for _ in 0..9 {
        scene.press_code(Code::PageDown);
        assert_eq!(asked(&scene), None);
    }
    scene.press_code(Code::PageDown);
    assert_eq!(asked(&scene), Some(&Request::Records { records: Records::Audit, before: Some(101) }));
    scene.write("j");
    assert_eq!(asked(&scene), None, "it is asked once");
    fetched(&mut scene, ticket, Fetched::Audit(vec![entry(100)]));
    assert!(scene.shows("1 more"), "{}", scene.screen());
}

#[test]
fn earlier_texts_of_the_selected_message_are_shown_and_copied() {
    let mut scene = Scene::new(80, 24);
    let mine = scene.says("alice", "the build");
    scene.press_code(Code::Esc).write("E");
    let ticket = scene.ticket();
    let records = Records::Edits(scene.said(mine).id);
    assert_eq!(asked(&scene), Some(&Request::Records { records, before: None }));
    let edit = Edit { body: "the **bild**".to_owned(), at: Timestamp::from_millis(MORNING) };
    fetched(&mut scene, ticket, Fetched::Edits(vec![edit]));
    assert!(scene.shows("▸ the bild"), "{}", scene.screen());
    scene.enter();
    assert!(scene.effects.contains(&Effect::Copy("the **bild**".to_owned())), "{:?}", scene.effects);
}

#[test]
fn who_reacted_is_listed_one_person_a_row() {
    let mut scene = Scene::new(80, 24);
    let bobs = scene.says("bob", "the build is green");
    scene.says("carol", "good");
    scene.press_code(Code::Esc).write("k").press(Key::ctrl('k')).write("/reactions").enter();
    let ticket = scene.ticket();
    let records = Records::Reactions(scene.said(bobs).id);
    assert_eq!(asked(&scene), Some(&Request::Records { records, before: None }));
    let reaction = |emoji: &str, users: &[&str]| Reaction {
        emoji: emoji.to_owned(),
        count: u64::try_from(users.len()).unwrap(),
        users: users.iter().map(|name| user_ref(name)).collect(),
    };
    fetched(
        &mut scene,
        ticket,
        Fetched::Reactions(vec![reaction("👍", &["carol", "dave"]), reaction("🎉", &["dave"])]),
    );
    let rows = ["▸ 👍 carol", "👍 dave", "🎉 dave"].map(|row| scene.row_of(row));
    assert!(rows[0].is_some() && rows.is_sorted(), "{}", scene.screen());
}

#[test]
fn a_report_is_written_in_the_composer_and_may_be_empty() {
    let mut scene = Scene::new(80, 24);
    let bobs = scene.says("bob", "you are rude");
    scene.says("alice", "am I?");
    let message = scene.said(bobs).id;
    scene.write("half a thought").press_code(Code::Esc).write("R");
    assert!(scene.shows("this is your own message"), "{}", scene.screen());
    scene.write("kR");
    assert!(scene.shows("⚑ reporting bob: you are rude") && scene.shows("say why"), "{}", scene.screen());
    scene.write("it hurts").enter();
    assert_eq!(asked(&scene), Some(&Request::Report { message, reason: Some("it hurts".to_owned()) }));
    assert!(!scene.effects.iter().any(|effect| matches!(effect, Effect::Typing(_) | Effect::Send { .. })));
    assert_eq!(draft(&scene), "half a thought");
    scene.press_code(Code::Esc).write("kR").enter();
    assert_eq!(asked(&scene), Some(&Request::Report { message, reason: None }));
    scene.press_code(Code::Esc).write("kR").press_code(Code::Esc);
    assert_eq!((asked(&scene), draft(&scene)), (None, "half a thought"));
}

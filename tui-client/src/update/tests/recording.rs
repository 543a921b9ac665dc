//! Reports, invites, the audit, earlier texts; and commands about one message.

use chat_protocol::{
    Event, HookId, Message, MessageId, Reaction, Timestamp, Token, User, WebhookId,
    api::{AuditEntry, Edit, Hook, Invite, MessagesPage, NewInvite, Report, Webhook, WebhookAnswer},
    testing::{self, user_ref},
};

use super::draft;
use crate::{
    keys::key::{Code, Key},
    state::{EntryKey, Mode, Records, Ticket},
    tests::scene::{MORNING, Scene, room_id},
    update::input::{Answer, Change, Effect, Fetched, Request},
};

fn asked(scene: &Scene) -> Option<&Request> {
    scene.effects.iter().find_map(|effect| match effect {
        Effect::Ask(_, request) => Some(request),
        _ => None,
    })
}

fn changed(scene: &Scene) -> Option<(MessageId, &Change)> {
    scene.effects.iter().find_map(|effect| match effect {
        Effect::Change { message, change, .. } => Some((*message, change)),
        _ => None,
    })
}

fn fetched(scene: &mut Scene, ticket: Ticket, fetched: Fetched) {
    scene.answer(Answer::Records(ticket, Ok(fetched)));
}

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
fn a_hook_is_made_for_the_room_its_address_shown_once_and_copied_and_it_is_ended() {
    let mut scene = Scene::new(80, 24);
    let (room, url) =
        (room_id("random"), format!("https://chat.example/hooks/{}/{}end", HookId::now_v7(), "x".repeat(40)));
    scene.press(Key::ctrl('n')).write("/hook @alerts").enter();
    assert_eq!(asked(&scene), Some(&Request::Hook { room, name: "alerts".to_owned(), replaces: false }));
    let made = Hook {
        id: HookId::now_v7(),
        user: user_ref("alerts"),
        url: Some(url.clone()),
        created_at: Timestamp::from_millis(MORNING),
        by: user_ref("alice"),
    };
    let ticket = scene.ticket();
    scene.answer(Answer::Hook(ticket, Ok(Box::new(made.clone()))));
    assert!(scene.effects.contains(&Effect::Copy(url)), "{:?}", scene.effects);
    for shown in
        ["an address for programs", "https://chat.example/hooks/", "xend", "posts as alerts; the address is copied"]
    {
        assert!(scene.shows(shown), "{shown}\n{}", scene.screen());
    }
    scene.press_code(Code::Esc).write("/hooks").enter();
    let records = Records::Hooks(room);
    assert_eq!(asked(&scene), Some(&Request::Records { records, before: None }));
    let ticket = scene.ticket();
    fetched(&mut scene, ticket, Fetched::Hooks(vec![Hook { url: None, ..made.clone() }]));
    assert!(scene.shows("▸ alerts") && scene.shows("made by alice"), "{}", scene.screen());
    scene.write("x");
    assert_eq!(asked(&scene), Some(&Request::EndHook { room, hook: made.id }));
    scene.answer(Answer::EndedHook { hook: made.id, result: Ok(()) });
    assert!(scene.shows("its address is invalid now"), "{}", scene.screen());
    scene.write("x");
    assert_eq!(asked(&scene), None, "it is ended once");

    scene.press_code(Code::Esc).write("/hook-secret alerts").enter();
    assert_eq!(asked(&scene), Some(&Request::Hook { room, name: "alerts".to_owned(), replaces: true }));
    scene.answer(Answer::Hook(scene.ticket(), Err("no hook of this room has that name".to_owned())));
    assert!(scene.shows("✗ no hook of this room"), "{}", scene.screen());
}

#[test]
fn a_webhook_is_made_its_secret_shown_once_and_copied_and_it_says_how_it_goes_and_is_ended() {
    let mut scene = Scene::new(100, 24);
    let (room, url) = (room_id("random"), "https://bot.example/chat");
    scene.press(Key::ctrl('n')).write(&format!("/webhook add {url} message,ReactionAdded userleft")).enter();
    let events = vec!["Message", "ReactionAdded", "UserLeft"];
    assert_eq!(asked(&scene), Some(&Request::Webhook { room, url: url.to_owned(), events }));
    let secret = format!("whsec_{}=", "x".repeat(43));
    let made = Webhook {
        id: WebhookId::now_v7(),
        room,
        url: url.to_owned(),
        events: vec!["Message".to_owned(), "UserLeft".to_owned()],
        secret: Some(secret.clone()),
        created_at: Timestamp::from_millis(MORNING),
        by: user_ref("alice"),
        delivered_seq: 3,
        answers: Vec::new(),
        disabled_at: None,
        disabled_reason: None,
    };
    scene.answer(Answer::Webhook(scene.ticket(), Ok(Box::new(made.clone()))));
    assert!(scene.effects.contains(&Effect::Copy(secret.clone())), "{:?}", scene.effects);
    for shown in ["the secret of a webhook", &secret, "the secret is copied, and shown this once"] {
        assert!(scene.shows(shown), "{shown}\n{}", scene.screen());
    }
    let (at, seq) = (Timestamp::from_millis(MORNING), 3);
    let answer = |status, error: Option<&str>| WebhookAnswer { at, seq, status, error: error.map(str::to_owned) };
    let works = Webhook { secret: None, answers: vec![answer(Some(204), None)], ..made.clone() };
    let fails = Webhook { id: WebhookId::now_v7(), answers: vec![answer(None, Some("no answer"))], ..works.clone() };
    let disabled_reason = Some("no attempt succeeded".to_owned());
    let is_over = Webhook { id: WebhookId::now_v7(), disabled_at: Some(at), disabled_reason, ..works.clone() };
    for way in ["/webhooks", "/webhook list", "/webhook"] {
        scene.press_code(Code::Esc).write(way).press_code(Code::Esc).enter();
        let records = Records::Webhooks(room);
        assert_eq!(asked(&scene), Some(&Request::Records { records, before: None }), "{way}");
    }
    let ticket = scene.ticket();
    fetched(&mut scene, ticket, Fetched::Webhooks(vec![works, fails, is_over]));
    for shown in [
        "▸ https://bot.example/chat",
        "sent 09:00",
        "no answer · Message, UserLeft",
        "failed 09:00",
        "disabled 09:00",
        "no attempt succeeded",
    ] {
        assert!(scene.shows(shown), "{shown}\n{}", scene.screen());
    }
    scene.write("x");
    assert_eq!(asked(&scene), Some(&Request::EndWebhook(made.id)));
    scene.answer(Answer::EndedWebhook(Ok(made.id)));
    assert!(scene.shows("it sends nothing any more"), "{}", scene.screen());
    scene.write("x");
    assert_eq!(asked(&scene), None, "it is ended once");

    scene.press_code(Code::Esc).write(&format!("/webhook add {url}")).enter();
    let events = vec!["Message"];
    assert_eq!(asked(&scene), Some(&Request::Webhook { room, url: url.to_owned(), events }));
    scene.answer(Answer::Webhook(scene.ticket(), Err("`url`: the host has a private address".to_owned())));
    assert!(scene.shows("✗ `url`: the host has a private address"), "{}", scene.screen());
    scene.press_code(Code::Esc).write(&format!("/webhook end {url}")).enter();
    assert_eq!(asked(&scene), Some(&Request::EndWebhookTo { room, url: url.to_owned() }));
    scene.write(&format!("/webhook add {url} Typing")).enter();
    assert!(scene.shows("Typing is no event of a room"), "{}", scene.screen());
    scene.press(Key::ctrl('u')).write("/webhook move").enter();
    assert!(scene.shows("usage: /webhook add URL EVENTS"), "{}", scene.screen());
}

#[test]
fn a_bot_is_made_its_token_shown_once_and_copied_and_it_is_ended() {
    let mut scene = Scene::new(80, 24);
    scene.write("/bot add @echo").enter();
    assert_eq!(asked(&scene), Some(&Request::Bot { name: "echo".to_owned() }));
    let token = format!("cht_{}", "x".repeat(43));
    scene.answer(Answer::Bot(scene.ticket(), Ok(("echo".to_owned(), Token::new(&token)))));
    assert!(scene.effects.contains(&Effect::Copy(token.clone())), "{:?}", scene.effects);
    for shown in ["the token of a bot", token.as_str(), "signs in echo; the token is copied, and shown this once"] {
        assert!(scene.shows(shown), "{shown}\n{}", scene.screen());
    }
    let echo = User { bot: true, created_at: Timestamp::from_millis(MORNING), ..testing::user("echo") };
    for way in ["/bots", "/bot list", "/bot"] {
        scene.press_code(Code::Esc).write(way).press_code(Code::Esc).enter();
        assert_eq!(asked(&scene), Some(&Request::Records { records: Records::Bots, before: None }), "{way}");
    }
    let ticket = scene.ticket();
    fetched(&mut scene, ticket, Fetched::Bots(vec![echo]));
    assert!(scene.shows("▸ echo") && scene.shows("x ends one"), "{}", scene.screen());
    scene.write("x");
    assert_eq!(asked(&scene), Some(&Request::EndBot { name: "echo".to_owned() }));
    scene.answer(Answer::EndedBot { name: "echo".to_owned(), result: Ok(()) });
    assert!(scene.shows("echo has ended: its token is invalid now"), "{}", scene.screen());
    scene.write("x");
    assert_eq!(asked(&scene), None, "it is ended once");

    scene.press_code(Code::Esc).write("/bot end @echo").enter();
    assert_eq!(asked(&scene), Some(&Request::EndBot { name: "echo".to_owned() }));
    scene.write("/bot rename echo").enter();
    assert!(scene.shows("usage: /bot add NAME, /bot list or /bot end NAME"), "{}", scene.screen());
}

#[test]
fn a_bot_that_is_made_has_a_new_name_and_one_that_is_ended_is_completed() {
    let mut scene = Scene::new(80, 24);
    let echo = User { bot: true, ..testing::user("echo") };
    let members = vec![testing::user("alice"), echo];
    scene.event(Event::Members { room: room_id("lobby"), moderators: Vec::new(), members, total: 2, online: 0 });
    assert!(scene.screen().lines().any(|row| row.contains("echo") && row.contains("bot")), "{}", scene.screen());
    scene.says("echo", "I repeat");
    assert!(scene.shows("echo bot I repeat"), "{}", scene.screen());
    scene.write("/bot e");
    assert!(scene.shows("its token is invalid then"), "{}", scene.screen());
    scene.write("nd e");
    assert!(scene.shows("@echo"), "{}", scene.screen());
    scene.press(Key::ctrl('u')).write("/bot add e");
    assert!(!scene.shows("@echo"), "{}", scene.screen());
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

#[test]
fn commands_about_a_message_take_the_selected_one_the_answered_one_or_the_newest() {
    let mut scene = Scene::new(80, 24);
    let (first, newest) = (scene.says("bob", "one"), scene.says("bob", "two"));
    let (first, newest) = (scene.said(first).id, scene.said(newest).id);
    scene.write("/pin").enter();
    assert_eq!(changed(&scene), Some((newest, &Change::Pin(true))));
    scene.write("/unpin").enter();
    assert!(scene.shows("it is not pinned"), "{}", scene.screen());
    scene.press(Key::ctrl('c')).press_code(Code::Esc).write("gr").write("/pin").enter();
    assert_eq!(changed(&scene), Some((first, &Change::Pin(true))), "the answered one");
    scene.press_code(Code::Esc).press_code(Code::Esc).write("g").press(Key::ctrl('k')).write("/pin").enter();
    assert_eq!(changed(&scene), Some((first, &Change::Pin(true))), "{}", scene.screen());
    scene.write("i/report it hurts").enter();
    assert_eq!(asked(&scene), Some(&Request::Report { message: newest, reason: Some("it hurts".to_owned()) }));
    scene.write("/follow").enter();
    assert_eq!(asked(&scene), Some(&Request::Follow { thread: newest, on: true }));
    scene.write("/unfollow").enter();
    assert_eq!(asked(&scene), Some(&Request::Follow { thread: newest, on: false }));
    scene.press_code(Code::Esc).write("gf");
    assert_eq!(asked(&scene), Some(&Request::Follow { thread: first, on: true }));
    scene.write("i/thread").enter();
    assert_eq!(scene.state.rooms.thread().map(|thread| thread.first), Some(newest));
    assert!(matches!(scene.state.mode, Mode::Compose));
}

#[test]
fn replies_that_follow_one_another_are_one_row_if_the_user_wants_that() {
    let mut scene = Scene::new(80, 24);
    let first = scene.says("bob", "who reviews?");
    scene.replies("carol", first, "I do");
    scene.replies("dave", first, "me too");
    scene.replies("dave", first, "@alice and you?");
    scene.write("/fold-replies").enter();
    assert!(scene.effects.iter().any(|effect| matches!(effect, Effect::SavePreferences(p) if p.folds_replies)));
    assert!(scene.shows("⏎ carol and dave replied 2 times to bob: who"), "{}", scene.screen());
    assert!(!scene.shows("me too") && scene.shows("@alice and you?"), "a mention is shown\n{}", scene.screen());
    scene.press_code(Code::Esc).write("kt");
    assert!(scene.shows("a thread in #lobby") && scene.shows("me too"), "{}", scene.screen());
    scene.write("/fold-replies").enter();
    scene.press_code(Code::F(5));
    assert!(scene.shows("me too"), "{}", scene.screen());
}

#[test]
fn new_replies_below_the_line_are_a_run_of_their_own() {
    let mut scene = Scene::new(80, 24);
    scene.write("/fold-replies").enter();
    let first = scene.says("bob", "who reviews?");
    scene.replies("carol", first, "I do");
    scene.input(crate::update::input::Input::Focus(false));
    scene.at(5);
    scene.replies("dave", first, "me too");
    scene.replies("dave", first, "really");
    let (carol, line, dave) =
        (scene.row_of("⏎ carol replied"), scene.row_of("2 new"), scene.row_of("⏎ dave replied 2"));
    assert!(carol.is_some() && carol < line && line < dave, "{}", scene.screen());
}

#[test]
fn what_follows_a_command_is_completed() {
    for (typed, completed) in [
        ("/kick bo", "/kick @bob "),
        ("/ban @bob 2", "/ban @bob 2h "),
        ("/role bob mo", "/role bob moderator "),
        ("/join ran", "/join #random "),
        ("/notify men", "/notify mentions "),
        ("/notifications na", "/notifications names "),
        ("/status :palm_tr", "/status 🌴 "),
        ("/admin bob dis", "/admin bob disable "),
        ("/invite 5 7", "/invite 5 7d "),
        ("/msg car", "/msg @carol "),
    ] {
        let mut scene = Scene::new(80, 24);
        scene.write(typed).press_code(Code::Tab);
        assert_eq!(draft(&scene), completed);
    }
    // Someone who is known and in no room of the screen.
    let mut scene = Scene::new(80, 24);
    scene.says_in("random", "zoe", "hello");
    scene.write("/add zo").press_code(Code::Tab);
    assert_eq!(draft(&scene), "/add @zoe ");
    // Nothing is suggested for what may be any text.
    scene.press(Key::ctrl('u')).write("/kick @bob car");
    assert!(scene.state.completion.is_none());
}

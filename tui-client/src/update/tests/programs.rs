//! Hooks, webhooks and bots: made, shown once, listed, ended.

use chat_protocol::{
    Event, HookId, Timestamp, Token, User, WebhookId,
    api::{Hook, Webhook, WebhookAnswer},
    testing::{self, user_ref},
};

use super::{asked, fetched};
use crate::{
    keys::key::{Code, Key},
    state::Records,
    tests::scene::{MORNING, Scene, room_id},
    update::{
        effect::Effect,
        input::{Answer, Fetched},
        request::Request,
    },
};

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

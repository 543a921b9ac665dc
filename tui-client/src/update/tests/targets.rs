//! What a message leads to.

use crate::keys::key::Code;
use crate::tests::scene::{Scene, room_id};
use crate::update::effect::Effect;

fn selecting(body: &str) -> Scene {
    let mut scene = Scene::new(80, 24);
    scene.says("bob", body);
    scene.press_code(Code::Esc);
    scene
}

#[test]
fn links_are_opened_one_after_the_other() {
    let mut scene =
        selecting("> see https://a.example/x and\n\n- [there](https://b.example)\n\n|c|\n|-|\n|https://c.example|");
    let links = ["https://a.example/x", "https://b.example", "https://c.example"];
    for address in links.iter().chain(&links[..1]) {
        scene.write("o");
        assert_eq!(scene.effects, [Effect::Open((*address).to_owned())]);
    }
    for address in links {
        scene.write("Y");
        assert_eq!(scene.effects, [Effect::Copy(address.to_owned())]);
    }
}

#[test]
fn code_is_copied_as_it_was_written() {
    let mut scene = selecting("try `ls -l` or\n```sh\n  du\n\tdf\n```");
    scene.write("c");
    assert_eq!(scene.effects, [Effect::Copy("ls -l".to_owned())]);
    assert!(scene.shows("code copied (1 of 2)"), "{}", scene.screen());
    scene.write("c");
    assert_eq!(scene.effects, [Effect::Copy("  du\n\tdf".to_owned())]);
}

#[test]
fn a_room_is_gone_to_and_never_made_by_it() {
    let mut scene = selecting("better in #random");
    scene.write("o");
    assert_eq!(scene.state.rooms.current_id(), Some(room_id("random")));

    let mut scene = selecting("or in #elsewhere");
    scene.write("o");
    assert!(scene.effects.is_empty(), "{:?}", scene.effects);
    assert!(scene.shows("/join elsewhere"), "{}", scene.screen());
}

#[test]
fn a_message_without_any_says_so() {
    let mut scene = selecting("nothing here");
    for (key, told) in [("o", "no link, no room and no file"), ("Y", "no link and no file"), ("c", "no code")] {
        scene.write(key);
        assert!(scene.effects.is_empty() && scene.shows(told), "{}", scene.screen());
    }
}

#[test]
fn a_range_is_copied_as_it_was_written() {
    let mut scene = Scene::new(80, 24);
    for (author, body) in [("bob", "one"), ("bob", "**two**\n\n- a"), ("carol", "three"), ("bob", "four")] {
        scene.says(author, body);
    }
    scene.joins("dave");
    scene.outbox("on its way", chat_client::Delivery::Queued);
    let copied = |scene: &mut Scene, keys: &str, text: &str| {
        scene.write(keys);
        assert_eq!(scene.effects, [Effect::Copy(text.to_owned())], "{keys}\n{}", scene.screen());
        assert!(!scene.shows("RANGE"), "the range has ended:\n{}", scene.screen());
    };
    scene.press_code(Code::Esc);
    // One author's are as they were written; the ends may come in any order.
    copied(&mut scene, "gvjy", "one\n**two**\n\n- a");
    copied(&mut scene, "jvky", "bob: **two**\n\n- a\ncarol: three");
    copied(&mut scene, "GvkkkkGy", "on its way");
    copied(&mut scene, "Gvkky", "bob: four\nalice: on its way");
    copied(&mut scene, "y", "four");
    // Esc ends the range and then selecting; nothing but selecting and copying needs it.
    scene.write("v");
    assert!(scene.shows("RANGE"), "{}", scene.screen());
    scene.press_code(Code::Esc);
    assert!(scene.shows("SELECT") && !scene.shows("RANGE"), "{}", scene.screen());
    scene.press_code(Code::Esc);
    assert!(!scene.shows("SELECT"));
    scene.press_code(Code::Esc).write("Gkvkv").write("y");
    assert!(matches!(&scene.effects[..], [Effect::Copy(text)] if !text.contains('\n')));
}

#[test]
fn a_range_follows_a_message_that_gets_its_place() {
    let mut scene = Scene::new(80, 24);
    scene.says("bob", "before");
    let id = scene.outbox("mine", chat_client::Delivery::Sending);
    scene.press_code(Code::Esc).write("Gvk");
    let seq = scene.next_seq("lobby");
    let message = chat_protocol::Message { id, ..scene.message("lobby", seq, "alice", "mine") };
    scene.event(chat_protocol::Event::Logged(chat_protocol::LogEntry {
        room: room_id("lobby"),
        seq,
        at: message.sent_at,
        event: chat_protocol::LogEvent::Message { message },
    }));
    scene.says("bob", "after");
    scene.write("y");
    assert_eq!(scene.effects, [Effect::Copy("bob: before\nalice: mine".to_owned())]);
}

//! What a message leads to.

use crate::input::Effect;
use crate::key::Code;
use crate::scene::{Scene, room_id};

fn browsing(body: &str) -> Scene {
    let mut scene = Scene::new(80, 24);
    scene.says("bob", body);
    scene.press_code(Code::Esc);
    scene
}

#[test]
fn links_are_opened_one_after_the_other() {
    let mut scene =
        browsing("> see https://a.example/x and\n\n- [there](https://b.example)\n\n|c|\n|-|\n|https://c.example|");
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
    let mut scene = browsing("try `ls -l` or\n```sh\n  du\n\tdf\n```");
    scene.write("c");
    assert_eq!(scene.effects, [Effect::Copy("ls -l".to_owned())]);
    assert!(scene.shows("code copied (1 of 2)"), "{}", scene.screen());
    scene.write("c");
    assert_eq!(scene.effects, [Effect::Copy("  du\n\tdf".to_owned())]);
}

#[test]
fn a_room_is_gone_to_and_never_made_by_it() {
    let mut scene = browsing("better in #random");
    scene.write("o");
    assert_eq!(scene.state.rooms.current_id(), Some(room_id("random")));

    let mut scene = browsing("or in #elsewhere");
    scene.write("o");
    assert!(scene.effects.is_empty(), "{:?}", scene.effects);
    assert!(scene.shows("/join elsewhere"), "{}", scene.screen());
}

#[test]
fn a_message_without_any_says_so() {
    let mut scene = browsing("nothing here");
    for (key, told) in [("o", "no link and no room"), ("Y", "no link"), ("c", "no code")] {
        scene.write(key);
        assert!(scene.effects.is_empty() && scene.shows(told), "{}", scene.screen());
    }
}

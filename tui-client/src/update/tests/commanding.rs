//! Commands about one message, how replies are shown, and what follows a command.

use super::{asked, changed, draft};
use crate::{
    keys::key::{Code, Key},
    state::Mode,
    tests::scene::Scene,
    update::{
        effect::{Change, Effect},
        request::Request,
    },
};

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

//! Pictures: room for them before they come, drawn where they may be, and fetched when that costs little.

use std::time::Duration;

use chat_client::{Status, Update};
use chat_protocol::{Attachment, Event, Message, UploadId};

use crate::{
    keys::key::Code,
    state::{Ink, Method, Picture, PictureCell, PictureKey, PictureSetting},
    tests::scene::{Scene, user_id},
    update::{
        effect::Effect,
        input::{Answer, Input},
    },
};

/// A picture of 400 × 200 pixels: 20 rows of 80 cells would do for it.
fn photo(name: &str, size: u64) -> Attachment {
    Attachment {
        id: UploadId::now_v7(),
        name: name.to_owned(),
        size,
        media_type: "image/png".to_owned(),
        width: Some(400),
        height: Some(200),
        preview: None,
    }
}

fn scene(width: u16, height: u16) -> Scene {
    let mut scene = Scene::new(width, height);
    scene.state.pictures.terminal = Some(Method::Blocks);
    scene
}

fn shows(scene: &mut Scene, author: &str, files: &[Attachment]) -> Message {
    let seq = scene.next_seq("lobby");
    let message = Message { attachments: files.to_vec(), ..scene.message("lobby", seq, author, "look") };
    scene.event(Event::Logged(message.clone().into()));
    message
}

/// The pictures that are asked for, and whether the network may be.
fn asked(scene: &Scene) -> Vec<(PictureKey, bool)> {
    let asked = scene.effects.iter().filter_map(|effect| match effect {
        Effect::LoadPicture { picture, network, .. } => Some((*picture, *network)),
        _ => None,
    });
    asked.collect()
}

/// A picture of one colour, with `#` in each cell.
fn drawn(key: PictureKey) -> Picture {
    let cell = PictureCell { symbol: "#".into(), front: Some(Ink::Rgb(1, 2, 3)), back: Some(Ink::Indexed(20)) };
    Picture { cells: vec![cell; usize::from(key.width) * usize::from(key.height)], whole: None, data: None }
}

fn comes(scene: &mut Scene, key: PictureKey) {
    scene.answer(Answer::Picture { picture: key, result: Ok(Some(drawn(key))) });
}

fn hashes(scene: &Scene) -> usize {
    scene.screen().lines().filter(|line| line.contains("####")).count()
}

#[test]
fn no_row_moves_when_a_picture_comes() {
    let mut scene = scene(80, 24);
    shows(&mut scene, "bob", &[photo("cat.png", 1_000)]);
    let (key, network) = asked(&scene)[0];
    assert!(network);
    scene.says("bob", "and more");
    let (name, more) = (scene.row_of("▤ cat.png").unwrap(), scene.row_of("and more").unwrap());
    assert_eq!(more - name - 1, usize::from(key.height), "{}", scene.screen());
    comes(&mut scene, key);
    assert_eq!((scene.row_of("▤ cat.png"), scene.row_of("and more")), (Some(name), Some(more)));
    assert_eq!(hashes(&scene), usize::from(key.height), "{}", scene.screen());
    let column = |text: &str| scene.screen().lines().find_map(|line| line.find(text)).unwrap();
    assert_eq!(column("###"), column("and more"), "{}", scene.screen());
    scene.says("bob", "nothing is asked for twice");
    assert_eq!(asked(&scene), []);
}

#[test]
fn a_picture_takes_a_third_of_the_screen_at_most_and_is_cut_at_its_edge() {
    for (width, height, rows) in [(80, 24, 7), (140, 40, 10), (80, 15, 5), (40, 24, 7)] {
        let mut scene = scene(width, height);
        shows(&mut scene, "bob", &[photo("cat.png", 1_000)]);
        let key = asked(&scene)[0].0;
        assert!(key.height <= (height / 3).min(rows + 1) && key.height * 3 >= rows, "{key:?}");
        comes(&mut scene, key);
        let shown = hashes(&scene);
        for number in 0..height {
            scene.says("bob", &format!("line {number}"));
            assert!(hashes(&scene) <= shown, "{}", scene.screen());
        }
        assert_eq!(hashes(&scene), 0, "it is above the screen");
        scene.press_code(Code::PageUp);
    }
    let mut low = scene(80, 11);
    shows(&mut low, "bob", &[photo("cat.png", 1_000)]);
    assert_eq!(asked(&low), [], "no room is taken on a low screen");
}

#[test]
fn what_is_deleted_or_said_by_someone_ignored_is_not_drawn() {
    let mut scene = scene(80, 24);
    let message = shows(&mut scene, "bob", &[photo("cat.png", 1_000)]);
    let key = asked(&scene)[0].0;
    comes(&mut scene, key);
    assert!(hashes(&scene) > 0);
    scene.event(Event::Ignored { users: vec![user_id("bob")] });
    assert_eq!(hashes(&scene), 0, "{}", scene.screen());
    scene.event(Event::Ignored { users: Vec::new() });
    assert!(hashes(&scene) > 0);
    scene.deletes("bob", message.seq);
    assert_eq!(hashes(&scene), 0, "{}", scene.screen());
    let forgets = |effect: &Effect| matches!(effect, Effect::ForgetPictures(files) if files[0].id == key.file);
    assert!(scene.effects.iter().any(forgets), "it is taken off this disk: {:?}", scene.effects);
    // What was still on its way does not come back.
    comes(&mut scene, key);
    assert_eq!(hashes(&scene), 0, "{}", scene.screen());
}

#[test]
fn what_cannot_be_drawn_says_why_in_its_place() {
    let mut scene = scene(80, 24);
    shows(&mut scene, "bob", &[photo("bomb.png", 1_000)]);
    let key = asked(&scene)[0].0;
    scene.says("bob", "and more");
    let more = scene.row_of("and more");
    scene.answer(Answer::Picture { picture: key, result: Err("too many pixels".to_owned()) });
    assert!(scene.shows("no picture: too many pixels"), "{}", scene.screen());
    assert_eq!(scene.row_of("and more"), more);
}

#[test]
fn over_a_slow_line_and_offline_only_what_is_here_is_drawn_until_the_user_asks() {
    let mut scene = scene(80, 24);
    scene.client(Update::Status(Status::Connected { round_trip: Some(Duration::from_millis(900)) }));
    shows(&mut scene, "bob", &[photo("cat.png", 1_000)]);
    let (key, network) = asked(&scene)[0];
    assert!(!network);
    scene.answer(Answer::Picture { picture: key, result: Ok(None) });
    assert!(scene.shows("the line is slow · Esc, then z shows it"), "{}", scene.screen());
    assert_eq!(asked(&scene), []);
    scene.press_code(Code::Esc).write("z");
    assert_eq!(asked(&scene), [(key, true)]);
    comes(&mut scene, key);
    assert!(hashes(&scene) > 0);

    scene.offline(Duration::from_secs(9));
    shows(&mut scene, "bob", &[photo("dog.png", 1_000)]);
    let (key, network) = asked(&scene)[0];
    assert!(!network);
    scene.answer(Answer::Picture { picture: key, result: Ok(None) });
    assert!(scene.shows("not here while offline"), "{}", scene.screen());
    scene.client(Update::Status(Status::Connected { round_trip: Some(Duration::from_millis(9)) }));
    assert_eq!(asked(&scene), [(key, true)]);
}

#[test]
fn large_ones_are_shown_when_the_user_asks_and_any_can_be_hidden() {
    let mut scene = scene(80, 24);
    shows(&mut scene, "bob", &[photo("large.png", 4_000_000)]);
    assert_eq!(asked(&scene), []);
    scene.press_code(Code::Esc).write("z");
    let key = asked(&scene)[0].0;
    comes(&mut scene, key);
    assert!(hashes(&scene) > 0);
    scene.write("z");
    assert_eq!(hashes(&scene), 0, "{}", scene.screen());
    scene.write("i");
    let preview = Attachment { preview: Some(UploadId::now_v7()), ..photo("previewed.png", 9_000_000) };
    shows(&mut scene, "bob", &[preview]);
    assert_eq!(asked(&scene).len(), 1, "a preview is small");
    shows(&mut scene, "bob", &[Attachment { width: None, ..photo("unknown.png", 1_000) }]);
    assert_eq!(asked(&scene), [], "no room can be kept for what does not say how large it is");
    scene.press_code(Code::Esc).write("z");
    assert!(scene.shows("it is too large to be drawn here"), "{}", scene.screen());
}

#[test]
fn pictures_are_set_by_a_command_and_by_the_command_line_for_one_start() {
    let mut scene = scene(80, 24);
    shows(&mut scene, "bob", &[photo("cat.png", 1_000)]);
    let key = asked(&scene)[0].0;
    comes(&mut scene, key);
    scene.write("/pictures off").enter();
    assert_eq!(hashes(&scene), 0, "{}", scene.screen());
    let saved =
        |effect: &Effect| matches!(effect, Effect::SavePreferences(kept) if kept.pictures == PictureSetting::Off);
    assert!(scene.effects.iter().any(saved), "{:?}", scene.effects);
    scene.press_code(Code::Esc).write("z");
    assert!(scene.shows("pictures are off here: /pictures blocks"), "{}", scene.screen());
    scene.write("i");
    scene.write("/pictures dots").enter();
    assert!(scene.shows("usage: /pictures auto"), "{}", scene.screen());
    scene.press(crate::keys::key::Key::ctrl('c'));
    scene.state.pictures.option = Some(PictureSetting::Only(Method::Blocks));
    scene.input(Input::Time);
    assert!(hashes(&scene) > 0, "{}", scene.screen());
    assert_eq!(scene.state.preferences.pictures, PictureSetting::Off, "the command line is not remembered");
    scene.write("/pictures off").enter();
    assert_eq!(hashes(&scene), 0, "what is said now goes before it");
}

#[test]
fn the_terminal_may_answer_that_it_draws_better_than_in_blocks() {
    let mut scene = scene(80, 24);
    let method = |scene: &Scene| scene.state.pictures.method(PictureSetting::Auto);
    scene.input(Input::Draws(Method::Sixel));
    assert_eq!(method(&scene), Some(Method::Blocks), "pixels need the size of a cell");
    scene.answer(Answer::Cell(Some((10, 20))));
    assert_eq!(method(&scene), Some(Method::Sixel));
    scene.input(Input::Draws(Method::Kitty));
    scene.input(Input::Draws(Method::Sixel));
    assert_eq!(method(&scene), Some(Method::Kitty));
    scene.state.pictures.terminal = None;
    scene.input(Input::Draws(Method::Kitty));
    assert_eq!(method(&scene), None, "over SSH no answer turns them on");
}

#[test]
fn what_is_drawn_at_once_leaves_its_cells_free_unless_it_is_cut_or_covered() {
    use crate::screen::{self, images::Images, links::Links, spots::Spots};
    use ratatui::{buffer::Buffer, layout::Rect};
    let mut scene = scene(140, 40);
    scene.state.pictures.terminal = Some(Method::Sixel);
    scene.state.pictures.cell = Some((10, 20));
    shows(&mut scene, "bob", &[photo("cat.png", 1_000)]);
    let key = asked(&scene)[0].0;
    let picture = Picture { whole: Some("SIXELS".to_owned()), ..drawn(key) };
    scene.answer(Answer::Picture { picture: key, result: Ok(Some(picture)) });
    let whole = |scene: &Scene| {
        let mut images = Images::default();
        let mut buffer = Buffer::empty(Rect::new(0, 0, 140, 40));
        let (mut links, mut spots) = (Links::default(), Spots::default());
        screen::draw(&scene.state, scene.theme, &mut links, &mut spots, &mut images, &mut buffer);
        images.whole().map(|(area, key, drawn)| (area.height, key, drawn.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(whole(&scene), [(key.height, key, "SIXELS".to_owned())]);
    assert_eq!(hashes(&scene), 0, "{}", scene.screen());
    scene.write("/pi");
    assert_eq!(whole(&scene), [], "{}", scene.screen());
    assert!(hashes(&scene) > 0, "what the window does not cover stands in blocks\n{}", scene.screen());
    scene.press(crate::keys::key::Key::ctrl('c'));
    assert_eq!(whole(&scene).len(), 1);
    while scene.shows("▤ cat.png") {
        scene.says("bob", "more");
    }
    scene.says("bob", "more");
    assert_eq!(whole(&scene), [], "{}", scene.screen());
    assert!(hashes(&scene) > 0);
}

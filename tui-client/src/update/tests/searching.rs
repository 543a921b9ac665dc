//! Finding what was said, going there, and back.

use std::time::Duration;

use chat_client::Page;
use chat_protocol::{
    Message, MessageId,
    api::{MessagesPage, SearchHit, SearchPage},
};

use super::draft;
use crate::{
    keys::key::{Code, Key},
    state::{EntryKey, Mode, Scroll},
    tests::scene::{Scene, room_id},
    update::{effect::Effect, input::Answer, request::Request},
};

/// Longer than one has to stop typing for the question to be asked.
const PAUSE: Duration = Duration::from_millis(200);

fn asked(scene: &Scene) -> Vec<&Request> {
    let requests = scene.effects.iter().filter_map(|effect| match effect {
        Effect::Ask(_, request @ (Request::Search { .. } | Request::Past { .. })) => Some(request),
        _ => None,
    });
    requests.collect()
}

fn search(query: &str, before: Option<MessageId>) -> Request {
    Request::Search { query: query.to_owned(), before }
}

fn hit(message: &Message, mark: (u32, u32)) -> SearchHit {
    SearchHit { message: message.clone(), room: message.room, marks: vec![mark] }
}

fn found(scene: &mut Scene, query: &str, before: Option<MessageId>, hits: Vec<SearchHit>, next: Option<MessageId>) {
    let result = Ok(SearchPage { hits, next });
    scene.answer(Answer::Search { query: query.to_owned(), before, result });
}

/// A search for `disk` that found these, in the open window.
fn searched(scene: &mut Scene, hits: &[&Message]) {
    scene.write("/search disk").enter();
    let hits = hits.iter().map(|message| hit(message, (4, 8))).collect();
    found(scene, "disk", None, hits, None);
}

fn page(scene: &mut Scene, around: &Message, page: Page, seqs: std::ops::RangeInclusive<u64>, after: bool) {
    let mut messages = Vec::new();
    for seq in seqs {
        let other = scene.message("lobby", seq, "bob", &format!("number {seq}"));
        messages.push(if seq == around.seq { around.clone() } else { other });
    }
    let result = Ok(MessagesPage { room: around.room, messages, has_more_before: true, has_more_after: after });
    scene.answer(Answer::Past { room: around.room, around: around.id, page, result });
}

#[test]
fn what_is_typed_takes_the_place_of_an_earlier_search_unless_that_is_edited() {
    let mut scene = Scene::new(80, 24);
    scene.write("/search disk").enter();
    scene.press_code(Code::Esc).press(Key::ctrl('f'));
    assert_eq!(scene.state.search.text(), "disk", "it is still there");
    scene.write("full");
    assert_eq!(scene.state.search.text(), "full");
    scene.press_code(Code::Esc).press(Key::ctrl('f')).press_code(Code::End).write("er");
    assert_eq!(scene.state.search.text(), "fuller");
}

/// The lobby with its last ten messages of 300.
fn long_lobby() -> Scene {
    let mut scene = Scene::unconnected(80, 24);
    let mut lobby = scene.room("lobby");
    lobby.last_seq = 300;
    scene.welcome(vec![lobby]);
    scene.client(chat_client::Update::Status(chat_client::Status::Connected { round_trip: None }));
    let new = (291..=300).map(|seq| scene.message("lobby", seq, "bob", &format!("new {seq}"))).collect();
    scene.page("lobby", new, true);
    scene
}

#[test]
fn what_is_typed_is_asked_for_once_it_rests_and_an_older_answer_never_takes_its_place() {
    let mut scene = Scene::new(80, 24);
    scene.press(Key::ctrl('f')).write("di");
    assert!(asked(&scene).is_empty(), "one types");
    scene.wait(PAUSE);
    assert_eq!(asked(&scene), [&search("di", None)]);
    scene.write("sk");
    scene.wait(PAUSE);
    assert_eq!(asked(&scene), [&search("disk", None)]);

    let (new, old) = (scene.message("lobby", 9, "bob", "the disk"), scene.message("random", 3, "carol", "a dish"));
    found(&mut scene, "disk", None, vec![hit(&new, (4, 8))], None);
    found(&mut scene, "di", None, vec![hit(&old, (2, 4))], None);
    assert!(scene.shows("▸ bob  #lobby") && scene.shows("the disk") && scene.shows("1 found"), "{}", scene.screen());
    assert!(!scene.shows("a dish"), "{}", scene.screen());
}

#[test]
fn what_was_found_is_marked_and_enter_takes_only_what_was_found_for_the_query() {
    let mut scene = Scene::new(140, 40);
    let message = scene.message("release", 9, "carol", "日本語の disk");
    scene.press(Key::ctrl('f')).write("disk").enter();
    assert_eq!(asked(&scene), [&search("disk", None)], "Enter does not wait");
    scene.enter();
    assert!(asked(&scene).is_empty() && matches!(scene.state.mode, Mode::Search), "it is asked for already");
    found(&mut scene, "disk", None, vec![hit(&message, (5, 9))], None);
    let buffer = scene.buffer();
    let marked: String = buffer
        .content
        .iter()
        .filter(|cell| cell.modifier.contains(ratatui::style::Modifier::UNDERLINED))
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    assert_eq!(marked, "disk", "{}", scene.screen());
    scene.write("s").enter();
    assert!(matches!(scene.state.mode, Mode::Search), "the hit is one of another query");
    assert_eq!(asked(&scene), [&search("disks", None)]);
}

#[test]
fn further_hits_are_asked_for_when_the_end_is_near_and_follow_the_others() {
    let mut scene = Scene::new(80, 24);
    let hits: Vec<_> = (0..30).map(|at| scene.message("lobby", 100 - at, "bob", &format!("the disk {at}"))).collect();
    scene.press(Key::ctrl('f')).write("disk");
    scene.wait(PAUSE);
    let last = hits[24].id;
    found(&mut scene, "disk", None, hits[..25].iter().map(|message| hit(message, (4, 8))).collect(), Some(last));
    assert!(scene.shows("25+ found"), "{}", scene.screen());
    assert!(asked(&scene).is_empty(), "{:?}", scene.effects);
    (0..5).for_each(|_| _ = scene.press_code(Code::Down));
    assert_eq!(asked(&scene), [&search("disk", Some(last))]);
    scene.press_code(Code::Down);
    assert!(asked(&scene).is_empty(), "once");
    found(&mut scene, "disk", Some(last), hits[25..].iter().map(|message| hit(message, (4, 8))).collect(), None);
    assert!(scene.shows("30 found") && scene.state.search.chosen == 6, "{}", scene.screen());
    (0..40).for_each(|_| _ = scene.press_code(Code::PageDown));
    assert!(scene.shows("the disk 29"), "{}", scene.screen());
}

#[test]
fn a_page_without_hits_goes_on_by_itself() {
    let mut scene = Scene::new(80, 24);
    scene.write("/search disk").enter();
    let far = MessageId::now_v7();
    found(&mut scene, "disk", None, Vec::new(), Some(far));
    assert_eq!(asked(&scene), [&search("disk", Some(far))]);
}

#[test]
fn a_wrong_filter_is_told_beside_the_field_and_not_asked_for() {
    let mut scene = Scene::new(80, 24);
    scene.press(Key::ctrl('f')).write("disk before:soon");
    scene.wait(PAUSE);
    assert!(asked(&scene).is_empty());
    assert!(scene.shows("✗ before:soon: write a day such as"), "{}", scene.screen());
    scene.press(Key::ctrl('u')).write("from:nobody");
    scene.wait(PAUSE);
    let result = Err("from:nobody: there is no such user".to_owned());
    scene.answer(Answer::Search { query: "from:nobody".to_owned(), before: None, result });
    assert!(scene.shows("✗ from:nobody: there is no such user"), "{}", scene.screen());
}

#[test]
fn tab_completes_filters_people_rooms_kinds_and_days() {
    for (typed, tabs, completed) in [
        ("fr", 1, "from:"),
        ("from:ca", 1, "from:carol "),
        ("disk in:rel", 1, "disk in:#release "),
        ("in:", 2, "in:#random "),
        ("has:", 3, "has:file "),
        ("is:", 1, "is:pinned "),
        ("after:yes", 1, "after:2026-11-23 "),
        ("before:2026-11-2", 1, "before:2026-11-24 "),
        ("", 1, "from:"),
        ("nothing", 1, "nothing"),
    ] {
        let mut scene = Scene::new(80, 24);
        scene.press(Key::ctrl('f')).write(typed);
        (0..tabs).for_each(|_| _ = scene.press_code(Code::Tab));
        assert_eq!(scene.state.search.query.text(), completed, "{typed}");
    }
    let mut scene = Scene::new(80, 24);
    scene.press(Key::ctrl('f')).write("from:").press(Key::shift(Code::Tab));
    assert_eq!(scene.state.search.query.text(), "from:frank ");
    scene.press(Key::ctrl('u')).write("from:b").click("bob");
    assert_eq!(scene.state.search.query.text(), "from:bob ");
}

#[test]
fn a_hit_that_is_here_is_selected_and_escape_goes_back_to_where_one_was() {
    let mut scene = Scene::new(80, 24);
    let old = scene.says_in("random", "bob", "the disk");
    (0..50).for_each(|n| _ = scene.says_in("random", "bob", &format!("later {n}")));
    (0..50).for_each(|n| _ = scene.says("bob", &format!("line {n}")));
    scene.press_code(Code::PageUp);
    let (before, was_at) = (scene.screen(), scene.state.rooms.base().unwrap().scroll);
    let message = scene.state.rooms.room(room_id("random")).unwrap().timeline.message(old).unwrap().clone();
    searched(&mut scene, &[&message]);
    scene.enter();
    assert_eq!(scene.state.rooms.current_id(), Some(room_id("random")));
    assert_eq!(scene.state.mode.selected(), Some(EntryKey::Logged(old)), "{}", scene.screen());
    assert!(scene.shows("▐") && scene.shows("the disk") && asked(&scene).is_empty(), "{}", scene.screen());

    scene.press_code(Code::Esc);
    assert_eq!(scene.state.rooms.current_id(), Some(room_id("lobby")));
    assert_eq!(scene.state.rooms.base().unwrap().scroll, was_at);
    assert!(matches!(scene.state.mode, Mode::Compose));
    let rows = |screen: &str| screen.lines().filter(|line| line.contains("line ")).count();
    assert_eq!(rows(&scene.screen()), rows(&before), "{}", scene.screen());
}

#[test]
fn a_hit_far_up_is_shown_with_what_was_said_around_it_and_more_is_loaded_on_both_sides() {
    let mut scene = long_lobby();
    scene.write("half a se");
    let far = scene.message("lobby", 100, "carol", "the disk");
    scene.press(Key::ctrl('f')).write("disk");
    scene.wait(PAUSE);
    found(&mut scene, "disk", None, vec![hit(&far, (4, 8))], None);
    scene.enter();
    let around = |page| Request::Past { room: room_id("lobby"), around: far.id, page };
    assert_eq!(asked(&scene), [&around(Page::Around(100))]);
    page(&mut scene, &far, Page::Around(100), 90..=110, true);
    assert!(scene.shows("number 99") && scene.shows("the disk") && scene.shows("number 101"), "{}", scene.screen());
    assert!(scene.shows("older messages") && !scene.shows("new 300"), "{}", scene.screen());
    assert_eq!(scene.state.mode.selected(), Some(EntryKey::Logged(100)));
    assert_eq!(draft(&scene), "half a se", "what was being written stays");
    assert_eq!(asked(&scene), [&around(Page::Before(90)), &around(Page::After(110))]);

    page(&mut scene, &far, Page::After(110), 111..=120, true);
    page(&mut scene, &far, Page::Before(90), 80..=89, true);
    scene.write("g");
    assert!(scene.shows("number 80"), "{}", scene.screen());
    scene.write("G");
    assert!(scene.shows("number 120"), "{}", scene.screen());

    scene.press_code(Code::F(4));
    assert!(scene.shows("new 300") && !scene.shows("↑ older messages"), "{}", scene.screen());
    assert_eq!(draft(&scene), "half a se");
}

#[test]
fn what_happens_meanwhile_shows_among_older_messages_only_where_nothing_is_missing_between() {
    let mut scene = long_lobby();
    let far = scene.message("lobby", 282, "carol", "the disk");
    searched(&mut scene, &[&far]);
    scene.enter();
    page(&mut scene, &far, Page::Around(282), 281..=283, true);
    scene.says("bob", "just now");
    assert!(!scene.shows("just now"), "{}", scene.screen());
    page(&mut scene, &far, Page::After(283), 284..=290, true);
    scene.write("G");
    assert!(scene.shows("just now") && scene.shows("number 290") && scene.shows("new 291"), "{}", scene.screen());
    scene.says("bob", "and again");
    scene.write("G");
    assert!(scene.shows("and again"), "{}", scene.screen());
}

#[test]
fn n_goes_from_hit_to_hit_and_writing_ends_that() {
    let mut scene = Scene::new(80, 24);
    let seqs = ["the disk 0", "the disk 1", "@alice the disk 2"].map(|body| scene.says("bob", body));
    let messages = seqs.map(|seq| scene.said(seq));
    scene.write("/search disk").enter();
    let (next, mark) = (messages[1].id, (4, 8));
    found(&mut scene, "disk", None, vec![hit(&messages[2], mark), hit(&messages[1], mark)], Some(next));
    found(&mut scene, "disk", Some(next), Vec::new(), Some(next));
    scene.enter();
    let at = |scene: &Scene| scene.state.mode.selected();
    assert_eq!(at(&scene), Some(EntryKey::Logged(seqs[2])));
    assert!(scene.shows("1 of 2+ found"), "{}", scene.screen());
    scene.write("n");
    assert_eq!(at(&scene), Some(EntryKey::Logged(seqs[1])));
    scene.write("n");
    found(&mut scene, "disk", Some(next), vec![hit(&messages[0], mark)], None);
    assert_eq!(at(&scene), Some(EntryKey::Logged(seqs[0])), "the user waited for it");
    scene.write("nN");
    assert_eq!(at(&scene), Some(EntryKey::Logged(seqs[1])));
    scene.write("i").press_code(Code::Esc).write("gn");
    assert_eq!(at(&scene), Some(EntryKey::Logged(seqs[2])), "the next mention");
}

#[test]
fn what_is_sent_from_older_messages_goes_to_the_room_and_shows_its_newest() {
    let mut scene = long_lobby();
    let far = scene.message("lobby", 100, "carol", "the disk");
    searched(&mut scene, &[&far]);
    scene.enter();
    page(&mut scene, &far, Page::Around(100), 90..=110, true);
    scene.write("r").write("so it was").enter();
    let sent = scene.effects.iter().find_map(|effect| match effect {
        Effect::Send { room, body, reply_to } => Some((*room, body.as_str().to_owned(), *reply_to)),
        _ => None,
    });
    assert_eq!(sent, Some((room_id("lobby"), "so it was".to_owned(), Some(far.id))));
    assert_eq!(draft(&scene), "");
    let room = scene.state.rooms.current().unwrap();
    assert!(scene.shows("new 300") && room.scroll == Scroll::Live && scene.state.rooms.past().is_none());
}

#[test]
fn older_messages_read_nothing_and_what_comes_meanwhile_is_unread() {
    let mut scene = long_lobby();
    let far = scene.message("lobby", 100, "carol", "the disk");
    searched(&mut scene, &[&far]);
    scene.enter();
    page(&mut scene, &far, Page::Around(100), 90..=110, true);
    scene.says("bob", "newer");
    assert_eq!(scene.state.rooms.base().unwrap().unread, 1, "{}", scene.screen());
    scene.press_code(Code::Esc);
    assert_eq!(scene.state.rooms.base().unwrap().unread, 0, "{}", scene.screen());
}

#[test]
fn a_hit_in_a_room_that_one_is_not_in_says_so() {
    let mut scene = Scene::new(80, 24);
    let elsewhere = scene.message("elsewhere", 5, "carol", "the disk");
    searched(&mut scene, &[&elsewhere]);
    assert!(scene.shows("a room that you are not in"), "{}", scene.screen());
    scene.enter();
    assert!(matches!(scene.state.mode, Mode::Search) && scene.shows("/rooms lists"), "{}", scene.screen());
}

#[test]
fn offline_says_so() {
    let mut scene = Scene::new(80, 24);
    scene.offline(Duration::from_secs(30));
    scene.press(Key::ctrl('f')).write("disk");
    scene.wait(PAUSE);
    assert!(asked(&scene).is_empty() && scene.shows("✗ offline"), "{}", scene.screen());
}

#[test]
fn a_hit_is_clicked_and_beside_the_window_a_click_closes_it() {
    let mut scene = Scene::new(80, 24);
    let seq = scene.says("bob", "the disk");
    let message = scene.said(seq);
    searched(&mut scene, &[&message]);
    scene.click("the disk");
    assert_eq!(scene.state.mode.selected(), Some(EntryKey::Logged(seq)), "{}", scene.screen());
    scene.press(Key::ctrl('f'));
    assert!(matches!(scene.state.mode, Mode::Search));
    scene.input(crate::update::input::Input::Click(None));
    assert!(matches!(scene.state.mode, Mode::Compose));
}

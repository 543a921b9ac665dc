//! What a user who types ahead of the network may trust: nothing but a key, a paste or the wheel changes what the next
//! key means. Every input is tried in every mode.

mod answers;
mod inputs;
mod kinds;

use std::collections::BTreeSet;

use chat_client::Delivery;
use chat_protocol::{
    MessageId, RoomId,
    api::{SearchHit, SearchPage},
};
use proptest::{prelude::*, strategy::Union, test_runner::TestRunner};

pub(super) use self::kinds::mode_kind;
use self::{
    inputs::{AWAITED, KEYS_SINCE, foreign},
    kinds::{ANSWERS, EVENTS, INPUTS, MODES, OF_THE_USER, STATUSES, UPDATES, kind},
};
use crate::{
    keys::key::{Code, Key},
    state::{Attached, Completion, Mode, Pick, Ticket},
    tests::scene::Scene,
    update::{
        effect::Effect,
        input::{Answer, Input},
    },
};

/// What the keys do, until the user is in some mode. Rooms were asked for, left and waited for on the way.
type Steps = fn(&mut Scene);

/// Each mode, in each state that means something for keys. The last key is one more than any answer waits for.
const SITUATIONS: [Steps; 21] = [
    |_| {},
    |scene| _ = scene.press_code(Code::Up).write("!"),
    |scene| _ = select_first(scene).write("r").write("an ans"),
    |scene| _ = select_first(scene).write("t").write("in the thr"),
    |scene| _ = select_first(scene).write("t").press_code(Code::Esc),
    |scene| _ = select_first(scene).write("+").write("thu").press_code(Code::Down),
    |scene| _ = scene.write("half a sent"),
    |scene| _ = scene.write("cc @ca").press_code(Code::Down),
    |scene| _ = scene.press_code(Code::Esc).press_code(Code::Up),
    |scene| _ = scene.press(Key::ctrl('k')).write("r").press_code(Code::Down),
    |scene| _ = scene.press(Key::ctrl('k')).press_code(Code::Down).press_code(Code::Down).press_code(Code::Down),
    |scene| _ = scene.write("/rooms").enter().write("ru"),
    |scene| _ = scene.write("/reports").enter(),
    |scene| _ = scene.press(Key::ctrl('f')).write("disk"),
    in_the_past,
    |scene| _ = select_first(scene).write("R").write("rude"),
    |scene| _ = scene.press(Key::ctrl('v')).write("look at this"),
    |scene| _ = scene.press_code(Code::F(1)),
    |scene| _ = scene.write("/link").enter().write("x"),
    |scene| _ = scene.write("/password").enter().press_code(Code::Tab).write("correct hor"),
    |scene| {
        scene.write("/password").enter().press_code(Code::Tab).write("password").press_code(Code::Tab);
        scene.write("password").enter().write("and");
    },
];

fn select_first(scene: &mut Scene) -> &mut Scene {
    scene.press_code(Code::Esc).write("g")
}

/// Among older messages that a search led to, writing.
fn in_the_past(scene: &mut Scene) {
    scene.write("/search disk").enter();
    let hit = scene.message("lobby", 40, "bob", "the disk");
    let page = SearchPage { hits: vec![SearchHit { room: hit.room, message: hit, marks: vec![(4, 8)] }], next: None };
    scene.answer(Answer::Search { query: "disk".to_owned(), before: None, result: Ok(page) });
    scene.enter().write("i am here");
}

fn situation(steps: Steps) -> Scene {
    let mut scene = Scene::new(80, 24);
    scene.says("bob", "one");
    scene.says("alice", "two");
    scene.outbox("queued", Delivery::Queued);
    scene.outbox("failed", Scene::failed());
    scene.write("/join rust").enter();
    scene.answer(Answer::Joined(scene.ticket(), Ok((Box::new(scene.room("rust")), false))));
    scene.write("/part release").enter();
    scene.press(Key::ctrl('n')).write("/part").enter().press(Key::ctrl('p'));
    steps(&mut scene);
    scene.state.keys = Ticket(scene.state.keys.0 + KEYS_SINCE);
    for attached in scene.state.rooms.attached_mut().filter(|attached| attached.is_any()) {
        *attached = Attached::Reading(AWAITED);
    }
    match &mut scene.state.mode {
        Mode::List(list) => list.ticket = AWAITED,
        Mode::Link(card) => card.ticket = AWAITED,
        Mode::Password(form) => form.waiting = form.waiting.map(|_| AWAITED),
        Mode::Compose | Mode::Select { .. } | Mode::Help { .. } | Mode::Search => {}
    }
    scene
}

/// What the next key means.
#[derive(Debug, PartialEq)]
struct Meaning {
    room: Option<RoomId>,
    mode: &'static str,
    text: Vec<String>,
    field: Option<usize>,
    completion: Option<Completion>,
    drafts: Vec<(RoomId, String)>,
    /// Whether what is written answers or changes a message, and which.
    target: Option<MessageId>,
    /// Whether something goes out with it.
    is_attached: bool,
    /// The thread that it goes to.
    thread: (Option<MessageId>, String),
}

impl Meaning {
    fn of(scene: &Scene) -> Self {
        let state = &scene.state;
        let (text, field) = match &state.mode {
            Mode::List(list) => (vec![list.query.text().to_owned()], None),
            Mode::Search => (vec![state.search.query.text().to_owned()], None),
            Mode::Password(form) if form.is_open() => {
                (form.fields.iter().map(|field| field.text().to_owned()).collect(), Some(form.at))
            }
            _ => (Vec::new(), None),
        };
        let mut drafts: Vec<_> = state
            .rooms
            .iter()
            .map(|room| {
                state
                    .rooms
                    .current()
                    .filter(|_| state.rooms.past().is_some_and(|_| Some(room.id) == state.rooms.current_id()))
                    .unwrap_or(room)
            })
            .filter(|room| !room.draft.is_empty())
            .map(|room| (room.id, room.draft.text().to_owned()))
            .collect();
        drafts.sort();
        let completion = state.completion.clone();
        let in_thread = state.rooms.thread().is_some();
        let written = state.rooms.current().filter(|_| in_thread).map(|room| room.draft.text().to_owned());
        let thread = (state.rooms.thread().map(|thread| thread.first), written.unwrap_or_default());
        let target = state.rooms.current().and_then(|room| room.writing.target());
        Self {
            room: state.rooms.current_id(),
            mode: mode_kind(&state.mode),
            text,
            field,
            completion,
            drafts,
            target,
            is_attached: state.rooms.current().is_some_and(|room| room.attached.is_any()),
            thread,
        }
    }
}

/// The row that Enter takes, and all there are.
pub(super) fn offered(scene: &Scene) -> (Option<Pick>, Vec<Pick>) {
    match &scene.state.mode {
        Mode::List(list) => {
            let picks: Vec<Pick> = list.choices.iter().map(|choice| choice.pick).collect();
            (picks.get(list.chosen).copied(), picks)
        }
        _ => (None, Vec::new()),
    }
}

/// A form that waits takes no keys: the answer opens it again, for one more attempt.
fn waits(scene: &Scene) -> bool {
    matches!(&scene.state.mode, Mode::Password(form) if !form.is_open())
}

/// Takes an input in, and compares what the next key meant before and means now.
fn unchanged(scene: &mut Scene, input: Input) -> Result<(), TestCaseError> {
    let (before, waited, (chosen, _)) = (Meaning::of(scene), waits(scene), offered(scene));
    let told = format!("{input:?}");
    scene.input(input);
    let mut after = Meaning::of(scene);
    if waited {
        (after.text, after.field) = (Vec::new(), None);
    }
    prop_assert_eq!(&before, &after, "after {}", told);
    let (now, offered) = offered(scene);
    if let Some(pick) = chosen.filter(|pick| offered.contains(pick)) {
        prop_assert_eq!(Some(pick), now, "Enter takes another row after {}", told);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_but_the_user_changes_what_the_next_key_means(
        at in 0..SITUATIONS.len(),
        inputs in prop::collection::vec(Union::new(foreign()), 1..12),
    ) {
        let mut scene = situation(SITUATIONS[at]);
        for input in inputs {
            unchanged(&mut scene, input)?;
        }
    }
}

#[test]
fn each_input_leaves_each_mode_alone() {
    let mut runner = TestRunner::deterministic();
    for steps in SITUATIONS {
        for strategy in foreign() {
            for _ in 0..3 {
                let input = strategy.new_tree(&mut runner).unwrap().current();
                unchanged(&mut situation(steps), input).unwrap();
            }
        }
    }
}

#[test]
fn every_input_and_every_mode_is_tried() {
    let mut runner = TestRunner::deterministic();
    let tried: BTreeSet<_> =
        foreign().iter().map(|strategy| kind(&strategy.new_tree(&mut runner).unwrap().current())).collect();
    let nested = ["client", "answer", "update status", "update event"];
    let all = [INPUTS, UPDATES, STATUSES, EVENTS, ANSWERS].concat();
    let wanted = all.into_iter().filter(|kind| !nested.contains(kind) && !OF_THE_USER.contains(kind)).collect();
    assert_eq!(tried, wanted);
    let modes: BTreeSet<_> = SITUATIONS.iter().map(|steps| mode_kind(&situation(*steps).state.mode)).collect();
    assert_eq!(modes, MODES.iter().copied().collect());
}

#[test]
fn lines_that_come_at_once_are_never_sent_and_windows_take_them_as_keys() {
    for steps in SITUATIONS {
        for lines in ["first\nsecond\n", "\nsecond\nthird", "a\n\n\n/quit\nb\n"] {
            let mut scene = situation(steps);
            scene.input(Input::Lines(lines.to_owned()));
            let is_sent = |effect: &Effect| matches!(effect, Effect::Send { .. } | Effect::Quit);
            assert!(!scene.effects.iter().any(is_sent), "{lines:?} {:?}", scene.effects);
        }
    }
    let mut scene = Scene::new(80, 24);
    scene.input(Input::Lines("one\ntwo".to_owned()));
    assert_eq!(scene.state.rooms.current().unwrap().draft.text(), "one\ntwo");
    let mut scene = Scene::new(80, 24);
    scene.write("/password").enter();
    scene.input(Input::Lines("old\nnew\tnew".to_owned()));
    let Mode::Password(form) = &scene.state.mode else { panic!("the form is open") };
    assert_eq!(form.fields.each_ref().map(|field| field.text()), ["old", "new", "new"]);
}

//! What can happen, and when it makes sense.

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

/// People with devices: the first has two, the others one each. One more only makes crowds.
pub(crate) const OWNERS: [usize; 4] = [0, 0, 1, 2];
/// How many people those are.
pub(crate) const PEOPLE: usize = 3;
/// Rooms, the lobby first.
pub(crate) const ROOMS: [&str; 3] = ["lobby", "dev", "ops"];

/// What a list of steps knows of itself while it is made.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Whether messages have a rate, which is then low enough to be met.
    pub(crate) paced: bool,
    /// Which devices want to be connected.
    online: [bool; OWNERS.len()],
    /// Backups there are.
    kept: usize,
}

/// After how many bytes a line is cut, in one direction.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    /// After the client has read so many.
    Read(u64),
    /// After the client has written so many.
    Write(u64),
}

/// How a server ends.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// As on SIGTERM.
    Stopped,
    /// At once, whatever it is doing.
    Killed,
}

/// How a backup is made, or put back.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    /// By the program's own command.
    Command,
    /// By copying the files while no server runs.
    Files,
}

/// How someone signs their other devices out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SignOut {
    /// Each of them, from the list of devices.
    ByList,
    /// All at once, with a new password.
    ByPassword,
}

/// What is done to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It gets another text.
    Edit,
    /// Its text goes.
    Delete,
    /// Someone adds their reaction, or takes it back.
    React { emoji: &'static str, on: bool },
    /// It is pinned, or no longer.
    Pin { on: bool },
}

/// How a change of a message is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path {
    /// Over REST, and once more on a socket, which tells where it stands.
    Rest,
    /// On the device's own socket, waiting for the answer.
    Socket,
    /// The same, without waiting.
    Hurry,
    /// Right behind the message itself, without waiting for either.
    Behind,
}

/// What a message has beside its length.
#[derive(Debug, Clone)]
pub(crate) struct Wording {
    /// Someone by name; `PEOPLE` is everyone.
    pub(crate) mentioned: Option<usize>,
    /// What it answers, if anything was said in its room.
    pub(crate) answers: Option<prop::sample::Index>,
}

/// How much a crowd says at once.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Volume {
    /// A few.
    Some,
    /// More events than the server keeps in memory of a room.
    Many,
    /// More bytes than that.
    Long,
    /// More events than are sent to one who comes back.
    TooMany,
}

/// What happens next. Devices, people and rooms are numbers; `nth` picks one of those that there are.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A device connects; on a line that takes few bytes at a time, or will be cut.
    Connect { device: usize, narrow: bool, cut: Option<Cut> },
    /// The line of a device will be cut.
    CutLater { device: usize, cut: Cut },
    /// A device goes, or just falls silent with its line open.
    Go { device: usize, silent: bool },
    /// Someone says something, and sends all that waits.
    Say { device: usize, room: usize, bytes: usize, wording: Wording },
    /// Several things, without waiting for an answer.
    Hurry { device: usize, room: usize, count: usize },
    /// All who are connected talk at once.
    Together { room: usize, each: usize },
    /// A command is sent once more.
    Redo { device: usize, nth: prop::sample::Index },
    /// A message is sent once more, on the socket or over REST.
    Resend { device: usize, nth: prop::sample::Index, rest: bool },
    /// A message's id is used for something else.
    Reuse { device: usize, nth: prop::sample::Index },
    /// A message is changed: an own one where only that can be, a recent one rather.
    Change { device: usize, nth: prop::sample::Index, recent: bool, change: Change, path: Path },
    /// Someone follows a thread, or leaves it.
    Follow { user: usize, nth: prop::sample::Index, on: bool },
    /// Someone becomes a member.
    Join { user: usize, room: usize },
    /// Someone is one no longer.
    Leave { user: usize, room: usize },
    /// Someone changes the topic.
    Topic { user: usize, room: usize },
    /// Someone takes another name.
    Rename { user: usize },
    /// Someone signs in once more, and signs their other devices out, which then go on with the new token.
    SignOut { user: usize, how: SignOut },
    /// Someone has read a room, but for the last so many events.
    Read { device: usize, room: usize, but: u64 },
    /// A crowd talks; nobody else reads meanwhile.
    Flood { room: usize, volume: Volume },
    /// A device reads all there is.
    CatchUp { device: usize },
    /// The server ends and is started again.
    Restart(End),
    /// A backup is made.
    Keep(Way),
    /// A backup takes the place of what there is; meanwhile a crowd may talk in a room, before anyone else is back.
    PutBack { nth: prop::sample::Index, way: Way, after: End, meanwhile: Option<usize> },
}

impl ReferenceStateMachine for Plan {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        // A rate makes a case slow; most promises have nothing to do with it.
        prop::bool::weighted(0.25).prop_map(|paced| Self { paced, online: [false; OWNERS.len()], kept: 0 }).boxed()
    }

    fn transitions(plan: &Self) -> BoxedStrategy<Step> {
        let device = || 0..OWNERS.len();
        let room = || 0..ROOMS.len();
        let user = || 0..PEOPLE;
        let any = any::<prop::sample::Index>;
        let mut steps = vec![
            (6, (device(), any_bool(0.4), prop::option::weighted(0.3, cut())).prop_map(connect).boxed()),
            (4, (device(), cut()).prop_map(|(device, cut)| Step::CutLater { device, cut }).boxed()),
            (3, (device(), any_bool(0.3)).prop_map(|(device, silent)| Step::Go { device, silent }).boxed()),
            (
                9,
                (device(), room(), size(), wording())
                    .prop_map(|(device, room, bytes, wording)| Step::Say { device, room, bytes, wording })
                    .boxed(),
            ),
            (
                5,
                (device(), room(), 1..12usize)
                    .prop_map(|(device, room, count)| Step::Hurry { device, room, count })
                    .boxed(),
            ),
            (3, (room(), 1..12usize).prop_map(|(room, each)| Step::Together { room, each }).boxed()),
            (
                5,
                (device(), any(), any_bool(0.5))
                    .prop_map(|(device, nth, rest)| Step::Resend { device, nth, rest })
                    .boxed(),
            ),
            (1, (device(), any()).prop_map(|(device, nth)| Step::Reuse { device, nth }).boxed()),
            (3, (device(), any()).prop_map(|(device, nth)| Step::Redo { device, nth }).boxed()),
            (
                22,
                (device(), any(), any_bool(0.7), change(), path())
                    .prop_map(|(device, nth, recent, change, path)| Step::Change { device, nth, recent, change, path })
                    .boxed(),
            ),
            (2, (user(), any(), any_bool(0.4)).prop_map(|(user, nth, on)| Step::Follow { user, nth, on }).boxed()),
            (4, (user(), 1..ROOMS.len()).prop_map(|(user, room)| Step::Join { user, room }).boxed()),
            (2, (user(), 1..ROOMS.len()).prop_map(|(user, room)| Step::Leave { user, room }).boxed()),
            (1, (user(), room()).prop_map(|(user, room)| Step::Topic { user, room }).boxed()),
            (3, user().prop_map(|user| Step::Rename { user }).boxed()),
            (2, (user(), sign_out()).prop_map(|(user, how)| Step::SignOut { user, how }).boxed()),
            (2, (device(), room(), 0..4u64).prop_map(|(device, room, but)| Step::Read { device, room, but }).boxed()),
            (5, device().prop_map(|device| Step::CatchUp { device }).boxed()),
            (2, end().prop_map(Step::Restart).boxed()),
            (2, way().prop_map(Step::Keep).boxed()),
        ];
        if !plan.paced {
            steps.push((3, (room(), volume()).prop_map(|(room, volume)| Step::Flood { room, volume }).boxed()));
        }
        if plan.kept > 0 {
            let backup = (any(), way(), end(), prop::option::of(room()));
            let put_back = |(nth, way, after, meanwhile)| Step::PutBack { nth, way, after, meanwhile };
            steps.push((3, backup.prop_map(put_back).boxed()));
        }
        prop::strategy::Union::new_weighted(steps).boxed()
    }

    fn preconditions(plan: &Self, step: &Step) -> bool {
        match step {
            Step::Connect { device, .. } => !plan.online[*device],
            Step::Go { device, .. } | Step::CutLater { device, .. } => plan.online[*device],
            Step::PutBack { .. } => plan.kept > 0,
            Step::Flood { .. } => !plan.paced,
            _ => true,
        }
    }

    fn apply(mut plan: Self, step: &Step) -> Self {
        match step {
            Step::Connect { device, .. } => plan.online[*device] = true,
            Step::Go { device, .. } => plan.online[*device] = false,
            Step::Keep(_) => plan.kept += 1,
            _ => {}
        }
        plan
    }
}

fn connect((device, narrow, cut): (usize, bool, Option<Cut>)) -> Step {
    Step::Connect { device, narrow, cut }
}

fn any_bool(weight: f64) -> impl Strategy<Value = bool> {
    prop::bool::weighted(weight)
}

/// Within the handshake, the first frames, or much later.
fn cut() -> impl Strategy<Value = Cut> {
    let bytes = prop_oneof![0..700u64, 500..4_000u64, 1_000..60_000u64];
    (any::<bool>(), bytes).prop_map(|(read, bytes)| if read { Cut::Read(bytes) } else { Cut::Write(bytes / 4) })
}

fn change() -> impl Strategy<Value = Change> {
    let emoji = prop_oneof![Just("👍"), Just("🎉")];
    prop_oneof![
        4 => Just(Change::Edit),
        3 => Just(Change::Delete),
        4 => (emoji, any_bool(0.7)).prop_map(|(emoji, on)| Change::React { emoji, on }),
        2 => any::<bool>().prop_map(|on| Change::Pin { on }),
    ]
}

fn path() -> impl Strategy<Value = Path> {
    prop_oneof![4 => Just(Path::Rest), 3 => Just(Path::Socket), 3 => Just(Path::Hurry), 2 => Just(Path::Behind)]
}

fn wording() -> impl Strategy<Value = Wording> {
    let mentioned = prop::option::weighted(0.4, 0..=PEOPLE);
    let answers = prop::option::weighted(0.4, any::<prop::sample::Index>());
    (mentioned, answers).prop_map(|(mentioned, answers)| Wording { mentioned, answers })
}

fn size() -> impl Strategy<Value = usize> {
    prop_oneof![6 => 1..40usize, 1 => 200..5_000usize]
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![Just(End::Stopped), Just(End::Killed)]
}

fn sign_out() -> impl Strategy<Value = SignOut> {
    // Passwords take their time.
    prop_oneof![3 => Just(SignOut::ByList), 1 => Just(SignOut::ByPassword)]
}

fn way() -> impl Strategy<Value = Way> {
    prop_oneof![Just(Way::Command), Just(Way::Files)]
}

fn volume() -> impl Strategy<Value = Volume> {
    prop_oneof![
        12 => Just(Volume::Some), 6 => Just(Volume::Many), 6 => Just(Volume::Long), 1 => Just(Volume::TooMany)
    ]
}

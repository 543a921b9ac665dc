//! The loop: takes in what waits, draws once, sleeps until something comes.

mod ask;
mod clipboard;
mod closing;
mod effects;
mod files;
mod opener;
mod pictures;
mod preferences;
mod saving;
mod signals;

use std::{
    io,
    ops::ControlFlow,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use chat_client::{Options, StorageNotice, Update, Updates};
use chat_protocol::Timestamp;
use futures_util::future;
use jiff::tz::TimeZone;
use tokio::{sync::mpsc, time};

use crate::{
    program::{
        args::Who,
        failure::{Failure, Kind},
    },
    run::signals::Termination,
    screen::theme::Theme,
    sign_in::{self, Session},
    state::{Now, PictureSetting, Setup, State},
    terminal::{Events, Job, Jobs, Support, Terminal},
    update::{
        self,
        input::{Answer, Input},
    },
};
use effects::EffectRunner;
use pictures::Pictures;
use saving::Saving;

/// However much comes in, something is drawn this often.
const DRAW_INTERVAL: Duration = Duration::from_millis(50);
/// What others do is drawn this often at most, however fast it comes in; what the user does is drawn at once.
const FRAME: Duration = Duration::from_millis(20);

/// Signs in, opens the screen, and returns when the user has quit.
///
/// # Errors
/// When the user cannot sign in, the client cannot start or the terminal cannot be used.
pub(crate) async fn run(
    who: Who,
    first_room: Option<String>,
    ascii: bool,
    pictures: Option<PictureSetting>,
    keep_metadata: bool,
) -> Result<(), Failure> {
    let variable = |name: &str| std::env::var(name).ok();
    let support = Support::new(&variable);
    Terminal::check(&support).map_err(Failure::terminal)?;
    let mut termination = Termination::watch().map_err(Failure::terminal)?;
    let mut events = Events::watch();
    let Session { account, accounts } = tokio::select! {
        session = sign_in::for_screen(who, &mut events) => session?,
        () = termination.asked() => return Err(Failure::new(Kind::Failed, "stopped before signing in")),
    };
    let server = account.server.clone();
    let (user, name) = (account.user.id, account.user.name.clone());
    let options = Options { first_room: first_room.clone(), ..Options::default() };
    let (client, updates, cached) = tokio::select! {
        started = sign_in::client(account, options) => started?,
        () = termination.asked() => return Err(Failure::new(Kind::Failed, "stopped before the start")),
    };

    let theme = support.theme(ascii);
    let setup = Setup {
        host: server.host().to_owned(),
        address: server.http(""),
        unencrypted: !server.is_encrypted() && !server.is_loopback(),
        encrypted: server.is_encrypted(),
        zone: TimeZone::system(),
        extended_keys: support.has_extended_keys(),
        first_room,
    };
    let preferences = preferences::load(&accounts);
    let terminal = Terminal::open(&support).map_err(Failure::terminal)?;
    let mut state = State::new(cached.user.id, setup, terminal.size(), preferences, now());
    state.light = support.is_light();
    state.pictures.option = pictures;
    state.pictures.terminal = support.pictures(ascii);
    state.pictures.cell = terminal.cell();
    update::start_from_cache(&mut state, cached);

    let (answers, answered) = mpsc::unbounded_channel();
    let pictures = Pictures::new(&accounts, support.has_true_colour());
    let runner = EffectRunner {
        client: client.clone(),
        accounts: accounts.clone(),
        answers,
        terminal,
        pictures,
        saving: Saving::default(),
        keep_metadata,
        is_remote: support.is_remote(),
    };
    let sources = Sources { events, updates, answered, notices: Vec::new() };
    let jobs = Jobs::watch().map_err(Failure::terminal)?;
    let mut program = Program { sources, termination, jobs, runner, theme };
    let result = event_loop(&mut state, &mut program).await;
    if matches!(state.connection, crate::state::Connection::SignedOut) {
        // The next start then signs in again.
        _ = accounts.forget(&server, user);
    }
    let closed = closing::close(client, &mut state, program.sources, &name).await;
    result.and(closed)
}

/// What the loop stands between.
struct Program {
    sources: Sources,
    termination: Termination,
    jobs: Jobs,
    runner: EffectRunner,
    theme: Theme,
}

/// Where inputs come from.
struct Sources {
    events: Events,
    updates: Updates,
    answered: mpsc::UnboundedReceiver<Answer>,
    /// What happened to the client's files, to be printed once more after the end: the screen is gone then.
    notices: Vec<StorageNotice>,
}

impl Sources {
    /// The next input; `None` when the terminal or the client is gone.
    async fn next(&mut self, terminal: &Terminal) -> Option<Input> {
        loop {
            tokio::select! {
                event = self.events.next() => match terminal.input(event?) {
                    Some(input) => return Some(input),
                    None => continue,
                },
                update = self.updates.next() => {
                    let update = update?;
                    if let Update::Storage(notice) = &update {
                        self.notices.push(notice.clone());
                    }
                    return Some(Input::Client(Box::new(update)));
                }
                Some(answer) = self.answered.recv() => return Some(Input::Answer(answer)),
            }
        }
    }
}

async fn event_loop(state: &mut State, program: &mut Program) -> Result<(), Failure> {
    let result = loop {
        match step(state, program).await {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => break Ok(()),
            Err(error) => {
                // Where the terminal is gone, what is being written is kept all the same.
                let effects = update::update(state, now(), Input::Terminate);
                _ = program.runner.run_all(effects);
                break Err(Failure::terminal(error));
            }
        }
    };
    leave(program).await;
    result
}

/// Gives the terminal back when nothing more is on its way from it, and nobody reads it any more.
async fn leave(program: &mut Program) {
    if program.runner.terminal.quiet().is_ok() {
        program.sources.events.finish().await;
    }
    program.sources.events.stop();
    program.runner.terminal.leave();
}

/// Stops as the shell's job, or goes on as one.
async fn follow_job(state: &State, program: &mut Program, job: Job) -> io::Result<Input> {
    if job == Job::Stop {
        leave(program).await;
        program.jobs.stop();
    }
    program.runner.terminal.reopen(state.mouse)?;
    Ok(Input::Resize(program.runner.terminal.size()))
}

/// Draws, waits for something to happen, and takes in all that did.
async fn step(state: &mut State, program: &mut Program) -> io::Result<ControlFlow<()>> {
    let Program { sources, termination, jobs, runner, theme } = program;
    loop {
        let due = update::before_draw(state);
        if runner.run_all(due)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        // What the disk knows belongs into this picture.
        let Ok(answer) = sources.answered.try_recv() else { break };
        let effects = update::update(state, now(), Input::Answer(answer));
        if runner.run_all(effects)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    runner.terminal.draw(state, *theme)?;
    let next_frame = Instant::now() + FRAME;

    let wake = update::wake(state);
    let input = tokio::select! {
        input = sources.next(&runner.terminal) => input.unwrap_or(Input::Terminate),
        () = termination.asked() => Input::Terminate,
        () = until(wake) => Input::Time,
        job = jobs.next() => follow_job(state, program, job).await?,
    };
    let Program { sources, runner, .. } = program;
    let mut calm = matches!(input, Input::Client(_));
    let mut effects = update::update(state, now(), input);
    let began = Instant::now();
    while began.elapsed() < DRAW_INTERVAL {
        let next = tokio::select! {
            biased;
            next = sources.next(&runner.terminal) => next,
            () = until(calm.then_some(next_frame)), if calm => None,
            () = future::ready(()), if !calm => None,
        };
        let Some(input) = next else { break };
        calm &= matches!(input, Input::Client(_));
        effects.extend(update::update(state, now(), input));
    }
    runner.run_all(effects)
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => time::sleep_until(instant.into()).await,
        None => future::pending().await,
    }
}

/// The time of now.
pub(crate) fn now() -> Now {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    Now { wall: Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX)), instant: Instant::now() }
}

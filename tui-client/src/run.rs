//! The loop: takes in what waits, draws once, sleeps until something comes.

mod ask;
mod effects;
mod panes;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chat_client::{Client, Options, Updates};
use chat_protocol::Timestamp;
use crossterm::event::EventStream;
use futures_util::{StreamExt, future};
use jiff::tz::TimeZone;
use tokio::{sync::mpsc, time};

use crate::{
    failure::Failure,
    input::{Answer, Input},
    start::Session,
    state::{Now, Setup, State},
    terminal::{self, Support, Terminal},
    theme::Theme,
    update,
};
use effects::Performer;

/// However much comes in, something is drawn this often.
const DRAW_INTERVAL: Duration = Duration::from_millis(50);

/// Opens the screen, and returns when the user has quit.
///
/// # Errors
/// When the client cannot start or the terminal cannot be used.
pub async fn run(session: Session, first_room: Option<String>, ascii: bool) -> Result<(), Failure> {
    let Session { account, accounts } = session;
    let server = account.server.clone();
    let user = account.user.id;
    let options = Options { first_room: first_room.clone(), ..Options::default() };
    let (client, updates) = Client::start(account, options).map_err(Failure::local)?;
    let cached = client.cached();

    let variable = |name: &str| std::env::var(name).ok();
    let support = Support::new(&variable);
    let theme = support.theme(ascii);
    let setup = Setup {
        host: server.host().to_owned(),
        unencrypted: !server.is_encrypted() && !server.is_loopback(),
        encrypted: server.is_encrypted(),
        zone: TimeZone::system(),
        extended_keys: support.has_extended_keys(),
        first_room,
    };
    let panes = panes::load();
    let mut signals = Signals::listen().map_err(Failure::terminal)?;
    let terminal = Terminal::take().map_err(Failure::terminal)?;
    let mut state = State::new(cached.user.id, setup, terminal.size(), panes, now());
    update::start_from_cache(&mut state, cached);

    let (answers, answered) = mpsc::unbounded_channel();
    let performer = Performer { client: client.clone(), answers, terminal };
    let mut sources = Sources { events: EventStream::new(), updates, answered };
    let result = follow(&mut state, &mut sources, &mut signals, performer, theme).await;
    if matches!(state.connection, crate::state::Connection::SignedOut { .. }) {
        // The next start then signs in anew.
        _ = accounts.forget(&server, user);
    }
    client.close().await;
    result
}

/// Where inputs come from.
struct Sources {
    events: EventStream,
    updates: Updates,
    answered: mpsc::UnboundedReceiver<Answer>,
}

impl Sources {
    /// The next input; `None` when the terminal or the client is gone.
    async fn next(&mut self) -> Option<Input> {
        loop {
            tokio::select! {
                event = self.events.next() => match event {
                    Some(Ok(event)) => match terminal::input(event) {
                        Some(input) => return Some(input),
                        None => continue,
                    },
                    Some(Err(_)) | None => return None,
                },
                update = self.updates.next() => return update.map(|update| Input::Client(Box::new(update))),
                Some(answer) = self.answered.recv() => return Some(Input::Answer(answer)),
            }
        }
    }
}

async fn follow(
    state: &mut State,
    sources: &mut Sources,
    signals: &mut Signals,
    mut performer: Performer,
    theme: Theme,
) -> Result<(), Failure> {
    loop {
        let due = update::settle(state);
        if performer.perform_all(due).map_err(Failure::terminal)?.is_quit() {
            return Ok(());
        }
        performer.terminal.draw(state, theme).map_err(Failure::terminal)?;

        let wake = update::wake(state);
        let input = tokio::select! {
            input = sources.next() => input.unwrap_or(Input::Terminate),
            () = signals.next() => Input::Terminate,
            () = until(wake) => Input::Time,
        };
        let mut effects = update::update(state, now(), input);
        let began = Instant::now();
        // Asked with this task's own waker: the terminal's events keep the first one that they are asked with.
        while began.elapsed() < DRAW_INTERVAL
            && let Some(Some(input)) = future::poll_immediate(sources.next()).await
        {
            effects.extend(update::update(state, now(), input));
        }
        if performer.perform_all(effects).map_err(Failure::terminal)?.is_quit() {
            return Ok(());
        }
    }
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

/// The signals that end the program.
struct Signals {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
}

impl Signals {
    #[cfg(unix)]
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let signals =
            [signal(SignalKind::terminate())?, signal(SignalKind::hangup())?, signal(SignalKind::interrupt())?];
        Ok(Self { signals })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        let [terminate, hangup, interrupt] = &mut self.signals;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
            _ = interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        // Elsewhere a closed console ends the stream of events.
        future::pending().await
    }
}

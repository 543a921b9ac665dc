//! The terminal client as a job of a shell: stopped, brought back, and gone, with a shell that goes on.

use std::{fs, path::Path, time::Duration};

use chat_e2e::{
    Server, Shell, Terminal, programs,
    proxy::{Fault, Proxy},
};
use rustix::process::{Pid, Signal, kill_process};

const CTRL_Z: &str = "\x1a";
/// What the shell asks with.
const PROMPT: &str = "next> ";

/// Whether the shell waits for a command.
fn asks(screen: &str) -> bool {
    screen.trim_end().ends_with(PROMPT.trim_end())
}

/// A shell in a terminal, with the client as its job; the shell belongs to the session, the job to the shell.
async fn job(shell: &Shell) -> Terminal {
    let mut terminal = Terminal::run(shell, Path::new("/bin/sh"), &["-i"], 80, 24);
    terminal.press(&format!("PS1='{PROMPT}'\r"));
    terminal.until("a prompt", asks).await;
    let tui = programs::tui();
    terminal.enter(&format!("{} --server {} --name alice", tui.display(), shell.server()));
    terminal.shows("● connected").await;
    terminal
}

/// The client that the shell in the terminal has started.
fn client(terminal: &Terminal) -> Pid {
    let shell = terminal.process().as_raw_nonzero();
    let children = fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).expect("Linux tells them");
    let client = children.split_whitespace().next().and_then(|id| id.parse().ok());
    client.and_then(Pid::from_raw).expect("the shell has a job")
}

/// The shell has the terminal, as it was.
async fn shell_is_back(terminal: &mut Terminal) {
    terminal.until("the prompt", asks).await;
    assert_eq!(terminal.left_behind(), [""; 0]);
    terminal.enter("echo shell''works");
    terminal.shows("shellworks").await;
    terminal.enter("clear || printf '\\033[2J\\033[H'");
    terminal.until("an empty screen", |screen| !screen.contains("shellworks")).await;
}

/// The whole screen of the client is there, and its keyboard works.
async fn client_is_back(terminal: &mut Terminal, draft: &str) {
    let whole = |screen: &str| {
        let rows: Vec<&str> = screen.lines().collect();
        let (title, status) = (rows[0], rows[rows.len() - 1]);
        title.starts_with(" #lobby")
            && status.contains("● connected")
            && screen.contains(draft)
            && !screen.contains("next>")
            && !screen.to_lowercase().contains("stopped")
    };
    terminal.until("the whole screen", whole).await;
    terminal.press("!");
    terminal.shows(&format!("{draft}!")).await;
}

#[tokio::test]
async fn it_stops_for_the_shell_and_comes_back() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut terminal = job(&shell).await;
    let mut draft = "half a thought".to_owned();
    terminal.press(&draft);
    terminal.shows(&draft).await;

    for stop in ["the key", "the command", "a signal"] {
        match stop {
            "the key" => terminal.press(CTRL_Z),
            "the command" => {
                // What was written is kept meanwhile.
                terminal.press("\x15/suspend\r");
                draft.clear();
            }
            _ => kill_process(client(&terminal), Signal::TSTP).expect("it runs"),
        }
        shell_is_back(&mut terminal).await;
        terminal.enter("fg");
        client_is_back(&mut terminal, &draft).await;
        draft.push('!');
    }

    // Nobody can do anything about this one: the terminal is as the client had it, so Enter is no new line.
    kill_process(client(&terminal), Signal::STOP).expect("it runs");
    terminal.until("that it is stopped", |screen| screen.to_lowercase().contains("stopped")).await;
    terminal.press("fg\n");
    client_is_back(&mut terminal, &draft).await;
    terminal.press("\x15/quit\r");
    shell_is_back(&mut terminal).await;
}

#[tokio::test]
async fn what_is_typed_after_the_end_is_the_shells_also_where_the_server_is_far() {
    const WHEEL: &str = "\x1b[<64;10;10M\x1b[<65;10;10M";
    let server = Server::start().await;
    let far = Proxy::to(&server).await;
    far.inflict(Fault::Latency(Duration::from_millis(200)..Duration::from_millis(201)), usize::MAX, 1);
    let shell = Shell::at(far.url());
    for _ in 0..3 {
        let mut terminal = job(&shell).await;
        terminal.press(&format!("{WHEEL}/quit\r{}", WHEEL.repeat(20)));
        terminal.until("the prompt", asks).await;
        // The whole line at once, as soon as the prompt is there.
        terminal.enter("echo not''swallowed");
        terminal.shows("notswallowed").await;
        assert!(!terminal.text().contains("10M"), "{}", terminal.text());
        assert_eq!(terminal.left_behind(), [""; 0]);
    }
}

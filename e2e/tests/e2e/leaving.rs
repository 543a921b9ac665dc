//! However the terminal client ends, it leaves the terminal as it found it.

use chat_e2e::{
    Server, Shell, Terminal, programs,
    terminal::{BEFORE, key},
};
use rustix::process::Signal;

async fn screen(shell: &Shell) -> Terminal {
    let mut terminal = Terminal::chat(shell, &["--name", "alice"], 80, 24);
    terminal.shows("● connected").await;
    terminal
}

fn clean(terminal: &Terminal) {
    assert_eq!(terminal.left_behind(), [""; 0]);
    assert!(terminal.text().starts_with(BEFORE), "what stood there before is back:\n{}", terminal.text());
    assert!(!terminal.text().contains("#lobby"), "{}", terminal.text());
}

#[tokio::test]
async fn by_the_user() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    for keys in ["/quit\r", "half a draft\x03\x03\x03"] {
        let mut terminal = screen(&shell).await;
        assert_ne!(terminal.left_behind(), [""; 0], "it has taken the terminal");
        terminal.press(keys);
        assert_eq!(terminal.ended().await.exit_code(), 0);
        clean(&terminal);
    }
}

#[tokio::test]
async fn by_a_signal() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let deadly = [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT, Signal::USR1, Signal::USR2, Signal::ALARM];
    for signal in deadly.into_iter().chain([Signal::VTALARM, Signal::PROF, Signal::XCPU, Signal::ABORT]) {
        let mut terminal = screen(&shell).await;
        terminal.press("a draft");
        terminal.shows("a draft").await;
        terminal.signal(signal);
        assert_eq!(terminal.ended().await.exit_code(), 0, "{signal:?}");
        clean(&terminal);
    }
    let mut terminal = screen(&shell).await;
    terminal.shows("a draft").await;
    terminal.press(key::ENTER);
    terminal.shows("✓").await;
}

#[tokio::test]
async fn not_by_a_file_that_may_not_grow() {
    let server = Server::start().await;
    let mut terminal = screen(&Shell::new(&server)).await;
    terminal.signal(Signal::XFSZ);
    terminal.enter("still here");
    terminal.shows("✓").await;
    terminal.enter("/quit");
    assert_eq!(terminal.ended().await.exit_code(), 0);
    clean(&terminal);
}

#[tokio::test]
async fn by_a_panic() {
    let shell = Shell::at("http://127.0.0.1:1");
    let mut terminal = Terminal::run(&shell, &programs::panicking_tui(), &[], 80, 24);
    assert_ne!(terminal.ended().await.exit_code(), 0);
    assert!(terminal.text().contains("panicked"), "the reason is on the screen:\n{}", terminal.text());
    clean(&terminal);
}

#[tokio::test]
async fn before_it_has_begun() {
    let shell = Shell::at("http://127.0.0.1:1");
    let mut terminal = Terminal::chat(&shell, &["--name", "alice"], 80, 24);
    assert_eq!(terminal.ended().await.exit_code(), 3);
    assert!(terminal.text().contains("http://127.0.0.1:1"), "{}", terminal.text());
    clean(&terminal);
}

//! Files in the terminal: sent by one user, shown to another and saved there.

use std::fs;

use chat_e2e::{Server, Shell, Terminal, terminal::key, within};

async fn screen(shell: &Shell, name: &str) -> Terminal {
    let mut terminal = Terminal::chat(shell, &["--name", name], 80, 24);
    terminal.shows("● connected").await;
    terminal
}

/// Waits until a file of another terminal's is whole.
async fn saved(path: &std::path::Path, bytes: &[u8]) {
    // A file has no event to wait for; it comes under its name when all of it is there.
    let whole = async {
        while fs::read(path).ok().as_deref() != Some(bytes) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    within("the file is saved", whole).await;
}

#[tokio::test]
async fn a_file_goes_from_one_terminal_to_another_also_after_it_waited_offline() {
    let mut server = Server::start().await;
    let (alices, bobs) = (Shell::new(&server), Shell::new(&server));
    let (mut alice, mut bob) = (screen(&alices, "alice").await, screen(&bobs, "bob").await);
    let bytes: Vec<u8> = (0..200_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    fs::write(alices.home().join("my log.txt"), &bytes).unwrap();
    alice.press("\x0f"); // Ctrl-O
    alice.shows("/file").await;
    alice.enter("'my log.txt' of today");
    bob.shows("of today").await;
    bob.shows("my log.txt · 800 KB").await;
    bob.enter("/save");
    bob.shows("saved:").await;
    saved(&bobs.home().join("my log.txt"), &bytes).await;

    server.kill().await;
    alice.shows("offline").await;
    fs::write(alices.home().join("small.bin"), "second").unwrap();
    alice.enter("/file small.bin");
    alice.shows("small.bin · 6 B").await;
    // Its bytes are kept: what becomes of the file does not matter.
    alice.shows("queued").await;
    fs::remove_file(alices.home().join("small.bin")).unwrap();
    server.restart().await;
    bob.shows("small.bin · 6 B").await;
    bob.enter("/save");
    saved(&bobs.home().join("small.bin"), b"second").await;
    alice.enter("/file nowhere.txt");
    alice.shows("cannot use nowhere.txt").await;
    alice.press(key::ESCAPE);
    alice.shows("SELECT").await;
    alice.press("R");
    alice.shows("D, then /file again").await;
}

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

    // A terminal pastes the path of a file that is dropped on it.
    alice.paste(&format!("'{}'", alices.home().join("my log.txt").display()));
    alice.shows("Enter sends my log.txt · 800 KB").await;
    alice.press(key::ENTER);
    alice.shows_no("Enter sends").await;
    bob.until("the file once more", |screen| screen.matches("▤ my log.txt").count() == 2).await;
    alice.paste("/no/such/file.txt");
    alice.shows("› /no/such/file.txt").await;
    alice.press(key::CTRL_C);

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

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_is_saved_and_opened_with_what_the_desktop_has_unless_it_may_be_a_program() {
    use std::{os::unix::fs::PermissionsExt as _, path::Path};

    use base64::{Engine as _, prelude::BASE64_STANDARD};
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let (bin, downloads) = (shell.home().join("bin"), shell.home().join("Downloads"));
    fs::create_dir(&bin).unwrap();
    fs::create_dir(&downloads).unwrap();
    // What it is given is what was opened.
    let script = "#!/bin/sh\nprintf %s \"$1\" >\"$HOME/opening\" && mv \"$HOME/opening\" \"$HOME/opened\"\n";
    fs::write(bin.join("xdg-open"), script).unwrap();
    fs::set_permissions(bin.join("xdg-open"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("PATH={}:/usr/bin:/bin", bin.display());
    let program = chat_e2e::programs::tui();
    let command = [&*path, "DISPLAY=:0", program.to_str().unwrap(), "--server", shell.server(), "--name", "alice"];
    let mut alice = Terminal::run(&shell, Path::new("/usr/bin/env"), &command, 120, 24);
    alice.shows("● connected").await;
    let bob = chat_e2e::Person::take(&server, "bob").await;
    let letter = bob.upload("letter.pdf", "%PDF-1.4\n").await;
    bob.say_with("lobby", "read this", &[&letter]).await;
    alice.shows("▤ letter.pdf").await;
    alice.enter("/open");
    alice.shows("opened:").await;
    saved(&shell.home().join("opened"), downloads.join("letter.pdf").to_str().unwrap().as_bytes()).await;
    assert_eq!(fs::read(downloads.join("letter.pdf")).unwrap(), b"%PDF-1.4\n");
    alice.press(key::ESCAPE);
    alice.shows("SELECT").await;
    alice.press("Y");
    alice.shows("path copied").await;
    let copied = alice.emulator().noticed().copied.last().cloned().unwrap();
    assert_eq!(BASE64_STANDARD.decode(copied).unwrap(), downloads.join("letter.pdf").to_str().unwrap().as_bytes());

    let script = bob.upload("run.desktop", "[Desktop Entry]\nExec=xterm\n").await;
    bob.say_with("lobby", "and run this", &[&script]).await;
    alice.shows("▤ run.desktop").await;
    alice.press("i");
    alice.enter("/open");
    alice.shows("it may be a program, so it is not opened").await;
    assert!(downloads.join("run.desktop").is_file());
    saved(&shell.home().join("opened"), downloads.join("letter.pdf").to_str().unwrap().as_bytes()).await;
    alice.press(key::ESCAPE);
    alice.shows("SELECT").await;
    alice.press("s");
    // Nothing is written over.
    saved(&downloads.join("run (1).desktop"), b"[Desktop Entry]\nExec=xterm\n").await;
}

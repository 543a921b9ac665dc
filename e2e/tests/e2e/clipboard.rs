//! A screenshot goes from the clipboard into a message.

use std::{fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chat_e2e::{Person, Server, Shell, Terminal, desktop::Desktop, programs, terminal::key, text};

/// 80 × 40 pixels: red above, blue below.
const FLAG: &str = "iVBORw0KGgoAAAANSUhEUgAAAFAAAAAoCAIAAADmAupWAAAAQklEQVR42u3RAQkAAAjAsPcvrTnEwQuMN/WqgIGBgYGBgYGBgYGBgYGBgYHPgz0GBgYGBgYGBgYGBgYGBgYGBj7WAojsdDXjLNQaAAAAAElFTkSuQmCC";

const CTRL_V: &str = "\x16";

/// A terminal with these variables set.
async fn screen(shell: &Shell, variables: &[&str]) -> Terminal {
    let program = programs::tui();
    let who = [program.to_str().expect("a plain path"), "--server", shell.server(), "--name", "alice"];
    let mut terminal = Terminal::run(shell, Path::new("/usr/bin/env"), &[variables, &who].concat(), 140, 30);
    terminal.shows("● connected").await;
    terminal
}

#[tokio::test]
async fn a_picture_or_a_file_of_the_clipboard_is_shown_and_sent() {
    let Some(mut desktop) = Desktop::start().await else { return };
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let display = format!("DISPLAY={}", desktop.display());
    let mut alice = screen(&shell, &[&display, "COLORTERM=truecolor"]).await;
    alice.press(CTRL_V);
    alice.shows("the clipboard has no picture and no file").await;

    desktop.copy("image/png", &BASE64_STANDARD.decode(FLAG).expect("base64")).await;
    alice.press(CTRL_V);
    alice.shows("▤ pasted-").await;
    alice.enter("our flag");
    alice.shows_no("Esc drops").await;
    let bob = Person::take(&server, "bob").await;
    alice.until("the flag, stored", |screen| screen.contains("our flag") && screen.contains('✓')).await;
    let said = &bob.messages("lobby").await[0];
    let file = &said["attachments"][0];
    assert_eq!((text(&said["body"]), text(&file["type"])), ("our flag".to_owned(), "image/png".to_owned()));
    assert_eq!((file["width"].as_u64(), file["height"].as_u64()), (Some(80), Some(40)));
    for colour in [vt100::Color::Rgb(255, 0, 0), vt100::Color::Rgb(0, 0, 255)] {
        alice.until_drawn("the flag", |emulator| emulator.has_colour(colour)).await;
    }

    let notes = shell.home().join("my notes.txt");
    fs::write(&notes, "of today").expect("room on the disk");
    let address = format!("file://{}", notes.to_str().expect("text").replace(' ', "%20"));
    desktop.copy("text/uri-list", format!("{address}\r\n").as_bytes()).await;
    alice.enter("/paste read this");
    alice.shows("▤ my notes.txt · 8 B").await;
    alice.press(key::ENTER);
    alice.until("the notes", |screen| screen.contains("read this") && !screen.contains("Esc drops")).await;
    alice.shows("▤ my notes.txt · 8 B").await;

    desktop.copy("UTF8_STRING", b"only a text").await;
    alice.press(CTRL_V);
    alice.shows("the clipboard has no picture and no file").await;
    desktop.end().await;
    alice.press(CTRL_V);
    alice.shows("the clipboard cannot be read").await;
    bob.say("lobby", "still there?").await;
    alice.shows("still there?").await;
}

#[tokio::test]
async fn over_ssh_and_without_a_desktop_it_says_what_to_do() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = screen(&shell, &[]).await;
    alice.press(CTRL_V);
    alice.shows("there is no desktop here").await;
    alice.press(key::CTRL_C);
    let mut remote = screen(&shell, &["DISPLAY=:0", "SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22"]).await;
    remote.enter("/paste");
    remote.shows("over SSH the clipboard of your machine cannot be read").await;
}

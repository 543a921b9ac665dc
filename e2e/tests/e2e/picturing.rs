//! Pictures in the terminal: in blocks, in the ways of other terminals, or not at all.

use std::{fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chat_e2e::{Person, Server, Shell, Terminal, programs, terminal::Emulator};

/// 80 × 40 pixels: red above, blue below.
const FLAG: &str = "iVBORw0KGgoAAAANSUhEUgAAAFAAAAAoCAIAAADmAupWAAAAQklEQVR42u3RAQkAAAjAsPcvrTnEwQuMN/WqgIGBgYGBgYGBgYGBgYGBgYHPgz0GBgYGBgYGBgYGBgYGBgYGBj7WAojsdDXjLNQaAAAAAElFTkSuQmCC";
/// It says that it has 20,000 × 20,000 pixels, which would take more than a gigabyte.
const BOMB: &str = "iVBORw0KGgoAAAANSUhEUgAATiAAAE4gCAIAAABsEtFuAAAADElEQVR42mNgoD0AAABkAAG4me+ZAAAAAElFTkSuQmCC";

/// Bob says something with a picture.
async fn shows(bob: &Person, text: &str, picture: &str, size: (u32, u32)) {
    let bytes = BASE64_STANDARD.decode(picture).expect("base64");
    let file = bob.upload_picture("flag.png", bytes, size).await;
    bob.say_with("lobby", text, &[&file]).await;
}

/// A terminal with these variables set.
async fn screen(shell: &Shell, variables: &[&str], args: &[&str]) -> Terminal {
    let program = programs::tui();
    let command =
        [variables, &[program.to_str().expect("a plain path"), "--server", shell.server(), "--name", "alice"], args]
            .concat();
    let mut terminal = Terminal::run(shell, Path::new("/usr/bin/env"), &command, 80, 24);
    terminal.shows("● connected").await;
    terminal
}

/// The colours of the cell that is this far below a text, in its column.
fn below(emulator: &Emulator, text: &str, rows: u16) -> [vt100::Color; 2] {
    let screen = emulator.text();
    let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).expect("it is there");
    let column = line[..line.find(text).expect("it is there")].chars().count();
    let cells = |number| u16::try_from(number).expect("screens are small");
    emulator.colours(cells(row) + rows, cells(column)).expect("it is on the screen")
}

fn has_written(emulator: &Emulator, bytes: &str) -> bool {
    emulator.written().windows(bytes.len()).any(|part| part == bytes.as_bytes())
}

#[tokio::test]
async fn a_picture_is_seen_in_blocks_and_a_hostile_one_is_refused() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let mut alice = screen(&shell, &["COLORTERM=truecolor"], &[]).await;
    let bob = Person::take(&server, "bob").await;
    shows(&bob, "our flag", FLAG, (80, 40)).await;
    alice.shows("▤ flag.png").await;
    // It has two rows: one is red, one is blue.
    for (row, colour) in [(1, vt100::Color::Rgb(255, 0, 0)), (2, vt100::Color::Rgb(0, 0, 255))] {
        alice.until_drawn("the flag", |emulator| below(emulator, "▤ flag.png", row).contains(&colour)).await;
    }

    shows(&bob, "boom", BOMB, (20_000, 20_000)).await;
    alice.shows("no picture: too many pixels").await;
    bob.say("lobby", "still there?").await;
    alice.shows("still there?").await;
    // What was fetched is here at the next start.
    let kept = fs::read_dir(shell.home().join("state/pictures")).unwrap().count();
    assert_eq!(kept, 2);
}

#[tokio::test]
async fn pictures_are_off_over_ssh_and_when_told_and_stay_so() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let bob = Person::take(&server, "bob").await;
    shows(&bob, "our flag", FLAG, (80, 40)).await;
    bob.say("lobby", "the row below").await;
    let next_row = |screen: &str| {
        let rows: Vec<&str> = screen.lines().collect();
        rows.iter().position(|row| row.contains("▤ flag.png")).is_some_and(|at| rows[at + 1].contains("the row below"))
    };
    let mut alice = screen(&shell, &["SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22"], &[]).await;
    alice.until("no room for a picture", next_row).await;
    alice.enter("/pictures blocks");
    alice.shows("pictures are drawn in blocks").await;
    alice.until("room for it", |screen| screen.contains("the row below") && !next_row(screen)).await;
    alice.enter("/pictures off");
    alice.until("no room for a picture", next_row).await;
    alice.enter("/quit");
    alice.ended().await;
    let mut again = screen(&shell, &["COLORTERM=truecolor"], &[]).await;
    again.until("no room for a picture", next_row).await;
    let mut told = screen(&shell, &[], &["--pictures", "blocks"]).await;
    told.until("room for it", |screen| screen.contains("the row below") && !next_row(screen)).await;
}

#[tokio::test]
async fn terminals_that_can_are_written_pixels() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let bob = Person::take(&server, "bob").await;
    let mut alice = screen(&shell, &["COLORTERM=truecolor"], &[]).await;
    assert!(has_written(&alice.emulator(), "\x1b_Gi=31,s=1,v=1,a=q"), "it is asked what it knows");
    alice.resize_to_pixels(80, 24, (10, 20));
    alice.press("\x1b_Gi=31;OK\x1b\\");
    shows(&bob, "our flag", FLAG, (80, 40)).await;
    alice.until("placeholders", |screen| screen.contains('\u{10eeee}')).await;
    let data = "a=T,U=1,f=32,o=z,t=d,s=80,v=40";
    assert!(has_written(&alice.emulator(), data));
    assert_eq!(alice.emulator().written().windows(data.len()).filter(|part| *part == data.as_bytes()).count(), 1);
    for (how, begins) in [("sixel", "\x1bP"), ("iterm2", "\x1b]1337;File=inline=1;")] {
        assert!(!has_written(&alice.emulator(), begins), "{how}");
        alice.enter(&format!("/pictures {how}"));
        alice.until_drawn(how, |emulator| has_written(emulator, begins)).await;
    }
    alice.enter("/quit");
    alice.ended().await;
    assert_eq!(alice.left_behind(), Vec::<&str>::new());
    assert!(has_written(&alice.emulator(), "\x1b_Ga=d,d=R,"), "the terminal keeps no picture");
}

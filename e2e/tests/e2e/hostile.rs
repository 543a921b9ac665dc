//! Text from others does nothing to the terminal but stand there, whoever it comes from and wherever it is shown.

use chat_e2e::{
    Person, Server, Shell, Terminal,
    tampering::{TamperingLine, placeholder},
};
use serde_json::json;

/// As a piece of a JSON string: sets title and clipboard, rings, clears the screen, asks for an answer, changes colours,
/// leaves the alternate screen, turns the text around, and says when it is over.
const EVIL: &str = r"\u001b]0;pwned\u0007\u001b]52;c;cHduZWQ=\u0007\u0007\u001b[2J\u001b[6n\u001b[31;7m\u001b[?1049l\u009b31m\u202eevil";

#[tokio::test]
async fn a_lying_server() {
    let server = Server::start().await;
    let mallory = Person::take(&server, "mallory").await;
    let word = placeholder(EVIL);
    mallory.patch("/api/rooms/lobby", json!({ "topic": word })).await;
    mallory.say("lobby", &format!("before {word} after")).await;
    mallory.say("lobby", &format!("```{word}\n{word}\n```")).await;
    let line = TamperingLine::to(&server, EVIL).await;

    let shell = Shell::at(line.url());
    let mut alice = Terminal::chat(&shell, &["--name", "alice"], 140, 40);
    alice.shows("● connected").await;
    alice.shows("before evil after").await;
    // Live, too.
    mallory.say("lobby", &format!("live {word} and the end")).await;
    alice.shows("live evil and the end").await;
    harmless(&alice);
    for remains in ["pwned", "[31", "[2J", "52;c"] {
        assert!(!alice.text().contains(remains), "{remains:?} is left of it:\n{}", alice.text());
    }
}

#[tokio::test]
async fn what_people_may_call_themselves() {
    let server = Server::start().await;
    let mallory = Person::take(&server, "mallory").await;
    let name = "\u{1b}[31m\u{1b}]0;pwned\u{7}evil\u{202e}\u{200f}";
    mallory.patch("/api/users/me", json!({ "display_name": name })).await;
    mallory.patch("/api/rooms/lobby", json!({ "topic": name })).await;
    mallory.say("lobby", &format!("{name} a\u{301}\u{301}\u{301}\u{301}{}", "\u{489}".repeat(200))).await;
    mallory.say("lobby", "👨‍👩‍👧‍👦 ﷽ 𒐫 \u{fe0f}\u{fe0f} ｆｕｌｌ").await;
    mallory.say("lobby", &"no spaces at all ".replace(' ', "").repeat(500)).await;
    mallory.say("lobby", "the end").await;

    let shell = Shell::new(&server);
    let mut alice = Terminal::chat(&shell, &["--name", "alice"], 140, 40);
    alice.shows("the end").await;
    alice.enter("still here");
    alice.shows("still here").await;
    harmless(&alice);
}

/// The text is there, and has done nothing.
fn harmless(terminal: &Terminal) {
    let emulator = terminal.emulator();
    let (noticed, screen) = (emulator.noticed(), emulator.screen());
    assert!(!noticed.title.contains("pwned"), "{noticed:?}");
    assert!(noticed.copied.is_empty(), "{noticed:?}");
    assert_eq!(noticed.bells, 0);
    assert!(screen.alternate_screen());
    let text = emulator.text();
    assert!(!text.contains(['\u{202e}', '\u{200f}']), "text runs backwards:\n{text}");
    // The rule between rooms and messages stands in its column in every row of the panes.
    let is_rule = |row, column| screen.cell(row, column).is_some_and(|cell| cell.contents() == "│");
    let column = (0..screen.size().1.get()).find(|column| is_rule(2, *column)).expect("there is a rule");
    for row in 2..screen.size().0.get() - 3 {
        assert!(is_rule(row, column), "row {row} has slipped:\n{text}");
    }
}

//! Text from others does nothing to the terminal but stand there, no matter who it comes from and where it is shown.

use chat_e2e::{
    Person, Server, Shell, Socket, Terminal,
    hostile::{ORDERS, foreign},
    tampering::{TamperingLine, placeholder},
    terminal::key,
    text,
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

/// As a piece of a JSON string, short enough for a name.
const EVIL_NAME: &str = r"\u009b6666mx\u001b[6666my";

#[tokio::test]
async fn names_from_a_lying_server() {
    let server = Server::start().await;
    let name = placeholder(EVIL_NAME);
    let mallory = Person::take(&server, &name).await;
    mallory.patch("/api/users/me", json!({ "display_name": name })).await.is(200);
    mallory.post("/api/rooms", json!({ "name": name, "topic": name })).await.is(201);
    mallory.say(&name, &format!("@{name} is here")).await;
    let line = TamperingLine::to(&server, EVIL_NAME).await;

    let shell = Shell::at(line.url());
    let mut alice = Terminal::chat(&shell, &["--name", "alice"], 140, 40);
    alice.shows("● connected").await;
    alice.enter(&format!("/join #{name}"));
    alice.shows("@xy is here").await;
    assert!(alice.emulator().noticed().title.contains("#xy"), "{:?}", alice.emulator().noticed());
    // Found by their names, and answered to.
    alice.press(key::CTRL_K);
    alice.press("xy");
    alice.shows("@xy").await;
    alice.press(key::ESCAPE);
    alice.enter("/topic \u{9b}6666mbeyond");
    alice.shows("beyond").await;
    alice.enter("/join #\u{9b}6666mnowhere");
    alice.enter("still here");
    alice.shows("still here").await;
    harmless(&alice);
}

#[tokio::test]
async fn every_order_and_every_naughty_string() {
    let server = Server::start().await;
    let mallory = Person::take(&server, "mallory").await;
    let shell = Shell::new(&server);
    let mut alice = Terminal::chat(&shell, &["--name", "alice"], 100, 30);
    alice.shows("● connected").await;
    for (number, orders) in ORDERS.chunks(6).enumerate() {
        mallory.patch("/api/rooms/lobby", json!({ "topic": format!("t {}", orders.concat()) })).await.is(200);
        mallory.say("lobby", &format!("{}\n```{}\n{}\n```", orders.join(" "), orders[0], orders.join("\n"))).await;
        mallory.say("lobby", &format!("orders {number}")).await;
        alice.shows(&format!("orders {number}")).await;
    }
    for (number, strings) in naughty_strings::BLNS.chunks(25).enumerate() {
        mallory.say("lobby", &strings.join("\n\n")).await;
        mallory.say("lobby", &format!("strings {number}")).await;
        alice.shows(&format!("strings {number}")).await;
    }
    // All of it once more, from far up.
    alice.press(&key::PAGE_UP.repeat(80));
    alice.press(key::CTRL_K);
    alice.press("mallory");
    alice.shows("@mallory").await;
    // One after the other: ESC and a letter that come together are a key with Alt.
    alice.press(key::ESCAPE);
    alice.shows("Esc select").await;
    alice.press(key::ESCAPE);
    alice.shows("SELECT").await;
    alice.press("i");
    alice.shows("Esc select").await;
    alice.enter("still here");
    alice.shows("still here").await;
    harmless(&alice);
}

#[tokio::test]
async fn what_is_pasted() {
    let server = Server::start().await;
    let mallory = Person::take(&server, "mallory").await;
    let shell = Shell::new(&server);
    let mut alice = Terminal::chat(&shell, &["--name", "alice"], 100, 30);
    alice.shows("● connected").await;
    // Lines of a file as they come from a selection: none of them is sent by itself, no word is a key.
    let lines = [
        "first\tline",
        "\u{9b}6666mred",
        "\u{202e}gpj.exe",
        "/quit",
        "a\u{8}\u{7f}\u{7}b",
        "z\u{301}\u{301}\u{301}",
        "last",
    ];
    alice.paste(&lines.join("\r"));
    alice.shows("last").await;
    assert_eq!(mallory.bodies("lobby").await, [""; 0]);
    let (mut socket, _) = Socket::hello(&server, &mallory).await;
    alice.press(key::ENTER);
    let body = text(&socket.until("Message").await["message"]["body"]);
    assert!(!body.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')), "{body:?}");
    assert_eq!((body.lines().count(), body.lines().nth(3)), (lines.len(), Some("/quit")), "{body:?}");
    alice.shows("✓").await;
    harmless(&alice);
}

/// The text is there, and has done nothing.
fn harmless(terminal: &Terminal) {
    let emulator = terminal.emulator();
    let (noticed, screen) = (emulator.noticed(), emulator.screen());
    assert_eq!(foreign(emulator.written(), true), [""; 0]);
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

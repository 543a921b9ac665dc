//! Private and direct rooms, and moderation, by commands of one terminal and seen in another.

use chat_e2e::{Person, Server, Shell, Terminal, terminal::key};

/// A terminal on which nobody has typed yet.
async fn screen(shell: &Shell, name: &str, columns: u16, rows: u16) -> Terminal {
    let mut terminal = Terminal::chat(shell, &["--name", name], columns, rows);
    terminal.shows("● connected").await;
    terminal
}

#[tokio::test]
async fn a_private_and_a_direct_room_are_made_and_only_their_people_see_them() {
    let server = Server::start().await;
    let (alices, bobs) = (Shell::new(&server), Shell::new(&server));
    let mut alice = screen(&alices, "alice", 80, 24).await;
    let mut bob = screen(&bobs, "bob", 140, 40).await;
    let carol = Person::take(&server, "carol").await;
    alice.shows("● bob").await;

    alice.enter("/private plans");
    alice.shows("⌂plans").await;
    alice.enter("for us alone");
    alice.shows("for us alone  ✓").await;
    bob.shows_no("plans").await;
    // The name is completed: whom to add is in no room of it yet.
    alice.press("/add bo\t");
    alice.shows("/add @bob").await;
    alice.press("\r");
    bob.shows("⌂plans").await;
    bob.enter("/join plans");
    bob.shows("for us alone").await;
    assert_eq!(carol.get("/api/rooms").await.names(), ["lobby"], "nobody else sees it");

    bob.enter("/msg @alice did you see this?");
    bob.shows("did you see this?  ✓").await;
    alice.until("the direct room, with a mention", |screen| screen.contains("● @bob") && screen.contains("1@ 1")).await;
    alice.press("\x1bOQ");
    alice.shows("did you see this?").await;
    alice.enter("yes");
    bob.shows("alice yes").await;
    // A script reaches the same room.
    alices.chat(&["send", "--room", "@bob", "from a script"]).await.ok();
    bob.shows("from a script").await;
    assert_eq!(carol.get("/api/rooms").await.names(), ["lobby"]);
}

/// Alice makes a room, and Bob joins it.
async fn in_the_garden(alice: &mut Terminal, bob: &mut Terminal) {
    alice.enter("/join garden");
    alice.shows("write to #garden").await;
    bob.enter("/join garden");
    bob.shows("write to #garden").await;
    alice.shows("● bob").await;
}

#[tokio::test]
async fn who_is_muted_reads_until_then_and_who_is_banned_is_out() {
    let server = Server::start().await;
    let (alices, bobs) = (Shell::new(&server), Shell::new(&server));
    let mut alice = screen(&alices, "alice", 140, 40).await;
    let mut bob = screen(&bobs, "bob", 80, 24).await;
    in_the_garden(&mut alice, &mut bob).await;
    alice.until("who moderates", |screen| screen.contains("mod you")).await;

    alice.enter("/mute @bob 1h too loud");
    alice.shows("alice muted bob until").await;
    bob.shows("alice muted bob until").await;
    bob.shows("you are muted here until").await;
    bob.enter("let me speak");
    bob.shows("let me speak").await;
    bob.press(key::CTRL_C);
    alice.enter("/unmute bob");
    bob.shows("write to #garden").await;
    bob.enter("thanks");
    alice.shows("thanks").await;

    // Moderators are made and unmade; the people beside the messages say so.
    alice.enter("/role bob moderator");
    alice
        .until("bob moderates", |screen| screen.lines().any(|line| line.contains("● bob") && line.contains("mod")))
        .await;
    alice.enter("/role bob member");
    alice
        .until("bob no longer does", |screen| {
            screen.lines().all(|line| !(line.contains("● bob") && line.contains("mod")))
        })
        .await;

    alice.enter("/ban @bob 2h advertisements");
    bob.shows("advertisements").await;
    alice.shows("alice banned bob").await;
    bob.enter("/join garden");
    bob.shows("banned").await;
}

#[tokio::test]
async fn a_message_is_reported_looked_at_and_the_report_closed() {
    let server = Server::start().await;
    let (alices, bobs) = (Shell::new(&server), Shell::new(&server));
    let mut alice = screen(&alices, "alice", 80, 24).await;
    let mut bob = screen(&bobs, "bob", 80, 24).await;
    alice.enter("/join garden");
    alice.shows("write to #garden").await;
    alice.enter("cheap watches");
    alice.shows("cheap watches  ✓").await;
    bob.enter("/join garden");
    bob.shows("cheap watches").await;
    bob.press(key::ESCAPE);
    bob.shows("SELECT").await;
    bob.press("kR");
    bob.shows("⚑ reporting alice: cheap watches").await;
    bob.enter("an advertisement");
    bob.shows("the moderators are told").await;

    alice.enter("/join lobby");
    alice.shows("write to #lobby").await;
    alice.enter("/reports");
    alice.shows("bob: an advertisement").await;
    alice.press("x");
    alice.shows("closed").await;
    alice.press("\r");
    alice
        .until("the message to be selected", |screen| {
            screen.lines().any(|line| line.contains("▐") && line.contains("cheap watches"))
        })
        .await;
    alice.press("i");
    alice.shows("Esc select").await;
    alice.enter("/reports");
    alice.shows("nothing waits for you").await;
}

#[tokio::test]
async fn an_invite_lets_a_newcomer_into_the_room_and_is_ended_by_a_key() {
    let server = Server::with(&[]).arg("--registration").arg("invite").start().await;
    let code = server.admin(&["invite"]).await.ok().to_owned();
    let alices = Shell::new(&server);
    let mut alice = Terminal::chat(&alices, &["--name", "alice", "--invite", code.trim()], 80, 24);
    alice.shows("● connected").await;
    alice.enter("/invite");
    alice.shows("only administrators make invites").await;
    server.admin(&["user", "role", "alice", "admin"]).await.ok();
    alice.press(key::ESCAPE);
    alice.shows("Esc select").await;
    alice.enter("/join garden");
    alice.shows("write to #garden").await;

    alice.enter("/invite 2 1d");
    alice.shows("chat-tui --invite ").await;
    let shown = alice.text();
    let line = shown.lines().find_map(|line| line.split_once("chat-tui --invite ")).expect("the line with the code").1;
    let code = line.split_whitespace().next().expect("a code");
    let mut bob = Terminal::chat(&Shell::new(&server), &["--name", "bob", "--invite", code], 80, 24);
    bob.shows("#garden").await;
    alice.press(key::ESCAPE);
    alice.shows("Esc select").await;
    alice.enter("/invites");
    alice.shows("for 1 person, by alice · #garden").await;
    alice.press("x");
    alice.shows("its code is invalid now").await;
    let late = Shell::new(&server).chat(&["send", "--name", "carol", "--invite", code, "hi"]).await;
    assert_ne!(late.code, Some(0), "{late:?}");
}

#[tokio::test]
async fn the_audit_says_who_did_what_to_whom_and_goes_to_the_room() {
    let server = Server::start().await;
    let (alices, bobs) = (Shell::new(&server), Shell::new(&server));
    let mut alice = screen(&alices, "alice", 80, 24).await;
    let mut bob = screen(&bobs, "bob", 80, 24).await;
    in_the_garden(&mut alice, &mut bob).await;
    alice.enter("/mute bob 1h too loud");
    alice.shows("alice muted bob until").await;
    alice.enter("/audit");
    alice.shows("administrators").await;

    server.admin(&["user", "role", "bob", "admin"]).await.ok();
    bob.enter("/join lobby");
    bob.shows("write to #lobby").await;
    bob.enter("/audit");
    bob.shows("alice: mute bob").await;
    bob.shows("#garden · ").await;
    // Above it stands that bob was made an administrator.
    bob.press(key::DOWN);
    bob.press("\r");
    // The room is open, in which he cannot write.
    bob.shows("you are muted here until").await;
}

#[tokio::test]
async fn a_click_goes_to_a_room_and_takes_a_reaction_back() {
    let server = Server::start().await;
    let shell = Shell::new(&server);
    let bob = Person::take(&server, "bob").await;
    let mut alice = screen(&shell, "alice", 80, 24).await;
    alice.enter("/join garden");
    alice.shows("write to #garden").await;
    click(&alice, "#lobby");
    alice.shows("write to #lobby").await;
    let said = bob.say("lobby", "who reviews it?").await;
    bob.put(&format!("/api/messages/{}/reactions/🎉", said.json["id"].as_str().unwrap())).await.is(204);
    alice.shows("🎉 1").await;
    click(&alice, "🎉 1");
    alice.shows("[🎉 2]").await;
    click(&alice, "[🎉 2]");
    alice.until("only bob's", |screen| screen.contains("🎉 1") && !screen.contains("[🎉")).await;
}

/// Presses and lets go the left button on the first cell of this text.
fn click(terminal: &Terminal, text: &str) {
    let screen = terminal.text();
    let found = screen.lines().enumerate().find_map(|(row, line)| Some((row, line.split_once(text)?.0)));
    let (row, before) = found.expect("the text is there");
    let column = before.chars().count();
    terminal.press(&format!("\x1b[<0;{0};{1}M\x1b[<0;{0};{1}m", column + 1, row + 1));
}

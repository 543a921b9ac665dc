//! The chat's page as people see it: its messages, its box, its rooms, its people, its connection.

use serde_json::json;

use super::Page;
use crate::text;

/// The messages on the page, oldest first.
const ROWS: &str = "[...document.querySelectorAll('#messages > [data-id]')]";

/// Measures what is on screen against the pane that it stands in.
const OVERFLOWS: &str = include_str!("overflow.js");

impl Page {
    /// Waits until it is connected and has all that it missed.
    pub async fn connected(&self) {
        self.until("the connection", "document.querySelector('#status').dataset.state === 'connected'").await;
    }

    /// Waits until it knows that it is not.
    pub async fn offline(&self) {
        self.until("the loss of the connection", "document.querySelector('#status').dataset.state === 'offline'").await;
    }

    /// Who the page says that one is.
    pub async fn me(&self) -> String {
        text(&self.eval("document.querySelector('#me-name').innerText").await)
    }

    /// Takes a name in the place of the one that the page made.
    pub async fn take_name(&self, name: &str) {
        self.connected().await;
        self.say(&format!("/nick {name}")).await;
        self.until("the name", &format!("document.querySelector('#me-name').innerText === {}", json!(name))).await;
    }

    /// Puts the cursor into the message box.
    pub async fn to_box(&self) {
        self.click_on("#composer-input:enabled").await;
    }

    /// Writes a message and sends it.
    pub async fn say(&self, body: &str) {
        self.to_box().await;
        self.insert(body).await;
        self.press("Enter").await;
    }

    /// What was said, as it is shown, oldest first.
    pub async fn bodies(&self) -> Vec<String> {
        let shown = self.eval(&format!("{ROWS}.map((row) => row.querySelector('.body').innerText)")).await;
        shown.as_array().expect("a list").iter().map(text).collect()
    }

    /// Waits until a message with this text stands there.
    pub async fn shows_message(&self, body: &str) {
        let shown = format!("{ROWS}.some((row) => row.querySelector('.body').innerText.includes({}))", json!(body));
        self.until(&format!("the message {body}"), &shown).await;
    }

    /// Waits until exactly these messages stand there, in this order.
    pub async fn shows_messages(&self, bodies: &[&str]) {
        let shown = format!("JSON.stringify({ROWS}.map((row) => row.querySelector('.body').innerText))");
        self.until(&format!("the messages {bodies:?}"), &format!("{shown} === {}", json!(json!(bodies).to_string())))
            .await;
    }

    /// Waits until a message with this text is in this state: `stored`, `queued`, `sending`, `failed`.
    pub async fn message_is(&self, body: &str, state: &str) {
        let found = format!(
            "{ROWS}.find((row) => row.querySelector('.body').innerText.includes({}))?.dataset.status === {}",
            json!(body),
            json!(state)
        );
        self.until(&format!("{body} to be {state}"), &found).await;
    }

    /// Gives the focus to the row of a message that the server has, and presses a key.
    pub async fn on_message(&self, body: &str, key: &str) {
        let row = format!("{ROWS}.find((row) => row.innerText.includes({}))", json!(body));
        self.until(body, &format!("{row}?.dataset.status === 'stored'")).await;
        self.eval(&format!("{row}.focus()")).await;
        self.press(key).await;
    }

    /// Opens the menu of the room on screen and chooses from it.
    pub async fn in_room_menu(&self, entry: &str) {
        self.click_on("#room-more").await;
        self.click("menuitem", entry).await;
    }

    /// Goes to a room by its button.
    pub async fn go_to(&self, room: &str) {
        self.click_on(&format!("#room-list [data-room={}] button", json!(room))).await;
        self.in_room(room).await;
    }

    /// Waits until a room is the one on screen.
    pub async fn in_room(&self, room: &str) {
        let current = format!(
            "document.querySelector('#room-list [aria-current=page]').closest('[data-room]').dataset.room === {}",
            json!(room)
        );
        self.until(&format!("the room {room}"), &current).await;
    }

    /// Waits until a room's badge says this; empty: until it has none.
    pub async fn unread(&self, room: &str, badge: &str) {
        let counted = format!(
            "(() => {{ const badge = document.querySelector('#room-list [data-room={}] .badge'); \
             return (badge.hidden ? '' : badge.innerText) === {} }})()",
            json!(room),
            json!(badge)
        );
        self.until(&format!("{badge:?} at {room}"), &counted).await;
    }

    /// Waits until someone is listed as `online` or `offline`.
    pub async fn person_is(&self, name: &str, presence: &str) {
        let listed = format!(
            "document.querySelector('#people [data-user={}]').dataset.presence === {}",
            json!(name),
            json!(presence)
        );
        self.until(&format!("{name} to be {presence}"), &listed).await;
    }

    /// What does not fit into its width: panes that can be scrolled sideways, what stands out of its pane or is cut without
    /// an ellipsis, badges out of sight, short words broken in two.
    pub async fn overflows(&self) -> Vec<String> {
        let found = self.eval(OVERFLOWS).await;
        found.as_array().expect("a list").iter().map(text).collect()
    }
}

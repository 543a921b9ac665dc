//! A bot that repeats what it is told: `cargo run -p chat-client --example echo_bot -- http://localhost:3000`, then say
//! `!echo hello` in the lobby.

use chat_client::{Accounts, Client, Credential, Options, ServerUrl, SignIn, Update, sign_in};
use chat_protocol::{Event, LOBBY, LogEntry, LogEvent};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let server = std::env::args().nth(1).unwrap_or_else(|| "http://localhost:3000".to_owned());
    let account = sign_in(
        &Accounts::open_default()?,
        SignIn {
            server: ServerUrl::parse(&server)?,
            name: Some("echo".to_owned()),
            credential: Credential::None,
            invite: None,
            insecure: false,
            client: "echo-bot/1.0".to_owned(),
        },
    )
    .await?;
    let (client, mut updates) = Client::start(account, Options::transient())?;
    client.api().join(LOBBY).await?;

    while let Some(update) = updates.next().await {
        match update {
            Update::Event(Event::Logged(LogEntry { room, event: LogEvent::Message { message }, .. }))
                if message.author.id != client.account().user.id =>
            {
                if let Some(words) = message.body.strip_prefix("!echo ") {
                    client.send(room, words, Some(message.id))?;
                }
            }
            Update::Status(status) => eprintln!("{status:?}"),
            _ => {}
        }
    }
    Ok(())
}

//! A bot that repeats what it is told. Make it with `/bot add echo`, then run it with the token that is shown:
//! `CHAT_TOKEN=cht_… cargo run -p chat-client --example echo_bot -- http://localhost:3000`, and say `@echo hello` in the
//! lobby. It answers mentions in their thread, each once, also those that came while it was away.

use std::{collections::HashMap, env, path::PathBuf};

use anyhow::Context as _;
use chat_client::{Account, Accounts, Bot, Client, Credential, ServerUrl, SignIn, sign_in};
use chat_protocol::{LOBBY, LogEvent, Token, UserId};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let server = env::args().nth(1).unwrap_or_else(|| "http://localhost:3000".to_owned());
    let token = env::var("CHAT_TOKEN").context("CHAT_TOKEN is missing: /bot add echo shows a token")?;
    let request = SignIn {
        server: ServerUrl::parse(&server)?,
        name: None,
        credential: Credential::Token(Token::new(token)),
        invite: None,
        insecure: false,
        client: "echo-bot/1.0".to_owned(),
    };
    run(sign_in(&Accounts::open_default()?, request).await?, "echo_bot.json".into()).await
}

/// Answers until the session ends. What was answered is kept in a file.
pub(crate) async fn run(account: Account, file: PathBuf) -> anyhow::Result<()> {
    let me = account.user.clone();
    let mut bot = Bot::start(account, file)?;
    bot.client().api().join(LOBBY).await?;
    let mut bots = HashMap::new();
    while let Some(entry) = bot.next().await? {
        let LogEvent::Message { message } = entry.event else { continue };
        if !message.mentions(me.id) || is_bot(bot.client(), &mut bots, message.author.id).await {
            continue;
        }
        let words = message.body.replace(&format!("@{}", me.name), "");
        let words = words.trim();
        bot.client().answer(&message, if words.is_empty() { "Yes?" } else { words })?;
    }
    Ok(())
}

/// Whether someone is a bot, too: two of them would never end.
async fn is_bot(client: &Client, known: &mut HashMap<UserId, bool>, user: UserId) -> bool {
    if let Some(is_bot) = known.get(&user) {
        return *is_bot;
    }
    match client.api().user(user).await {
        Ok(found) => *known.entry(user).or_insert(found.bot),
        // Someone who is gone gets no answer; a server that is away says nothing about anyone.
        Err(error) => error.code().is_some(),
    }
}

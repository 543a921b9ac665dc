//! The command line.

use std::path::PathBuf;

use chat_client::{InvalidUrl, ServerUrl};
use chat_protocol::MessageId;
use clap::builder::Resettable;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use regex::Regex;

/// Where a server listens that was started without options.
const DEFAULT_SERVER: &str = "http://localhost:3000";

/// Chat from the terminal. Without a command it opens the screen.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    /// What to do instead of opening the screen.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Who, where and how.
    #[command(flatten)]
    pub(crate) who: Who,
    /// The room to begin with, to send to, or to follow.
    #[arg(long, short, global = true, value_name = "ROOM")]
    pub(crate) room: Option<String>,
    /// Draw with ASCII characters only.
    #[arg(long)]
    pub(crate) ascii: bool,
    /// Send pictures with what their files say of where, when and with what they were taken.
    #[arg(long, global = true)]
    pub(crate) keep_metadata: bool,
    /// How to draw pictures this time. Without it as /pictures says, which is remembered; auto draws as well as the terminal
    /// can, and not over SSH.
    #[arg(long, value_name = "HOW", value_parser = ["auto", "off", "blocks", "kitty", "iterm2", "sixel"])]
    pub(crate) pictures: Option<String>,
}

/// Who, where and how.
#[derive(Debug, Clone, Args)]
pub(crate) struct Who {
    /// Your name; without it, the one last used with this server.
    #[arg(long, short, global = true, env = "CHAT_NAME")]
    pub(crate) name: Option<String>,
    /// The server: an http, https, ws or wss URL; without it, the one of --link, else http://localhost:3000.
    #[arg(long, short, global = true, env = "CHAT_SERVER", value_name = "URL")]
    pub(crate) server: Option<ServerUrl>,
    /// Sign in with a code or URL that another device made (/link there).
    #[arg(long, global = true, value_name = "CODE-or-URL")]
    pub(crate) link: Option<String>,
    /// An invite code, where the server requires one to register.
    #[arg(long, global = true, value_name = "CODE")]
    pub(crate) invite: Option<String>,
    /// Send the token over a network without encryption, where others can read it.
    #[arg(long, global = true)]
    pub(crate) insecure: bool,
}

impl Arguments {
    /// Reads the command line, and the environment where it says nothing. An empty variable counts as unset, as
    /// scripts and unit files often pass one on. Ends the program when the command line is wrong.
    pub(crate) fn read() -> Self {
        let mut command = Self::command();
        for argument in ["name", "server"] {
            command = command.mut_arg(argument, |argument| {
                let empty = |variable| std::env::var_os(variable).is_some_and(|value| value.is_empty());
                if argument.get_env().is_some_and(empty) { argument.env(Resettable::Reset) } else { argument }
            });
        }
        Self::from_arg_matches(&command.get_matches()).unwrap_or_else(|error| error.exit())
    }
}

impl Who {
    /// The server that is meant.
    ///
    /// # Errors
    /// When the link does not begin with a server's address.
    pub(crate) fn server(&self) -> Result<ServerUrl, InvalidUrl> {
        let in_link = || self.link.as_deref()?.split_once('#').map(|(server, _)| server);
        match &self.server {
            Some(server) => Ok(server.clone()),
            None => in_link().unwrap_or(DEFAULT_SERVER).parse(),
        }
    }
}

/// For scripts.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sends one message and prints its id; exits with 0 only when the server has stored it, and its files.
    ///
    /// A server that is being restarted is waited for, and so is one that asks to wait (a rate limit, a full disk):
    /// as long as --timeout allows.
    ///
    /// Exit codes: 0 sent, 1 failed (also: still to wait at the timeout), 2 usage, 3 cannot connect, 4 refused.
    Send {
        /// The message; without it, standard input is sent. With --file it may be left out.
        #[arg(value_name = "TEXT")]
        text: Vec<String>,
        /// A file to send with it (repeatable, up to 10).
        #[arg(long = "file", value_name = "PATH")]
        files: Vec<PathBuf>,
        /// For how many seconds to try again.
        #[arg(long, value_name = "SECONDS", default_value_t = 30)]
        timeout: u32,
    },
    /// Prints what happens in a room, until it is stopped.
    ///
    /// It goes on across restarts of the server, without gaps and without duplicates. Ctrl-C, SIGTERM or a closed pipe
    /// stop it.
    ///
    /// Exit codes: 0 stopped, 1 failed, 2 usage, 3 cannot connect at the start, 4 refused.
    Tail {
        /// Print the events as JSON, one per line, as on the WebSocket.
        #[arg(long)]
        json: bool,
        /// Begin with what happened after this position of the room; 0 is its beginning.
        #[arg(long, value_name = "SEQ")]
        since: Option<u64>,
    },
    /// Writes everything that you may see to a new file, as JSON Lines.
    ///
    /// People, rooms, who is in them, and what happened there: the same lines as GET /api/export gives. Files that were sent
    /// are named, not written.
    ///
    /// Exit codes: 0 written, 1 failed, 2 usage, 3 cannot connect, 4 refused.
    Export {
        /// The file to make.
        #[arg(value_name = "PATH")]
        path: PathBuf,
    },
    /// Prints the messages that say something, the newest first.
    ///
    /// Words are found inside longer ones, from three characters on. Filters: from:bob, in:#ops, in:@bob,
    /// before:2026-11-01, after:2026-10-01, has:link, has:code, is:pinned. Quote what has blanks or begins with a dash:
    /// chat-tui search '"disk full" -test'
    ///
    /// Exit codes: 0 done, 1 failed, 2 usage, 3 cannot connect, 4 refused.
    Search {
        /// What to search for.
        #[arg(value_name = "TEXT", required = true)]
        text: Vec<String>,
        /// Print the hits as JSON, one per line, as over HTTP.
        #[arg(long)]
        json: bool,
        /// Messages to print, at most.
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: u32,
    },
    /// Waits until someone else says something, prints it and ends.
    ///
    /// It looks at all of your rooms, or at the one of --room, across restarts of the server. A script that asks something
    /// gives the id of its question, so that it misses no answer that came before it waited:
    /// chat-tui wait --after "$(chat-tui send 'deploy?')" --match '(?i)^yes' --timeout 600
    ///
    /// Exit codes: 0 it came, 1 failed (also: the time was up), 2 usage, 3 cannot connect at the start, 4 refused.
    Wait {
        /// Only a message that matches this regular expression; (?i) at its beginning ignores case.
        #[arg(long = "match", value_name = "RE")]
        matches: Option<Regex>,
        /// Only a message that mentions you, or that is said to you in a direct room.
        #[arg(long)]
        mention: bool,
        /// Look at what was said after this message, in its room; `send` prints the id.
        #[arg(long, value_name = "ID", conflicts_with = "room")]
        after: Option<MessageId>,
        /// For how many seconds to wait; without it, for ever.
        #[arg(long, value_name = "SECONDS")]
        timeout: Option<u32>,
        /// Print the message's event as JSON, as on the WebSocket.
        #[arg(long)]
        json: bool,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(arguments: &[&str]) -> String {
        let arguments = Arguments::try_parse_from([&["chat-tui"], arguments].concat()).unwrap();
        arguments.who.server().map_or_else(|error| error.to_string(), |server| server.to_string())
    }

    #[test]
    fn a_link_says_which_server_is_meant() {
        assert_eq!(server(&[]), DEFAULT_SERVER);
        assert_eq!(server(&["--link", "ABCD-EFGH"]), DEFAULT_SERVER);
        assert_eq!(server(&["--link", "https://chat.example/#link=ABCD-EFGH"]), "https://chat.example");
        assert_eq!(server(&["-s", "http://here", "--link", "https://chat.example/#link=AB"]), "http://here");
        assert!(server(&["--link", "nonsense#link=AB"]).contains("nonsense"));
    }
}

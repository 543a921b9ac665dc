//! Does what an update asked for.

use std::{io, ops::ControlFlow, time::Duration};

use chat_client::{Accounts, Client, FileSource, NewFile};
use tokio::sync::mpsc;

use super::{
    ask, clipboard, files, opener,
    pictures::Pictures,
    preferences,
    saving::{self, Saving},
};
use crate::{
    terminal::{Jobs, Terminal},
    update::{
        effect::{Change, Effect},
        input::Answer,
    },
};

/// How long a picture waits for what the disk knows: nobody sees it.
const SOON: Duration = Duration::from_millis(30);

/// What effects act upon.
pub(super) struct EffectRunner {
    pub(super) client: Client,
    pub(super) accounts: Accounts,
    pub(super) answers: mpsc::UnboundedSender<Answer>,
    pub(super) terminal: Terminal,
    /// Whether pictures are sent with what their files say of where they were taken.
    pub(super) keep_metadata: bool,
    /// Whether the user sits at another machine.
    pub(super) is_remote: bool,
    pub(super) pictures: Pictures,
    pub(super) saving: Saving,
}

impl EffectRunner {
    /// Runs all of them; `Break` if one ends the program.
    pub(super) fn run_all(&mut self, effects: Vec<Effect>) -> io::Result<ControlFlow<()>> {
        let mut flow = ControlFlow::Continue(());
        for effect in effects {
            if self.run(effect)?.is_break() {
                flow = ControlFlow::Break(());
            }
        }
        Ok(flow)
    }

    fn run(&mut self, effect: Effect) -> io::Result<ControlFlow<()>> {
        match effect {
            Effect::Send { room, body, reply_to } => {
                let entry = self.client.queue(room, body, reply_to);
                // The loop that would not take it has ended.
                _ = self.answers.send(Answer::Outbox(entry));
            }
            Effect::SendFiles { room, files, body, reply_to } => {
                let files = files.into_iter().map(|file| NewFile {
                    source: match file.source {
                        FileSource::Path(path) => FileSource::Path(files::path(path)),
                        bytes @ FileSource::Bytes(_) => bytes,
                    },
                    keep_metadata: self.keep_metadata,
                    ..file
                });
                let entry = self.client.queue_files(room, body, files.collect(), reply_to);
                _ = self.answers.send(Answer::Outbox(entry));
            }
            Effect::SendDirect { name, body } => {
                let queued = self.client.queue_direct(&name, body);
                let failed = |error: chat_client::Error| Answer::Done(Err(error.to_string()));
                _ = self.answers.send(queued.map_or_else(failed, Answer::Outbox));
            }
            Effect::Change { room, message, change } => {
                let entry = match change {
                    Change::Edit(body) => self.client.edit(room, message, body),
                    Change::Delete => self.client.delete(room, message),
                    Change::React { emoji, on } => self.client.react(room, message, emoji, on),
                    Change::Pin(on) => self.client.pin(room, message, on),
                };
                _ = self.answers.send(Answer::Outbox(entry));
            }
            Effect::UpdateRoom { room, changes } => {
                let entry = self.client.update_room(room, changes);
                _ = self.answers.send(Answer::Outbox(entry));
            }
            Effect::Retry(id) => self.client.retry(id),
            Effect::Forget(id) => self.client.forget(id),
            Effect::Focus(room) => self.client.focus(vec![room]),
            Effect::Typing(room) => self.client.typing(room),
            Effect::StoppedTyping(room) => self.client.stopped_typing(room),
            Effect::Read { room, seq } => self.client.read(room, seq),
            Effect::MarkUnread { room, seq } => self.client.mark_unread(room, seq),
            Effect::SaveDraft { room, text } => self.client.save_draft(room, &text),
            Effect::ReadCached(room) => {
                let (client, answers) = (self.client.clone(), self.answers.clone());
                let (read, soon) = std::sync::mpsc::channel();
                tokio::task::spawn_blocking(move || {
                    let messages = client.cached_messages(room);
                    _ = answers.send(Answer::Cached { room, messages });
                    _ = read.send(());
                });
                // Usually it is there for the next picture. Another program may have locked the file, though.
                _ = soon.recv_timeout(SOON);
            }
            Effect::Reconnect => self.client.reconnect(),
            Effect::Ask(ticket, request) => {
                let (client, answers) = (self.client.clone(), self.answers.clone());
                tokio::spawn(async move {
                    let answer = ask::ask(client.api(), ticket, request).await;
                    _ = answers.send(answer);
                });
            }
            Effect::LookForFile { ticket, paths, pasted } => {
                let answers = self.answers.clone();
                let (looked, soon) = std::sync::mpsc::channel();
                tokio::task::spawn_blocking(move || {
                    if let Some((path, size)) = paths.iter().find_map(|path| files::existing(path)) {
                        _ = answers.send(Answer::Dropped { ticket, path, size, pasted });
                    }
                    _ = looked.send(());
                });
                // Usually it is known before the next key. A file of another machine may take long, though.
                _ = soon.recv_timeout(SOON);
            }
            Effect::ReadClipboard(ticket) => {
                let (answers, reading) = (self.answers.clone(), clipboard::read(self.is_remote));
                tokio::spawn(async move { answers.send(Answer::Clipboard(ticket, reading.await)) });
            }
            Effect::SaveFiles { files, folder } => {
                let (api, answers) = (self.client.api().clone(), self.answers.clone());
                let ids = files.iter().map(|file| file.id).collect();
                let saving = async move { saving::save(&api, &files, &folder, &answers).await };
                self.saving.start(ids, saving);
            }
            Effect::OpenFile { file, path } => {
                let (api, answers) = (self.client.api().clone(), self.answers.clone());
                self.saving.start(vec![file.id], async move { saving::open(&api, file, path, &answers).await });
            }
            Effect::StopSaving(files) => self.saving.stop(&files),
            Effect::LoadPicture { picture, file, network, light, cell } => {
                let (api, answers) = (self.client.api().clone(), self.answers.clone());
                let loading = self.pictures.load(api, picture, file, network, (light, cell));
                tokio::spawn(async move {
                    let result = loading.await;
                    _ = answers.send(Answer::Picture { picture, result });
                });
            }
            Effect::ForgetPictures(files) => self.pictures.forget(&files),
            Effect::Copy(text) => self.terminal.copy(&text)?,
            Effect::Open(address) => {
                if let Err(error) = opener::open(&address) {
                    self.terminal.copy(&address)?;
                    _ = self.answers.send(Answer::Done(Ok(format!("the link is copied instead: {error}"))));
                }
            }
            Effect::Repaint => {
                self.terminal.repaint();
                // Letters may be larger or smaller than before.
                _ = self.answers.send(Answer::Cell(self.terminal.cell()));
            }
            Effect::Mouse(enabled) => self.terminal.mouse(enabled)?,
            Effect::SavePreferences(wanted) => preferences::save(&self.accounts, wanted),
            Effect::Notify(notification) => self.terminal.notify(&notification)?,
            Effect::Away(away) => self.client.away(away),
            Effect::Suspend => {
                if !Jobs::ask_to_stop() {
                    let message = "no shell started this program: there is nothing to go back to";
                    _ = self.answers.send(Answer::Done(Err(message.to_owned())));
                }
            }
            Effect::Quit => return Ok(ControlFlow::Break(())),
        }
        Ok(ControlFlow::Continue(()))
    }
}

//! A server, a few devices, and the record of what was accepted.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use chat_protocol::{Epoch, Limits};
use chat_testing::server::Running;
use futures_util::future::join_all;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_tungstenite::WebSocketStream;

use crate::{
    device::{Device, Lost},
    line::Line,
    plan::{Cut, End, OWNERS, PEOPLE},
    promises,
    record::{Known, Record, Room},
    setting::{self, Person, Setting},
};

/// A rate that is met, and does not hold a case up for long.
const RATE: &str = "10:200";
/// A stop takes at most so long.
const STOP: Duration = Duration::from_secs(10);

/// A backup, and what was recorded when it was made.
pub(crate) struct Kept {
    /// The database's file, alone or with what belongs to it.
    pub(crate) folder: TempDir,
    pub(crate) file: PathBuf,
    pub(crate) rooms: Vec<Room>,
    pub(crate) people: Vec<Person>,
    pub(crate) epoch: Epoch,
}

/// What the steps are taken in.
pub(crate) struct World {
    pub(crate) runtime: Runtime,
    pub(crate) folder: TempDir,
    limits: Limits,
    pub(crate) server: Option<Running>,
    pub(crate) devices: Vec<Device>,
    /// Which of them want to be connected.
    pub(crate) online: Vec<bool>,
    /// Lines that are open, and on which nobody says or reads anything any more.
    pub(crate) silent: Vec<WebSocketStream<Line>>,
    pub(crate) kept: Vec<Kept>,
    /// How often someone took another name, in all histories.
    pub(crate) renames: usize,
    pub(crate) record: Record,
}

impl World {
    pub(crate) fn begin(paced: bool) -> Self {
        let setting = Setting::get();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (folder, limits) = (setting.copy(), setting::limits(paced.then_some(RATE)));
        let server = setting::start(folder.path(), limits.clone());
        let record = runtime.block_on(Record::begin(setting, server.url()));
        let device = |user: &usize| Device::new(setting.people[*user].clone());
        let devices: Vec<_> = OWNERS.iter().map(device).collect();
        Self {
            runtime,
            folder,
            limits,
            server: Some(server),
            online: vec![false; devices.len()],
            devices,
            silent: Vec::new(),
            kept: Vec::new(),
            renames: 0,
            record,
        }
    }

    /// Where the server is reached.
    pub(crate) fn url(&self) -> String {
        self.server.as_ref().expect("it runs").url().to_owned()
    }

    /// Someone who makes requests.
    pub(crate) fn person(&self, user: usize) -> chat_testing::Person {
        self.record.people[user].client.at(self.url())
    }

    /// The one who makes crowds, with that many connections.
    pub(crate) fn crowd(&self, count: usize) -> Vec<Device> {
        let person = &self.record.setting.people[PEOPLE];
        (0..count).map(|_| Device::new(person.clone())).collect()
    }

    /// Connects a device, as far as its line lets it.
    pub(crate) fn connect(&mut self, device: usize, narrow: bool, cut: Option<Cut>) {
        self.look();
        let server = self.url();
        let connected = self.runtime.block_on(self.devices[device].connect(&server, narrow, cut));
        assert!(connected.is_ok() || cut.is_some(), "promise 5: a whole line breaks");
        self.look();
        if let Some(greeting) = &self.devices[device].greeting {
            promises::coming_back(self.devices[device].person.user, greeting, &self.record);
        }
    }

    /// Whether a device that wants to be connected is, or is now.
    pub(crate) fn is_there(&mut self, device: usize) -> bool {
        if self.online[device] && !self.devices[device].is_connected() {
            self.connect(device, false, None);
        }
        self.online[device]
    }

    /// Has a device send all that waits. A line that breaks is tried again once: that one is whole.
    pub(crate) fn flush(&mut self, device: usize) {
        let sent = self.runtime.block_on(self.devices[device].flush());
        if let Err(Lost) = sent
            && self.is_there(device)
        {
            self.runtime.block_on(self.devices[device].flush()).expect("a whole line");
        }
    }

    /// Has a device read all there is.
    pub(crate) fn catch_up(&mut self, device: usize) {
        self.look();
        let ends = self.record.ends(self.devices[device].person.user);
        let reached = self.runtime.block_on(self.devices[device].catch_up(&ends));
        if let Err(Lost) = reached
            && self.is_there(device)
        {
            self.runtime.block_on(self.devices[device].catch_up(&ends)).expect("a whole line");
        }
    }

    /// Compares what everyone holds with the log.
    pub(crate) fn look(&mut self) {
        for device in &mut self.devices {
            for answer in device.answers.drain(..) {
                self.record.answer(answer);
            }
        }
        let server = self.url();
        self.runtime.block_on(self.record.read_on(&server));
        for device in &mut self.devices {
            promises::the_same_for_everyone(device, &self.record);
            promises::told_in_time(device, &self.record);
        }
    }

    /// Has a device read until its rooms show what the log says. Nothing may be under way.
    pub(crate) fn settle(&mut self, device: usize) {
        self.look();
        let (record, device) = (&self.record, &mut self.devices[device]);
        let user = device.person.user;
        let settled = self.runtime.block_on(device.settle(|room| record.is_right(user, room)));
        // A line that breaks is found when the device comes back.
        _ = settled;
    }

    /// Ends the server; everyone reads what they were still told.
    pub(crate) fn end_server(&mut self, end: End) {
        self.look();
        let mut server = self.server.take().expect("it runs");
        self.silent.clear();
        let sound: Vec<_> = self.devices.iter().map(Device::is_sound).collect();
        self.devices.iter_mut().for_each(|device| device.server_ends = true);
        let (folder, _old) = match end {
            End::Stopped => {
                server.begin_stop();
                let read = self.devices.iter_mut().map(Device::read_to_end);
                self.runtime.block_on(async {
                    let since = Instant::now();
                    join_all(read).await;
                    server.ended().await;
                    assert!(since.elapsed() < STOP, "a server that is stopped ends within 10 s");
                });
                for (device, _) in self.devices.iter().zip(sound).filter(|(_, sound)| *sound) {
                    assert_eq!(device.told, (true, Some(1012)), "a server that stops tells {}", device.person.name);
                }
                setting::take_over(self.folder.path())
            }
            End::Killed => {
                // Taken from under it: what it does from now on, it does for nobody.
                let left = setting::take_over(self.folder.path());
                drop(server);
                let read = self.devices.iter_mut().map(Device::read_rest);
                self.runtime.block_on(async { join_all(read).await });
                left
            }
        };
        self.folder = folder;
        // What was answered before the end counts.
        for device in &mut self.devices {
            for answer in device.answers.drain(..) {
                self.record.answer(answer);
            }
        }
    }

    /// Starts it again on what its folder holds.
    pub(crate) fn start_server(&mut self) {
        self.server = Some(setting::start(self.folder.path(), self.limits.clone()));
    }

    /// Everyone comes back whose device wants to.
    pub(crate) fn come_back(&mut self) {
        for device in 0..self.devices.len() {
            self.is_there(device);
        }
    }

    /// Whatever happened, it ends well: everyone is there, has said everything and holds the same.
    pub(crate) fn end(&mut self) {
        self.online.fill(true);
        self.come_back();
        for device in 0..self.devices.len() {
            self.flush(device);
        }
        for device in 0..self.devices.len() {
            self.catch_up(device);
            self.settle(device);
            let device = &self.devices[device];
            let unsaid: Vec<_> = device.outbox.ids().collect();
            assert!(
                unsaid.is_empty(),
                "promise 6: what is not acknowledged stays in the outbox until it is: {unsaid:?}"
            );
        }
        let server = self.url();
        self.runtime.block_on(self.record.read_again(&server));
        self.look();
        self.record.check_all_claimed();
        let lost = self
            .record
            .said
            .iter()
            .filter(|(id, said)| matches!(said.answer, Known::Stored(_)) && !self.record.stored.contains_key(id));
        assert_eq!(lost.count(), 0, "promise 1: acknowledged is in the log");
        self.move_out();
    }
}

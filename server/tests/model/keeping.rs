//! The server is started again; backups are made and put back.

use chat_protocol::api::Info;
use chat_server::{admin, import};
use proptest::sample::Index;
use tempfile::TempDir;

use crate::{
    plan::{End, PEOPLE, Way},
    setting::copy_files,
    world::{Kept, World},
};

/// The database's name in its folder.
const DATABASE: &str = "chat.db";

impl World {
    /// The server ends, and is started on the same data: all that it had acknowledged is there.
    pub(crate) fn restart(&mut self, end: End) {
        self.end_server(end);
        self.start_server();
        let server = self.url();
        self.runtime.block_on(self.record.read_again(&server));
        self.come_back();
    }

    /// A backup is made: while the server runs, or of the files while it does not.
    pub(crate) fn keep(&mut self, way: Way) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join(DATABASE);
        self.look();
        match way {
            Way::Command => assert_eq!(admin::backup(self.folder.path(), &file).unwrap(), 0),
            Way::Files => {
                self.end_server(End::Killed);
                copy_files(self.folder.path(), folder.path());
                self.start_server();
                let server = self.url();
                self.runtime.block_on(self.record.read_again(&server));
            }
        }
        let (rooms, people, epoch) = (self.record.rooms.clone(), self.record.people.clone(), self.record.epoch);
        self.kept.push(Kept { folder, file, rooms, people, epoch });
        self.come_back();
    }

    /// Everything is exported while the server runs, taken into an empty folder, and exported there: the same bytes. Nothing
    /// is out of order in either folder.
    pub(crate) fn move_out(&self) {
        let (place, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let file = |name: &str| place.path().join(name);
        assert_eq!(admin::examine(self.folder.path()).unwrap(), [], "the data folder is in order");
        let written = admin::export(self.folder.path(), &file("first.tar")).unwrap();
        let (imported, report) = import(there.path(), &file("first.tar")).unwrap();
        let admin::Imported::New(taken) = imported else { panic!("the folder was empty") };
        assert_eq!((taken.users, taken.rooms, taken.messages), (written.users, written.rooms, written.messages));
        assert_eq!((taken.files, taken.missing_files, report.lines().len()), (written.files, 0, 0));
        assert_eq!(admin::examine(there.path()).unwrap(), [], "what was taken is in order");
        admin::export(there.path(), &file("second.tar")).unwrap();
        let read = |name| std::fs::read(file(name)).unwrap();
        assert!(read("first.tar") == read("second.tar"), "an export of what was imported is the same bytes");
        let (again, _) = import(there.path(), &file("first.tar")).unwrap();
        assert_eq!(again, admin::Imported::Again);
        admin::export(there.path(), &file("third.tar")).unwrap();
        assert!(read("first.tar") == read("third.tar"), "a second import changes nothing");
    }

    /// What there is gives way to a backup.
    pub(crate) fn put_back(&mut self, nth: &Index, way: Way, after: End) {
        self.end_server(after);
        let kept = nth.get(&self.kept);
        match way {
            Way::Command => _ = admin::restore(self.folder.path(), &kept.file).unwrap(),
            Way::Files => {
                for suffix in ["", "-wal", "-shm"] {
                    // Some are not there.
                    _ = std::fs::remove_file(self.folder.path().join(format!("{DATABASE}{suffix}")));
                }
                copy_files(kept.folder.path(), self.folder.path());
            }
        }
        let (rooms, people, before) = (kept.rooms.clone(), kept.people.clone(), kept.epoch);
        self.start_server();
        let Info { epoch, .. } = self.runtime.block_on(self.person(PEOPLE).get("/api/info")).is(200).read();
        match way {
            Way::Command => assert_ne!(epoch, before, "promise 6: a restore begins a new history"),
            Way::Files => assert_eq!(epoch, before, "files know nothing of having been copied"),
        }
        self.record.go_back(rooms, people, epoch);
        // What they hold is of another history until they have come back.
        for device in &mut self.devices {
            device.greeting = None;
            device.person = self.record.people[device.person.user].clone();
        }
        let server = self.url();
        self.runtime.block_on(self.record.read_again(&server));
    }
}

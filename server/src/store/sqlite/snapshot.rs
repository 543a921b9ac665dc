//! The steps of what only reads, on SQLite: those on rooms stand beside their tables.

use chat_protocol::{MessageId, RoomSelector, SessionId, Timestamp, UploadId, User, UserId, UserSelector};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use super::{access, changes, engine::clock, files, follows, rows, sessions, settings, users};
use crate::{
    access::Person,
    store::{
        Page, Result, RowId, Session, Times, UserFilter,
        access::Place,
        steps::{Credentials, Device, Lookup, Mark, People, SentMessage, Snapshot, Upload},
    },
};

impl Lookup for Connection {
    fn user_row(&self, id: UserId) -> Result<RowId> {
        rows::user_row(self, id)
    }

    fn find_user(&self, selector: &UserSelector) -> Result<RowId> {
        rows::find_user(self, selector)
    }

    fn find_sent(&self, id: MessageId) -> Result<Option<SentMessage>> {
        changes::find_sent(self, id)
    }

    fn find_upload(&self, id: UploadId) -> Result<Option<Upload>> {
        files::find(self, id)
    }

    fn find_room(&self, selector: &RoomSelector, user: Option<RowId>) -> Result<Place> {
        access::place(self, selector, user)
    }

    fn person(&self, room: RowId, user: Option<RowId>) -> Result<Person> {
        access::person(self, room, user)
    }
}

/// Columns of [`device`].
const DEVICE: &str =
    "SELECT session.uuid, session.client, session.last_used_at, user.uuid, user.id, user.role, user.disabled
                      FROM session JOIN user ON user.id = session.user";

impl Snapshot for Connection {
    fn device_of_token(&self, token: &[u8; 32]) -> Result<Option<Device>> {
        let mut find = self.prepare_cached(&format!("{DEVICE} WHERE session.token = ?"))?;
        Ok(find.query_row([token], device).optional()?)
    }

    fn device(&self, session: SessionId) -> Result<Option<Device>> {
        let mut find = self.prepare_cached(&format!("{DEVICE} WHERE session.uuid = ?"))?;
        Ok(find.query_row([session.uuid()], device).optional()?)
    }

    fn credentials(&self, user: RowId) -> Result<Credentials> {
        let mut find = self.prepare_cached("SELECT uuid, password, disabled FROM user WHERE id = ?")?;
        Ok(find.query_row([user], |row| {
            Ok(Credentials { user: row.get::<_, Uuid>(0)?.into(), password: row.get(1)?, is_disabled: row.get(2)? })
        })?)
    }

    fn marked_at(&self, mark: Mark) -> Result<Option<Timestamp>> {
        clock::marked_at(self, mark)
    }
}

impl People for Connection {
    fn user(&self, user: RowId) -> Result<User> {
        users::read(self, user)
    }

    fn users(&self, filter: &UserFilter) -> Result<Page<User>> {
        users::list(self, filter)
    }

    fn sessions(&self, user: RowId) -> Result<Vec<Session>> {
        sessions::list(self, user)
    }

    fn ignored(&self, user: RowId) -> Result<Vec<UserId>> {
        settings::ignored(self, user)
    }

    fn followed_threads(&self, user: RowId) -> Result<Vec<MessageId>> {
        follows::followed(self, user)
    }

    fn clock(&self) -> Result<Times> {
        clock::times(self)
    }
}

fn device(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        session: row.get::<_, Uuid>(0)?.into(),
        client: row.get(1)?,
        last_used_at: rows::time(row, 2)?,
        user: row.get::<_, Uuid>(3)?.into(),
        user_row: row.get(4)?,
        role: rows::role(&row.get::<_, String>(5)?),
        is_disabled: row.get(6)?,
    })
}

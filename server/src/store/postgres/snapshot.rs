//! The steps of finding what a request names, and what is read of users and their devices, on PostgreSQL.

use chat_protocol::{MessageId, RoomSelector, SessionId, Timestamp, UploadId, UserId, UserSelector};
use tokio_postgres::Row;

use super::{
    access, changes,
    engine::{connection::Db, transaction::Tx},
    files, marks, rows,
};
use crate::{
    access::Person,
    store::{
        Result, RowId, StoreError,
        access::Place,
        steps::{Credentials, Device, Lookup, Mark, SentMessage, Snapshot, Upload},
    },
};

impl Lookup for Db {
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

impl Lookup for Tx<'_> {
    fn user_row(&self, id: UserId) -> Result<RowId> {
        self.db.user_row(id)
    }

    fn find_user(&self, selector: &UserSelector) -> Result<RowId> {
        self.db.find_user(selector)
    }

    fn find_sent(&self, id: MessageId) -> Result<Option<SentMessage>> {
        self.db.find_sent(id)
    }

    fn find_upload(&self, id: UploadId) -> Result<Option<Upload>> {
        self.db.find_upload(id)
    }

    fn find_room(&self, selector: &RoomSelector, user: Option<RowId>) -> Result<Place> {
        self.db.find_room(selector, user)
    }

    fn person(&self, room: RowId, user: Option<RowId>) -> Result<Person> {
        self.db.person(room, user)
    }
}

/// Columns of [`device`].
const DEVICE: &str = "SELECT session.uuid, session.client, session.last_used_at, account.uuid, account.id, account.role, \
                      account.disabled FROM session JOIN account ON account.id = session.account";

impl Snapshot for Db {
    fn device_of_token(&self, token: &[u8; 32]) -> Result<Option<Device>> {
        let found = self.query_opt(&format!("{DEVICE} WHERE session.token = $1"), &[&token.as_slice()])?;
        found.map(|row| device(&row)).transpose()
    }

    fn device(&self, session: SessionId) -> Result<Option<Device>> {
        let found = self.query_opt(&format!("{DEVICE} WHERE session.uuid = $1"), &[&session.uuid()])?;
        found.map(|row| device(&row)).transpose()
    }

    fn credentials(&self, user: RowId) -> Result<Credentials> {
        let found = self.query_opt("SELECT uuid, password, disabled FROM account WHERE id = $1", &[&user])?;
        let row = found.ok_or(StoreError::NoUser)?;
        Ok(Credentials { user: rows::id(&row, 0)?, password: row.try_get(1)?, is_disabled: row.try_get(2)? })
    }

    fn marked_at(&self, mark: Mark) -> Result<Option<Timestamp>> {
        marks::marked_at(self, mark)
    }
}

fn device(row: &Row) -> Result<Device> {
    Ok(Device {
        session: rows::id(row, 0)?,
        client: row.try_get(1)?,
        last_used_at: rows::time(row, 2)?,
        user: rows::id(row, 3)?,
        user_row: row.try_get(4)?,
        role: rows::role(row.try_get(5)?),
        is_disabled: row.try_get(6)?,
    })
}

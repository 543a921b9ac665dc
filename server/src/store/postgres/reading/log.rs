//! A room's log, read on from a position.

use std::{collections::HashMap, ops::ControlFlow};

use chat_protocol::{LogEntry, RoomId, Timestamp};
use uuid::Uuid;

use crate::store::{
    Extent, Result,
    access::Access,
    postgres::{engine::connection::Db, log, message_row, rows},
    steps::LogRows,
};

impl LogRows for Db {
    fn extent(&self, access: &Access) -> Result<Extent> {
        let row = self.query_one("SELECT last_seq, last_at FROM room WHERE id = $1", &[&access.row()])?;
        Ok(Extent { last_seq: rows::number(&row, 0)?, last_at: rows::maybe_time(&row, 1)? })
    }

    fn entries_after(
        &self,
        access: &Access,
        after: u64,
        most: usize,
        take: &mut dyn FnMut(LogEntry) -> ControlFlow<()>,
    ) -> Result<()> {
        let sql = format!(
            "SELECT {}, event.kind, event.seq, event.at, event.changes, account.uuid, account.name, actor.uuid, actor.name
             FROM event JOIN account ON account.id = event.account LEFT JOIN account AS actor ON actor.id = event.actor
                  LEFT JOIN message ON message.id = event.message LEFT JOIN account AS author ON author.id = message.author
             WHERE event.room = $1 AND event.seq > $2 ORDER BY event.seq LIMIT $3",
            message_row::COLUMNS
        );
        for row in self.query(&sql, &[&access.row(), &rows::int(after), &rows::int(most)])? {
            if take(log::entry(self, &row, access.id())?).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn times(&self, positions: &[(RoomId, u64)]) -> Result<HashMap<RoomId, Timestamp>> {
        let (rooms, seqs): (Vec<Uuid>, Vec<i64>) =
            positions.iter().map(|(room, seq)| (room.uuid(), rows::int(*seq))).unzip();
        let found = self.query(
            "SELECT room.uuid, event.at FROM unnest($1::uuid[], $2::bigint[]) AS position (room, seq)
                    JOIN room ON room.uuid = position.room
                    JOIN event ON event.room = room.id AND event.seq = position.seq",
            &[&rooms, &seqs],
        )?;
        found.iter().map(|row| Ok((rows::id(row, 0)?, rows::time(row, 1)?))).collect()
    }
}

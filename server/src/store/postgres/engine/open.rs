//! Opens a database: whether its server can be used, its tables, and what every server has.

use std::error::Error as _;

use chat_protocol::{Epoch, LOBBY, RoomId, ServerId, name::RoomName};
use tokio_postgres::{Client, Error, error::SqlState};
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::{info, warn};
use uuid::Uuid;

use super::{
    address::Address,
    clock::NOW,
    health, pool,
    schema::{self, Found},
};
use crate::store::OpenError;

/// The oldest version of PostgreSQL that is supported, as `server_version_num` tells it.
const OLDEST: i32 = 140_000;

/// Held while tables are made (`pg_advisory_lock`), so that servers that start together do not do it twice: "chatopen" in
/// ASCII.
const LOCK: i64 = 0x6368_6174_6f70_656e;

/// Connects once, checks the server, brings the tables up to date and makes what every server has: an identity, an epoch,
/// the lobby.
pub(super) async fn open(address: &Address, tls: MakeRustlsConnect) -> Result<(ServerId, Epoch), OpenError> {
    let refused = |why: String| OpenError::Postgres { at: address.to_string(), why };
    let said = |error: Error| refused(explain(address, &error));
    if address.is_open_to_others() {
        warn!(%address, "the connection to the database may not be encrypted: add sslmode=verify-full to its address");
    }
    let (mut client, connection) = address.config.connect(tls).await.map_err(said)?;
    let connected = tokio::spawn(connection);
    if let Some(why) = pool::settle(&client).await.map_err(said)? {
        return Err(refused(why));
    }
    check(&client, address).await.map_err(said)?.map_or(Ok(()), |why| Err(refused(why)))?;
    // Waits for another server that makes tables just now, longer than for anything else. The lock ends with the connection.
    let lock = format!("SET lock_timeout = '60s'; SET statement_timeout = 0; SELECT pg_advisory_lock({LOCK})");
    client.batch_execute(&lock).await.map_err(said)?;
    let known = schema::known();
    match schema::look(&client).await.map_err(said)? {
        Found::Others => {
            return Err(refused("it has tables of another program: give the address of an empty database".to_owned()));
        }
        Found::Ours(found) if found > known => {
            return Err(refused(format!(
                "it was made by a newer chat-server (schema {found}, this one knows {known}): use that version"
            )));
        }
        Found::Empty | Found::Ours(_) => {}
    }
    let first = schema::migrate(&mut client).await.map_err(|failure| {
        let cause = failure.source().and_then(|source| source.downcast_ref::<Error>());
        let why = cause.map_or_else(|| failure.to_string(), |error| explain(address, error));
        refused(format!("its tables cannot be brought up to date: {why}"))
    })?;
    if let Some(first) = first.filter(|first| *first > 1) {
        info!(%address, from = first - 1, to = known, "the database was made by an older version: its tables are up to date now");
    }
    let made = make(&mut client).await.map_err(said)?;
    drop(client);
    // The lock is free once the connection is closed.
    _ = connected.await;
    let (identity, epoch) = made;
    info!(%address, %epoch, "the log is open");
    Ok((identity, epoch))
}

/// Says what keeps the database from being used, if anything does.
async fn check(client: &Client, address: &Address) -> Result<Option<String>, Error> {
    let row = client
        .query_one(
            "SELECT current_setting('server_version_num')::integer, current_setting('server_version'),
                    current_setting('server_encoding'), current_schema(),
                    coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)",
            &[],
        )
        .await?;
    let (number, version): (i32, String) = (row.try_get(0)?, row.try_get(1)?);
    if number < OLDEST {
        return Ok(Some(format!("it is PostgreSQL {version}, and chat-server needs 14 or later: update it")));
    }
    let encoding: String = row.try_get(2)?;
    let (user, database) = (address.user(), address.database());
    if encoding != "UTF8" {
        return Ok(Some(format!(
            "the database keeps text as {encoding}, and chat-server needs UTF8: make another one (createdb --encoding=UTF8 \
             --template=template0 {database})"
        )));
    }
    let schema: Option<String> = row.try_get(3)?;
    let Some(schema) = schema else {
        return Ok(Some(format!(
            "there is no schema in which {user} may make tables: make one (CREATE SCHEMA {user} AUTHORIZATION {user})"
        )));
    };
    let may_create: bool = row.try_get(4)?;
    Ok((!may_create).then(|| {
        format!("{user} may make no tables there: let it (GRANT CREATE, USAGE ON SCHEMA {schema} TO {user}), as the database's owner")
    }))
}

/// What every server has.
async fn make(client: &mut Client) -> Result<(ServerId, Epoch), Error> {
    let tx = client.transaction().await?;
    for (key, value) in [("server", ServerId::now_v7().to_string()), ("epoch", Epoch::now_v7().to_string())] {
        tx.execute("INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING", &[&key, &value]).await?;
    }
    let key = RoomName::parse(LOBBY).expect("the lobby's name keeps the rules for names").key();
    let sql = format!(
        "INSERT INTO room (uuid, name, canonical, skeleton, cased_skeleton, kind, created_at)
         VALUES ($1, $2, $3, $4, $5, 'public', {}) ON CONFLICT DO NOTHING",
        NOW
    );
    let id = RoomId::now_v7().uuid();
    tx.execute(&sql, &[&id, &LOBBY, &key.canonical, &key.skeleton, &key.cased_skeleton]).await?;
    let row = tx
        .query_one(
            "SELECT (SELECT value::uuid FROM meta WHERE key = 'server'), (SELECT value::uuid FROM meta WHERE key = 'epoch')",
            &[],
        )
        .await?;
    let (server, epoch): (Uuid, Uuid) = (row.try_get(0)?, row.try_get(1)?);
    tx.commit().await?;
    Ok((server.into(), epoch.into()))
}

/// What the driver says, as what its operator can do about it.
fn explain(address: &Address, error: &Error) -> String {
    let (user, database) = (address.user(), address.database());
    let text = health::text(error);
    match error.code() {
        Some(&SqlState::INVALID_PASSWORD) => {
            format!("it refuses the password of {user}: correct it in the address that --database gives")
        }
        Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
            format!("it does not let {user} in from here ({text}): see its pg_hba.conf, and the user in --database")
        }
        Some(&SqlState::INVALID_CATALOG_NAME) => {
            format!("there is no such database: make it (createdb --encoding=UTF8 --owner={user} {database})")
        }
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            format!("{user} may not do what chat-server needs ({text}): make {user} the owner of the database")
        }
        Some(&SqlState::TOO_MANY_CONNECTIONS) => {
            format!("it has as many connections as it may ({text}): raise max_connections, or stop what holds them")
        }
        Some(&SqlState::CANNOT_CONNECT_NOW) => format!("it is starting or stopping ({text}): try again in a moment"),
        Some(&SqlState::DISK_FULL) => format!("its disk is full ({text}): make room there"),
        Some(&SqlState::LOCK_NOT_AVAILABLE) => {
            "another chat-server has been making its tables for a minute: try again once that has ended".to_owned()
        }
        Some(_) => text,
        None if text.contains("TLS") => {
            format!("no encrypted connection can be made ({text}): see sslmode and sslrootcert in --database")
        }
        None if text.contains("password missing") || text.contains("authentication") => {
            format!("it wants a password of {user} ({text}): write it into the address that --database gives")
        }
        None => format!("it cannot be reached ({text}): start it, or correct host and port in --database"),
    }
}

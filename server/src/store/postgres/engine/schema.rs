//! The tables: made and brought up to date here.

use tokio_postgres::Client;

refinery::embed_migrations!("migrations/postgres");

/// The number of the schema that this program knows.
pub(super) fn known() -> i32 {
    migrations::runner().get_migrations().iter().map(|migration| migration.version()).max().unwrap_or(0)
}

/// What a database holds.
pub(super) enum Found {
    /// Nothing yet.
    Empty,
    /// Tables of another program.
    Others,
    /// Ours, of this number.
    Ours(i32),
}

/// Looks at what is there, in the schema in which tables would be made.
pub(super) async fn look(client: &Client) -> Result<Found, tokio_postgres::Error> {
    let tables = client
        .query_one(
            "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v')
               AND relname <> 'refinery_schema_history'",
            &[],
        )
        .await?
        .try_get::<_, i64>(0)?;
    if tables == 0 {
        return Ok(Found::Empty);
    }
    let has_meta = client.query_one("SELECT to_regclass('meta') IS NOT NULL", &[]).await?.try_get::<_, bool>(0)?;
    if !has_meta {
        return Ok(Found::Others);
    }
    // Somebody else's table of that name has other columns, or no such row.
    let number = client.query_opt("SELECT value FROM meta WHERE key = 'schema'", &[]).await;
    Ok(match number {
        Ok(Some(row)) => row.try_get::<_, String>(0)?.parse().map_or(Found::Others, Found::Ours),
        Ok(None) => Found::Others,
        Err(error) if error.as_db_error().is_some() => Found::Others,
        Err(error) => return Err(error),
    })
}

/// Brings the tables up to date. Gives the number of the first migration that ran, if one did.
pub(super) async fn migrate(client: &mut Client) -> Result<Option<i32>, refinery::Error> {
    let report = migrations::runner().set_abort_missing(false).run_async(client).await?;
    Ok(report.applied_migrations().first().map(|migration| migration.version()))
}

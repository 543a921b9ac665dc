//! What holds on PostgreSQL alone.

use std::time::{Duration, Instant};

use super::*;

#[tokio::test]
async fn one_server_at_a_time_uses_a_database() {
    let Some(address) = chat_testing::postgres::database() else { return };
    let folder = tempfile::tempdir().unwrap();
    let address = Box::new(Address::parse(&address).unwrap());
    let location = Location::Postgres { address, folder: folder.path().to_owned() };
    let open = || Store::open(&location, Arc::new(Told::default()) as Arc<dyn Sink>);
    let first = open().unwrap();
    let refused = open().err().unwrap().to_string();
    assert!(refused.contains("another chat-server uses this database"), "{refused}");
    drop(first);
    // The database tells nobody when it has seen a connection end.
    let deadline = Instant::now() + Duration::from_secs(30);
    while let Err(refused) = open() {
        assert!(Instant::now() < deadline, "{refused}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

//! A machine whose clock is wrong, or was.

use futures_util::future::join_all;

use chat_testing::TestServer;

/// Stops the server, changes what it wrote, and starts it again.
async fn rewritten(server: TestServer, sql: &str) -> TestServer {
    let (folder, paused) = server.pause();
    let database = rusqlite::Connection::open(folder.join("chat.db")).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
    database.execute_batch(sql).unwrap();
    drop(database);
    paused.resume().await
}

#[tokio::test]
async fn who_signed_in_while_the_clock_stood_in_1970_stays_signed_in() {
    let server = TestServer::start().await;
    let (alice, guest) = (server.register("alice").await, server.guest().await);
    let in_1970 = "UPDATE meta SET value = '86400000' WHERE key = 'looked_at';
                   UPDATE session SET created_at = 86400000, last_used_at = 86400000;
                   UPDATE user SET created_at = 86400000, last_seen_at = 86400000";
    let server = rewritten(server, in_1970).await;
    // The first ones come before or while the clock is looked at.
    let (alice, guest) = (alice.at(&server), guest.at(&server));
    for answer in join_all((0..20).map(|_| alice.get("/api/users/me"))).await {
        answer.is(200);
    }
    guest.get("/api/users/me").await.is(200);
    alice.live().await.close().await;
}

#[tokio::test]
async fn who_signed_in_while_the_clock_was_set_back_stays_signed_in() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let bob_in_1970 =
        "UPDATE session SET last_used_at = 86400000 WHERE user = (SELECT id FROM user WHERE name = 'bob');
                       INSERT OR REPLACE INTO meta (key, value) VALUES ('looked_at', '86400000')";
    let server = rewritten(server, bob_in_1970).await;
    alice.at(&server).get("/api/users/me").await.is(200);
    bob.at(&server).get("/api/users/me").await.is(200);
}

#[tokio::test]
async fn a_token_that_was_not_used_for_400_days_ends() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.register("alice").await, server.register("bob").await);
    let unused = |days: u32| {
        format!(
            "UPDATE session SET last_used_at = last_used_at - {days} * 86400000
             WHERE user = (SELECT id FROM user WHERE name = 'alice')"
        )
    };
    let server = rewritten(server, &unused(399)).await;
    let alice = alice.at(&server);

    alice.get("/api/users/me").await.is(200);
    let server = rewritten(server, &unused(401)).await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    alice.get("/api/users/me").await.is_problem(401, "unauthorized");
    alice.upgrade().refused().await.is(401, "unauthorized");
    bob.get("/api/users/me").await.is(200);
}

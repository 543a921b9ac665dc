//! Programs post to the address of a hook: `curl`, apprise, and what the log says of it.

use chat_e2e::{Person, Server, require, within};
use serde_json::{Value, json};
use tokio::process::Command;

/// A hook in a room of alice's.
async fn hook(server: &Server) -> (Person, String) {
    let alice = Person::take(server.url(), "alice").await;
    alice.create_room("ops").await;
    let made = alice.post("/api/rooms/ops/hooks", json!({ "name": "alerts" })).await.is(201);
    let url = made["url"].as_str().expect("an address").to_owned();
    (alice, url)
}

#[tokio::test]
async fn apprise_and_curl_post_by_an_address_alone() {
    let (Some(apprise), Some(curl)) = (require::apprise(), require::curl()) else { return };
    let server = Server::start().await;
    let (alice, url) = hook(&server).await;
    let as_json = url.replacen("http://", "json://", 1);
    let mut notify = Command::new(apprise);
    notify.args(["--title", "Backup", "--body", "done in *4* min", &as_json]);
    let notified = within("apprise", notify.output()).await.expect("apprise runs");
    assert!(notified.status.success(), "{notified:?}");
    let mut post = Command::new(curl);
    post.args(["-fsS", "-d", "the **disk** is 93 % full & hot", &url]);
    let posted = within("curl", post.output()).await.expect("curl runs");
    assert_eq!((posted.status.success(), posted.stdout.as_slice()), (true, b"ok".as_slice()), "{posted:?}");
    assert_eq!(alice.bodies("ops").await, ["**Backup**\ndone in **4** min", "the **disk** is 93 % full & hot"]);
}

#[tokio::test]
async fn the_log_has_no_address_of_a_hook() {
    let mut server = Server::unlimited().arg("--log").arg("trace").start().await;
    let (alice, url) = hook(&server).await;
    let secret = url.rsplit('/').next().expect("a secret").to_owned();
    let post = async |url: &str, body: &'static str| {
        let answer = chat_testing::http().post(url).header("content-type", "application/json").body(body).send().await;
        answer.expect("an answer").status().as_u16()
    };
    assert_eq!(post(&url, r#"{"text":"a secret text"}"#).await, 200);
    assert_eq!(post(&url, "not JSON").await, 400);
    assert_eq!(post(&format!("{url}/more"), "{}").await, 404);
    assert_eq!(post(&url.replace("/hooks/", "//hooks/"), "{}").await, 404);
    let hooks: Value = alice.get("/api/rooms/ops/hooks").await.is(200).json;
    let id = hooks[0]["id"].as_str().expect("an id");
    let replaced = alice.post(&format!("/api/rooms/ops/hooks/{id}/secret"), json!({})).await.is(200);
    assert_eq!(post(&url, "{}").await, 404);
    let new = replaced["url"].as_str().expect("an address").to_owned();
    assert_eq!(post(&new, r#"{"text":"again"}"#).await, 200);
    assert!(server.terminate().await.success());
    let log = server.log();
    assert!(log.contains("TRACE") && log.contains("/hooks/{hook}/{secret}"), "everything is logged that ever is");
    for hidden in [&secret, new.rsplit('/').next().expect("a secret"), "a secret text"] {
        assert!(!log.contains(hidden), "{hidden} stands in the log");
    }
}

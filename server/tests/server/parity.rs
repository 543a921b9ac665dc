//! What people can do, in one list (`protocol/fixtures/capabilities.json`): each with its key or command in the terminal, its
//! menu entry or command in the page, and its request. So neither client falls behind the other, or behind the server.
//! The page's half is in `static/tests/parity.test.js`.

use std::collections::BTreeSet;

use chat_testing::TestServer;
use serde::Deserialize;

const LIST: &str = include_str!("../../../protocol/fixtures/capabilities.json");
/// Made from the terminal client's tables; a test of its own compares them.
const KEYS: &str = include_str!("../../../docs/keys.md");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Capability {
    can: String,
    #[serde(default)]
    terminal: Vec<String>,
    #[serde(default)]
    page: Vec<String>,
    #[serde(default)]
    rest: Vec<String>,
    /// Why a client lacks it.
    why: Option<String>,
}

fn capabilities() -> Vec<Capability> {
    serde_json::from_str(LIST).unwrap()
}

/// What stands between backticks in the first column of the tables.
fn keys_and_commands() -> BTreeSet<&'static str> {
    let rows = KEYS.lines().filter_map(|line| line.strip_prefix("| ")).filter_map(|line| line.split(" | ").next());
    let words = rows.flat_map(|keys| keys.split('`').skip(1).step_by(2));
    words.map(|word| if word.starts_with('/') { word.split(' ').next().unwrap_or(word) } else { word }).collect()
}

#[test]
fn the_terminal_client_can_do_all_of_it_and_nothing_else() {
    let (there, capabilities) = (keys_and_commands(), capabilities());
    let mut missing = Vec::new();
    let mut listed = BTreeSet::new();
    for Capability { can, terminal, page, why, .. } in &capabilities {
        assert!(why.is_some() || !(terminal.is_empty() || page.is_empty()), "{can}: both clients can, or it says why");
        for way in terminal {
            if !there.contains(way.as_str()) {
                missing.push(format!("{can}: {way}"));
            }
            listed.insert(way.as_str());
        }
    }
    assert_eq!(missing, [""; 0], "the terminal client lacks these");
    let unlisted: Vec<_> = there.iter().filter(|way| way.starts_with('/') && !listed.contains(**way)).collect();
    assert_eq!(unlisted, [&""; 0], "put these in the list");
}

#[tokio::test]
async fn the_server_has_a_request_for_it_and_no_other_ones() {
    let server = TestServer::start().await;
    let document = server.get("/api/openapi.json").await.is(200).json;
    let operations: BTreeSet<String> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(path, _)| path.starts_with("/api/"))
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    let listed: BTreeSet<String> = capabilities().into_iter().flat_map(|capability| capability.rest).collect();
    assert_eq!(listed, operations);
}

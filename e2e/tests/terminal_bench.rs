//! How fast, quiet and small the terminal client is with a long history. `checks/terminal-bench.sh` runs it with the
//! release programs; in a debug build the numbers mean nothing.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "terminal_bench/console.rs"]
mod console;
#[path = "terminal_bench/history.rs"]
mod history;
#[path = "terminal_bench/measures.rs"]
mod measures;
#[path = "terminal_bench/table.rs"]
mod table;

use history::Scene;
use table::Table;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it measures: checks/terminal-bench.sh"]
async fn the_terminal_client_is_fast_quiet_and_small() {
    let mut scene = Scene::make().await;
    let mut table = Table::default();
    measures::start(&scene, "connected", &mut table);
    measures::keys(&scene, &mut table);
    measures::idle(&scene, "connected", &mut table);
    measures::burst(&mut scene, &mut table).await;
    scene.server.terminate().await;
    measures::start(&scene, "no server", &mut table);
    measures::idle(&scene, "no server", &mut table);
    table.print();
    assert!(table.is_met(), "a bar is missed");
}

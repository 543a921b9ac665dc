//! Every scenario, tiny, against the real server: what is counted must be right. Nothing is said about speed.

use std::process::Command;

use serde_json::Value;

#[test]
fn every_scenario_runs_and_nothing_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("report.json");
    let done = Command::new(env!("CARGO_BIN_EXE_chat-bench"))
        .args(["--runs", "1", "--scale", "0.01", "--seconds", "0.2", "--no-pin", "--json"])
        .arg(&json)
        .arg("--dir")
        .arg(folder.path())
        .arg("--server")
        .arg(chat_e2e::programs::server())
        .output()
        .unwrap();
    let (table, log) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{table}\n{log}");

    let report: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    assert_eq!(report["faults"], 0);
    let rows = report["runs"].as_array().unwrap();
    let scenarios = [
        "fanout", "rooms", "idle", "storm", "ack", "durable", "changes", "history", "large", "search", "files",
        "import", "resume", "reset",
    ];
    for scenario in scenarios {
        let of: Vec<_> = rows.iter().filter(|row| row["scenario"] == scenario).collect();
        assert!(!of.is_empty(), "{scenario} is not in the report");
        assert!(table.contains(&format!("\n{scenario}: ")), "{scenario} is not in the table");
        for row in of {
            let values = &row["values"];
            let counted = values["rate_per_s"].as_f64().or(values["connections"].as_f64());
            assert!(counted > Some(0.0), "nothing was counted: {row}");
            for fault in ["missing", "doubled", "out_of_order", "failed"] {
                assert_eq!(values[fault], 0.0, "{row}");
            }
        }
    }
}

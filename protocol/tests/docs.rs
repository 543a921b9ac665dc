//! `docs/protocol.md` cannot drift from the code: its examples are the golden fixtures, its table of limits the
//! defaults, its codes and reserved names those that there are.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use chat_protocol::{Limits, api::Problem, name::UserName};
use serde_json::Value;

/// What begins a block that holds an example.
const FENCE: &str = "```json\n";

fn crate_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn document() -> String {
    let path = crate_folder().join("../docs/protocol.md");
    // A checkout with Windows' line ends shows the same examples.
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())).replace("\r\n", "\n")
}

/// The fixtures by their path, each as the document shows it.
fn fixtures() -> BTreeMap<String, String> {
    let in_folder = |folder: &'static str| {
        let files = fs::read_dir(crate_folder().join("fixtures").join(folder)).unwrap();
        files.map(move |file| shown(folder, &file.unwrap().path()))
    };
    in_folder("events").chain(in_folder("commands")).collect()
}

fn shown(folder: &str, path: &Path) -> (String, String) {
    let golden: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
    (name, serde_json::to_string_pretty(&golden).unwrap())
}

/// The insides of all JSON blocks.
fn examples(document: &str) -> Vec<&str> {
    let blocks = document.split(FENCE).skip(1);
    blocks.map(|rest| rest.split_once("\n```").unwrap_or_else(|| panic!("this block has no end:\n{rest}")).0).collect()
}

#[test]
fn every_message_has_its_example() {
    let document = document();
    let examples = examples(&document);
    for (name, golden) in fixtures() {
        assert!(
            examples.contains(&golden.as_str()),
            "docs/protocol.md does not show protocol/fixtures/{name} as it now is; put this there:\n\n{FENCE}{golden}\n```\n"
        );
    }
}

#[test]
fn every_example_is_a_message() {
    let (document, fixtures) = (document(), fixtures());
    for example in examples(&document) {
        let value: Value = serde_json::from_str(example)
            .unwrap_or_else(|e| panic!("docs/protocol.md shows bad JSON ({e}):\n{example}"));
        assert!(
            value.get("type").is_none() || fixtures.values().any(|golden| golden == example),
            "docs/protocol.md shows a message that is not in protocol/fixtures; \
             write it as one that is, or fence it as something else than json:\n{example}"
        );
    }
}

#[test]
fn every_limit_is_listed_with_its_default() {
    let document = document();
    let defaults = serde_json::to_value(Limits::default()).unwrap();
    for key in Limits::KEYS {
        let default = defaults[key].as_str().map_or_else(|| defaults[key].to_string(), str::to_owned);
        let row = format!("| `{key}` | {default} |");
        assert!(document.contains(&row), "docs/protocol.md, Limits: there is no row that begins with\n{row}");
    }
}

#[test]
fn every_code_that_is_listed_is_one() {
    let document = document();
    let (_, table) = document.split_once("| code | status | |\n").expect("the table begins like this");
    let rows = table.lines().take_while(|line| !line.is_empty());
    let listed: Vec<&str> = rows.filter_map(|row| row.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(listed.len(), 14, "docs/protocol.md, HTTP: one row for each code, not {listed:?}");
    for code in listed {
        // An unknown code reads as `bad_request`.
        let problem: Problem = serde_json::from_value(serde_json::json!({ "code": code })).unwrap();
        assert_eq!(problem.code.as_str(), code, "docs/protocol.md, HTTP: there is no code `{code}`");
    }
}

#[test]
fn every_name_that_is_called_reserved_is() {
    let document = document();
    let (_, rest) = document.split_once("Reserved for users, in any disguise:").expect("the list begins like this");
    let (names, _) = rest.split_once("; for rooms:").expect("the list ends like this");
    let names: Vec<&str> = names.split('`').skip(1).step_by(2).collect();
    assert!(names.len() > 10, "docs/protocol.md, Names: these are too few: {names:?}");
    for name in names {
        assert!(UserName::parse(name).is_err(), "docs/protocol.md, Names: `{name}` is not reserved");
    }
}

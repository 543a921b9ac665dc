//! What is not there, on purpose: ARCHITECTURE.md promises it, this holds it.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

/// Every source file below a path of the repository, with its code: comments and tests left out.
fn code(path: &str, extension: &str) -> Vec<(PathBuf, String)> {
    fn walk(path: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        if path.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                walk(&entry.unwrap().path(), extension, found);
            }
        } else if path.extension().is_some_and(|other| other == extension) {
            found.push(path.to_owned());
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    walk(&root.join(path), extension, &mut found);
    assert!(!found.is_empty(), "{path} has moved: move the promise with it");
    found
        .into_iter()
        .filter(|path| !path.components().any(|part| part.as_os_str() == "tests"))
        .filter(|path| !path.ends_with("tests.rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code = shipped.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>();
            (path, code.join("\n"))
        })
        .collect()
}

#[track_caller]
fn absent(files: Vec<(PathBuf, String)>, words: &[&str]) {
    for (path, code) in files {
        for word in words {
            assert!(!code.contains(word), "{} has heard of `{word}`", path.display());
        }
    }
}

/// The server's floors, from the ground up.
const SERVER: &[&[&str]] = &[
    &["address", "output"],
    &["access", "failpoint", "files", "gauge", "logging", "memory", "outgoing", "plain"],
    &["store"],
    &["formats", "hub"],
    &["chat"],
    &["session"],
    &["web"],
    &["api", "socket"],
    &["routes"],
    &["server"],
    &["cli"],
];

/// The floors of the terminal client.
const TERMINAL: &[&[&str]] = &[
    &["text", "program"],
    &["keys"],
    &["state"],
    &["layout"],
    &["screen", "update"],
    &["terminal"],
    &["sign_in"],
    &["run", "script"],
];

#[test]
fn no_code_of_the_server_uses_what_stands_above_it() {
    keeps_to_its_floors("server", SERVER);
}

/// The floors of the client library.
const CLIENT: &[&[&str]] = &[
    &["error", "files", "picture", "room", "url"],
    &["tls"],
    &["entry", "options"],
    &["api"],
    &["store"],
    &["direct"],
    &["account", "cursors", "outbox", "update"],
    &["connection"],
    &["client"],
    &["bot"],
];

#[test]
fn no_code_of_the_client_library_uses_what_stands_above_it() {
    keeps_to_its_floors("client", CLIENT);
}

#[test]
fn no_code_of_the_terminal_client_uses_what_stands_above_it() {
    keeps_to_its_floors("tui-client", TERMINAL);
}

/// Code uses what stands below its own line, so that no two modules need each other. `lib.rs` and `main.rs` stand above all, and name the rest.
#[track_caller]
fn keeps_to_its_floors(package: &str, floors: &[&[&str]]) {
    let floor = |module: &str| floors.iter().position(|floor| floor.contains(&module));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(package).join("src");
    let exported = exports(&fs::read_to_string(root.join("lib.rs")).unwrap());
    for (path, code) in code(&format!("{package}/src"), "rs") {
        let module = path.strip_prefix(&root).unwrap().components().next().unwrap().as_os_str().to_str().unwrap();
        let module = module.trim_end_matches(".rs");
        if ["lib", "main"].contains(&module) {
            continue;
        }
        let own = floor(module).unwrap_or_else(|| panic!("{module} has no floor: give it one here"));
        for named in modules(&code) {
            let used = exported.get(&named).unwrap_or(&named);
            let below = floor(used).unwrap_or_else(|| panic!("{}: there is no module {used}", path.display()));
            assert!(
                below < own || *used == module,
                "{} uses crate::{used}, which does not stand below {module}",
                path.display()
            );
        }
    }
}

/// What `lib.rs` gives out under the crate's own name, and the module that has it.
fn exports(lib: &str) -> HashMap<String, String> {
    let uses = lib.lines().filter_map(|line| line.strip_prefix("pub use ")?.strip_suffix(';')?.split_once("::"));
    let names = |module: &str, names: &str| {
        let names = names.trim_matches(['{', '}']).split(", ").map(|name| (name.to_owned(), module.to_owned()));
        names.collect::<Vec<_>>()
    };
    uses.flat_map(|(module, items)| names(module, items)).collect()
}

/// The modules of the crate that a file names: `crate::web`, or `web` in a `use crate::{…}`.
fn modules(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    for part in code.split("crate::").skip(1) {
        let Some(group) = part.strip_prefix('{') else {
            found.push(word(part));
            continue;
        };
        let mut depth = 0;
        let mut begins = true;
        for (at, c) in group.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => begins = true,
                c if begins && !c.is_whitespace() => {
                    found.push(word(&group[at..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn the_modules_that_a_file_names_are_found() {
    let code = "use crate::chat;\nuse crate::{\n    api::{link, me},\n    web::{App, Error},\n};\nlet x = crate::plain::plain();";
    assert_eq!(modules(code), ["chat", "api", "web", "plain"]);
}

#[test]
fn the_protocol_does_no_io_and_looks_at_no_clock() {
    absent(
        code("protocol/src", "rs"),
        &["std::fs", "std::net", "tokio", "SystemTime", "Instant::now", "Timestamp::now"],
    );
}

#[test]
fn the_hub_has_never_heard_of_axum_sql_or_frames() {
    let mut hub = code("server/src/hub", "rs");
    hub.extend(code("server/src/hub.rs", "rs"));
    absent(
        hub,
        &["axum", "hyper", "rusqlite", "SELECT ", "tungstenite", "Frame", "crate::chat", "crate::web", "crate::socket"],
    );
}

#[test]
fn a_session_has_never_heard_of_sockets_http_or_frames() {
    let mut session = code("server/src/session", "rs");
    session.extend(code("server/src/session.rs", "rs"));
    absent(session, &["axum", "hyper", "tungstenite", "Tcp", "Frame", "crate::web", "crate::api", "crate::socket"]);
}

#[test]
fn the_rules_have_never_heard_of_http_or_websocket() {
    let mut chat = code("server/src/chat", "rs");
    chat.extend(code("server/src/chat.rs", "rs"));
    absent(chat, &["axum", "hyper", "tungstenite", "StatusCode", "crate::web", "crate::api", "crate::socket"]);
}

#[test]
fn the_store_has_never_heard_of_connections() {
    absent(
        code("server/src/store", "rs"),
        &["axum", "hyper", "tungstenite", "crate::chat", "crate::hub", "crate::web"],
    );
}

#[test]
fn the_rules_of_the_store_know_no_engine() {
    let store = code("server/src/store", "rs").into_iter();
    let is_engine = |part: &std::ffi::OsStr| part == "sqlite" || part == "postgres";
    let above = store.filter(|(path, _)| !path.components().any(|part| is_engine(part.as_os_str())));
    let words = ["rusqlite", "tokio_postgres", "SELECT ", "INSERT ", "UPDATE ", "DELETE FROM"];
    absent(above.filter(|(path, _)| !path.ends_with("sqlite.rs") && !path.ends_with("postgres.rs")).collect(), &words);
}

#[test]
fn the_access_check_knows_only_the_protocol() {
    absent(code("server/src/access.rs", "rs"), &["crate::", "rusqlite", "axum", "tokio"]);
}

#[test]
fn sql_is_only_in_the_store() {
    let elsewhere = code("server/src", "rs")
        .into_iter()
        .filter(|(path, _)| !path.components().any(|part| part.as_os_str() == "store") && !path.ends_with("store.rs"));
    absent(elsewhere.collect(), &["rusqlite", "SELECT ", "INSERT ", "UPDATE ", "DELETE FROM"]);
}

#[test]
fn the_status_of_a_refusal_is_chosen_in_one_place() {
    let elsewhere = code("server/src", "rs").into_iter().filter(|(path, _)| !path.ends_with("web/error.rs"));
    absent(
        elsewhere.collect(),
        &[
            "StatusCode::BAD_REQUEST",
            "StatusCode::UNAUTHORIZED",
            "StatusCode::FORBIDDEN",
            "StatusCode::CONFLICT",
            "StatusCode::TOO_MANY_REQUESTS",
            "StatusCode::INTERNAL_SERVER_ERROR",
        ],
    );
}

#[test]
fn gauges_are_moved_by_guards_alone() {
    let elsewhere = code("server/src", "rs").into_iter().filter(|(path, _)| !path.ends_with("gauge.rs"));
    absent(elsewhere.collect(), &[".decrement("]);
}

/// The code of folders of the terminal client.
fn terminal_client(folders: &[&str]) -> Vec<(PathBuf, String)> {
    let of = |folder: &&str| {
        [code(&format!("tui-client/src/{folder}"), "rs"), code(&format!("tui-client/src/{folder}.rs"), "rs")].concat()
    };
    folders.iter().flat_map(of).collect()
}

#[test]
fn the_terminals_state_knows_no_screen_no_socket_and_no_clock() {
    absent(
        terminal_client(&["text", "keys", "state", "layout", "update"]),
        &["ratatui", "crossterm", "tokio", "tungstenite", "Instant::now", "SystemTime", "std::env", "std::fs"],
    );
}

#[test]
fn what_draws_the_terminal_changes_nothing() {
    absent(terminal_client(&["screen", "layout"]), &["&mut State", "Effect", "update::"]);
}

#[test]
fn colours_of_the_terminal_are_chosen_in_the_theme_alone() {
    let folders = terminal_client(&["screen", "layout", "text", "run"]).into_iter();
    let elsewhere = folders.filter(|(path, _)| !path.ends_with("theme.rs") && !path.ends_with("links.rs"));
    absent(elsewhere.collect(), &["Color::", "Modifier::"]);
}

#[test]
fn views_of_the_page_never_import_the_socket_and_nobody_writes_html() {
    absent(code("static/js/views", "js"), &["socket.js"]);
    absent(code("static", "js"), &["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"]);
}

#[test]
fn no_program_depends_on_what_only_tests_need() {
    for manifest in ["protocol", "client", "page", "server", "tui-client"] {
        let text = read(&format!("{manifest}/Cargo.toml"));
        let dependencies = text.split("\n[dependencies]").nth(1).unwrap_or_default();
        let shipped = dependencies.split("\n[").next().unwrap_or_default();
        for word in ["chat-testing", "chat-e2e", "\"testing\""] {
            assert!(!shipped.contains(word), "{manifest} has {word}");
        }
    }
}

#[test]
fn an_image_is_built_from_all_that_the_build_reads() {
    let (workspace, taken) = (read("Cargo.toml"), read("deploy/Dockerfile.dockerignore"));
    let members = workspace.lines().find_map(|line| line.strip_prefix("members = ")).expect("the members in one line");
    let members: Vec<String> = serde_json::from_str(members).unwrap();
    for needed in members.iter().map(String::as_str).chain([".cargo", "Cargo.lock", "static"]) {
        assert!(taken.lines().any(|line| line.strip_prefix('!') == Some(needed)), "{needed} is left out");
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path)).unwrap()
}

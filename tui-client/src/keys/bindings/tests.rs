use super::{
    document::{PLACES, markdown},
    *,
};

const KEYS_PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/keys.md");

#[test]
fn the_page_about_keys_is_the_table() {
    let written = std::fs::read_to_string(KEYS_PAGE).unwrap_or_default();
    if written != markdown() && std::env::var_os("UPDATE_KEYS").is_some() {
        std::fs::write(KEYS_PAGE, markdown()).unwrap();
        return;
    }
    assert!(written == markdown(), "docs/keys.md is out of date: run this test with UPDATE_KEYS=1");
}

#[test]
fn no_key_means_two_things_in_one_place() {
    for place in PLACES {
        let keys: Vec<_> =
            TABLE.iter().filter(|binding| binding.place == place).flat_map(|binding| binding.keys).collect();
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(key), "{key} twice in {place:?}");
        }
    }
}

#[test]
fn every_key_with_alt_has_another_beside_it_or_a_readline_name() {
    for binding in TABLE.iter().filter(|binding| binding.place == Place::Anywhere) {
        let only_alt = binding.keys.iter().all(|key| key.alt);
        assert!(!only_alt || binding.action == Action::NumberedRoom, "{binding:?} fails where Alt does");
    }
}

#[test]
fn keys_that_a_terminal_cannot_send_are_not_shown() {
    let binding = TABLE.iter().find(|binding| binding.action == Action::NewLine).unwrap();
    assert_eq!(binding.label(false), "Alt-Enter, Ctrl-J");
    assert_eq!(binding.label(true), "Shift-Enter, Alt-Enter, Ctrl-J");
    let numbered = TABLE.iter().find(|binding| binding.action == Action::NumberedRoom).unwrap();
    assert_eq!(numbered.label(false), "Alt-1 … Alt-9");
}

use std::ops::Range;

use chat_protocol::terminal::SafeText;
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

const WIDTH: usize = 10;

fn typed(text: &str) -> Editor {
    let mut editor = Editor::default();
    for char in text.chars() {
        editor.insert(&char.to_string());
    }
    editor
}

#[test]
fn a_family_is_one_character() {
    let mut editor = typed("a👨‍👩‍👧b");
    editor.apply(Edit::Left, WIDTH);
    editor.apply(Edit::DeleteBack, WIDTH);
    assert_eq!(editor.text(), "ab");
    assert_eq!(editor.cursor(), 1);
}

#[test]
fn undo_takes_back_a_word_at_a_time() {
    let mut editor = typed("hello world");
    editor.apply(Edit::Undo, WIDTH);
    assert_eq!(editor.text(), "hello ");
    editor.apply(Edit::Undo, WIDTH);
    assert_eq!(editor.text(), "hello");
    editor.apply(Edit::Redo, WIDTH);
    assert_eq!(editor.text(), "hello ");
}

#[test]
fn what_was_killed_can_be_yanked() {
    let mut editor = typed("one two three");
    editor.apply(Edit::KillWordBack, WIDTH);
    assert_eq!(editor.text(), "one two ");
    editor.apply(Edit::KillToStart, WIDTH);
    assert_eq!(editor.text(), "");
    editor.apply(Edit::Yank, WIDTH);
    assert_eq!(editor.text(), "one two ");
}

#[test]
fn clearing_can_be_undone() {
    let mut editor = typed("draft");
    assert_eq!(editor.take(), "draft");
    assert!(editor.is_empty());
    editor.apply(Edit::Undo, WIDTH);
    assert_eq!(editor.text(), "draft");
}

#[test]
fn pasted_control_characters_are_dropped_and_line_ends_become_one() {
    let mut editor = Editor::default();
    editor.insert("a\r\nb\rc\u{1b}[31m\td\u{7}");
    assert_eq!(editor.text(), "a\nb\nc[31m\td");
}

fn rows(text: &str, width: usize) -> Vec<Range<usize>> {
    Editor::new(text).rows(width, 0, usize::MAX)
}

#[test]
fn rows_break_after_spaces_and_lose_nothing() {
    let text = "the quick brown fox";
    let shown: Vec<_> = rows(text, WIDTH).into_iter().map(|row| &text[row]).collect();
    assert_eq!(shown, ["the quick ", "brown fox"]);
    let wide = "日本語日本語";
    let shown: Vec<_> = rows(wide, 5).into_iter().map(|row| &wide[row]).collect();
    assert_eq!(shown, ["日本", "語日", "本語"]);
}

#[test]
fn what_is_written_is_shown_as_safely_as_what_others_write() {
    let all = (0..=0x10_ffff).filter_map(char::from_u32).filter(|char| !char.is_control());
    for text in all.map(String::from).chain(["a\u{200d}", "é\u{202e}", "e\u{301}"].map(str::to_owned)) {
        assert_eq!(shown(&text), SafeText::line(&text).as_str(), "{text:?}");
    }
    assert_eq!(cells("a\u{200d}b"), 2);
}

/// What is done to a text: typed, pasted, deleted, taken back.
fn done() -> impl Strategy<Value = (usize, Edit, String)> {
    const EDITS: [Edit; 10] = [
        Edit::Left,
        Edit::Up,
        Edit::Down,
        Edit::DeleteBack,
        Edit::DeleteForward,
        Edit::KillWordBack,
        Edit::KillToEnd,
        Edit::Yank,
        Edit::Undo,
        Edit::Redo,
    ];
    const PIECES: [&str; 16] = [
        "a",
        " ",
        "\n",
        "word ",
        "日本",
        "🇨",
        "🇨🇭",
        "\u{301}",
        "\u{200d}",
        "👩",
        "\t",
        "long-long-long-long",
        "ක්\u{200d}ර",
        "\n\n",
        "\u{1100}\u{1161}",
        "one two three four five six seven ",
    ];
    (0..40_usize, select(&EDITS[..]), vec(select(&PIECES[..]), 0..4).prop_map(|pieces| pieces.concat()))
}

proptest! {
    #[test]
    fn rows_are_the_same_however_a_text_came_about(width in 1_usize..30, steps in vec(done(), 1..40)) {
        let mut editor = Editor::default();
        for (left, edit, text) in steps {
            (0..left).for_each(|_| _ = editor.apply(Edit::Left, width));
            editor.apply(edit, width);
            editor.insert(&text);
            prop_assert_eq!(editor.rows(width, 0, usize::MAX), rows(editor.text(), width), "{:?}", editor.text());
            for row in editor.rows(width, 0, usize::MAX) {
                let row = editor.text()[row].trim_end_matches(['\n', ' ', '\t']);
                let fits = cells(row) <= width || row.graphemes(true).count() == 1;
                prop_assert!(fits, "{row:?} in {width}");
            }
        }
        let all = |editor: &mut Editor, edit| while editor.apply(edit, width) {
            assert_eq!(editor.rows(width, 0, usize::MAX), rows(editor.text(), width));
        };
        all(&mut editor, Edit::Redo);
        let last = editor.text().to_owned();
        all(&mut editor, Edit::Undo);
        prop_assert_eq!(editor.text(), "");
        all(&mut editor, Edit::Redo);
        prop_assert_eq!(editor.text(), last);
    }
}

#[test]
fn a_key_in_a_long_text_wraps_the_rows_that_it_changes() {
    let mut editor = Editor::new("some words in a line that goes on\n".repeat(30_000));
    let width = 76;
    editor.replace(0..0, "x");
    for (edit, typed) in [(Edit::Down, "a"), (Edit::Down, "a longer text, with a\nnew line "), (Edit::KillWordBack, "")]
    {
        let made = editor.rows_made(width);
        editor.apply(edit, width);
        editor.insert(typed);
        editor.position(width);
        assert!(editor.rows_made(width) < made + 12, "{edit:?}");
    }
    let made = editor.rows_made(width);
    for _ in 0..1000 {
        editor.insert("word ");
        editor.apply(Edit::Undo, width);
    }
    assert!(editor.rows_made(width) < made + 20_000);
}

#[test]
fn what_is_kept_for_undoing_is_what_changed() {
    let mut undo = super::undo::Undo::default();
    for _ in 0..1000 {
        let inserted = "x".repeat(1024 * 1024);
        undo.push(Change { at: 0, removed: String::new(), inserted, before: 0, after: 0 });
    }
    assert_eq!(std::iter::from_fn(|| undo.undo()).count(), 8);
}

#[test]
fn the_cursor_moves_by_shown_rows() {
    let mut editor = typed("the quick brown fox");
    assert_eq!(editor.position(WIDTH), (1, 9));
    editor.apply(Edit::Up, WIDTH);
    assert_eq!(editor.position(WIDTH), (0, 9));
    editor.apply(Edit::Down, WIDTH);
    assert_eq!(editor.position(WIDTH), (1, 9));
    editor.apply(Edit::Down, WIDTH);
    assert_eq!(editor.position(WIDTH), (1, 9));
}

#[test]
fn a_full_row_has_a_place_for_the_cursor_after_it() {
    let editor = typed("0123456789");
    assert_eq!(editor.position(WIDTH), (1, 0));
}

#[test]
fn no_width_is_too_small() {
    let mut editor = typed("日本 a\n\tb");
    for width in 0..4 {
        for edit in [Edit::Up, Edit::Down, Edit::LineStart, Edit::LineEnd, Edit::WordLeft, Edit::WordRight] {
            editor.apply(edit, width);
            editor.position(width);
        }
    }
}

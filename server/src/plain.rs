//! What serde says of input that has the wrong shape, in words for who wrote that input: without names of this
//! program's types.

/// Replaces what is expected by what it is in JSON.
pub(crate) fn plain(reason: &str) -> String {
    const EXPECTED: &str = "expected ";
    let Some((found, expected)) = reason.split_once(EXPECTED) else { return reason.to_owned() };
    // Where it is stands behind, in serde_json's words.
    let (expected, place) = match expected.find(" at line ") {
        Some(place) => expected.split_at(place),
        None => (expected, ""),
    };
    let found = found
        .replace("invalid type: sequence", "invalid type: list")
        .replace("invalid type: map", "invalid type: object");
    format!("{found}{EXPECTED}{}{place}", in_json(expected))
}

fn in_json(expected: &str) -> &str {
    let starts = |words: &[&str]| words.iter().any(|word| expected.starts_with(word));
    if starts(&["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"]) {
        "a whole number"
    } else if starts(&["f32", "f64"]) {
        "a number"
    } else if starts(&["struct ", "internally tagged enum ", "adjacently tagged enum ", "a map"]) {
        "an object"
    } else if starts(&["enum ", "unit ", "newtype ", "tuple ", "variant ", "identifier", "field identifier"]) {
        "another value"
    } else if starts(&["a sequence"]) {
        "a list"
    } else if starts(&["a borrowed string", "string", "str"]) {
        "a string"
    } else {
        expected
    }
}

#[cfg(test)]
mod tests {
    use chat_protocol::{
        Command,
        api::{NewMessage, NewRoom, NewUser, RoomPatch, UserPatch},
    };
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;

    /// What is said of a value of the wrong shape.
    fn said<T: DeserializeOwned>(value: &Value) -> Option<String> {
        serde_json::from_str::<T>(&value.to_string()).err().map(|failure| plain(&failure.to_string()))
    }

    #[test]
    fn no_wrong_shape_is_answered_with_a_name_of_the_program() {
        let wrong = [json!(null), json!(true), json!(-1), json!(1.5), json!("x"), json!([]), json!([1]), json!({})];
        let fields = ["name", "topic", "body", "id", "room", "reply_to", "password", "color", "seq", "back", "rooms"];
        let commands = ["Hello", "Message", "Read", "Focus", "UserTyping", "Forget", "Ping"];
        let mut all = Vec::new();
        for value in &wrong {
            let mut inputs = vec![value.clone()];
            for field in fields {
                inputs.push(json!({ field: value }));
                inputs.extend(commands.map(|command| json!({ "type": command, field: value })));
            }
            for cursor in ["cursors", "epoch", "blocks", "client"] {
                inputs.push(json!({ "type": "Hello", "client": "x", cursor: value }));
                inputs.push(json!({ "type": "Hello", "client": "x", "cursors": { "x": value } }));
            }
            for input in &inputs {
                all.extend(said::<NewMessage>(input));
                all.extend(said::<NewRoom>(input));
                all.extend(said::<NewUser>(input));
                all.extend(said::<RoomPatch>(input));
                all.extend(said::<UserPatch>(input));
                all.extend(said::<Command>(input));
            }
        }
        assert!(all.len() > 500);
        let words = ["struct", "enum", "variant", "u64", "u32", "usize", "sequence", "identifier", "NewMessage", "::"];
        for text in all {
            let leaked = words.iter().find(|word| text.contains(**word));
            assert_eq!(leaked, None, "{text}");
        }
    }

    #[test]
    fn what_was_wrong_and_where_stays() {
        let text = said::<NewRoom>(&json!({"name": 1})).unwrap();
        assert_eq!(text, "invalid type: integer `1`, expected a string at line 1 column 9");
        let text = said::<NewRoom>(&json!("x")).unwrap();
        assert_eq!(text, "invalid type: string \"x\", expected an object at line 1 column 3");
        assert_eq!(plain("missing field `body` at line 1 column 2"), "missing field `body` at line 1 column 2");
    }
}

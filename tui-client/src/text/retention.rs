//! How long messages are kept, in words.

use chat_protocol::api::Retention;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// What happens to the messages of a room: by its own limit in days (0 for ever), or else by the server's.
pub(crate) fn kept(days: Option<u32>, keeps_pinned: bool, server: Option<Retention>) -> String {
    let seconds = match days {
        Some(days) => Some(u64::from(days) * DAY).filter(|seconds| *seconds > 0),
        None => server.map(|server| server.seconds),
    };
    let whose = if days.is_none() { ", as everywhere on this server" } else { "" };
    let Some(seconds) = seconds else { return format!("messages are kept for ever{whose}") };
    let pinned = match keeps_pinned || server.is_some_and(|server| server.keeps_pinned) {
        true => "; pinned ones stay",
        false => "; pinned ones go as well",
    };
    format!("messages are deleted {} after they were sent{whose}{pinned}", time(seconds))
}

/// `90 days`.
fn time(seconds: u64) -> String {
    let (count, unit) = match seconds {
        DAY.. => (seconds / DAY, "day"),
        HOUR.. => (seconds / HOUR, "hour"),
        _ => (seconds.div_ceil(MINUTE), "minute"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_the_room_goes_before_that_of_the_server() {
        let server = |seconds, keeps_pinned| Some(Retention { seconds, keeps_pinned });
        for (days, keeps_pinned, server, told) in [
            (None, false, None, "messages are kept for ever, as everywhere on this server"),
            (Some(0), true, server(DAY, false), "messages are kept for ever"),
            (Some(1), false, None, "messages are deleted 1 day after they were sent; pinned ones go as well"),
            (Some(90), true, server(DAY, false), "messages are deleted 90 days after they were sent; pinned ones stay"),
            (Some(90), false, server(DAY, true), "messages are deleted 90 days after they were sent; pinned ones stay"),
            (
                None,
                false,
                server(12 * HOUR, false),
                "messages are deleted 12 hours after they were sent, as everywhere on this server; pinned ones go as well",
            ),
        ] {
            assert_eq!(kept(days, keeps_pinned, server), told);
        }
    }
}

//! The colour of an attachment: for most programs it says how bad things are.

/// Channels that differ by less than this are a grey.
const GREY: u8 = 40;

/// A mark of that colour, as a terminal can show it; none for greys and for what is no colour.
pub(super) fn mark(color: &str) -> Option<&'static str> {
    match color.trim() {
        "danger" => return Some("🔴"),
        "warning" => return Some("🟡"),
        "good" => return Some("🟢"),
        _ => {}
    }
    let digits = color.trim().trim_start_matches('#');
    let channel = |from: usize| u8::from_str_radix(digits.get(from..from + 2)?, 16).ok();
    let [red, green, blue] = [channel(0)?, channel(2)?, channel(4)?];
    let (least, most) = (red.min(green).min(blue), red.max(green).max(blue));
    if digits.len() != 6 || most - least < GREY {
        return None;
    }
    Some(match (most == red, most == blue) {
        // Yellow and orange are a red with much green.
        (true, _) if u16::from(green) * 2 > u16::from(red) => "🟡",
        (true, _) => "🔴",
        (_, true) => "🔵",
        // So is a green with much red.
        _ if u16::from(red) * 5 > u16::from(green) * 4 => "🟡",
        _ => "🟢",
    })
}

//! Times as one types them in a command.

/// Units and what they are called, to be offered.
pub(super) const OFFERED: [(&str, &str); 5] =
    [("30m", "half an hour"), ("2h", "two hours"), ("1d", "a day"), ("7d", "a week"), ("30d", "a month")];

/// A time such as `30s`, `30m`, `2h`, `7d` or `2w`, in milliseconds.
pub(super) fn millis(text: &str) -> Option<i64> {
    const SECOND: i64 = 1000;
    let unit = match text.chars().last()? {
        's' => SECOND,
        'm' => 60 * SECOND,
        'h' => 3600 * SECOND,
        'd' => 24 * 3600 * SECOND,
        'w' => 7 * 24 * 3600 * SECOND,
        _ => return None,
    };
    text[..text.len() - 1].parse::<u32>().ok().map(|count| i64::from(count) * unit)
}

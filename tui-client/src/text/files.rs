//! Files of messages, in words.

use chat_protocol::{Attachment, terminal::SafeText};

/// `report.pdf · 3.2 MB`
pub(crate) fn name_and_size(name: &str, bytes: u64) -> String {
    format!("{} · {}", SafeText::line(name), size(bytes))
}

/// The names of a message's files, for where its text would stand if it had any.
pub(crate) fn names(files: &[Attachment]) -> String {
    let names: Vec<_> = files.iter().map(|file| SafeText::line(&file.name).to_string()).collect();
    format!("▤ {}", names.join(", "))
}

/// A number of bytes as people read it: `512 B`, `3.2 MB`.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    let (mut value, mut unit) = (bytes as f64 / 1_000.0, 0);
    // What would be rounded to 1000 is 1 of the next.
    while value >= 999.5 && unit + 1 < UNITS.len() {
        (value, unit) = (value / 1_000.0, unit + 1);
    }
    if value < 9.95 { format!("{value:.1} {}", UNITS[unit]) } else { format!("{value:.0} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_at_a_glance() {
        let sizes = [0, 999, 1_000, 9_949, 9_950, 999_499, 999_500, 25 << 20, u64::MAX].map(size);
        assert_eq!(sizes, ["0 B", "999 B", "1.0 KB", "9.9 KB", "10 KB", "999 KB", "1.0 MB", "26 MB", "18446744 TB"]);
    }
}

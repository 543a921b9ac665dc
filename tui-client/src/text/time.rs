//! Times as people read them, in the user's own time zone.

use chat_protocol::Timestamp;
use jiff::{Zoned, tz::TimeZone};

fn zoned(at: Timestamp, zone: &TimeZone) -> Zoned {
    jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(zone.clone())
}

/// `09:02`.
pub(crate) fn clock(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone).strftime("%H:%M").to_string()
}

/// `2026-11-24 09:02`, for text that stands alone.
pub(crate) fn day_and_time(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `2026-11-24-090207`, for the name of a file.
pub(crate) fn stamp(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone).strftime("%Y-%m-%d-%H%M%S").to_string()
}

/// `2026-11-24`.
pub(crate) fn date(at: Timestamp, zone: &TimeZone) -> String {
    zoned(at, zone).strftime("%Y-%m-%d").to_string()
}

/// `09:02`, with the date if that is not the one of `now`.
pub(crate) fn until(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    if same_day(at, now, zone) { clock(at, zone) } else { day_and_time(at, zone) }
}

/// Whether two times are on one day.
pub(crate) fn same_day(a: Timestamp, b: Timestamp, zone: &TimeZone) -> bool {
    zoned(a, zone).date() == zoned(b, zone).date()
}

/// `Tue 24 Nov` or `Tuesday 24 November`; with the year if it is not this one.
pub(crate) fn day(at: Timestamp, now: Timestamp, zone: &TimeZone, long: bool) -> String {
    let (at, now) = (zoned(at, zone), zoned(now, zone));
    let format = match (long, at.year() == now.year()) {
        (true, true) => "%A %-d %B",
        (true, false) => "%A %-d %B %Y",
        (false, true) => "%a %-d %b",
        (false, false) => "%a %-d %b %Y",
    };
    at.strftime(format).to_string()
}

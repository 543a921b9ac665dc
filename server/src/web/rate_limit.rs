//! Tells a client how much it may still ask for, before it is refused: `RateLimit` and `RateLimit-Policy`, as in the
//! IETF's draft-ietf-httpapi-ratelimit-headers-10.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    chat::{Level, Meter},
    web::error::whole_seconds,
};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The largest number that a structured field holds (RFC 9651, section 3.3.1).
const LARGEST: u64 = 999_999_999_999_999;

/// Adds what is left of the limit that is nearest to its end, if the request counted for any.
pub fn tell(meter: &Meter, headers: &mut HeaderMap) {
    let Some(Level { limit, quota, window, remaining, next }) = meter.nearest() else { return };
    let seconds = |time: Duration| whole_seconds(time).min(LARGEST);
    let fields = [
        (RATE_LIMIT, format!("\"{limit}\";r={remaining};t={}", seconds(next))),
        (POLICY, format!("\"{limit}\";q={quota};w={}", seconds(window))),
    ];
    for (name, value) in fields {
        // Keys of limits, digits and punctuation: always a header.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
}

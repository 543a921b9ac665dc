//! Signatures as Standard Webhooks say: a receiver knows by them that an event comes from this server, and when.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chat_protocol::{Epoch, WebhookId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The id of an event for a webhook: the same at each attempt, also after a restart. It never has a dot. After a backup
/// was restored, other events may stand at the same positions: the history is a part of it.
pub(super) fn event_id(epoch: Epoch, webhook: WebhookId, seq: u64) -> String {
    format!("msg_{}_{}_{seq}", webhook.uuid().simple(), epoch.uuid().simple())
}

/// The signature of a body that is sent at a time, in seconds.
pub(super) fn sign(key: &[u8], id: &str, seconds: i64, body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(format!("{id}.{seconds}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_signed_as_it_says() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}

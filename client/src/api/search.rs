//! Finding messages.

use chat_protocol::{MessageId, api::SearchPage};
use reqwest::Method;

use super::{Api, ApiError};

impl Api {
    /// Messages that fit a query, the newest first; the next page is before the `next` of the one before. What a query may
    /// say stands in [`chat_protocol::search::Query`].
    ///
    /// # Errors
    /// `bad_request` with what is wrong about the query; when the server cannot be reached.
    pub async fn search(&self, query: &str, before: Option<MessageId>, limit: u32) -> Result<SearchPage, ApiError> {
        let mut request = self.request(Method::GET, &["search"]).query(&[("q", query), ("limit", &limit.to_string())]);
        if let Some(before) = before {
            request = request.query(&[("before", before.to_string())]);
        }
        self.read(request).await
    }
}

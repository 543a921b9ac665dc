//! Lists as answers: a page that ends where it would become too large, and the link to the next one.

use axum::{
    Json,
    http::{HeaderMap, Uri},
};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::{
    chat::Page,
    web::{Error, query::next_page},
};

/// Bytes of one page, whatever is in it.
const BYTES: usize = 1024 * 1024;

/// A page of a list, each item as it is sent.
pub type List = (HeaderMap, Json<Vec<Box<RawValue>>>);

/// The answer that shows a page, or as much of it as fits. `name` is what the next page goes on after.
pub fn list<T: Serialize>(uri: &Uri, page: Page<T>, name: impl Fn(&T) -> String) -> Result<List, Error> {
    let (mut items, mut bytes) = (Vec::with_capacity(page.items.len()), 0);
    let mut last: Option<String> = None;
    for item in &page.items {
        let json = to_raw_value(item).map_err(Error::internal)?;
        bytes += json.get().len();
        if bytes > BYTES && last.is_some() {
            return Ok((next_page(uri, last.as_deref()), Json(items)));
        }
        items.push(json);
        last = Some(name(item));
    }
    Ok((next_page(uri, page.next.as_deref()), Json(items)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_where_it_would_become_too_large_and_the_next_goes_on_there() {
        let name = |number: usize| format!("{number:0>200}{}", "x".repeat(200_000));
        let uri: Uri = "/api/rooms?limit=9".parse().unwrap();
        let (mut after, mut seen) = (0, Vec::new());
        loop {
            let items: Vec<String> = (after..(after + 9).min(20)).map(name).collect();
            let next = (after + 9 < 20).then(|| "the next".to_owned());
            let (headers, Json(items)) = list(&uri, Page { items, next }, |item| item[..200].to_owned()).unwrap();
            assert!(items.iter().map(|item| item.get().len()).sum::<usize>() <= BYTES);
            assert_eq!(items.len(), 5);
            seen.extend(items.iter().map(|item| serde_json::from_str::<String>(item.get()).unwrap()));
            after += items.len();
            let last = format!("after={:0>200}", after - 1);
            match headers.get("link").map(|link| link.to_str().unwrap().to_owned()) {
                Some(link) => assert!(link.contains(&last) && link.contains("limit=9"), "{link}"),
                None => break,
            }
        }
        assert_eq!(seen, (0..20).map(name).collect::<Vec<_>>());
    }
}

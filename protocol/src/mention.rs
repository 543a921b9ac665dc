//! Mentions: `@name` in a message.
//!
//! Finds names as they were written. Whose they are the server looks up once, when the message is stored, with
//! [`crate::name::lookup`]; from then on the message carries it as [`Mention`]s. So a message goes on mentioning the same
//! people, whatever they are called later, and nobody who has the name by then.

#[cfg(test)]
mod tests;

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
};

use serde::{Deserialize, Serialize};

use crate::{UserId, blocks, name};

/// The most users that one message mentions.
pub const MAX_MENTIONS: usize = 50;

/// A name in a message, and whom it mentions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mention {
    /// As the author spelled it, without `@`. Another spelling of the same name means the same user.
    pub name: String,
    /// The user who had that name when the message was stored.
    pub user: UserId,
}

/// Whom a name in a message mentions, in any spelling: for [`blocks::parse`].
pub fn resolver(mentioned: &[Mention]) -> impl Fn(&str) -> Option<UserId> {
    let users: HashMap<String, UserId> = mentioned
        .iter()
        .filter_map(|mention| name::lookup(&mention.name).map(|canonical| (canonical, mention.user)))
        .collect();
    move |written| if users.is_empty() { None } else { users.get(&name::lookup(written)?).copied() }
}

/// The users mentioned, each once.
pub fn users(mentioned: &[Mention]) -> Vec<UserId> {
    let mut users = Vec::with_capacity(mentioned.len());
    for mention in mentioned {
        if !users.contains(&mention.user) {
            users.push(mention.user);
        }
    }
    users
}

/// The distinct names mentioned in a body, in order, without `@`. Nothing in code or in the address of a link counts.
pub fn names(body: &str) -> Vec<String> {
    // A character reference such as `&#64;` can stand for the sign.
    if !body.contains(['@', '&']) {
        return Vec::new();
    }
    let found = RefCell::new((Vec::new(), HashSet::new()));
    blocks::parse(body, &|written| {
        let (names, seen) = &mut *found.borrow_mut();
        if names.len() < MAX_MENTIONS
            && let Some(canonical) = name::lookup(written)
            && seen.insert(canonical)
        {
            names.push(written.to_owned());
        }
        None
    });
    found.into_inner().0
}

//! Who is who: the people this client has heard of, and who of them is in a room.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use chat_protocol::{PresenceChange, Role, Timestamp, User, UserId, UserRef, name, terminal::SafeText};

/// A person, as far as known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: SafeText,
    /// Whether they administer the server.
    pub(crate) is_admin: bool,
    /// What they call themselves besides, for the eye only: anyone may call themselves anything.
    pub(crate) display_name: SafeText,
    /// Whether a program speaks there.
    pub(crate) bot: bool,
    /// Whether they are connected, as far as known.
    pub(crate) online: bool,
    /// Whether nobody is at any of their devices.
    pub(crate) away: bool,
    /// What they say of themselves for a while: an emoji, words, or both.
    pub(crate) status: SafeText,
    /// When that ends by itself.
    pub(crate) status_until: Option<Timestamp>,
    /// When they were last here.
    pub(crate) last_seen: Option<Timestamp>,
}

impl Person {
    /// What they say of themselves now.
    pub(crate) fn status(&self, now: Timestamp) -> &str {
        let over = self.status_until.is_some_and(|until| until <= now);
        if over { "" } else { self.status.as_str() }
    }
}

/// Everybody this client has heard of.
#[derive(Debug, Default)]
pub(crate) struct People {
    people: HashMap<UserId, Person>,
    /// By the form in which names are compared.
    by_name: HashMap<String, UserId>,
    /// Rises when a name becomes known or changes: texts that mention people look different then.
    generation: u64,
}

impl People {
    /// Learns a name from an event.
    pub(crate) fn learn(&mut self, user: &UserRef) {
        self.put(user.id, &user.name, None);
    }

    /// Learns all about a user.
    pub(crate) fn learn_user(&mut self, user: &User) {
        self.put(user.id, &user.name, Some(user));
    }

    /// The name of a user.
    pub(crate) fn name(&self, id: UserId) -> &str {
        self.people.get(&id).map_or("?", |person| person.name.as_str())
    }

    /// The same with a word after it that says of a bot that it is one. No name has a blank.
    pub(crate) fn label(&self, id: UserId) -> Cow<'_, str> {
        let name = self.name(id);
        if self.people.get(&id).is_some_and(|person| person.bot) { format!("{name} bot").into() } else { name.into() }
    }

    pub(crate) fn person(&self, id: UserId) -> Option<&Person> {
        self.people.get(&id)
    }

    /// Whose name this is, however it is written.
    pub(crate) fn find(&self, written: &str) -> Option<UserId> {
        self.by_name.get(&name::lookup(written)?).copied()
    }

    /// Everybody, in no order.
    pub(crate) fn all(&self) -> impl Iterator<Item = (UserId, &Person)> {
        self.people.iter().map(|(id, person)| (*id, person))
    }

    /// Rises when a name becomes known or changes.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    fn put(&mut self, id: UserId, raw_name: &str, user: Option<&User>) {
        let name = SafeText::line(raw_name);
        let known = self.people.get(&id);
        if known.is_none_or(|known| known.name != name) {
            self.generation += 1;
            if let Some(canonical) = name::lookup(raw_name) {
                self.by_name.insert(canonical, id);
            }
        }
        let person = match (user, known) {
            (Some(user), _) => {
                let display_name = SafeText::line(user.display_name.as_deref().unwrap_or_default());
                let (status, status_until) = user.status.as_ref().map_or_else(Default::default, |status| {
                    (SafeText::line(format!("{} {}", status.emoji, status.text).trim()), status.until)
                });
                let (bot, online, away, last_seen) = (user.bot, user.online, user.away, user.last_seen_at);
                let is_admin = user.role == Role::Admin;
                Person { name, is_admin, display_name, bot, online, away, status, status_until, last_seen }
            }
            (None, Some(known)) => Person { name, ..known.clone() },
            (None, None) => Person {
                name,
                is_admin: false,
                display_name: SafeText::default(),
                bot: false,
                online: false,
                away: false,
                status: SafeText::default(),
                status_until: None,
                last_seen: None,
            },
        };
        self.people.insert(id, person);
    }

    /// Notes that a user has just come, gone, or left their devices.
    pub(crate) fn presence(&mut self, change: &PresenceChange, now: Timestamp) {
        if let Some(person) = self.people.get_mut(&change.user.id) {
            (person.online, person.away) = (change.online, change.away);
            if !change.online {
                person.last_seen = Some(now);
            }
        }
    }
}

/// Who is in a room.
#[derive(Debug, Default)]
pub(crate) struct Members {
    /// How many the room has.
    pub(crate) total: u64,
    /// How many are here now.
    pub(crate) online: u64,
    /// The first of them, as far as the server named them.
    pub(crate) listed: Vec<UserId>,
    /// Those of `listed` who are here.
    here: HashSet<UserId>,
    /// Those of `listed` who moderate the room.
    moderators: HashSet<UserId>,
}

impl Members {
    /// As the server lists them.
    pub(crate) fn set(&mut self, total: u64, online: u64, members: &[User], moderators: Vec<UserId>) {
        self.total = total;
        self.online = online;
        self.listed = members.iter().map(|user| user.id).collect();
        self.here = members.iter().filter(|user| user.online).map(|user| user.id).collect();
        self.moderators = moderators.into_iter().collect();
    }

    /// Somebody moderates the room now, or no longer.
    pub(crate) fn set_moderator(&mut self, user: UserId, on: bool) {
        if on {
            self.moderators.insert(user);
        } else {
            self.moderators.remove(&user);
        }
    }

    /// Whether somebody is known to moderate the room.
    pub(crate) fn is_moderator(&self, user: UserId) -> bool {
        self.moderators.contains(&user)
    }

    /// Somebody came or went.
    pub(crate) fn presence(&mut self, user: UserId, online: bool) {
        if online {
            self.here.insert(user);
            self.add(user);
        } else {
            self.here.remove(&user);
        }
    }

    /// Somebody became a member.
    pub(crate) fn add(&mut self, user: UserId) {
        if !self.listed.contains(&user) {
            self.listed.push(user);
        }
    }

    /// Somebody is no longer a member.
    pub(crate) fn remove(&mut self, user: UserId) {
        self.listed.retain(|&listed| listed != user);
        self.here.remove(&user);
        self.moderators.remove(&user);
    }

    /// Whether somebody is here.
    pub(crate) fn is_here(&self, user: UserId) -> bool {
        self.here.contains(&user)
    }

    /// Nobody is known to be here: the connection is gone.
    pub(crate) fn forget_presence(&mut self) {
        self.here.clear();
        self.online = 0;
    }

    /// Those who are here, then the others, each by name.
    pub(crate) fn sorted(&self, people: &People) -> Vec<UserId> {
        let mut users = self.listed.clone();
        users.sort_by_cached_key(|&id| (!self.is_here(id), people.name(id).to_lowercase()));
        users
    }
}

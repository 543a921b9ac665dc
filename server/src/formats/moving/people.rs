//! People of another program become users who cannot sign in yet.

use chat_protocol::{Role, Timestamp, UserId, body::Line, name::UserName};

use super::{Moving, Person, names::free_name};
use crate::{
    formats::Result,
    store::archive::{Record, UserRecord},
};

/// The longest display name, in characters.
const DISPLAY_NAME: usize = 50;

impl Moving<'_, '_> {
    /// Takes a user, unless they are known. They cannot sign in before an administrator lets them.
    pub(in crate::formats) fn person(&mut self, person: &Person<'_>) -> Result<UserId> {
        if let Some((id, _)) = self.people.get(person.key) {
            return Ok(*id);
        }
        let id = UserId::from(self.id(&format!("user {}", person.key), 0));
        let name =
            free_name(person.name, &mut self.taken_users, |text| UserName::parse(text).ok().map(|name| name.key()));
        if name != person.name {
            self.notes
                .push(format!("the user {} is called {name}: the name is taken, or not possible here", person.name));
        }
        let display_name =
            Line::parse(&person.display_name.chars().take(DISPLAY_NAME).collect::<String>(), DISPLAY_NAME);
        let display_name = display_name.map(Line::into_string).unwrap_or_default();
        let display_name = Some(display_name).filter(|shown| !shown.is_empty() && *shown != name);
        self.put(&Record::User(UserRecord {
            id,
            name: name.clone(),
            display_name,
            color: None,
            role: Role::Member,
            bot: person.bot,
            disabled: true,
            status: None,
            created_at: Timestamp::default(),
        }))?;
        self.people.insert(person.key.to_owned(), (id, name));
        if let Some(lobby) = self.rooms.get_mut("") {
            lobby.members.insert(id);
        }
        Ok(id)
    }

    /// The id and the name here of a user that was taken.
    pub(in crate::formats) fn known(&self, key: &str) -> Option<(UserId, &str)> {
        self.people.get(key).map(|(id, name)| (*id, name.as_str()))
    }
}

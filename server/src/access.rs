//! Who may do what with a room: one pure function, asked by everything that concerns a room.

use chat_protocol::{Role, RoomKind, api::Registration};

/// What someone wants to do with a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// To find it, by name, by id or in a list.
    See,
    /// To read its log, its messages and who is in it.
    Read,
    /// To follow it as a member: with a read position, on screen, while typing.
    Follow,
    /// To say something.
    Write,
    /// To become a member, or stay one.
    Join,
    /// To be a member no longer.
    Leave,
    /// To change its topic.
    Change,
}

/// How someone stands to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub kind: RoomKind,
    /// Whether it is the lobby, where everyone is.
    pub is_lobby: bool,
    pub person: Person,
}

/// Someone, as a room's member or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// Has no token.
    Stranger,
    /// A user who is not in the room.
    Outsider(Role),
    /// A user who is.
    Member(Role),
}

/// Why something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// For this person there is no such room.
    Hidden,
    /// Only members may.
    NotMember,
    /// Nobody leaves the lobby.
    Lobby,
    /// Only users may.
    NoToken,
}

/// Decides.
///
/// # Errors
/// Why not.
pub const fn check(standing: Standing, deed: Deed) -> Result<(), Refusal> {
    let Standing { kind, is_lobby, person } = standing;
    match (kind, person) {
        (_, Person::Member(_)) | (RoomKind::Public, _) => {}
        (RoomKind::Private | RoomKind::Direct, _) => return Err(Refusal::Hidden),
    }
    match (deed, person) {
        (Deed::See | Deed::Read, _) => Ok(()),
        (_, Person::Stranger) => Err(Refusal::NoToken),
        (Deed::Leave, _) if is_lobby => Err(Refusal::Lobby),
        (Deed::Join | Deed::Leave, _) | (_, Person::Member(_)) | (Deed::Change, Person::Outsider(Role::Admin)) => {
            Ok(())
        }
        (Deed::Follow | Deed::Write | Deed::Change, Person::Outsider(_)) => Err(Refusal::NotMember),
    }
}

/// Whether one may look around at all: without a token only where anyone can become a user.
///
/// # Errors
/// `NoToken`.
pub const fn check_visit(has_token: bool, registration: Registration) -> Result<(), Refusal> {
    match registration {
        Registration::Open => Ok(()),
        _ if has_token => Ok(()),
        _ => Err(Refusal::NoToken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEEDS: [Deed; 7] = [Deed::See, Deed::Read, Deed::Follow, Deed::Write, Deed::Join, Deed::Leave, Deed::Change];

    /// One letter for each of the deeds: y may, h hidden, m not a member, l the lobby, t no token.
    #[rustfmt::skip]
    const TABLE: [(&str, RoomKind, bool, [&str; 7]); 4] = [
        // stranger, then guest, member and admin outside of the room, then the same inside
        ("lobby",   RoomKind::Public,  true,  ["yyttttt", "yymmylm", "yymmylm", "yymmyly", "yyyyyly", "yyyyyly", "yyyyyly"]),
        ("public",  RoomKind::Public,  false, ["yyttttt", "yymmyym", "yymmyym", "yymmyyy", "yyyyyyy", "yyyyyyy", "yyyyyyy"]),
        ("private", RoomKind::Private, false, ["hhhhhhh", "hhhhhhh", "hhhhhhh", "hhhhhhh", "yyyyyyy", "yyyyyyy", "yyyyyyy"]),
        ("direct",  RoomKind::Direct,  false, ["hhhhhhh", "hhhhhhh", "hhhhhhh", "hhhhhhh", "yyyyyyy", "yyyyyyy", "yyyyyyy"]),
    ];

    #[test]
    fn every_kind_person_and_deed_is_decided_as_the_table_says() {
        let roles = [Role::Guest, Role::Member, Role::Admin];
        let people: Vec<Person> = [Person::Stranger]
            .into_iter()
            .chain(roles.map(Person::Outsider))
            .chain(roles.map(Person::Member))
            .collect();
        for (room, kind, is_lobby, expected) in TABLE {
            for (person, expected) in people.iter().zip(expected) {
                let standing = Standing { kind, is_lobby, person: *person };
                let decided: String = DEEDS.iter().map(|deed| letter(check(standing, *deed))).collect();
                assert_eq!(decided, expected, "{person:?} and the {room} room: {DEEDS:?}");
            }
        }
    }

    const fn letter(decided: Result<(), Refusal>) -> char {
        match decided {
            Ok(()) => 'y',
            Err(Refusal::Hidden) => 'h',
            Err(Refusal::NotMember) => 'm',
            Err(Refusal::Lobby) => 'l',
            Err(Refusal::NoToken) => 't',
        }
    }

    #[test]
    fn without_a_token_one_looks_around_where_anyone_can_register() {
        assert_eq!(check_visit(false, Registration::Open), Ok(()));
        for registration in [Registration::Invite, Registration::Closed] {
            assert_eq!(check_visit(false, registration), Err(Refusal::NoToken));
            assert_eq!(check_visit(true, registration), Ok(()));
        }
    }
}

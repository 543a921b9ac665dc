//! Who may do what with a room: one pure function, asked by everything that concerns a room.

use chat_protocol::{Role, RoomKind, RoomRole, Timestamp, api::Registration};

/// What someone wants to do with a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// To find it, by name, by id or in a list.
    See,
    /// To read its log, its messages and who is in it.
    Read,
    /// To follow it as a member: with a read position, on screen, with one's own settings.
    Follow,
    /// To say something, or to be seen typing.
    Write,
    /// To change an own message.
    Edit,
    /// To delete an own message.
    Delete,
    /// To answer a message with an emoji, or take that back.
    React,
    /// To pin a message, or take that back.
    Pin,
    /// To become a member, or stay one.
    Join,
    /// To be a member no longer.
    Leave,
    /// To make someone else a member.
    Add,
    /// To change its topic.
    Topic,
    /// To change its name, whether it is archived, and how fast members may write.
    Manage,
    /// To act on its members and on what others said: kick, ban, mute, roles, deleting, earlier texts.
    Moderate,
    /// To remove it for ever.
    Remove,
    /// To say how long its messages are kept.
    Retain,
}

/// How someone stands to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub kind: RoomKind,
    /// Whether it is the lobby, where everyone is.
    pub is_lobby: bool,
    /// Whether nothing can be written there any more.
    pub archived: bool,
    pub person: Person,
}

/// Someone, as a room's member or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// Has no token.
    Stranger,
    /// A user who is not in the room.
    Outsider {
        /// On the server.
        role: Role,
        /// Whether a moderator keeps them out.
        banned: bool,
    },
    /// One of a direct room's people who does not have it in their list now: they left it, until its next message.
    Away,
    /// A user who is in the room.
    Member {
        /// On the server.
        role: Role,
        /// In the room, as a moderator gave it.
        room_role: RoomRole,
        /// Whether a moderator keeps them from writing.
        muted: Option<Mute>,
    },
}

/// A mute that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mute {
    /// When it ends by itself; `None` is never.
    pub until: Option<Timestamp>,
}

/// Why something is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// For this person there is no such room.
    Hidden,
    /// Only members may.
    NotMember,
    /// Only moderators may.
    NotModerator,
    /// A moderator keeps this person out.
    Banned,
    /// A moderator keeps this person from writing.
    Muted(Mute),
    /// Nothing is written in an archived room.
    Archived,
    /// Nobody leaves the lobby, and nobody removes it.
    Lobby,
    /// A direct room has its people and no moderators.
    Direct,
    /// In public rooms only admins act on an admin.
    Admin,
    /// Only administrators of the server may.
    NotAdmin,
    /// Only users may.
    NoToken,
}

impl Person {
    /// Whether they are in the room.
    pub const fn is_member(self) -> bool {
        matches!(self, Self::Member { .. })
    }
}

impl Standing {
    /// Whether this person moderates the room. The lobby's moderators are the admins.
    pub const fn moderates(self) -> bool {
        match (self.kind, self.person) {
            (RoomKind::Direct, _) | (_, Person::Stranger | Person::Away) => false,
            (kind, Person::Outsider { role, .. }) => matches!((kind, role), (RoomKind::Public, Role::Admin)),
            (_, Person::Member { role, room_role, .. }) => {
                matches!(role, Role::Admin) || !self.is_lobby && matches!(room_role, RoomRole::Moderator)
            }
        }
    }

    const fn is_hidden(self) -> bool {
        match (self.kind, self.person) {
            (RoomKind::Public, _) | (_, Person::Member { .. }) | (RoomKind::Direct, Person::Away) => false,
            (RoomKind::Private | RoomKind::Direct, _) => true,
        }
    }
}

/// Decides.
///
/// # Errors
/// Why not.
pub const fn check(standing: Standing, deed: Deed) -> Result<(), Refusal> {
    let Standing { kind, is_lobby, archived, person } = standing;
    if standing.is_hidden() {
        return Err(Refusal::Hidden);
    }
    if matches!(deed, Deed::See | Deed::Read) {
        return Ok(());
    }
    if matches!(person, Person::Stranger) {
        return Err(Refusal::NoToken);
    }
    let is_direct = matches!(kind, RoomKind::Direct);
    let is_member = matches!(person, Person::Member { .. } | Person::Away);
    match deed {
        Deed::Join => {
            return if matches!(person, Person::Outsider { banned: true, .. }) { Err(Refusal::Banned) } else { Ok(()) };
        }
        Deed::Leave => return if is_lobby { Err(Refusal::Lobby) } else { Ok(()) },
        Deed::Add | Deed::Manage | Deed::Moderate | Deed::Remove | Deed::Retain if is_direct => {
            return Err(Refusal::Direct);
        }
        Deed::Remove if is_lobby && standing.moderates() => return Err(Refusal::Lobby),
        Deed::Manage | Deed::Moderate | Deed::Remove => {
            return match (standing.moderates(), is_member) {
                (true, _) => Ok(()),
                (false, true) => Err(Refusal::NotModerator),
                (false, false) => Err(Refusal::NotMember),
            };
        }
        Deed::Retain => {
            return match person {
                Person::Outsider { role: Role::Admin, .. } | Person::Member { role: Role::Admin, .. } => Ok(()),
                Person::Outsider { .. } => Err(Refusal::NotMember),
                _ => Err(Refusal::NotAdmin),
            };
        }
        _ => {}
    }
    let may_anyway = matches!(deed, Deed::Add | Deed::Topic) && standing.moderates();
    if !is_member && !may_anyway {
        return Err(Refusal::NotMember);
    }
    match (deed, person) {
        (Deed::Follow | Deed::Delete | Deed::Add, _) => Ok(()),
        _ if archived => Err(Refusal::Archived),
        (_, Person::Member { muted: Some(mute), .. }) => Err(Refusal::Muted(mute)),
        _ => Ok(()),
    }
}

/// Whether someone who moderates a room may take something from somebody there: the place, the voice or the role.
///
/// # Errors
/// `Admin`: those answer for the server, and moderate all of its public rooms.
pub const fn check_target(kind: RoomKind, by: Role, target: Role) -> Result<(), Refusal> {
    match (kind, by, target) {
        (RoomKind::Public, Role::Guest | Role::Member, Role::Admin) => Err(Refusal::Admin),
        _ => Ok(()),
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

    const DEEDS: [Deed; 16] = [
        Deed::See,
        Deed::Read,
        Deed::Follow,
        Deed::Write,
        Deed::Edit,
        Deed::Delete,
        Deed::React,
        Deed::Pin,
        Deed::Join,
        Deed::Leave,
        Deed::Add,
        Deed::Topic,
        Deed::Manage,
        Deed::Moderate,
        Deed::Remove,
        Deed::Retain,
    ];

    fn mute() -> Option<Mute> {
        Some(Mute { until: Some(Timestamp::from_millis(1_000)) })
    }

    const fn outside(role: Role) -> Person {
        Person::Outsider { role, banned: false }
    }

    const fn inside(role: Role) -> Person {
        Person::Member { role, room_role: RoomRole::Member, muted: None }
    }

    fn people() -> [(&'static str, Person); 12] {
        let (role, moderator) = (Role::Member, RoomRole::Moderator);
        [
            ("stranger", Person::Stranger),
            ("guest outside", outside(Role::Guest)),
            ("member outside", outside(Role::Member)),
            ("banned member", Person::Outsider { role, banned: true }),
            ("admin outside", outside(Role::Admin)),
            ("away", Person::Away),
            ("guest inside", inside(Role::Guest)),
            ("member inside", inside(Role::Member)),
            ("muted member", Person::Member { role, room_role: RoomRole::Member, muted: mute() }),
            ("moderator", Person::Member { role, room_role: moderator, muted: None }),
            ("muted moderator", Person::Member { role, room_role: moderator, muted: mute() }),
            ("admin inside", inside(Role::Admin)),
        ]
    }

    const HIDDEN: &str = "hhhhhhhhhhhhhhhh";
    const NOBODY: &str = "yytttttttttttttt";

    /// A letter for each deed, in the order of `DEEDS`: y may, h hidden, m not a member, o no moderator, n no admin, b banned, s muted,
    /// a archived, l the lobby, d direct, t no token. A line for each of `people`.
    #[rustfmt::skip]
    const TABLE: [(&str, RoomKind, bool, bool, [&str; 12]); 6] = [
        //                                  SRFW EDRP JLA TMMRK
        ("lobby", RoomKind::Public, true, false, [
            NOBODY,
            "yymmmmmmylmmmmmm", "yymmmmmmylmmmmmm", "yymmmmmmblmmmmmm", "yymmmmmmylyyyyly", "yyyyyyyyylyyooon",
            "yyyyyyyyylyyooon", "yyyyyyyyylyyooon", "yyyssyssylysooon", "yyyyyyyyylyyooon", "yyyssyssylysooon", "yyyyyyyyylyyyyly",
        ]),
        ("public", RoomKind::Public, false, false, [
            NOBODY,
            "yymmmmmmyymmmmmm", "yymmmmmmyymmmmmm", "yymmmmmmbymmmmmm", "yymmmmmmyyyyyyyy", "yyyyyyyyyyyyooon",
            "yyyyyyyyyyyyooon", "yyyyyyyyyyyyooon", "yyyssyssyyysooon", "yyyyyyyyyyyyyyyn", "yyyssyssyyysyyyn", "yyyyyyyyyyyyyyyy",
        ]),
        ("archived", RoomKind::Public, false, true, [
            NOBODY,
            "yymmmmmmyymmmmmm", "yymmmmmmyymmmmmm", "yymmmmmmbymmmmmm", "yymmmmmmyyyayyyy", "yyyaayaayyyaooon",
            "yyyaayaayyyaooon", "yyyaayaayyyaooon", "yyyaayaayyyaooon", "yyyaayaayyyayyyn", "yyyaayaayyyayyyn", "yyyaayaayyyayyyy",
        ]),
        ("private", RoomKind::Private, false, false, [
            HIDDEN,
            HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN,
            "yyyyyyyyyyyyooon", "yyyyyyyyyyyyooon", "yyyssyssyyysooon", "yyyyyyyyyyyyyyyn", "yyyssyssyyysyyyn", "yyyyyyyyyyyyyyyy",
        ]),
        ("archived private", RoomKind::Private, false, true, [
            HIDDEN,
            HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN,
            "yyyaayaayyyaooon", "yyyaayaayyyaooon", "yyyaayaayyyaooon", "yyyaayaayyyayyyn", "yyyaayaayyyayyyn", "yyyaayaayyyayyyy",
        ]),
        ("direct", RoomKind::Direct, false, false, [
            HIDDEN,
            HIDDEN, HIDDEN, HIDDEN, HIDDEN, "yyyyyyyyyydydddd",
            "yyyyyyyyyydydddd", "yyyyyyyyyydydddd", "yyyssyssyydsdddd", "yyyyyyyyyydydddd", "yyyssyssyydsdddd", "yyyyyyyyyydydddd",
        ]),
    ];

    #[test]
    fn every_kind_person_and_deed_is_decided_as_the_table_says() {
        for (room, kind, is_lobby, archived, expected) in TABLE {
            for ((name, person), expected) in people().into_iter().zip(expected) {
                let standing = Standing { kind, is_lobby, archived, person };
                let decided: String = DEEDS.iter().map(|deed| letter(check(standing, *deed))).collect();
                assert_eq!(decided, expected, "{name} and the {room} room: {DEEDS:?}");
            }
        }
    }

    fn letter(decided: Result<(), Refusal>) -> char {
        match decided {
            Ok(()) => 'y',
            Err(Refusal::Hidden) => 'h',
            Err(Refusal::NotMember) => 'm',
            Err(Refusal::NotModerator) => 'o',
            Err(Refusal::NotAdmin) => 'n',
            Err(Refusal::Banned) => 'b',
            Err(Refusal::Muted(until)) => {
                if Some(until) == mute() {
                    's'
                } else {
                    '?'
                }
            }
            Err(Refusal::Archived) => 'a',
            Err(Refusal::Lobby) => 'l',
            Err(Refusal::Direct) => 'd',
            Err(Refusal::Admin) => '!',
            Err(Refusal::NoToken) => 't',
        }
    }

    #[test]
    fn who_moderates_may_moderate() {
        for (room, kind, is_lobby, archived, _) in TABLE {
            for (name, person) in people() {
                let standing = Standing { kind, is_lobby, archived, person };
                assert_eq!(standing.moderates(), check(standing, Deed::Moderate).is_ok(), "{name} and the {room} room");
            }
        }
    }

    #[test]
    fn only_admins_act_on_admins_in_public_rooms() {
        let roles = [Role::Guest, Role::Member, Role::Admin];
        for kind in [RoomKind::Public, RoomKind::Private] {
            for (by, target) in roles.iter().flat_map(|by| roles.map(|target| (*by, target))) {
                let is_refused = kind == RoomKind::Public && by != Role::Admin && target == Role::Admin;
                assert_eq!(check_target(kind, by, target).is_err(), is_refused, "{kind:?} {by:?} {target:?}");
            }
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

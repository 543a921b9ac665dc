//! What rooms are and who is in them, in plain words; and what comes of what someone does.

use std::collections::{BTreeMap, BTreeSet};

use chat_protocol::{Role, RoomKind};

use super::rows::Deed;

/// What an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Yes,
    /// It makes no sense.
    Bad,
    NoToken,
    No,
    /// There is no such thing.
    Nothing,
    Taken,
}

/// Somebody, by number; `None` has no token.
pub(super) type Who = Option<usize>;

/// A room that is there.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) id: String,
    pub(super) kind: RoomKind,
    pub(super) is_lobby: bool,
    pub(super) name: String,
    pub(super) archived: bool,
    /// Of a direct room: all of them.
    pub(super) people: BTreeSet<usize>,
    pub(super) members: BTreeMap<usize, Member>,
    pub(super) banned: BTreeSet<usize>,
    pub(super) muted: BTreeSet<usize>,
    pub(super) said: Vec<Said>,
    /// By message and user.
    pub(super) reports: BTreeSet<(usize, usize)>,
    /// Up to where people have read, as a number of messages.
    pub(super) read: BTreeMap<usize, usize>,
    /// Whether anything happened there.
    pub(super) has_events: bool,
    /// Counts who came.
    came: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) moderates: bool,
    /// The lower, the longer they have been there.
    since: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) id: String,
    pub(super) author: usize,
    pub(super) mentions: BTreeSet<usize>,
    pub(super) deleted: bool,
    pub(super) pinned: bool,
}

/// Who does what to which message or person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doing {
    pub(super) who: Who,
    pub(super) deed: Deed,
    /// By number in the room.
    pub(super) message: Option<usize>,
    pub(super) user: usize,
}

impl Place {
    pub(super) fn new(id: String, kind: RoomKind, name: &str) -> Self {
        Self {
            id,
            kind,
            is_lobby: name == "lobby",
            name: name.to_owned(),
            archived: false,
            people: BTreeSet::new(),
            members: BTreeMap::new(),
            banned: BTreeSet::new(),
            muted: BTreeSet::new(),
            said: Vec::new(),
            reports: BTreeSet::new(),
            read: BTreeMap::new(),
            has_events: kind != RoomKind::Direct,
            came: 0,
        }
    }

    pub(super) fn moderates(&self, who: usize, roles: &[Role]) -> bool {
        let is_admin = roles[who] == Role::Admin;
        match self.kind {
            RoomKind::Direct => false,
            RoomKind::Public if is_admin => true,
            _ => self.members.get(&who).is_some_and(|member| is_admin || member.moderates && !self.is_lobby),
        }
    }

    /// Whether somebody can know of the room.
    pub(super) fn is_seen_by(&self, who: Who) -> bool {
        match (self.kind, who) {
            (RoomKind::Public, _) => true,
            (_, None) => false,
            (RoomKind::Private, Some(who)) => self.members.contains_key(&who),
            (RoomKind::Direct, Some(who)) => {
                self.members.contains_key(&who) || self.people.contains(&who) && self.has_events
            }
        }
    }

    /// Who is listed as being in it.
    pub(super) fn listed(&self) -> BTreeSet<usize> {
        if self.kind == RoomKind::Direct { self.people.clone() } else { self.members.keys().copied().collect() }
    }

    /// Messages that a member has not read, and those of them that mention them.
    pub(super) fn unread(&self, who: usize) -> (u64, u64) {
        let from = self.read.get(&who).copied().unwrap_or(0);
        let unread = self.said[from..].iter().filter(|said| said.author != who && !said.deleted);
        let unread: Vec<_> = unread.collect();
        let mentions = unread.iter().filter(|said| self.kind == RoomKind::Direct || said.mentions.contains(&who));
        (unread.len() as u64, mentions.count() as u64)
    }

    /// What comes of it; where it may be, the room is as it then is.
    pub(super) fn does(&mut self, doing: Doing, roles: &[Role]) -> Outcome {
        match self.check(doing, roles) {
            Outcome::Yes => self.carry_out(doing),
            refused => refused,
        }
    }

    /// Whether it may be done.
    pub(super) fn check(&self, doing: Doing, roles: &[Role]) -> Outcome {
        let Doing { who, deed, message, user } = doing;
        let role = |who: Who| who.map(|who| roles[who]);
        if deed == Deed::Invite && role(who) != Some(Role::Admin) {
            return if who.is_some() { Outcome::No } else { Outcome::NoToken };
        }
        // Only what may be read without a token is looked up without one.
        if who.is_none() && deed != Deed::Read {
            return Outcome::NoToken;
        }
        if !self.is_seen_by(who) {
            return Outcome::Nothing;
        }
        let Some(me) = who else { return Outcome::Yes };
        let said = message.map(|message| &self.said[message]);
        let is_own = said.is_some_and(|said| said.author == me);
        let is_in = self.members.contains_key(&me) || self.kind == RoomKind::Direct;
        let writes = is_in && !self.archived && !self.muted.contains(&me);
        let moderates = self.moderates(me, roles);
        let may = match deed {
            Deed::Read | Deed::Report => true,
            Deed::Edits => is_own || moderates,
            Deed::Follow => is_in,
            Deed::Write | Deed::React | Deed::Pin | Deed::Unpin => writes,
            Deed::Edit => writes && is_own,
            Deed::Delete => {
                if is_own {
                    is_in
                } else {
                    moderates
                }
            }
            Deed::Join => is_in || !self.banned.contains(&me),
            Deed::Leave => !self.is_lobby,
            Deed::Add | Deed::Invite => (is_in || moderates) && self.kind != RoomKind::Direct,
            Deed::Topic => (writes || !is_in && moderates) && !self.archived,
            Deed::Manage => moderates && !self.archived,
            Deed::Retain => roles[me] == Role::Admin && self.kind != RoomKind::Direct,
            Deed::RetainAndManage => roles[me] == Role::Admin && self.kind != RoomKind::Direct && !self.archived,
            // What is so already is no error.
            Deed::Archive | Deed::Reopen | Deed::Mute | Deed::Unmute | Deed::Unban => moderates,
            Deed::Kick | Deed::Ban | Deed::Promote | Deed::Demote | Deed::AddModerator | Deed::AddMember => moderates,
            Deed::Remove => moderates && !self.is_lobby,
            Deed::MakeHook | Deed::Hooks | Deed::ChangeHook | Deed::MakeWebhook => moderates,
        };
        if !may {
            return Outcome::No;
        }
        let (is_new, is_banned) = (!self.members.contains_key(&user), self.banned.contains(&user));
        let is_gone = said.is_some_and(|said| said.deleted);
        let is_target = roles[user] == Role::Admin && roles[me] != Role::Admin && self.kind == RoomKind::Public;
        match deed {
            Deed::Edit | Deed::React | Deed::Pin | Deed::Unpin if is_gone => Outcome::Bad,
            Deed::Archive | Deed::Reopen if self.is_lobby && (deed == Deed::Archive) != self.archived => Outcome::No,
            Deed::Mute | Deed::Unmute | Deed::Kick | Deed::Ban | Deed::Unban if user == me => Outcome::Bad,
            Deed::Kick | Deed::Ban | Deed::Promote | Deed::Demote if self.is_lobby => Outcome::No,
            Deed::AddModerator | Deed::AddMember if self.is_lobby => Outcome::No,
            Deed::Add | Deed::AddModerator | Deed::AddMember if is_new && is_banned => Outcome::No,
            Deed::AddMember if is_new => Outcome::Yes,
            Deed::MakeHook => Outcome::Taken,
            Deed::ChangeHook => Outcome::Nothing,
            Deed::MakeWebhook => Outcome::Bad,
            Deed::Mute | Deed::Kick | Deed::Ban | Deed::Demote | Deed::AddMember if is_target => Outcome::No,
            _ => Outcome::Yes,
        }
    }

    fn carry_out(&mut self, doing: Doing) -> Outcome {
        let Doing { who, deed, message, user } = doing;
        let me = who.unwrap_or(usize::MAX);
        match deed {
            Deed::Delete => {
                let said = &mut self.said[message.unwrap()];
                (said.deleted, said.pinned) = (true, false);
            }
            Deed::Pin => self.said[message.unwrap()].pinned = true,
            Deed::Unpin => self.said[message.unwrap()].pinned = false,
            Deed::Report => drop(self.reports.insert((message.unwrap(), me))),
            Deed::Join if self.kind == RoomKind::Direct => self.open(me),
            Deed::Join => self.enter(me),
            Deed::Leave => self.leave(me),
            Deed::Add => self.enter(user),
            Deed::AddMember if !self.members.contains_key(&user) => self.enter(user),
            Deed::AddModerator => {
                self.enter(user);
                self.members.entry(user).and_modify(|member| member.moderates = true);
            }
            Deed::Archive => self.archived = true,
            Deed::Reopen => self.archived = false,
            Deed::Mute => drop(self.muted.insert(user)),
            Deed::Unmute => drop(self.muted.remove(&user)),
            Deed::Ban => {
                self.banned.insert(user);
                self.leave(user);
            }
            Deed::Unban => drop(self.banned.remove(&user)),
            Deed::Kick => self.leave(user),
            Deed::Promote => match self.members.get_mut(&user) {
                Some(member) => member.moderates = true,
                None => return Outcome::Nothing,
            },
            Deed::Demote | Deed::AddMember => match self.members.get(&user) {
                Some(member) if member.moderates => return self.demote(user),
                Some(_) => {}
                None => return Outcome::Nothing,
            },
            _ => {}
        }
        Outcome::Yes
    }

    /// Somebody said something.
    pub(super) fn say(&mut self, id: String, author: usize, mentioned: Option<usize>) {
        let mentions = self.mentioned(author, mentioned);
        self.said.push(Said { id, author, mentions, deleted: false, pinned: false });
        self.has_events = true;
        for person in self.people.clone() {
            self.open(person);
        }
    }

    /// Somebody said it otherwise.
    pub(super) fn reword(&mut self, message: usize, mentioned: Option<usize>) {
        self.said[message].mentions = self.mentioned(self.said[message].author, mentioned);
    }

    fn mentioned(&self, author: usize, mentioned: Option<usize>) -> BTreeSet<usize> {
        let is_known = |user: &usize| self.kind == RoomKind::Public || self.members.contains_key(user);
        mentioned.into_iter().filter(|user| *user != author).filter(is_known).collect()
    }

    /// Somebody comes, if they are not there.
    pub(super) fn enter(&mut self, who: usize) {
        if self.members.contains_key(&who) {
            return;
        }
        self.came += 1;
        self.members.insert(who, Member { moderates: self.members.is_empty(), since: self.came });
        self.read.insert(who, self.said.len());
    }

    /// A direct room is in somebody's list.
    pub(super) fn open(&mut self, who: usize) {
        self.members.entry(who).or_insert(Member { moderates: false, since: 0 });
    }

    fn leave(&mut self, who: usize) {
        if self.members.remove(&who).is_some() {
            self.follow(None);
        }
    }

    fn demote(&mut self, who: usize) -> Outcome {
        self.members.get_mut(&who).unwrap().moderates = false;
        if self.follow(Some(who)) {
            return Outcome::Yes;
        }
        self.members.get_mut(&who).unwrap().moderates = true;
        Outcome::Bad
    }

    /// Makes the one a moderator who has been there for longest, if there is no other.
    fn follow(&mut self, except: Option<usize>) -> bool {
        if self.kind == RoomKind::Direct || self.members.values().any(|member| member.moderates) {
            return true;
        }
        let others = self.members.iter_mut().filter(|(who, _)| Some(**who) != except);
        let Some((_, next)) = others.min_by_key(|(_, member)| member.since) else { return false };
        next.moderates = true;
        true
    }
}

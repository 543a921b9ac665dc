//! Finding people: all of them, or those of a room.

use chat_protocol::{Event, RoomId, RoomSelector, User, UserSelector};

use super::{Caller, Chat, Page, Result};
use crate::{access::Deed, store::UserFilter};

/// Members that are listed at once, the ones who are here first.
const LISTED: usize = 200;

/// Which users to list.
#[derive(Debug, Clone, Default)]
pub struct UserQuery {
    /// Whose name or display name contains this text.
    pub q: Option<String>,
    /// Who is here, or who is not.
    pub online: Option<bool>,
    /// Most items of the page.
    pub limit: usize,
    /// Names after this one.
    pub after: Option<String>,
}

/// Which members to list.
#[derive(Debug, Clone, Default)]
pub struct MemberQuery {
    /// Only those who are here, among them guests that only read.
    pub online: bool,
    /// Most items of the page.
    pub limit: usize,
    /// Names after this one.
    pub after: Option<String>,
}

impl Chat {
    /// People by name.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn users(&self, caller: Option<&Caller>, query: UserQuery) -> Result<Page<User>> {
        self.may_read(caller)?;
        let online = query.online.map(|online| (online, self.hub().online()));
        let filter = UserFilter { q: query.q, online, limit: query.limit, after: query.after };
        Ok(self.all_with_presence(self.store().users(filter).await?))
    }

    /// One user.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn user(&self, caller: Option<&Caller>, user: UserSelector) -> Result<User> {
        self.may_read(caller)?;
        self.known(user).await
    }

    /// The members of a room by name.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn members(
        &self,
        caller: Option<&Caller>,
        room: &RoomSelector,
        query: MemberQuery,
    ) -> Result<Page<User>> {
        self.may_read(caller)?;
        let reader = caller.map(|caller| caller.user);
        let online = match query.online {
            true => {
                let room = self.store().find_room(room.clone(), reader, Deed::Read).await?;
                Some((true, self.hub().room(room).online()))
            }
            false => None,
        };
        let filter = UserFilter { q: None, online, limit: query.limit, after: query.after };
        Ok(self.all_with_presence(self.store().members(reader, room.clone(), filter).await?))
    }

    /// The people of a room as a connection gets them: who is here first, then by name.
    pub(super) async fn roster(&self, caller: &Caller, room: RoomId) -> Result<Event> {
        let reader = Some(caller.user);
        let here = self.hub().room(room).online();
        let total = self.store().room(room.into(), reader).await?.members;
        let online = here.len() as u64;
        let filter = |online, limit| UserFilter { q: None, online: Some((online, here.clone())), limit, after: None };
        let mut members = self.store().members(reader, room.into(), filter(true, LISTED)).await?.items;
        if members.len() < LISTED {
            let rest = LISTED - members.len();
            members.extend(self.store().members(reader, room.into(), filter(false, rest)).await?.items);
        }
        let mut members = members.into_iter().map(|member| self.with_presence(member)).collect::<Vec<_>>();
        for member in &mut members {
            member.online = here.contains(&member.id);
        }
        let mut moderators = self.store().moderators(reader, room.into()).await?;
        moderators.retain(|moderator| members.iter().any(|member| member.id == *moderator));
        Ok(Event::Members { room, total, online, members, moderators })
    }

    fn all_with_presence(&self, mut page: Page<User>) -> Page<User> {
        page.items = page.items.into_iter().map(|user| self.with_presence(user)).collect();
        page
    }
}

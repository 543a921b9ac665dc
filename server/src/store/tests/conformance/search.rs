//! Searching, held to a plain model: what anyone may read is looked through from the newest message on.

use chat_protocol::{Message, RoomKind, name::RoomName};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::*;

/// What happens between two searches.
#[derive(Debug, Clone)]
enum Step {
    Send {
        by: usize,
        private: bool,
        body: String,
    },
    Edit {
        which: prop::sample::Index,
        body: String,
    },
    Delete {
        which: prop::sample::Index,
    },
    Pin {
        which: prop::sample::Index,
    },
    /// Bob leaves the private room, or is added to it.
    Move,
    Index,
}

/// A message as the model has it.
struct Said {
    id: MessageId,
    by: usize,
    private: bool,
    body: String,
    pinned: bool,
}

fn word() -> impl Strategy<Value = &'static str> {
    const WORDS: [&str; 14] =
        ["disk", "DISK", "disc", "is", "full", "fullest", "a", "go", "gone", "東京", "京", "l_seq", "`x`", "nginx"];
    prop::sample::select(&WORDS[..])
}

fn body() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 1..6).prop_map(|words| words.join(" "))
}

fn step() -> impl Strategy<Value = Step> {
    let which = any::<prop::sample::Index>;
    prop_oneof![
        8 => (0..2_usize, any::<bool>(), body()).prop_map(|(by, private, body)| Step::Send { by, private, body }),
        2 => (which(), body()).prop_map(|(which, body)| Step::Edit { which, body }),
        1 => which().prop_map(|which| Step::Delete { which }),
        1 => which().prop_map(|which| Step::Pin { which }),
        1 => Just(Step::Move),
        2 => Just(Step::Index),
    ]
}

#[derive(Debug, Clone, Default)]
struct Asked {
    with: Vec<&'static str>,
    without: Option<&'static str>,
    phrase: Option<(&'static str, &'static str)>,
    by: Option<usize>,
    private: bool,
    code: bool,
    pinned: bool,
}

fn asked() -> impl Strategy<Value = Asked> {
    let rarely = || prop::bool::weighted(0.1);
    let with = prop::collection::vec(word(), 1..3);
    let others = (prop::option::weighted(0.2, word()), prop::option::weighted(0.2, (word(), word())));
    (with, others, prop::option::weighted(0.2, 0..2_usize), rarely(), rarely(), rarely()).prop_map(
        |(with, (without, phrase), by, private, code, pinned)| Asked {
            with,
            without,
            phrase,
            by,
            private,
            code,
            pinned,
        },
    )
}

const NAMES: [&str; 2] = ["alice", "bob"];

impl Asked {
    fn query(&self) -> String {
        let mut parts: Vec<String> = self.with.iter().map(|word| (*word).to_owned()).collect();
        parts.extend(self.without.map(|word| format!("-{word}")));
        parts.extend(self.phrase.map(|(first, second)| format!("\"{first} {second}\"")));
        parts.extend(self.by.map(|by| format!("from:{}", NAMES[by])));
        parts.extend(self.private.then(|| "in:den".to_owned()));
        parts.extend(self.code.then(|| "has:code".to_owned()));
        parts.extend(self.pinned.then(|| "is:pinned".to_owned()));
        parts.join(" ")
    }

    fn finds(&self, said: &Said) -> bool {
        let body = said.body.to_lowercase();
        let has = |word: &str| {
            let word = word.to_lowercase();
            let is_short = word.len() < 3;
            if is_short {
                body.split(|c: char| !c.is_alphanumeric()).any(|one| one == word)
            } else {
                body.contains(&word)
            }
        };
        self.with.iter().all(|word| has(word))
            && !self.without.is_some_and(has)
            && self.phrase.is_none_or(|(first, second)| body.contains(&format!("{first} {second}").to_lowercase()))
            && self.by.is_none_or(|by| by == said.by)
            && (!self.private || said.private)
            && (!self.code || body.contains('`'))
            && (!self.pinned || said.pinned)
    }
}

pub(super) async fn a_search_finds_what_a_plain_look_at_all_messages_finds(scene: Scene) {
    let users = [scene.user("alice", Role::Member).await, scene.user("bob", Role::Member).await];
    let name = RoomName::parse("den").unwrap();
    let den = NewRoomRow::Named { kind: RoomKind::Private, name, topic: Line::default(), members: vec![] };
    let (den, _) =
        scene.store.create_room(users[0], den, RoomLimits { most: 100, ..RoomLimits::default() }).await.unwrap();
    let mut runner = TestRunner::deterministic();
    let (mut said, mut bob_is_in) = (Vec::<Said>::new(), false);
    for _ in 0..scene.search_steps {
        let step = step().new_tree(&mut runner).unwrap().current();
        let change = |said: &Said, change| {
            let new = NewChange { id: MessageId::now_v7(), user: users[said.by], message: said.id, change };
            scene.store.change(new)
        };
        match step {
            Step::Send { private: true, by: 1, .. } if !bob_is_in => {}
            Step::Send { by, private, body } => {
                let room = if private { den.id.into() } else { LOBBY.into() };
                let sent = scene.store.send(NewMessageRow { room, ..message(users[by], &body) }).await.unwrap();
                said.push(Said { id: sent.message.id, by, private, body, pinned: false });
            }
            Step::Move if bob_is_in => {
                scene.store.leave(users[1], den.id.into()).await.unwrap();
                bob_is_in = false;
            }
            Step::Move => {
                let new = NewMemberRow { id: MessageId::now_v7(), user: users[1].into(), role: None };
                scene.store.add_member(users[0], den.id.into(), new, u64::MAX).await.unwrap();
                bob_is_in = true;
            }
            Step::Index => while scene.store.index_messages().await.unwrap() {},
            Step::Edit { .. } | Step::Delete { .. } | Step::Pin { .. } if said.is_empty() => {}
            Step::Edit { which, body } => {
                let at = which.index(said.len());
                if !(said[at].private && said[at].by == 1 && !bob_is_in) {
                    let (body, names) = (body_of(&body), vec![]);
                    let text = body.as_str().to_owned();
                    change(&said[at], Change::Edit { body, names }).await.unwrap();
                    said[at].body = text;
                }
            }
            Step::Delete { which } => {
                let at = which.index(said.len());
                if !(said[at].private && said[at].by == 1 && !bob_is_in) {
                    change(&said[at], Change::Delete).await.unwrap();
                    said.remove(at);
                }
            }
            Step::Pin { which } => {
                let at = which.index(said.len());
                if !(said[at].private && said[at].by == 1 && !bob_is_in) {
                    let on = !said[at].pinned;
                    change(&said[at], Change::Pin { on }).await.unwrap();
                    said[at].pinned = on;
                }
            }
        }
        // More than 10,000 in all, for two readers.
        for _ in 0..7 {
            let asked = asked().new_tree(&mut runner).unwrap().current();
            for (reader, user) in users.into_iter().enumerate() {
                let hidden = reader == 1 && !bob_is_in;
                let found = search(&scene, user, &asked.query()).await;
                if asked.private && hidden {
                    assert!(matches!(found, Err(StoreError::WrongFilter { .. })), "{asked:?}");
                    continue;
                }
                let visible = said.iter().rev().filter(|said| !(said.private && hidden));
                let expected: Vec<_> = visible.filter(|said| asked.finds(said)).map(|said| said.id).collect();
                assert_eq!(found.unwrap(), expected, "{asked:?} by {}", NAMES[reader]);
            }
        }
    }
}

/// Everything that is found, page by page.
async fn search(scene: &Scene, user: UserId, query: &str) -> Result<Vec<MessageId>> {
    let (mut ids, mut before) = (vec![], None);
    loop {
        let size = PageSize { items: 4, bytes: 1 << 20 };
        let encode = |message: Message| (message.id, message.body.len());
        let page = scene.store.search(user, query.parse().unwrap(), before, size, encode).await?;
        ids.extend(page.hits.into_iter().map(|hit| hit.message));
        match page.next {
            Some(next) => before = Some(next),
            None => return Ok(ids),
        }
    }
}

pub(super) async fn a_search_that_looks_through_much_goes_on_with_its_next_page(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let hit = scene.store.send(message(alice, "abcd")).await.unwrap().message.id;
    // It has all terms of what is looked for, and not the word.
    let large = "abc bcd ".repeat(8 * 1024);
    for _ in 0..130 {
        scene.store.send(message(alice, &large)).await.unwrap();
    }
    for indexed in [false, true] {
        let size = PageSize { items: 10, bytes: 1 << 20 };
        let page = |before| {
            let encode = |message: Message| (message.id, message.body.len());
            scene.store.search(alice, "abcd".parse().unwrap(), before, size, encode)
        };
        let first = page(None).await.unwrap();
        assert!(first.hits.is_empty() && first.next.is_some(), "indexed: {indexed}");
        let second = page(first.next).await.unwrap();
        assert_eq!(second.hits.iter().map(|found| found.message).collect::<Vec<_>>(), [hit], "indexed: {indexed}");
        assert_eq!(second.next, None);
        while scene.store.index_messages().await.unwrap() {}
    }
}

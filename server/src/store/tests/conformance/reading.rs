//! What is read: pages, counts of what is unread, times.

use std::time::Duration;

use super::*;

pub(super) async fn unread_is_what_others_said_after_the_marker(scene: Scene) {
    let (alice, bob) = (scene.user("alice", Role::Member).await, scene.user("bob", Role::Member).await);
    let mention = NewMessageRow { names: vec![("bob".into(), "bob".into())], ..message(alice, "@bob look") };
    let first = scene.store.send(mention).await.unwrap().message.seq;
    scene.store.send(message(bob, "looking")).await.unwrap();
    scene.user("carol", Role::Member).await;
    let last = scene.store.send(message(alice, "thanks")).await.unwrap().message.seq;
    let seen = async |user| {
        let room = scene.store.room(LOBBY.into(), Some(user)).await.unwrap();
        (room.unread.unwrap(), room.mentions.unwrap())
    };
    assert_eq!(seen(bob).await, (2, 1), "two of alice's; neither the own one nor the joining counts");
    let read = async |seq, back| {
        let marker = scene.store.read_up_to(bob, LOBBY.into(), ReadPosition { seq, back }).await.unwrap();
        (marker.seq, marker.unread, marker.mentions)
    };
    assert_eq!(read(first, false).await, (first, 1, 0));
    assert_eq!(read(1, false).await, (first, 1, 0), "forward only");
    assert_eq!(read(u64::MAX >> 1, false).await, (last, 0, 0), "held to the end");
    assert_eq!(read(1, true).await, (1, 2, 1), "back where it is asked for");
}

pub(super) async fn a_reader_of_many_pages_sees_one_state(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let lobby = scene.lobby().await;
    let sends = (0..20).map(|n| scene.store.send(message(alice, &n.to_string())));
    let reads = (0..20).map(|_| async {
        let piece = scene
            .store
            .log_after(None, lobby.id.into(), 0, PageSize { items: 100, bytes: usize::MAX }, |entry| (entry, 0))
            .await
            .unwrap();
        assert_eq!(piece.entries.len() as u64, piece.extent.last_seq);
        let page = scene
            .store
            .messages(None, lobby.id.into(), Window::Around(2), PageSize { items: 10, bytes: usize::MAX }, |message| {
                (message, 0)
            })
            .await
            .unwrap();
        assert!(!page.has_more_before);
        let identity = scene.store.identify(token(alice), chat_protocol::Timestamp::from_millis(0)).await.unwrap();
        let start = scene.store.connection_start(identity.unwrap().session, vec![], vec![(lobby.id, 1)]).await.unwrap();
        assert!(start.times.contains_key(&lobby.id));
    });
    let (sent, _) = tokio::join!(futures_util::future::join_all(sends), futures_util::future::join_all(reads));
    assert!(sent.iter().all(Result::is_ok));
    scene.store.ping().await.unwrap();
}

pub(super) async fn absences_before_a_jump_of_the_clock_do_not_count(scene: Scene) {
    let guest = scene.user("quiet-otter-42", Role::Guest).await;
    let session = scene.session(guest).await;
    let year_ago = scene.store.times().await.unwrap().now - Duration::from_secs(365 * 24 * 60 * 60);
    scene
        .store
        .write(move |tx| {
            tx.set_last_seen(guest, year_ago)?;
            tx.set_last_used(session, year_ago)?;
            tx.set_mark(Mark::LookedAt, year_ago)
        })
        .await
        .unwrap();
    let times = scene.store.times().await.unwrap();
    assert_eq!(times.last_known, Some(year_ago));
    scene.store.count_absences_from_now().await.unwrap();
    assert_eq!(scene.store.remove_gone_guests(vec![]).await.unwrap(), 0);
    assert!(scene.store.times().await.unwrap().absences_since.unwrap() >= times.now);
}

pub(super) async fn a_token_that_is_not_used_for_long_is_over_unless_the_clock_has_jumped(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let session = scene.session(alice).await;
    let now = scene.store.times().await.unwrap().now;
    let day = Duration::from_secs(24 * 60 * 60);
    let is_expired = async |unused: u32| {
        let then = now - day * unused;
        scene.store.write(move |tx| tx.set_last_used(session, then)).await.unwrap();
        let identity = scene.store.identify(token(alice), now).await.unwrap().unwrap();
        assert_eq!((identity.user, identity.session, identity.last_used_at), (alice, session, then));
        identity.is_expired
    };
    assert!(!is_expired(0).await && !is_expired(399).await);
    assert!(is_expired(400).await && is_expired(1000).await);
    scene.store.count_unused_from_now().await.unwrap();
    assert!(!is_expired(1000).await, "how long ago that was, the clock does not tell");
    let long_ago = now - day * 500;
    scene.store.write(move |tx| tx.set_mark(Mark::Unused, long_ago)).await.unwrap();
    assert!(is_expired(1000).await, "a jump of long ago");
}

pub(super) async fn lists_by_name_go_on_where_their_last_part_ended(scene: Scene) {
    let names = ["alice", "bob", "carol", "dave", "erin", "frank"];
    for name in names {
        scene.user(name, Role::Member).await;
    }
    scene.user("quiet-otter-42", Role::Guest).await;
    scene.store.write(|tx| crate::store::operation::admin::disable(tx, &"dave".into())).await.unwrap();
    let filter =
        |after: Option<&str>, limit| UserFilter { limit, after: after.map(str::to_owned), ..UserFilter::default() };
    let names_of =
        |page: &Page<chat_protocol::User>| page.items.iter().map(|user| user.name.clone()).collect::<Vec<_>>();
    for limit in 1..8 {
        let (mut people, mut members, mut after) = (Vec::new(), Vec::new(), (None, None));
        loop {
            let page = scene.store.users(filter(after.0.as_deref(), limit)).await.unwrap();
            people.extend(names_of(&page));
            after.0 = page.next;
            if after.0.is_none() {
                break;
            }
            assert_eq!(page.items.len(), limit, "only the last part is shorter");
        }
        loop {
            let page = scene.store.members(None, LOBBY.into(), filter(after.1.as_deref(), limit)).await.unwrap();
            members.extend(names_of(&page));
            after.1 = page.next;
            if after.1.is_none() {
                break;
            }
        }
        assert_eq!(people, ["alice", "bob", "carol", "erin", "frank", "quiet-otter-42"], "no one who is disabled");
        assert_eq!(members, names, "no guest that only reads");
    }
    let after = scene.store.users(filter(Some("Carol"), 1)).await.unwrap();
    assert_eq!(names_of(&after), ["erin"], "whatever the case");
    let between = scene.store.users(filter(Some("b ?"), 1)).await.unwrap();
    assert_eq!(names_of(&between), ["bob"], "what is no name stands where it would stand");
}

pub(super) async fn a_page_around_a_message_has_as_much_of_both_sides(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    for _ in 0..20 {
        scene.store.send(message(alice, "ten bytes.")).await.unwrap();
    }
    let encode = |message: chat_protocol::Message| (message.seq, message.body.len());
    for (items, bytes, wanted) in [(6, usize::MAX, 8..=13), (20, 60, 8..=13), (20, 40, 9..=12)] {
        let size = PageSize { items, bytes };
        let page = scene.store.messages(None, LOBBY.into(), Window::Around(10), size, encode).await.unwrap();
        assert_eq!(page.messages, wanted.collect::<Vec<_>>(), "{size:?}");
    }
}

pub(super) async fn pages_end_by_bytes_and_say_whether_there_is_more(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let lobby = scene.lobby().await.id;
    // At positions 2 to 11.
    let lengths = [1, 30, 9, 9, 100, 2, 2, 2, 50, 1];
    for length in lengths {
        scene.store.send(message(alice, &"x".repeat(length))).await.unwrap();
    }
    let all: Vec<(u64, usize)> = (2..).zip(lengths).collect();
    for (items, bytes) in [(3, 10), (1, 1), (4, 40), (10, 1000), (2, 103), (9, 0)] {
        let size = PageSize { items, bytes };
        // What a page takes of messages in the order in which they come closer: all that fits, and the first anyhow.
        let taken = |nearest: &mut dyn Iterator<Item = (u64, usize)>| {
            let mut page: Vec<(u64, usize)> = Vec::new();
            for next in nearest {
                let fits = page.iter().map(|(_, length)| length).sum::<usize>() + next.1 <= bytes;
                if page.len() == items || !fits && !page.is_empty() {
                    break;
                }
                page.push(next);
            }
            page.into_iter().map(|(seq, _)| seq).collect::<Vec<u64>>()
        };
        for seq in 0..14 {
            let page = async |window| {
                let encode = |message: chat_protocol::Message| (message.seq, message.body.len());
                let page = scene.store.messages(None, lobby.into(), window, size, encode).await.unwrap();
                (page.messages, page.has_more_before, page.has_more_after)
            };
            let older = || all.iter().copied().filter(|(of, _)| *of < seq);
            let newer = || all.iter().copied().filter(|(of, _)| *of > seq);
            let mut wanted = taken(&mut older().rev());
            wanted.reverse();
            let more = (wanted.len() < older().count(), older().count() < all.len());
            assert_eq!(page(Window::Before(seq)).await, (wanted, more.0, more.1), "{size:?} before {seq}");
            let wanted = taken(&mut newer());
            let more = (newer().count() < all.len(), wanted.len() < newer().count());
            assert_eq!(page(Window::After(seq)).await, (wanted, more.0, more.1), "{size:?} after {seq}");

            let (around, before, after) = page(Window::Around(seq)).await;
            if seq < 2 && items == 1 {
                // The one place of the page is for what stands there, or before.
                assert_eq!((around.len(), before, after), (0, false, true));
                continue;
            }
            let (first, last) = (around.first().copied().unwrap(), around.last().copied().unwrap());
            assert_eq!(around, (first..=last).collect::<Vec<_>>(), "{size:?} around {seq}: no gaps");
            assert!(around.len() <= items && (before, after) == (first > 2, last < 11), "{size:?} around {seq}");
            assert!(around.contains(&seq.clamp(2, 11)), "{size:?} around {seq}");
            let bytes_of =
                |seqs: &[u64]| all.iter().filter(|(of, _)| seqs.contains(of)).map(|(_, length)| length).sum::<usize>();
            assert!(around.len() == 1 || bytes_of(&around) <= bytes.max(1), "{size:?} around {seq}: {around:?}");

            let encode = |entry: LogEntry| (entry.seq, entry.event.message().map_or(0, |message| message.body.len()));
            let piece = scene.store.log_after(None, lobby.into(), seq.max(1), size, encode).await.unwrap();
            let wanted = taken(&mut all.iter().copied().filter(|(of, _)| *of > seq.max(1)));
            assert_eq!(piece.entries, wanted, "{size:?}: the log after {seq}");
        }
    }
}

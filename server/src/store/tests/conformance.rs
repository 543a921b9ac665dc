//! The conformance suite of a store: what holds on every engine. A further engine is one more line, which says how a
//! scene of it opens.

mod admin;
mod files;
mod hooks;
mod reading;
mod search;
mod sessions;
mod users;
mod webhooks;

use super::*;
use crate::store::steps::*;
use admin::*;
use files::*;
use hooks::*;
use reading::*;
use search::*;
use sessions::*;
use users::*;
use webhooks::*;

macro_rules! engine {
    ($name:ident: $open:path) => {
        mod $name {
            use crate::store::tests::Scene;

            engine! { $open =>
                many_at_once_are_told_in_one_order_without_gaps,
                one_refusal_in_a_transaction_takes_nothing_else_with_it,
                what_is_submitted_is_answered_in_order_and_nothing_is_stored_that_is_not_admitted,
                counters_are_right_when_messages_share_a_transaction_with_other_changes,
                a_guest_is_told_of_when_it_first_writes,
                unread_is_what_others_said_after_the_marker,
                a_reader_of_many_pages_sees_one_state,
                a_panic_of_who_is_told_ends_no_writing,
                a_panic_of_who_asks_ends_no_writing,
                pages_end_by_bytes_and_say_whether_there_is_more,
                a_token_that_is_not_used_for_long_is_over_unless_the_clock_has_jumped,
                lists_by_name_go_on_where_their_last_part_ended,
                absences_before_a_jump_of_the_clock_do_not_count,
                of_many_who_want_a_name_in_any_disguise_one_gets_it,
                a_name_given_up_is_kept_for_its_owner_and_no_more_than_three,
                a_guest_that_chooses_a_name_is_a_member_and_leaves_the_old_one_to_others,
                those_who_see_a_user_hear_of_a_change,
                a_guest_that_left_no_trace_is_removed_after_a_day_and_its_name_is_free,
                a_new_password_wants_the_old_one_and_ends_the_other_sessions,
                a_password_that_was_changed_meanwhile_signs_nobody_in,
                one_session_too_many_ends_the_least_recently_used_and_never_itself,
                nobody_ends_the_session_of_another,
                a_link_code_signs_in_once,
                a_link_code_ends_in_time_with_its_session_and_with_a_newer_one,
                an_invite_is_good_for_as_many_as_it_says_and_while_it_lasts,
                who_is_disabled_is_out_until_a_reset_lets_them_in_by_a_code,
                who_is_disabled_has_no_session_that_counts,
                a_page_around_a_message_has_as_much_of_both_sides,
                a_hook_posts_under_a_name_of_its_own_until_it_ends_or_its_room_does,
                a_webhook_goes_with_its_room_and_no_other_does,
                a_file_that_a_message_carries_is_not_finished_again,
                a_role_is_given_to_who_has_chosen_a_name,
                a_search_finds_what_a_plain_look_at_all_messages_finds,
                a_search_that_looks_through_much_goes_on_with_its_next_page,
            }
        }
    };
    ($open:path => $($test:ident),* $(,)?) => {
        $(#[tokio::test]
        async fn $test() {
            let scene: Option<Scene> = $open().into();
            if let Some(scene) = scene {
                super::$test(scene).await;
            }
        })*
    };
}

engine!(sqlite_in_a_folder: crate::store::tests::Scene::new);
engine!(sqlite_in_memory: crate::store::tests::Scene::in_memory);
engine!(postgres: crate::store::tests::Scene::on_postgres);

async fn many_at_once_are_told_in_one_order_without_gaps(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let sends = (0..500).map(|n| scene.store.send(message(alice, &n.to_string())));
    let sent = futures_util::future::join_all(sends).await;
    let mut acknowledged: Vec<u64> = sent.into_iter().map(|sent| sent.unwrap().message.seq).collect();
    acknowledged.sort_unstable();
    assert_eq!(acknowledged, (2..=501).collect::<Vec<_>>(), "the first event is the joining");
    assert_eq!(scene.told.seqs(scene.lobby().await.id), (1..=501).collect::<Vec<_>>());
}

async fn one_refusal_in_a_transaction_takes_nothing_else_with_it(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let good = message(alice, "one");
    let conflicting = NewMessageRow { body: body_of("other"), ..good.clone() };
    let stranger = message(UserId::now_v7(), "from nobody");
    let (first, conflict, unknown, last) = tokio::join!(
        scene.store.send(good),
        scene.store.send(conflicting),
        scene.store.send(stranger),
        scene.store.send(message(alice, "two")),
    );
    assert_eq!(first.unwrap().message.seq, 2);
    assert!(matches!(conflict, Err(StoreError::IdConflict)));
    assert!(matches!(unknown, Err(StoreError::NoUser)));
    assert_eq!(last.unwrap().message.seq, 3, "a refusal takes no position");
}

async fn what_is_submitted_is_answered_in_order_and_nothing_is_stored_that_is_not_admitted(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let (answers, mut answered) = tokio::sync::mpsc::unbounded_channel();
    for n in 0..100 {
        let answers = answers.clone();
        let tell = move |sent: Result<SentRow>| answers.send((n, sent.map(|sent| sent.message.seq))).unwrap();
        scene.store.submit(message(alice, &n.to_string()), move || n % 10 != 3, tell);
    }
    let mut seq = 1;
    for n in 0..100 {
        let (which, sent) = answered.recv().await.unwrap();
        assert_eq!(which, n);
        if n % 10 == 3 {
            assert!(matches!(sent, Err(StoreError::Withheld)));
        } else {
            seq += 1;
            assert_eq!(sent.unwrap(), seq);
        }
    }
    assert_eq!(scene.lobby().await.last_seq, 91, "one joined, ninety were admitted");
}

async fn counters_are_right_when_messages_share_a_transaction_with_other_changes(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let lobby = scene.lobby().await;
    let position = |seq| ReadPosition { seq, back: true };
    let set_topic = |text: &str| scene.store.update_room(alice, LOBBY.into(), topic(text));
    let bob = scene.user("bob", Role::Member).await;
    let (first, changed, second, third) = tokio::join!(
        scene.store.send(message(alice, "one")),
        set_topic("new"),
        scene.store.send(message(bob, "two")),
        scene.store.send(message(alice, "three")),
    );
    assert_eq!(first.unwrap().message.seq, 3);
    assert_eq!(changed.unwrap().1.last_seq, 4);
    assert_eq!(second.unwrap().message.seq, 5);
    assert_eq!(third.unwrap().message.seq, 6);
    let unread = scene.store.read_up_to(bob, lobby.id.into(), position(0)).await.unwrap().unread;
    assert_eq!(unread, 2, "alice's, not the own one");
}

async fn a_guest_is_told_of_when_it_first_writes(scene: Scene) {
    let guest = scene.user("quiet-otter-42", Role::Guest).await;
    assert_eq!((scene.lobby().await.members, scene.lobby().await.last_seq), (0, 0));
    scene.store.send(message(guest, "hello")).await.unwrap();
    let lobby = scene.lobby().await;
    assert_eq!((lobby.members, lobby.last_seq), (1, 2));
    assert!(matches!(
        scene.told.entries.lock()[..],
        [LogEntry { event: LogEvent::UserJoined { .. }, .. }, LogEntry { event: LogEvent::Message { .. }, .. }]
    ));
}

async fn a_panic_of_who_is_told_ends_no_writing(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let sent = scene.store.send(message(alice, UNBEARABLE)).await.unwrap();
    assert_eq!(sent.message.seq, 2, "it is stored, and acknowledged");
    scene.store.ping().await.unwrap();
    assert_eq!(scene.store.send(message(alice, "next")).await.unwrap().message.seq, 3);
}

async fn a_panic_of_who_asks_ends_no_writing(scene: Scene) {
    let alice = scene.user("alice", Role::Member).await;
    let failed = tokio::sync::oneshot::channel();
    let tell = move |sent: Result<SentRow>| {
        failed.0.send(sent.is_err()).unwrap();
        panic!("a panic on purpose");
    };
    scene.store.submit(message(alice, "never stored"), || panic!("a panic on purpose"), tell);
    assert!(failed.1.await.unwrap());
    assert!(scene.store.read(|_| -> Result<()> { panic!("a panic on purpose") }).await.is_err());
    scene.store.ping().await.unwrap();
    assert_eq!(scene.store.send(message(alice, "next")).await.unwrap().message.seq, 2);
    assert_eq!(scene.lobby().await.last_seq, 2);
}

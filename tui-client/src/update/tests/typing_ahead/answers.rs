//! What the server and the disk may answer.

use chat_client::Page;
use chat_protocol::{
    HookId, Timestamp, Token, UploadId, WebhookId,
    api::{Hook, Invite, MessagesPage, Report, SearchHit, SearchPage, Webhook},
    testing,
};
use proptest::prelude::*;

use super::inputs::{ROOMS, entry, facts, id, message, message_id, room, ticket};
use crate::{
    state::{Method, PictureKey, Records, Ticket},
    tests::scene::room_id,
    update::input::{Answer, Clipping, Fetched, Input},
};

fn outcome<T: std::fmt::Debug + Clone + 'static>(good: T) -> impl Strategy<Value = Result<T, String>> {
    prop_oneof![Just(Ok(good)), Just(Err("no".to_owned()))]
}

pub(super) fn answers() -> Vec<BoxedStrategy<Input>> {
    let page =
        |messages| MessagesPage { room: room_id("lobby"), messages, has_more_before: true, has_more_after: false };
    let joined = (ticket(), room()).prop_flat_map(|(ticket, name)| {
        outcome((Box::new(facts(name)), true)).prop_map(move |result| Answer::Joined(ticket, result))
    });
    let rooms = ticket().prop_flat_map(|ticket| {
        outcome(ROOMS.map(facts).to_vec()).prop_map(move |result| Answer::Rooms(ticket, result))
    });
    let link = ticket().prop_flat_map(|ticket| {
        outcome(("ABCD".to_owned(), "https://chat.example/#link=ABCD".to_owned()))
            .prop_map(move |result| Answer::Link(ticket, result))
    });
    let password =
        ticket().prop_flat_map(|ticket| outcome(()).prop_map(move |result| Answer::Password(ticket, result)));
    let older = (id(), prop::collection::vec(message(), 0..3)).prop_flat_map(move |(room, messages)| {
        outcome(page(messages)).prop_map(move |result| Answer::Older { room, result })
    });
    let direct = (ticket(), room()).prop_flat_map(|(ticket, name)| {
        outcome(Box::new(facts(name))).prop_map(move |result| Answer::Direct(ticket, "hello".to_owned(), result))
    });
    let thread =
        (id(), message_id(), prop::collection::vec(message(), 0..3)).prop_flat_map(move |(room, first, messages)| {
            outcome(page(messages)).prop_map(move |result| Answer::Thread { room, first, result })
        });
    let past =
        (id(), message_id(), prop::collection::vec(message(), 0..3)).prop_flat_map(move |(room, around, messages)| {
            let pages = [Page::Around(40), Page::Before(30), Page::After(50)];
            (outcome(page(messages)), prop::sample::select(pages.to_vec()))
                .prop_map(move |(result, page)| Answer::Past { room, around, page, result })
        });
    let search = prop::collection::vec(message(), 0..3).prop_flat_map(|messages| {
        let hits = messages.into_iter().map(|message| SearchHit { room: message.room, message, marks: vec![(0, 2)] });
        outcome(SearchPage { hits: hits.collect(), next: None }).prop_map(|result| Answer::Search {
            query: "disk".to_owned(),
            before: None,
            result,
        })
    });
    let records = ticket().prop_flat_map(|ticket| {
        outcome(()).prop_map(move |result| Answer::Records(ticket, result.map(|()| Fetched::Reports(vec![report()]))))
    });
    let ended = outcome(()).prop_map(|result| Answer::Ended { records: Records::Reports, id: 1, result });
    let made = ticket().prop_flat_map(|ticket| {
        outcome(()).prop_map(move |result| Answer::Hook(ticket, result.map(|()| Box::new(hook()))))
    });
    let ended_hook = outcome(()).prop_map(|result| Answer::EndedHook { hook: hook().id, result });
    let bot = ticket().prop_flat_map(|ticket| {
        let made = ("echo".to_owned(), Token::new("cht_secret"));
        outcome(made).prop_map(move |result| Answer::Bot(ticket, result))
    });
    let ended_bot = outcome(()).prop_map(|result| Answer::EndedBot { name: "echo".to_owned(), result });
    let made_webhook = ticket().prop_flat_map(|ticket| {
        outcome(()).prop_map(move |result| Answer::Webhook(ticket, result.map(|()| Box::new(webhook()))))
    });
    let ended_webhook = outcome(webhook().id).prop_map(Answer::EndedWebhook);
    let invite = ticket().prop_flat_map(|ticket| {
        outcome(()).prop_map(move |result| Answer::Invite(ticket, result.map(|()| Box::new(invite()))))
    });
    let clipboard = ticket().prop_flat_map(|ticket| {
        let clippings = [Clipping::Picture(vec![7; 9]), Clipping::Files(vec![("/home/alice/cat.png".into(), 9)])];
        let clipping = prop::sample::select(clippings.to_vec()).prop_flat_map(outcome);
        clipping.prop_map(move |result| Answer::Clipboard(ticket, result))
    });
    let all = [
        (id(), prop::collection::vec(message(), 0..3))
            .prop_map(|(room, messages)| Answer::Cached { room, messages })
            .boxed(),
        older.boxed(),
        joined.boxed(),
        outcome(()).prop_map(Answer::Left).boxed(),
        outcome("done".to_owned()).prop_map(Answer::Done).boxed(),
        rooms.boxed(),
        link.boxed(),
        password.boxed(),
        direct.boxed(),
        thread.boxed(),
        (id(), outcome(Vec::new())).prop_map(|(room, result)| Answer::Pins { room, result }).boxed(),
        past.boxed(),
        search.boxed(),
        records.boxed(),
        ended.boxed(),
        invite.boxed(),
        made.boxed(),
        ended_hook.boxed(),
        bot.boxed(),
        ended_bot.boxed(),
        any::<u64>().prop_map(dropped).boxed(),
        any::<u64>().prop_map(|bytes| Answer::Saving { file: UploadId::now_v7(), bytes }).boxed(),
        outcome("saved").prop_map(saved).boxed(),
        clipboard.boxed(),
        made_webhook.boxed(),
        ended_webhook.boxed(),
        any::<bool>().prop_map(picture).boxed(),
        any::<Option<(u16, u16)>>().prop_map(Answer::Cell).boxed(),
        entry().prop_map(Answer::Outbox).boxed(),
    ];
    all.map(|answer| answer.prop_map(Input::Answer).boxed()).into()
}

fn dropped(size: u64) -> Answer {
    let (ticket, path) = (Ticket::default(), "/home/alice/cat.png".to_owned());
    Answer::Dropped { ticket, path, size, pasted: 0..1 }
}

fn saved(result: Result<&'static str, String>) -> Answer {
    let file = UploadId::now_v7();
    let paths = result.iter().map(|_| (file, "/home/alice/out.log".to_owned())).collect();
    Answer::Saved { wanted: vec![file], paths, result: result.map(str::to_owned) }
}

fn picture(is_here: bool) -> Answer {
    let picture = PictureKey { file: UploadId::now_v7(), width: 1, height: 1, method: Method::Blocks };
    let result = if is_here { Ok(None) } else { Err("it is damaged".to_owned()) };
    Answer::Picture { picture, result }
}

fn report() -> Report {
    let message = testing::message("bob", "rude");
    let (room, by) = (room_id("lobby"), testing::user_ref("carol"));
    Report { id: 1, at: Timestamp::default(), by, room, message, reason: None }
}

fn hook() -> Hook {
    let url = Some("https://chat.example/hooks/ID/SECRET".to_owned());
    let id = HookId::from(room_id("lobby").uuid());
    Hook {
        id,
        user: testing::user_ref("alerts"),
        url,
        created_at: Timestamp::default(),
        by: testing::user_ref("alice"),
    }
}

fn webhook() -> Webhook {
    let id = WebhookId::from(room_id("lobby").uuid());
    Webhook {
        id,
        room: room_id("lobby"),
        url: "https://bot.example/chat".to_owned(),
        events: vec!["Message".to_owned()],
        secret: Some("whsec_secret".to_owned()),
        created_at: Timestamp::default(),
        by: testing::user_ref("alice"),
        delivered_seq: 1,
        answers: Vec::new(),
        disabled_at: None,
        disabled_reason: None,
    }
}

fn invite() -> Invite {
    let (code, url) = ("ABCD".to_owned(), "https://chat.example/#invite=ABCD".to_owned());
    Invite {
        id: 1,
        code: Some(code),
        url: Some(url),
        qr: Vec::new(),
        uses_left: 1,
        expires_at: Timestamp::default(),
        by: None,
        rooms: Vec::new(),
    }
}

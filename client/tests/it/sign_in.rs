//! Becoming a user, and staying one.

use chat_client::{Account, Accounts, Credential, Recovery, ServerUrl, SignIn, SignInError, sign_in};
use chat_protocol::{ErrorCode, Token};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    fake::Fake,
    scene::{ALICE, BOB, user},
};

struct Desk {
    fake: Fake,
    folder: TempDir,
}

impl Desk {
    async fn open() -> Self {
        let fake = Fake::start().await;
        let info = json!({
            "id": uuid::Uuid::nil(), "name": "fake", "version": "1", "epoch": uuid::Uuid::nil(),
            "registration": "open", "limits": {}
        });
        fake.answer("GET /api/info", 200, info);
        Self { fake, folder: tempfile::tempdir().unwrap() }
    }

    fn accounts(&self) -> Accounts {
        Accounts::open(self.folder.path().to_owned()).unwrap()
    }

    async fn sign_in(&self, name: Option<&str>, credential: Credential) -> Result<Account, SignInError> {
        let request = SignIn {
            server: self.fake.url.clone(),
            name: name.map(str::to_owned),
            credential,
            invite: None,
            insecure: false,
            client: "test/1".to_owned(),
        };
        sign_in(&self.accounts(), request).await
    }

    /// What the server answers to those who sign in there.
    fn gives(&self, what: &str, id: u128, name: &str) {
        self.fake.answer(what, 201, json!({"user": user(id, name), "token": format!("cht_{name}")}));
    }
}

#[tokio::test]
async fn a_free_name_is_taken_and_then_kept() {
    let mut desk = Desk::open().await;
    desk.gives("POST /api/users", ALICE, "Alice");
    let account = desk.sign_in(Some("Alice"), Credential::None).await.unwrap();
    assert_eq!(account.user.name, "Alice");
    assert_eq!(desk.fake.asked().await.0, "GET /api/info");
    let (call, _, body) = desk.fake.asked().await;
    assert_eq!((call.as_str(), body), ("POST /api/users", json!({"name": "Alice"})));

    desk.fake.answer("GET /api/users/me", 200, json!(user(ALICE, "Alice")));
    for name in [None, Some("Alice"), Some("ALICE")] {
        desk.sign_in(name, Credential::None).await.unwrap();
        let (call, token, _) = desk.fake.asked().await;
        assert_eq!((call.as_str(), token.as_deref()), ("GET /api/users/me", Some("Bearer cht_Alice")), "{name:?}");
    }
    assert_eq!(desk.accounts().last_name(&desk.fake.url).as_deref(), Some("Alice"));
}

#[cfg(unix)]
#[tokio::test]
async fn the_token_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::open().await;
    desk.gives("POST /api/users", ALICE, "alice");
    desk.sign_in(Some("alice"), Credential::None).await.unwrap();
    // Those that were made: the one around them was there before.
    let mut folders: Vec<_> =
        std::fs::read_dir(desk.folder.path()).unwrap().map(|inside| inside.unwrap().path()).collect();
    assert!(!folders.is_empty());
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700, "{folder:?}");
        for inside in std::fs::read_dir(folder).unwrap().map(|inside| inside.unwrap().path()) {
            if inside.is_dir() {
                folders.push(inside);
            } else {
                files += 1;
                assert_eq!(inside.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{inside:?}");
            }
        }
    }
    // The account, who came last, and the lock of who signs in.
    assert_eq!(files, 3);
}

#[tokio::test]
async fn a_token_says_who_one_is_and_leaves_who_came_last_alone() {
    let mut desk = Desk::open().await;
    desk.gives("POST /api/users", ALICE, "alice");
    desk.sign_in(Some("alice"), Credential::None).await.unwrap();
    for call in ["GET /api/info", "POST /api/users"] {
        assert_eq!(desk.fake.asked().await.0, call);
    }
    desk.fake.answer("GET /api/users/me", 200, json!(user(BOB, "echo")));
    // The second one is that of a bot that was ended and taken up again.
    for token in ["cht_first", "cht_second"] {
        let account = desk.sign_in(None, Credential::Token(Token::new(token))).await.unwrap();
        assert_eq!((account.user.name.as_str(), account.token().reveal()), ("echo", token));
        assert_eq!(desk.fake.asked().await.0, "GET /api/info");
        let (call, sent, _) = desk.fake.asked().await;
        assert_eq!((call.as_str(), sent), ("GET /api/users/me", Some(format!("Bearer {token}"))));
        assert_eq!(desk.accounts().token(&desk.fake.url, "echo").unwrap().reveal(), token);
        assert_eq!(desk.accounts().last_name(&desk.fake.url).as_deref(), Some("alice"));
    }
}

#[tokio::test]
async fn a_token_that_is_wrong_is_refused_and_nothing_else_is_tried() {
    let mut desk = Desk::open().await;
    for no_token in ["", "hunter22", "cht_a b", "cht_a\n"] {
        let error = desk.sign_in(Some("echo"), Credential::Token(Token::new(no_token))).await.unwrap_err();
        assert!(matches!(error, SignInError::BadToken), "{no_token:?}: {error}");
    }
    desk.fake.refuse("GET /api/users/me", 401, "unauthorized");
    let error = desk.sign_in(Some("echo"), Credential::Token(Token::new("cht_ended"))).await.unwrap_err();
    assert!(matches!(error, SignInError::Refused { code: ErrorCode::Unauthorized, .. }), "{error}");
    for call in ["GET /api/info", "GET /api/users/me"] {
        assert_eq!(desk.fake.asked().await.0, call);
    }
    assert!(desk.fake.was_asked_all(), "no name is taken in its place");
    assert!(desk.accounts().token(&desk.fake.url, "echo").is_none());
}

#[tokio::test]
async fn without_any_name_one_is_asked_for() {
    let desk = Desk::open().await;
    let error = desk.sign_in(None, Credential::None).await.unwrap_err();
    assert!(matches!(error, SignInError::NoName));
    assert!(error.to_string().contains("--name"));
}

#[tokio::test]
async fn a_taken_name_says_what_to_do() {
    let desk = Desk::open().await;
    desk.fake.refuse("POST /api/users", 409, "name_taken");
    let error = desk.sign_in(Some("alice"), Credential::None).await.unwrap_err();
    assert!(matches!(&error, SignInError::NameTaken { name } if name == "alice"));
    assert!(error.to_string().contains("--link"), "{error}");
}

#[tokio::test]
async fn a_token_that_no_longer_counts_is_let_go_of() {
    let desk = Desk::open().await;
    desk.gives("POST /api/users", ALICE, "alice");
    desk.sign_in(Some("alice"), Credential::None).await.unwrap();
    desk.fake.refuse("GET /api/users/me", 401, "unauthorized");
    desk.fake.refuse("POST /api/users", 409, "name_taken");
    let error = desk.sign_in(None, Credential::None).await.unwrap_err();
    assert!(matches!(error, SignInError::NameTaken { .. }));
    assert!(desk.accounts().token(&desk.fake.url, "alice").is_none());
    assert_eq!(desk.accounts().last_name(&desk.fake.url).as_deref(), Some("alice"), "who one was is still known");
    desk.gives("POST /api/sessions", ALICE, "alice");
    desk.sign_in(None, Credential::Password("correct horse".into())).await.unwrap();
    assert!(desk.accounts().token(&desk.fake.url, "alice").is_some());
}

#[tokio::test]
async fn a_server_that_is_away_takes_nothing_from_who_was_there() {
    let desk = Desk::open().await;
    desk.gives("POST /api/users", ALICE, "alice");
    desk.sign_in(Some("alice"), Credential::None).await.unwrap();
    desk.fake.answer("GET /api/users/me", 502, "<html>");
    let error = desk.sign_in(None, Credential::None).await.unwrap_err();
    assert!(matches!(error, SignInError::Unreachable { .. }), "{error}");
    let kept = Account::kept(&desk.accounts(), &desk.fake.url, None).unwrap();
    assert_eq!((kept.user.name.as_str(), kept.token().reveal()), ("alice", "cht_alice"));
}

#[tokio::test]
async fn a_link_signs_in_the_user_who_made_it() {
    let mut desk = Desk::open().await;
    desk.gives("POST /api/users", ALICE, "alice");
    desk.sign_in(Some("alice"), Credential::None).await.unwrap();
    desk.gives("POST /api/sessions", BOB, "bob");
    let link = Credential::Link(format!("{}/#link=ABCD-EFGH", desk.fake.url));
    let account = desk.sign_in(None, link).await.unwrap();
    assert_eq!(account.user.name, "bob");
    loop {
        let (call, _, body) = desk.fake.asked().await;
        if call == "POST /api/sessions" {
            assert_eq!(body, json!({"link_code": "ABCD-EFGH"}));
            break;
        }
    }
    assert_eq!(desk.accounts().last_name(&desk.fake.url).as_deref(), Some("bob"));
    assert!(desk.accounts().token(&desk.fake.url, "alice").is_some(), "both are kept");
}

#[tokio::test]
async fn a_password_takes_a_free_name_and_a_wrong_one_does_not_take_another() {
    let desk = Desk::open().await;
    desk.fake.refuse("POST /api/sessions", 401, "unauthorized");
    desk.gives("POST /api/users", ALICE, "alice");
    desk.sign_in(Some("alice"), Credential::Password("correct horse".into())).await.unwrap();

    desk.fake.refuse("POST /api/users", 409, "name_taken");
    let error = desk.sign_in(Some("bob"), Credential::Password("wrong horse".into())).await.unwrap_err();
    assert!(matches!(&error, SignInError::Refused { detail, .. } if detail == "said unauthorized"), "{error}");
}

#[tokio::test]
async fn something_else_at_that_address_is_told_no_password() {
    let mut desk = Desk::open().await;
    desk.fake.answer("GET /api/info", 200, "<html>");
    let error = desk.sign_in(Some("alice"), Credential::Password("correct horse".into())).await.unwrap_err();
    assert!(matches!(&error, SignInError::NotOurs { detail, .. } if detail.contains("text/html")), "{error}");
    desk.fake.answer("GET /api/info", 200, json!({"hello": "world"}));
    let error = desk.sign_in(Some("alice"), Credential::None).await.unwrap_err();
    assert!(matches!(error, SignInError::NotOurs { .. }), "{error}");
    for _ in 0..2 {
        assert_eq!(desk.fake.asked().await.0, "GET /api/info");
    }
}

#[tokio::test]
async fn a_token_does_not_cross_a_network_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = Accounts::open(folder.path().to_owned()).unwrap();
    let request = SignIn {
        server: ServerUrl::parse("http://chat.example").unwrap(),
        name: Some("alice".to_owned()),
        credential: Credential::None,
        invite: None,
        insecure: false,
        client: "test/1".to_owned(),
    };
    let error = sign_in(&accounts, request).await.unwrap_err();
    assert!(error.to_string().contains("--insecure"), "{error}");
}

#[tokio::test]
async fn a_half_written_account_is_none() {
    let desk = Desk::open().await;
    desk.gives("POST /api/users", ALICE, "alice");
    let account = desk.sign_in(Some("alice"), Credential::None).await.unwrap();
    let id = account.user.id.to_string();
    let server = std::fs::read_dir(desk.folder.path()).unwrap().next().unwrap().unwrap().path();
    std::fs::write(server.join(&id).join("account.json"), "{\"user\":").unwrap();
    assert!(Account::kept(&desk.accounts(), &desk.fake.url, None).is_none());
    desk.sign_in(Some("alice"), Credential::None).await.unwrap();
    assert!(Account::kept(&desk.accounts(), &desk.fake.url, None).is_some());
}

impl Desk {
    /// The folder of the accounts of this server.
    fn server_folder(&self) -> std::path::PathBuf {
        self.folder.path().join(self.fake.url.to_string().replace("://", "_").replace(':', "+"))
    }

    /// From now on nothing of this user's can be written, while everything else can.
    fn stop_writing(&self, id: u128) {
        std::fs::create_dir_all(self.server_folder()).unwrap();
        let folder = self.server_folder().join(uuid::Uuid::from_u128(id).to_string());
        std::fs::write(folder, "a file where a folder should be").unwrap();
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_kept_can_be_had_again() {
    let desk = Desk::open().await;
    desk.stop_writing(ALICE);
    for (credential, call) in
        [(Credential::None, "POST /api/users"), (Credential::Link("ABCD-EFGH".into()), "POST /api/sessions")]
    {
        desk.gives(call, ALICE, "alice");
        desk.fake.answer(
            "POST /api/link-codes",
            201,
            json!({"code": "WXYZ-2345", "url": "https://chat.example/#link=WXYZ-2345", "expires_at": "2026-11-28T09:00:00.000Z"}),
        );
        let error = desk.sign_in(Some("alice"), credential.clone()).await.unwrap_err();
        assert!(
            matches!(&error, SignInError::NotKept { recovery: Recovery::Link(code), .. } if code == "WXYZ-2345"),
            "{credential:?}: {error}"
        );
        let told = error.to_string();
        for word in ["alice", "account.json", "--link WXYZ-2345"] {
            assert!(told.contains(word), "{word} is not in {told}");
        }
        assert!(!told.contains("cht_"), "the token itself is not told: {told}");
    }

    // Who has a password needs no code; where the server gives none, it says what is left to do.
    desk.gives("POST /api/sessions", ALICE, "alice");
    let error = desk.sign_in(Some("alice"), Credential::Password("correct horse".into())).await.unwrap_err();
    assert!(matches!(error, SignInError::NotKept { recovery: Recovery::Password, .. }), "{error}");
    desk.fake.refuse("POST /api/link-codes", 403, "forbidden");
    let error = desk.sign_in(Some("alice"), Credential::None).await.unwrap_err();
    assert!(matches!(error, SignInError::NotKept { recovery: Recovery::None, .. }), "{error}");
}

#[tokio::test]
async fn a_token_that_is_kept_counts_even_if_nothing_else_is() {
    let desk = Desk::open().await;
    desk.gives("POST /api/users", ALICE, "alice");
    std::fs::create_dir_all(desk.server_folder().join("last/inside")).unwrap();
    desk.sign_in(Some("alice"), Credential::None).await.unwrap();
    assert!(desk.accounts().token(&desk.fake.url, "alice").is_some());
}

#[tokio::test]
async fn a_damaged_account_is_named_and_not_called_taken() {
    let tokens = ["", "a\nb", "cht_\0", "cht_häh", "nonsense"];
    let tokens = tokens.map(|token| json!({"user": user(ALICE, "alice"), "token": token}).to_string());
    let texts = ["", "{\"user\":", "{}", "[]", "\0\0\0", "{\"user\": {\"name\": \"alice\"}, \"token\": 7}"];
    for damage in texts.iter().copied().chain(tokens.iter().map(String::as_str)) {
        let desk = Desk::open().await;
        desk.gives("POST /api/users", ALICE, "alice");
        desk.sign_in(Some("alice"), Credential::None).await.unwrap();
        let file = desk.server_folder().join(uuid::Uuid::from_u128(ALICE).to_string()).join("account.json");
        std::fs::write(&file, damage).unwrap();
        desk.fake.refuse("POST /api/users", 409, "name_taken");
        for name in [None, Some("alice")] {
            let error = desk.sign_in(name, Credential::None).await.unwrap_err();
            assert!(matches!(error, SignInError::AccountDamaged { .. }), "{damage:?}: {error}");
            let told = error.to_string();
            for word in [file.to_str().unwrap(), "backup", "--link", "password"] {
                assert!(told.contains(word), "{word} is not in {told}");
            }
        }
        // With another credential it is mended.
        desk.gives("POST /api/sessions", ALICE, "alice");
        desk.sign_in(Some("alice"), Credential::Password("correct horse".into())).await.unwrap();
        assert!(Account::kept(&desk.accounts(), &desk.fake.url, Some("alice")).is_some());
    }
}

#[tokio::test]
async fn a_wait_is_no_refusal() {
    for code in ["rate_limited", "unavailable", "storage_full"] {
        let desk = Desk::open().await;
        desk.fake.refuse("POST /api/users", 429, code);
        let error = desk.sign_in(Some("alice"), Credential::None).await.unwrap_err();
        assert!(error.wait().is_some(), "{code}: {error}");
        desk.fake.refuse("POST /api/users", 403, "forbidden");
        let error = desk.sign_in(Some("alice"), Credential::None).await.unwrap_err();
        assert!(error.wait().is_none(), "{error}");
    }
}

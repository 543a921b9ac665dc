//! `RateLimit`: what a client has left, told before it is refused.

use serde_json::json;

use chat_testing::{Answer, Method, TestServer};

/// What an answer says: of which limit, how much is left, and when there is one more.
#[track_caller]
fn told(answer: &Answer) -> (String, u64, u64) {
    let (limit, fields) = answer.header("ratelimit").split_once(";r=").expect("what is left");
    let (left, next) = fields.split_once(";t=").expect("when there is more");
    let policy = answer.header("ratelimit-policy");
    assert!(policy.starts_with(&format!("{limit};q=")), "both name the same limit: {policy}");
    (limit.trim_matches('"').to_owned(), left.parse().unwrap(), next.parse().unwrap())
}

#[tokio::test]
async fn what_is_left_is_what_can_still_be_asked_for() {
    let server = TestServer::with_limits(&["requests=7:0.001"]).await;
    let alice = server.register("alice").await;
    let first = alice.get("/api/users/me").await.is(200);
    assert_eq!(first.header("ratelimit-policy"), r#""requests";q=7;w=7000"#);
    let (limit, left, next) = told(&first);
    assert_eq!((limit.as_str(), left), ("requests", 6));
    assert!((990..=1000).contains(&next), "the one that was taken comes back after 1000 s: {next}");
    for left in (0..left).rev() {
        assert_eq!(told(&alice.get("/api/rooms").await.is(200)).1, left);
    }
    let refused = alice.get("/api/users/me").await.is_problem(429, "rate_limited");
    let (limit, left, next) = told(&refused);
    assert_eq!((limit.as_str(), left), ("requests", 0));
    assert_eq!(refused.header("retry-after"), next.to_string(), "both name the same moment");
}

#[tokio::test]
async fn of_several_limits_the_one_nearest_to_its_end_is_told() {
    let limits = ["requests=100:0.001", "messages=3:0.001", "rooms-created=2:0.001", "registrations=9:0.001"];
    let server = TestServer::with_limits(&limits).await;
    let registered = server.post("/api/users", json!({"name": "alice"})).await.is(201);
    assert_eq!(told(&registered).0, "registrations");
    let alice = server.person(registered);
    let limit_of = async |method, path: &str, body| {
        let answer = Answer::to(alice.request(method, path).json(&body)).await;
        let (limit, left, next) = told(&answer);
        if answer.status == 429 {
            assert_eq!((left, answer.header("retry-after")), (0, next.to_string().as_str()));
        }
        (answer.status, limit, left)
    };
    let told = |status, limit: &str, left| (status, limit.to_owned(), left);
    assert_eq!(limit_of(Method::GET, "/api/users/me", json!({})).await, told(200, "requests", 99));
    assert_eq!(limit_of(Method::POST, "/api/rooms", json!({"name": "tea"})).await, told(201, "rooms-created", 1));
    assert_eq!(limit_of(Method::POST, "/api/messages", json!({"body": "one"})).await, told(201, "messages", 1));
    assert_eq!(limit_of(Method::POST, "/api/rooms", json!({"name": "tea"})).await, told(409, "rooms-created", 0));
    assert_eq!(limit_of(Method::POST, "/api/messages", json!({"body": "two"})).await, told(429, "messages", 0));
    assert_eq!(limit_of(Method::PUT, "/api/rooms/tea/members/me", json!({})).await, told(429, "messages", 0));
    assert_eq!(limit_of(Method::GET, "/api/users/me", json!({})).await.1, "requests");
}

#[tokio::test]
async fn guesses_left_are_told_to_who_guessed_wrong() {
    let server = TestServer::with_limits(&["sign-ins=3:0.001"]).await;
    server.register_with_password("alice", "correct horse").await;
    let try_it = async |password| server.post("/api/sessions", json!({"name": "alice", "password": password})).await;
    for left in [2, 1, 0] {
        let wrong = try_it("wrong horse").await.is_problem(401, "unauthorized");
        assert_eq!(told(&wrong), ("sign-ins".to_owned(), left, told(&wrong).2));
    }
    let refused = try_it("correct horse").await.is_problem(429, "rate_limited");
    assert_eq!((told(&refused).0.as_str(), told(&refused).1), ("sign-ins", 0));
    assert_eq!(refused.header("retry-after"), told(&refused).2.to_string());
    let other = TestServer::with_limits(&["sign-ins=3:0.001"]).await;
    other.register_with_password("alice", "correct horse").await;
    let right = other.post("/api/sessions", json!({"name": "alice", "password": "correct horse"})).await.is(201);
    assert_eq!(told(&right).0, "requests", "right passwords do not count");
}

#[tokio::test]
async fn a_limit_that_is_off_is_not_told() {
    let off = ["requests=off", "messages=off", "registrations=off", "rooms-created=off", "sign-ins=off"];
    let server = TestServer::with_limits(&off).await;
    let alice = server.register("alice").await;
    let answers = [
        server.get("/api/info").await.is(200),
        alice.get("/api/users/me").await.is(200),
        alice.say("lobby", "hello").await,
        alice.post("/api/rooms", json!({"name": "tea"})).await.is(201),
        server.post("/api/sessions", json!({"link_code": "AAAA"})).await.is(401),
    ];
    for answer in answers {
        assert!(!answer.headers.contains_key("ratelimit"), "{:?}", answer.headers);
        assert!(!answer.headers.contains_key("ratelimit-policy"), "{:?}", answer.headers);
    }
    for path in ["/", "/healthz", "/api/openapi.json"] {
        let uncounted = TestServer::start().await.get(path).await.is(200);
        assert!(!uncounted.headers.contains_key("ratelimit"), "{path} counts for no limit");
    }
}

#[tokio::test]
async fn who_is_refused_for_another_reason_is_told_as_well() {
    let server = TestServer::with_limits(&["requests=9:0.001"]).await;
    let alice = server.register("alice").await;
    let mut left = 9;
    for path in ["/api/rooms/nowhere", "/api/messages?limit=none", "/api/sessions", "/api/rooms/lobby/events?after=-1"]
    {
        left -= 1;
        let (limit, now_left, _) = told(&alice.get(path).await);
        assert_eq!((limit.as_str(), now_left), ("requests", left), "{path}");
    }
    let nobody = told(&server.get("/api/sessions").await.is_problem(401, "unauthorized"));
    assert_eq!(nobody.0, "requests", "by address");
    let upgrade = server.upgrade().bearer("cht_wrong").refused().await;
    let header = upgrade.headers["ratelimit"].to_str().unwrap();
    assert!(header.starts_with(&format!("\"requests\";r={};t=", nobody.1 - 1)), "an upgrade is a request: {header}");
}

#[tokio::test]
async fn pages_of_other_origins_may_read_it() {
    let server =
        TestServer::with(|options| options.site.origins = vec!["https://app.example.org".parse().unwrap()]).await;
    let request = server.request(Method::GET, "/api/info").header("origin", "https://app.example.org");
    let answer = Answer::to(request).await.is(200);
    let exposed: Vec<&str> = answer.header("access-control-expose-headers").split(", ").collect();
    for header in ["RateLimit", "RateLimit-Policy", "Retry-After"] {
        assert!(exposed.contains(&header), "{exposed:?}");
    }
}

//! What is a target, and what may be reached.

use super::*;

fn check(names: &[&str], url: &str) -> Result<(), NotPublic> {
    let addresses: Vec<IpAddr> = names.iter().map(|address| address.parse().unwrap()).collect();
    let outgoing = Outgoing::new(Names::Given(Arc::new(move |_| Ok(addresses.clone()))), false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(outgoing.check(&Target::parse(url).unwrap()))
}

#[test]
fn a_target_is_a_url_of_the_web_and_has_nothing_that_is_not_sent() {
    for url in ["https://bot.example.org/chat?key=1", "http://bot.example.org:8080", "https://[2606:4700::1111]/"] {
        assert!(Target::parse(url).is_ok(), "{url}");
    }
    for url in ["", "bot.example.org", "ftp://example.org", "file:///etc/passwd", "https://", "javascript:alert(1)"] {
        assert_eq!(Target::parse(url).err(), Some(InvalidTarget::NoUrl), "{url}");
    }
    for url in ["https://me@example.org/", "https://:secret@example.org/", "https://example.org/#top"] {
        assert_eq!(Target::parse(url).err(), Some(InvalidTarget::NotSent), "{url}");
    }
    let long = |length: usize| format!("https://example.org/{}", "x".repeat(length - "https://example.org/".len()));
    assert!(Target::parse(&long(LONGEST_URL)).is_ok());
    assert_eq!(Target::parse(&long(LONGEST_URL + 1)).err(), Some(InvalidTarget::TooLong(LONGEST_URL)));
}

#[test]
fn an_address_is_found_however_it_is_written() {
    for url in [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://localhost:8080/",
        "http://LOCALHOST./",
        "http://a.localhost/",
        "http://１２７.0.0.1/",
        "http://10.0.0.1/",
        "http://169.254.169.254/",
    ] {
        assert_eq!(check(&["1.1.1.1"], url), Err(NotPublic), "{url}");
    }
    assert_eq!(check(&[], "http://1.1.1.1/"), Ok(()));
}

#[test]
fn every_address_of_a_name_must_be_public() {
    let url = "https://bot.example.org/";
    assert_eq!(check(&["1.1.1.1", "2606:4700::1111"], url), Ok(()));
    assert_eq!(check(&["1.1.1.1", "10.0.0.1"], url), Err(NotPublic));
    assert_eq!(check(&["::ffff:1.1.1.1"], url), Err(NotPublic));
    assert_eq!(check(&[], url), Ok(()), "what has no address now may have one later");
}

#[tokio::test]
async fn what_keeps_a_connection_from_being_encrypted_is_told() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("https://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let receiver = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        stream
    };
    let outgoing = Outgoing::new(Names::System, true);
    let headers = [("a", String::new()), ("b", String::new()), ("c", String::new())];
    let target = Target::parse(&url).unwrap();
    let (answered, _stream) = tokio::join!(outgoing.post(&target, headers, Vec::new()), receiver);
    assert!(matches!(answered, Err(Failure::Tls(_))), "{answered:?}");
}

//! Which requests are let in at all: those meant for this server, and of browsers those that its own pages make.

use std::time::Duration;

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header, request::Parts, uri::Authority},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chat_protocol::ErrorCode;

use crate::{
    chat::Caller,
    web::{
        App, Error,
        cors::Cors,
        identity::{self, Credential},
        json,
        origin::{Host, is_own_origin, is_own_page, only},
        peer::{ConnectionSlot, Peer, client_address},
    },
};

/// Asked by machines that know the server by whatever name; they tell nothing that a page could use.
const ANY_HOST: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// When a server that stops is likely to be there again.
const COME_BACK: Duration = Duration::from_secs(2);

/// Lets a request in, or refuses it.
pub async fn guard(app: &App, mut request: Request, next: Next) -> Response {
    if let Err(refused) = host(app, &mut request) {
        return refused.into_response();
    }
    let cors = Cors::of(app, &request);
    let mut response = match cors.as_ref().and_then(Cors::preflight) {
        Some(answer) => answer,
        None => match plain(request.headers()).and_then(|()| browser(app, &request)) {
            Ok(()) => next.run(request).await,
            Err(refused) => refused.into_response(),
        },
    };
    if let Some(cors) = cors {
        cors.mark(&mut response);
    }
    response
}

/// Refuses requests for another host. Without it any web site could point its own name at this server, and then read it.
fn host(app: &App, request: &mut Request) -> Result<(), Error> {
    let host = requested_host(request);
    if !ANY_HOST.contains(&request.uri().path()) {
        let host = host.as_ref().map_err(|problem| Error::bad_request(*problem))?;
        if !app.site.accepts_host(host) {
            let detail = format!(
                "“{}” is not a name of this server; start it with --public-url and the URL that users open",
                host.host()
            );
            return Err(Error::new(ErrorCode::Misdirected, detail));
        }
    }
    if let Ok(host) = host {
        request.extensions_mut().insert(Host(host));
    }
    Ok(())
}

/// The target of the request line wins over `Host` (RFC 9112, section 3.2.2).
fn requested_host(request: &Request) -> Result<Authority, &'static str> {
    let host = match request.uri().authority() {
        Some(authority) => authority.clone(),
        None => {
            let header = only(request.headers(), &header::HOST).ok_or("send one Host header")?;
            header.to_str().ok().and_then(|host| host.parse().ok()).ok_or("the Host header is not a host")?
        }
    };
    if host.as_str().contains('@') { Err("the Host header is not a host") } else { Ok(host) }
}

/// Refuses what the server would otherwise have to ignore: a body in a form that it does not read, an expectation that it
/// does not know.
fn plain(headers: &HeaderMap) -> Result<(), Error> {
    if headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(Error::new(ErrorCode::UnsupportedMedia, "send the body as it is, without Content-Encoding"));
    }
    if headers.get_all(header::EXPECT).iter().any(|wish| !wish.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
        return Err(Error::expectation("the server supports no Expect but 100-continue"));
    }
    Ok(())
}

/// Refuses what a page of someone else makes a browser do in its user's name.
fn browser(app: &App, request: &Request) -> Result<(), Error> {
    if !request.method().is_safe() {
        let headers = request.headers();
        let host = request.extensions().get::<Host>();
        if is_browser(app, headers, host) {
            if !(is_own_page(app, headers, host) || is_allowed_page(app, headers)) {
                return Err(Error::forbidden("only pages of this server may do this; see --origin for others"));
            }
            let is_expected = json::is_json(headers) || is_deliberate_form(headers) || is_file(request);
            if has_body(headers) && !is_expected {
                return Err(Error::forbidden("a page sends Content-Type: application/json"));
            }
        }
    }
    Ok(())
}

/// `Sec-Fetch-Mode` alone says nothing: programs on Node send it.
fn is_browser(app: &App, headers: &HeaderMap, host: Option<&Host>) -> bool {
    headers.contains_key(header::ORIGIN)
        || headers.contains_key("sec-fetch-site")
        || host.is_some_and(|host| app.site.cookie(&host.0).is_in(headers))
}

/// Pages of origins that the operator named: they must bring a token, since the cookie is not theirs.
fn is_allowed_page(app: &App, headers: &HeaderMap) -> bool {
    only(headers, &header::ORIGIN).is_some_and(|origin| app.site.is_allowed(origin))
        && headers.contains_key(header::AUTHORIZATION)
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0")
}

/// A file that is uploaded: no form of a foreign page has such a method or type.
fn is_file(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE);
    request.method() == Method::PUT && request.uri().path() == "/api/uploads"
        || kind.is_some_and(|kind| kind.as_bytes().eq_ignore_ascii_case(b"application/offset+octet-stream"))
}

/// A form with a header that no form of a foreign page can have.
fn is_deliberate_form(headers: &HeaderMap) -> bool {
    headers.get("x-chat").is_some_and(|value| value == "1")
        && headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}

/// Who opens a socket: decided before the upgrade, since nothing refused later is ever a socket.
///
/// A token may come from a program (no `Origin`), from a page of ours or of an allowed origin; the cookie only from a page of ours.
pub async fn socket_caller(app: &App, parts: &Parts) -> Result<Caller, Error> {
    let host = parts.extensions.get::<Host>();
    let headers = &parts.headers;
    let credential = Credential::find(app, headers, host);
    let origin = headers.contains_key(header::ORIGIN);
    let own = is_own_origin(app, headers, host);
    let allowed = only(headers, &header::ORIGIN).is_some_and(|origin| app.site.is_allowed(origin));
    let may = match &credential {
        Some(Credential::Bearer(_)) => !origin || own || allowed,
        Some(Credential::Cookie(_)) => own,
        None => !origin || own || allowed,
    };
    if !may {
        return Err(Error::forbidden("only pages of this server may open a socket; see --origin for others"));
    }
    let credential = credential.ok_or_else(identity::nobody)?;
    credential.caller(app).await?.ok_or_else(identity::bad_token)
}

/// Before a socket is opened: none once the server is to stop, and of a client behind a proxy no more than of any other.
pub fn socket(app: &App, parts: &mut Parts) -> Result<(), Error> {
    if app.stopping.is_cancelled() {
        return Err(Error::unavailable("the server is about to stop; come back", COME_BACK));
    }
    let extensions = &parts.extensions;
    let behind_proxy = extensions.get::<Peer>().is_some_and(|peer| app.site.is_proxy(peer.0.ip()));
    let address = client_address(app, extensions, &parts.headers);
    if behind_proxy && !address.is_loopback() {
        let slot = app.slots.take_behind_proxy(address)?;
        if let Some(connection) = parts.extensions.remove::<ConnectionSlot>() {
            parts.extensions.insert(connection.and_behind_proxy(slot));
        }
    }
    Ok(())
}

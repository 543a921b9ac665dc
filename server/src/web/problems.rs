//! The refusals that the OpenAPI document names, in the groups that operations share.

use std::collections::BTreeMap;

use chat_protocol::ErrorCode;
use utoipa::{
    IntoResponses,
    openapi::{Content, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type},
};

use crate::web::error::status;

/// What any request can be answered with, whatever it asks for.
const ALWAYS: [ErrorCode; 5] = [
    ErrorCode::BadRequest,
    ErrorCode::Misdirected,
    ErrorCode::RateLimited,
    ErrorCode::Internal,
    ErrorCode::Unavailable,
];

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident: $($code:ident)*;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                responses(&[$(ErrorCode::$code),*])
            }
        }
    )*};
}

refusals! {
    /// Of what anyone may ask.
    Public: ;
    /// Of lists: without a token only where registration is open.
    Reading: Unauthorized;
    /// Of one thing.
    ReadingOne: Unauthorized NotFound;
    /// Of what needs a token.
    NeedsToken: Unauthorized Forbidden NotFound;
    /// Of what changes something without sending a body.
    Changing: Unauthorized Forbidden NotFound StorageFull;
    /// Of signing in and of taking a name.
    SigningIn: Unauthorized Forbidden NameTaken TooLarge UnsupportedMedia StorageFull;
    /// Of what changes something by a body.
    Writing: Unauthorized Forbidden NotFound IdConflict TooLarge UnsupportedMedia StorageFull;
    /// Of what takes the bytes of a file.
    Uploading: Unauthorized Forbidden NotFound IdConflict TooLarge UnsupportedMedia StorageFull;
    /// Of what is for admins.
    NeedsAdmin: Unauthorized Forbidden;
}

fn responses(codes: &[ErrorCode]) -> BTreeMap<String, RefOr<Response>> {
    let codes = ALWAYS.iter().chain(codes);
    codes.map(|code| (status(*code).as_str().to_owned(), RefOr::T(response(*code)))).collect()
}

fn response(code: ErrorCode) -> Response {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    let response = ResponseBuilder::new().description(description(code)).content("application/problem+json", content);
    if code == ErrorCode::RateLimited {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let wait = HeaderBuilder::new().schema(Some(seconds)).description(Some("Seconds to wait.")).build();
        let text = |description| {
            let text = ObjectBuilder::new().schema_type(Type::String);
            HeaderBuilder::new().schema(Some(text)).description(Some(description)).build()
        };
        return response
            .header("Retry-After", wait)
            .header("RateLimit", text("What is left of the limit nearest to its end, such as `\"requests\";r=0;t=1`."))
            .header(
                "RateLimit-Policy",
                text("The limit itself, and the seconds until it is full again: `\"requests\";q=100;w=2`."),
            )
            .build();
    }
    response.build()
}

const fn description(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => "The request makes no sense; `detail` says what to change.",
        ErrorCode::Unauthorized => "No token, or an invalid one.",
        ErrorCode::Forbidden => "Not allowed.",
        ErrorCode::NotFound => "No such thing, or none that you may know of.",
        ErrorCode::MethodNotAllowed => "Not with this method.",
        ErrorCode::NameTaken => "The name, or one that looks like it, is someone else's.",
        ErrorCode::IdConflict => {
            "The name is taken, the id was used for something else, or an upload goes on elsewhere."
        }
        ErrorCode::TooLarge => "More bytes than the limit.",
        ErrorCode::UnsupportedMedia => "Send JSON; of an upload, `application/offset+octet-stream`.",
        ErrorCode::Misdirected => "The `Host` is not this server's.",
        ErrorCode::RateLimited => "Too much, too fast.",
        ErrorCode::Internal => "The server's fault; its log says why, under `request_id`.",
        ErrorCode::Unavailable => "Not now.",
        ErrorCode::StorageFull => "The server's disk is full; nothing was stored.",
    }
}

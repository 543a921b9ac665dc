//! A chat server that also says back what it hears at `/echo`, for `checks/autobahn.sh`.
//!
//! It lifts two rules of the protocol for every socket's frames: the limit of their size, and that binary ones are
//! refused. The address is printed; it runs until it is killed.

use std::net::{IpAddr, Ipv4Addr};

use chat_protocol::Limits;
use chat_server::{Location, Names, Options, Registration, Server, Site};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options {
        host: IpAddr::V4(Ipv4Addr::LOCALHOST),
        port: 0,
        location: Location::Memory,
        registration: Registration::Closed,
        member_invites: false,
        retention: None,
        allow_private_webhooks: false,
        names: Names::System,
        limits: Limits { frame_bytes: None, ..Limits::default() },
        site: Site { public_urls: Vec::new(), origins: Vec::new(), proxies: Vec::new() },
    };
    let server = Server::bind(options).await?.with_echo();
    println!("listening on http://{}", server.address());
    Ok(server.run(CancellationToken::new()).await?)
}

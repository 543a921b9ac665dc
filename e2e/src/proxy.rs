//! A network between clients and a server that does what networks do: it is slow, splits, breaks, and falls silent.
//!
//! It carries bytes and knows nothing of what they mean. What it does at random follows from a seed.

mod line;
mod pumps;

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use self::line::Line;
use crate::Server;

/// What is done to the lines that are opened from now on.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Everything arrives so much later, in order.
    Latency(Range<Duration>),
    /// Everything arrives byte by byte.
    OneByOne,
    /// A line ends after so many bytes, wherever that is.
    Cut(Range<usize>),
    /// The same without a goodbye: both sides get a reset.
    Reset(Range<usize>),
    /// After so many bytes nothing passes any more, and neither side is told.
    HalfOpen(Range<usize>, Silence),
    /// The answer to a request that begins like this is lost, and the line ends.
    LostAnswer(&'static str),
}

/// Which way nothing passes any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// What the client says is not heard.
    OfClient,
    /// What the server says is not heard.
    OfServer,
    /// Neither.
    OfBoth,
}

/// An end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Who has connected.
    Client,
    /// Who was connected to.
    Server,
}

/// What has happened so far.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Lines that were faulty: slow, cut, silent.
    pub faults: usize,
    /// Who gave up a silent line by itself, and how long after it fell silent.
    pub given_up: Vec<(Side, Duration)>,
}

/// Stands between clients and a server. It ends, with all its lines, when dropped.
pub struct Proxy {
    url: String,
    orders: watch::Sender<Option<Orders>>,
    tally: watch::Sender<Tally>,
    serving: JoinHandle<()>,
}

/// What is to be done, and how often at most.
#[derive(Debug, Clone)]
struct Orders {
    fault: Fault,
    times: usize,
    seed: u64,
}

impl Proxy {
    /// A network to the server without any fault.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn to(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it listens"));
        let target = server.url().trim_start_matches("http://").to_owned();
        let (orders, tally) = (watch::Sender::new(None), watch::Sender::new(Tally::default()));
        let serving = tokio::spawn(serve(listener, target, orders.subscribe(), tally.clone()));
        Self { url, orders, tally, serving }
    }

    /// Where clients connect.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lines that are opened from now on have this fault, until it has happened so many times.
    pub fn inflict(&self, fault: Fault, times: usize, seed: u64) {
        let times = self.tally().faults.saturating_add(times);
        self.orders.send_replace(Some(Orders { fault, times, seed }));
    }

    /// What has happened so far.
    pub fn tally(&self) -> Tally {
        self.tally.borrow().clone()
    }

    /// Tells whenever something happened.
    pub fn watch(&self) -> watch::Receiver<Tally> {
        self.tally.subscribe()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(
    listener: TcpListener,
    target: String,
    orders: watch::Receiver<Option<Orders>>,
    tally: watch::Sender<Tally>,
) {
    let mut lines = JoinSet::new();
    for number in 0.. {
        let Ok((client, _)) = listener.accept().await else { return };
        while lines.try_join_next().is_some() {}
        let (target, orders, tally) = (target.clone(), orders.borrow().clone(), tally.clone());
        lines.spawn(async move {
            // Where the server is away, the client finds its connection closed.
            if let Ok(server) = TcpStream::connect(target).await {
                pumps::carry(&Line::new(orders, number, tally), client, server).await;
            }
        });
    }
}

impl Tally {
    fn gave_up(&mut self, side: Side, silent_since: Instant) {
        self.given_up.push((side, silent_since.elapsed()));
    }
}

//! Many connections, driven by one loop.

use std::{io, net::SocketAddr, time::Duration};

use mio::{Events, Interest, Poll, Token};

use crate::{
    clock,
    faults::Faults,
    hello::Caller,
    message::{What, Writer},
    socket::{Shared, Socket},
    tally::Tally,
    track::Track,
};

/// All connections of a scenario.
#[derive(Debug)]
pub(crate) struct Fleet {
    poll: Poll,
    events: Events,
    sockets: Vec<Socket>,
    shared: Shared,
    writer: Writer,
    address: SocketAddr,
    host: String,
    sent: u64,
    idle_ns: u64,
    lost_before: usize,
}

impl Fleet {
    /// None yet. They will go to this address.
    pub(crate) fn new(address: SocketAddr, host: &str, body_bytes: usize) -> io::Result<Self> {
        Ok(Self {
            poll: Poll::new()?,
            events: Events::with_capacity(1_024),
            sockets: Vec::new(),
            shared: Shared::new(),
            writer: Writer::new(body_bytes),
            address,
            host: host.to_owned(),
            sent: 0,
            idle_ns: 0,
            lost_before: 0,
        })
    }

    /// Begins one more connection; returns its number.
    pub(crate) fn open(&mut self, caller: Caller) -> io::Result<usize> {
        let number = self.sockets.len();
        let mut socket = Socket::open(self.address, &self.host, caller)?;
        self.poll.registry().register(&mut socket.stream, Token(number), Interest::READABLE | Interest::WRITABLE)?;
        self.sockets.push(socket);
        Ok(number)
    }

    /// Ends a connection without a word, as a network does.
    pub(crate) fn drop_connection(&mut self, number: usize) -> io::Result<()> {
        let socket = &mut self.sockets[number];
        socket.end();
        self.poll.registry().deregister(&mut socket.stream)?;
        socket.stream.shutdown(std::net::Shutdown::Both)
    }

    /// Takes all that is there, after waiting this long for the first of it. Says how many connections had something.
    pub(crate) fn turn(&mut self, wait: Duration) -> io::Result<usize> {
        let before = clock::now();
        let Self { poll, events, sockets, shared, .. } = self;
        match poll.poll(events, Some(wait)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(0),
            polled => polled?,
        }
        let mut turned = 0;
        for event in &*events {
            let Token(number) = event.token();
            let socket = &mut sockets[number];
            if socket.is_gone() {
                continue;
            }
            turned += 1;
            let mut done = if event.is_writable() { socket.writable() } else { Ok(()) };
            if done.is_ok() && event.is_readable() {
                done = socket.readable(number, shared);
            }
            if let Err(error) = done {
                socket.end();
                _ = poll.registry().deregister(&mut socket.stream);
                shared.tally.lost += 1;
                shared.tally.trouble(|| format!("{error:#}"));
            }
        }
        if turned == 0 {
            self.idle_ns += clock::now() - before;
        }
        Ok(turned)
    }

    /// Waits until nothing has come for so long, or until this time is over.
    pub(crate) fn settle(&mut self, quiet: Duration, longest: Duration) -> io::Result<()> {
        let begin = clock::now();
        let mut last = begin;
        while clock::now() - last < clock::nanos(quiet) && clock::now() - begin < clock::nanos(longest) {
            if self.turn(Duration::from_millis(10))? > 0 {
                last = clock::now();
            }
        }
        Ok(())
    }

    /// Says something in a room, or changes what was said there.
    pub(crate) fn say(&mut self, number: usize, what: &What, room: &str, intended: u64) {
        self.sent += 1;
        let socket = &mut self.sockets[number];
        if socket.is_gone() || socket.send(self.writer.write(what, room, intended)).is_err() {
            // Reading will find out why; here it is only a message that nobody answers.
            self.shared.tally.trouble(|| "a connection takes no more messages".to_owned());
        }
    }

    /// Nanoseconds that passed in turns without anything to do.
    pub(crate) fn idle_ns(&self) -> u64 {
        self.idle_ns
    }

    /// Messages said and neither acknowledged nor refused.
    pub(crate) fn unanswered(&self) -> u64 {
        self.sent - (self.shared.tally.acked + self.shared.tally.refused).min(self.sent)
    }

    pub(crate) fn socket(&self, number: usize) -> &Socket {
        &self.sockets[number]
    }

    pub(crate) fn len(&self) -> usize {
        self.sockets.len()
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.shared.tally
    }

    pub(crate) fn tally_mut(&mut self) -> &mut Tally {
        &mut self.shared.tally
    }

    /// What went wrong since it was last asked.
    pub(crate) fn take_faults(&mut self) -> Faults {
        let unanswered = self.unanswered();
        let tally = &mut self.shared.tally;
        let mut faults = Faults::default();
        for socket in &self.sockets {
            for (room, track) in &socket.rooms {
                tally.at_least(room, track.last());
            }
        }
        for socket in self.sockets.iter_mut().filter(|socket| socket.is_live()) {
            for (room, track) in &mut socket.rooms {
                let newest = tally.newest(room);
                faults.missing += track.missing(newest);
                faults.doubled += track.doubled();
                faults.out_of_order += track.out_of_order();
                *track = Track::after(newest);
            }
        }
        faults.failed = unanswered + tally.refused + (tally.lost - self.lost_before) as u64;
        (self.sent, tally.acked, tally.refused, self.lost_before) = (0, 0, 0, tally.lost);
        if faults != Faults::default() {
            let trouble = tally.first_trouble.take();
            eprintln!("  {faults:?}: {}", trouble.as_deref().unwrap_or("no error was reported"));
        }
        faults
    }
}

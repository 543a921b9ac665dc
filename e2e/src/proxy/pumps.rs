//! What a line carries: takes bytes from one end, and gives them to the other as the fault will have it.

use std::{collections::VecDeque, ops::Range, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    time::{Instant, sleep_until, timeout},
};

use super::{
    Fault, Side,
    line::{Broken, Line},
};

/// Bytes taken at once.
const PIECE: usize = 16 * 1024;
/// How long an end may take to say goodbye too.
const GOODBYE: Duration = Duration::from_secs(1);
/// Pieces on a slow way; then no more are taken.
const ON_THE_WAY: usize = 256;

/// Carries bytes until both ends are done, or the line breaks.
pub(super) async fn carry(line: &Line, mut client: TcpStream, mut server: TcpStream) {
    // What is split here shall arrive as it was split.
    _ = client.set_nodelay(true).and(server.set_nodelay(true));
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let ended = tokio::try_join!(
        pump(line, Side::Client, from_client, to_server),
        pump(line, Side::Server, from_server, to_client),
    );
    match (ended, line.fault()) {
        (Err(Broken), Some(Fault::Reset(_))) => {
            _ = client.set_zero_linger().and(server.set_zero_linger());
        }
        (Err(Broken), _) => {
            _ = timeout(GOODBYE, async { tokio::join!(hang_up(&mut client), hang_up(&mut server)) }).await;
        }
        (Ok(_), _) => {}
    }
}

/// Carries what `side` says until it closes.
async fn pump(line: &Line, side: Side, mut from: ReadHalf<'_>, mut to: WriteHalf<'_>) -> Result<(), Broken> {
    if let Some(Fault::Latency(range)) = line.fault() {
        line.count();
        return delay(range.clone(), line.rng(side), from, to).await;
    }
    let mut buffer = vec![0; PIECE];
    loop {
        let read = match from.read(&mut buffer).await {
            // A reset of a silent line is not passed on either.
            Err(_) if line.is_silent(side) => 0,
            read => read?,
        };
        if line.is_silent(side) {
            if read == 0 {
                line.closed(side);
                return Ok(());
            }
            continue;
        }
        if read == 0 {
            _ = to.shutdown().await;
            return Ok(());
        }
        let mut piece = &buffer[..read];
        if !line.is_answered(side, piece) {
            line.count();
            return Err(Broken);
        }
        match line.fault() {
            Some(Fault::OneByOne) => {
                line.count();
                for byte in piece {
                    to.write_all(std::slice::from_ref(byte)).await?;
                    tokio::task::yield_now().await;
                }
                continue;
            }
            Some(Fault::Cut(_) | Fault::Reset(_)) => {
                piece = &piece[..line.pass(read)];
                to.write_all(piece).await?;
                if piece.len() < read {
                    line.count();
                    return Err(Broken);
                }
            }
            Some(Fault::HalfOpen(..)) => {
                let pass = line.pass(read);
                if pass < read {
                    line.fall_silent();
                    if line.is_silent(side) {
                        piece = &piece[..pass];
                    }
                }
                to.write_all(piece).await?;
            }
            _ => to.write_all(piece).await?,
        }
    }
}

/// Everything later, in order: what is slow holds back what comes after it.
async fn delay(
    range: Range<Duration>,
    mut rng: fastrand::Rng,
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
) -> Result<(), Broken> {
    let (least, most) = (range.start.as_micros(), range.end.as_micros());
    let mut way: VecDeque<(Instant, Vec<u8>)> = VecDeque::new();
    let mut buffer = vec![0; PIECE];
    let mut open = true;
    while open || !way.is_empty() {
        let arrives = way.front().map(|(at, _)| *at);
        tokio::select! {
            read = from.read(&mut buffer), if open && way.len() < ON_THE_WAY => {
                let read = read?;
                open = read > 0;
                let takes = Duration::from_micros(u64::try_from(rng.u128(least..most)).unwrap_or(u64::MAX));
                let not_before = way.back().map_or_else(Instant::now, |(at, _)| *at);
                way.push_back((not_before.max(Instant::now() + takes), buffer[..read].to_vec()));
            }
            () = sleep_until(arrives.unwrap_or_else(Instant::now)), if arrives.is_some() => {
                if let Some((_, piece)) = way.pop_front() {
                    to.write_all(&piece).await?;
                }
            }
        }
    }
    _ = to.shutdown().await;
    Ok(())
}

async fn hang_up(stream: &mut TcpStream) {
    // An end that is gone needs no goodbye.
    _ = stream.shutdown().await;
    let mut rest = [0; 1024];
    while matches!(stream.read(&mut rest).await, Ok(1..)) {}
}

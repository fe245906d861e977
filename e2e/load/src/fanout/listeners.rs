//! Many clients of live prices on one thread, which waits for all of them at once: the program that
//! listens shares the machine with the server, so it must be cheap.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use rustix::event::{Timespec, epoll};
use rustix::fd::OwnedFd;
use tokio::time::Instant;

use super::client::Client;
use super::tally::Tally;

const BUFFER: usize = 256 * 1_024;
const EVENTS_AT_ONCE: usize = 64;
/// Connections that are being opened at once: a server has room for a few hundred that it has not yet
/// accepted.
const OPENING_MAX: usize = 64;
/// How long all connections may take to be opened.
const OPENED_WITHIN: Duration = Duration::from_secs(180);
/// After so long without any message it is asked whether to go on.
const LOOK_EVERY: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 50_000_000,
};

/// How far a measurement is, for the threads that listen.
#[derive(Debug, Default)]
pub struct Phase {
    is_counting: AtomicBool,
    is_over: AtomicBool,
}

impl Phase {
    /// From now on messages count.
    pub fn count(&self) {
        self.is_counting.store(true, Ordering::Relaxed);
    }

    /// Nobody need listen any more.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    fn is_counting(&self) -> bool {
        self.is_counting.load(Ordering::Relaxed)
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

/// The clients of one thread.
#[derive(Debug)]
pub struct Listeners {
    epoll: OwnedFd,
    /// None in the place of one that was lost.
    clients: Vec<Option<Client>>,
    /// How many have been told anything.
    opened: usize,
    tally: Tally,
    buffer: Vec<u8>,
}

impl Listeners {
    /// Opens all connections and waits until each has been told the prices.
    ///
    /// # Errors
    /// When one cannot be opened, or the measurement is over before.
    pub fn connect(address: SocketAddr, clients: usize, phase: &Phase) -> anyhow::Result<Self> {
        let mut all = Self {
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            clients: Vec::with_capacity(clients),
            opened: 0,
            tally: Tally::new(),
            buffer: vec![0; BUFFER],
        };
        let begin = Instant::now();
        for place in 0..clients {
            let client =
                Client::open(address).with_context(|| format!("cannot open connection {place}"))?;
            let data = epoll::EventData::new_u64(u64::try_from(place)?);
            epoll::add(&all.epoll, client.stream(), data, epoll::EventFlags::IN)?;
            all.clients.push(Some(client));
            all.wait_while_opening(OPENING_MAX, begin, phase)?;
        }
        all.wait_while_opening(0, begin, phase)?;
        Ok(all)
    }

    /// Listens until the measurement is over; what was heard while it counted.
    ///
    /// # Errors
    /// When there is no connection any more.
    pub fn listen(mut self, phase: &Phase) -> anyhow::Result<Tally> {
        while !phase.is_over() {
            self.tally.counting = phase.is_counting();
            self.turn()?;
        }
        Ok(self.tally)
    }

    /// Reads until no more than so many connections are being opened.
    fn wait_while_opening(
        &mut self,
        most: usize,
        begin: Instant,
        phase: &Phase,
    ) -> anyhow::Result<()> {
        while self.clients.len() - self.opened > most {
            ensure!(!phase.is_over(), "the measurement is over");
            ensure!(
                begin.elapsed() < OPENED_WITHIN,
                "only {} of {} connections were told anything",
                self.opened,
                self.clients.len()
            );
            self.turn()?;
            if let Some((why, _)) = self.tally.errors.first_key_value() {
                bail!("a connection was lost after {} others: {why}", self.opened);
            }
        }
        Ok(())
    }

    /// Reads what has come, or waits for it for a moment.
    fn turn(&mut self) -> anyhow::Result<()> {
        let mut events = [epoll::Event {
            flags: epoll::EventFlags::empty(),
            data: epoll::EventData::new_u64(0),
        }; EVENTS_AT_ONCE];
        let count = match epoll::wait(&self.epoll, &mut events, Some(&LOOK_EVERY)) {
            Ok(count) => count,
            Err(rustix::io::Errno::INTR) => 0,
            Err(error) => return Err(error.into()),
        };
        for event in events.get(..count).unwrap_or_default() {
            let place = usize::try_from(event.data.u64())?;
            self.receive(place)?;
        }
        Ok(())
    }

    fn receive(&mut self, place: usize) -> anyhow::Result<()> {
        let Some(slot) = self.clients.get_mut(place) else {
            return Ok(());
        };
        let Some(client) = slot.as_mut() else {
            return Ok(());
        };
        let was_open = client.is_open();
        let received = client.receive(&mut self.buffer, &mut self.tally);
        if client.is_open() && !was_open {
            self.opened += 1;
        }
        let Err(error) = received else { return Ok(()) };
        let why = format!("{error:#}");
        *slot = None;
        self.tally.lose(why.clone());
        ensure!(
            self.clients.iter().any(Option::is_some),
            "every connection is lost, the last one: {why}"
        );
        Ok(())
    }
}

//! Sends requests and measures the answers, from one thread that waits for all its connections at
//! once: the program that sends shares the machine with the server, so it must be cheap.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::event::{Timespec, epoll};
use rustix::fd::OwnedFd;
use tokio::time::Instant;

use super::connection::Connection;
use super::measure::Measured;
use super::usage;
use super::workload::Workload;

const BUFFER: usize = 256 * 1024;
const EVENTS_AT_ONCE: usize = 64;
/// How long answers that are still due are waited for at the end.
const DRAIN_MAX: Duration = Duration::from_secs(10);

/// When requests are sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arrivals {
    /// Each as soon as a connection has had its answer: the most that the server can do.
    AtOnce,
    /// So many a second, whatever the server does: as people come.
    PerSecond(f64),
}

/// How to send.
#[derive(Debug, Clone, Copy)]
pub struct Drive {
    /// To whom.
    pub address: SocketAddr,
    /// Over so many connections.
    pub clients: usize,
    /// Requests that wait for their answer on one connection.
    pub pipeline: usize,
    /// When.
    pub arrivals: Arrivals,
    /// Before the time that counts.
    pub warm_up: Duration,
    /// The time that counts.
    pub length: Duration,
}

/// Sends the requests of a workload and measures.
#[derive(Debug)]
pub struct Driver {
    drive: Drive,
    workload: Workload,
    epoll: OwnedFd,
    connections: Vec<Option<Connection>>,
    /// Places of connections that take another request, once for each that they take.
    idle: VecDeque<usize>,
    under_way: usize,
    /// Requests sent so far.
    sent: u64,
    start: Instant,
    measured: Measured,
}

impl Driver {
    /// Opens all connections. Nothing is sent yet: drivers that work together begin together.
    ///
    /// # Errors
    /// When one cannot be opened.
    pub fn connect(drive: Drive, workload: Workload) -> anyhow::Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut connections = Vec::with_capacity(drive.clients);
        for place in 0..drive.clients {
            let connection = Connection::open(drive.address)
                .with_context(|| format!("cannot open connection {place}"))?;
            watch(&epoll, place, &connection)?;
            connections.push(Some(connection));
        }
        let rounds = 0..drive.pipeline.max(1);
        Ok(Self {
            idle: rounds.flat_map(|_| 0..drive.clients).collect(),
            drive,
            workload,
            epoll,
            connections,
            under_way: 0,
            sent: 0,
            start: Instant::now(),
            measured: Measured {
                length: drive.length,
                ..Measured::default()
            },
        })
    }

    /// Sends until the time is over, and waits for what is still to be answered.
    ///
    /// # Errors
    /// When there is no connection any more.
    pub fn run(mut self) -> anyhow::Result<Measured> {
        let cpu_before = usage::of_this_thread();
        self.start = Instant::now();
        let end = self.drive.warm_up + self.drive.length;
        let mut buffer = vec![0; BUFFER];
        let mut events = [epoll::Event {
            flags: epoll::EventFlags::empty(),
            data: epoll::EventData::new_u64(0),
        }; EVENTS_AT_ONCE];
        loop {
            self.send_due(end)?;
            let now = self.start.elapsed();
            let backlog = self.due_until(now.min(end)) > self.sent;
            if now >= end && (self.under_way == 0 && !backlog || now >= end + DRAIN_MAX) {
                break;
            }
            let wait = self.next_due(now, end).max(Duration::from_micros(1));
            let count = match epoll::wait(&self.epoll, &mut events, Some(&timespec(wait))) {
                Ok(count) => count,
                Err(rustix::io::Errno::INTR) => 0,
                Err(error) => return Err(error.into()),
            };
            for event in events.get(..count).unwrap_or_default() {
                let place = usize::try_from(event.data.u64())?;
                self.receive(place, event.flags, &mut buffer)?;
                self.send_due(end)?;
            }
        }
        self.finish(end);
        self.measured.driver_cpu = usage::of_this_thread().saturating_sub(cpu_before);
        Ok(self.measured)
    }

    /// How many requests are due until a time.
    fn due_until(&self, now: Duration) -> u64 {
        match self.drive.arrivals {
            // Whenever a connection is idle, and never behind.
            Arrivals::AtOnce => self.sent,
            Arrivals::PerSecond(rate) => arrivals_until(rate, now),
        }
    }

    /// Until something is to be done without any answer having come.
    fn next_due(&self, now: Duration, end: Duration) -> Duration {
        let end = if now < end { end } else { end + DRAIN_MAX };
        let next = match self.drive.arrivals {
            Arrivals::PerSecond(rate) if !self.idle.is_empty() => due_at(rate, self.sent),
            _ => end,
        };
        next.min(end).saturating_sub(now)
    }

    /// Sends all that is due and that idle connections take.
    fn send_due(&mut self, end: Duration) -> anyhow::Result<()> {
        while !self.idle.is_empty() {
            let now = self.start.elapsed();
            let due = match self.drive.arrivals {
                Arrivals::AtOnce if now < end => now,
                Arrivals::PerSecond(rate) => match due_at(rate, self.sent) {
                    due if due <= now && due < end => due,
                    _ => return Ok(()),
                },
                Arrivals::AtOnce => return Ok(()),
            };
            let Some(place) = self.idle.pop_front() else {
                return Ok(());
            };
            self.send(place, due)?;
        }
        Ok(())
    }

    fn send(&mut self, place: usize, due: Duration) -> anyhow::Result<()> {
        let Some(connection) = self.connections.get_mut(place).and_then(Option::as_mut) else {
            return Ok(());
        };
        connection.add(due, |out| self.workload.write_next(out));
        self.sent += 1;
        self.under_way += 1;
        match connection.flush() {
            Ok(true) => Ok(()),
            // The kernel says when there is room again.
            Ok(false) => notify(&self.epoll, place, connection, true),
            Err(error) => self.reconnect(place, &error.to_string()),
        }
    }

    fn receive(
        &mut self,
        place: usize,
        flags: epoll::EventFlags,
        buffer: &mut [u8],
    ) -> anyhow::Result<()> {
        let Some(connection) = self.connections.get_mut(place).and_then(Option::as_mut) else {
            return Ok(());
        };
        if flags.contains(epoll::EventFlags::OUT) && matches!(connection.flush(), Ok(true)) {
            notify(&self.epoll, place, connection, false)?;
        }
        let (start, warm_up) = (self.start, self.drive.warm_up);
        let end = warm_up + self.drive.length;
        let mut answered = 0;
        let measured = &mut self.measured;
        let received = connection.receive(buffer, |sent, response| {
            let now = start.elapsed();
            let counts = sent.due >= warm_up;
            let latency = counts.then(|| now.saturating_sub(sent.due));
            measured.add(sent.kind, response, latency, now >= warm_up && now < end);
            answered += 1;
        });
        self.under_way -= answered;
        self.idle.extend(std::iter::repeat_n(place, answered));
        match received {
            Ok(()) => Ok(()),
            Err(error) => self.reconnect(place, &error.to_string()),
        }
    }

    /// Gives up a connection and opens another in its place.
    fn reconnect(&mut self, place: usize, why: &str) -> anyhow::Result<()> {
        let Some(slot) = self.connections.get_mut(place) else {
            return Ok(());
        };
        if let Some(mut lost) = slot.take() {
            self.under_way -= lost.under_way();
            self.measured
                .lose(lost.abandon(), &format!("connection: {why}"));
        }
        self.idle.retain(|idle| *idle != place);
        match Connection::open(self.drive.address) {
            Ok(connection) => {
                watch(&self.epoll, place, &connection)?;
                *slot = Some(connection);
                let free = std::iter::repeat_n(place, self.drive.pipeline.max(1));
                self.idle.extend(free);
            }
            Err(error) => self.measured.fail(format!("cannot connect: {error}"), 1),
        }
        if self.connections.iter().all(Option::is_none) {
            bail!("every connection is lost, the last one: {why}");
        }
        Ok(())
    }

    /// Counts what was never sent or never answered.
    fn finish(&mut self, end: Duration) {
        let unsent = self.due_until(end).saturating_sub(self.sent);
        self.measured
            .fail("never sent: all connections were busy".to_owned(), unsent);
        for connection in self.connections.iter_mut().flatten() {
            self.measured.lose(connection.abandon(), "never answered");
        }
    }
}

fn watch(epoll: &OwnedFd, place: usize, connection: &Connection) -> anyhow::Result<()> {
    let data = epoll::EventData::new_u64(u64::try_from(place)?);
    Ok(epoll::add(
        epoll,
        connection.stream(),
        data,
        epoll::EventFlags::IN,
    )?)
}

/// Whether to be told when the connection takes more.
fn notify(
    epoll: &OwnedFd,
    place: usize,
    connection: &Connection,
    of_room: bool,
) -> anyhow::Result<()> {
    let data = epoll::EventData::new_u64(u64::try_from(place)?);
    let mut flags = epoll::EventFlags::IN;
    flags.set(epoll::EventFlags::OUT, of_room);
    Ok(epoll::modify(epoll, connection.stream(), data, flags)?)
}

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(duration.subsec_nanos()),
    }
}

/// When the request of a number is due.
#[expect(
    clippy::cast_precision_loss,
    reason = "a run sends far fewer than 2^52"
)]
fn due_at(rate: f64, number: u64) -> Duration {
    Duration::try_from_secs_f64(number as f64 / rate).unwrap_or(Duration::MAX)
}

/// How many requests of a rate are due before a time.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of requests is small and not below zero"
)]
fn arrivals_until(rate: f64, time: Duration) -> u64 {
    (rate * time.as_secs_f64()).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_a_rate_are_evenly_spaced() {
        assert_eq!(due_at(200.0, 0), Duration::ZERO);
        assert_eq!(due_at(200.0, 3), Duration::from_millis(15));
        assert_eq!(due_at(0.0, 1), Duration::MAX);
        assert_eq!(arrivals_until(200.0, Duration::ZERO), 0);
        assert_eq!(arrivals_until(200.0, Duration::from_secs(2)), 400);
    }
}

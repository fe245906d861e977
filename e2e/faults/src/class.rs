//! A lesson: a class of phones on the Wi-Fi of a school joins the game of a teacher's laptop and trades.
//! Measures how long it takes from starting the program until everybody trades, and checks that nothing
//! is lost or done twice.

pub mod air;
pub mod insist;
pub mod laptop;
pub mod live;
pub mod phone;
pub mod pupil;
pub mod report;
pub mod wifi;

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use self::laptop::{Laptop, Shown};
use self::pupil::{Attended, attend};
use self::report::Used;
use crate::trades::audit;

/// Players on the laptop itself, without Wi-Fi: what their orders take is the program's part.
const BYSTANDERS: usize = 2;
/// Milliseconds from an answer to the next order.
const PUPIL_PAUSE_MS: Range<u64> = 1_500..4_500;
const BYSTANDER_PAUSE_MS: Range<u64> = 1_000..2_000;
/// A dividend between two reads of an account looks like a difference, once.
const AUDITS: usize = 3;
const BETWEEN_AUDITS: Duration = Duration::from_secs(1);

/// What is to be run.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Options {
    /// Pupils with a phone each.
    #[arg(long, default_value_t = 30)]
    pub pupils: usize,
    /// Seconds for which each of them trades.
    #[arg(long, default_value_t = 60)]
    pub seconds: u64,
    /// Which pupil trades what, and when the Wi-Fi fails whom.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// What everybody in the room knows.
#[derive(Debug)]
pub struct Lesson {
    laptop: SocketAddr,
    shown: Shown,
    /// When the program was started.
    began: Instant,
    /// How long each trades.
    length: Duration,
    seed: u64,
}

/// Where one of them sits.
#[derive(Debug, Clone, Copy)]
pub struct Seat {
    /// From zero.
    pub number: usize,
    /// With a phone, or on the laptop itself.
    pub by_phone: bool,
}

impl Lesson {
    /// Where the randomness of a seat comes from.
    fn seed_of(&self, seat: Seat) -> u64 {
        let number = u64::try_from(seat.number).unwrap_or_default();
        self.seed.wrapping_mul(1_000).wrapping_add(number)
    }
}

impl Seat {
    fn pause_ms(self) -> Range<u64> {
        if self.by_phone {
            PUPIL_PAUSE_MS
        } else {
            BYSTANDER_PAUSE_MS
        }
    }
}

/// Starts the program, gives the lesson, and compares every answer with the ledger.
///
/// # Errors
/// When the class cannot come in or trade, or anything does not add up.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let mut laptop = Laptop::start().await?;
    let given = give(&options, &laptop).await;
    given.with_context(|| format!("--seed {}\n{}", options.seed, laptop.tail()))?;
    println!("{}", laptop.stop_and_verify().await?);
    Ok(())
}

async fn give(options: &Options, laptop: &Laptop) -> anyhow::Result<()> {
    report::begin(options, laptop);
    let lesson = Arc::new(Lesson {
        laptop: laptop.address(),
        shown: laptop.shown().clone(),
        began: laptop.began(),
        length: Duration::from_secs(options.seconds),
        seed: options.seed,
    });
    let (begin, before) = (Instant::now(), laptop.usage()?);
    let mut room = JoinSet::new();
    for number in 0..options.pupils + BYSTANDERS {
        let seat = Seat {
            number,
            by_phone: number < options.pupils,
        };
        let lesson = lesson.clone();
        room.spawn(async move {
            let attended = attend(lesson, seat).await;
            attended.with_context(|| format!("seat {number}"))
        });
    }
    let mut class = Vec::new();
    while let Some(attended) = room.join_next().await {
        class.push(attended??);
    }
    let used = Used {
        usage: laptop.usage()?.since(before),
        during: begin.elapsed(),
    };
    report::tell(&class, &used);
    for attended in &class {
        check(attended).await?;
    }
    println!(
        "every answer is in the ledger exactly once, cash and shares add up, and no XP is lost"
    );
    Ok(())
}

async fn check(attended: &Attended) -> anyhow::Result<()> {
    let mut more = 1..AUDITS;
    loop {
        match audit::check(&attended.player, &attended.answers).await {
            Ok(()) => return Ok(()),
            Err(_) if more.next().is_some() => sleep(BETWEEN_AUDITS).await,
            Err(error) => return Err(error),
        }
    }
}

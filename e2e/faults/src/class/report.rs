//! What a lesson has measured, in words.

use std::time::Duration;

use e2e::usage::Usage;

use super::Options;
use super::air::{AGAIN_MS, DELAY_MS, LOST};
use super::laptop::Laptop;
use super::pupil::Attended;
use crate::figures::Latencies;

/// What a teacher does until the class can come in.
const TEACHER: [&str; 2] = ["starts `tickerquest class`", "shows the screen"];
/// What each pupil does until the first fill.
const PUPIL: [&str; 5] = [
    "scans the code, or types address and code",
    "types a nickname and joins",
    "opens the market",
    "opens a company",
    "types an amount and buys",
];

/// What the program used, and for how long it was measured.
#[derive(Debug, Clone, Copy)]
pub struct Used {
    /// Since the class began to come in.
    pub usage: Usage,
    /// How long that is.
    pub during: Duration,
}

/// Says what is to come, and how soon the class can come in.
pub fn begin(options: &Options, laptop: &Laptop) {
    println!(
        "{} phones, {} to {} ms each way, {:.0} % of pieces {} to {} ms late, each phone cut off once; {} s, seed {}",
        options.pupils,
        DELAY_MS.start,
        DELAY_MS.end - 1,
        LOST * 100.0,
        AGAIN_MS.start,
        AGAIN_MS.end - 1,
        options.seconds,
        options.seed
    );
    let (ready, shown) = laptop.readiness();
    println!(
        "from the start of the program, with nobody reading or typing:\n{:>8.2} s  it is ready\n{:>8.2} s  code and QR code are shown",
        ready.as_secs_f64(),
        shown.as_secs_f64()
    );
}

/// Says what was measured.
pub fn tell(class: &[Attended], used: &Used) {
    let (phones, others): (Vec<&Attended>, Vec<&Attended>) =
        class.iter().partition(|attended| attended.by_phone);
    let last = |when: fn(&Attended) -> Duration| {
        let times = phones.iter().map(|attended| when(attended));
        times.max().unwrap_or_default().as_secs_f64()
    };
    let count = phones.len();
    println!(
        "{:>8.2} s  all {count} are in",
        last(|attended| attended.joined_after)
    );
    println!(
        "{:>8.2} s  all {count} have traded",
        last(|attended| attended.traded_after)
    );
    steps("the teacher", &TEACHER);
    steps("each pupil", &PUPIL);
    let (over_air, direct) = (at_once(&phones), at_once(&others));
    println!(
        "{} orders by phone, from sending to the answer: {}",
        over_air.count(),
        over_air.summary()
    );
    println!(
        "{} orders without Wi-Fi: {}; of the phones' median, {:.1} ms are the network's",
        direct.count(),
        direct.summary(),
        over_air
            .percentile(50)
            .saturating_sub(direct.percentile(50))
            .as_secs_f64()
            * 1_000.0
    );
    wifi(&phones);
    program(used);
}

fn steps(who: &str, steps: &[&str]) {
    println!("{who} takes {} steps: {}", steps.len(), steps.join(", "));
}

fn at_once(some: &[&Attended]) -> Latencies {
    let parts = some.iter().map(|attended| attended.latencies.clone());
    Latencies::merged(&parts.collect::<Vec<_>>())
}

fn wifi(phones: &[&Attended]) {
    let sum =
        |of: fn(&Attended) -> usize| -> usize { phones.iter().map(|attended| of(attended)).sum() };
    let repaired = phones.iter().map(|attended| attended.repaired.clone());
    let repaired = Latencies::merged(&repaired.collect::<Vec<_>>());
    println!(
        "Wi-Fi: {} cuts, {} pieces late; live connections opened {} times, {} messages",
        sum(|attended| attended.cuts),
        sum(|attended| attended.late),
        sum(|attended| attended.live.0),
        sum(|attended| attended.live.1)
    );
    println!(
        "{} orders lost their answer in a cut and were repeated under the same key, {} of them had been carried out: {}",
        repaired.count(),
        sum(|attended| attended.decided),
        repaired.summary()
    );
}

fn program(used: &Used) {
    let (cpu, during) = (used.usage.cpu.as_secs_f64(), used.during.as_secs_f64());
    println!(
        "the program used {cpu:.2} s of a processor in {during:.0} s ({:.1} % of one), and {} MB of memory",
        cpu / during.max(0.001) * 100.0,
        used.usage.resident_bytes / 1_048_576
    );
}

//! Redis with a sorted set of as many members, asked by its own `redis-benchmark`.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use e2e::places;
use e2e::process::Process;
use serde::Serialize;
use tokio::time::Instant;

/// The sorted set.
const KEY: &str = "leaderboard";
/// Members of one `ZADD`.
const MEMBERS_AT_ONCE: u32 = 1_000;
/// Requests of a measurement.
const REQUESTS: u32 = 300_000;
/// As `redis-benchmark` does it when nothing else is said.
const CLIENTS: u32 = 50;
const PATIENCE: Duration = Duration::from_secs(20);
/// What is measured: `redis-benchmark` puts a random member in the place of the last word.
const COMMANDS: [(&str, &[&str]); 2] = [
    ("ZREVRANK", &["ZREVRANK", KEY, "__rand_int__"]),
    ("ZREVRANGE 0 9", &["ZREVRANGE", KEY, "0", "9"]),
];

/// What `redis-benchmark` told of a command.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answered {
    /// Which command.
    pub command: String,
    /// Requests that one connection sends before it waits.
    pub pipeline: u32,
    /// Answers a second.
    pub per_second: f64,
    /// Milliseconds within which half of them came.
    pub p50_ms: f64,
    /// Milliseconds within which 99 of 100 came.
    pub p99_ms: f64,
}

/// Fills a Redis of its own and measures it; then it is gone.
///
/// # Errors
/// When Redis or its benchmark is missing or fails.
pub fn measure(folder: &Path, members: u32) -> anyhow::Result<Vec<Answered>> {
    let port = places::free_port()?;
    let mut command = Command::new("redis-server");
    command
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
        .arg("--dir")
        .arg(folder);
    let process = Process::start("redis-server", &mut command, &folder.join("redis.log"))?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    fill(address, members).with_context(|| process.tail())?;
    let mut found = Vec::new();
    for pipeline in [1, 16] {
        for (name, words) in COMMANDS {
            found.push(benchmark(port, members, pipeline, name, words)?);
        }
    }
    Ok(found)
}

/// Members are numbers of twelve digits, as `redis-benchmark` writes its random ones.
fn fill(address: SocketAddr, members: u32) -> anyhow::Result<()> {
    let stream = connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    let mut first = 0;
    while first < members {
        let end = members.min(first.saturating_add(MEMBERS_AT_ONCE));
        let mut request = format!("ZADD {KEY}");
        for member in first..end {
            let score = member.wrapping_mul(2_654_435_761) % 100_000_000;
            write!(request, " {score} {member:012}")?;
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes())?;
        let mut answer = String::new();
        answers.read_line(&mut answer)?;
        ensure!(answer.starts_with(':'), "Redis answers {answer:?}");
        first = end;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "nothing else runs while it waits for Redis to start"
)]
fn connect(address: SocketAddr) -> anyhow::Result<TcpStream> {
    let begin = Instant::now();
    loop {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => return Ok(stream),
            Err(error) if begin.elapsed() > PATIENCE => bail!("Redis does not listen: {error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(40)),
        }
    }
}

fn benchmark(
    port: u16,
    members: u32,
    pipeline: u32,
    name: &str,
    words: &[&str],
) -> anyhow::Result<Answered> {
    let output = Command::new("redis-benchmark")
        .args(["-p", &port.to_string(), "-n", &REQUESTS.to_string()])
        .args(["-c", &CLIENTS.to_string(), "-P", &pipeline.to_string()])
        .args(["-r", &members.to_string(), "--csv"])
        .args(words)
        .output()
        .context("redis-benchmark is missing; it comes with Debian's redis-tools")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "redis-benchmark: {text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let figures = parse(&text).with_context(|| format!("redis-benchmark told {text}"))?;
    let [per_second, p50_ms, p99_ms] = figures;
    Ok(Answered {
        command: name.to_owned(),
        pipeline,
        per_second,
        p50_ms,
        p99_ms,
    })
}

/// Answers a second and the two percentiles of the last line, which the titles of the first describe.
fn parse(csv: &str) -> Option<[f64; 3]> {
    let cells = |line: &str| -> Vec<String> {
        let cells = line.trim().split("\",\"");
        cells.map(|cell| cell.replace('"', "")).collect()
    };
    let mut lines = csv.lines().filter(|line| line.starts_with('"'));
    let titles = cells(lines.next()?);
    let figures = cells(lines.next_back()?);
    let figure = |title: &str| {
        let place = titles.iter().position(|one| one == title)?;
        figures.get(place)?.parse().ok()
    };
    Some([
        figure("rps")?,
        figure("p50_latency_ms")?,
        figure("p99_latency_ms")?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_by_their_titles() {
        let told = "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\"\n\
            \"ZREVRANK leaderboard __rand_int__\",\"81300.81\",\"0.333\",\"0.120\",\"0.319\",\"0.471\",\"0.575\",\"1.087\"\n";
        assert_eq!(parse(told), Some([81_300.81, 0.319, 0.575]));
        assert_eq!(parse("ERR"), None);
    }
}

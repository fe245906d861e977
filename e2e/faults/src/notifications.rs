//! Many notifications with mail, while the servers are killed and the mail server fails half the time: each
//! notification is in its inbox once, and its mail was taken, always under one name, or is a dead letter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use domain::api::AuthAnswer;
use e2e::database::DatabaseKind;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::fault::Fault;
use crate::sink::Sink;
use crate::world::World;

/// Requests under way at once.
const AT_ONCE: usize = 8;
const LOOK_EVERY: Duration = Duration::from_millis(500);
const TRY_AGAIN: Duration = Duration::from_millis(300);
/// A request is sent again for as long as this.
const REQUEST_PATIENCE: Duration = Duration::from_secs(120);
/// All mails have to be sent or given up within this long.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// Notifications of the kind that this run causes.
const NOTIFIED: &str = "select count(*) from notifications where kind = 'follower'";
const OPEN_MAILS: &str =
    "select count(*) from jobs where kind = 'notification_mail' and state = 'ready'";

/// What is to be run.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Options {
    /// Notifications, each with a mail.
    #[arg(long, default_value_t = 10_000)]
    pub notifications: usize,
    /// How often servers are killed; every third time all of them.
    #[arg(long, default_value_t = 20)]
    pub kills: u32,
    /// Which server is killed when, and which mails fail.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

impl Options {
    /// Players of whom each follows all others: the fewest that cause enough notifications.
    fn players(&self) -> usize {
        let mut players = 2_usize;
        while players.saturating_mul(players.saturating_sub(1)) < self.notifications {
            players = players.saturating_add(1);
        }
        players
    }
}

/// Runs two servers on one PostgreSQL, and a mail server that fails.
///
/// # Errors
/// When a notification is missing or there twice, or a mail is neither sent nor a dead letter.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let sink = Sink::start(options.seed).await?;
    let mut world = World::start_with(DatabaseKind::Postgres, &sink.settings()).await?;
    let done = notify(&options, &sink, &mut world).await;
    done.with_context(|| format!("--seed {}\n{}", options.seed, world.tails()))
}

async fn notify(options: &Options, sink: &Sink, world: &mut World) -> anyhow::Result<()> {
    let addresses: Arc<[String]> = world.addresses().into();
    let client = Client::builder().timeout(Duration::from_secs(15)).build()?;
    let players = register(&client, &addresses, options.players()).await?;
    let pairs = follows(options.notifications, players.len());
    println!(
        "{} notifications to {} players by {} servers, {} kills, seed {}",
        pairs.len(),
        players.len(),
        addresses.len(),
        options.kills,
        options.seed
    );
    let begin = Instant::now();
    let following = tokio::spawn(follow(client, addresses, players.clone(), pairs.clone()));
    survive(options, world, pairs.len()).await?;
    following.await??;
    let seconds = begin.elapsed().as_secs_f64();
    println!("all sent or given up in {seconds:.0} s");
    let expected = pairs.iter().filter_map(|(from, to)| {
        Some((
            players.get(*to)?.email(),
            players.get(*from)?.handle.clone(),
        ))
    });
    compare(world, sink, &expected.collect()).await?;
    println!("{}", world.stop_and_verify().await?);
    Ok(())
}

#[derive(Debug, Clone)]
struct Registered {
    handle: String,
    token: String,
}

impl Registered {
    fn email(&self) -> String {
        format!("{}@example.org", self.handle)
    }
}

/// Players with an address who want mail about followers.
async fn register(
    client: &Client,
    addresses: &Arc<[String]>,
    count: usize,
) -> anyhow::Result<Vec<Registered>> {
    let mut players = Vec::with_capacity(count);
    for number in 0..count {
        let address = addresses.first().context("there is no server")?;
        let handle = format!("reader-{number:03}");
        let body = json!({"email": format!("{handle}@example.org"), "handle": handle,
            "password": "a long enough password", "session": "token"});
        let request = client
            .post(format!("{address}/api/v1/auth/register"))
            .json(&body);
        let answer: AuthAnswer = request.send().await?.error_for_status()?.json().await?;
        let token = answer.token.context("a player was not given a token")?;
        let wanted = json!({"kinds": [{"kind": "follower", "app": true, "mail": true}]});
        let settings = client
            .put(format!("{address}/api/v1/me/notification-settings"))
            .bearer_auth(&token)
            .json(&wanted);
        settings.send().await?.error_for_status()?;
        players.push(Registered { handle, token });
    }
    Ok(players)
}

/// Who follows whom.
fn follows(count: usize, players: usize) -> Vec<(usize, usize)> {
    let all = (0..players).flat_map(|from| (0..players).map(move |to| (from, to)));
    all.filter(|(from, to)| from != to).take(count).collect()
}

async fn follow(
    client: Client,
    addresses: Arc<[String]>,
    players: Vec<Registered>,
    pairs: Vec<(usize, usize)>,
) -> anyhow::Result<()> {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut sent = JoinSet::new();
    for (place, (from, to)) in pairs.into_iter().enumerate() {
        let turn = Arc::clone(&turns).acquire_owned().await?;
        let from = players.get(from).context("nobody follows")?;
        let to = players.get(to).context("nobody is followed")?;
        let body = json!({ "handle": to.handle });
        let (client, addresses, token) =
            (client.clone(), Arc::clone(&addresses), from.token.clone());
        sent.spawn(async move {
            let _turn = turn;
            persist(&client, &addresses, place, (&token, &body)).await
        });
        while let Some(done) = sent.try_join_next() {
            done??;
        }
    }
    while let Some(done) = sent.join_next().await {
        done??;
    }
    Ok(())
}

/// Sends a request until a server has done it: the same once more changes nothing.
async fn persist(
    client: &Client,
    addresses: &[String],
    place: usize,
    (token, body): (&str, &Value),
) -> anyhow::Result<()> {
    let begin = Instant::now();
    let mut tries = place;
    loop {
        let chosen = tries.checked_rem(addresses.len()).unwrap_or_default();
        let address = addresses.get(chosen).context("there is no server")?;
        let url = format!("{address}/api/v1/me/friends");
        let request = client
            .request(Method::POST, url)
            .bearer_auth(token)
            .json(body);
        match request.send().await {
            Ok(answer) if answer.status() == StatusCode::OK => return Ok(()),
            Ok(answer) => {
                let status = answer.status();
                let passes = matches!(status.as_u16(), 503 | 504);
                ensure!(passes, "{status}: {}", answer.text().await?);
            }
            Err(_) => {}
        }
        ensure!(
            begin.elapsed() < REQUEST_PATIENCE,
            "a request got no answer"
        );
        tries = tries.wrapping_add(1);
        sleep(TRY_AGAIN).await;
    }
}

/// Kills servers as the mails go out, and waits until none is left.
async fn survive(options: &Options, world: &mut World, expected: usize) -> anyhow::Result<()> {
    let mut random = StdRng::seed_from_u64(options.seed);
    let expected = i64::try_from(expected)?;
    let begin = Instant::now();
    let mut kills = 0;
    loop {
        let notified = number(world, NOTIFIED).await?;
        let open = number(world, OPEN_MAILS).await?;
        if notified >= expected && open == 0 {
            break;
        }
        ensure!(
            begin.elapsed() < PATIENCE,
            "{notified} of {expected} are notified, {open} mails are open"
        );
        let ended = notified.saturating_sub(open);
        let next = expected * i64::from(kills) / i64::from(options.kills.max(1));
        if kills < options.kills && ended >= next {
            kills += 1;
            let fault = if kills % 3 == 0 {
                Fault::KillAll
            } else {
                Fault::KillServer
            };
            let told = world.inflict(fault, &mut random).await?;
            println!("{ended:>9} mails ended  {told}");
        }
        sleep(LOOK_EVERY).await;
    }
    ensure!(
        kills == options.kills,
        "only {kills} of {} kills were made",
        options.kills
    );
    Ok(())
}

async fn number(world: &World, query: &str) -> anyhow::Result<i64> {
    let told = world.run_sql(query.to_owned()).await?;
    let told = told.trim();
    told.parse()
        .with_context(|| format!("{told:?} is no number"))
}

/// An address and the handle that the notification is about.
type Told = (String, String);

/// Addresses and handles that a query finds, one pair a line.
async fn told(world: &World, query: &str) -> anyhow::Result<Vec<Told>> {
    let found = world.run_sql(query.to_owned()).await?;
    let pair = |line: &str| {
        let (email, handle) = line.trim().split_once(' ')?;
        Some((email.to_owned(), handle.to_owned()))
    };
    Ok(found.lines().filter_map(pair).collect())
}

/// Compares what was caused with inboxes, mails taken and dead letters.
async fn compare(world: &World, sink: &Sink, expected: &BTreeSet<Told>) -> anyhow::Result<()> {
    let inbox = "select p.email || ' ' || (n.data::json ->> 'handle')
        from notifications n join players p on p.player_id = n.player_id
        where n.kind = 'follower' and n.in_app";
    let inbox = told(world, inbox).await?;
    let distinct: BTreeSet<Told> = inbox.iter().cloned().collect();
    ensure!(
        inbox.len() == distinct.len(),
        "a notification is there twice"
    );
    ensure!(
        distinct == *expected,
        "{} notifications are there instead of {}",
        distinct.len(),
        expected.len()
    );
    let dead = "select p.email || ' ' || (n.data::json ->> 'handle')
        from jobs j
        join notifications n on n.player_id = (j.payload::json ->> 'player')::bigint
            and n.cause = j.payload::json ->> 'cause'
        join players p on p.player_id = n.player_id
        where j.kind = 'notification_mail' and j.state = 'dead'";
    let dead: BTreeSet<Told> = told(world, dead).await?.into_iter().collect();
    let mut names: BTreeMap<Told, BTreeSet<String>> = BTreeMap::new();
    let mut taken = 0_usize;
    for mail in sink.taken() {
        let Some((handle, _)) = mail.subject.split_once(" follows you") else {
            continue;
        };
        taken = taken.saturating_add(1);
        let ids = names
            .entry((mail.to.clone(), handle.to_owned()))
            .or_default();
        ids.insert(mail.id);
    }
    for pair in expected {
        let ids = names.get(pair).map_or(0, BTreeSet::len);
        ensure!(ids <= 1, "the mail {pair:?} had {ids} names");
        let is_dead = dead.contains(pair);
        ensure!(
            ids == 1 || is_dead,
            "the mail {pair:?} is neither sent nor a dead letter"
        );
    }
    let ids: BTreeSet<&String> = names.values().flatten().collect();
    ensure!(ids.len() == names.len(), "two mails had one name");
    println!(
        "{} notifications are in their inboxes, each once; {} mails arrived under one name each, {} of them more than \
         once; {} are dead letters, {} of which arrived nevertheless",
        distinct.len(),
        names.len(),
        taken.saturating_sub(names.len()),
        dead.len(),
        dead.iter().filter(|pair| names.contains_key(*pair)).count()
    );
    Ok(())
}

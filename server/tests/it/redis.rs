//! Two servers with one Redis, which is killed and started again in the middle.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use private_postgres::{Options, PrivatePostgres};
use serde_json::json;
use server::feed::{Feed, Publisher};
use server::redis::Redis;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::{PASSWORD, Player, TestApp, order};
use crate::feed::{Desk, next};

/// Enough for a busy machine: a test that waits longer has found something.
const PATIENCE: Duration = Duration::from_secs(20);

/// A Redis on a port of its own.
struct PrivateRedis {
    folder: TempDir,
    port: u16,
    child: Child,
}

impl PrivateRedis {
    fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = run(&folder, port)?;
        Ok(Self {
            folder,
            port,
            child,
        })
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn start_again(&mut self) -> anyhow::Result<()> {
        self.child = run(&self.folder, self.port)?;
        Ok(())
    }

    /// Resolves when servers listen to the news of their games.
    async fn heard_by(&self, servers: usize) -> anyhow::Result<()> {
        let client = redis::Client::open(self.url())?;
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        loop {
            looks.tick().await;
            let Ok(mut connection) = client.get_multiplexed_async_connection().await else {
                continue;
            };
            let clients: String = redis::cmd("CLIENT")
                .arg("LIST")
                .arg("TYPE")
                .arg("PUBSUB")
                .query_async(&mut connection)
                .await?;
            if clients.lines().count() == servers {
                return Ok(());
            }
        }
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        self.kill().ok();
    }
}

fn run(folder: &TempDir, port: u16) -> anyhow::Result<Child> {
    let child = Command::new("redis-server")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "no"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .spawn()?;
    Ok(child)
}

/// The link of one server.
struct Link {
    redis: Redis,
    task: JoinHandle<()>,
}

impl Link {
    fn start(redis: &PrivateRedis, publisher: &Publisher, stop: &CancellationToken) -> Self {
        let link = Redis::new(&redis.url(), "test", Duration::from_secs(1));
        let link = link.expect("the address is well-formed");
        let running = link
            .clone()
            .run(publisher.clone(), Arc::default(), stop.clone());
        Self {
            redis: link,
            task: tokio::spawn(running),
        }
    }
}

async fn in_time<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::time::timeout(PATIENCE, work).await?
}

#[tokio::test]
async fn redis_carries_the_feed_and_its_death_loses_nothing() -> anyhow::Result<()> {
    in_time(async {
        let (desk, mut redis) = (Desk::new().await?, PrivateRedis::start()?);
        let stop = CancellationToken::new();
        let here = Link::start(&redis, desk.engine.publisher(), &stop);
        let elsewhere = Publisher::default();
        let there = Link::start(&redis, &elsewhere, &stop);
        // It does not follow the outbox: it only hears what Redis brings, and fills the gaps.
        let mut reader = Feed::new(elsewhere, desk.store()).subscribe().await?;
        for link in [&here, &there] {
            link.redis.connected().await;
        }
        desk.buy("order-0001").await?;
        assert_eq!(next(&mut reader).await?, "order-0001");

        redis.kill()?;
        for link in [&here, &there] {
            link.redis.disconnected().await;
        }
        desk.buy("order-0002").await?;
        redis.start_again()?;
        for link in [&here, &there] {
            link.redis.connected().await;
        }
        desk.buy("order-0003").await?;
        assert_eq!(next(&mut reader).await?, "order-0002");
        assert_eq!(next(&mut reader).await?, "order-0003");
        stop.cancel();
        for link in [here, there] {
            link.task.await?;
        }
        desk.task.shutdown().await;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn all_servers_count_together_while_redis_answers() -> anyhow::Result<()> {
    in_time(async {
        let mut redis = PrivateRedis::start()?;
        let stop = CancellationToken::new();
        let links = [(); 2].map(|()| Link::start(&redis, &Publisher::default(), &stop));
        for link in &links {
            link.redis.connected().await;
        }
        let [one, other] = links.each_ref().map(|link| &link.redis);
        assert_eq!(one.count("ann", 2, 2).await, None);
        assert_eq!(other.count("ann", 2, 2).await, None);
        for link in [one, other] {
            let wait = link.count("ann", 2, 2).await;
            assert!(
                wait.is_some_and(|wait| wait <= Duration::from_secs(30)),
                "{wait:?}"
            );
        }
        assert_eq!(
            one.count("bob", 2, 2).await,
            None,
            "another one has another limit"
        );
        redis.kill()?;
        assert_eq!(
            one.count("ann", 2, 2).await,
            None,
            "each server's own limit counts"
        );
        stop.cancel();
        Ok(())
    })
    .await
}

/// Two servers on one PostgreSQL and one Redis.
struct Pair {
    servers: [TestApp; 2],
    redis: PrivateRedis,
    _postgres: PrivatePostgres,
}

impl Pair {
    async fn start() -> anyhow::Result<Self> {
        let postgres = PrivatePostgres::start(&Options::default())?;
        postgres.create_database("game", None)?;
        let redis = PrivateRedis::start()?;
        let start = async || {
            let (database, link) = (postgres.url("game"), redis.url());
            TestApp::start_with(|config| {
                config.database_url = Some(database);
                config.redis_url = Some(link);
                config.redis_timeout_ms = 1_000;
                config.limits.logins_per_minute_per_identity = 2;
            })
            .await
        };
        let servers = [start().await, start().await];
        in_time(redis.heard_by(2)).await?;
        Ok(Self {
            servers,
            redis,
            _postgres: postgres,
        })
    }

    /// A guest, as a client of each server.
    async fn guest(&self) -> [Player; 2] {
        let answer = self.servers[0]
            .anonymous()
            .post("/api/v1/auth/guest", &json!({"session": "token"}))
            .await;
        let auth: domain::api::AuthAnswer = answer.expect(reqwest::StatusCode::CREATED);
        let token = auth.token.expect("a token was asked for");
        self.servers.each_ref().map(|server| server.program(&token))
    }

    /// Tries to log in as somebody who does not exist; the status of the answer.
    async fn guess(&self, server: usize, login: &str) -> u16 {
        let body = json!({"login": login, "password": PASSWORD, "session": "token"});
        let client = self.servers[server].anonymous();
        let answer = client.post("/api/v1/auth/login", &body).await;
        answer.status.as_u16()
    }
}

async fn me(player: &Player) -> u16 {
    player.get("/api/v1/me").await.status.as_u16()
}

#[tokio::test]
async fn two_servers_go_on_when_their_redis_dies() -> anyhow::Result<()> {
    let mut pair = Pair::start().await?;
    let leaves = pair.guest().await;
    let stays = pair.guest().await;
    for player in leaves.iter().chain(&stays) {
        assert_eq!(me(player).await, 200);
    }
    // The other server hears of a log-out long before it would look.
    let answer = leaves[0]
        .post("/api/v1/auth/logout", &json!({"leave_guest": true}))
        .await;
    assert!(answer.status.is_success(), "{answer:?}");
    in_time(async {
        while me(&leaves[1]).await != 401 {}
        Ok(())
    })
    .await?;
    assert_eq!(pair.guess(0, "nobody-1").await, 401);
    assert_eq!(pair.guess(1, "nobody-1").await, 401);
    assert_eq!(pair.guess(0, "nobody-1").await, 429);
    assert_eq!(pair.guess(1, "nobody-1").await, 429);

    pair.redis.kill()?;
    let symbol = pair.servers[0].symbol().await;
    for player in &stays {
        assert_eq!(me(player).await, 200);
        let body = order(&symbol, "buy", json!({"quantity": "1"}));
        assert!(player.place(&body).await.status.is_success());
    }
    // Each server counts by itself.
    for server in [0, 1] {
        assert_eq!(pair.guess(server, "nobody-2").await, 401);
        assert_eq!(pair.guess(server, "nobody-2").await, 401);
        assert_eq!(pair.guess(server, "nobody-2").await, 429);
    }

    pair.redis.start_again()?;
    in_time(pair.redis.heard_by(2)).await?;
    for player in &stays {
        assert_eq!(me(player).await, 200);
    }
    assert_eq!(pair.guess(0, "nobody-3").await, 401);
    assert_eq!(pair.guess(1, "nobody-3").await, 401);
    assert_eq!(pair.guess(0, "nobody-3").await, 429);
    for server in pair.servers {
        server.stop().await;
    }
    Ok(())
}

//! The task that keeps the link: connects again and again, tells the other servers what happens here,
//! and hears what happens there.

use std::sync::Arc;
use std::time::Duration;

use domain::{PlayerId, SessionId};
use futures_util::StreamExt as _;
use redis::aio::{MultiplexedConnection, PubSub};
use redis::cmd;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::Redis;
use super::news::{News, outcomes};
use crate::feed::Publisher;
use crate::session::SessionCache;
use crate::store::Outcomes;

/// From one try to connect to the next.
const PAUSE: Duration = Duration::from_millis(500);
/// How long one try may take.
const CONNECT_MAX: Duration = Duration::from_secs(2);

/// What happens on this server.
struct Here {
    batches: broadcast::Receiver<Arc<Outcomes>>,
    ended: mpsc::Receiver<(PlayerId, SessionId)>,
}

impl Redis {
    /// Keeps the link until `closing`. To be run once.
    pub async fn run(
        self,
        publisher: Publisher,
        sessions: Arc<SessionCache>,
        closing: CancellationToken,
    ) {
        let Some(ended) = self.take_endings() else {
            return;
        };
        let batches = publisher.subscribe();
        let keeping = self.keep(&publisher, &sessions, Here { batches, ended });
        closing.run_until_cancelled(keeping).await;
        self.0.connection.send_replace(None);
    }

    async fn keep(&self, publisher: &Publisher, sessions: &SessionCache, mut here: Here) {
        let mut is_told = false;
        loop {
            let error = match tokio::time::timeout(CONNECT_MAX, self.connect()).await {
                Ok(Ok((connection, heard))) => {
                    // What ended meanwhile was not heard.
                    sessions.forget_all();
                    self.0.connection.send_replace(Some(connection.clone()));
                    tracing::info!("connected to Redis");
                    is_told = false;
                    self.exchange(publisher, sessions, &mut here, connection, heard)
                        .await
                }
                Ok(Err(error)) => error.to_string(),
                Err(elapsed) => elapsed.to_string(),
            };
            self.0.connection.send_replace(None);
            if !is_told {
                is_told = true;
                tracing::warn!(%error, "Redis does not answer; this server goes on without it");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn connect(&self) -> redis::RedisResult<(MultiplexedConnection, PubSub)> {
        let connection = self.0.client.get_multiplexed_async_connection().await?;
        let mut heard = self.0.client.get_async_pubsub().await?;
        heard.subscribe(self.channel()).await?;
        Ok((connection, heard))
    }

    fn channel(&self) -> String {
        format!("{}:news", self.0.namespace)
    }

    /// Tells and hears until something fails; what.
    async fn exchange(
        &self,
        publisher: &Publisher,
        sessions: &SessionCache,
        here: &mut Here,
        mut connection: MultiplexedConnection,
        mut heard: PubSub,
    ) -> String {
        let mut heard = heard.on_message();
        loop {
            let news = tokio::select! {
                message = heard.next() => {
                    let Some(message) = message else {
                        return "the connection has ended".to_owned();
                    };
                    if let Some(news) = News::decode(message.get_payload_bytes()) {
                        hear(news, publisher, sessions);
                    }
                    continue;
                }
                () = self.0.failed.notified() => return "a command failed".to_owned(),
                batch = here.batches.recv() => match batch {
                    Ok(batch) if publisher.is_own(batch.lane) => News::of_batch(&batch),
                    // The others find it in the outbox.
                    Ok(_) | Err(RecvError::Lagged(_)) => continue,
                    Err(RecvError::Closed) => return "nothing is published any more".to_owned(),
                },
                Some((player, session)) = here.ended.recv() => News::of_ended(player, session),
            };
            if let Err(error) = self.tell(&news, &mut connection).await {
                return error;
            }
        }
    }

    async fn tell(
        &self,
        news: &News,
        connection: &mut MultiplexedConnection,
    ) -> Result<(), String> {
        let Some(bytes) = news.encode() else {
            return Ok(());
        };
        let mut publish = cmd("PUBLISH");
        publish.arg(self.channel()).arg(bytes);
        let told = publish.query_async::<i64>(connection);
        match tokio::time::timeout(self.0.timeout, told).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(elapsed) => Err(elapsed.to_string()),
        }
    }
}

fn hear(news: News, publisher: &Publisher, sessions: &SessionCache) {
    match news {
        News::Batch { lane, .. } if publisher.is_own(lane) => {}
        News::Batch {
            lane,
            seq,
            at,
            accounts,
        } => publisher.relay(outcomes(lane, seq, at, accounts)),
        News::Ended { player, session } => {
            sessions.forget(PlayerId(player), SessionId(session), Instant::now());
        }
    }
}

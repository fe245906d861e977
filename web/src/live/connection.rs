//! Keeps the live connection open for as long as the page is.

use domain::Timestamp;
use domain::api::LiveMessage;
use futures_util::future::{Either, abortable, select};
use futures_util::{StreamExt, pin_mut};
use gloo_net::websocket::Message;
use gloo_net::websocket::futures::WebSocket;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;

use super::silence::Silence;
use super::{AccountNews, Connection, Live, Reached};
use crate::{CurrentGame, api, assets};

/// The first wait after a loss; it doubles with each further one.
const WAIT_MIN_MS: u32 = 500;
/// The longest wait, so that a page reconnects soon after the server is back.
const WAIT_MAX_MS: u32 = 8_000;
/// The server sends something at least every two seconds: after this long the connection is dead.
const SILENCE_MAX_MS: u32 = 15_000;

/// Reopens the connection whenever it is lost, and reports when something was received.
pub(super) fn keep_open(live: Live, silence: Silence) {
    leptos::task::spawn_local(async move {
        let mut failures = 0;
        let mut opened_before = false;
        loop {
            let (listening, open) = abortable(listen(live, silence, opened_before));
            live.open.set_value(Some(open));
            // Closed on purpose, to reopen it for another player.
            let Ok(heard) = listening.await else {
                failures = 0;
                continue;
            };
            opened_before |= heard;
            failures = if heard { 0 } else { failures + 1 };
            if live.connection.get_untracked() != Connection::Closing {
                live.connection.set(Connection::Lost);
            }
            TimeoutFuture::new(wait_ms(failures)).await;
        }
    });
}

/// Processes messages until the connection ends; returns whether there were any.
async fn listen(live: Live, silence: Silence, again: bool) -> bool {
    let Some(mut socket) = address(live.game).and_then(|address| WebSocket::open(&address).ok())
    else {
        return false;
    };
    let mut heard = false;
    while let Some(text) = next_text(&mut socket).await {
        let Ok(message) = serde_json::from_str::<LiveMessage>(&text) else {
            leptos::logging::warn!("a live message could not be read: {text}");
            continue;
        };
        silence.broken();
        live.take(message, again && !heard);
        heard = true;
    }
    heard
}

/// The next text; none when the connection has ended or is silent for too long.
async fn next_text(socket: &mut WebSocket) -> Option<String> {
    loop {
        let next = socket.next();
        let silence = TimeoutFuture::new(SILENCE_MAX_MS);
        pin_mut!(next, silence);
        match select(next, silence).await {
            Either::Left((Some(Ok(Message::Text(text))), _)) => return Some(text),
            Either::Left((Some(Ok(Message::Bytes(_))), _)) => {}
            Either::Left((Some(Err(_)) | None, _)) | Either::Right(_) => return None,
        }
    }
}

impl Live {
    fn take(self, message: LiveMessage, resumed: bool) {
        match message {
            LiveMessage::Hello {
                version,
                now,
                quotes,
            } => {
                self.connection.set(Connection::Open);
                self.outdated
                    .set(assets::page_version().is_some_and(|own| own != version));
                self.accept(now, &quotes);
                if resumed {
                    self.resumed.update(|count| *count = count.wrapping_add(1));
                }
            }
            LiveMessage::Quotes { now, quotes } => self.accept(now, &quotes),
            LiveMessage::Account {
                account_version,
                awarded,
                orders,
                missed,
                ..
            } => self.news.set(Some(AccountNews {
                version: account_version,
                awarded,
                orders,
                missed,
            })),
            LiveMessage::Progress {
                unlocked,
                more,
                level,
            } => self.reached.set(Some(Reached {
                unlocked,
                more,
                level,
            })),
            LiveMessage::Notifications { unread } => self.unread.set(Some(unread)),
            LiveMessage::Rank { rank } => self.rank.set(Some(rank)),
            // The page of targets reloads itself until the result is there.
            LiveMessage::Rebalancing { .. } => {}
            LiveMessage::Closing => self.connection.set(Connection::Closing),
        }
    }

    fn accept(self, now: Timestamp, quotes: &[domain::Quote]) {
        self.now.set(Some(now));
        for quote in quotes {
            self.signal_of(quote.symbol).set(Some(*quote));
        }
    }
}

fn address(game: CurrentGame) -> Option<String> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" {
        "wss"
    } else {
        "ws"
    };
    Some(format!(
        "{scheme}://{}{}",
        location.host().ok()?,
        api::live_path(&game.slug())
    ))
}

/// Exponential backoff with up to 100 % jitter, so that a server that comes back is not hit by all
/// its pages at once.
fn wait_ms(failures: u32) -> u32 {
    let base = WAIT_MIN_MS
        .saturating_mul(1 << failures.min(4))
        .min(WAIT_MAX_MS / 2);
    // Between 0 and 1, so the product fits.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a fraction of a u32"
    )]
    let jitter = (js_sys::Math::random() * f64::from(base)) as u32;
    base + jitter
}

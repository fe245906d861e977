//! What the boards follow besides trades and prices: time, privacy, and what other servers store.

use domain::boards::Period;
use domain::{AccountId, PlayerId};

use super::{ACCOUNTS_AT_ONCE, Keeper};
use crate::boards::members::arrivals;
use crate::boards::standings::Prices;
use crate::store::StoreResult;
use crate::store::boards::BoardPeriod;

/// The clocks of two servers may differ by this.
const CLOCKS_DIFFER_S: i64 = 10;

impl Keeper {
    /// Begins the periods whose instant has come.
    pub(super) fn roll(&self) {
        let (now, unpriced) = (self.now(), Prices::default());
        for (_, board) in self.shared.all() {
            if board.read().ended(now).is_empty() {
                continue;
            }
            let prices = self.prices.get(&board.market).unwrap_or(&unpriced);
            let closed = board.write().roll(now, prices);
            let mut ended = board.ended();
            for one in closed {
                // A period that ends before the earlier one of its kind was stored takes its place.
                ended.retain(|earlier| earlier.period != one.period);
                ended.push(one);
            }
        }
    }

    /// Follows what players let others see, and what other servers have stored of new periods.
    pub(super) async fn look(&mut self) {
        if let Err(error) = self.follow_others().await {
            tracing::warn!(%error, "the leaderboards could not read what has changed");
        }
    }

    async fn follow_others(&mut self) -> StoreResult<()> {
        // A host may have changed what new accounts start with.
        self.open_boards().await?;
        self.follow_privacy().await?;
        self.adopt_periods().await
    }

    async fn follow_privacy(&mut self) -> StoreResult<()> {
        let since = self.privacy_seen.plus_seconds(-CLOCKS_DIFFER_S);
        let mut after = (since, PlayerId(0));
        loop {
            let changes = self.store.list_privacy_changes(after, ACCOUNTS_AT_ONCE);
            let changes = changes.await?;
            let Some(last) = changes.last() else {
                return Ok(());
            };
            after = (last.changed_at, last.player);
            let now = self.now();
            for (_, board) in self.shared.all() {
                let mut standings = board.write();
                for change in &changes {
                    let hidden = !change.privacy.on_leaderboards;
                    standings.set_hidden(change.player, hidden, now);
                }
            }
            self.privacy_seen = self.privacy_seen.max(last.changed_at);
        }
    }

    /// Takes the openings of periods that are stored, so that all servers have the same ones.
    async fn adopt_periods(&mut self) -> StoreResult<()> {
        for ((game, period), starts_at) in self.stored_periods().await? {
            if self.begun.get(&(game, period)) == Some(&starts_at) {
                continue;
            }
            let board = self.shared.find(game);
            let board = board.filter(|board| board.read().start(period) == starts_at);
            let Some(board) = board else { continue };
            let players = board.read().kept(period);
            let accounts: Vec<AccountId> = players
                .into_iter()
                .map(|(player, _)| AccountId { player, game })
                .collect();
            let at_once = usize::try_from(ACCOUNTS_AT_ONCE).unwrap_or(usize::MAX);
            for portion in accounts.chunks(at_once) {
                let stored = arrivals(&*self.store, portion).await?;
                let mut standings = board.write();
                for (account, arrival) in &stored {
                    standings.adopt(account.player, period, arrival);
                }
            }
            board.write().settle();
            board.ended().retain(|closed| closed.period != period);
            self.begun.insert((game, period), starts_at);
        }
        self.note_first_periods().await
    }

    /// Stores when the periods of a game began that has none stored yet.
    async fn note_first_periods(&mut self) -> StoreResult<()> {
        for (game, board) in self.shared.all() {
            for period in Period::CLOSING {
                if self.begun.contains_key(&(game, period)) {
                    continue;
                }
                let starts_at = board.read().start(period);
                let begun = BoardPeriod {
                    game,
                    period,
                    starts_at,
                };
                self.store.store_board_period(&begun).await?;
                self.begun.insert((game, period), starts_at);
            }
        }
        Ok(())
    }
}

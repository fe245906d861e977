//! What one player of the population has: an account, and the purchases that led to its positions.

use std::ops::Range;
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use domain::api::{OrderStatus, OrderView, PositionView};
use domain::progress::{Counters, PlayerProgress};
use domain::{
    Account, AccountId, AwardHead, Execution, InstrumentId, LedgerHead, Money, Order, Position,
    Price, Quote, Side, Situation, Size, Symbol, Timestamp, TradingDay, Xp, XpRules, execute,
};
use server::engine::fingerprint;
use server::store::{
    AccountChange, AccountRecord, AnsweredOrder, Batch, GameRecord, NewPlayer, PlayerChange,
    PlayerRecord, PositionRecord, SessionRecord,
};

use super::population::Population;

/// Longer than any run, and than a database is kept.
const SESSION_SECONDS: i64 = 10 * 365 * 86_400;
/// The share of the starting cash that is spent, in hundredths.
const SPENT_PERCENT: i64 = 60;

/// An instrument.
#[derive(Debug, Clone, Copy)]
pub struct Listed {
    /// Its id in the database.
    pub id: InstrumentId,
    /// Its name.
    pub symbol: Symbol,
}

/// An instant with the prices of all instruments.
#[derive(Debug, Clone)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// In the order of the instruments.
    pub prices: Vec<Price>,
}

/// Makes players.
#[derive(Debug)]
pub struct Maker {
    /// Whom.
    pub population: Population,
    /// What they play: one after the other is in the next of these games.
    pub games: Vec<GameRecord>,
    /// What purchases earn.
    pub xp_rules: XpRules,
    /// What can be bought.
    pub listed: Vec<Listed>,
    /// When it was bought, oldest first.
    pub moments: Vec<Moment>,
}

/// An account while it buys.
struct Buyer {
    number: u32,
    id: AccountId,
    account: Account,
    head: LedgerHead,
    counters: Counters,
    xp: Xp,
    traded: TradingDay,
}

impl Maker {
    /// Some players, and all that they have bought.
    ///
    /// # Errors
    /// When the game's rules refuse a purchase.
    pub fn make(&self, numbers: Range<u32>) -> anyhow::Result<(Vec<NewPlayer>, Arc<Batch>)> {
        let mut players = Vec::with_capacity(numbers.len());
        let mut batch = Batch::default();
        for number in numbers {
            let player = self.player(number)?;
            let id = AccountId {
                player: player.player.id,
                game: player.game,
            };
            let opening =
                LedgerHead::before_first(id).opened(player.starting_cash, player.player.created_at);
            let mut buyer = Buyer {
                number,
                id,
                account: Account::opened_with(player.starting_cash),
                head: opening.head(),
                counters: Counters::default(),
                xp: 0,
                traded: TradingDay::default(),
            };
            for place in 0..self.population.positions {
                self.buy(&mut buyer, place, &mut batch)?;
            }
            batch.accounts.push(AccountChange {
                expected_version: opening.seq,
                record: AccountRecord {
                    id,
                    account: buyer.account,
                    head: buyer.head,
                    counters: buyer.counters,
                },
            });
            batch.players.push(PlayerChange {
                player: player.player.id,
                expected_xp: player.player.xp,
                xp_gained: buyer.xp,
                expected_award_seq: player.player.awards.seq,
                awards: player.player.awards,
                bonus_day: None,
                progress: None,
            });
            players.push(player);
        }
        Ok((players, Arc::new(batch)))
    }

    /// The game of a player.
    fn game(&self, number: u32) -> anyhow::Result<&GameRecord> {
        let place = usize::try_from(number)? % self.games.len().max(1);
        self.games.get(place).context("there is no game")
    }

    fn player(&self, number: u32) -> anyhow::Result<NewPlayer> {
        let game = self.game(number)?;
        let first = self.moments.first().context("nothing was ever traded")?;
        let created_at = first.at.plus_seconds(-3_600 - i64::from(number % 86_400));
        let id = self.population.id(number);
        Ok(NewPlayer {
            player: PlayerRecord {
                id,
                handle: self.population.handle(number),
                email: None,
                password_hash: None,
                region: None,
                locale: "en".to_owned(),
                base_currency: "USD".to_owned(),
                xp: 0,
                awards: AwardHead::before_first(id),
                bonus_day: None,
                progress: PlayerProgress::default(),
                created_at,
            },
            game: game.id,
            starting_cash: game.rules.starting_cash,
            session: SessionRecord {
                player: id,
                id: self.population.session(number),
                token_hash: self.population.token_hash(number),
                device: "load run".to_owned(),
                created_at,
                // Once an hour a session is written as used. A run lasts seconds, and would find
                // every session due for it: far more than there ever are.
                last_seen_at: created_at.plus_seconds(SESSION_SECONDS),
                expires_at: created_at.plus_seconds(SESSION_SECONDS),
            },
        })
    }

    fn buy(&self, buyer: &mut Buyer, place: u32, batch: &mut Batch) -> anyhow::Result<()> {
        let game = self.game(buyer.number)?;
        let bits = self.population.random(buyer.number, 16 + u64::from(place));
        let instrument = self
            .population
            .instrument(buyer.number, place, self.listed.len());
        let listed = self.listed.get(instrument).context("nothing is listed")?;
        let (at, price) = self.moment(place, instrument, bits)?;
        let size = Size::Amount(self.amount(game, bits));
        let key = format!("begin-{place:04}").parse()?;
        let order = Order::new(key, listed.symbol, Side::Buy, size, None, None)?;
        let quote = Quote {
            symbol: listed.symbol,
            price,
            at,
            stale: false,
            previous_close: None,
            foreign: None,
            halted_until: None,
        };
        let situation = Situation {
            account: &buyer.account,
            position: &Position::default(),
            xp: buyer.xp,
            quote: Some(&quote),
            category: None,
            game: &game.rules,
            xp_rules: &self.xp_rules,
            traded: buyer.traded,
            now: at,
        };
        let execution = execute(&order, situation)
            .map_err(|rejection| anyhow!("a purchase was refused: {rejection:?}"))?;
        let entry = buyer.head.executed(&execution, listed.id, &order, None);
        buyer.head = entry.head();
        buyer.counters.record_fact(&entry.fact, entry.at, None);
        buyer.account = execution.account;
        buyer.xp = execution.xp;
        buyer.traded = buyer.traded.after_trade(at.day(), execution.fill.xp);
        batch.answers.push((buyer.id, answered(&order, &execution)));
        batch.entries.push((buyer.id, entry));
        let position = PositionRecord {
            instrument: listed.id,
            position: execution.position,
        };
        batch.positions.push((buyer.id, position));
        Ok(())
    }

    /// When the purchase of a place was, later for each, and what the instrument cost then.
    fn moment(
        &self,
        place: u32,
        instrument: usize,
        bits: u64,
    ) -> anyhow::Result<(Timestamp, Price)> {
        let places = usize::try_from(self.population.positions)?;
        let number = usize::try_from(place)? * self.moments.len() / places.max(1);
        let moment = self
            .moments
            .get(number)
            .context("nothing was ever traded")?;
        let price = moment.prices.get(instrument).context("it had no price")?;
        let micros = moment.at.micros() + i64::try_from(bits % 3_600_000_000)?;
        Ok((Timestamp::from_micros(micros), *price))
    }

    /// Between half and the whole of what is to be spent on one position.
    fn amount(&self, game: &GameRecord, bits: u64) -> Money {
        let cash = game.rules.starting_cash.units();
        let most = cash / 100 * SPENT_PERCENT / i64::from(self.population.positions.max(1));
        let half = (most / 2).max(1);
        let more = i64::try_from(bits >> 33).unwrap_or(0) % half;
        Money::from_units(half + more)
    }
}

fn answered(order: &Order, execution: &Execution) -> AnsweredOrder {
    AnsweredOrder {
        fingerprint: fingerprint(order),
        view: OrderView {
            fill: Some(execution.fill),
            cash_after: Some(execution.account.cash),
            position_after: Some(PositionView::from(&execution.position)),
            xp_after: Some(execution.xp),
            ..OrderView::unfilled(order, OrderStatus::Filled, execution.fill.at)
        },
    }
}

#[cfg(test)]
mod tests {
    use domain::{GameId, GameRules, Replay};

    use super::*;

    #[test]
    fn every_account_is_what_its_ledger_says() {
        let symbols = ["AAA", "BBB", "CCC", "DDD", "EEE"];
        let listed: Vec<Listed> = (1..)
            .zip(symbols)
            .map(|(id, symbol)| Listed {
                id: InstrumentId(id),
                symbol: symbol.parse().unwrap(),
            })
            .collect();
        let moments = (0..4).map(|day| Moment {
            at: Timestamp::from_seconds(1_795_262_400 + day * 86_400),
            prices: vec![Price::from_whole(90); 5],
        });
        let game = |id| GameRecord {
            id: GameId(id),
            slug: format!("game-{id}"),
            name: "A game".into(),
            rules: GameRules::open_league(),
            market: domain::MarketId(1),
        };
        let maker = Maker {
            population: Population {
                players: 20,
                positions: 4,
                seed: 1,
            },
            games: (1..=3).map(game).collect(),
            xp_rules: XpRules::default(),
            listed,
            moments: moments.collect(),
        };
        let (players, batch) = maker.make(0..20).unwrap();
        assert_eq!((players.len(), batch.accounts.len()), (20, 20));
        let games: Vec<i64> = players.iter().map(|new| new.game.0).collect();
        assert_eq!(games[..4], [1, 2, 3, 1]);
        let changes = batch.accounts.iter().zip(&batch.players);
        for (new, (change, gain)) in players.iter().zip(changes) {
            let id = change.record.id;
            let mut replay = Replay::new(id);
            let opening =
                LedgerHead::before_first(id).opened(new.starting_cash, new.player.created_at);
            replay.apply(&opening).unwrap();
            assert_eq!(change.expected_version, replay.head.version);
            for (_, entry) in batch.entries.iter().filter(|(of, _)| *of == id) {
                replay.apply(entry).unwrap();
            }
            assert_eq!(replay.account, change.record.account);
            assert_eq!(replay.head, change.record.head);
            assert_eq!(replay.xp, gain.xp_gained);
            let held = batch.positions.iter().filter(|(of, _)| *of == id);
            let held = held.map(|(_, one)| (one.instrument, one.position.clone()));
            assert_eq!(
                held.collect::<std::collections::BTreeMap<_, _>>(),
                replay.positions
            );
            assert_eq!(replay.positions.len(), 4);
            assert!(replay.account.cash >= Money::from_whole(4_000));
        }
    }
}

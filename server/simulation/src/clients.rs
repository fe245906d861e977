//! Clients: they order, ask again when they hear nothing, sometimes at both servers at once, repeat
//! old orders, and cancel what rests.

use std::time::Duration;

use anyhow::{bail, ensure};
use domain::api::{OrderStatus, OrderView};
use domain::{
    AccountId, AwardCause, Day, LotChoice, Money, Order, Post, Posting, Price, Quantity, Side,
    Size, Terms, Trigger,
};
use server::engine::{AwardRequest, EngineError};

use crate::servers::Servers;
use crate::{Chance, SimulatedMarket};

/// Times that a client asks before it says that there is no answer.
const TRIES_MAX: u32 = 2_000;
/// Milliseconds between two orders, at most.
const PAUSE_MS: u64 = 60;

pub(crate) struct Client {
    name: String,
    account: AccountId,
    servers: Servers,
    chance: Chance,
    /// Its orders, with the first answer of each.
    answered: Vec<(AccountId, Order, OrderView)>,
}

impl Client {
    pub(crate) fn new(name: String, account: AccountId, servers: Servers, chance: Chance) -> Self {
        Self {
            name,
            account,
            servers,
            chance,
            answered: Vec::new(),
        }
    }

    /// Orders so many times; what it was told.
    pub(crate) async fn play(
        mut self,
        orders: u32,
    ) -> anyhow::Result<Vec<(AccountId, Order, OrderView)>> {
        for number in 0..orders {
            self.chance.linger(PAUSE_MS).await;
            let order = self.some_order(number)?;
            let view = self.insist(&order).await?;
            self.answered.push((self.account, order, view));
            if self.chance.happens(20) {
                self.repeat_one().await?;
            }
            if self.chance.happens(10) {
                self.cancel_one().await?;
            }
            if self.chance.happens(10) {
                self.post_and_award(number).await;
            }
        }
        Ok(self.answered)
    }

    fn some_order(&self, number: u32) -> anyhow::Result<Order> {
        let chance = &self.chance;
        let symbol = SimulatedMarket::symbol(chance.below(3));
        let usual = SimulatedMarket::usual_price(symbol);
        let side = if chance.happens(60) {
            Side::Buy
        } else {
            Side::Sell
        };
        let whole = |below| i32::try_from(chance.below(below)).unwrap_or_default();
        let size = if side == Side::Buy && chance.happens(20) {
            Size::Amount(Money::from_whole(1 + whole(3_000)))
        } else {
            Size::Quantity(Quantity::from_whole(1 + whole(120)))
        };
        let key = format!("{}-order-{number:05}", self.name).parse()?;
        let order = Order::new(key, symbol, side, size, None, None)?;
        if side == Side::Sell && chance.happens(20) {
            return Ok(order.from_lots(LotChoice::HighestCost)?);
        }
        if !chance.happens(35) {
            return Ok(order);
        }
        let percent = 80 + i64::from(whole(41));
        let price = Price::from_units(Price::from_whole(usual).units() * percent / 100);
        let trigger = if chance.happens(60) {
            Trigger::Limit(price)
        } else {
            Trigger::Stop(price)
        };
        let life = i64::from(whole(30));
        let noon = crate::clock::noon();
        let expires_at = chance.happens(40).then(|| noon.plus_seconds(life));
        Ok(order.on_terms(Terms {
            trigger,
            expires_at,
        })?)
    }

    /// Asks until there is an answer, now and then at both servers at once.
    async fn insist(&self, order: &Order) -> anyhow::Result<OrderView> {
        for _ in 0..TRIES_MAX {
            let place = self.chance.below(2);
            let answer = if self.chance.happens(10) {
                let both = tokio::join!(
                    self.servers.submit(place, self.account, order),
                    self.servers.submit(place + 1, self.account, order)
                );
                if let (Ok(one), Ok(other)) = &both {
                    ensure!(is_one_story(one, other), "{one:?} and {other:?}");
                }
                both.0.or(both.1)
            } else {
                self.servers.submit(place, self.account, order).await
            };
            match answer {
                Ok(view) => return Ok(view),
                Err(EngineError::Store(_) | EngineError::Full | EngineError::Closing) => {}
                Err(error) => bail!("{error} is no answer to {order:?}"),
            }
            if let Some(violation) = self.servers.world().violation() {
                bail!("{violation}");
            }
            tokio::time::sleep(Duration::from_millis(1 + self.chance.below(20))).await;
        }
        bail!("{order:?} was never answered")
    }

    /// An order of before has the answer of before, or what has become of it since.
    async fn repeat_one(&self) -> anyhow::Result<()> {
        let place = self.chance.below(self.answered.len() as u64);
        let place = usize::try_from(place).unwrap_or_default();
        let Some((_, order, first)) = self.answered.get(place) else {
            return Ok(());
        };
        let again = self.insist(order).await?;
        ensure!(is_one_story(first, &again), "{first:?} and later {again:?}");
        Ok(())
    }

    /// As jobs do: all clients of a player try the same, and it happens once.
    async fn post_and_award(&self, number: u32) {
        let server = self.chance.below(2);
        let day = Day::from_number(i32::try_from(number).unwrap_or_default());
        let Ok(key) = format!("interest-{number:05}").parse() else {
            return;
        };
        let posting = Posting::Interest {
            cash: Money::from_units(125),
            until: day,
        };
        let award = AwardRequest {
            xp: 50,
            cause: AwardCause::DailyBonus { day, streak: 1 },
        };
        // Whatever became of them, the world checks that each is there at most once.
        let post = Post { key, posting };
        tokio::join!(
            self.servers.post(server, self.account, post),
            self.servers.award(server + 1, self.account, award)
        );
    }

    async fn cancel_one(&self) -> anyhow::Result<()> {
        let resting = self.servers.world().resting(self.account);
        let place = usize::try_from(self.chance.below(resting.len() as u64)).unwrap_or_default();
        let Some(record) = resting.get(place) else {
            return Ok(());
        };
        let server = self.chance.below(2);
        match self.servers.cancel(server, record.clone()).await {
            Ok(view) => ensure!(
                view.status != OrderStatus::Resting,
                "{view:?} was cancelled"
            ),
            Err(EngineError::Store(_) | EngineError::Full | EngineError::Closing) => {}
            Err(error) => bail!("{error} is no answer to the end of {record:?}"),
        }
        Ok(())
    }
}

/// Whether two answers to one order can both be true: they are equal, or one is from when it rested.
fn is_one_story(one: &OrderView, other: &OrderView) -> bool {
    one == other || one.status == OrderStatus::Resting || other.status == OrderStatus::Resting
}

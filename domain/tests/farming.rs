//! Farming does not pay: for thirty days, bots of every kind earn less than one careful player.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may stop at what cannot happen"
)]

use std::collections::{BTreeMap, BTreeSet};

use domain::progress::{
    Achievements, Close, Counters, Happening, Purchase, QuestDay, Quests, Sale, Streak, evaluate,
    local_day,
};
use domain::{
    Account, Day, GameRules, LevelRules, Money, Order, PlayerId, Position, Quote, Side, Situation,
    Size, Timestamp, TradingDay, Xp, XpRules, execute,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

const DAYS: i32 = 30;
/// 2026-11-02T12:00:00Z.
const START: i64 = 1_793_620_800;
const COMPANIES: usize = 40;
const SECTORS: usize = 8;
const GOOD_REASON: &str = "Their new factory opens next month.";
const FILLER: &str = "aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa aaaaaaaaaa";

/// One player with accounts in two games. Every price is 100 for ever: nobody gains by trading.
struct Player {
    rules: XpRules,
    game: GameRules,
    accounts: [Account; 2],
    positions: BTreeMap<(usize, usize), Position>,
    read: BTreeSet<usize>,
    counters: Counters,
    unlocked: BTreeSet<String>,
    repeats: BTreeMap<String, u32>,
    traded: TradingDay,
    streak: Streak,
    quest: Option<QuestDay>,
    orders: u32,
    now: Timestamp,
    xp: Xp,
}

impl Player {
    fn new() -> Self {
        let game = GameRules::open_league();
        Self {
            accounts: [Account::opened_with(game.starting_cash); 2],
            game,
            rules: XpRules::default(),
            positions: BTreeMap::new(),
            read: BTreeSet::new(),
            counters: Counters::default(),
            unlocked: BTreeSet::new(),
            repeats: BTreeMap::new(),
            traded: TradingDay::default(),
            streak: Streak::default(),
            quest: None,
            orders: 0,
            now: Timestamp::from_seconds(START),
            xp: 0,
        }
    }

    fn today(&self) -> Day {
        local_day(self.now, 0)
    }

    /// Everybody comes every day, and only what is done then differs.
    fn comes(&mut self, number: i32) {
        self.now = Timestamp::from_seconds(START + i64::from(number) * 86_400);
        let day = self.today();
        self.quest = QuestDay::begin(Quests::standard(), PlayerId(7), day, &self.counters);
        self.streak = self.streak.visited(day).streak;
        self.xp += self.rules.daily_bonus;
        self.meets(Happening::DayVisited {
            streak: self.streak.days,
            freezes_spent: 0,
            days_since_last: 1,
        });
    }

    fn meets(&mut self, happening: Happening) {
        let day = self.today();
        let mut happenings = vec![happening];
        if let Some(quest) = &self.quest {
            let (after, xp) = quest.after(Quests::standard(), day, happening);
            if xp > 0 {
                happenings.push(Happening::QuestDone);
            }
            self.xp += xp;
            self.quest = Some(after);
        }
        for happening in happenings {
            let after = self.counters.after(happening);
            let achievements = Achievements::standard();
            let evaluation = evaluate(
                achievements,
                LevelRules::default(),
                &self.counters,
                after,
                self.xp,
                |each| {
                    let id = each.id.as_str();
                    self.repeats.get(id).copied().unwrap_or(0)
                },
            );
            for unlock in &evaluation.unlocks {
                let id = unlock.definition.id.to_string();
                *self.repeats.entry(id.clone()).or_default() += unlock.times;
                self.unlocked.insert(id);
            }
            (self.counters, self.xp) = (evaluation.counters, evaluation.xp);
        }
    }

    fn net_worth(&self, account: usize) -> Money {
        let held = self
            .positions
            .iter()
            .filter(|((whose, _), _)| *whose == account);
        held.fold(self.accounts[account].cash, |sum, (_, position)| {
            sum.checked_add(position.cost_basis).expect("small amounts")
        })
    }

    /// Trades as the engine would, so many seconds after the trade before.
    fn trades(
        &mut self,
        (account, company): (usize, usize),
        side: Side,
        amount: i32,
        reason: Option<&str>,
        seconds: i64,
    ) {
        self.now = self.now.plus_seconds(seconds);
        self.orders += 1;
        let symbol = format!("C{company}").parse().expect("a symbol");
        let key = format!("order-{:08}", self.orders).parse().expect("a key");
        let size = Size::Amount(Money::from_whole(amount));
        let order = Order::new(key, symbol, side, size, None, reason).expect("an order");
        let position = self.positions.get(&(account, company)).cloned();
        let position = position.unwrap_or_default();
        let quote = Quote {
            symbol,
            price: "100".parse().expect("a price"),
            at: self.now,
            stale: false,
            previous_close: None,
            foreign: None,
            halted_until: None,
        };
        let done = execute(
            &order,
            Situation {
                account: &self.accounts[account],
                position: &position,
                xp: self.xp,
                quote: Some(&quote),
                category: None,
                game: &self.game,
                xp_rules: &self.rules,
                traded: self.traded,
                now: self.now,
            },
        );
        let Ok(done) = done else {
            return;
        };
        self.xp = done.xp;
        self.traded = self.traded.after_trade(self.now.day(), done.fill.xp);
        self.accounts[account] = done.account;
        self.positions.insert((account, company), done.position);
        let counts = done.marks.counts;
        let has_reason = done.marks.is_reasoned;
        if side == Side::Buy && counts && self.read.contains(&company) {
            self.meets(Happening::BoughtAfterReading);
        }
        self.meets(match side {
            Side::Buy => Happening::Bought(Purchase {
                counts,
                sector: u8::try_from(company % SECTORS).ok(),
                is_new_instrument: position.traded_on.is_none(),
                has_reason,
                minute_of_day: 720,
                ..Purchase::default()
            }),
            Side::Sell => Happening::Sold(Sale {
                counts,
                profit: done.fill.realized_profit,
                has_reason,
                minute_of_day: 720,
                ..Sale::default()
            }),
        });
    }

    fn reads(&mut self, company: usize) {
        let is_first = self.read.insert(company);
        let is_held = self.positions.contains_key(&(0, company));
        self.meets(Happening::InstrumentRead { is_first, is_held });
    }

    fn closes(&mut self, number: i32) {
        let held: Vec<(usize, Money)> = self
            .positions
            .iter()
            .filter(|((account, _), position)| *account == 0 && position.quantity.is_positive())
            .map(|((_, company), position)| (*company, position.cost_basis))
            .collect();
        let net_worth = self.net_worth(0).units();
        let share =
            |part: Money| u32::try_from(part.units() * 10_000 / net_worth).expect("a share");
        let sectors: BTreeSet<usize> = held.iter().map(|(company, _)| company % SECTORS).collect();
        let count = |number: usize| u32::try_from(number).expect("few");
        self.meets(Happening::Closed(Close {
            instruments_held: count(held.len()),
            sectors_held: count(sectors.len()),
            largest_share_bps: held.iter().map(|(_, cost)| share(*cost)).max().unwrap_or(0),
            cash_share_bps: share(self.accounts[0].cash),
            longest_holding_days: if held.is_empty() {
                0
            } else {
                number.unsigned_abs()
            },
            ..Close::default()
        }));
    }
}

/// Thirty days of play.
fn played(mut each_day: impl FnMut(&mut Player, i32)) -> Player {
    let mut player = Player::new();
    for number in 0..DAYS {
        player.comes(number);
        each_day(&mut player, number);
        player.closes(number);
    }
    player
}

/// Reads a page and two terms a day, buys a company every third day after reading about it, for a
/// small part of the account and with a reason, and looks back once a week.
fn careful() -> Player {
    played(|player, number| {
        let company = usize::try_from(number).expect("a day");
        player.reads(company);
        if number < 10 {
            player.meets(Happening::TermOpened);
            player.meets(Happening::TermOpened);
        }
        if number % 3 == 0 {
            player.trades((0, company), Side::Buy, 900, Some(GOOD_REASON), 60);
        }
        if number > 0 && number % 7 == 0 {
            player.meets(Happening::LetterRead);
            player.meets(Happening::WhatIfRun);
            player.xp += player.rules.review_bonus;
            player.meets(Happening::ReasonReviewed);
        }
    })
}

fn churn(player: &mut Player, account: usize) {
    for _ in 0..50 {
        player.trades((account, 0), Side::Buy, 500, None, 60);
        player.trades((account, 0), Side::Sell, 500, None, 120);
    }
}

fn bots() -> Vec<(&'static str, Player)> {
    let each_company = |player: &mut Player, amount, reason| {
        for company in 0..COMPANIES {
            player.trades((0, company), Side::Buy, amount, reason, 30);
        }
    };
    vec![
        ("churn", played(|player, _| churn(player, 0))),
        (
            "churn over all companies",
            played(|player, _| {
                for company in 0..COMPANIES {
                    player.trades((0, company), Side::Buy, 200, None, 30);
                }
                player.now = player.now.plus_seconds(3_600);
                for company in 0..COMPANIES {
                    player.trades((0, company), Side::Sell, 200, None, 30);
                }
            }),
        ),
        (
            "wash",
            played(|player, number| {
                for company in 0..10 {
                    if number > 0 {
                        player.trades((0, company), Side::Sell, 500, None, 5);
                    }
                    player.trades((0, company), Side::Buy, 500, None, 5);
                }
            }),
        ),
        (
            "round trips",
            played(|player, _| {
                for turn in 0..100 {
                    player.trades((0, turn % COMPANIES), Side::Buy, 500, None, 30);
                    player.trades((0, turn % COMPANIES), Side::Sell, 500, None, 30);
                }
            }),
        ),
        (
            "split orders",
            played(|player, number| {
                let side = if number % 2 == 0 {
                    Side::Buy
                } else {
                    Side::Sell
                };
                for _ in 0..100 {
                    player.trades((0, 0), side, 50, None, 30);
                }
            }),
        ),
        (
            "a dollar in each company, with letters",
            played(|player, _| each_company(player, 1, Some(FILLER))),
        ),
        (
            "empty reasons",
            played(|player, number| {
                each_company(player, 100, Some(FILLER));
                if number % 3 == 2 {
                    for company in 0..COMPANIES {
                        player.trades((0, company), Side::Sell, 300, Some(FILLER), 30);
                    }
                }
            }),
        ),
        (
            "two accounts",
            played(|player, _| {
                churn(player, 0);
                churn(player, 1);
            }),
        ),
    ]
}

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn every_bot_earns_less_than_one_careful_player() {
    let careful = careful();
    let bots = bots();
    let all: Vec<(&str, Xp, usize)> = bots
        .iter()
        .map(|(name, bot)| (*name, bot.xp, bot.unlocked.len()))
        .collect();
    for (name, bot) in &bots {
        assert!(bot.orders > 500, "{name} must have tried");
        let limit = careful.xp * 9 / 10;
        assert!(bot.xp < limit, "{name}; careful: {}, {all:?}", careful.xp);
    }
}

#[test]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn a_second_account_earns_a_player_nothing_more() {
    let one = played(|player, _| churn(player, 0));
    let two = played(|player, _| {
        churn(player, 0);
        churn(player, 1);
    });
    assert!(two.xp <= one.xp + 200, "{} and {}", two.xp, one.xp);
}

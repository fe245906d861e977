//! A member of a board: what the member holds, what that was worth when each period began, and the
//! scores that follow.

use std::fmt::{self, Write as _};

use domain::boards::{
    Measure, Period, STEADY_DAYS_MIN, net_worth_score, return_score, steady_hands_score,
};
use domain::{Money, Timestamp, Xp};

use super::closes::{Closes, Done};
use super::ladders::{LADDERS, Marks};
use super::leagues::League;
use super::prices::{Holding, Prices, net_worth};
use crate::store::Portfolio;

/// Where a player is at home: two letters of ISO 3166-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region([u8; 2]);

impl Region {
    /// The region of two capital letters; none for any other text.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        letters
            .iter()
            .all(u8::is_ascii_uppercase)
            .then_some(Self(letters))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|letter| f.write_char(char::from(*letter)))
    }
}

/// What a member had when a period began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Opening {
    /// Cash and positions. For [`Period::All`] the cash that the account started with.
    pub net_worth: Money,
    /// The player's XP.
    pub xp: Xp,
}

/// What is known of a player who comes onto a board.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    /// Where the player is at home.
    pub region: Option<Region>,
    /// The player does not want to be listed.
    pub hidden: bool,
    /// When the player came to the game server.
    pub created_at: Timestamp,
    /// What was stored when periods began, in the order of [`Period::EVERY`].
    pub openings: [Option<Opening>; 4],
    /// What was stored of closes.
    pub closes: Option<Closes>,
    /// The league of the present week.
    pub league: Option<League>,
}

/// What is stored of a member when a period begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// What the member had.
    pub opening: Opening,
    /// The closes until then.
    pub closes: Closes,
    /// The league of the present week.
    pub league: Option<League>,
}

/// A member's scores in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scores {
    /// Cash and positions now.
    pub net_worth: Money,
    /// Cash and positions when the period began.
    pub opened_with: Money,
    /// [`return_score`] since the period began.
    pub return_ppm: i64,
    /// XP earned since the period began.
    pub xp: Xp,
}

#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) cash: Money,
    pub(super) holdings: Box<[Holding]>,
    pub(super) net_worth: Money,
    pub(super) xp: Xp,
    pub(super) done: Done,
    pub(super) region: Option<Region>,
    pub(super) hidden: bool,
    /// In the order of [`Period::EVERY`].
    pub(super) openings: [Opening; 4],
    pub(super) closes: Closes,
    pub(super) league: Option<League>,
    /// Ranks when the day began, in the order of [`LADDERS`]; 0 for none.
    pub(super) earlier: [u32; LADDERS.len()],
}

impl Member {
    /// A member who comes now. `starts` says when each period began.
    pub(super) fn arrived(
        arrival: &Arrival,
        starting_cash: Money,
        xp: Xp,
        starts: &[Timestamp; 4],
    ) -> Self {
        let paid_in = arrival.openings[0].map_or(starting_cash, |opening| opening.net_worth);
        let mut openings = [Opening::default(); 4];
        for (place, opening) in openings.iter_mut().enumerate() {
            let is_older = starts
                .get(place)
                .is_some_and(|start| arrival.created_at < *start);
            // XP from before the first trade here belongs to the period only if the player does.
            let newcomer = Opening {
                net_worth: paid_in,
                xp: if is_older { xp } else { 0 },
            };
            let stored = arrival.openings.get(place).copied().flatten();
            *opening = stored.unwrap_or(newcomer);
        }
        let closes = Closes {
            peak: paid_in,
            ..Closes::default()
        };
        Self {
            cash: Money::ZERO,
            holdings: Box::default(),
            net_worth: Money::ZERO,
            xp,
            done: Done::default(),
            region: arrival.region,
            hidden: arrival.hidden,
            openings,
            closes: arrival.closes.unwrap_or(closes),
            league: arrival.league,
            earlier: [0; LADDERS.len()],
        }
    }

    /// Notes what the member has now.
    pub(super) fn hold(&mut self, portfolio: &Portfolio, prices: &Prices) {
        let record = &portfolio.account.record;
        self.cash = record.account.cash;
        self.holdings = portfolio.positions.iter().map(Holding::of).collect();
        self.net_worth = net_worth(self.cash, &self.holdings, prices);
        self.xp = portfolio.account.xp;
        self.done = Done::of(&record.counters);
    }

    /// Whether the database has other cash, holdings or XP.
    pub(super) fn differs(&self, portfolio: &Portfolio) -> bool {
        let holdings = portfolio.positions.iter().map(Holding::of);
        self.cash != portfolio.account.record.account.cash
            || self.xp != portfolio.account.xp
            || !holdings.eq(self.holdings.iter().copied())
    }

    /// The scores of a period.
    pub(super) fn scores(&self, period: Period) -> Scores {
        Scores {
            net_worth: self.net_worth,
            opened_with: self.opening(period).net_worth,
            return_ppm: self.return_ppm(period, self.net_worth),
            xp: self.earned(period, self.xp),
        }
    }

    /// The process score.
    pub(super) fn process(&self) -> Option<u32> {
        self.closes.process(self.done)
    }

    /// The marks now.
    pub(super) fn marks(&self) -> Marks {
        self.marks_at(self.net_worth, self.xp)
    }

    /// The marks that another net worth and other XP make.
    pub(super) fn marks_at(&self, net_worth: Money, xp: Xp) -> Marks {
        LADDERS.map(|ladder| self.mark_at(ladder, net_worth, xp))
    }

    /// The mark on one of the [`LADDERS`].
    pub(super) fn mark_at(
        &self,
        (period, measure): (Period, Measure),
        net_worth: Money,
        xp: Xp,
    ) -> Option<i64> {
        match measure {
            Measure::NetWorth => Some(net_worth_score(net_worth)),
            Measure::Return => Some(self.return_ppm(period, net_worth)),
            Measure::Xp => Some(self.earned(period, xp)),
            Measure::SteadyHands => {
                let days = self.closes.days;
                if days < STEADY_DAYS_MIN {
                    return None;
                }
                let worst_ppm = self.closes.with(net_worth).worst_ppm;
                let gained = self.return_ppm(Period::All, net_worth);
                steady_hands_score(gained, worst_ppm, days)
            }
            Measure::Process => self.process().map(i64::from),
        }
    }

    /// Whether the member has come since the day began, and so had no rank before.
    pub(super) fn is_new(&self) -> bool {
        self.closes.days == 0
    }

    /// Begins a period with what the member has now.
    pub(super) fn open(&mut self, period: Period, prices: &Prices) {
        if period == Period::Day {
            let (holdings, done) = (&self.holdings, self.done);
            self.closes = self.closes.close(self.net_worth, holdings, done, prices);
        }
        let opening = Opening {
            net_worth: self.net_worth,
            xp: self.xp,
        };
        if let Some(place) = self.openings.get_mut(place_of(period)) {
            *place = opening;
        }
    }

    /// What is stored of the member for a period.
    pub(super) fn kept(&self, period: Period) -> Kept {
        Kept {
            opening: self.opening(period),
            closes: self.closes,
            league: self.league,
        }
    }

    pub(super) fn opening(&self, period: Period) -> Opening {
        self.openings
            .get(place_of(period))
            .copied()
            .unwrap_or_default()
    }

    /// XP since a period began; of all time all of it, what other games brought included.
    fn earned(&self, period: Period, xp: Xp) -> Xp {
        match period {
            Period::All => xp,
            Period::Season | Period::Week | Period::Day => {
                xp.saturating_sub(self.opening(period).xp)
            }
        }
    }

    fn return_ppm(&self, period: Period, net_worth: Money) -> i64 {
        // A game without starting cash has no return: all are equal by it.
        return_score(self.opening(period).net_worth, net_worth).unwrap_or(0)
    }
}

/// Where in [`Period::EVERY`] a period is.
pub(super) fn place_of(period: Period) -> usize {
    match period {
        Period::All => 0,
        Period::Season => 1,
        Period::Week => 2,
        Period::Day => 3,
    }
}

//! The simulated market: prices of invented instruments at any second, derived from a seed alone.
//!
//! [`Simulation`] answers every question about a market without stepping through it: the price at a
//! step, all quotes, the index, the candles of a day, the news. It has no mutable state and uses
//! integers only, so that the server, a page in WebAssembly and a test ten years later agree to the
//! last digit.
//!
//! # The model
//!
//! The logarithm of a price is the sum of
//! - a drift: the expected growth less half the variance (geometric Brownian motion: Osborne
//!   1959, Samuelson 1965),
//! - a path that the whole market follows, and one that its sector follows, each by the share
//!   that its [`Temper`] states (Sharpe's index model, 1963), so that prices of one sector move
//!   together and all prices a little,
//! - a path of its own,
//! - jumps of market, sector and its own, each with a headline (Merton's jump diffusion, 1976),
//! - a jump at each report of what the company earned, four times a year on days known beforehand,
//! - for an instrument that trades in another currency, the path of its exchange rate.
//!
//! A path is a tree of Brownian bridges (Lévy's construction, 1948) from 179 years down to one
//! second; each node draws from a hash of the seed, the path's name and the second, so any
//! second is 34 steps away. Calm and stormy times come from sharing the variance unevenly
//! between the halves of an interval (a multifractal cascade: Mandelbrot, Fisher, Calvet 1997).
//!
//! A price moves freely between a twentieth and twenty times its start. Beyond that it bends
//! towards a four-hundredth and four hundred times, so that it neither explodes nor vanishes over a
//! century. It is quoted in hundredths, below 1.00 in ten-thousandths, and never below 0.01.
//!
//! # Time
//!
//! A step is a second of market time, counted like Unix time; days are UTC days and the market
//! never closes. How fast market time passes is up to the caller.

mod basket;
mod calendar;
mod candle;
mod catalogue;
mod character;
mod comings;
mod currency;
mod debut;
mod departure;
mod earnings;
mod fixed;
mod halt;
mod headline;
mod jump;
mod mover;
mod news;
mod noise;
mod path;
mod payout;
mod simulation;

pub use calendar::{
    CANDLE_SAMPLE_STEPS, DEFAULT_ORIGIN, DEFAULT_SEED, LAST_STEP, STEPS_PER_DAY, day_of, disguised,
    first_step, last_step,
};
pub use candle::DayCandle;
pub use catalogue::{CatalogueError, catalogue, newcomers, read_catalogue};
pub use character::{CALM, Character, LIVELY, STEADY, Temper, Tracks, WILD};
pub use comings::{COMING_DAYS, Coming, coming};
pub use debut::Debut;
pub use departure::{Departure, LEAVING_DAYS, Leaving, NOTICE_DAYS, leaving_day};
pub use earnings::{Report, ReportOutcome};
pub use news::{Direction, NewsEvent, Subject};
pub use simulation::Simulation;

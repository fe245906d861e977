//! The instruments of the simulated market, all invented.

mod energy;
mod entertainment;
mod food;
mod funds;
mod health;
mod home;
mod industry;
mod technology;
mod travel;

use std::sync::LazyLock;

use super::character::Character;

static ALL: LazyLock<Vec<Character>> = LazyLock::new(|| {
    let sectors: [&[Character]; 9] = [
        &food::COMPANIES,
        &technology::COMPANIES,
        &energy::COMPANIES,
        &health::COMPANIES,
        &travel::COMPANIES,
        &entertainment::COMPANIES,
        &home::COMPANIES,
        &industry::COMPANIES,
        &funds::FUNDS,
    ];
    sectors.concat()
});

/// All instruments: forty companies of eight sectors and four funds.
///
/// Symbols are five letters, or begin with `TQ.` for funds; none is changed once it has been
/// published, because prices are derived from it. New ones may be added: they leave the prices
/// of all other companies as they were.
#[must_use]
pub fn catalogue() -> &'static [Character] {
    &ALL
}

//! A host's limits on what may be bought and when it may be sold, and what lots can give.

use crate::{ChosenLot, LotChoice, Money, Position, Price, Rejection, Situation, Symbol};

/// Whether the game allows buying in the instrument's category.
pub(crate) fn check_category(symbol: Symbol, situation: Situation<'_>) -> Result<(), Rejection> {
    let Situation { game, category, .. } = situation;
    if game.allows_category(category.unwrap_or_default()) {
        return Ok(());
    }
    Err(Rejection::CategoryNotAllowed { symbol })
}

/// Whether the game allows a purchase at this price that costs so much, fee included.
pub(super) fn check_purchase(
    symbol: Symbol,
    price: Price,
    cost: Money,
    situation: Situation<'_>,
) -> Result<(), Rejection> {
    check_category(symbol, situation)?;
    let Situation {
        game,
        account,
        position,
        ..
    } = situation;
    if let Some(price_min) = game.price_min.filter(|minimum| price < *minimum) {
        return Err(Rejection::PriceBelowMinimum { price, price_min });
    }
    let Some(maximum) = game.position_max(account.realized_profit, account.cash) else {
        return Ok(());
    };
    match position.cost_basis.checked_add(cost) {
        Some(position) if position <= maximum => Ok(()),
        after => Err(Rejection::PositionTooLarge {
            position: after.unwrap_or(maximum),
            maximum,
        }),
    }
}

/// Whether the latest purchase is old enough for a sale.
pub(super) fn check_sale(situation: Situation<'_>) -> Result<(), Rejection> {
    let Situation {
        game,
        position,
        now,
        ..
    } = situation;
    let Some(bought_at) = position.last_bought_at.filter(|_| game.hold_seconds > 0) else {
        return Ok(());
    };
    let sellable_at = bought_at.plus_seconds(i64::from(game.hold_seconds));
    if now < sellable_at {
        return Err(Rejection::HeldTooShort { sellable_at });
    }
    Ok(())
}

/// Whether a position has the lots that a sale names, and whether they have as many shares.
pub(super) fn check_lots(choice: &LotChoice, position: &Position) -> Result<(), Rejection> {
    let LotChoice::Chosen(chosen) = choice else {
        return Ok(());
    };
    for ChosenLot {
        acquired_at,
        quantity: needed,
    } in chosen.iter().copied()
    {
        match position.shares_bought_at(acquired_at) {
            None => return Err(Rejection::UnknownLot { acquired_at }),
            Some(available) if needed > available => {
                return Err(Rejection::InsufficientLot {
                    acquired_at,
                    needed,
                    available,
                });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

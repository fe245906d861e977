//! The order ticket as a player uses it.

use anyhow::ensure;
use domain::{Side, Symbol};

use crate::page::Page;

/// What the ticket says that an order will do, or has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Cash after it.
    pub cash: String,
    /// Shares held after it.
    pub shares: String,
    /// XP earned.
    pub xp: String,
    /// Level after it.
    pub level: String,
}

impl Outcome {
    /// Whether what was done is what was predicted. What a trade unlocks may raise the level further.
    #[must_use]
    pub fn is_kept_by(&self, done: &Self) -> bool {
        (&self.cash, &self.shares, &self.xp) == (&done.cash, &done.shares, &done.xp)
    }
}

/// Goes to an instrument and enters an order; what the ticket says that it will do.
///
/// # Errors
/// When the ticket does not come to say anything.
pub async fn enter(
    page: &Page,
    symbol: Symbol,
    side: Side,
    shares: &str,
) -> anyhow::Result<Outcome> {
    page.visit(&format!("/instruments/{symbol}")).await?;
    page.click(&format!(".ticket label[data-value={}]", side.as_str()))
        .await?;
    page.fill("[data-testid=ticket-size]", shares).await?;
    preview(page).await
}

/// What the ticket says that the order in its fields will do.
///
/// # Errors
/// When it does not say.
pub async fn preview(page: &Page) -> anyhow::Result<Outcome> {
    Ok(Outcome {
        cash: page.text("[data-testid=preview-cash-after]").await?,
        shares: page.text("[data-testid=preview-shares-after]").await?,
        xp: page
            .text("[data-testid=preview] [data-testid=preview-xp]")
            .await?,
        level: page
            .text("[data-testid=preview] [data-testid=preview-level]")
            .await?,
    })
}

/// Presses the button and waits for the receipt; what it says that was done.
///
/// # Errors
/// When there is no receipt.
pub async fn submit(page: &Page) -> anyhow::Result<Outcome> {
    page.click("[data-testid=ticket-submit]").await?;
    receipt(page).await
}

/// Waits for the receipt; what it says that was done.
///
/// # Errors
/// When there is none.
pub async fn receipt(page: &Page) -> anyhow::Result<Outcome> {
    page.shown("[data-testid=receipt]").await?;
    let shares = page.text("[data-testid=receipt-shares]").await?;
    Ok(Outcome {
        cash: page.text("[data-testid=receipt-cash]").await?,
        shares: shares
            .trim_end_matches(" shares")
            .trim_end_matches(" share")
            .to_owned(),
        xp: page
            .text("[data-testid=receipt] [data-testid=preview-xp]")
            .await?,
        level: page
            .text("[data-testid=receipt] [data-testid=preview-level]")
            .await?,
    })
}

/// Trades, and checks that what was predicted is what happened.
///
/// # Errors
/// When it is not, or nothing happened.
pub async fn trade(
    page: &Page,
    symbol: Symbol,
    side: Side,
    shares: &str,
) -> anyhow::Result<Outcome> {
    let predicted = enter(page, symbol, side, shares).await?;
    let done = submit(page).await?;
    ensure!(
        predicted.is_kept_by(&done),
        "predicted {predicted:?}, and it became {done:?}"
    );
    Ok(done)
}

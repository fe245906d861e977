//! One account that is traded in from many places at the same moment.

use anyhow::{Context as _, bail, ensure};
use domain::api::{ErrorCode, OrderRequest};
use domain::{IdempotencyKey, LotChoice, Money, Side, Size, Symbol};
use e2e::api::{CallError, Player};
use e2e::server::{GameServer, Setup};
use reqwest::Client;
use tokio::task::JoinSet;

use crate::trades::audit;
use crate::trades::plan::Answer;

/// Sends orders of one account all at once, more than its cash can pay, and checks that every one
/// of them was either filled or truly rejected, and that the sum is exact.
///
/// # Errors
/// When an order failed in any other way, or the account does not add up.
pub async fn run(orders: usize) -> anyhow::Result<()> {
    let mut server = GameServer::start(Setup::LIVELY).await?;
    let player = Player::guest(&Client::new(), &server.address()).await?;
    let symbols = player.symbols().await?;
    let mut sent = JoinSet::new();
    for number in 0..orders {
        let symbol = *symbols
            .get(number % symbols.len().max(1))
            .context("the market has no instruments")?;
        let (player, order) = (player.clone(), purchase(number, symbol)?);
        sent.spawn(async move { (player.place(&order).await, order) });
    }
    let (mut answers, mut filled) = (Vec::new(), 0);
    while let Some(answer) = sent.join_next().await {
        match answer? {
            (Ok(view), _) => {
                filled += 1;
                answers.push(Answer::Filled(Box::new(view)));
            }
            (Err(CallError::Refused(error)), order)
                if error.code == ErrorCode::InsufficientCash =>
            {
                answers.push(Answer::Rejected(order.idempotency_key, error.code));
            }
            (Err(error), order) => bail!("{}: {error}", order.idempotency_key),
        }
    }
    let rejected = orders - filled;
    ensure!(
        answers.len() == orders,
        "{} answers to {orders} orders",
        answers.len()
    );
    audit::check(&player, &answers).await?;
    let cash = player.summary().await?.cash;
    println!(
        "{orders} simultaneous orders of one account: {filled} filled, {rejected} rejected for want of cash, no other error"
    );
    println!("every answer is in the ledger once; cash left: ${cash}");
    println!("{}", server.stop_and_verify().await?);
    Ok(())
}

/// Each for 150 dollars: of the 10,000 that an account starts with, 66 can be paid.
fn purchase(number: usize, symbol: Symbol) -> anyhow::Result<OrderRequest> {
    let idempotency_key: IdempotencyKey = format!("hot-account-{number:06}").parse()?;
    let size = Size::Amount(Money::from_whole(150));
    Ok(OrderRequest {
        idempotency_key,
        symbol,
        side: Side::Buy,
        size,
        guard: None,
        reason: None,
        trigger: None,
        expires_at: None,
        lots: LotChoice::Oldest,
    })
}

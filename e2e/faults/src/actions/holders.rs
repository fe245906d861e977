//! The holders of the instrument: how they come to their shares, and what they have in the end.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use domain::api::{InstrumentDetail, OrderRequest};
use domain::{Currency, IdempotencyKey, LotChoice, Quantity, Side, Size, Symbol};
use e2e::api::{CallError, Player};
use reqwest::Client;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::world::World;

/// Holders that are made at once.
const AT_ONCE: usize = 32;
/// They have from one share to so many.
const SHARES_MAX: usize = 5;
/// Instruments that the others trade, with that of the holders.
const TRADED: usize = 8;
/// A purchase that is not filled after this long is a failure.
const GIVE_UP: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(200);

/// The instrument, and after it the others that are traded. Of itself it pays no dividend, and is too cheap for
/// a split.
///
/// # Errors
/// When there is no such instrument.
pub(super) async fn choose(player: &Player) -> anyhow::Result<Vec<Symbol>> {
    let symbols = player.symbols().await?;
    for chosen in &symbols {
        let detail: InstrumentDetail = player.get(&format!("instruments/{chosen}")).await?;
        if fits(&detail) {
            let others = symbols.iter().filter(|other| *other != chosen);
            let all = std::iter::once(chosen).chain(others);
            return Ok(all.take(TRADED).copied().collect());
        }
    }
    bail!("no instrument is cheap and pays no dividend")
}

fn fits(detail: &InstrumentDetail) -> bool {
    let figures = detail.figures.as_ref();
    let pays = figures.is_none_or(|figures| figures.dividend_percent.basis_points() != 0);
    let quote = detail.instrument.quote;
    let price = quote.map_or(0, |quote| quote.price.units());
    !pays
        && detail.leaving.is_none()
        && detail.instrument.currency == Currency::DOLLAR_CODE
        && (50_000..1_000_000).contains(&price)
}

/// Lets so many guests in, each of whom buys whole shares.
///
/// # Errors
/// When one is refused.
pub(super) async fn make(addresses: &[String], count: usize, symbol: Symbol) -> anyhow::Result<()> {
    let client = Client::builder().timeout(Duration::from_secs(15)).build()?;
    let mut makers = JoinSet::new();
    for maker in 0..AT_ONCE {
        let address = addresses.get(maker % addresses.len().max(1));
        let address = address.context("there is no server")?.clone();
        let client = client.clone();
        makers.spawn(async move {
            for number in (maker..count).step_by(AT_ONCE) {
                let holder = Player::guest(&client, &address).await?;
                buy(&holder, symbol, i32::try_from(number % SHARES_MAX + 1)?).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(made) = makers.join_next().await {
        made??;
    }
    Ok(())
}

/// Tries until the purchase is filled: after some news, trading is halted for a while.
async fn buy(holder: &Player, symbol: Symbol, shares: i32) -> anyhow::Result<()> {
    let begin = Instant::now();
    let mut rejected = 0;
    loop {
        match holder.place(&purchase(symbol, shares, rejected)?).await {
            Ok(_) => return Ok(()),
            // A rejected order stays rejected: the next one is another.
            Err(CallError::Refused(error))
                if error.rejection.is_some() && begin.elapsed() < GIVE_UP =>
            {
                rejected += 1;
            }
            Err(error) if error.may_pass() && begin.elapsed() < GIVE_UP => {}
            Err(error) => bail!("a holder cannot buy: {error}"),
        }
        sleep(PAUSE).await;
    }
}

fn purchase(symbol: Symbol, shares: i32, attempt: u32) -> anyhow::Result<OrderRequest> {
    let idempotency_key: IdempotencyKey = format!("holding-{attempt:06}").parse()?;
    Ok(OrderRequest {
        idempotency_key,
        symbol,
        side: Side::Buy,
        size: Size::Quantity(Quantity::from_whole(shares)),
        guard: None,
        reason: None,
        trigger: None,
        expires_at: None,
        lots: LotChoice::Oldest,
    })
}

/// Writes down the shares and the cash of each holder, in a table of the run's own. How many there are.
///
/// # Errors
/// When the database refuses.
pub(super) async fn remember(world: &World, instrument: i64) -> anyhow::Result<i64> {
    let remember = format!(
        "create table holders_before as \
         select p.player_id, p.quantity, a.cash from positions p \
         join accounts a on a.player_id = p.player_id and a.game_id = p.game_id \
         where p.game_id = 1 and p.instrument_id = {instrument} and p.quantity > 0"
    );
    world.run_sql(remember).await?;
    world.number("select count(*) from holders_before").await
}

/// Compares entries, shares and cash of each holder with what was written down: so many shares for each, and
/// so many units of cash for each old one.
///
/// # Errors
/// The first thing that does not add up.
pub(super) async fn add_up(
    world: &World,
    instrument: i64,
    (shares, cash): (i64, i64),
) -> anyhow::Result<()> {
    let actions = format!("select count(*) from market_actions where instrument_id = {instrument}");
    let actions = world.number(&actions).await?;
    ensure!(
        actions == 2,
        "of itself, the market gave the instrument {} actions more: run again",
        actions - 2
    );
    let given = format!(
        "select player_id, count(*) filter (where kind = 'split') as splits, \
         count(*) filter (where kind = 'dividend') as dividends from ledger \
         where game_id = 1 and instrument_id = {instrument} and kind in ('split', 'dividend') group by player_id"
    );
    let wrong = format!(
        "select count(*) from holders_before b left join ({given}) g on g.player_id = b.player_id \
         where g.splits is distinct from 1 or g.dividends is distinct from 1"
    );
    let wrong = world.number(&wrong).await?;
    ensure!(
        wrong == 0,
        "{wrong} holders do not have one split and one dividend in their ledgers"
    );
    let others = format!(
        "select count(*) from ({given}) g where not exists \
         (select 1 from holders_before b where b.player_id = g.player_id)"
    );
    let others = world.number(&others).await?;
    let twice = format!("select count(*) from ({given}) g where splits > 1 or dividends > 1");
    let twice = world.number(&twice).await?;
    ensure!(twice == 0, "{twice} traders have got an action twice");
    let wrong = format!(
        "select count(*) from holders_before b left join positions p \
         on p.player_id = b.player_id and p.game_id = 1 and p.instrument_id = {instrument} \
         where p.quantity is distinct from b.quantity * {shares}"
    );
    let wrong = world.number(&wrong).await?;
    ensure!(
        wrong == 0,
        "{wrong} holders do not have {shares} shares for each"
    );
    let wrong = format!(
        "select count(*) from holders_before b left join accounts a \
         on a.player_id = b.player_id and a.game_id = 1 \
         where a.cash is distinct from b.cash + b.quantity / 1000000 * {cash}"
    );
    let wrong = world.number(&wrong).await?;
    ensure!(
        wrong == 0,
        "{wrong} holders were not paid {cash} units for each old share"
    );
    println!(
        "every holder has one split and one dividend, and shares and cash are exact; {others} of those who \
         traded meanwhile held some too and have got neither twice"
    );
    world
        .run_sql("drop table holders_before".to_owned())
        .await?;
    Ok(())
}

//! Makes the receipt of an account.

use domain::proof::{
    Claim, InLog, Priced, Receipt, ReceiptEntry, ReceiptGame, ReceiptPlayer, Shares, SignedReceipt,
    inclusion_spans,
};
use domain::{AccountId, Money, Quote, Replay};

use super::{hashes, key_of};
use crate::app::{App, Game};
use crate::error::{Error, Result};
use crate::market::Snapshot;
use crate::signing::Signer;
use crate::store::{PlayerRecord, Store, StoreResult};

/// Entries of a receipt at most.
const ENTRIES_MAX: usize = 20_000;
/// Entries that one query reads.
const PAGE: u32 = 1_000;

/// Why an account has no receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unavailable {
    /// The player has no account in the game.
    NoAccount,
    /// Its first months are archived.
    Archived,
    /// It has more entries than a receipt holds.
    TooLong,
}

/// The receipt of a player in a game, signed.
///
/// # Errors
/// Those of store, market and disk.
pub async fn of_account(
    app: &App,
    game: &Game,
    player: &PlayerRecord,
) -> Result<Result<SignedReceipt, Unavailable>> {
    let account = AccountId {
        player: player.id,
        game: game.record.id,
    };
    let (entries, replay) = match entries(&*app.store, account).await? {
        Ok(found) => found,
        Err(unavailable) => return Ok(Err(unavailable)),
    };
    let market = prices(app, game).await?;
    let claim = claim(app, &replay, &market);
    let claim =
        claim.ok_or_else(|| Error::internal("an account is worth more than money can be"))?;
    let signer = Signer::load(&app.config.data_dir, &*app.store).await;
    let signer = signer.map_err(|error| Error::internal(format_args!("{error:#}")))?;
    let receipt = Receipt {
        at: app.clock.now(),
        key: signer.public().clone(),
        player: ReceiptPlayer {
            id: player.id,
            handle: player.handle.clone(),
        },
        game: ReceiptGame {
            id: game.record.id,
            slug: game.record.slug.clone(),
            name: game.record.name.clone(),
            rules: (*game.rules).clone(),
        },
        entries,
        head: replay.head.hash,
        claim,
        in_log: in_log(&*app.store, account).await?,
    };
    let signed = receipt.signed_bytes().map_err(Error::internal)?;
    let signature = signer.sign(&signed);
    let signature = signature.map_err(|error| Error::internal(format_args!("{error:#}")))?;
    Ok(Ok(SignedReceipt::new(receipt, &signature)))
}

type Entries = (Vec<ReceiptEntry>, Replay);

async fn entries(
    store: &dyn Store,
    account: AccountId,
) -> StoreResult<std::result::Result<Entries, Unavailable>> {
    let (mut entries, mut replay) = (Vec::new(), Replay::new(account));
    loop {
        let rows = store
            .list_entries(account, replay.head.version, PAGE)
            .await?;
        if rows.is_empty() {
            break;
        }
        if entries.len() + rows.len() > ENTRIES_MAX {
            return Ok(Err(Unavailable::TooLong));
        }
        for row in rows {
            // Archived months leave a gap before the first entry that is here.
            if replay.apply(&row.entry).is_err() {
                return Ok(Err(Unavailable::Archived));
            }
            entries.push(ReceiptEntry {
                at: row.entry.at,
                fact: row.entry.fact,
            });
        }
    }
    if entries.is_empty() {
        let known = store.find_account(account).await?;
        return Ok(Err(
            known.map_or(Unavailable::NoAccount, |_| Unavailable::Archived)
        ));
    }
    Ok(Ok((entries, replay)))
}

/// The prices of the closing instant of a season that is over, else those of now.
async fn prices(app: &App, game: &Game) -> Result<std::sync::Arc<Snapshot>> {
    let closed_at = game.rules.closes_at.filter(|at| *at <= app.clock.now());
    match closed_at {
        Some(at) => Ok(app
            .markets
            .snapshot_at(game.record.market, at)
            .await?
            .into()),
        None => Ok(app.market_of(game).await?.snapshot()),
    }
}

fn claim(app: &App, replay: &Replay, market: &Snapshot) -> Option<Claim> {
    let mut net_worth: Money = replay.account.cash;
    let mut shares = Vec::with_capacity(replay.positions.len());
    for (instrument, position) in &replay.positions {
        let quote: Option<&Quote> = market.quote(*instrument);
        let quote = quote.filter(|quote| position.value(quote.price).is_some());
        net_worth = net_worth.checked_add(position.worth(quote))?;
        shares.push(Shares {
            instrument: *instrument,
            symbol: app.symbol(*instrument),
            quantity: position.quantity,
            cost_basis: position.cost_basis,
            priced: quote.map(|quote| Priced {
                price: quote.price,
                at: quote.at,
            }),
        });
    }
    Some(Claim {
        cash: replay.account.cash,
        realized_profit: replay.account.realized_profit,
        xp: replay.xp,
        shares,
        net_worth,
    })
}

/// Where the account is in the log, by the latest checkpoint.
async fn in_log(store: &dyn Store, account: AccountId) -> StoreResult<Option<InLog>> {
    // The head first: a checkpoint that is read later covers it.
    let Some(head) = store.find_logged_head(account).await? else {
        return Ok(None);
    };
    let Some(checkpoint) = store.find_log_checkpoint(None).await? else {
        return Ok(None);
    };
    let spans = inclusion_spans(head.place, checkpoint.checkpoint.size).unwrap_or_default();
    let proof = hashes(store, &spans).await?;
    let key = key_of(store, &checkpoint).await?;
    let proved = proof.zip(key).map(|(proof, key)| InLog {
        place: head.place,
        version: head.version,
        proof,
        checkpoint,
        key,
    });
    Ok(proved)
}

//! What a host does with the members of a game.

use domain::api::{ApiError, MemberStatus};
use domain::progress::Deed;
use domain::{Account, AccountId, IdempotencyKey, Post, Posting, Words};

use super::actions::{Asked, not_possible};
use crate::api::auth::recovery;
use crate::api::codes::guest_of;
use crate::app::random_id;
use crate::deeds;
use crate::error::{Error, Result};
use crate::notifications::HostingNews;
use crate::session;
use crate::store::Member;

const TEAM_MAX: usize = 40;
/// Members whose names one deletion takes away.
const MEMBERS_MAX: u32 = 10_000;

fn account(asked: &Asked<'_>) -> Result<AccountId> {
    let player = asked.request.player;
    let player = player.ok_or_else(|| ApiError::field("player", "is missing"))?;
    Ok(AccountId {
        player,
        game: asked.hosted.game,
    })
}

/// The member whom it is about: nobody who is not in this game.
async fn member(asked: &Asked<'_>) -> Result<Member> {
    let found = asked.app.store.find_member(account(asked)?).await?;
    found.ok_or_else(|| Error::not_found("such player in this game"))
}

/// Adds cash to an account, or takes it, with a reason that the player reads in the ledger.
pub(super) async fn adjust(asked: &Asked<'_>) -> Result<()> {
    let account = member(asked).await?.account;
    let amount = asked.request.amount;
    let amount = amount.ok_or_else(|| ApiError::field("amount", "is missing"))?;
    if amount.is_zero() {
        return Err(ApiError::field("amount", "must not be zero").into());
    }
    let reason = Words {
        salt: rand::random(),
        text: asked.text()?,
    };
    let key = match asked.request.key.as_deref() {
        Some(key) if !key.is_empty() => key.to_owned(),
        _ => format!("adjust-{}", random_id()),
    };
    let key: IdempotencyKey = key
        .parse()
        .map_err(|error: domain::OrderError| ApiError::field("key", error.to_string()))?;
    let post = Post {
        key,
        posting: Posting::Adjust {
            amount,
            by: asked.by,
            reason,
        },
    };
    let context = asked.app.context_of(asked.game).await?;
    let currency = asked.game.rules.currency;
    let posted = asked.app.engine.post(account, post, context).await;
    posted.map_err(|error| Error::from(error).in_currency(currency))?;
    Ok(())
}

/// Lets in who waits or was removed.
pub(super) async fn let_in(asked: &Asked<'_>) -> Result<()> {
    let member = member(asked).await?;
    let player = member.account.player;
    let now = asked.app.clock.now();
    let cash = asked.game.rules.starting_cash;
    // False for one who had an account before: that one goes on.
    asked
        .app
        .store
        .open_account(member.account, cash, now)
        .await?;
    let status = MemberStatus::Playing;
    asked
        .app
        .store
        .store_member(&Member { status, ..member })
        .await?;
    asked.tell_player(player, HostingNews::Admitted).await
}

/// Takes a member out: orders that wait are ended, and no order is taken any more.
pub(super) async fn remove(asked: &Asked<'_>) -> Result<()> {
    let member = member(asked).await?;
    let account = member.account;
    let status = MemberStatus::Removed;
    asked
        .app
        .store
        .store_member(&Member { status, ..member })
        .await?;
    // From here on nothing new comes to rest.
    crate::hosting::announce_change(asked.app).await?;
    let waiting = asked
        .app
        .store
        .list_open_orders(account, Account::OPEN_ORDERS_MAX)
        .await?;
    for order in waiting {
        let context = asked.app.context_of(asked.game).await?;
        asked.app.engine.cancel(order, context).await?;
    }
    Ok(())
}

/// Puts a member into a team, or into none without a name.
pub(super) async fn team(asked: &Asked<'_>) -> Result<()> {
    let member = member(asked).await?;
    let name = asked.request.text.as_deref().unwrap_or_default().trim();
    if name.chars().count() > TEAM_MAX {
        return Err(ApiError::field("text", "must have at most 40 characters").into());
    }
    let team = Some(name.to_owned()).filter(|name| !name.is_empty());
    asked
        .app
        .store
        .store_member(&Member { team, ..member })
        .await?;
    Ok(())
}

/// New recovery words for a guest of this game, and the end of all sessions: a lost phone is out.
pub(super) async fn reset_words(asked: &Asked<'_>) -> Result<String> {
    let guest = guest_of(asked.app, account(asked)?).await?;
    if !guest.is_guest() {
        let message = "This player has registered and has a password.";
        return Err(not_possible(message));
    }
    session::end_others(asked.app, guest.id, None).await?;
    let words = recovery::new_words(asked.app, &guest).await?;
    Ok(format!("{}: {}", words.handle, words.words))
}

pub(super) fn seq(asked: &Asked<'_>) -> Result<i64> {
    let seq = asked.request.seq;
    Ok(seq.ok_or_else(|| ApiError::field("seq", "is missing"))?)
}

/// Stamps a reason.
pub(super) async fn good_one(asked: &Asked<'_>) -> Result<()> {
    let account = member(asked).await?.account;
    let (store, seq) = (&asked.app.store, seq(asked)?);
    let now = asked.app.clock.now();
    if !store.stamp_reason(account, seq, asked.by, now).await? {
        // One that is stamped already stays so.
        let after = seq.saturating_add(1);
        let latest = store.list_reasons(account, Some(after), 1).await?;
        if latest.first().is_none_or(|row| row.entry.seq != seq) {
            return Err(Error::not_found("such reason of this player"));
        }
    }
    let (game, player) = (account.game, account.player);
    let deed = Deed::MarkedReason { game, player, seq };
    deeds::tell(asked.app, asked.by, deed);
    Ok(())
}

/// Deletes what tells who the members were: the names of guests of this game, teams, and all that was
/// written. Ledger and standings stay, under other names.
pub(super) async fn erase(asked: &Asked<'_>) -> Result<()> {
    let now = asked.app.clock.now();
    if asked.game.rules.closes_at.is_none_or(|at| at > now) {
        return Err(not_possible("Close the game before you delete the class."));
    }
    let rows = asked
        .app
        .store
        .list_roster(asked.hosted.game, MEMBERS_MAX)
        .await?;
    let renamed = |made_here: bool| made_here.then(|| format!("former-{:x}", random_id() >> 20));
    let handles: Vec<_> = rows
        .iter()
        .map(|row| (row.member.account.player, renamed(row.member.made_here)))
        .collect();
    asked
        .app
        .store
        .pseudonymise(asked.hosted.game, &handles)
        .await?;
    for row in rows.iter().filter(|row| row.member.made_here) {
        session::end_others(asked.app, row.member.account.player, None).await?;
    }
    Ok(())
}

//! Names that are unique in the whole game, although a name may be in another database than its player.
//!
//! 1. The names are reserved where they belong, under a number of this reservation's own.
//! 2. The player is written, in one transaction that holds the number.
//! 3. If that comes to nothing, the names are freed.
//!
//! A server that dies in between leaves names that nobody has. Whoever wants one finds that its player
//! does not have it, and may take it when the reservation has stood for a while; but not before it has
//! been abandoned in the player's database. From then on it cannot be settled there, however late its
//! server comes to it: a name never has two players.

use std::collections::HashSet;

use domain::PlayerId;
use futures_util::future::join_all;

use super::ShardedStore;
use crate::store::names::{self, Wanted, folded};
use crate::store::placement::{place_of, place_of_name};
use crate::store::postgres::Holder;
use crate::store::{
    Credentials, NewPlayer, PlayerRecord, Store as _, StoreError, StoreResult, Taken, TakenOf,
};

/// Microseconds that a reservation is left to whoever made it.
const GIVEN_UP_AFTER: i64 = 60_000_000;

impl ShardedStore {
    pub(super) async fn create(&self, new: &[NewPlayer]) -> StoreResult<Result<(), TakenOf>> {
        // Of a database that is known to be gone no names are taken in vain.
        if new.iter().any(|new| self.of(new.player.id).is_gone()) {
            return Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut));
        }
        let (wanted, reservation) = (names::wanted(new), rand::random());
        let got = self.reserve(&wanted, reservation).await?;
        if let Some(taken) = names::first_taken(new, &got) {
            return Ok(Err(taken));
        }
        let place = |new: &NewPlayer, count| place_of(new.player.id, count);
        let made = self.split(new, place, |store, new| {
            Box::pin(store.create_reserved(new, reservation))
        });
        let made = made.await.and_then(|made| {
            let all = made.into_iter().all(|made| made);
            all.then_some(()).ok_or_else(given_up)
        });
        if made.is_err() {
            self.give_back(wanted, reservation).await;
        }
        made.map(Ok)
    }

    /// A player who is no guest keeps the credentials that are there, and is told that the address is
    /// taken; so is the slower one of two registrations of one guest at once.
    pub(super) async fn register(
        &self,
        player: PlayerId,
        credentials: &Credentials,
    ) -> StoreResult<Result<(), Taken>> {
        let shard = self.of(player);
        let found = self.find_player(player).await?;
        let guest = found.ok_or(StoreError::Database(sqlx::Error::RowNotFound))?;
        if !guest.is_guest() {
            return Ok(Err(Taken::Email));
        }
        let wanted = names::wanted_by_guest(&guest, credentials);
        let reservation = rand::random();
        let got = self.reserve(&wanted, reservation).await?;
        let missing = wanted.iter().filter(|wanted| !is_got(&got, wanted));
        if let Some(taken) = missing.map(|wanted| wanted.kind).min() {
            return Ok(Err(taken));
        }
        let write = shard
            .store
            .register_reserved(player, credentials, reservation);
        let registered = shard.ask(write).await;
        if !matches!(registered, Ok(true)) {
            self.give_back(wanted, reservation).await;
        } else if folded(&guest.handle) != folded(&credentials.handle) {
            self.free_handle(&guest).await;
        }
        Ok(registered?.then_some(()).ok_or(Taken::Email))
    }

    /// By a name that the player has: one that is only reserved is nobody's yet.
    pub(super) async fn find_by_login(&self, login: &str) -> StoreResult<Option<PlayerRecord>> {
        // PostgreSQL has no text with this character, so it refuses to look for one.
        if login.contains('\0') {
            return Ok(None);
        }
        let name = folded(login);
        let shard = self.of_name(&name);
        for (kind, player) in shard.ask(shard.store.find_named(&name)).await? {
            let found = self.find_player(player).await?;
            let found = found.filter(|player| names::has(player, kind, &name));
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Reserves names, all or none: of whom and which kind those are that were free.
    async fn reserve(
        &self,
        wanted: &[Wanted],
        reservation: i64,
    ) -> StoreResult<HashSet<(i64, String)>> {
        let got = self.try_to_reserve(wanted, reservation).await;
        let complete = got.as_ref().is_ok_and(|got| got.len() == wanted.len());
        if !complete {
            // No player has been written under this number, so nobody has the names.
            let freed = self.split(wanted, place_of_wanted, |store, names| {
                Box::pin(store.free_names(names, reservation))
            });
            if let Err(error) = freed.await {
                tracing::warn!(%error, "names stay reserved for a while");
            }
        }
        got
    }

    async fn try_to_reserve(
        &self,
        wanted: &[Wanted],
        reservation: i64,
    ) -> StoreResult<HashSet<(i64, String)>> {
        let mut got = self.insert_names(wanted, reservation).await?;
        let mut missing = wanted.to_vec();
        missing.retain(|wanted| !is_got(&got, wanted));
        if !missing.is_empty() && self.free_given_up(&missing).await? {
            got.extend(self.insert_names(&missing, reservation).await?);
        }
        Ok(got)
    }

    async fn insert_names(
        &self,
        wanted: &[Wanted],
        reservation: i64,
    ) -> StoreResult<HashSet<(i64, String)>> {
        let got = self.split(wanted, place_of_wanted, |store, wanted| {
            Box::pin(store.reserve_names(wanted, reservation))
        });
        Ok(got.await?.into_iter().flatten().collect())
    }

    /// Frees those of the names whose reservations have been given up; whether it is worth trying
    /// again.
    async fn free_given_up(&self, missing: &[Wanted]) -> StoreResult<bool> {
        let holders = self.split(missing, place_of_wanted, |store, wanted| {
            Box::pin(store.find_holders(wanted))
        });
        let holders: Vec<Holder> = holders.await?.into_iter().flatten().collect();
        let mut free = holders.len() < missing.len();
        for holder in holders {
            // Who tries again has given up the earlier try.
            let own = missing.contains(&holder.held);
            if own || holder.age.is_some_and(|age| age >= GIVEN_UP_AFTER) {
                free |= self.free_unless_held(&holder).await?;
            }
        }
        Ok(free)
    }

    /// Frees a name that its player does not have and, from now on, does not get; whether it did.
    async fn free_unless_held(&self, holder: &Holder) -> StoreResult<bool> {
        let Holder {
            held, reservation, ..
        } = holder;
        let Some(reservation) = *reservation else {
            return Ok(false);
        };
        if self.is_held(held).await? {
            return Ok(false);
        }
        let owner = self.of(held.player);
        owner.ask(owner.store.abandon(reservation)).await?;
        // It may have been settled until then.
        if self.is_held(held).await? {
            return Ok(false);
        }
        let shard = self.of_name(&held.name);
        let free = shard
            .store
            .free_names(std::slice::from_ref(held), reservation);
        shard.ask(free).await
    }

    /// Whether the player who has reserved a name has it.
    async fn is_held(&self, held: &Wanted) -> StoreResult<bool> {
        let player = self.find_player(held.player).await?;
        Ok(player.is_some_and(|player| names::has(&player, held.kind, &held.name)))
    }

    /// Frees the names of a reservation whose players were not written, as far as that can be known
    /// now. What stays is freed by who wants it.
    async fn give_back(&self, wanted: Vec<Wanted>, reservation: i64) {
        let holders: Vec<_> = wanted
            .into_iter()
            .map(|held| Holder {
                held,
                reservation: Some(reservation),
                age: None,
            })
            .collect();
        let freed = join_all(holders.iter().map(|holder| self.free_unless_held(holder)));
        for error in freed.await.into_iter().filter_map(Result::err) {
            tracing::warn!(%error, "a name stays reserved for a while");
        }
    }

    /// The player has another one now. If it cannot be freed at this moment, who wants it will see
    /// that nobody has it.
    async fn free_handle(&self, guest: &PlayerRecord) {
        let shard = self.of_name(&folded(&guest.handle));
        let free = shard.store.free_handle(&guest.handle, guest.id);
        if let Err(error) = shard.ask(free).await {
            tracing::warn!(%error, "a guest's handle stays reserved for a while");
        }
    }
}

fn place_of_wanted(wanted: &Wanted, count: usize) -> usize {
    place_of_name(&wanted.name, count)
}

fn is_got(got: &HashSet<(i64, String)>, wanted: &Wanted) -> bool {
    got.contains(&(wanted.player.0, wanted.kind.as_str().to_owned()))
}

/// Whoever wants the same tries again.
fn given_up() -> StoreError {
    let why = "the names were reserved for so long that they were given to somebody else";
    StoreError::Unavailable(sqlx::Error::Protocol(why.into()))
}

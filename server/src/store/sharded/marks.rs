//! What each database keeps of its place in the game, so that nobody opens them in another order, in
//! another number, or together with those of another game: players would not be found where they are.

use std::fmt::{self, Display};
use std::str::FromStr;

use super::list_instruments;
use super::shard::{Shard, refused};
use crate::config::address_name;
use crate::store::failure::corrupt;
use crate::store::postgres::PostgresStore;
use crate::store::{Store, StoreResult};

/// The fact that says which of how many databases of which game this is.
const SHARD: &str = "shard";
/// The fact of home that tells the game from all others. It comes first, and home's own mark last: home
/// with a mark is one of a game whose other databases have theirs.
const GAME: &str = "shard.game";

/// Such as `2 of 3 of 5be9c07d21a8f346`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    /// From 1.
    place: usize,
    count: usize,
    game: String,
}

impl Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} of {}", self.place, self.count, self.game)
    }
}

impl FromStr for Mark {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, " of ");
        let mut next = || parts.next().ok_or(());
        Ok(Self {
            place: next()?.parse().map_err(|_| ())?,
            count: next()?.parse().map_err(|_| ())?,
            game: next()?.to_owned(),
        })
    }
}

/// Refuses one database of several as a game of its own.
pub(super) async fn check_whole(store: &PostgresStore, address: &str) -> StoreResult<()> {
    let Some(mark) = find(store).await? else {
        return Ok(());
    };
    let why = format!(
        "it is database {} of {} of its game, and the game needs all of them",
        mark.place, mark.count
    );
    Err(refused(&address_name(address), why))
}

/// Refuses databases that are not, in this order, all those of one game. A game begins with new ones.
pub(super) async fn check(shards: &[Shard]) -> StoreResult<()> {
    let Some(home) = shards.first() else {
        return Err(refused("no address", "a game needs a database"));
    };
    // In the opposite order to that in which they are written: another server may begin the game at
    // this moment.
    let mut marks = Vec::with_capacity(shards.len());
    for shard in shards {
        marks.push(find(&shard.store).await?);
    }
    let game = home.store.find_fact(GAME).await?;
    let begun = marks.first().is_some_and(Option::is_some);
    for ((place, shard), mark) in (1..).zip(shards).zip(&marks) {
        match mark {
            Some(mark) => mark.check(shard, place, shards.len(), game.as_deref())?,
            None => check_new(shard, place, begun).await?,
        }
    }
    if marks.iter().all(Option::is_some) {
        return Ok(());
    }
    begin(shards, home).await
}

/// Marks the databases of a game that begins. Called again, it goes on where it was.
async fn begin(shards: &[Shard], home: &Shard) -> StoreResult<()> {
    let new = format!("{:016x}", rand::random::<u64>());
    let game = home.store.store_fact_once(GAME, &new).await?;
    let all = (1..).zip(shards);
    for (place, shard) in all.clone().skip(1).chain(all.take(1)) {
        let mark = Mark {
            place,
            count: shards.len(),
            game: game.clone(),
        };
        // Another server may begin a game with the same databases at the same moment.
        let mark = mark.to_string();
        let kept = parse(&shard.store.store_fact_once(SHARD, &mark).await?)?;
        kept.check(shard, place, shards.len(), Some(&game))?;
    }
    Ok(())
}

impl Mark {
    /// Whether a database of this mark may be at a place, from 1, in the game of the first one.
    fn check(
        &self,
        shard: &Shard,
        place: usize,
        given: usize,
        game: Option<&str>,
    ) -> StoreResult<()> {
        let why = if self.count != given {
            let count = self.count;
            format!("its game is in {count} databases, and {given} are given")
        } else if self.place != place {
            let own = self.place;
            format!("it is database {own} of its game, and is given as {place}")
        } else if game != Some(self.game.as_str()) {
            "it is of another game than the first one".to_owned()
        } else {
            return Ok(());
        };
        Err(refused(&shard.address, why))
    }
}

/// Refuses a database that is not marked as new, but is not new.
async fn check_new(shard: &Shard, place: usize, begun: bool) -> StoreResult<()> {
    let why = if begun {
        "it is of no game, and the game of the others has begun"
    } else if !shard.store.list_accounts(None, 1).await?.is_empty() {
        "it has players of a game that is in this database alone"
    } else if place > 1 && !list_instruments(&shard.store).await?.is_empty() {
        "it has the market of a game that is in this database alone"
    } else {
        return Ok(());
    };
    Err(refused(&shard.address, why))
}

async fn find(store: &PostgresStore) -> StoreResult<Option<Mark>> {
    let found = store.find_fact(SHARD).await?;
    found.as_deref().map(parse).transpose()
}

fn parse(text: &str) -> StoreResult<Mark> {
    let mark = text.parse();
    mark.map_err(|()| corrupt(format!("the fact {SHARD}, \"{text:.64}\",")))
}

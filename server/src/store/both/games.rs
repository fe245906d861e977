//! Games and XP rules: small tables that are read when the server starts.

use async_trait::async_trait;
use domain::{AccountId, GameId, MarketId, Money, PlayerId, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Connection, DatabaseStore, Pool, Row, accounts, connection, creation, market_rows};
use crate::store::failure::corrupt;
use crate::store::rows::Columns as _;
use crate::store::{GameRecord, GameStore, NewGame, NewGameMarket, StoreResult, XpRulesRecord};

const LIST_GAMES: &str = "
    select game_id, market_id, slug, name, rules
    from games
    order by game_id";
const CREATE_GAME: &str = "
    insert into games (game_id, market_id, slug, name, rules)
    select coalesce(max(game_id), 0) + 1, $1, $2, $3, $4
    from games
    where true
    on conflict (slug) do nothing
    returning game_id";
const CREATE_MARKET: &str = "
    insert into markets (market_id, slug, source, spec)
    select coalesce(max(market_id), 0) + 1, $1, $2, $3
    from markets
    where true
    on conflict (slug) do nothing
    returning market_id";
const LIST_XP_RULES: &str = "
    select effective_from, game_id, rules
    from xp_rules
    order by effective_from";

#[async_trait]
impl GameStore for DatabaseStore {
    async fn create_game(&self, new: &NewGame) -> StoreResult<Option<GameRecord>> {
        create(&self.writer, new).await
    }

    async fn open_account(
        &self,
        account: AccountId,
        starting_cash: Money,
        now: Timestamp,
    ) -> StoreResult<bool> {
        creation::open_account(&self.writer, account, starting_cash, now).await
    }

    async fn list_games_of(&self, player: PlayerId) -> StoreResult<Vec<GameId>> {
        accounts::list_games(&self.readers, player).await
    }
}

pub(super) async fn list(readers: &Pool) -> StoreResult<Vec<GameRecord>> {
    let rows = sqlx::query(LIST_GAMES).fetch_all(readers).await?;
    let game = |row: &Row| {
        let id = GameId(row.integer("game_id")?);
        Ok(GameRecord {
            id,
            slug: row.text("slug")?.to_owned(),
            name: row.text("name")?.to_owned(),
            rules: read_json(row.text("rules")?, || format!("the rules of game {id}"))?,
            market: MarketId(row.integer("market_id")?),
        })
    };
    rows.iter().map(game).collect()
}

pub(super) async fn list_xp_rules(readers: &Pool) -> StoreResult<Vec<XpRulesRecord>> {
    let rows = sqlx::query(LIST_XP_RULES).fetch_all(readers).await?;
    let xp_rules = |row: &Row| {
        let effective_from = Timestamp::from_micros(row.integer("effective_from")?);
        let rules = read_json(row.text("rules")?, || {
            format!("the XP rules from {effective_from}")
        })?;
        Ok(XpRulesRecord {
            effective_from,
            game: row.integer_or_none("game_id")?.map(GameId),
            rules,
        })
    };
    rows.iter().map(xp_rules).collect()
}

/// `None` if the slug is taken, by a game or by another game's own market.
pub(super) async fn create(writer: &Pool, new: &NewGame) -> StoreResult<Option<GameRecord>> {
    let mut transaction = connection::begin(writer).await?;
    let made = create_in(&mut transaction, new).await?;
    if made.is_some() {
        transaction.commit().await?;
    } else {
        transaction.rollback().await?;
    }
    Ok(made)
}

/// Like [`create`], in a transaction that the caller ends. On `None`, the caller rolls it back.
pub(super) async fn create_in(
    transaction: &mut Connection,
    new: &NewGame,
) -> StoreResult<Option<GameRecord>> {
    market_rows::lock_games(transaction).await?;
    let market = match &new.market {
        NewGameMarket::Shared(market) => Some(market.0),
        NewGameMarket::Own(spec) => {
            sqlx::query_scalar(CREATE_MARKET)
                .bind(&new.slug)
                .bind(spec.source.as_str())
                .bind(write_json(spec)?)
                .fetch_optional(&mut *transaction)
                .await?
        }
    };
    let Some(market) = market else {
        return Ok(None);
    };
    let game: Option<i64> = sqlx::query_scalar(CREATE_GAME)
        .bind(market)
        .bind(&new.slug)
        .bind(&new.name)
        .bind(write_json(&new.rules)?)
        .fetch_optional(&mut *transaction)
        .await?;
    let Some(game) = game else {
        return Ok(None);
    };
    Ok(Some(GameRecord {
        id: GameId(game),
        slug: new.slug.clone(),
        name: new.name.clone(),
        rules: new.rules.clone(),
        market: MarketId(market),
    }))
}

pub(super) fn write_json(value: &impl Serialize) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|_| corrupt("rules that are no JSON".to_owned()))
}

pub(super) fn read_json<T: DeserializeOwned>(
    json: &str,
    what: impl FnOnce() -> String,
) -> StoreResult<T> {
    serde_json::from_str(json).map_err(|_| corrupt(what()))
}

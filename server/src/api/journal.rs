//! `/api/v1/games/{game}/journal`: reasons that come back.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::extract::State;
use domain::api::{ApiError, Grade, GradeAnswer, GradeRequest, JournalEntryView, JournalView};
use domain::{AccountId, AwardCause, Currency, DatedAction, Day, InstrumentId};

use super::extract::{Body, InGame, Key, Query};
use super::paging::CursorQuery;
use crate::app::{App, Game};
use crate::engine::AwardRequest;
use crate::error::{Error, Result};
use crate::journal::{AGES, Decision, Judged, Mark, patterns};
use crate::json::Json;
use crate::market::{DayCloses, Market};
use crate::store::{GradeRecord, LedgerRow};

/// Decisions of one answer: each is looked back at from three days.
const LIMIT: u32 = 20;
/// Grades that are looked at for patterns.
const GRADES_MAX: u32 = 500;

/// The player's trades with a reason, latest first: what was written, what became of it after 30 and 90
/// market days and until now, beside the whole market and beside doing nothing.
#[utoipa::path(get, path = "/api/v1/games/{game}/journal", tag = "Trading",
    params(("game" = String, Path, example = "open"), CursorQuery),
    responses((status = 200, description = "At most 20 decisions, and what they have in common", body = JournalView)))]
pub async fn list(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Query(query): Query<CursorQuery>,
) -> Result<Json<JournalView>> {
    let (before, limit) = query.check(|text| text.parse::<i64>().ok().filter(|seq| *seq > 0))?;
    let limit = limit.min(LIMIT);
    let more = limit.saturating_add(1);
    let mut rows = app.store.list_reasons(account, before, more).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let goes_on = rows.len() > limit;
    rows.truncate(limit);
    let next = rows
        .last()
        .filter(|_| goes_on)
        .map(|row| row.entry.seq.to_string());
    let grades = app.store.list_grades(account, GRADES_MAX).await?;
    let grades: HashMap<i64, Grade> = grades.iter().map(|one| (one.seq, one.grade)).collect();
    let market = app.market_of(&game).await?;
    let currency = game.rules.currency;
    let past = Past::read(&market, &rows, currency).await?;
    let entries: Vec<JournalEntryView> = rows
        .iter()
        .filter_map(|row| past.view(&app, row, grades.get(&row.entry.seq).copied()))
        .collect();
    let judged: Vec<Judged> = entries.iter().filter_map(judged).collect();
    let said = patterns(&judged).into_iter();
    Ok(Json(JournalView {
        entries,
        next,
        patterns: said.map(|said| currency.in_words(said)).collect(),
    }))
}

fn judged(entry: &JournalEntryView) -> Option<Judged> {
    Some(Judged {
        side: entry.side,
        grade: entry.grade,
        over_nothing: entry.since.last()?.over_nothing,
    })
}

/// The market on the days that decisions are looked back at from.
struct Past<'a> {
    market: &'a Market,
    /// That of the game.
    currency: Currency,
    closes: BTreeMap<Day, DayCloses>,
    actions: HashMap<InstrumentId, Vec<DatedAction>>,
}

impl<'a> Past<'a> {
    async fn read(market: &'a Market, rows: &[LedgerRow], currency: Currency) -> Result<Self> {
        let today = market.snapshot().at.day();
        let mut days = BTreeSet::new();
        let mut actions = HashMap::new();
        for row in rows {
            let Some((_, trade)) = row.entry.fact.trade() else {
                continue;
            };
            let day = market.time_at(row.entry.at).day();
            days.insert(day);
            days.extend(AGES.map(|age| later(day, age)));
            if let Entry::Vacant(place) = actions.entry(trade.instrument) {
                let of_it = market.actions(trade.instrument).await;
                place.insert(of_it.map_err(Error::internal)?);
            }
        }
        let mut closes = BTreeMap::new();
        for day in days.into_iter().filter(|day| *day < today) {
            let found = market.closes(day, day).await.map_err(Error::internal)?;
            closes.extend(found.into_iter().map(|close| (close.day, close)));
        }
        Ok(Self {
            market,
            currency,
            closes,
            actions,
        })
    }

    fn view(&self, app: &App, row: &LedgerRow, grade: Option<Grade>) -> Option<JournalEntryView> {
        let (side, trade) = row.entry.fact.trade()?;
        let at = self.market.time_at(row.entry.at);
        let (day, snapshot) = (at.day(), self.market.snapshot());
        let today = snapshot.at.day();
        let index_now = snapshot.index.as_ref().map(|index| index.level);
        let close = self.closes.get(&day);
        let instrument = snapshot.catalogue.find_by_id(trade.instrument);
        let traded_in = instrument.map_or(self.currency, |found| found.1.currency());
        let decision = Decision {
            side,
            trade,
            day,
            index: close.map_or(index_now, |close| close.index),
            conversion_bps: traded_in.conversion_bps(self.currency),
            actions: self
                .actions
                .get(&trade.instrument)
                .map_or(&[], Vec::as_slice),
        };
        let aged = AGES.iter().filter_map(|age| {
            let close = self.closes.get(&later(day, *age))?;
            Some(Mark {
                days: Some(*age),
                day: close.day,
                price: close.price(trade.instrument)?,
                index: close.index,
            })
        });
        let now = snapshot.quote(trade.instrument).map(|quote| Mark {
            days: None,
            day: today,
            price: quote.price,
            index: index_now,
        });
        let since = aged.chain(now).filter_map(|mark| decision.since(mark));
        let days = today.number().saturating_sub(day.number());
        let days = u32::try_from(days).unwrap_or(0);
        Some(JournalEntryView {
            seq: row.entry.seq,
            at,
            days,
            symbol: app.symbol(trade.instrument)?,
            side,
            quantity: trade.quantity,
            price: trade.price,
            reason: row.words.as_ref()?.text.clone(),
            since: since.collect(),
            due: days >= AGES[0],
            grade,
        })
    }
}

fn later(day: Day, age: u32) -> Day {
    day.plus_days(i32::try_from(age).unwrap_or(i32::MAX))
}

/// Grades a decision, 30 market days after it or later. The first grade earns XP for having come back;
/// changing it earns none.
#[utoipa::path(put, path = "/api/v1/games/{game}/journal/{key}", tag = "Trading",
    params(("game" = String, Path, example = "open"),
        ("key" = i64, Path, description = "The number of the trade's entry in the ledger", example = 2)),
    request_body(content = GradeRequest, example = json!({"grade": "good"})),
    responses((status = 200, description = "It is graded", body = GradeAnswer),
        (status = 404, description = "The player has no such trade with a reason", body = ApiError),
        (status = 422, description = "It is younger than 30 market days", body = ApiError)))]
pub async fn grade(
    State(app): State<App>,
    InGame { game, account }: InGame,
    Key(seq): Key<i64>,
    Body(request): Body<GradeRequest>,
) -> Result<Json<GradeAnswer>> {
    let before = seq.checked_add(1);
    let found = app.store.list_reasons(account, before, 1).await?.pop();
    let row = found.filter(|row| row.entry.seq == seq);
    let row = row.ok_or_else(|| Error::not_found("such trade of yours with a reason"))?;
    check_age(&app, &game, &row).await?;
    let record = GradeRecord {
        seq,
        grade: request.grade,
        at: app.clock.now(),
    };
    app.store.store_grade(account, &record).await?;
    Ok(Json(GradeAnswer {
        grade: request.grade,
        xp: award(&app, &game, account, seq).await?,
    }))
}

async fn check_age(app: &App, game: &Game, row: &LedgerRow) -> Result<()> {
    let market = app.market_of(game).await?;
    let day = market.time_at(row.entry.at).day();
    let age = market
        .snapshot()
        .at
        .day()
        .number()
        .saturating_sub(day.number());
    let due = i32::try_from(AGES[0]).unwrap_or(i32::MAX);
    if age < due {
        let left = due.saturating_sub(age);
        let said = format!("can be given in {left} market days: see first what becomes of it");
        return Err(ApiError::field("grade", said).into());
    }
    Ok(())
}

/// XP for having come back to a reason, once.
async fn award(app: &App, game: &Game, account: AccountId, seq: i64) -> Result<domain::Xp> {
    let rules = app.engine.xp_rules(game.record.id, app.clock.now());
    let asked = AwardRequest {
        xp: rules.review_bonus,
        cause: AwardCause::Reviewed {
            game: game.record.id,
            seq,
        },
    };
    let context = app.context_of(game).await?;
    let awarded = app.engine.award(account, asked, context).await?;
    Ok(awarded.map_or(0, |(award, _)| award.xp))
}

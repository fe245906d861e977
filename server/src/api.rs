//! The HTTP API, under `/api/v1`: one module per path. Every handler gives its full path, because a nested
//! router would rewrite the URI of each request on its way in.

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use crate::app::App;
use crate::practice::REQUEST_BYTES;

mod achievement;
mod alerts;
mod assignments;
pub mod auth;
mod baskets;
mod board;
mod chart_marks;
mod codes;
mod dashboard;
pub mod docs;
mod duels;
mod export;
pub(crate) mod extract;
mod finals;
mod friends;
mod games;
pub mod health;
mod holdings;
mod host;
mod instruments;
mod journal;
mod language;
mod leaderboard;
mod ledger;
mod live;
mod log;
mod logo;
mod losses;
mod lots;
mod luck;
mod marks;
mod me;
mod notes;
mod notifications;
mod offerings;
mod offline_runs;
mod offline_starts;
mod open_orders;
mod openapi;
mod operator;
mod orders;
mod overview;
mod paging;
mod plans;
pub(crate) mod player;
pub(crate) mod players;
mod practice;
mod privacy;
mod progress;
mod puzzle;
mod puzzles;
mod quotes;
mod rates;
mod rebalancings;
mod receipts;
mod rules;
mod scenario_file;
mod scenario_run;
mod scenarios;
mod security;
mod strategies;
mod streak;
mod subscriptions;
mod summary;
mod targets;
mod taxes;
mod terms;
mod ticket;
mod time_zone;
mod titles;
mod unlocks;
mod watch_lists;
mod what_if;
mod x_ray;
mod xp_history;

pub(crate) use auth::{nickname, recovery};
pub(crate) use offerings::publish as publish_offering;
pub use openapi::document;

/// Every route with its description.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
        .routes(routes!(auth::guest))
        .routes(routes!(auth::upgrade))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::recovery::give_words))
        .routes(routes!(auth::recovery::recover))
        .routes(routes!(auth::links::forgotten))
        .routes(routes!(auth::links::reset))
        .routes(routes!(auth::links::confirm))
        .routes(routes!(auth::links::change))
        .routes(routes!(auth::links::verify))
        .routes(routes!(security::security))
        .routes(routes!(security::change_password))
        .routes(routes!(
            security::begin_second_factor,
            security::confirm_second_factor
        ))
        .routes(routes!(security::remove_second_factor))
        .routes(routes!(security::delete_account))
        .routes(routes!(operator::view, operator::act))
        .routes(routes!(me::me))
        .routes(routes!(me::sessions, me::end_other_sessions))
        .routes(routes!(me::end_session))
        .routes(routes!(me::daily_bonus))
        .routes(routes!(time_zone::list))
        .routes(routes!(time_zone::choose))
        .routes(routes!(language::choose))
        .routes(routes!(streak::repair))
        .routes(routes!(xp_history::xp_history))
        .routes(routes!(progress::progress))
        .routes(routes!(progress::achievements))
        .routes(routes!(unlocks::unlocks))
        .routes(routes!(friends::list, friends::follow))
        .routes(routes!(friends::unfollow))
        .routes(routes!(friends::block))
        .routes(routes!(friends::unblock))
        .routes(routes!(friends::invitation))
        .routes(routes!(privacy::privacy, privacy::change))
        .routes(routes!(terms::open))
        .routes(routes!(titles::keys::list, titles::keys::create))
        .routes(routes!(titles::keys::revoke))
        .routes(routes!(titles::define))
        .routes(routes!(titles::tell).layer(DefaultBodyLimit::max(titles::EVENTS_BYTES)))
        .routes(routes!(titles::view))
        .routes(routes!(export::everything))
        .routes(routes!(export::ledger))
        .routes(routes!(journal::list))
        .routes(routes!(journal::grade))
        .routes(routes!(notes::list, notes::create))
        .routes(routes!(notes::change, notes::delete))
        .routes(routes!(notifications::list))
        .routes(routes!(notifications::read))
        .routes(routes!(notifications::settings, notifications::choose))
        .routes(routes!(notifications::stop))
        .routes(routes!(players::profile))
        .routes(routes!(players::report))
        .routes(routes!(openapi::openapi))
        .routes(routes!(games::list, games::create))
        .routes(routes!(games::join))
        .routes(routes!(games::game))
        .routes(routes!(games::categories))
        .routes(routes!(watch_lists::list, watch_lists::create))
        .routes(routes!(watch_lists::change, watch_lists::delete))
        .routes(routes!(watch_lists::shared))
        .routes(routes!(alerts::list, alerts::create))
        .routes(routes!(alerts::delete))
        .routes(routes!(overview::overview))
        .routes(routes!(achievement::picture))
        .routes(routes!(logo::logo))
        .routes(routes!(codes::find, codes::join))
        .routes(routes!(host::view, host::act))
        .routes(routes!(marks::marks))
        .routes(routes!(assignments::list))
        .routes(routes!(board::board))
        .routes(routes!(rules::rules))
        .routes(routes!(offerings::list, offerings::create))
        .routes(routes!(offerings::newcomers))
        .routes(routes!(offerings::detail))
        .routes(routes!(offerings::invest))
        .routes(routes!(offerings::reverse))
        .routes(routes!(offerings::draw))
        .routes(routes!(plans::list, plans::create))
        .routes(routes!(plans::retire))
        .routes(routes!(plans::comparison))
        .routes(routes!(subscriptions::list, subscriptions::create))
        .routes(routes!(subscriptions::change))
        .routes(routes!(finals::finals))
        .routes(routes!(puzzle::today, puzzle::decide))
        .routes(routes!(puzzles::past))
        .routes(routes!(scenarios::list, scenarios::import))
        .routes(routes!(scenarios::find, scenarios::start))
        .routes(routes!(scenario_file::file))
        .routes(routes!(offline_starts::sign))
        .routes(routes!(offline_starts::file))
        .routes(
            routes!(offline_starts::hand_in)
                .layer(DefaultBodyLimit::max(offline_starts::SUBMISSION_BYTES)),
        )
        .routes(routes!(offline_starts::board))
        .routes(routes!(offline_runs::list, offline_runs::begin))
        .routes(routes!(offline_runs::claim, offline_runs::send))
        .routes(routes!(scenario_run::run, scenario_run::go_on))
        .routes(routes!(duels::list, duels::challenge))
        .routes(routes!(duels::detail, duels::act))
        .routes(routes!(duels::start))
        .routes(routes!(practice::create).layer(DefaultBodyLimit::max(REQUEST_BYTES)))
        .routes(routes!(practice::preview).layer(DefaultBodyLimit::max(REQUEST_BYTES)))
        .routes(routes!(receipts::receipt))
        .routes(routes!(receipts::checks))
        .routes(routes!(log::checkpoint))
        .routes(routes!(log::keys))
        .routes(routes!(log::consistency))
        .routes(routes!(log::inclusion))
        .routes(routes!(instruments::list))
        .routes(routes!(instruments::detail))
        .routes(routes!(instruments::candles))
        .routes(routes!(chart_marks::chart_marks))
        .routes(routes!(ticket::ticket))
        .routes(routes!(quotes::quotes))
        .routes(routes!(rates::rates))
        .routes(routes!(live::live))
        .routes(routes!(orders::place, orders::list))
        .routes(routes!(orders::find, orders::cancel))
        .routes(routes!(open_orders::list))
        .routes(routes!(holdings::holdings))
        .routes(routes!(summary::summary))
        .routes(routes!(dashboard::dashboard))
        .routes(routes!(dashboard::week))
        .routes(routes!(ledger::ledger))
        .routes(routes!(targets::targets, targets::set, targets::delete))
        .routes(routes!(strategies::list, strategies::publishing::publish))
        .routes(routes!(strategies::detail, strategies::publishing::change))
        .routes(routes!(
            strategies::followers::follow,
            strategies::followers::unfollow
        ))
        .routes(routes!(strategies::copy::preview, strategies::copy::copy))
        .routes(routes!(strategies::reports::report))
        .routes(routes!(losses::list))
        .routes(routes!(lots::list))
        .routes(routes!(taxes::tell))
        .routes(routes!(luck::ask))
        .routes(routes!(luck::find))
        .routes(routes!(x_ray::look))
        .routes(routes!(what_if::tell))
        .routes(routes!(rebalancings::ask))
        .routes(routes!(rebalancings::find))
        .routes(routes!(rebalancings::place))
        .routes(routes!(baskets::place))
        .routes(routes!(baskets::preview))
        .routes(routes!(leaderboard::leaderboard))
        .routes(routes!(leaderboard::ended::ended))
}

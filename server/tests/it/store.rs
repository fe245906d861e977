//! The store's story: facts that hold on every database that the server can remember in.
//!
//! Each fact is a function over a [`Database`]; [`story`] makes tests of all of them on each.

use std::sync::Arc;

use async_trait::async_trait;
use server::store::Store;

mod accounts;
mod batches;
mod damage;
mod games;
mod market;
mod players;
mod postgres;
mod program;
mod races;
mod resting;
mod retention;
mod servers;
mod sessions;
mod shards;
mod sqlite;
mod tampering;
pub mod trading;
mod verification;

/// A database of its own, or several that are one game, empty when it is made.
#[async_trait]
pub trait Database: Send + Sync {
    /// Opens it. Opened again, it is what the earlier store left behind.
    async fn open(&self) -> anyhow::Result<Arc<dyn Store>>;
    /// Runs a statement past the store, as someone with a database tool would.
    async fn run(&self, sql: &str) -> anyhow::Result<()>;
    /// Takes away what refuses to change the ledger and the daily bonuses.
    async fn unlock(&self) -> anyhow::Result<()>;
}

/// Lists every fact once; one that is forgotten here is unused code, which the compiler tells.
macro_rules! story {
    ($($topic:ident: $($fact:ident,)+;)+) => {
        mod on_sqlite {
            $(
                mod $topic {
                    $(
                        #[tokio::test]
                        async fn $fact() -> anyhow::Result<()> {
                            let database = crate::store::sqlite::File::new()?;
                            crate::store::$topic::$fact(&database).await
                        }
                    )+
                }
            )+
        }

        mod on_postgres {
            $(
                mod $topic {
                    $(
                        #[tokio::test]
                        async fn $fact() -> anyhow::Result<()> {
                            let database = crate::store::postgres::PrivateDatabase::new().await?;
                            crate::store::$topic::$fact(&database).await
                        }
                    )+
                }
            )+
        }

        mod on_shards {
            $(
                mod $topic {
                    $(
                        #[tokio::test]
                        async fn $fact() -> anyhow::Result<()> {
                            let databases = crate::store::shards::PrivateShards::new().await?;
                            crate::store::$topic::$fact(&databases).await
                        }
                    )+
                }
            )+
        }
    };
}

story! {
    players:
        a_player_comes_with_an_account_and_a_session,
        names_are_unique_without_case,
        a_player_is_found_by_either_name,
        a_registering_guest_keeps_everything_and_frees_the_handle,
        a_guest_may_keep_the_handle,
        a_guest_whose_new_names_are_taken_stays_a_guest,
        a_registered_player_is_not_registered_again,
        a_daily_bonus_is_collected_once_a_day,
        many_players_are_made_at_once,
        of_many_players_all_are_made_or_none,
        who_is_not_there_is_not_found,
    ;
    sessions:
        a_session_is_found_by_its_player_and_id,
        a_session_slides,
        sessions_are_listed_until_they_expire,
        only_its_player_ends_a_session,
        expired_sessions_are_deleted_in_portions,
    ;
    games:
        the_open_league_is_there_from_the_start,
        the_first_xp_rules_are_the_default_ones,
        a_fact_is_stored_once_or_replaced,
    ;
    market:
        instruments_are_listed_by_symbol_in_their_market,
        an_instrument_that_is_imported_again_keeps_its_id,
        a_new_instrument_never_takes_the_id_of_another,
        an_import_is_all_or_nothing,
        candles_are_the_latest_of_a_range_oldest_first,
        candles_of_the_same_day_are_replaced,
        candles_of_a_market_come_by_instrument_and_day,
        many_candles_are_stored_at_once,
        last_quotes_are_replaced,
    ;
    batches:
        a_batch_is_read_back_as_it_was_written,
        what_does_not_exist_is_absent,
        a_rejected_order_changes_no_account,
        an_account_that_moved_on_is_left_out_entirely,
        an_account_with_an_order_answered_meanwhile_is_left_out,
        a_batch_that_fails_changes_nothing,
        a_large_batch_is_written_whole,
        texts_are_kept_to_the_letter,
        orders_of_one_account_follow_each_other_in_a_batch,
    ;
    accounts:
        a_ticket_has_the_position_or_an_empty_one,
        a_portfolio_has_its_positions_by_cost,
        positions_are_read_unless_the_version_is_known,
        orders_come_latest_first_in_pages,
        the_ledger_comes_latest_first_in_pages,
        accounts_and_entries_are_walked_in_order,
        filled_keys_are_walked_in_order,
        the_ledger_refuses_to_be_changed,
        daily_bonuses_refuse_to_be_changed,
        what_was_committed_outlasts_the_store,
    ;
    servers:
        two_servers_trade_for_one_account,
    ;
    races:
        two_stores_race_for_one_account,
        one_order_at_two_stores_is_answered_once,
        two_stores_take_the_same_accounts_in_opposite_order,
        of_two_players_of_one_name_at_once_one_gets_it,
        a_guest_who_registers_twice_at_once_is_registered_once,
    ;
    resting:
        an_order_rests_until_its_price_comes,
        an_open_order_is_cancelled_or_ends_with_its_time,
        a_server_that_starts_knows_the_orders_that_rest,
        of_two_servers_one_fills_an_order,
        damage_of_what_is_set_aside_is_named,
    ;
    verification:
        a_sound_database_has_no_findings,
        a_large_ledger_is_verified_in_several_passes,
        no_more_findings_are_told_than_asked_for,
    ;
    damage:
        a_changed_account_is_named,
        a_changed_position_is_named,
        a_changed_order_is_named,
        a_changed_entry_is_named,
        what_cannot_be_read_is_named,
        wrong_xp_is_named,
    ;
    retention:
        archived_months_leave_the_database_and_the_game_goes_on,
        restored_months_are_as_they_were,
        an_interrupted_move_loses_nothing_and_is_finished,
        of_two_archives_at_once_one_waits,
        trades_go_on_while_months_move,
        clocks_that_disagree_break_no_chain,
        only_what_a_checkpoint_covers_can_be_deleted,
    ;
    tampering:
        a_file_that_was_changed_is_named,
        a_file_of_another_month_or_database_is_named,
        what_goes_on_from_the_archive_is_looked_at,
    ;
}

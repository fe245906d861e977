//! The store's story: facts that hold on every database that the server can remember in.
//!
//! Each fact is a function over a [`Database`]; [`story`] makes tests of all of them on each.

use std::sync::Arc;

use async_trait::async_trait;
use server::store::Store;

mod accounts;
mod actions;
mod backup;
mod batches;
mod boards;
mod candles;
mod citus;
mod damage;
mod duels;
mod equity;
mod games;
mod guests;
mod hosted;
mod hosting;
mod interest;
mod job_upkeep;
mod jobs;
mod log;
mod market;
mod notifications;
mod offering_splits;
mod offerings;
mod offline;
mod plans;
mod players;
mod postgres;
mod program;
mod protection;
mod providers;
mod puzzles;
mod races;
mod recovery;
mod resting;
mod retention;
mod scenarios;
mod servers;
mod sessions;
mod social;
mod sqlite;
mod strategies;
mod tampering;
mod targets;
mod taxes;
pub mod trading;
pub mod verification;
mod watch_lists;
mod worker;

/// A database of its own, empty when it is made.
#[async_trait]
pub trait Database: Send + Sync {
    /// Opens it. Opened again, it is what the earlier store left behind.
    async fn open(&self) -> anyhow::Result<Arc<dyn Store>>;
    /// Runs a statement past the store, as someone with a database tool would.
    async fn run(&self, sql: &str) -> anyhow::Result<()>;
    /// Takes away what refuses to change the ledger and the awards.
    async fn unlock(&self) -> anyhow::Result<()>;
    /// Bytes as the database's SQL writes them.
    fn bytes(&self, bytes: &[u8]) -> String;
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

        mod on_citus {
            $(
                mod $topic {
                    $(
                        #[tokio::test]
                        async fn $fact() -> anyhow::Result<()> {
                            match crate::store::citus::ClusterDatabase::new().await? {
                                Some(database) => crate::store::$topic::$fact(&database).await,
                                None => Ok(()),
                            }
                        }
                    )+
                }
            )+
        }
    };
}

story! {
    protection:
        an_operator_is_one_until_revoked,
        what_operators_did_is_listed_and_never_changed,
        a_second_factor_counts_from_its_first_code_on,
        a_link_is_good_once_while_it_is_the_newest,
        a_changed_address_logs_in_and_frees_the_earlier_one,
        a_history_keeps_the_latest_entries,
        an_erased_player_has_no_name_and_no_words_left,
    ;
    offering_splits:
        a_split_multiplies_the_offering_and_what_waits_for_it,
        shares_that_are_joined_call_the_offering_off,
        ;
    offerings:
        an_allocation_that_was_killed_in_the_middle_is_finished_once,
        of_two_decisions_at_once_one_counts_and_nothing_is_oversold,
        fair_shares_are_divided_after_the_end_and_add_up,
        a_job_that_died_with_its_servers_is_followed_by_another,
    ;
    plans:
        months_are_caught_up_one_by_one_and_once,
    ;
    puzzles:
        a_decision_is_stored_once_and_counted_at_the_end,
        only_finished_daily_puzzles_are_listed,
    ;
    offline:
        a_start_counts_once_and_a_player_keeps_the_best_result,
        a_run_for_another_server_waits_until_it_is_counted,
    ;
    duels:
        a_duel_is_accepted_once_and_never_by_its_challenger,
        each_of_two_starts_a_duel_once_on_one_market,
        a_run_keeps_its_curve_and_its_ghost_and_a_class_sees_finished_ones,
    ;
    scenarios:
        a_run_is_found_by_its_player_and_finished_once,
        an_imported_scenario_is_stored_once,
    ;
    log:
        the_log_has_each_account_that_changed_and_proves_it,
        leaves_that_another_server_has_appended_are_not_appended_again,
    ;
    interest:
        cash_earns_interest_for_each_month_once,
    ;
    taxes:
        what_a_year_paid_too_much_comes_back_once,
    ;
    targets:
        targets_are_stored_marked_and_deleted,
        a_rebalancing_goes_from_pending_to_its_end_once,
    ;
    strategies:
        a_strategy_is_found_at_once_by_each_filter_and_in_each_order,
        a_strategy_that_is_private_or_hidden_is_found_by_nobody,
        what_many_match_is_walked_in_the_order_asked_for,
        a_new_version_replaces_the_words_and_leaves_the_earlier_one_readable,
        of_two_changes_of_one_version_the_first_counts,
        followers_are_counted_once_and_listed_in_pages,
        an_erased_author_leaves_no_strategy_behind,
    ;
    notifications:
        a_cause_tells_once_with_one_mail,
        a_server_that_is_killed_between_any_two_steps_tells_once,
        notifications_are_paged_counted_read_and_pruned,
        choices_stay_until_they_are_changed,
        a_follower_is_told_with_the_first_step_and_no_other,
        a_price_alert_tells_once_however_many_servers_see_the_price,
        reasons_are_listed_with_their_grades,
        a_note_is_its_players_own,
    ;
    watch_lists:
        a_list_is_changed_and_deleted_by_its_own_player,
    ;
    actions:
        everyone_has_a_split_once_though_the_server_was_killed_in_the_middle,
        a_split_ends_the_orders_that_waited_and_a_dividend_does_not,
        what_waits_ends_once_at_a_split_though_the_server_was_killed_in_the_middle,
        a_delisting_pays_each_holder_once_and_ends_what_waited,
        an_action_that_has_come_keeps_its_instant,
        imported_actions_replace_those_of_the_instrument,
    ;
    players:
        a_player_comes_with_an_account_and_a_session,
        names_are_unique_without_case,
        a_player_is_found_by_either_name,
        handles_of_many_players_are_found_at_once,
        a_registering_guest_keeps_everything_and_frees_the_handle,
        a_guest_may_keep_the_handle,
        a_guest_whose_new_names_are_taken_stays_a_guest,
        a_registered_player_is_not_registered_again,
        the_same_is_awarded_once,
        many_players_are_made_at_once,
        of_many_players_all_are_made_or_none,
        who_is_not_there_is_not_found,
    ;
    boards:
        of_one_period_the_first_opening_counts,
        a_board_knows_region_and_privacy_of_players,
        final_standings_are_stored_once_and_read_in_order,
        the_present_period_only_goes_forward,
    ;
    social:
        a_player_follows_and_is_followed,
        a_block_ends_what_both_followed,
        a_player_follows_so_many_and_no_more,
        privacy_has_a_default_and_a_history_of_changes,
        reports_wait_until_they_are_closed,
    ;
    sessions:
        a_session_is_found_by_its_player_and_id,
        a_session_slides,
        sessions_are_listed_until_they_expire,
        only_its_player_ends_a_session,
        all_sessions_of_a_player_but_one_are_ended,
        expired_sessions_are_deleted_in_portions,
    ;
    guests:
        a_guest_who_did_nothing_is_removed_with_all_that_is_theirs,
        the_opening_entry_of_anyone_else_stays,
        guests_are_listed_from_the_oldest_on,
        a_job_removes_guests_after_the_days_of_the_setting,
    ;
    games:
        the_open_league_is_there_from_the_start,
        the_first_xp_rules_are_the_default_ones,
        a_variable_is_stored_once_or_replaced,
        a_market_is_settled_once,
        of_two_who_let_time_pass_the_second_has_to_look_again,
        a_game_is_made_with_its_market_or_on_another_one_s,
        a_player_joins_a_game_once,
    ;
    hosting:
        a_hosted_game_is_read_back_as_it_was_made,
        changed_rules_count_from_their_instant_on,
        a_roster_has_its_members_in_the_order_of_joining,
        what_was_written_is_erased_and_guests_are_renamed,
        final_standings_are_written_once,
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
    candles:
        minutes_have_the_prices_that_came_in_them,
        hours_and_months_are_replaced,
        days_are_deleted_by_instrument,
        old_candles_move_into_files_and_late_ones_follow,
        a_month_is_moved_again_after_a_run_that_broke_off,
        a_job_rolls_up_what_is_told,
    ;
    jobs:
        a_job_is_read_back_as_it_was_enqueued,
        two_stores_claim_each_job_once,
        a_late_worker_finishes_nothing,
        a_job_whose_server_dies_is_due_after_its_lease,
        a_server_that_starts_again_takes_back_its_own_jobs,
        a_retry_keeps_its_unique_key,
        the_first_priority_goes_first_and_then_the_most_urgent,
        no_priority_starves_another,
        a_schedule_enqueues_once_from_two_servers,
        progress_and_results_are_read_back,
    ;
    job_upkeep:
        a_dead_job_is_tried_again_or_dropped,
        ended_jobs_are_pruned_in_portions,
        jobs_are_listed_latest_first_in_pages,
        an_operator_lists_retries_and_drops_in_words,
        old_months_are_archived_by_a_job,
    ;
    providers:
        calls_are_counted_until_a_quota_is_spent,
        an_open_breaker_is_probed_by_one_server,
        answers_are_replaced_and_flushed_by_provider_or_kind,
    ;
    equity:
        a_day_has_one_point,
        a_dashboard_has_points_entries_and_unlocks,
        an_unlock_is_read_back,
        a_month_becomes_its_last_point_with_all_its_flows,
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
        answers_are_walked_in_order,
        the_ledger_refuses_to_be_changed,
        awards_refuse_to_be_changed,
        what_was_committed_outlasts_the_store,
    ;
    servers:
        two_servers_trade_for_one_account,
        a_posting_is_decided_on_what_the_other_server_wrote,
        two_servers_unlock_an_achievement_once,
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
        postings_are_compared_with_the_ledger,
        no_more_findings_are_told_than_asked_for,
        play_beside_a_verification_makes_no_findings,
    ;
    damage:
        a_changed_account_is_named,
        a_changed_counter_is_named,
        a_changed_position_is_named,
        a_changed_order_is_named,
        a_changed_entry_is_named,
        a_changed_last_entry_is_named,
        what_cannot_be_read_is_named,
        wrong_xp_is_named,
        wrong_awards_are_named,
        words_are_erased_but_not_changed,
        a_changed_answer_is_named,
        another_opening_cash_is_named,
        what_belongs_to_nobody_is_named,
        a_changed_schema_is_named,
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

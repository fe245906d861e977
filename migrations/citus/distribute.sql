-- Spreads the tables of `migrations/postgres` over a Citus cluster: what belongs to a player by the
-- player, what every node reads as a copy on every node. After its migrations, a server runs the statement
-- of each table that is not spread yet; each is on a line of its own. `docs/cluster.md` says what else is
-- needed.
--
-- Each table is named here exactly once, which a test holds against the database, as well as that each
-- key of a distributed table contains the column that it is distributed by.

begin;

-- The triggers refuse changes of the ledger and of the awards. Citus calls all triggers of
-- distributed tables unsafe, because it does not know that these stay with their row's node.
set local citus.enable_unsafe_triggers = on;

-- Copies on every node: few rows, hardly ever written, the same for every player. What is referred to
-- comes before what refers to it.
select create_reference_table('markets');
select create_reference_table('market_paces');
select create_reference_table('games');
select create_reference_table('xp_rules');
select create_reference_table('instruments');
select create_reference_table('candles');
select create_reference_table('minute_candles');
select create_reference_table('hour_candles');
select create_reference_table('month_candles');
select create_reference_table('last_quotes');
select create_reference_table('instrument_actions');
select create_reference_table('market_actions');
select create_reference_table('variables');
select create_reference_table('provider_answers');
select create_reference_table('provider_usage');
select create_reference_table('providers');
select create_reference_table('ledger_archives');
select create_reference_table('board_periods');
select create_reference_table('hosted_games');
select create_reference_table('game_hosts');
select create_reference_table('game_notices');
select create_reference_table('final_standings');
select create_reference_table('assignments');
select create_reference_table('offerings');
select create_reference_table('plans');
select create_reference_table('log_checkpoints');
select create_reference_table('log_keys');
select create_reference_table('scenarios');
select create_reference_table('duels');
select create_reference_table('offline_starts');
select create_reference_table('puzzle_tallies');
select create_reference_table('notification_positions');
select create_reference_table('strategies');
select create_reference_table('strategy_versions');
select create_reference_table('api_keys');
select create_reference_table('title_achievements');

-- By player: all rows of a player are on one node, in shards that move together.
select create_distributed_table('players', 'player_id', colocate_with => 'none');
select create_distributed_table('sessions', 'player_id', colocate_with => 'players');
select create_distributed_table('awards', 'player_id', colocate_with => 'players');
select create_distributed_table('accounts', 'player_id', colocate_with => 'players');
select create_distributed_table('positions', 'player_id', colocate_with => 'players');
select create_distributed_table('orders', 'player_id', colocate_with => 'players');
select create_distributed_table('words', 'player_id', colocate_with => 'players');
select create_distributed_table('postings', 'player_id', colocate_with => 'players');
select create_distributed_table('watch_lists', 'player_id', colocate_with => 'players');
select create_distributed_table('watched_symbols', 'player_id', colocate_with => 'players');
select create_distributed_table('target_plans', 'player_id', colocate_with => 'players');
select create_distributed_table('rebalancings', 'player_id', colocate_with => 'players');
select create_distributed_table('resting_orders', 'player_id', colocate_with => 'players');
select create_distributed_table('ledger_checkpoints', 'player_id', colocate_with => 'players');
select create_distributed_table('privacy', 'player_id', colocate_with => 'players');
select create_distributed_table('follows', 'player_id', colocate_with => 'players');
select create_distributed_table('blocks', 'player_id', colocate_with => 'players');
select create_distributed_table('reports', 'player_id', colocate_with => 'players');
select create_distributed_table('board_openings', 'player_id', colocate_with => 'players');
select create_distributed_table('game_members', 'player_id', colocate_with => 'players');
select create_distributed_table('scenario_runs', 'player_id', colocate_with => 'players');
select create_distributed_table('offline_runs', 'player_id', colocate_with => 'players');
select create_distributed_table('offline_results', 'player_id', colocate_with => 'players');
select create_distributed_table('puzzle_attempts', 'player_id', colocate_with => 'players');
select create_distributed_table('log_heads', 'player_id', colocate_with => 'players');
select create_distributed_table('good_ones', 'player_id', colocate_with => 'players');
select create_distributed_table('notifications', 'player_id', colocate_with => 'players');
select create_distributed_table('notification_settings', 'player_id', colocate_with => 'players');
select create_distributed_table('price_alerts', 'player_id', colocate_with => 'players');
select create_distributed_table('journal_grades', 'player_id', colocate_with => 'players');
select create_distributed_table('notes', 'player_id', colocate_with => 'players');
select create_distributed_table('strategy_follows', 'player_id', colocate_with => 'players');
select create_distributed_table('equity_points', 'player_id', colocate_with => 'players');
select create_distributed_table('investments', 'player_id', colocate_with => 'players');
select create_distributed_table('subscriptions', 'player_id', colocate_with => 'players');
select create_distributed_table('operators', 'player_id', colocate_with => 'players');
select create_distributed_table('second_factors', 'player_id', colocate_with => 'players');
select create_distributed_table('recovery_codes', 'player_id', colocate_with => 'players');
select create_distributed_table('mail_links', 'player_id', colocate_with => 'players');
select create_distributed_table('verified_emails', 'player_id', colocate_with => 'players');
select create_distributed_table('logins', 'player_id', colocate_with => 'players');
select create_distributed_table('title_unlocks', 'player_id', colocate_with => 'players');
select create_distributed_table('title_scores', 'player_id', colocate_with => 'players');
select create_distributed_table('title_sessions', 'player_id', colocate_with => 'players');
-- With its partitions, those that come later included.
select create_distributed_table('ledger', 'player_id', colocate_with => 'players');

-- By place: a proof reads a few nodes from all over the log.
select create_distributed_table('log_nodes', 'place', colocate_with => 'none');

-- By lane: a lane's batches are read together, and a lane without any is removed.
select create_distributed_table('outbox', 'lane', colocate_with => 'none');
select create_distributed_table('lanes', 'lane', colocate_with => 'outbox');

-- By game: final standings are read together.
select create_distributed_table('board_finals', 'game_id', colocate_with => 'none');

-- By name: it is looked for before its player is known, and has to be unique in the whole cluster.
select create_distributed_table('player_names', 'name', colocate_with => 'none');

-- On the coordinator alone: jobs are few, belong to no player, and are claimed by `for update skip locked`,
-- which Citus runs on one node only. The other nodes reach these tables through it.
select citus_add_local_table_to_metadata('jobs');
select citus_add_local_table_to_metadata('job_schedules');
-- So is what operators and hosts did.
select citus_add_local_table_to_metadata('operator_actions');

commit;

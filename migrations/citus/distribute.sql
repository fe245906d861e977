-- Spreads the tables of `migrations/postgres` over a Citus cluster: what belongs to a player by the
-- player, what every node reads as a copy on every node. Run it once on the coordinator, when
-- `tickerquest migrate` has made the tables; `docs/cluster.md` says what else is needed, and what does
-- not work there.
--
-- Each table is named here exactly once, which a test holds against the database, as well as that each
-- key of a distributed table contains the column that it is distributed by.

begin;

-- The triggers refuse changes of the ledger and of the daily bonuses. Citus calls all triggers of
-- distributed tables unsafe, because it does not know that these stay with their row's node.
set local citus.enable_unsafe_triggers = on;

-- Copies on every node: few rows, hardly ever written, the same for every player. What is referred to
-- comes before what refers to it.
select create_reference_table('games');
select create_reference_table('xp_rules');
select create_reference_table('instruments');
select create_reference_table('candles');
select create_reference_table('last_quotes');
select create_reference_table('facts');
select create_reference_table('ledger_archives');

-- By player: all rows of a player are on one node, in shards that move together.
select create_distributed_table('players', 'player_id', colocate_with => 'none');
select create_distributed_table('sessions', 'player_id', colocate_with => 'players');
select create_distributed_table('daily_bonuses', 'player_id', colocate_with => 'players');
select create_distributed_table('accounts', 'player_id', colocate_with => 'players');
select create_distributed_table('positions', 'player_id', colocate_with => 'players');
select create_distributed_table('orders', 'player_id', colocate_with => 'players');
select create_distributed_table('resting_orders', 'player_id', colocate_with => 'players');
select create_distributed_table('ledger_checkpoints', 'player_id', colocate_with => 'players');
-- With its partitions, those that come later included.
select create_distributed_table('ledger', 'player_id', colocate_with => 'players');

-- By name: it is looked for before its player is known, and has to be unique in the whole cluster.
select create_distributed_table('player_names', 'name', colocate_with => 'none');
-- Empty there: of a game that is spread over several databases without Citus.
select create_distributed_table('abandoned_reservations', 'reservation', colocate_with => 'none');

commit;

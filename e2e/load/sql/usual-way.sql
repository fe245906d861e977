-- The usual way to trade: a transaction of one statement after the other, each a trip to the database
-- and back. A transaction that finds the version changed writes only its traces.
\set number random(0, :players - 1)
\set player (:number + 1) * 900000000037
\set place random(0, :positions - 1)
\set instrument (:number * 7 + :place) % :instruments + 1
\set amount random(20000, 99990)

begin;

select cash, version as version
from accounts
where player_id = :player
and game_id = 1
\gset

update accounts
set cash = cash - case when cash > :amount then :amount else 0 end,
    version = version + 1,
    head_hash = '\x00000000000000000000000000000000000000000000000000000000000000aa'::bytea
where player_id = :player
and game_id = 1
and version = :version;

select quantity, cost_basis, lots
from positions
where player_id = :player
and game_id = 1
and instrument_id = :instrument;

insert into positions (
    player_id, game_id, instrument_id, quantity, cost_basis, realized_profit, lots, last_bought_at, traded_on,
    trades_that_day
)
values (
    :player, 1, :instrument, 1000000, :amount, 0, '\x000000000000000100000000000000020000000000000003'::bytea,
    1795262400000000, 20778, 1
)
on conflict (player_id, game_id, instrument_id) do update
set quantity = positions.quantity + excluded.quantity,
    cost_basis = positions.cost_basis + excluded.cost_basis,
    lots = excluded.lots,
    last_bought_at = excluded.last_bought_at,
    traded_on = excluded.traded_on,
    trades_that_day = positions.trades_that_day + 1;

insert into ledger (player_id, game_id, seq, at, instrument_id, kind, fact, previous_hash)
values (
    :player, 1, :version + 1, 1795262400000000, :instrument, 'bought', decode(repeat('ab', 90), 'hex'),
    '\x00000000000000000000000000000000000000000000000000000000000000aa'::bytea
)
on conflict do nothing;

insert into audits (player_id, at, what)
values (:player, 1795262400000000, 'bought');

update checkpoints
set version = :version + 1,
    at = 1795262400000000
where player_id = :player;

commit;

-- The best that one transaction for each trade can do: one select of everything that the decision
-- needs, and one statement that writes account, position and ledger, guarded by the version.
\set number random(0, :players - 1)
\set player (:number + 1) * 900000000037
\set place random(0, :positions - 1)
\set instrument (:number * 7 + :place) % :instruments + 1
\set amount random(20000, 99990)

select a.cash, a.realized_profit, a.positions_held, a.version as version, a.head_hash, p.xp, o.quantity, o.cost_basis,
    o.lots
from accounts a
join players p on p.player_id = a.player_id
left join positions o
    on o.player_id = a.player_id
    and o.game_id = a.game_id
    and o.instrument_id = :instrument
where a.player_id = :player
and a.game_id = 1
\gset

with account as (
    update accounts
    set cash = cash - case when cash > :amount then :amount else 0 end,
        version = version + 1,
        head_hash = '\x00000000000000000000000000000000000000000000000000000000000000aa'::bytea
    where player_id = :player
    and game_id = 1
    and version = :version
    returning player_id, game_id, version
), position as (
    insert into positions (
        player_id, game_id, instrument_id, quantity, cost_basis, realized_profit, lots, last_bought_at, traded_on,
        trades_that_day
    )
    select
        player_id, game_id, :instrument::bigint, 1000000, :amount::bigint, 0,
        '\x000000000000000100000000000000020000000000000003'::bytea, 1795262400000000, 20778, 1
    from account
    on conflict (player_id, game_id, instrument_id) do update
    set quantity = positions.quantity + excluded.quantity,
        cost_basis = positions.cost_basis + excluded.cost_basis,
        lots = excluded.lots,
        last_bought_at = excluded.last_bought_at,
        traded_on = excluded.traded_on,
        trades_that_day = positions.trades_that_day + 1
)
insert into ledger (player_id, game_id, seq, at, instrument_id, kind, fact, previous_hash)
select
    player_id, game_id, version, 1795262400000000, :instrument::bigint, 'bought', decode(repeat('ab', 90), 'hex'),
    '\x00000000000000000000000000000000000000000000000000000000000000aa'::bytea
from account;

-- Two hundred and fifty trades that share a transaction, in one statement: what a database can do for
-- an engine that collects them. Of as many players, locked in one order; nothing is decided, no answer
-- is kept.
\set number random(0, :players - 1)

with picked as materialized (
    select distinct on (player)
        player, (number * 7 + (random() * (:positions - 1))::bigint) % :instruments + 1 as instrument,
        20000 + (random() * 79990)::bigint as amount
    from (
        select number, (number + 1) * 900000000037 as player
        from (
            select (:number + nth * (1 + :players / 250) + (random() * (:players / 250))::bigint) % :players as number
            from generate_series(1, 250) nth
        ) numbers
    ) players
    order by player
), account as (
    update accounts a
    set cash = a.cash - case when a.cash > c.amount then c.amount else 0 end,
        version = a.version + 1,
        head_hash = '\x00000000000000000000000000000000000000000000000000000000000000aa'::bytea
    from picked c
    where a.player_id = c.player
    and a.game_id = 1
    returning a.player_id, a.game_id, a.version, c.instrument, c.amount
), position as (
    insert into positions (
        player_id, game_id, instrument_id, quantity, cost_basis, realized_profit, lots, last_bought_at, traded_on,
        trades_that_day
    )
    select
        player_id, game_id, instrument, 1000000, amount, 0,
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
    player_id, game_id, version, 1795262400000000, instrument, 'bought', decode(repeat('ab', 90), 'hex'),
    '\x00000000000000000000000000000000000000000000000000000000000000aa'::bytea
from account;

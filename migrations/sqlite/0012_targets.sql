-- Targets that players set for their accounts, and the rebalancings that they requested. A plan and a
-- proposal are always read and written as a whole, so each is one value.

create table target_plans (
    player_id integer not null references players (player_id),
    game_id integer not null references games (game_id),
    plan text not null check (json_valid(plan) and length(plan) <= 65536),
    changed_at integer not null,
    -- Since when the account has been further from its targets than they allow; none while it is not.
    beyond_since integer,
    primary key (player_id, game_id)
) strict, without rowid;

create table rebalancings (
    player_id integer not null references players (player_id),
    rebalancing_id integer not null,
    game_id integer not null references games (game_id),
    state text not null check (state in ('pending', 'processing', 'completed', 'failed')),
    may_sell integer not null check (may_sell in (0, 1)),
    created_at integer not null,
    ended_at integer,
    -- The proposal if it completed, the error if it failed.
    result text check (json_valid(result)),
    primary key (player_id, rebalancing_id)
) strict, without rowid;

create index rebalancings_by_account on rebalancings (player_id, game_id, created_at, rebalancing_id);

-- Targets that players set for their accounts, and the rebalancings that they requested. A plan and a
-- proposal are always read and written as a whole, so each is one value.

create table target_plans (
    player_id bigint not null,
    game_id bigint not null,
    plan text not null check (length(plan) <= 65536),
    changed_at bigint not null,
    -- Since when the account has been further from its targets than they allow; none while it is not.
    beyond_since bigint,
    primary key (player_id, game_id)
);

create table rebalancings (
    player_id bigint not null,
    rebalancing_id bigint not null,
    game_id bigint not null,
    state text not null check (state in ('pending', 'processing', 'completed', 'failed')),
    may_sell boolean not null,
    created_at bigint not null,
    ended_at bigint,
    -- The proposal if it completed, the error if it failed.
    result text,
    primary key (player_id, rebalancing_id)
);

create index rebalancings_by_account on rebalancings (player_id, game_id, created_at, rebalancing_id);

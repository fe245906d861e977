-- Offerings sell a limited number of shares at one price, and investments ask for them. Grants are decided in
-- the transaction that counts them against the offering, so that no share is sold twice, and reach the
-- accounts afterwards as postings. And savings plans, with the subscriptions of players.

create table offerings (
    offering_id bigint not null primary key,
    game_id bigint not null references games (game_id),
    instrument_id bigint not null,
    created_by bigint not null,
    created_at bigint not null,
    opens_at bigint not null,
    closes_at bigint not null check (closes_at > opens_at),
    -- The price of a share, in 10,000ths.
    price bigint not null check (price > 0),
    shares bigint not null check (shares between 1 and 1000000000),
    minimum bigint not null check (minimum >= 1),
    maximum bigint not null check (maximum >= minimum),
    rule text collate "C" not null check (rule in ('first_come', 'pro_rata')),
    title text not null check (length(title) between 1 and 80),
    story text not null,
    -- Drawn when the offering is made, published when it is settled.
    seed bigint not null,
    -- Shares granted so far.
    granted bigint not null check (granted >= 0),
    -- Counts the decisions, so that only one server makes each of them.
    version bigint not null check (version >= 0),
    settled_at bigint,
    check (granted <= shares)
);

create index offerings_by_game on offerings (game_id, closes_at, offering_id);
create index offerings_unsettled on offerings (closes_at) where settled_at is null;

create table investments (
    player_id bigint not null,
    investment_id bigint not null,
    game_id bigint not null,
    offering_id bigint not null,
    instrument_id bigint not null,
    at bigint not null,
    shares bigint not null check (shares >= 1),
    -- Money that is reserved until the allocation.
    reserve bigint not null check (reserve >= 0),
    -- The subscription whose money it draws on.
    subscription_id bigint,
    state text collate "C" not null check (state in ('pending', 'processing', 'completed', 'failed', 'reversed')),
    -- Shares granted.
    granted bigint check (granted between 0 and shares),
    -- The entry of the allocation.
    seq bigint,
    ended_at bigint,
    reason text,
    primary key (player_id, investment_id)
);

create index investments_by_game on investments (player_id, game_id, at, investment_id);
create index investments_by_offering on investments (offering_id, at, investment_id);
create index investments_waiting on investments (offering_id, state, at, investment_id)
    where state in ('pending', 'processing');
create index investments_by_subscription on investments (player_id, subscription_id)
    where subscription_id is not null;

create table plans (
    plan_id bigint not null primary key,
    game_id bigint not null references games (game_id),
    owner_id bigint not null,
    -- Whether everyone in the game may subscribe: made by a host.
    shared boolean not null,
    name text not null check (length(name) between 1 and 60),
    -- The monthly amount, in 10,000ths.
    amount bigint not null check (amount > 0),
    -- None: twelve.
    months bigint check (months between 1 and 600),
    -- Whether it brings new money; otherwise it sets aside the account's own cash.
    new_money boolean not null,
    -- What is bought each month.
    instrument_id bigint,
    created_at bigint not null,
    -- Since when new subscriptions are closed; existing ones continue.
    retired_at bigint
);

create index plans_shared on plans (game_id, plan_id) where shared and retired_at is null;
create index plans_by_owner on plans (owner_id, game_id, plan_id);

create table subscriptions (
    player_id bigint not null,
    subscription_id bigint not null,
    game_id bigint not null,
    plan_id bigint not null,
    -- Overrides the plan's amount.
    amount bigint check (amount > 0),
    state text collate "C" not null check (state in ('active', 'paused', 'cancelled', 'finished')),
    created_at bigint not null,
    -- The market day on which month 0 is due.
    start_day bigint not null,
    -- Months in which it was paused.
    skipped bigint not null check (skipped >= 0),
    -- Months paid, which is also the number of the next one.
    paid_months bigint not null check (paid_months >= 0),
    paid bigint not null check (paid >= 0),
    -- What the purchases of the plan have cost.
    bought bigint not null check (bought >= 0),
    -- The market day on which the next month is due.
    due_day bigint not null,
    primary key (player_id, subscription_id)
);

create index subscriptions_by_game on subscriptions (player_id, game_id, subscription_id);
create index subscriptions_due on subscriptions (game_id, due_day, player_id, subscription_id)
    where state = 'active';

-- Offerings sell a limited number of shares at one price, and investments ask for them. Grants are decided in
-- the transaction that counts them against the offering, so that no share is sold twice, and reach the
-- accounts afterwards as postings. And savings plans, with the subscriptions of players.

create table offerings (
    offering_id integer not null primary key,
    game_id integer not null references games (game_id),
    instrument_id integer not null references instruments (instrument_id),
    created_by integer not null,
    created_at integer not null,
    opens_at integer not null,
    closes_at integer not null check (closes_at > opens_at),
    -- The price of a share, in 10,000ths.
    price integer not null check (price > 0),
    shares integer not null check (shares between 1 and 1000000000),
    minimum integer not null check (minimum >= 1),
    maximum integer not null check (maximum >= minimum),
    rule text not null check (rule in ('first_come', 'pro_rata')),
    title text not null check (length(title) between 1 and 80),
    story text not null,
    -- Drawn when the offering is made, published when it is settled.
    seed integer not null,
    -- Shares granted so far.
    granted integer not null check (granted >= 0),
    -- Counts the decisions, so that only one server makes each of them.
    version integer not null check (version >= 0),
    settled_at integer,
    check (granted <= shares)
) strict;

create index offerings_by_game on offerings (game_id, closes_at, offering_id);
create index offerings_unsettled on offerings (closes_at) where settled_at is null;

create table investments (
    player_id integer not null references players (player_id),
    investment_id integer not null,
    game_id integer not null,
    offering_id integer not null,
    instrument_id integer not null,
    at integer not null,
    shares integer not null check (shares >= 1),
    -- Money that is reserved until the allocation.
    reserve integer not null check (reserve >= 0),
    -- The subscription whose money it draws on.
    subscription_id integer,
    state text not null check (state in ('pending', 'processing', 'completed', 'failed', 'reversed')),
    -- Shares granted.
    granted integer check (granted between 0 and shares),
    -- The entry of the allocation.
    seq integer,
    ended_at integer,
    reason text,
    primary key (player_id, investment_id)
) strict, without rowid;

create index investments_by_game on investments (player_id, game_id, at, investment_id);
create index investments_by_offering on investments (offering_id, at, investment_id);
create index investments_waiting on investments (offering_id, state, at, investment_id)
    where state in ('pending', 'processing');
create index investments_by_subscription on investments (player_id, subscription_id)
    where subscription_id is not null;

create table plans (
    plan_id integer not null primary key,
    game_id integer not null references games (game_id),
    owner_id integer not null,
    -- Whether everyone in the game may subscribe: made by a host.
    shared integer not null check (shared in (0, 1)),
    name text not null check (length(name) between 1 and 60),
    -- The monthly amount, in 10,000ths.
    amount integer not null check (amount > 0),
    -- None: twelve.
    months integer check (months between 1 and 600),
    -- Whether it brings new money; otherwise it sets aside the account's own cash.
    new_money integer not null check (new_money in (0, 1)),
    -- What is bought each month.
    instrument_id integer references instruments (instrument_id),
    created_at integer not null,
    -- Since when new subscriptions are closed; existing ones continue.
    retired_at integer
) strict;

create index plans_shared on plans (game_id, plan_id) where shared and retired_at is null;
create index plans_by_owner on plans (owner_id, game_id, plan_id);

create table subscriptions (
    player_id integer not null references players (player_id),
    subscription_id integer not null,
    game_id integer not null,
    plan_id integer not null,
    -- Overrides the plan's amount.
    amount integer check (amount > 0),
    state text not null check (state in ('active', 'paused', 'cancelled', 'finished')),
    created_at integer not null,
    -- The market day on which month 0 is due.
    start_day integer not null,
    -- Months in which it was paused.
    skipped integer not null check (skipped >= 0),
    -- Months paid, which is also the number of the next one.
    paid_months integer not null check (paid_months >= 0),
    paid integer not null check (paid >= 0),
    -- What the purchases of the plan have cost.
    bought integer not null check (bought >= 0),
    -- The market day on which the next month is due.
    due_day integer not null,
    primary key (player_id, subscription_id)
) strict, without rowid;

create index subscriptions_by_game on subscriptions (player_id, game_id, subscription_id);
create index subscriptions_due on subscriptions (game_id, due_day, player_id, subscription_id)
    where state = 'active';

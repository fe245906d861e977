-- Orders that wait for their price, and what is set aside for them meanwhile: cash of the account,
-- shares of the position. A row is here as long as its order rests; what became of it is its answer,
-- in `orders`.
--
-- What is set aside is never more than there is. The checks are not made of the rows that are there
-- already: they have nothing set aside, and reading them all would keep everyone waiting.

alter table accounts
    add column reserved_cash bigint not null default 0,
    add column open_orders bigint not null default 0;

alter table accounts
    add constraint accounts_reserve check (reserved_cash between 0 and cash and open_orders >= 0) not valid;

alter table positions add column reserved_quantity bigint not null default 0;

alter table positions
    add constraint positions_reserve check (reserved_quantity between 0 and quantity) not valid;

-- Of an entry that sets something aside, or releases it.
alter table ledger
    add column reserved_cash_change bigint,
    add column reserved_quantity_change bigint;

create table resting_orders (
    player_id bigint not null,
    game_id bigint not null,
    instrument_id bigint not null,
    placed_at bigint not null,
    -- None: it is good till cancelled.
    expires_at bigint,
    trigger_price bigint not null check (trigger_price > 0),
    -- Its size: the one or the other.
    quantity bigint check (quantity > 0),
    amount bigint check (amount > 0),
    reserved_cash bigint not null check (reserved_cash >= 0),
    reserved_quantity bigint not null check (reserved_quantity >= 0),
    order_key text collate "C" not null,
    side text not null check (side in ('buy', 'sell')),
    trigger_kind text not null check (trigger_kind in ('limit', 'stop')),
    reason text,
    primary key (player_id, game_id, order_key),
    check ((quantity is null) <> (amount is null))
);

-- A server that starts reads all of them, and then those that others have placed since.
create index resting_orders_by_time on resting_orders (placed_at, player_id, game_id, order_key);

-- Orders that wait for their price, and what is set aside for them meanwhile: cash of the account,
-- shares of the position. A row is here as long as its order rests; what became of it is its answer,
-- in `orders`. What is set aside is never more than there is.

alter table accounts add column reserved_cash integer not null default 0 check (reserved_cash between 0 and cash);

alter table accounts add column open_orders integer not null default 0 check (open_orders >= 0);

alter table positions add column reserved_quantity integer not null default 0
    check (reserved_quantity between 0 and quantity);

-- Of an entry that sets something aside, or releases it.
alter table ledger add column reserved_cash_change integer;

alter table ledger add column reserved_quantity_change integer;

create table resting_orders (
    player_id integer not null,
    game_id integer not null,
    order_key text not null,
    instrument_id integer not null references instruments (instrument_id),
    side text not null check (side in ('buy', 'sell')),
    -- Its size: the one or the other.
    quantity integer check (quantity > 0),
    amount integer check (amount > 0),
    trigger_kind text not null check (trigger_kind in ('limit', 'stop')),
    trigger_price integer not null check (trigger_price > 0),
    -- None: it is good till cancelled.
    expires_at integer,
    reserved_cash integer not null check (reserved_cash >= 0),
    reserved_quantity integer not null check (reserved_quantity >= 0),
    placed_at integer not null,
    reason text,
    primary key (player_id, game_id, order_key),
    foreign key (player_id, game_id) references accounts (player_id, game_id),
    check ((quantity is null) <> (amount is null))
) strict, without rowid;

-- A server that starts reads all of them, and then those that others have placed since.
create index resting_orders_by_time on resting_orders (placed_at, player_id, game_id, order_key);

-- An account is one player's cash and shares in one game. Everything an account owns is keyed by
-- player and game, so that a trade touches rows of one player only. Money is in 10,000ths, shares in
-- millionths.

create table accounts (
    player_id integer not null references players (player_id),
    game_id integer not null references games (game_id),
    cash integer not null check (cash >= 0),
    realized_profit integer not null,
    positions_held integer not null check (positions_held >= 0),
    -- `seq` of the latest ledger entry: a writer of the account states which one it has seen.
    version integer not null check (version >= 1),
    head_hash blob not null check (length(head_hash) = 32),
    -- The part of the cash set aside for resting orders.
    reserved_cash integer not null default 0 check (reserved_cash between 0 and cash),
    open_orders integer not null default 0 check (open_orders >= 0),
    -- The ledger's totals for achievements, always read and written as a whole.
    counters blob not null default x'',
    primary key (player_id, game_id)
) strict, without rowid;

create table positions (
    player_id integer not null,
    game_id integer not null,
    instrument_id integer not null references instruments (instrument_id),
    quantity integer not null check (quantity >= 0),
    cost_basis integer not null check (cost_basis >= 0),
    realized_profit integer not null,
    -- A position is always read and written as a whole, so its lots are not separate rows. Each lot
    -- has its purchase time, its shares and their cost.
    lots blob not null,
    last_bought_at integer,
    traded_on integer,
    trades_that_day integer not null check (trades_that_day >= 0),
    -- The part of the shares set aside for resting sales.
    reserved_quantity integer not null default 0 check (reserved_quantity between 0 and quantity),
    primary key (player_id, game_id, instrument_id),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict, without rowid;

-- Every trade writes an order, and each index of this table costs it a page at some random location.
-- So there is one index: it carries the instant, so that a page of orders is found without reading the
-- answers of the others. An index of more than the key does not keep the key unique; a trigger does.
create table orders (
    player_id integer not null,
    game_id integer not null,
    order_key text not null,
    at integer not null,
    filled integer not null check (filled in (0, 1)),
    fingerprint blob not null check (length(fingerprint) = 32),
    answer blob not null,
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict;

create index orders_by_key on orders (player_id, game_id, order_key, at, filled);

create trigger orders_refuse_repeat before insert on orders
when exists (
    select 1
    from orders
    where player_id = new.player_id
    and game_id = new.game_id
    and order_key = new.order_key
)
begin
    select raise(abort, 'the order has been answered');
end;

-- The ledger is the one source of truth: cash, positions and XP can be rebuilt from it. So the database
-- itself refuses to change existing entries. A fact is the hashed bytes; `kind` and `instrument_id` repeat
-- part of it for inspection with a database tool.
create table ledger (
    player_id integer not null,
    game_id integer not null,
    seq integer not null check (seq >= 1),
    at integer not null,
    instrument_id integer references instruments (instrument_id),
    kind text not null,
    fact blob not null,
    previous_hash blob not null check (length(previous_hash) = 32),
    primary key (player_id, game_id, seq),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict, without rowid;

-- What players and hosts said about an entry. The ledger has a salted digest of it, so it can be
-- erased without breaking the chain.
create table words (
    player_id integer not null,
    game_id integer not null,
    seq integer not null,
    salt blob not null check (length(salt) = 16),
    text text not null,
    primary key (player_id, game_id, seq),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict, without rowid;

-- Changes to an account by hosts and jobs, with the key that makes each happen only once.
create table postings (
    player_id integer not null,
    game_id integer not null,
    posting_key text not null,
    -- The entry that states it.
    seq integer not null,
    primary key (player_id, game_id, posting_key),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict, without rowid;

-- What each committed batch publishes on the feed: numbered per lane and server start, and pruned
-- once every reader has had time to read it.
create table lanes (
    lane integer not null primary key,
    started_at integer not null
) strict;

create table outbox (
    lane integer not null,
    seq integer not null check (seq >= 1),
    at integer not null,
    outcomes blob not null,
    primary key (lane, seq)
) strict, without rowid;

create index outbox_by_time on outbox (at, lane, seq);

create trigger ledger_refuses_update before update on ledger
begin
    select raise(abort, 'the ledger is append-only: no update');
end;

-- `insert or replace` deletes without firing the trigger above.
create trigger ledger_refuses_replace before insert on ledger
when exists (
    select 1
    from ledger
    where player_id = new.player_id
    and game_id = new.game_id
    and seq = new.seq
)
begin
    select raise(abort, 'the ledger is append-only: no replacement');
end;

-- Orders that wait for their price, and what is set aside for them: cash of the account, shares of the
-- position. A row is here while its order rests; its outcome is its answer, in `orders`.

create table resting_orders (
    player_id integer not null,
    game_id integer not null,
    order_key text not null,
    instrument_id integer not null references instruments (instrument_id),
    side text not null check (side in ('buy', 'sell')),
    -- Its size: one or the other.
    quantity integer check (quantity > 0),
    amount integer check (amount > 0),
    trigger_kind text not null check (trigger_kind in ('limit', 'stop')),
    trigger_price integer not null check (trigger_price > 0),
    -- None: good till cancelled.
    expires_at integer,
    reserved_cash integer not null check (reserved_cash >= 0),
    reserved_quantity integer not null check (reserved_quantity >= 0),
    placed_at integer not null,
    reason text,
    -- The salt of the reason's digest.
    salt blob check (length(salt) = 16),
    primary key (player_id, game_id, order_key),
    foreign key (player_id, game_id) references accounts (player_id, game_id),
    check ((quantity is null) <> (amount is null))
) strict, without rowid;

-- A starting server reads all of them, and then those that other servers place.
create index resting_orders_by_time on resting_orders (placed_at, player_id, game_id, order_key);

-- Whole months of the ledger move into files, so that a database does not grow for ever. What remains is a
-- checkpoint for each account, from which its chain continues, and the location of each month. Only entries
-- covered by a checkpoint may be deleted, so nothing can go that is not in a file.

create table ledger_archives (
    -- Such as 2026-11.
    month text not null primary key check (length(month) = 7),
    accounts integer not null check (accounts >= 0),
    entries integer not null check (entries >= 0),
    -- SHA-256 of the file, byte for byte.
    file_hash blob not null check (length(file_hash) = 32)
) strict;

create table ledger_checkpoints (
    player_id integer not null,
    game_id integer not null,
    -- The last entry that is in a file.
    seq integer not null check (seq >= 1),
    -- The account after that entry, as JSON: the hash of the entry, cash, XP, positions, orders.
    state text not null check (json_valid(state)),
    primary key (player_id, game_id),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict;

-- Besides them, the opening entry of a guest who did nothing may go, together with the guest.
create trigger ledger_refuses_delete before delete on ledger
when not exists (
    select 1
    from ledger_checkpoints
    where player_id = old.player_id
    and game_id = old.game_id
    and seq >= old.seq
)
and not exists (
    select 1
    from accounts a
    join players p on p.player_id = a.player_id
    where a.player_id = old.player_id
    and a.game_id = old.game_id
    and a.version = 1
    and old.seq = 1
    and p.password_hash is null
    and p.xp = 0
)
begin
    select raise(abort, 'the ledger is append-only: no delete');
end;

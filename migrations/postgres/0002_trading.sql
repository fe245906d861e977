-- An account is one player's cash and shares in one game. Everything an account owns is keyed by
-- player and game, so that a trade touches rows of one player only. Money is in 10,000ths, shares in
-- millionths.
--
-- No foreign key leads out of these tables: it would look up, and lock, one row more for every row
-- that a trade writes. A batch checks its accounts and instruments as sets instead, and `verify` finds
-- what no account explains.

create table accounts (
    player_id bigint not null,
    game_id bigint not null,
    cash bigint not null check (cash >= 0),
    realized_profit bigint not null,
    positions_held bigint not null check (positions_held >= 0),
    -- `seq` of the latest ledger entry: a writer of the account states which one it has seen.
    version bigint not null check (version >= 1),
    -- The part of the cash set aside for resting orders.
    reserved_cash bigint not null default 0 check (reserved_cash between 0 and cash),
    open_orders bigint not null default 0 check (open_orders >= 0),
    head_hash bytea not null check (length(head_hash) = 32),
    -- The ledger's totals for achievements, always read and written as a whole.
    counters bytea not null default '',
    primary key (player_id, game_id)
) with (fillfactor = 90);

create table positions (
    player_id bigint not null,
    game_id bigint not null,
    instrument_id bigint not null,
    quantity bigint not null check (quantity >= 0),
    cost_basis bigint not null check (cost_basis >= 0),
    realized_profit bigint not null,
    trades_that_day bigint not null check (trades_that_day >= 0),
    last_bought_at bigint,
    traded_on bigint,
    -- The part of the shares set aside for resting sales.
    reserved_quantity bigint not null default 0 check (reserved_quantity between 0 and quantity),
    -- A position is always read and written as a whole, so its lots are not separate rows. Each lot
    -- has its purchase time, its shares and their cost.
    lots bytea not null,
    primary key (player_id, game_id, instrument_id)
) with (fillfactor = 90);

-- One index: every trade writes here, and a second index by time would cost it a page more. The
-- instant is carried in this one, so that a page of orders is found without reading the answers of
-- those that are not on it.
create table orders (
    player_id bigint not null,
    game_id bigint not null,
    at bigint not null,
    filled boolean not null,
    order_key text collate "C" not null,
    fingerprint bytea not null check (length(fingerprint) = 32),
    answer bytea not null,
    primary key (player_id, game_id, order_key) include (at, filled)
);

-- The ledger is the one source of truth: cash, positions and XP can be rebuilt from it. So the database
-- itself refuses to change existing entries. A fact is the hashed bytes; `kind` and `instrument_id` repeat
-- part of it for inspection with a database tool.
--
-- It is kept in a partition for each month, so that a month that has been archived goes in an
-- instant. A key of a partitioned table contains the column it is partitioned by; that a `seq` is
-- there once, whatever the month, follows from the account's version, which is written with it.

create table ledger (
    player_id bigint not null,
    game_id bigint not null,
    seq bigint not null check (seq >= 1),
    at bigint not null,
    instrument_id bigint,
    kind text not null,
    fact bytea not null,
    previous_hash bytea not null check (length(previous_hash) = 32),
    primary key (player_id, game_id, seq, at)
) partition by range (at);

-- Takes what has no month: an instant without a partition is no reason to refuse a trade.
create table ledger_default partition of ledger default;

create trigger ledger_refuses_truncate before truncate on ledger
for each statement execute function refuse_change('the ledger');

create trigger ledger_refuses_truncate before truncate on ledger_default
for each statement execute function refuse_change('the ledger');

-- What players and hosts said about an entry. The ledger has a salted digest of it, so it can be
-- erased without breaking the chain.
create table words (
    player_id bigint not null,
    game_id bigint not null,
    seq bigint not null,
    salt bytea not null check (length(salt) = 16),
    text text not null,
    primary key (player_id, game_id, seq)
);

-- Changes to an account by hosts and jobs, with the key that makes each happen only once.
create table postings (
    player_id bigint not null,
    game_id bigint not null,
    -- The entry that states it.
    seq bigint not null,
    posting_key text collate "C" not null,
    primary key (player_id, game_id, posting_key)
);

-- What each committed batch publishes on the feed: numbered per lane and server start, and pruned
-- once every reader has had time to read it.
create table lanes (
    lane bigint not null primary key,
    started_at bigint not null
);

create table outbox (
    lane bigint not null,
    seq bigint not null check (seq >= 1),
    at bigint not null,
    outcomes bytea not null,
    primary key (lane, seq)
);

create index outbox_by_time on outbox (at, lane, seq);

-- Makes the partitions of an instant's month and of the one after it, unless they are there. A table
-- that is made first and attached then does not keep the ledger from being written meanwhile.
create function prepare_ledger(now bigint) returns void language plpgsql as $$
declare
    this_month timestamp := date_trunc('month', to_timestamp(now / 1000000) at time zone 'UTC');
    month timestamp;
    partition text;
    first bigint;
    beyond bigint;
begin
    foreach month in array array[this_month, this_month + interval '1 month'] loop
        partition := 'ledger_' || to_char(month, 'YYYY_MM');
        continue when to_regclass(partition) is not null;
        -- Several servers may start at once. Whoever writes entries does not wait for this lock.
        lock table ledger in share update exclusive mode;
        continue when to_regclass(partition) is not null;
        first := extract(epoch from month)::bigint * 1000000;
        beyond := extract(epoch from month + interval '1 month')::bigint * 1000000;
        -- Entries that came before their partition stay where they are.
        continue when exists (select 1 from ledger_default where at >= first and at < beyond);
        execute format('create table %I (like ledger including constraints)', partition);
        execute format(
            'create trigger ledger_refuses_truncate before truncate on %I '
            'for each statement execute function refuse_change(''the ledger'')',
            partition
        );
        execute format(
            'alter table ledger attach partition %I for values from (%s) to (%s)', partition, first, beyond
        );
    end loop;
end;
$$;

-- Orders that wait for their price, and what is set aside for them: cash of the account, shares of the
-- position. A row is here while its order rests; its outcome is its answer, in `orders`.

create table resting_orders (
    player_id bigint not null,
    game_id bigint not null,
    instrument_id bigint not null,
    placed_at bigint not null,
    -- None: good till cancelled.
    expires_at bigint,
    trigger_price bigint not null check (trigger_price > 0),
    -- Its size: one or the other.
    quantity bigint check (quantity > 0),
    amount bigint check (amount > 0),
    reserved_cash bigint not null check (reserved_cash >= 0),
    reserved_quantity bigint not null check (reserved_quantity >= 0),
    order_key text collate "C" not null,
    side text not null check (side in ('buy', 'sell')),
    trigger_kind text not null check (trigger_kind in ('limit', 'stop')),
    reason text,
    -- The salt of the reason's digest.
    salt bytea check (length(salt) = 16),
    primary key (player_id, game_id, order_key),
    check ((quantity is null) <> (amount is null))
);

-- A starting server reads all of them, and then those that other servers place.
create index resting_orders_by_time on resting_orders (placed_at, player_id, game_id, order_key);

-- Whole months of the ledger move into files, so that a database does not grow for ever. What remains is a
-- checkpoint for each account, from which its chain continues, and the location of each month. Only entries
-- covered by a checkpoint may be deleted, so nothing can go that is not in a file.

create table ledger_archives (
    accounts bigint not null check (accounts >= 0),
    entries bigint not null check (entries >= 0),
    -- Such as 2026-11.
    month text collate "C" not null primary key check (length(month) = 7),
    -- SHA-256 of the file, byte for byte.
    file_hash bytea not null check (length(file_hash) = 32)
);

create table ledger_checkpoints (
    player_id bigint not null,
    game_id bigint not null,
    -- The last entry that is in a file.
    seq bigint not null check (seq >= 1),
    -- The account after that entry, as JSON: the hash of the entry, cash, XP, positions, orders.
    state text not null check (state::json is not null),
    primary key (player_id, game_id)
);

-- Besides them, the opening entry of a guest who did nothing may go, together with the guest.
create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        perform from ledger_checkpoints c
        where c.player_id = old.player_id
        and c.game_id = old.game_id
        and c.seq >= old.seq;
        if found then
            return old;
        end if;
        perform from accounts a
        join players p on p.player_id = a.player_id
        where a.player_id = old.player_id
        and a.game_id = old.game_id
        and a.version = 1
        and old.seq = 1
        and p.password_hash is null
        and p.xp = 0;
        if found then
            return old;
        end if;
    end if;
    raise exception 'the ledger is append-only: no %', lower(tg_op);
end;
$$;

create trigger ledger_refuses_change before update or delete on ledger
for each row execute function refuse_ledger_change();

-- The months before an instant of which there are entries. A partition is asked for one entry; what
-- is in none is few.
create function list_ledger_months(before bigint) returns setof text language plpgsql as $$
declare
    partition text;
    filled boolean;
begin
    for partition in
        select c.relname
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'ledger'::regclass
        and c.relname like 'ledger\_____\___'
        and c.relname < 'ledger_' || to_char(to_timestamp(before / 1000000) at time zone 'UTC', 'YYYY_MM')
    loop
        execute format('select exists (select from %I)', partition) into filled;
        if filled then
            return next replace(substr(partition, 8), '_', '-');
        end if;
    end loop;
    return query
        select distinct to_char(to_timestamp(at / 1000000) at time zone 'UTC', 'YYYY-MM')
        from ledger_default
        where at < before;
end;
$$;

-- Drops the partition of a month, unless it has an entry that is in no file; whether it did. Trades go
-- on while it looks, and wait for no longer than it takes to let go of a table.
create function drop_ledger_partition(partition text) returns boolean language plpgsql
set lock_timeout = '200ms' set enable_seqscan = on set enable_hashjoin = on as $$
declare
    uncovered boolean;
begin
    -- An entry that comes late waits, and then goes where entries without a month are.
    execute format('lock table %I in share mode', partition);
    execute format(
        'select exists ('
        'select from %I l '
        'left join ledger_checkpoints c on c.player_id = l.player_id and c.game_id = l.game_id '
        'where l.seq > coalesce(c.seq, 0))',
        partition
    ) into uncovered;
    if uncovered then
        return false;
    end if;
    execute format('alter table ledger detach partition %I', partition);
    execute format('drop table %I', partition);
    return true;
end;
$$;

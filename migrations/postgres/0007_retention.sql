-- Whole months of the ledger move into files, so that a database does not grow for ever. What stays is
-- a checkpoint for each account, from which its chain goes on, and which months are where. Only what
-- a checkpoint covers may be deleted, so nothing that is not in a file can go.

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
    end if;
    raise exception 'the ledger is append-only: no %', lower(tg_op);
end;
$$;

drop trigger ledger_refuses_change on ledger;

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

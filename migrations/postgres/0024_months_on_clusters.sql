-- Months of the ledger are looked at and dropped on a Citus cluster too, which does not run a subquery
-- without columns.

drop function list_ledger_months(bigint);
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
        execute format('select exists (select 1 from %I)', partition) into filled;
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

drop function drop_ledger_partition(text);
create function drop_ledger_partition(partition text) returns boolean language plpgsql
set lock_timeout = '200ms' set enable_seqscan = on set enable_hashjoin = on as $$
declare
    uncovered boolean;
begin
    -- An entry that comes late waits, and then goes where entries without a month are.
    execute format('lock table %I in share mode', partition);
    execute format(
        'select exists ('
        'select 1 from %I l '
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

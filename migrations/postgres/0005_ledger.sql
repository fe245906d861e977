-- The ledger is the one source of truth: cash, positions and XP can be rebuilt from it. So the
-- database itself refuses to change what has been written, whoever asks.
--
-- The kinds of entry are not listed in a check, because a check cannot be changed without reading the
-- whole table, and new kinds come.
--
-- It is kept in a partition for each month, so that a month that has been archived goes in an
-- instant. A key of a partitioned table contains the column it is partitioned by; that a `seq` is
-- there once, whatever the month, follows from the account's version, which is written with it.

create table ledger (
    player_id bigint not null,
    game_id bigint not null,
    seq bigint not null check (seq >= 1),
    at bigint not null,
    cash_change bigint not null,
    xp bigint not null check (xp >= 0),
    -- Of a trade; all null in an entry of another kind.
    instrument_id bigint,
    quantity_change bigint,
    price bigint check (price > 0),
    fee bigint check (fee >= 0),
    cost_basis_change bigint,
    realized_profit bigint,
    kind text not null,
    order_key text collate "C",
    previous_hash bytea not null check (length(previous_hash) = 32),
    reason text,
    primary key (player_id, game_id, seq, at),
    check (
        (instrument_id is null) = (order_key is null)
        and (instrument_id is null) = (quantity_change is null)
        and (instrument_id is null) = (price is null)
        and (instrument_id is null) = (fee is null)
        and (instrument_id is null) = (cost_basis_change is null)
        and (instrument_id is null) = (realized_profit is null)
        and (instrument_id is not null or reason is null)
    )
) partition by range (at);

-- Takes what has no month: an instant without a partition is no reason to refuse a trade.
create table ledger_default partition of ledger default;

create trigger ledger_refuses_change before update or delete on ledger
for each row execute function refuse_change('the ledger');

create trigger ledger_refuses_truncate before truncate on ledger
for each statement execute function refuse_change('the ledger');

create trigger ledger_refuses_truncate before truncate on ledger_default
for each statement execute function refuse_change('the ledger');

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
        continue when exists (select from ledger_default where at >= first and at < beyond);
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

-- The ledger is the one source of truth: cash, positions and XP can be rebuilt from it. So the
-- database itself refuses to change what has been written, whoever asks.
--
-- The kinds of entry are not listed in a check, because a check cannot be changed without copying the
-- whole table, and new kinds come.

create table ledger (
    player_id integer not null,
    game_id integer not null,
    seq integer not null check (seq >= 1),
    at integer not null,
    kind text not null,
    cash_change integer not null,
    xp integer not null check (xp >= 0),
    -- Of a trade; all null in an entry of another kind.
    instrument_id integer references instruments (instrument_id),
    quantity_change integer,
    price integer check (price > 0),
    fee integer check (fee >= 0),
    cost_basis_change integer,
    realized_profit integer,
    order_key text,
    reason text,
    previous_hash blob not null check (length(previous_hash) = 32),
    primary key (player_id, game_id, seq),
    foreign key (player_id, game_id) references accounts (player_id, game_id),
    check (
        (instrument_id is null) = (order_key is null)
        and (instrument_id is null) = (quantity_change is null)
        and (instrument_id is null) = (price is null)
        and (instrument_id is null) = (fee is null)
        and (instrument_id is null) = (cost_basis_change is null)
        and (instrument_id is null) = (realized_profit is null)
        and (instrument_id is not null or reason is null)
    )
) strict, without rowid;

create trigger ledger_refuses_update before update on ledger
begin
    select raise(abort, 'the ledger is append-only: no update');
end;

create trigger ledger_refuses_delete before delete on ledger
begin
    select raise(abort, 'the ledger is append-only: no delete');
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

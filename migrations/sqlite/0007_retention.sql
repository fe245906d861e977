-- Whole months of the ledger move into files, so that a database does not grow for ever. What stays is
-- a checkpoint for each account, from which its chain goes on, and which months are where. Only what
-- a checkpoint covers may be deleted, so nothing that is not in a file can go.

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

drop trigger ledger_refuses_delete;

create trigger ledger_refuses_delete before delete on ledger
when not exists (
    select 1
    from ledger_checkpoints
    where player_id = old.player_id
    and game_id = old.game_id
    and seq >= old.seq
)
begin
    select raise(abort, 'the ledger is append-only: no delete');
end;

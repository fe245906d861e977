-- An account is one player's cash and shares in one game. Everything an account owns is keyed by
-- player and game, so that a trade touches rows of one player only. Money is in 10,000ths, shares in
-- millionths.
--
-- No foreign key leads out of these tables: it would look up, and lock, one row more for every row
-- that a trade writes. A batch checks its accounts and instruments as sets instead (`refuse_batch`
-- below), and `verify` finds what no account explains.

create table accounts (
    player_id bigint not null,
    game_id bigint not null,
    cash bigint not null check (cash >= 0),
    realized_profit bigint not null,
    positions_held bigint not null check (positions_held >= 0),
    -- `seq` of the latest ledger entry: whoever writes the account says which one it has seen.
    version bigint not null check (version >= 1),
    head_hash bytea not null check (length(head_hash) = 32),
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
    -- A position is always read and written whole, so its lots are not rows of their own: for each,
    -- when it was bought, its shares and their cost, as 8 bytes each, big-endian.
    lots bytea not null check (length(lots) % 24 = 0),
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
    answer text not null,
    primary key (player_id, game_id, order_key) include (at, filled)
);

-- Ends a batch that must not be written. `TQ001` says that another server was faster.
create function refuse_batch(state text, reason text) returns boolean language plpgsql as $$
begin
    raise exception using errcode = state, message = reason;
end;
$$;

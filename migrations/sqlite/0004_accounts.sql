-- An account is one player's cash and shares in one game. Everything an account owns is keyed by
-- player and game, so that a trade touches rows of one player only. Money is in 10,000ths, shares in
-- millionths.

create table accounts (
    player_id integer not null references players (player_id),
    game_id integer not null references games (game_id),
    cash integer not null check (cash >= 0),
    realized_profit integer not null,
    positions_held integer not null check (positions_held >= 0),
    -- `seq` of the latest ledger entry: whoever writes the account says which one it has seen.
    version integer not null check (version >= 1),
    head_hash blob not null check (length(head_hash) = 32),
    primary key (player_id, game_id)
) strict, without rowid;

create table positions (
    player_id integer not null,
    game_id integer not null,
    instrument_id integer not null references instruments (instrument_id),
    quantity integer not null check (quantity >= 0),
    cost_basis integer not null check (cost_basis >= 0),
    realized_profit integer not null,
    -- A position is always read and written whole, so its lots are not rows of their own: for each,
    -- when it was bought, its shares and their cost, as 8 bytes each, big-endian.
    lots blob not null check (length(lots) % 24 = 0),
    last_bought_at integer,
    traded_on integer,
    trades_that_day integer not null check (trades_that_day >= 0),
    primary key (player_id, game_id, instrument_id),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict, without rowid;

-- Answers are long, so this table is not kept in the order of its key: both its indexes stay slim.
create table orders (
    player_id integer not null,
    game_id integer not null,
    order_key text not null,
    at integer not null,
    filled integer not null check (filled in (0, 1)),
    fingerprint blob not null check (length(fingerprint) = 32),
    answer text not null,
    primary key (player_id, game_id, order_key),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict;

create index orders_by_time on orders (player_id, game_id, at, order_key);

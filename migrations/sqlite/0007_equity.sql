-- What an account was worth at the close of each market day, so that a curve and its figures need no replay
-- of the ledger. Days older than a year are rolled up: the last one of each month is kept, with the flows of
-- the whole month.

create table equity_points (
    player_id integer not null,
    game_id integer not null,
    -- The market day.
    day integer not null,
    net_worth integer not null,
    cash integer not null,
    -- Paid in on that day, or taken out when below zero.
    flow integer not null,
    -- The market's index at the close; none when unknown.
    index_value integer,
    -- What the account bought first, and its price at the close; none before that.
    held_instrument integer references instruments (instrument_id),
    held_price integer,
    -- `seq` of the latest ledger entry up to that day: the next point continues from it.
    version integer not null check (version >= 0),
    primary key (player_id, game_id, day),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict, without rowid;

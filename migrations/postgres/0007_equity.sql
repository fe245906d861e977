-- What an account was worth at the close of each market day, so that a curve and its figures need no replay
-- of the ledger. Days older than a year are rolled up: the last one of each month is kept, with the flows of
-- the whole month.

create table equity_points (
    player_id bigint not null,
    game_id bigint not null,
    -- The market day.
    day bigint not null,
    net_worth bigint not null,
    cash bigint not null,
    -- Paid in on that day, or taken out when below zero.
    flow bigint not null,
    -- The market's index at the close; none when unknown.
    index_value bigint,
    -- What the account bought first, and its price at the close; none before that.
    held_instrument bigint,
    held_price bigint,
    -- `seq` of the latest ledger entry up to that day: the next point continues from it.
    version bigint not null check (version >= 0),
    primary key (player_id, game_id, day)
);

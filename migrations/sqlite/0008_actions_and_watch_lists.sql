-- Corporate actions: splits and dividends that come with an import, and those that have happened in a market.
-- The latter are registered before they affect the market's prices, so that every server applies the same
-- ones, and stay open until every holder has been processed. In a simulated market, future ones are derived
-- from its seed. And watch lists of players.

create table instrument_actions (
    instrument_id integer not null references instruments (instrument_id),
    -- The first day that trades without the dividend, or with the new shares.
    day integer not null,
    kind text not null check (kind in ('split', 'dividend', 'delisting')),
    -- For a split, else 0.
    new_shares integer not null check (new_shares >= 0),
    old_shares integer not null check (old_shares >= 0),
    -- The payout per share, in 10,000ths; 0 for a split.
    amount integer not null check (amount >= 0),
    primary key (instrument_id, day, kind),
    check ((kind = 'split') = (new_shares > 0 and old_shares > 0))
) strict, without rowid;

create table market_actions (
    market_id integer not null references markets (market_id),
    instrument_id integer not null references instruments (instrument_id),
    day integer not null,
    kind text not null check (kind in ('split', 'dividend', 'delisting')),
    new_shares integer not null check (new_shares >= 0),
    old_shares integer not null check (old_shares >= 0),
    amount integer not null check (amount >= 0),
    -- For a split: the price of one new share, to pay out fractions.
    price integer not null check (price >= 0),
    -- The instant of the server's time at which the day begins.
    effective_at integer not null,
    -- When every holder had been processed.
    finished_at integer,
    primary key (market_id, day, instrument_id, kind),
    check ((kind = 'split') = (new_shares > 0 and old_shares > 0))
) strict, without rowid;

create index market_actions_open on market_actions (market_id, effective_at) where finished_at is null;
create index market_actions_due on market_actions (effective_at) where finished_at is null;

-- The holders that an action affects.
create index positions_by_instrument on positions (instrument_id, game_id, player_id);
create index resting_orders_by_instrument on resting_orders (instrument_id, game_id, player_id, order_key);

-- Instruments that a player watches, in several lists. A shared list can be read by anyone who has its URL,
-- which is made of two random numbers.
create table watch_lists (
    player_id integer not null references players (player_id),
    list_id integer not null,
    name text not null,
    shared integer not null check (shared in (0, 1)),
    created_at integer not null,
    primary key (player_id, list_id)
) strict, without rowid;

create table watched_symbols (
    player_id integer not null,
    list_id integer not null,
    symbol text not null,
    added_at integer not null,
    primary key (player_id, list_id, symbol),
    foreign key (player_id, list_id) references watch_lists (player_id, list_id) on delete cascade
) strict, without rowid;

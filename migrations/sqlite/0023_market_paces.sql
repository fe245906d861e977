-- How a market's time passed before it was stepped or went at another speed, so that what was bought and
-- sold then keeps its market day: the tax of a year follows from it. The line that is in force is in
-- the market's specification.

create table market_paces (
    market_id integer not null references markets (market_id),
    -- From this real instant on it was `market_at` in the market, and `speed` times as fast.
    real_at integer not null,
    market_at integer not null,
    speed integer not null check (speed >= 1),
    primary key (market_id, real_at)
) strict, without rowid;

-- How a market's time passed before it was stepped or changed speed, so that earlier trades keep their market
-- day, which determines a year's tax. The pace in force is in the market's specification.

create table market_paces (
    market_id integer not null references markets (market_id),
    -- At this real instant, market time was `market_at`, and from then on it ran `speed` times as
    -- fast.
    real_at integer not null,
    market_at integer not null,
    speed integer not null check (speed >= 1),
    primary key (market_id, real_at)
) strict, without rowid;

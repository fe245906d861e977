-- How a market's time passed before it was stepped or changed speed, so that earlier trades keep their market
-- day, which determines a year's tax. The pace in force is in the market's specification.

create table market_paces (
    market_id bigint not null references markets (market_id),
    -- At this real instant, market time was `market_at`, and from then on it ran `speed` times as
    -- fast.
    real_at bigint not null,
    market_at bigint not null,
    speed bigint not null check (speed >= 1),
    primary key (market_id, real_at)
);

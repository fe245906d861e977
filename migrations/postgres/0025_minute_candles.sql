-- What live markets cost within the day: candles of the minutes in which a provider reported a price. Those of
-- simulated markets are computed, and those of replays have only days.

create table minute_candles (
    instrument_id bigint not null,
    -- Seconds since 1970 at which the minute begins.
    minute bigint not null,
    open bigint not null check (open >= 0),
    high bigint not null,
    low bigint not null check (low >= 0),
    close bigint not null check (close >= 0),
    primary key (instrument_id, minute),
    check (low <= open and low <= close and open <= high and close <= high)
);

create index minute_candles_by_minute on minute_candles (minute);

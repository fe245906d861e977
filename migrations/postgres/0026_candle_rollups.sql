-- What live markets cost, rolled up as time passes: hours from minutes, months from days. They stay when what they
-- were rolled up from has left for a file. Those of other markets are computed.

create table hour_candles (
    instrument_id bigint not null,
    -- Seconds since 1970 at which the hour begins.
    hour bigint not null,
    open bigint not null check (open >= 0),
    high bigint not null,
    low bigint not null check (low >= 0),
    close bigint not null check (close >= 0),
    primary key (instrument_id, hour),
    check (low <= open and low <= close and open <= high and close <= high)
);

create table month_candles (
    instrument_id bigint not null,
    -- Its first day, in days since 1970.
    month bigint not null,
    open bigint not null check (open >= 0),
    high bigint not null,
    low bigint not null check (low >= 0),
    close bigint not null check (close >= 0),
    volume bigint not null check (volume >= 0),
    -- Of the closes of so many days.
    average bigint not null check (average >= 0),
    days bigint not null check (days >= 1),
    primary key (instrument_id, month),
    check (low <= open and low <= close and open <= high and close <= high)
);

-- Minutes are deleted by instrument, once a month of them is in a file.
drop index minute_candles_by_minute;

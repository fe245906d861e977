-- What live markets cost, rolled up as time passes: hours from minutes, months from days. They stay when what they
-- were rolled up from has left for a file. Those of other markets are computed.

create table hour_candles (
    instrument_id integer not null,
    -- Seconds since 1970 at which the hour begins.
    hour integer not null,
    open integer not null check (open >= 0),
    high integer not null,
    low integer not null check (low >= 0),
    close integer not null check (close >= 0),
    primary key (instrument_id, hour),
    check (low <= open and low <= close and open <= high and close <= high)
) strict, without rowid;

create table month_candles (
    instrument_id integer not null,
    -- Its first day, in days since 1970.
    month integer not null,
    open integer not null check (open >= 0),
    high integer not null,
    low integer not null check (low >= 0),
    close integer not null check (close >= 0),
    volume integer not null check (volume >= 0),
    -- Of the closes of so many days.
    average integer not null check (average >= 0),
    days integer not null check (days >= 1),
    primary key (instrument_id, month),
    check (low <= open and low <= close and open <= high and close <= high)
) strict, without rowid;

-- Minutes are deleted by instrument, once a month of them is in a file.
drop index minute_candles_by_minute;

-- What can be traded and what it cost: instruments of every market, their daily candles, and what the
-- market has to remember while the server is stopped. Prices are in 10,000ths.

create table instruments (
    instrument_id integer not null primary key,
    market text not null check (market in ('simulated', 'replay')),
    symbol text not null,
    name text not null,
    category text not null,
    currency text not null,
    description text not null,
    plain_words text not null,
    fun_fact text not null,
    tradable integer not null check (tradable in (0, 1)),
    unique (market, symbol)
) strict;

create table candles (
    instrument_id integer not null references instruments (instrument_id),
    day integer not null,
    open integer not null check (open >= 0),
    high integer not null,
    low integer not null check (low >= 0),
    close integer not null check (close >= 0),
    volume integer not null check (volume >= 0),
    primary key (instrument_id, day),
    check (low <= open and low <= close and open <= high and close <= high)
) strict, without rowid;

create table last_quotes (
    instrument_id integer not null primary key references instruments (instrument_id),
    price integer not null check (price >= 0),
    at integer not null
) strict;

create table facts (
    name text not null primary key,
    value text not null
) strict, without rowid;

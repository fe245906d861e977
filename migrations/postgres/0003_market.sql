-- What can be traded and what it cost: instruments of every market, their daily candles, and what the
-- market has to remember while the server is stopped. Prices are in 10,000ths. Reference tables, all
-- of them: few rows, the same for every player.

create table instruments (
    instrument_id bigint not null primary key,
    tradable boolean not null,
    market text collate "C" not null check (market in ('simulated', 'replay')),
    symbol text collate "C" not null,
    name text not null,
    category text not null,
    currency text not null,
    description text not null,
    plain_words text not null,
    fun_fact text not null,
    unique (market, symbol)
);

create table candles (
    instrument_id bigint not null references instruments (instrument_id),
    day bigint not null,
    open bigint not null check (open >= 0),
    high bigint not null,
    low bigint not null check (low >= 0),
    close bigint not null check (close >= 0),
    volume bigint not null check (volume >= 0),
    primary key (instrument_id, day),
    check (low <= open and low <= close and open <= high and close <= high)
);

create table last_quotes (
    instrument_id bigint not null primary key references instruments (instrument_id),
    price bigint not null check (price >= 0),
    at bigint not null
) with (fillfactor = 50);

create table facts (
    name text collate "C" not null primary key,
    value text not null
);

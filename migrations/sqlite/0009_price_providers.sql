-- The state of the live price providers: their latest responses, so that a restart repeats no request; the
-- calls in the current second, minute, hour and day, because a quota of 25 calls a day must survive restarts;
-- and until when a provider is to be left alone. All servers share these rows.

create table provider_answers (
    kind text not null check (kind in ('quote', 'profile', 'rate')),
    symbol text not null,
    provider text not null,
    at integer not null,
    answer text not null check (json_valid(answer)),
    primary key (kind, symbol, provider)
) strict, without rowid;

create table provider_usage (
    provider text not null,
    period text not null check (period in ('second', 'minute', 'hour', 'day')),
    starts_at integer not null,
    calls integer not null check (calls > 0),
    primary key (provider, period)
) strict, without rowid;

create table providers (
    provider text not null primary key,
    open_until integer,
    refused_until integer,
    cause text
) strict, without rowid;

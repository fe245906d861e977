-- The state of the live price providers: their latest responses, so that a restart repeats no request; the
-- calls in the current second, minute, hour and day, because a quota of 25 calls a day must survive restarts;
-- and until when a provider is to be left alone. All servers share these rows.

create table provider_answers (
    at bigint not null,
    kind text collate "C" not null check (kind in ('quote', 'profile', 'rate')),
    symbol text collate "C" not null,
    provider text collate "C" not null,
    answer text not null,
    primary key (kind, symbol, provider)
);

create table provider_usage (
    starts_at bigint not null,
    calls bigint not null check (calls > 0),
    provider text collate "C" not null,
    period text collate "C" not null check (period in ('second', 'minute', 'hour', 'day')),
    primary key (provider, period)
);

create table providers (
    open_until bigint,
    refused_until bigint,
    provider text collate "C" not null primary key,
    cause text
);

-- Strategies: targets that an author publishes for others to find, follow and copy. One is found by
-- its id before its author is known. Figures are measured by the server, never claimed by an author.

create table strategies (
    strategy_id bigint primary key,
    author_id bigint not null,
    game_id bigint not null,
    market_id bigint not null,
    visibility text not null check (visibility in ('private', 'game', 'public')),
    -- Hidden by an operator.
    hidden boolean not null,
    -- Whether anyone but the author may find it: neither private nor hidden.
    listed boolean not null,
    name text not null,
    description text not null,
    -- Separated by spaces.
    tags text not null,
    risk text not null check (risk in ('cautious', 'balanced', 'bold')),
    version bigint not null check (version > 0),
    published_at bigint not null,
    changed_at bigint not null,
    followers bigint not null check (followers >= 0),
    -- The searchable text: words and markers separated by spaces; empty unless it is listed.
    terms text not null,
    search tsvector not null generated always as (array_to_tsvector(string_to_array(btrim(terms), ' '))) stored,
    -- Basis points, the Sharpe ratio in hundredths, days; none before two closes.
    return_total bigint,
    return_year bigint,
    volatility bigint,
    sharpe bigint,
    worst_fall bigint,
    measured_days bigint,
    measured_until bigint
);

create index strategies_by_author on strategies (author_id, changed_at, strategy_id);
create index strategies_by_followers on strategies (market_id, followers desc, strategy_id desc) where listed;
create index strategies_by_return on strategies (market_id, return_year desc nulls last, strategy_id desc) where listed;
create index strategies_by_change on strategies (market_id, changed_at desc, strategy_id desc) where listed;
-- Without a list of pending entries, which every search would have to read.
create index strategies_by_terms on strategies using gin (search) with (fastupdate = off);

-- The content of each version; never changed.
create table strategy_versions (
    strategy_id bigint not null,
    version bigint not null,
    published_at bigint not null,
    -- The market day at that instant.
    market_day bigint not null,
    content text not null check (length(content) <= 65536),
    primary key (strategy_id, version)
);

create table strategy_follows (
    player_id bigint not null,
    strategy_id bigint not null,
    since bigint not null,
    primary key (player_id, strategy_id)
);

create index strategy_follows_by_strategy on strategy_follows (strategy_id, player_id);

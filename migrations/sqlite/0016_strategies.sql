-- Strategies: targets that an author publishes for others to find, follow and copy. One is found by
-- its id before its author is known. Figures are measured by the server, never claimed by an author.

create table strategies (
    strategy_id integer primary key,
    author_id integer not null,
    game_id integer not null references games (game_id),
    market_id integer not null references markets (market_id),
    visibility text not null check (visibility in ('private', 'game', 'public')),
    -- Hidden by an operator.
    hidden integer not null check (hidden in (0, 1)),
    -- Whether anyone but the author may find it: neither private nor hidden.
    listed integer not null check (listed in (0, 1)),
    name text not null,
    description text not null,
    -- Separated by spaces.
    tags text not null,
    risk text not null check (risk in ('cautious', 'balanced', 'bold')),
    version integer not null check (version > 0),
    published_at integer not null,
    changed_at integer not null,
    followers integer not null check (followers >= 0),
    -- The searchable text: words and markers separated by spaces; empty unless it is listed.
    terms text not null,
    -- Basis points, the Sharpe ratio in hundredths, days; none before two closes.
    return_total integer,
    return_year integer,
    volatility integer,
    sharpe integer,
    worst_fall integer,
    measured_days integer,
    measured_until integer
) strict;

create index strategies_by_author on strategies (author_id, changed_at, strategy_id);
create index strategies_by_followers on strategies (market_id, followers desc, strategy_id desc) where listed;
create index strategies_by_return on strategies (market_id, return_year desc, strategy_id desc) where listed;
create index strategies_by_change on strategies (market_id, changed_at desc, strategy_id desc) where listed;

create virtual table strategy_terms using fts5 (
    terms,
    content = 'strategies',
    content_rowid = 'strategy_id',
    tokenize = "unicode61 remove_diacritics 0"
);

create trigger strategies_find_new after insert on strategies begin
    insert into strategy_terms (rowid, terms) values (new.strategy_id, new.terms);
end;

create trigger strategies_find_changed after update of terms on strategies when old.terms <> new.terms begin
    insert into strategy_terms (strategy_terms, rowid, terms) values ('delete', old.strategy_id, old.terms);
    insert into strategy_terms (rowid, terms) values (new.strategy_id, new.terms);
end;

create trigger strategies_forget after delete on strategies begin
    insert into strategy_terms (strategy_terms, rowid, terms) values ('delete', old.strategy_id, old.terms);
end;

-- The content of each version; never changed.
create table strategy_versions (
    strategy_id integer not null,
    version integer not null,
    published_at integer not null,
    -- The market day at that instant.
    market_day integer not null,
    content text not null check (json_valid(content) and length(content) <= 65536),
    primary key (strategy_id, version)
) strict, without rowid;

create table strategy_follows (
    player_id integer not null references players (player_id),
    strategy_id integer not null,
    since integer not null,
    primary key (player_id, strategy_id)
) strict, without rowid;

create index strategy_follows_by_strategy on strategy_follows (strategy_id, player_id);

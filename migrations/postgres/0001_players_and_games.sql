-- A player is a person: what identifies them, where they are logged in and the XP they have earned,
-- keyed by player so that all of it can live on one node of a distributed database.
--
-- Columns are of the kinds that SQLite has too: instants are microseconds since 1970, days are days
-- since 1970. Wide before narrow before texts, so that no row is padded. Texts that are keys compare
-- by their bytes (`collate "C"`), the same everywhere and at least cost.

-- XP changes with most trades: the room left in each page lets the new version of a row stay beside
-- the old one, and no index is touched.
create table players (
    player_id bigint not null primary key,
    xp bigint not null check (xp >= 0),
    -- The head of the player's log of awards.
    award_seq bigint not null check (award_seq >= 0),
    created_at bigint not null,
    bonus_day bigint,
    award_hash bytea not null check (length(award_hash) = 32),
    -- The totals of the log of awards, and the quest of the day; always read and written as a
    -- whole.
    progress bytea not null default '',
    handle text not null,
    email text,
    password_hash text,
    region text,
    locale text not null,
    base_currency text not null,
    -- An e-mail address is only useful to someone who can log in with it.
    check (email is null or password_hash is not null)
) with (fillfactor = 90);

-- Guests, oldest first, for the job that removes idle ones.
create index guests_by_creation on players (created_at, player_id) where password_hash is null;

-- The names that are unique without regard to case, in lower case as Unicode defines it. Distributed
-- by name, because a name is looked for before its player is known; so no foreign key leads from here
-- to a player, who may be on another node.
create table player_names (
    player_id bigint not null,
    name text collate "C" not null,
    kind text collate "C" not null check (kind in ('email', 'handle')),
    primary key (name, kind)
);

-- Written once a log-in, on the node of its player: here a foreign key costs nothing that matters.
create table sessions (
    player_id bigint not null references players (player_id),
    session_id bigint not null,
    created_at bigint not null,
    last_seen_at bigint not null,
    expires_at bigint not null,
    token_hash bytea not null check (length(token_hash) = 32),
    device text not null,
    primary key (player_id, session_id)
) with (fillfactor = 90);

create index sessions_by_expiry on sessions (expires_at);

-- XP that does not come from trades: an append-only log for each player, chained by hashes like the
-- ledger. A cause is awarded only once, no matter how many servers try.
create table awards (
    player_id bigint not null,
    seq bigint not null check (seq >= 1),
    at bigint not null,
    xp bigint not null check (xp >= 0),
    rules_version bigint not null,
    award_key text collate "C" not null,
    cause bytea not null,
    previous_hash bytea not null check (length(previous_hash) = 32),
    primary key (player_id, seq),
    unique (player_id, award_key)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: no %', tg_argv[0], lower(tg_op);
end;
$$;

create trigger awards_refuse_change before update on awards
for each row execute function refuse_change('the log of awards');

-- Only for a guest who earned nothing and is removed entirely.
create function refuse_delete_of_award() returns trigger language plpgsql as $$
begin
    if exists (
        select 1
        from players
        where player_id = old.player_id
        and (xp <> 0 or password_hash is not null)
    ) then
        raise exception 'the log of awards is append-only: no delete';
    end if;
    return old;
end;
$$;

create trigger awards_refuse_delete before delete on awards
for each row execute function refuse_delete_of_award();

create trigger awards_refuse_truncate before truncate on awards
for each statement execute function refuse_change('the log of awards');

-- A market is what games are played on: where its prices come from and how fast its time passes. The
-- specification holds the seed of a simulated market, which determines every price: it is secret and never
-- leaves the server. The first market has no specification until the server first starts and creates one from
-- its settings. A later part of a specification is a new field with a default.

create table markets (
    market_id bigint not null primary key,
    slug text collate "C" not null unique,
    source text collate "C" not null check (source in ('simulated', 'replay', 'hidden', 'live')),
    spec text check (spec is null or spec::json is not null)
);

-- The market of the open league.
insert into markets (market_id, slug, source)
values (1, 'open', 'simulated');

-- A game's rules and what actions earn are data, so that a host changes them without a deployment.
-- They are kept as the JSON that the API speaks: a new rule is a new field with a default, not a new
-- column. Both tables are small and read by every node: reference tables of a distributed database.

create table games (
    game_id bigint not null primary key,
    market_id bigint not null references markets (market_id),
    slug text collate "C" not null unique,
    name text not null,
    rules text not null check (rules::json is not null)
);

create table xp_rules (
    effective_from bigint not null primary key,
    -- None: every game without its own rules.
    game_id bigint references games (game_id),
    rules text not null check (rules::json is not null)
);

-- The open league is there from the start and never ends.
insert into games (game_id, market_id, slug, name, rules)
values (
    1,
    1,
    'open',
    'Open league',
    '{"opens_at":null,"closes_at":null,"frozen":false,"starting_cash":"10000.00","fractional":true,"fees":{"basis_points":0,"fixed":"0.00"},"order_min":"1.00","order_max":"1000000000.00"}'
);

insert into xp_rules (effective_from, rules)
values (
    0,
    '{"buy":10,"sell":15,"daily_bonus":50,"reason_bonus":5,"diversification_bonus":5,"holding_bonus":10,"holding_days":7,"repeat_percent":50,"round_trip_seconds":60}'
);

-- What can be traded and what it cost: instruments of every universe, imported daily candles, and the
-- last prices that a market showed before it stopped. A universe is shared by all markets of its source.
-- The candles of a simulated market follow from its seed and are not stored. Prices are in 10,000ths. Reference tables, all
-- of them: few rows, the same for every player.

create table instruments (
    instrument_id bigint not null primary key,
    tradable boolean not null,
    universe text collate "C" not null check (universe in ('simulated', 'replay', 'hidden', 'live')),
    symbol text collate "C" not null,
    name text not null,
    category text not null,
    currency text not null,
    description text not null,
    plain_words text not null,
    fun_fact text not null,
    unique (universe, symbol)
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
    market_id bigint not null references markets (market_id),
    instrument_id bigint not null references instruments (instrument_id),
    price bigint not null check (price >= 0),
    at bigint not null,
    primary key (market_id, instrument_id)
) with (fillfactor = 50);

-- State that parts of the server keep across restarts.
create table variables (
    name text collate "C" not null primary key,
    value text not null
);

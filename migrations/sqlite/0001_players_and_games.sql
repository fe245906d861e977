-- A player is a person: what identifies them, where they are logged in and the XP they have earned,
-- keyed by player so that all of it can live on one node of a distributed database.
--
-- Every table is strict, so that no column ever holds another kind of value than it says: an integer
-- that overflows is refused and never becomes a float. `integer` is the 64-bit BIGINT of other
-- databases; a boolean is an integer that is checked to be 0 or 1; instants are microseconds since
-- 1970, days are days since 1970. Tables with a composite key are kept in the order of that key.

create table players (
    player_id integer not null primary key,
    handle text not null,
    email text,
    password_hash text,
    region text,
    locale text not null,
    base_currency text not null,
    xp integer not null check (xp >= 0),
    -- The head of the player's log of awards.
    award_seq integer not null check (award_seq >= 0),
    award_hash blob not null check (length(award_hash) = 32),
    bonus_day integer,
    -- The totals of the log of awards, and the quest of the day; always read and written as a
    -- whole.
    progress blob not null default x'',
    created_at integer not null,
    -- An e-mail address is only useful to someone who can log in with it.
    check (email is null or password_hash is not null)
) strict;

-- Guests, oldest first, for the job that removes idle ones.
create index guests_by_creation on players (created_at, player_id) where password_hash is null;

-- The names that are unique without regard to case, in lower case as Unicode defines it: SQLite's own
-- comparison without case knows ASCII only.
create table player_names (
    kind text not null check (kind in ('email', 'handle')),
    name text not null,
    player_id integer not null references players (player_id),
    primary key (kind, name)
) strict, without rowid;

-- A player who is removed is looked for here, as the foreign key demands.
create index player_names_by_player on player_names (player_id);

create table sessions (
    player_id integer not null references players (player_id),
    session_id integer not null,
    token_hash blob not null check (length(token_hash) = 32),
    device text not null,
    created_at integer not null,
    last_seen_at integer not null,
    expires_at integer not null,
    primary key (player_id, session_id)
) strict, without rowid;

create index sessions_by_expiry on sessions (expires_at);

-- XP that does not come from trades: an append-only log for each player, chained by hashes like the
-- ledger. A cause is awarded only once, no matter how many servers try.
create table awards (
    player_id integer not null references players (player_id),
    seq integer not null check (seq >= 1),
    at integer not null,
    xp integer not null check (xp >= 0),
    rules_version integer not null,
    award_key text not null,
    cause blob not null,
    previous_hash blob not null check (length(previous_hash) = 32),
    primary key (player_id, seq),
    unique (player_id, award_key)
) strict, without rowid;

create trigger awards_refuse_update before update on awards
begin
    select raise(abort, 'awards are append-only: no update');
end;

-- Only for a guest who earned nothing and is removed entirely.
create trigger awards_refuse_delete before delete on awards
when exists (
    select 1
    from players
    where player_id = old.player_id
    and (xp <> 0 or password_hash is not null)
)
begin
    select raise(abort, 'awards are append-only: no delete');
end;

-- `insert or replace` deletes without firing the trigger above.
create trigger awards_refuse_replace before insert on awards
when exists (
    select 1
    from awards
    where player_id = new.player_id
    and (seq = new.seq or award_key = new.award_key)
)
begin
    select raise(abort, 'awards are append-only: no replacement');
end;

-- A market is what games are played on: where its prices come from and how fast its time passes. The
-- specification holds the seed of a simulated market, which determines every price: it is secret and never
-- leaves the server. The first market has no specification until the server first starts and creates one from
-- its settings. A later part of a specification is a new field with a default.

create table markets (
    market_id integer not null primary key,
    slug text not null unique,
    source text not null check (source in ('simulated', 'replay', 'hidden', 'live')),
    spec text check (json_valid(spec))
) strict;

-- The market of the open league.
insert into markets (market_id, slug, source)
values (1, 'open', 'simulated');

-- A game's rules and what actions earn are data, so that a host changes them without a deployment.
-- They are kept as the JSON that the API speaks: a new rule is a new field with a default, not a new
-- column.

create table games (
    game_id integer not null primary key,
    market_id integer not null references markets (market_id),
    slug text not null unique,
    name text not null,
    rules text not null check (json_valid(rules))
) strict;

create table xp_rules (
    effective_from integer not null primary key,
    -- None: every game without its own rules.
    game_id integer references games (game_id),
    rules text not null check (json_valid(rules))
) strict;

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
-- The candles of a simulated market follow from its seed and are not stored. Prices are in 10,000ths.

create table instruments (
    instrument_id integer not null primary key,
    universe text not null check (universe in ('simulated', 'replay', 'hidden', 'live')),
    symbol text not null,
    name text not null,
    category text not null,
    currency text not null,
    description text not null,
    plain_words text not null,
    fun_fact text not null,
    tradable integer not null check (tradable in (0, 1)),
    unique (universe, symbol)
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
    market_id integer not null references markets (market_id),
    instrument_id integer not null references instruments (instrument_id),
    price integer not null check (price >= 0),
    at integer not null,
    primary key (market_id, instrument_id)
) strict;

-- State that parts of the server keep across restarts.
create table variables (
    name text not null primary key,
    value text not null
) strict, without rowid;

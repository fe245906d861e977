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
    bonus_day integer,
    created_at integer not null,
    -- An e-mail address is only of use to someone who can log in with it.
    check (email is null or password_hash is not null)
) strict;

-- The names that are unique without regard to case, in lower case as Unicode defines it: SQLite's own
-- comparison without case knows ASCII only.
create table player_names (
    kind text not null check (kind in ('email', 'handle')),
    name text not null,
    player_id integer not null references players (player_id),
    primary key (kind, name)
) strict, without rowid;

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

create table daily_bonuses (
    player_id integer not null references players (player_id),
    day integer not null,
    xp integer not null check (xp >= 0),
    collected_at integer not null,
    primary key (player_id, day)
) strict, without rowid;

-- The sum of these rows is a part of the player's XP, so they are as final as the ledger.
create trigger daily_bonuses_refuse_update before update on daily_bonuses
begin
    select raise(abort, 'daily bonuses are append-only: no update');
end;

create trigger daily_bonuses_refuse_delete before delete on daily_bonuses
begin
    select raise(abort, 'daily bonuses are append-only: no delete');
end;

-- `insert or replace` deletes without firing the trigger above: a second bonus of a day is not written.
create trigger daily_bonuses_refuse_replace before insert on daily_bonuses
when exists (select 1 from daily_bonuses where player_id = new.player_id and day = new.day)
begin
    select raise(ignore);
end;

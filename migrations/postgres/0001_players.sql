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
    created_at bigint not null,
    bonus_day bigint,
    handle text not null,
    email text,
    password_hash text,
    region text,
    locale text not null,
    base_currency text not null,
    -- An e-mail address is only of use to someone who can log in with it.
    check (email is null or password_hash is not null)
) with (fillfactor = 90);

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

create table daily_bonuses (
    player_id bigint not null references players (player_id),
    day bigint not null,
    xp bigint not null check (xp >= 0),
    collected_at bigint not null,
    primary key (player_id, day)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: no %', tg_argv[0], lower(tg_op);
end;
$$;

-- The sum of these rows is a part of the player's XP, so they are as final as the ledger.
create trigger daily_bonuses_refuse_change before update or delete on daily_bonuses
for each row execute function refuse_change('daily_bonuses');

create trigger daily_bonuses_refuse_truncate before truncate on daily_bonuses
for each statement execute function refuse_change('daily_bonuses');

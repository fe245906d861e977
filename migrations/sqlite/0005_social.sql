-- Whom a player follows, whom a player blocks, what players report, and what each player lets others see. A
-- relationship between two players is a row of the player who created it, keyed by that player.

-- Players without a row have the defaults: a public profile, listed on leaderboards.
create table privacy (
    player_id integer not null primary key references players (player_id),
    visibility text not null check (visibility in ('public', 'friends', 'private')),
    on_leaderboards integer not null check (on_leaderboards in (0, 1)),
    changed_at integer not null
) strict;

-- The leaderboards of every server read what has changed since they last looked.
create index privacy_by_change on privacy (changed_at, player_id);

create table follows (
    player_id integer not null references players (player_id),
    followed_id integer not null,
    since integer not null,
    primary key (player_id, followed_id)
) strict, without rowid;

create index follows_by_followed on follows (followed_id, player_id);

create table blocks (
    player_id integer not null references players (player_id),
    blocked_id integer not null,
    since integer not null,
    primary key (player_id, blocked_id)
) strict, without rowid;

create table reports (
    player_id integer not null references players (player_id),
    report_id integer not null,
    reported_id integer not null,
    kind text not null check (kind in ('handle', 'cheating', 'words', 'other')),
    words text,
    at integer not null,
    -- None until someone has dealt with it.
    closed_at integer,
    primary key (player_id, report_id)
) strict, without rowid;

create index reports_open on reports (at, report_id) where closed_at is null;
create index reports_open_of_player on reports (player_id) where closed_at is null;
create index reports_by_id on reports (report_id);

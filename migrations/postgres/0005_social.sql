-- Whom a player follows, whom a player blocks, what players report, and what each player lets others see. A
-- relationship between two players is a row of the player who created it, keyed by that player.

-- Players without a row have the defaults: a public profile, listed on leaderboards.
create table privacy (
    player_id bigint not null primary key references players (player_id),
    changed_at bigint not null,
    on_leaderboards boolean not null,
    visibility text collate "C" not null check (visibility in ('public', 'friends', 'private'))
);

-- The leaderboards of every server read what has changed since they last looked.
create index privacy_by_change on privacy (changed_at, player_id);

-- No foreign key leads to the other player, who may be on another node.
create table follows (
    player_id bigint not null references players (player_id),
    followed_id bigint not null,
    since bigint not null,
    primary key (player_id, followed_id)
);

create index follows_by_followed on follows (followed_id, player_id);

create table blocks (
    player_id bigint not null references players (player_id),
    blocked_id bigint not null,
    since bigint not null,
    primary key (player_id, blocked_id)
);

create table reports (
    player_id bigint not null references players (player_id),
    report_id bigint not null,
    reported_id bigint not null,
    at bigint not null,
    -- None until someone has dealt with it.
    closed_at bigint,
    kind text collate "C" not null check (kind in ('handle', 'cheating', 'words', 'other')),
    words text,
    primary key (player_id, report_id)
);

create index reports_open on reports (at, report_id) where closed_at is null;
create index reports_open_of_player on reports (player_id) where closed_at is null;
create index reports_by_id on reports (report_id);

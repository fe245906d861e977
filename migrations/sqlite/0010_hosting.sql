-- Games that players host: who runs them, how players join, and what the host has announced. The rules in
-- force stay in `games`; a change of rules is a notice that everyone in the game can read, with the instant
-- from which it applies.

create table hosted_games (
    game_id integer not null primary key references games (game_id),
    owner_id integer not null,
    state text not null check (state in ('draft', 'open', 'closed', 'archived')),
    join_code text unique check (length(join_code) = 6),
    -- The key in the URL of the projector board; none while there is no link.
    board_key text check (length(board_key) = 20),
    -- A later setting is a new field with a default.
    settings text not null check (json_valid(settings)),
    created_at integer not null,
    -- When the final standings became available.
    settled_at integer
) strict;

create index hosted_games_by_owner on hosted_games (owner_id);

-- Hosts beside the owner.
create table game_hosts (
    game_id integer not null references games (game_id),
    player_id integer not null,
    since integer not null,
    primary key (game_id, player_id)
) strict, without rowid;

create index game_hosts_by_player on game_hosts (player_id, game_id);

create table game_members (
    player_id integer not null,
    game_id integer not null,
    status text not null check (status in ('waiting', 'playing', 'removed')),
    joined_at integer not null,
    -- Whether joining this game created the guest: then the host may issue new recovery words.
    made_here integer not null check (made_here in (0, 1)),
    team text check (length(team) between 1 and 40),
    primary key (player_id, game_id)
) strict, without rowid;

create index game_members_by_game on game_members (game_id, joined_at, player_id);
create index game_members_kept_out on game_members (game_id, player_id) where status <> 'playing';

create table game_notices (
    game_id integer not null references games (game_id),
    seq integer not null check (seq >= 1),
    at integer not null,
    -- When it takes effect.
    effective_at integer not null,
    author_id integer not null,
    kind text not null check (kind in ('announcement', 'rules', 'state', 'headline')),
    text text not null,
    -- The complete rules from then on.
    rules text check (json_valid(rules)),
    applied integer not null check (applied in (0, 1)),
    primary key (game_id, seq)
) strict, without rowid;

create index game_notices_due on game_notices (effective_at, game_id, seq) where not applied;

-- Reasons that a host has stamped. They count only in their game and earn no XP.
create table good_ones (
    player_id integer not null,
    game_id integer not null,
    -- The entry of the reason.
    seq integer not null check (seq >= 1),
    by_id integer not null,
    at integer not null,
    primary key (player_id, game_id, seq)
) strict, without rowid;

-- The final standings of a season, by one measure.
create table final_standings (
    game_id integer not null references games (game_id),
    measure text not null,
    rank integer not null check (rank >= 1),
    player_id integer not null,
    handle text not null,
    net_worth integer not null,
    score integer not null,
    primary key (game_id, measure, rank)
) strict, without rowid;

-- What a host asks of everyone in a game by a due date, verified from the ledger.
create table assignments (
    game_id integer not null references games (game_id),
    assignment_id integer not null check (assignment_id >= 1),
    due_at integer not null,
    title text not null,
    rule text not null check (json_valid(rule)),
    primary key (game_id, assignment_id)
) strict, without rowid;

-- Games that players host: who runs them, how players join, and what the host has announced. The rules in
-- force stay in `games`; a change of rules is a notice that everyone in the game can read, with the instant
-- from which it applies.

create table hosted_games (
    game_id bigint not null primary key references games (game_id),
    owner_id bigint not null,
    created_at bigint not null,
    -- When the final standings became available.
    settled_at bigint,
    state text not null check (state in ('draft', 'open', 'closed', 'archived')),
    join_code text collate "C" unique check (length(join_code) = 6),
    -- The key in the URL of the projector board; none while there is no link.
    board_key text collate "C" check (length(board_key) = 20),
    -- A later setting is a new field with a default.
    settings text not null check (settings::json is not null)
);

create index hosted_games_by_owner on hosted_games (owner_id);

-- Hosts beside the owner.
create table game_hosts (
    game_id bigint not null references games (game_id),
    player_id bigint not null,
    since bigint not null,
    primary key (game_id, player_id)
);

create index game_hosts_by_player on game_hosts (player_id, game_id);

create table game_members (
    player_id bigint not null,
    game_id bigint not null,
    joined_at bigint not null,
    -- Whether joining this game created the guest: then the host may issue new recovery words.
    made_here boolean not null,
    status text not null check (status in ('waiting', 'playing', 'removed')),
    team text check (length(team) between 1 and 40),
    primary key (player_id, game_id)
);

create index game_members_by_game on game_members (game_id, joined_at, player_id);
create index game_members_kept_out on game_members (game_id, player_id) where status <> 'playing';

create table game_notices (
    game_id bigint not null references games (game_id),
    seq bigint not null check (seq >= 1),
    at bigint not null,
    -- When it takes effect.
    effective_at bigint not null,
    author_id bigint not null,
    applied boolean not null,
    kind text not null check (kind in ('announcement', 'rules', 'state', 'headline')),
    text text not null,
    -- The complete rules from then on.
    rules text check (rules is null or rules::json is not null),
    primary key (game_id, seq)
);

create index game_notices_due on game_notices (effective_at, game_id, seq) where not applied;

-- Reasons that a host has stamped. They count only in their game and earn no XP.
create table good_ones (
    player_id bigint not null,
    game_id bigint not null,
    -- The entry of the reason.
    seq bigint not null check (seq >= 1),
    by_id bigint not null,
    at bigint not null,
    primary key (player_id, game_id, seq)
);

-- The final standings of a season, by one measure.
create table final_standings (
    game_id bigint not null references games (game_id),
    rank bigint not null check (rank >= 1),
    player_id bigint not null,
    net_worth bigint not null,
    score bigint not null,
    measure text collate "C" not null,
    handle text not null,
    primary key (game_id, measure, rank)
);

-- What a host asks of everyone in a game by a due date, verified from the ledger.
create table assignments (
    game_id bigint not null references games (game_id),
    assignment_id bigint not null check (assignment_id >= 1),
    due_at bigint not null,
    title text not null,
    rule text not null check (rule::json is not null),
    primary key (game_id, assignment_id)
);

-- Third-party programs around a game: their API keys, the achievements that they define, and what players
-- unlocked, scored and played there.

create table api_keys (
    game_id bigint not null references games (game_id),
    key_id bigint not null,
    name text not null,
    -- Its scopes, as words separated by spaces.
    scopes text not null,
    token_hash bytea not null check (length(token_hash) = 32),
    created_by bigint not null,
    created_at bigint not null,
    revoked_at bigint,
    primary key (game_id, key_id)
);

create table title_achievements (
    game_id bigint not null references games (game_id),
    achievement text collate "C" not null,
    name text not null,
    description text not null,
    icon text,
    points bigint not null check (points >= 0),
    created_at bigint not null,
    primary key (game_id, achievement)
);

create table title_unlocks (
    player_id bigint not null,
    game_id bigint not null,
    achievement text collate "C" not null,
    at bigint not null,
    primary key (player_id, game_id, achievement)
);

-- The best score of each player on each board.
create table title_scores (
    player_id bigint not null,
    game_id bigint not null,
    board text collate "C" not null,
    value bigint not null,
    at bigint not null,
    primary key (player_id, game_id, board)
);

create index title_scores_best on title_scores (game_id, board, value desc, at, player_id);

-- Play sessions, each recorded only once.
create table title_sessions (
    player_id bigint not null,
    game_id bigint not null,
    session text collate "C" not null,
    seconds bigint not null check (seconds > 0),
    at bigint not null,
    primary key (player_id, game_id, session)
);

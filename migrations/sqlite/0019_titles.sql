-- Third-party programs around a game: their API keys, the achievements that they define, and what players
-- unlocked, scored and played there.

create table api_keys (
    game_id integer not null references games (game_id),
    key_id integer not null,
    name text not null,
    -- Its scopes, as words separated by spaces.
    scopes text not null,
    token_hash blob not null check (length(token_hash) = 32),
    created_by integer not null references players (player_id),
    created_at integer not null,
    revoked_at integer,
    primary key (game_id, key_id)
) strict, without rowid;

create table title_achievements (
    game_id integer not null references games (game_id),
    achievement text not null,
    name text not null,
    description text not null,
    icon text,
    points integer not null check (points >= 0),
    created_at integer not null,
    primary key (game_id, achievement)
) strict, without rowid;

create table title_unlocks (
    player_id integer not null references players (player_id),
    game_id integer not null references games (game_id),
    achievement text not null,
    at integer not null,
    primary key (player_id, game_id, achievement)
) strict, without rowid;

-- The best score of each player on each board.
create table title_scores (
    player_id integer not null references players (player_id),
    game_id integer not null references games (game_id),
    board text not null,
    value integer not null,
    at integer not null,
    primary key (player_id, game_id, board)
) strict, without rowid;

create index title_scores_best on title_scores (game_id, board, value desc, at, player_id);

-- Play sessions, each recorded only once.
create table title_sessions (
    player_id integer not null references players (player_id),
    game_id integer not null references games (game_id),
    session text not null,
    seconds integer not null check (seconds > 0),
    at integer not null,
    primary key (player_id, game_id, session)
) strict, without rowid;

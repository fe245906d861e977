-- The worth of accounts when the current day, week and season began, when these periods began in each game,
-- and the final standings of past periods. The ranks themselves are kept in memory by the servers.

create table board_openings (
    player_id integer not null,
    game_id integer not null,
    period text not null check (period in ('all', 'season', 'week', 'day')),
    starts_at integer not null,
    -- For the period `all`: the cash that the account started with.
    net_worth integer not null,
    xp integer not null,
    -- For the period `day`: the highest close, the worst fall from one, the number of closes, and
    -- what they say about habits.
    peak integer not null default 0,
    worst_fall_ppm integer not null default 0 check (worst_fall_ppm >= 0),
    days integer not null default 0 check (days >= 0),
    days_invested integer not null default 0,
    days_diversified integer not null default 0,
    days_unhurried integer not null default 0,
    trades integer not null default 0,
    -- For the period `week`: the league and its cohort; none outside all leagues.
    tier integer,
    cohort integer,
    primary key (player_id, game_id, period),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict, without rowid;

create table board_periods (
    game_id integer not null references games (game_id),
    period text not null check (period in ('season', 'week', 'day')),
    -- For the current one. A row is written after all openings of its period.
    starts_at integer not null,
    primary key (game_id, period)
) strict, without rowid;

-- The player of a row may have left the game since.
create table board_finals (
    game_id integer not null references games (game_id),
    period text not null check (period in ('season', 'week', 'day')),
    measure text not null,
    starts_at integer not null,
    rank integer not null check (rank >= 1),
    player_id integer not null,
    score integer not null,
    primary key (game_id, period, measure, starts_at, rank)
) strict, without rowid;

create index board_finals_first on board_finals (game_id, period, measure, starts_at) where rank = 1;
create index board_finals_by_player on board_finals (player_id);

-- The worth of accounts when the current day, week and season began, when these periods began in each game,
-- and the final standings of past periods. The ranks themselves are kept in memory by the servers.

create table board_openings (
    player_id bigint not null,
    game_id bigint not null,
    starts_at bigint not null,
    -- For the period `all`: the cash that the account started with.
    net_worth bigint not null,
    xp bigint not null,
    -- For the period `day`: the highest close, the worst fall from one, the number of closes, and
    -- what they say about habits.
    peak bigint not null default 0,
    worst_fall_ppm bigint not null default 0 check (worst_fall_ppm >= 0),
    days bigint not null default 0 check (days >= 0),
    days_invested bigint not null default 0,
    days_diversified bigint not null default 0,
    days_unhurried bigint not null default 0,
    trades bigint not null default 0,
    -- For the period `week`: the league and its cohort; none outside all leagues.
    tier bigint,
    cohort bigint,
    period text collate "C" not null check (period in ('all', 'season', 'week', 'day')),
    primary key (player_id, game_id, period),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) with (fillfactor = 90);

create table board_periods (
    game_id bigint not null references games (game_id),
    -- For the current one. A row is written after all openings of its period.
    starts_at bigint not null,
    period text collate "C" not null check (period in ('season', 'week', 'day')),
    primary key (game_id, period)
);

-- The player of a row may have left the game since.
create table board_finals (
    game_id bigint not null,
    starts_at bigint not null,
    rank bigint not null check (rank >= 1),
    player_id bigint not null,
    score bigint not null,
    period text collate "C" not null check (period in ('season', 'week', 'day')),
    measure text collate "C" not null,
    primary key (game_id, period, measure, starts_at, rank)
);

create index board_finals_first on board_finals (game_id, period, measure, starts_at) where rank = 1;
create index board_finals_by_player on board_finals (player_id);

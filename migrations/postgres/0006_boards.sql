-- What accounts were worth when the present day, week and season began, when these periods began in each
-- game, and the final standings of those that have ended. Ranks themselves are in the memory of servers.

create table board_openings (
    player_id bigint not null,
    game_id bigint not null,
    starts_at bigint not null,
    -- Of the period `all` the cash that the account started with.
    net_worth bigint not null,
    xp bigint not null,
    -- Of the period `day`: the highest close, the worst fall below one, how many there were, and
    -- what they told of habits.
    peak bigint not null default 0,
    worst_fall_ppm bigint not null default 0 check (worst_fall_ppm >= 0),
    days bigint not null default 0 check (days >= 0),
    days_invested bigint not null default 0,
    days_diversified bigint not null default 0,
    days_unhurried bigint not null default 0,
    trades bigint not null default 0,
    -- Of the period `week`: the league and the cohort of it; none outside of all leagues.
    tier bigint,
    cohort bigint,
    period text collate "C" not null check (period in ('all', 'season', 'week', 'day')),
    primary key (player_id, game_id, period),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) with (fillfactor = 90);

create table board_periods (
    game_id bigint not null references games (game_id),
    -- Of the present one. A row is written when all openings of its period are.
    starts_at bigint not null,
    period text collate "C" not null check (period in ('season', 'week', 'day')),
    primary key (game_id, period)
);

-- Whose row it is may have left the game since.
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

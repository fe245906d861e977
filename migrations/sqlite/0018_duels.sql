-- Duels of two players on one market, and the curves of runs, for ghosts and for finished duels.

-- The return by day, as JSON: at most about 260 pairs of the day and hundredths of a percent.
alter table scenario_runs add column curve text;
-- The ghost that the player races: its display name, and its curve as of the start of the run.
alter table scenario_runs add column ghost text;
alter table scenario_runs add column ghost_curve text;

-- For the median of a class.
create index scenario_runs_by_scenario on scenario_runs (scenario_id, player_id, finished_at, started_at) where finished_at is not null;

-- One is found by its id before its players are known. At most 20 per player and day; a job removes those
-- that ended long ago.
create table duels (
    duel_id text not null primary key check (length(duel_id) between 8 and 40),
    challenger_id integer not null,
    -- Who was challenged by name, or accepted; none while the link is open to everyone.
    opponent_id integer,
    -- Market days.
    days integer not null check (days > 0),
    created_at integer not null,
    accepted_at integer,
    refusal text check (refusal in ('declined', 'withdrawn')),
    -- The scenario as JSON, created when the first of the two players starts.
    content text,
    challenger_started_at integer,
    opponent_started_at integer,
    challenger_game integer,
    opponent_game integer,
    challenger_finished_at integer,
    challenger_worth integer,
    opponent_finished_at integer,
    opponent_worth integer,
    check (challenger_id <> opponent_id),
    check (accepted_at is null or (opponent_id is not null and refusal is null)),
    check ((challenger_finished_at is null) = (challenger_worth is null)),
    check ((opponent_finished_at is null) = (opponent_worth is null))
) strict, without rowid;

create index duels_by_challenger on duels (challenger_id, created_at, duel_id);
create index duels_by_opponent on duels (opponent_id, created_at, duel_id) where opponent_id is not null;
create index duels_by_age on duels (created_at);

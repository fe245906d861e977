-- Puzzles: what each player decided, and how many made the same decisions.

-- Attempts: one per player and puzzle.
create table puzzle_attempts (
    player_id bigint not null,
    -- The day of a daily puzzle.
    puzzle_id text collate "C" not null check (length(puzzle_id) between 1 and 40),
    -- A letter for each decision: i for in, o for out.
    choices text collate "C" not null check (length(choices) between 1 and 5),
    decided_at bigint not null,
    primary key (player_id, puzzle_id)
);

-- How many players finished a puzzle with the same decisions: at most 32 rows per puzzle.
create table puzzle_tallies (
    puzzle_id text collate "C" not null,
    choices text collate "C" not null check (length(choices) = 5),
    players bigint not null check (players > 0),
    primary key (puzzle_id, choices)
);

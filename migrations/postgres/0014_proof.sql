-- The log that proves scores: a Merkle tree that only grows. Its leaves are heads of accounts' ledgers. Nodes
-- over whole powers of two of leaves never change, so they are stored once; checkpoints sign size and root.

create table log_nodes (
    -- 0 for a leaf; a node of level n is over 2^n leaves.
    level bigint not null check (level between 0 and 62),
    -- The position of a node in its level, from 0.
    place bigint not null check (place >= 0),
    hash bytea not null check (length(hash) = 32),
    primary key (level, place)
);

create table log_checkpoints (
    -- The number of leaves.
    size bigint not null primary key check (size > 0),
    at bigint not null,
    -- A C2SP signed note.
    note text not null
);

-- All keys that ever signed a checkpoint, as C2SP verifier keys.
create table log_keys (
    key text collate "C" not null primary key,
    since bigint not null
);

-- The latest leaf of each account.
create table log_heads (
    player_id bigint not null,
    game_id bigint not null,
    version bigint not null check (version > 0),
    place bigint not null check (place >= 0),
    primary key (player_id, game_id)
);

-- Scenarios that players have imported.
create table scenarios (
    scenario_id text collate "C" not null primary key,
    author_id bigint not null,
    content text not null,
    created_at bigint not null
);

create index scenarios_by_author on scenarios (author_id, created_at);

-- Who has played which scenario, each in a game of its own.
create table scenario_runs (
    player_id bigint not null,
    game_id bigint not null,
    scenario_id text collate "C" not null,
    -- The scenario as it was when the run began.
    content text not null,
    started_at bigint not null,
    -- Set when the run is over.
    finished_at bigint,
    net_worth bigint,
    stars bigint check (stars between 0 and 3),
    primary key (player_id, game_id),
    check ((finished_at is null) = (net_worth is null) and (finished_at is null) = (stars is null))
);

create index scenario_runs_by_start on scenario_runs (player_id, started_at);

-- Starts of runs that are played elsewhere, as this server signed them, and what came of them. At most 20 per
-- player and day; a job removes those that were due long ago.
create table offline_starts (
    start_id text collate "C" not null primary key check (length(start_id) = 32),
    player_id bigint not null,
    scenario_id text not null,
    -- The file with its signature.
    file text not null,
    issued_at bigint not null,
    due_at bigint not null,
    -- Set when a run counts.
    submitted_at bigint,
    net_worth bigint,
    stars bigint check (stars between 0 and 3),
    -- Why what was handed in last does not count.
    refusal text,
    check ((submitted_at is null) = (net_worth is null) and (submitted_at is null) = (stars is null))
);

create index offline_starts_by_player on offline_starts (player_id, issued_at, start_id);
create index offline_starts_by_due on offline_starts (due_at);

-- The best result of each player among the runs of a scenario that were played elsewhere.
create table offline_results (
    scenario_id text collate "C" not null,
    player_id bigint not null,
    start_id text collate "C" not null,
    starting_cash bigint not null check (starting_cash > 0),
    net_worth bigint not null,
    stars bigint not null check (stars between 0 and 3),
    trades bigint not null check (trades >= 0),
    submitted_at bigint not null,
    primary key (scenario_id, player_id)
);

create index offline_results_by_worth on offline_results (scenario_id, net_worth desc, submitted_at, start_id);
create index offline_results_by_player on offline_results (player_id);

-- Runs that are played here for another server, from the start that it signed.
create table offline_runs (
    player_id bigint not null,
    game_id bigint not null,
    start_id text collate "C" not null check (length(start_id) = 32),
    file text not null,
    -- Whether the other server has counted it.
    state text not null check (state in ('waiting', 'counted', 'refused')),
    -- What the other server said last, or why it could not be asked.
    answer text,
    tried_at bigint,
    primary key (player_id, game_id)
);

create unique index offline_runs_by_start on offline_runs (player_id, start_id);
create index offline_runs_waiting on offline_runs (state, player_id, game_id);

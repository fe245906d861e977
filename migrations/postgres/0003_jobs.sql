-- Jobs: work that is done later, by one of the servers. A job is ready from creation until it has ended, even
-- while it runs: claiming it moves `run_at` to the end of the lease, so a job whose server dies becomes due
-- again without any cleanup. `token` counts the claims of a job: only the latest claim may report or end it.
--
-- A key is unique among the ready jobs of a kind. That includes jobs that are running or waiting
-- for another attempt, so a job that returns to waiting never conflicts with a second one with its
-- key.

create table jobs (
    job_id bigint not null primary key,
    -- Version of the payload's shape.
    version bigint not null check (version >= 1),
    -- 0 is critical, 4 is batch.
    priority bigint not null check (priority between 0 and 4),
    run_at bigint not null,
    attempts bigint not null check (attempts >= 0),
    max_attempts bigint not null check (max_attempts >= 1),
    token bigint not null check (token >= 0),
    created_at bigint not null,
    -- For the current attempt; none while the job waits.
    started_at bigint,
    ended_at bigint,
    done bigint not null check (done >= 0),
    -- None while it is unknown.
    total bigint check (total >= 0),
    kind text collate "C" not null check (length(kind) between 1 and 64),
    unique_key text collate "C" check (length(unique_key) between 1 and 200),
    state text collate "C" not null check (state in ('ready', 'dead', 'finished')),
    payload text not null check (payload::json is not null and length(payload) <= 65536),
    note text,
    last_error text,
    result text check (result is null or result::json is not null),
    check ((state = 'ready') = (ended_at is null)),
    check (started_at is null or state = 'ready')
) with (fillfactor = 90);

create unique index jobs_by_key on jobs (kind, unique_key) where state = 'ready';
create index jobs_due on jobs (kind, priority, run_at, job_id) where state = 'ready';
create index jobs_by_creation on jobs (created_at, job_id);
create index jobs_ended on jobs (state, ended_at) where ended_at is not null;

-- The latest instant for which a schedule has enqueued its job. Servers race to move it forward, and only
-- the one that does enqueues.
create table job_schedules (
    schedule text collate "C" not null primary key,
    due_at bigint not null
);

-- Which server works on a job, by the number in its data folder: one that starts again after it was killed takes
-- back at once what it was working on, instead of waiting for the leases to end.

alter table jobs add column holder integer;

create index jobs_held on jobs (holder) where holder is not null and ended_at is null;

-- Terms of an offering are adjusted when its shares are split, so each offering says by which day's
-- shares it counts. And a savings plan may buy by targets or by a strategy.

-- The market's day whose shares price and counts mean; none of offerings from before.
alter table offerings add column counted_on bigint;
-- Splits that the terms were adjusted for: they count in `version`, but are no decisions.
alter table offerings add column splits bigint not null default 0 check (splits >= 0);

-- Whether each month's amount is spread by the subscriber's targets.
alter table plans add column by_targets boolean not null default false;
-- The strategy whose shares it is spread by.
alter table plans add column strategy_id bigint;

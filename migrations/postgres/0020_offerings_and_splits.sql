-- Terms of an offering are adjusted when its shares are split, so each offering records the day
-- whose shares it counts in. And a savings plan may buy by targets or by a strategy.

-- The market day whose shares the price and counts refer to; none for older offerings.
alter table offerings add column counted_on bigint;
-- Splits that the terms were adjusted for: they count in `version`, but are not decisions.
alter table offerings add column splits bigint not null default 0 check (splits >= 0);

-- Whether each month's amount is spread by the subscriber's targets.
alter table plans add column by_targets boolean not null default false;
-- The strategy whose shares it is spread by.
alter table plans add column strategy_id bigint;

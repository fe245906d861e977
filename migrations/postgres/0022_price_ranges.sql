-- The range from which demand determines the price when the window of an offering closes.
alter table offerings add column price_low bigint;
alter table offerings add column price_high bigint;

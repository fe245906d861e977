-- Between which prices the demand finds one when the window of an offering has closed.
alter table offerings add column price_low integer;
alter table offerings add column price_high integer;

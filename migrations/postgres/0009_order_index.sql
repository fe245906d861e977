-- The other database gives up an index of its orders here. This one has had one only from the start.

select 1;

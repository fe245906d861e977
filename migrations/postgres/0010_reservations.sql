-- A game that is spread over several databases has a name in one of them and its player perhaps in
-- another, and no transaction spans both. So a name is reserved first, under a number of the
-- reservation's own, and its player is written then, unless the reservation has been given up.

-- Both null where a name was taken together with its player, in one transaction.
alter table player_names
    add column reservation bigint,
    add column reserved_at bigint;

-- Reservations that came to nothing, in the database of their player. Whoever writes a player puts the
-- number in and takes it out again in one transaction, so that of writing and giving up one waits for
-- the other, and the later one notices. A row that stays keeps a server that was asleep from writing
-- under a name that somebody else has been given meanwhile.
create table abandoned_reservations (
    reservation bigint not null primary key
);

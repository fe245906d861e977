-- Names are reserved where a game is spread over several databases, which are PostgreSQL's. One file
-- needs none of this; its schema has the same columns, so that both databases stay alike.

alter table player_names add column reservation integer;

alter table player_names add column reserved_at integer;

create table abandoned_reservations (
    reservation integer not null primary key
) strict;

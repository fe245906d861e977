-- The answer of an order, kept as bytes: those of a fill are a tenth of what its JSON takes. Answers
-- of before stay the JSON that they are. A strict column keeps its type, so the table is made anew.

create table new_orders (
    player_id integer not null,
    game_id integer not null,
    order_key text not null,
    at integer not null,
    filled integer not null check (filled in (0, 1)),
    fingerprint blob not null check (length(fingerprint) = 32),
    answer blob not null,
    primary key (player_id, game_id, order_key),
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict;

insert into new_orders (player_id, game_id, order_key, at, filled, fingerprint, answer)
select player_id, game_id, order_key, at, filled, fingerprint, cast(answer as blob)
from orders;

drop table orders;

alter table new_orders rename to orders;

create index orders_by_time on orders (player_id, game_id, at, order_key);

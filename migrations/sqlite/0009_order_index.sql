-- Every trade writes an order, and each index of that table costs it a page at some random place. One
-- index is enough: it carries the instant, so that a page of orders is found without reading the
-- answers of those that are not on it. An index of more than the key does not keep the key unique; a
-- trigger does.

create table new_orders (
    player_id integer not null,
    game_id integer not null,
    order_key text not null,
    at integer not null,
    filled integer not null check (filled in (0, 1)),
    fingerprint blob not null check (length(fingerprint) = 32),
    answer blob not null,
    foreign key (player_id, game_id) references accounts (player_id, game_id)
) strict;

insert into new_orders (player_id, game_id, order_key, at, filled, fingerprint, answer)
select player_id, game_id, order_key, at, filled, fingerprint, answer
from orders
order by at;

drop table orders;

alter table new_orders rename to orders;

create index orders_by_key on orders (player_id, game_id, order_key, at, filled);

create trigger orders_refuse_repeat before insert on orders
when exists (
    select 1
    from orders
    where player_id = new.player_id
    and game_id = new.game_id
    and order_key = new.order_key
)
begin
    select raise(abort, 'the order has been answered');
end;

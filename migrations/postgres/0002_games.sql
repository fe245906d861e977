-- A game's rules and what actions earn are data, so that a host changes them without a deployment.
-- They are kept as the JSON that the API speaks: a new rule is a new field with a default, not a new
-- column. Both tables are small and read by every node: reference tables of a distributed database.

create table games (
    game_id bigint not null primary key,
    slug text collate "C" not null unique,
    name text not null,
    rules text not null check (rules::json is not null)
);

create table xp_rules (
    effective_from bigint not null primary key,
    rules text not null check (rules::json is not null)
);

-- The open league is there from the start and never ends.
insert into games (game_id, slug, name, rules)
values (
    1,
    'open',
    'Open league',
    '{"opens_at":null,"closes_at":null,"frozen":false,"starting_cash":"10000.00","fractional":true,"fees":{"basis_points":0,"fixed":"0.00"},"order_min":"1.00","order_max":"1000000000.00"}'
);

insert into xp_rules (effective_from, rules)
values (
    0,
    '{"buy":10,"sell":15,"daily_bonus":50,"reason_bonus":5,"diversification_bonus":5,"holding_bonus":10,"holding_days":7,"repeat_percent":50,"round_trip_seconds":60}'
);

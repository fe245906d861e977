-- Who operates the server and what operators and hosts did, and what protects a player's account: the
-- second factor, its recovery codes, links sent by mail, and a history of log-ins.

-- Players who may open the operator's page.
create table operators (
    player_id bigint not null primary key references players (player_id),
    since bigint not null
);

-- What operators and hosts did, for later review. Append-only.
create table operator_actions (
    action_id bigint not null primary key,
    at bigint not null,
    -- None: someone on the machine, by command.
    actor_id bigint,
    actor text not null check (length(actor) between 1 and 100),
    action text not null check (length(action) between 1 and 100),
    subject text not null check (length(subject) <= 500)
);

create index operator_actions_by_time on operator_actions (at, action_id);

create function operator_actions_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'operator_actions is append-only: no %', lower(tg_op);
end
$$;

create trigger operator_actions_refuse_change before update or delete on operator_actions
for each row execute function operator_actions_refuse_change();

-- A second factor is active once a code has been entered. The code of each time step can be used
-- only once.
create table second_factors (
    player_id bigint not null primary key references players (player_id),
    confirmed_at bigint,
    last_step bigint not null,
    secret bytea not null check (length(secret) between 16 and 128)
);

-- Each can be used only once.
create table recovery_codes (
    player_id bigint not null references players (player_id),
    code_hash bytea not null check (length(code_hash) = 32),
    primary key (player_id, code_hash)
);

-- The latest link of each purpose. Only the digest of its token is kept.
create table mail_links (
    player_id bigint not null references players (player_id),
    expires_at bigint not null,
    purpose text collate "C" not null check (purpose in ('verify', 'reset', 'change')),
    token_hash bytea not null check (length(token_hash) = 32),
    email text not null,
    primary key (player_id, purpose)
);

-- Addresses whose owners have followed a link sent there.
create table verified_emails (
    player_id bigint not null primary key references players (player_id),
    verified_at bigint not null,
    email text not null
);

-- The latest log-ins and changes of rights of each player, for the player alone.
create table logins (
    player_id bigint not null references players (player_id),
    at bigint not null,
    login_id bigint not null,
    event text collate "C" not null check (length(event) between 1 and 50),
    device text not null,
    network text,
    primary key (player_id, at, login_id)
);

-- Who operates the server and what operators and hosts did, and what protects a player's account: the
-- second factor, its recovery codes, links sent by mail, and a history of log-ins.

-- Players who may open the operator's page.
create table operators (
    player_id integer not null primary key references players (player_id),
    since integer not null
) strict;

-- What operators and hosts did, for later review. Append-only.
create table operator_actions (
    action_id integer not null primary key,
    at integer not null,
    -- None: someone on the machine, by command.
    actor_id integer,
    actor text not null check (length(actor) between 1 and 100),
    action text not null check (length(action) between 1 and 100),
    subject text not null check (length(subject) <= 500)
) strict;

create index operator_actions_by_time on operator_actions (at, action_id);

create trigger operator_actions_refuse_update before update on operator_actions
begin
    select raise(abort, 'operator_actions is append-only: no update');
end;

create trigger operator_actions_refuse_delete before delete on operator_actions
begin
    select raise(abort, 'operator_actions is append-only: no delete');
end;

-- A second factor is active once a code has been entered. The code of each time step can be used
-- only once.
create table second_factors (
    player_id integer not null primary key references players (player_id),
    secret blob not null check (length(secret) between 16 and 128),
    confirmed_at integer,
    last_step integer not null
) strict;

-- Each can be used only once.
create table recovery_codes (
    player_id integer not null references players (player_id),
    code_hash blob not null check (length(code_hash) = 32),
    primary key (player_id, code_hash)
) strict, without rowid;

-- The latest link of each purpose. Only the digest of its token is kept.
create table mail_links (
    player_id integer not null references players (player_id),
    purpose text not null check (purpose in ('verify', 'reset', 'change')),
    token_hash blob not null check (length(token_hash) = 32),
    email text not null,
    expires_at integer not null,
    primary key (player_id, purpose)
) strict, without rowid;

-- Addresses whose owners have followed a link sent there.
create table verified_emails (
    player_id integer not null primary key references players (player_id),
    email text not null,
    verified_at integer not null
) strict;

-- The latest log-ins and changes of rights of each player, for the player alone.
create table logins (
    player_id integer not null references players (player_id),
    at integer not null,
    login_id integer not null,
    event text not null check (length(event) between 1 and 50),
    device text not null,
    network text,
    primary key (player_id, at, login_id)
) strict, without rowid;

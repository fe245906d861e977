-- Notifications of players: each one only once, because its key is its cause; which kinds they want, and
-- where; and how far the outbox has been read for them. Price alerts. The journal: grades of old reasons, and
-- notes.

create table notifications (
    player_id integer not null references players (player_id),
    -- What happened, such as `unlocked:1:first-trade:0`.
    cause text not null,
    kind text not null,
    -- The data that the text is built from, as JSON.
    data text not null,
    at integer not null,
    -- Whether the list of notifications shows it; otherwise it is only mailed.
    in_app integer not null check (in_app in (0, 1)),
    read_at integer,
    primary key (player_id, cause)
) strict, without rowid;

create index notifications_latest on notifications (player_id, at, cause) where in_app;
create index notifications_unread on notifications (player_id, at) where read_at is null and in_app;
create index notifications_old on notifications (at);

create table notification_settings (
    player_id integer primary key references players (player_id),
    -- Kinds that differ from the default, as JSON.
    choices text not null,
    -- Minutes after midnight in the player's zone.
    quiet_from integer check (quiet_from between 0 and 1439),
    quiet_until integer check (quiet_until between 0 and 1439),
    check ((quiet_from is null) = (quiet_until is null))
) strict;

-- The latest batch of each lane whose outcomes have become notifications.
create table notification_positions (
    lane integer not null primary key,
    seq integer not null
) strict;

-- Announcements of hosts in chronological order.
create index game_notices_by_time on game_notices (at, game_id, seq);

create table price_alerts (
    player_id integer not null references players (player_id),
    alert_id integer not null,
    game_id integer not null references games (game_id),
    instrument_id integer not null references instruments (instrument_id),
    side text not null check (side in ('above', 'below')),
    -- In 10,000ths.
    price integer not null check (price > 0),
    repeats integer not null check (repeats in (0, 1)),
    -- `waiting` for its price, `told` (triggered, and waiting for the price to go back), or
    -- `ended`.
    state text not null check (state in ('waiting', 'told', 'ended')),
    times integer not null check (times >= 0),
    created_at integer not null,
    told_at integer,
    primary key (player_id, alert_id)
) strict, without rowid;

create index price_alerts_open on price_alerts (player_id, alert_id) where state <> 'ended';

create table journal_grades (
    player_id integer not null references players (player_id),
    game_id integer not null references games (game_id),
    -- The ledger entry whose reason is graded.
    seq integer not null,
    grade text not null check (grade in ('good', 'unsure', 'mistake')),
    graded_at integer not null,
    primary key (player_id, game_id, seq)
) strict, without rowid;

create table notes (
    player_id integer not null references players (player_id),
    note_id integer not null,
    symbol text,
    body text not null,
    -- Words separated by spaces.
    tags text not null,
    created_at integer not null,
    changed_at integer not null,
    primary key (player_id, note_id)
) strict, without rowid;

create index notes_latest on notes (player_id, changed_at, note_id);

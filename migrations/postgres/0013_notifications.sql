-- Notifications of players: each one only once, because its key is its cause; which kinds they want, and
-- where; and how far the outbox has been read for them. Price alerts. The journal: grades of old reasons, and
-- notes.

create table notifications (
    player_id bigint not null,
    -- What happened, such as `unlocked:1:first-trade:0`.
    cause text collate "C" not null,
    kind text collate "C" not null,
    -- The data that the text is built from, as JSON.
    data text not null,
    at bigint not null,
    -- Whether the list of notifications shows it; otherwise it is only mailed.
    in_app boolean not null,
    read_at bigint,
    primary key (player_id, cause)
);

create index notifications_latest on notifications (player_id, at, cause) where in_app;
create index notifications_unread on notifications (player_id, at) where read_at is null and in_app;
create index notifications_old on notifications (at);

create table notification_settings (
    player_id bigint not null primary key,
    -- Kinds that differ from the default, as JSON.
    choices text not null,
    -- Minutes after midnight in the player's zone.
    quiet_from bigint check (quiet_from between 0 and 1439),
    quiet_until bigint check (quiet_until between 0 and 1439),
    check ((quiet_from is null) = (quiet_until is null))
);

-- The latest batch of each lane whose outcomes have become notifications.
create table notification_positions (
    lane bigint not null primary key,
    seq bigint not null
);

-- Announcements of hosts in chronological order.
create index game_notices_by_time on game_notices (at, game_id, seq);

create table price_alerts (
    player_id bigint not null,
    alert_id bigint not null,
    game_id bigint not null,
    instrument_id bigint not null,
    side text collate "C" not null check (side in ('above', 'below')),
    -- In 10,000ths.
    price bigint not null check (price > 0),
    repeats boolean not null,
    -- `waiting` for its price, `told` (triggered, and waiting for the price to go back), or
    -- `ended`.
    state text collate "C" not null check (state in ('waiting', 'told', 'ended')),
    times bigint not null check (times >= 0),
    created_at bigint not null,
    told_at bigint,
    primary key (player_id, alert_id)
);

create index price_alerts_open on price_alerts (player_id, alert_id) where state <> 'ended';

create table journal_grades (
    player_id bigint not null,
    game_id bigint not null,
    -- The ledger entry whose reason is graded.
    seq bigint not null,
    grade text collate "C" not null check (grade in ('good', 'unsure', 'mistake')),
    graded_at bigint not null,
    primary key (player_id, game_id, seq)
);

create table notes (
    player_id bigint not null,
    note_id bigint not null,
    symbol text collate "C",
    body text not null,
    -- Words separated by spaces.
    tags text not null,
    created_at bigint not null,
    changed_at bigint not null,
    primary key (player_id, note_id)
);

create index notes_latest on notes (player_id, changed_at, note_id);

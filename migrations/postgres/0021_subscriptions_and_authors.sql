-- A player follows a plan once at a time, whatever is asked at the same moment.
create unique index subscriptions_open on subscriptions (player_id, plan_id)
    where state in ('active', 'paused');

-- What hosts told is erased with them.
create index game_notices_by_author on game_notices (author_id);

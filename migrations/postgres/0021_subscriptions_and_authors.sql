-- A player has at most one active subscription per plan, even with concurrent requests.
create unique index subscriptions_open on subscriptions (player_id, plan_id)
    where state in ('active', 'paused');

-- The announcements of hosts are erased with them.
create index game_notices_by_author on game_notices (author_id);

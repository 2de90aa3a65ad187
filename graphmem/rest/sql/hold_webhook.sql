-- A webhook is served; nothing else is sent to it meanwhile.
-- params: id, now, held_until
UPDATE webhook SET served_at = :now, held_until = :held_until WHERE id = :id
RETURNING url, secret, project_id, is_active, silent

-- A session was active.
-- params: owner, id, at
INSERT INTO session (owner, id, last_activity) VALUES (:owner, :id, :at)
ON CONFLICT (owner, id) DO UPDATE SET last_activity = excluded.last_activity

-- The notes of a session that have a ttl and are not expired live on from this activity.
-- params: at, tick, owner, id, tenant
UPDATE memory SET expires_at = :at + CAST(round(ttl * 1000000) AS INTEGER), stamp = :tick
WHERE owner = :owner AND session_id = :id AND tenant = :tenant AND layer = 'session' AND ttl IS NOT NULL
  AND (expires_at IS NULL OR expires_at > :at)

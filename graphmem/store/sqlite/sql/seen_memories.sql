-- The memories that a caller sees.
-- params: tenant, owners, session_id, now
WITH seen AS (
  SELECT memory.no, memory.id FROM memory
  WHERE memory.owner IN (
      SELECT no FROM owner WHERE tenant = :tenant AND name IN (SELECT value FROM json_each(:owners)))
    AND (memory.layer <> 'session' OR memory.session_id IS :session_id)
    AND (:now IS NULL OR memory.expires_at IS NULL OR memory.expires_at > :now)
)
SELECT seen.id FROM seen ORDER BY seen.id

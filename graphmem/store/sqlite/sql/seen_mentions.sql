-- The mentions that a caller sees.
-- params: tenant, owners, session_id, now
WITH seen AS (
  SELECT memory.no, memory.id FROM memory
  WHERE memory.owner IN (
      SELECT no FROM owner WHERE tenant = :tenant AND name IN (SELECT value FROM json_each(:owners)))
    AND (memory.layer <> 'session' OR memory.session_id IS :session_id)
    AND (:now IS NULL OR memory.expires_at IS NULL OR memory.expires_at > :now)
),
mine AS (
  SELECT entity.no, entity.id, entity.name FROM entity
  WHERE entity.owner IN (
    SELECT no FROM owner WHERE tenant = :tenant AND name IN (SELECT value FROM json_each(:owners)))
)
SELECT seen.id, mine.id, mention.weight, mention.surface
FROM seen JOIN mention ON mention.memory = seen.no JOIN mine ON mine.no = mention.entity
ORDER BY seen.id, mine.id

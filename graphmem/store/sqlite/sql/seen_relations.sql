-- The relations that a caller sees.
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
SELECT relation.id, s.id, relation.type, o.id, seen.id, s.name, o.name, relation.confidence, relation.polarity,
  relation.valid_from, relation.valid_to
FROM seen JOIN relation ON relation.memory = seen.no
JOIN mine AS s ON s.no = relation.subject JOIN mine AS o ON o.no = relation.object
ORDER BY relation.id

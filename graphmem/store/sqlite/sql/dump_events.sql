-- The history of a tenant, or of some memories.
-- params: tenant, every
-- slots: condition
SELECT memory_id, text, event, layer, previous, at, by FROM event
WHERE tenant = :tenant AND (:every OR memory_id IN (
  SELECT memory.id FROM memory WHERE memory.tenant = :tenant AND {condition}))
ORDER BY no

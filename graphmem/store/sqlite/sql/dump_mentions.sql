-- The mentions of memories.
-- params: tenant
-- slots: condition
SELECT memory.id, entity.id, mention.weight, mention.surface
FROM memory JOIN mention ON mention.memory = memory.no JOIN entity ON entity.no = mention.entity
WHERE memory.tenant = :tenant AND {condition} ORDER BY memory.id, entity.id

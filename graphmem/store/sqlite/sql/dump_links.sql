-- The links among memories.
-- params: tenant
-- slots: condition
SELECT link.type, memory.id, t.id
FROM memory JOIN link ON link.source = memory.no JOIN memory AS t ON t.no = link.target
WHERE memory.tenant = :tenant AND {condition}
  AND t.no IN (SELECT memory.no FROM memory WHERE memory.tenant = :tenant AND {condition})
ORDER BY memory.id, t.id, link.type

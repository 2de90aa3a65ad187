-- The links among memories.
-- params: tenant, ids
SELECT link.type, s.id, t.id FROM link JOIN memory AS s ON s.no = link.source JOIN memory AS t ON t.no = link.target
WHERE s.tenant = :tenant AND s.id IN (SELECT value FROM json_each(:ids))
  AND t.id IN (SELECT value FROM json_each(:ids))
ORDER BY s.id, t.id, link.type

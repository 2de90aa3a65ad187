-- What a reset will remove.
-- params: tenant
SELECT
  (SELECT count(*) FROM memory WHERE tenant = :tenant),
  (SELECT ifnull(sum(1 + (trigger_vector IS NOT NULL)), 0)
   FROM embedding JOIN memory ON memory.no = embedding.memory WHERE memory.tenant = :tenant),
  (SELECT count(*) FROM entity WHERE tenant = :tenant),
  (SELECT count(*) FROM relation WHERE tenant = :tenant),
  (SELECT count(*) FROM mention JOIN memory ON memory.no = mention.memory WHERE memory.tenant = :tenant),
  (SELECT count(*) FROM event WHERE tenant = :tenant AND (text IS NOT NULL OR previous IS NOT NULL))

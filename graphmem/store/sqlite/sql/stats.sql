-- Counts of one tenant.
-- params: tenant, now
SELECT
  count(*),
  (SELECT count(*) FROM entity WHERE tenant = :tenant),
  (SELECT count(*) FROM relation WHERE tenant = :tenant),
  (SELECT count(*) FROM mention JOIN memory AS m ON m.no = mention.memory WHERE m.tenant = :tenant),
  count(DISTINCT memory.owner),
  (SELECT count(*) FROM (
    SELECT DISTINCT m.owner, m.session_id FROM memory AS m WHERE m.tenant = :tenant AND m.session_id IS NOT NULL)),
  count(memory.superseded_by),
  count(CASE WHEN memory.expires_at <= :now THEN 1 END)
FROM memory WHERE memory.tenant = :tenant

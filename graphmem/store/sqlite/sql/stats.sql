-- Counts of one tenant.
-- params: tenant, now
SELECT
  (SELECT count(*) FROM memory WHERE tenant = :tenant),
  (SELECT count(*) FROM entity WHERE tenant = :tenant),
  (SELECT count(*) FROM relation WHERE tenant = :tenant),
  (SELECT count(*) FROM mention JOIN memory ON memory.no = mention.memory WHERE memory.tenant = :tenant),
  (SELECT count(DISTINCT owner) FROM memory WHERE tenant = :tenant),
  (SELECT count(*) FROM (
    SELECT DISTINCT owner, session_id FROM memory WHERE tenant = :tenant AND session_id IS NOT NULL)),
  (SELECT count(*) FROM memory WHERE tenant = :tenant AND superseded_by IS NOT NULL),
  (SELECT count(*) FROM memory WHERE tenant = :tenant AND expires_at <= :now)

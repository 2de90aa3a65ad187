-- Every id of a scope that memories of a tenant carry: its kind, how many of them have not expired, and when the first
-- was learned and the last one written.
-- params: tenant, now
WITH carried (kind, id, created_at, updated_at, expires_at) AS (
  SELECT 'user', user_id, created_at, updated_at, expires_at FROM memory
  WHERE tenant = :tenant AND user_id IS NOT NULL
  UNION ALL
  SELECT 'agent', agent_id, created_at, updated_at, expires_at FROM memory
  WHERE tenant = :tenant AND agent_id IS NOT NULL
  UNION ALL
  SELECT 'app', app_id, created_at, updated_at, expires_at FROM memory
  WHERE tenant = :tenant AND app_id IS NOT NULL
  UNION ALL
  SELECT 'session', session_id, created_at, updated_at, expires_at FROM memory
  WHERE tenant = :tenant AND session_id IS NOT NULL
  UNION ALL
  SELECT 'org', org_id, created_at, updated_at, expires_at FROM memory
  WHERE tenant = :tenant AND org_id IS NOT NULL
)
SELECT
  kind, id, count(CASE WHEN expires_at IS NULL OR expires_at > :now THEN 1 END),
  min(created_at), max(ifnull(updated_at, created_at))
FROM carried GROUP BY kind, id

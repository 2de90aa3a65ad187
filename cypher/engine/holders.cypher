// Every id of a scope that memories of a tenant carry: its kind, how many of them have not expired, and when the first
// was learned and the last one written.
// params: tenant, now
MATCH (m:Memory) WHERE m.tenant = $tenant AND m.created_at IS NOT NULL
UNWIND [
  ['user', m.user_id], ['agent', m.agent_id], ['app', m.app_id], ['session', m.session_id], ['org', m.org_id]
] AS carried
WITH m, carried[0] AS kind, carried[1] AS id
WHERE id IS NOT NULL
RETURN kind, id, count(CASE WHEN m.expires_at IS NULL OR m.expires_at > $now THEN 1 END),
  toString(min(m.created_at)), toString(max(coalesce(m.updated_at, m.created_at)))

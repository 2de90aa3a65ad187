// Memories that will expire within some days, and those that have expired and wait for `graphmem purge`; the next
// first. An expired one is invisible to every search.
// :param {tenant: 'default', days: 7}
// params: tenant, days
MATCH (m:Memory) WHERE m.tenant = $tenant AND m.expires_at <= datetime() + duration({days: $days})
RETURN m.expires_at AS expires, m.expires_at <= datetime() AS expired, m.owner AS owner, m.session_id AS session,
  m.layer AS layer, m.text AS memory
ORDER BY m.expires_at, m.id LIMIT 200

// The journal: what was added, changed, superseded or deleted last, by everybody of a tenant.
// :param {tenant: 'default'}
// params: tenant
MATCH (c:Change) WHERE c.tenant = $tenant AND c.seq IS NOT NULL
WITH c ORDER BY c.seq DESC LIMIT 50
OPTIONAL MATCH (m:Memory {uid: c.memory_uid})
RETURN c.at AS at, c.event AS event, c.layer AS layer, m.owner AS owner, c.text AS text, c.previous AS previous
ORDER BY c.seq DESC

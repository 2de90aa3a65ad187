// The timeline of an entity: every memory that names it, by the time of which it speaks.
// :param {tenant: 'default', owner: 'user:alex', name: 'Aurora Audio'}
// params: tenant, owner, name
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (e:Entity) WHERE e.owner_uid = u.uid AND e.key IS NOT NULL AND toLower($name) IN [e.key] + coalesce(e.aliases, [])
MATCH (m:Memory)-[:MENTIONS]->(e) WHERE m.expires_at IS NULL OR m.expires_at > datetime()
RETURN date(coalesce(m.event_from, m.valid_from)) AS date, date(m.valid_to) AS until, m.layer AS layer,
  coalesce(m.name, m.role) AS who, m.text AS memory
ORDER BY coalesce(m.event_from, m.valid_from), m.position, m.id LIMIT 200

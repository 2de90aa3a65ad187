// What is known of two entities together: the memories that name both, in the order in which they became true.
// :param {tenant: 'default', owner: 'user:alex', one: 'Alex', other: 'Kaja'}
// params: tenant, owner, one, other
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (a:Entity) WHERE a.owner_uid = u.uid AND a.key IS NOT NULL
  AND toLower($one) IN [a.key] + coalesce(a.aliases, [])
MATCH (b:Entity) WHERE b.owner_uid = u.uid AND b.key IS NOT NULL
  AND toLower($other) IN [b.key] + coalesce(b.aliases, [])
MATCH (a)<-[:MENTIONS]-(m:Memory)-[:MENTIONS]->(b)
WHERE m.expires_at IS NULL OR m.expires_at > datetime()
RETURN date(m.valid_from) AS date, m.layer AS layer, coalesce(m.name, m.role) AS who, m.text AS memory
ORDER BY m.valid_from, m.id LIMIT 100

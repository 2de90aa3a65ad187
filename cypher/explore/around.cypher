// An entity and what surrounds it: its relations of today, those of its neighbours, and the facts that name it. Open it
// as a graph.
// :param {tenant: 'default', owner: 'user:alex', name: 'Kaja'}
// params: tenant, owner, name
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (e:Entity) WHERE e.owner_uid = u.uid AND e.key IS NOT NULL AND toLower($name) IN [e.key] + coalesce(e.aliases, [])
CALL (e) {
  MATCH part = (e)-[r]-(:Entity) WHERE r.valid_to IS NULL OR r.valid_to > datetime()
  RETURN part LIMIT 30
  UNION
  MATCH part = (e)--(x:Entity)-[r]->(:Entity)
  WHERE x.type <> 'CONCEPT' AND (r.valid_to IS NULL OR r.valid_to > datetime())
  RETURN part LIMIT 30
  UNION
  MATCH part = (e)<-[:MENTIONS]-(m:Memory)
  WHERE NOT m:Turn AND m.superseded_by IS NULL AND (m.expires_at IS NULL OR m.expires_at > datetime())
  RETURN part LIMIT 20
}
RETURN part

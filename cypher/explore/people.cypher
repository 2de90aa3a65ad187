// The people whom an owner's memory knows: how often each is spoken of, when last, and what holds of them today.
// :param {tenant: 'default', owner: 'user:alex'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (p:Entity) WHERE p.owner_uid = u.uid AND p.key IS NOT NULL AND p.type = 'PERSON'
CALL (p) {
  MATCH (p)<-[:MENTIONS]-(m:Memory)
  RETURN count(m) AS memories, date(max(m.valid_from)) AS last
}
CALL (p) {
  MATCH (p)-[r]->(o:Entity) WHERE r.valid_to IS NULL OR r.valid_to > datetime()
  RETURN collect(DISTINCT type(r) + ' ' + o.name)[..10] AS today
}
RETURN p.name AS person, memories, last, today
ORDER BY memories DESC, person LIMIT 100

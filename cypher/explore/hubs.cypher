// The hubs: which entities most memories name, and how many relations each has.
// :param {tenant: 'default', owner: 'user:alex'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (e:Entity) WHERE e.owner_uid = u.uid AND e.key IS NOT NULL
RETURN e.name AS entity, e.type AS type, COUNT { (e)<-[:MENTIONS]-() } AS memories,
  COUNT { (e)--(:Entity) } AS relations,
  e.aliases AS also_called
ORDER BY memories DESC, relations DESC, entity LIMIT 25

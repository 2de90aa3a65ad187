// Groups of entities that belong together: those that typed relations join within four steps, when the hubs that join
// everything are taken out (what more than $hub of the owner's memories name). Connected parts, found in plain Cypher,
// not communities by modularity; `graphmem.graph` and Neo4j's Graph Data Science have those.
// :param {tenant: 'default', owner: 'user:alex', hub: 0.2}
// params: tenant, owner, hub
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (e:Entity) WHERE e.owner_uid = u.uid AND e.key IS NOT NULL
  AND COUNT { (e)<-[:MENTIONS]-() } <= $hub * u.memories AND EXISTS { (e)--(:Entity) }
WITH collect(e) AS small
UNWIND small[..1000] AS e
CALL (e, small) {
  MATCH way = (e)-[*0..4]-(x:Entity) WHERE all(n IN nodes(way) WHERE n IN small)
  RETURN DISTINCT x
}
WITH e, min(x.key) AS first
WITH first, collect(e.name) AS members WHERE size(members) > 1
RETURN members, size(members) AS size
ORDER BY size DESC, first LIMIT 50

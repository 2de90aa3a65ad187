// How two people (or any two entities) are connected: the shortest ways over typed relations, and where none leads on
// over a memory that names both. At most eight steps; open it as a graph.
// :param {tenant: 'default', owner: 'user:alex', one: 'Kaja', other: 'Jonas'}
// params: tenant, owner, one, other
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (a:Entity) WHERE a.owner_uid = u.uid AND a.key IS NOT NULL
  AND toLower($one) IN [a.key] + coalesce(a.aliases, [])
MATCH (b:Entity) WHERE b.owner_uid = u.uid AND b.key IS NOT NULL
  AND toLower($other) IN [b.key] + coalesce(b.aliases, [])
WITH a, b WHERE a <> b
MATCH way = allShortestPaths((a)-[*..8]-(b))
WHERE all(n IN nodes(way) WHERE n:Entity OR n:Memory)
  AND none(r IN relationships(way) WHERE type(r) IN ['NEXT', 'DERIVED_FROM', 'SUPERSEDES'])
RETURN way LIMIT 20

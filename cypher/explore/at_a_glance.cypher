// The memory of a user (or an organisation, agent or app) at a glance: the entities that it knows, and how its lasting
// facts relate them today. The first query to run; open it as a graph.
// :param {tenant: 'default', owner: 'user:alex'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (s:Entity)-[r]->(o:Entity)
WHERE s.owner_uid = u.uid AND s.key IS NOT NULL AND (r.valid_to IS NULL OR r.valid_to > datetime())
MATCH (m:Memory {uid: r.memory_uid}) WHERE (m:UserFact OR m:OrgFact) AND m.superseded_by IS NULL
WITH s, o, type(r) AS type, head(collect(r)) AS r
ORDER BY COUNT { (s)<-[:MENTIONS]-() } + COUNT { (o)<-[:MENTIONS]-() } DESC, s.key, o.key, type LIMIT 60
RETURN s, r, o

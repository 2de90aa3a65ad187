// Facts that gave way to newer ones, each with its story: the newer fact, the older one, and the turns of the
// conversations in which they were said. Open it as a graph.
// :param {tenant: 'default', owner: 'user:alex'}
// params: tenant, owner
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (older:Memory) WHERE older.owner_uid = u.uid AND older.superseded_by IS NOT NULL
WITH older ORDER BY older.valid_to DESC, older.id LIMIT 50
MATCH change = (newer:Memory)-[:SUPERSEDES]->(older)
OPTIONAL MATCH was = (older)-[:DERIVED_FROM]->(:Turn)
OPTIONAL MATCH became = (newer)-[:DERIVED_FROM]->(:Turn)
RETURN change, was, became

// Where a fact comes from: the turns that it rests on with the turns before and after them, the entities that it
// names, and what it superseded. Some of its words choose it; open it as a graph.
// :param {tenant: 'default', owner: 'user:alex', words: 'rooibos'}
// params: tenant, owner, words
MATCH (u:Owner {tenant: $tenant, name: $owner})
MATCH (m:Memory) WHERE m.owner_uid = u.uid AND NOT m:Turn AND toLower(m.text) CONTAINS toLower($words)
WITH m ORDER BY m.valid_from DESC, m.id LIMIT 3
CALL (m) {
  MATCH part = (m)-[:DERIVED_FROM]->(:Turn)-[:NEXT*0..1]-(:Turn)
  RETURN part
  UNION
  MATCH part = (m)-[:MENTIONS|SUPERSEDES]-()
  RETURN part
}
RETURN part LIMIT 60
